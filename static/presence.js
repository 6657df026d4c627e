/* Who else is writing in the application: a sign of life every 15 seconds while the page is looked at, and the answer
   shown in components/presence.html. A page that saves by itself may say which versions it has read
   (presence.bases) and hear what others have changed since (presence.news). */
import { post } from "./saving.js";

export const presence = { bases: () => ({}), news: () => {} };

const place = document.querySelector("[data-presence]");
const BEAT = 15000;
let timer = 0;

const list = document.createElement("ul");
place?.firstElementChild.append(list);

const show = (others) => {
  const words = others.map((other) => other.words);
  if ([...list.children].map((item) => item.textContent).join("\n") === words.join("\n")) return;
  list.replaceChildren(
    ...others.map((other) => {
      const item = document.createElement("li");
      item.textContent = other.words;
      if (other.same) item.dataset.same = "";
      return item;
    }),
  );
  place.dataset.some = words.length ? "yes" : "no";
};

async function beat() {
  clearTimeout(timer);
  if (document.visibilityState === "hidden") return;
  const { status, data } = await post(place.dataset.url, { section: place.dataset.presence, bases: presence.bases() });
  if (status === 200) {
    show(data.others);
    presence.news(data.news);
  } else show([]);
  clearTimeout(timer);
  timer = setTimeout(beat, BEAT);
}

if (place) {
  setTimeout(beat); // after the page's own script has said which versions it has read
  document.addEventListener("visibilitychange", beat);
  window.addEventListener("online", beat);
  window.addEventListener("pagehide", () =>
    post(place.dataset.url, { section: place.dataset.presence, gone: true }, { keepalive: true }),
  );
}
