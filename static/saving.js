/* Saving while one writes: a queue that loses nothing. Used by writing.js (texts) and grid.js (the cost grid).

   import { queue, word } from "./saving.js";        the page loads its own script with type="module"

   const saver = queue({
     name: "2026-003/kostnader-2",     what is written here; with the person and the field it names the kept copy
     url: "/ansokningar/…/",           takes POST, answers JSON (see below)
     body: (entries) => ({ … }),       what one request says; an entry is {field, value, base, from, …}
     most: 1,                          the most entries in one request (a grid: some hundred)
     each: (data, entry) => ({ … }),   only when most > 1: the answer about one entry, with a `status` of its own
     wait: 1200, longest: 10000,       ms of rest before sending; the longest wait while somebody goes on typing
     on: {
       sending(entries),               a request leaves
       saved(entry, data),             200: data.version is the field's new base, data.saved_words says "Sparat 10:42"
       clash(entry, data),             409: somebody else's data.theirs, .who, .at_words, .version; held until put again
       refused(entry, data, status),   422, 403, 404, 413, 423: data.problem in words; held until put again
       waiting(entries, why),          "offline" or "expired": kept, sent again by itself
     },
   });
   saver.put(field, value, { base, from });          typed: kept in the browser at once, sent when typing rests.
                                                     base = the version that was read, from = the value that was read;
                                                     later ones are remembered from the answers
   saver.put(field, value, { base, settles: true }); after a clash: this is the answer to it, on top of data.version
   await saver.flush();                              send now; true when nothing is left unsent
   saver.unsent();                                   the entries that are not saved yet
   saver.left();                                     what an earlier visit left behind: [{field, value, base, from, at}]
   saver.drop(field);                                forget it, here and in the browser
   saver.base(field, version);                       the version that the field stands on, or the one that is given
   saver.read(field, version);                       somebody else's newer value is on the page now: go on from there
   word("saving")                                    the words of components/saving.html, in the page's language

   The page includes components/saving.html: it carries the words, and the notes that the network or the log-in is gone.
   Every request says for whom it is sent (X-Hemtag-Person), so that nothing is saved in another person's name.
   What is saved is told to the page as `hemtag:saved` on the document, at most every 15 seconds.
   A value is plain JSON. What was sent without an answer is remembered: when it turns out to have arrived after all,
   the next try goes on from there instead of clashing with oneself. */

const person = document.documentElement.dataset.person || "";
const prefix = `hemtag:${person}:skrivet:`;
const OLDEST = 90 * 24 * 3600 * 1000;
const KEEPALIVE_MOST = 60000; // what a browser lets a closing page send

const bar = document.querySelector("[data-saving]");
export const word = (name) => bar?.dataset[`word${name[0].toUpperCase()}${name.slice(1)}`] || "";

/* Kept in the browser ------------------------------------------------------------------------------------- */
let storageFails = false;
const storage = {
  read(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      if (value) localStorage.setItem(key, JSON.stringify(value));
      else localStorage.removeItem(key);
    } catch {
      storageFails = true; /* Full or closed: leaving asks first instead. */
    }
  },
  keys(start) {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(start));
    } catch {
      return [];
    }
  },
};
storage.keys(prefix).forEach((key) => {
  const kept = storage.read(key);
  if (!kept || Date.now() - kept.at > OLDEST) storage.write(key, null);
});

/* The network and the log-in, the same for all queues of the page ------------------------------------------- */
const queues = [];
const note = (name, shown) => {
  const element = bar?.querySelector(`[data-saving-note="${name}"]`);
  if (element && element.hidden === shown) element.hidden = !shown;
};
const trouble = (why) => {
  note("offline", why === "offline");
  note("expired", why === "expired");
};
const again = () => queues.forEach((each) => each.retry());
window.addEventListener("online", again);
window.addEventListener("focus", again);
window.addEventListener("pageshow", again);
window.addEventListener("offline", () => queues.some((each) => each.unsent().length) && trouble("offline"));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") queues.forEach((each) => each.leave());
  else again();
});
window.addEventListener("pagehide", () => queues.forEach((each) => each.leave()));
window.addEventListener("beforeunload", (event) => {
  if (storageFails && queues.some((each) => each.unsent().length)) event.preventDefault();
});

export const cookie = (name) =>
  document.cookie
    .split("; ")
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/* One POST of JSON: {status, data}; status 0 when nobody answered, 401 when the log-in is gone. */
export async function post(url, data, { keepalive = false } = {}) {
  const text = JSON.stringify(data);
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      body: text,
      credentials: "same-origin",
      redirect: "manual",
      keepalive: keepalive && text.length < KEEPALIVE_MOST,
      signal: AbortSignal.timeout(20000),
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-CSRFToken": cookie("csrftoken") || document.querySelector("[name=csrfmiddlewaretoken]")?.value || "",
        "X-Hemtag-Person": person,
      },
    });
  } catch {
    return { status: 0, data: {} };
  }
  const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
  if (response.type === "opaqueredirect" || (response.status === 403 && !isJson)) return { status: 401, data: {} };
  try {
    return { status: response.status, data: isJson ? await response.json() : {} };
  } catch {
    return { status: 0, data: {} };
  }
}

const text = (value) => JSON.stringify(value);
/* As the server keeps a text: one kind of line end, no space around. */
const bare = (value) => (typeof value === "string" ? value.replace(/\r\n?/g, "\n").trim() : text(value));

/* Others on the page follow what is saved (the panel of checks): told at once, and then at most every 15 seconds. */
const TOLD_EVERY = 15000;
let told = -Infinity;
let telling = 0;
const tell = () => {
  clearTimeout(telling);
  telling = setTimeout(
    () => {
      told = performance.now();
      document.dispatchEvent(new CustomEvent("hemtag:saved"));
    },
    Math.max(0, told + TOLD_EVERY - performance.now()),
  );
};

/* The queue ------------------------------------------------------------------------------------------------- */
export function queue({ name, url, body, most = 1, each, wait = 1200, longest = 10000, on = {} }) {
  const entries = new Map(); // field → entry; state: waiting, sending, clash, refused
  const bases = new Map(); // field → the version of the last answer
  const keyOf = (field) => `${prefix}${name}:${field}`;
  const before = storage.keys(keyOf("")).map(storage.read).filter(Boolean);
  let timer = 0;
  let first = 0; // when the oldest waiting keystroke was made
  let pause = 0; // ms until the next try after a failure
  let why = ""; // of what kind the failure was
  let inFlight = null;

  const keep = (entry) => {
    const { state, ...kept } = entry;
    storage.write(keyOf(entry.field), kept);
  };
  const waiting = () => [...entries.values()].filter((entry) => entry.state === "waiting");
  const forget = (field) => {
    entries.delete(field);
    storage.write(keyOf(field), null);
  };
  const after = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(() => send(), ms);
  };

  function put(field, value, { base, from, settles = false, ...extra } = {}) {
    const old = entries.get(field);
    if (settles) bases.set(field, base);
    const entry = old || { field, sent: [], from, state: "waiting" };
    Object.assign(entry, extra, { value, base: bases.get(field) ?? old?.base ?? base, at: Date.now() });
    if (settles) entry.sent = [];
    if (settles || entry.state === "refused") entry.state = "waiting";
    entries.set(field, entry);
    keep(entry);
    if (entry.state === "clash") return;
    const now = Date.now();
    first ||= now;
    if (pause) on.waiting?.([entry], why);
    else after(settles ? 0 : Math.max(0, Math.min(wait, first + longest - now)));
  }

  function send(options) {
    clearTimeout(timer);
    if (inFlight) return inFlight;
    const batch = waiting().slice(0, most);
    if (!batch.length) return Promise.resolve();
    first = 0;
    const sent = batch.map((entry) => entry.value);
    batch.forEach((entry) => {
      entry.state = "sending";
      entry.sent = [...entry.sent, entry.value].slice(-5);
      keep(entry);
    });
    on.sending?.(batch);
    inFlight = post(url, body(batch), options).then(({ status, data }) => {
      inFlight = null;
      if (status === 0 || status === 401 || status === 429 || status >= 500) {
        why = status === 401 ? "expired" : "offline";
        batch.forEach((entry) => (entry.state = "waiting"));
        pause = Math.min((pause || 1500) * 2, 30000);
        trouble(why);
        on.waiting?.(batch, why);
        after(pause);
        return;
      }
      if (pause) trouble("");
      pause = 0;
      batch.forEach((entry, place) => settle(entry, sent[place], each ? { status, ...each(data, entry) } : { ...data, status }));
      if (waiting().length) after(batch.some((entry) => entry.again) ? 0 : wait);
    });
    return inFlight;
  }

  function settle(entry, sent, { status, ...data }) {
    if (entries.get(entry.field) !== entry) return; // dropped meanwhile
    entry.again = false;
    const isSame = text(entry.value) === text(sent);
    if (status >= 200 && status < 300) {
      if (data.version !== undefined) bases.set(entry.field, data.version);
      if (isSame) forget(entry.field);
      else keep(Object.assign(entry, { state: "waiting", base: bases.get(entry.field), from: sent, sent: [] }));
      on.saved?.({ ...entry, value: sent, isNewest: isSame }, data);
      tell();
      /* The panel of what is missing listens. */
      document.dispatchEvent(new Event("hemtag:saved"));
    } else if (status === 409 && entry.sent.slice(0, -1).some((mine) => bare(mine) === bare(data.value ?? data.theirs))) {
      /* It is one's own text, which had arrived though no answer came back. */
      bases.set(entry.field, data.version);
      Object.assign(entry, { state: "waiting", base: data.version, sent: [], again: true });
      keep(entry);
    } else if (status === 409) {
      entry.state = "clash";
      keep(entry);
      on.clash?.(entry, data);
    } else {
      entry.state = isSame ? "refused" : "waiting";
      on.refused?.(entry, data, status);
    }
  }

  const api = {
    put,
    drop: forget,
    read: (field, version) => bases.set(field, version),
    base: (field, otherwise) => bases.get(field) ?? otherwise,
    unsent: () => [...entries.values()],
    left: () => before.filter((kept) => !entries.has(kept.field)),
    async flush() {
      for (let tries = 0; waiting().length + (inFlight ? 1 : 0) && tries < 500; tries++) {
        await send();
        if (pause) break;
      }
      return !entries.size;
    },
    /* The page may be closing: whatever waits is sent in a way that survives it, and is kept until it is answered. */
    leave() {
      if (!inFlight && waiting().length && !pause) send({ keepalive: true });
    },
    retry() {
      if (pause) send();
    },
  };
  queues.push(api);
  return api;
}
