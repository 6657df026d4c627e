/* "Has someone already done this?" asked while one types. The list comes under the fields and takes no focus;
   how many there are is said by a status line. Without this file a button asks the same. */
(() => {
  "use strict";
  const place = document.querySelector("[data-similar]");
  if (!place) return;
  const form = place.closest("form");
  const list = place.querySelector("[data-similar-list]");
  const status = place.querySelector("[data-similar-status]");
  const fields = ["title", "problem", "summary"].map((name) => form.elements[name]).filter(Boolean);
  const LETTERS = 600;
  let asked = 0;
  let waiting = 0;
  let last = "";

  const line = (hit) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = hit.url;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = hit.title;
    const what = document.createElement("p");
    for (const [text, found] of hit.what) {
      const piece = document.createElement(found ? "mark" : "span");
      piece.textContent = text;
      what.append(piece);
    }
    const where = document.createElement("p");
    where.className = "quiet small";
    where.textContent = hit.where;
    item.append(link, what, where);
    return item;
  };

  const ask = async () => {
    const text = fields.map((field) => field.value.trim().slice(0, LETTERS / fields.length)).join(" ").trim();
    if (text.length < 4 || text === last) return;
    last = text;
    const mine = ++asked;
    try {
      const answer = await fetch(`${place.dataset.similar}?text=${encodeURIComponent(text)}`, { redirect: "error" });
      if (!answer.ok || mine !== asked) return;
      const { hits } = await answer.json();
      list.replaceChildren(...hits.map(line));
      const { none, one, many } = place.dataset;
      status.textContent = hits.length === 0 ? none : hits.length === 1 ? one : many.replace("%s", hits.length);
    } catch {
      /* No network: what was shown stays, and the next letter asks again. */
    }
  };
  for (const field of fields)
    field.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(ask, 300);
    });
  ask();
})();
