/* Comfort on the workbench: every page works without this file.
   1. What is tried is fetched without leaving the page; the address still holds it, so back is undo.
   2. Prices, shares, the expensive sections and at last the whole sentences fill in while one reads, a few at a time.
   Only what the page's own server writes is put in, as text or as that server's own HTML. */

const main = () => document.getElementById("innehall");
const bench = () => document.querySelector("[data-bench]");
let turn = 0;
let leaving = new AbortController();
const REST = 1000;

/* A new turn ends what the one before still asks for. */
function next() {
  leaving.abort();
  leaving = new AbortController();
  return ++turn;
}

const asked = async (url) => {
  const answer = await fetch(url, {
    headers: { Accept: "application/json" },
    credentials: "same-origin",
    signal: leaving.signal,
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
};

const withQuery = (url, query, more = "") => {
  const parts = [query, more].filter(Boolean).join("&");
  return parts ? `${url}?${parts}` : url;
};

const byData = (name, value) => document.querySelector(`[data-${name}="${CSS.escape(value)}"]`);

const put = (place, html) =>
  place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);

async function shares(root, mine) {
  let from = "";
  while (from !== null && mine === turn) {
    const data = await (await asked(withQuery(root.dataset.scenarios, root.dataset.query, from))).json();
    if (mine !== turn) return;
    for (const [id, words] of Object.entries(data.shares)) {
      const cell = byData("share", id);
      if (cell) cell.textContent = words;
    }
    from = data.next === null ? null : `fran=${data.next}`;
    root.querySelector("[data-index-words]").textContent = data.words;
  }
}

async function sentences(root, mine, how) {
  let from = 0;
  while (from !== null && mine === turn) {
    const data = await (await asked(withQuery(root.dataset.sentences, root.dataset.query, `fran=${from}${how}`))).json();
    if (mine !== turn) return;
    for (const [id, html] of Object.entries(data.sentences)) {
      const place = byData("sentence", id);
      if (place) put(place, html);
    }
    for (const id of data.whole) byData("explain", id)?.remove();
    from = data.next;
  }
}

async function sections(root, mine) {
  for (const place of root.querySelectorAll("[data-part]:not([data-done])")) {
    if (mine !== turn) return;
    const html = await (await asked(withQuery(place.dataset.part, root.dataset.query))).text();
    if (mine !== turn) return;
    put(place, html);
    place.dataset.done = "";
  }
}

/* A hard round shows the best found so far: the search ends elsewhere, and the page is then shown anew. Not under the
   hands of someone who has a form open: the link beside the words is theirs to press. */
async function choice(root, mine) {
  await asked(withQuery(root.dataset.choice, root.dataset.query));
  if (mine === turn && !isWriting()) show(location.href, { push: false, quiet: true });
}

const isWriting = () =>
  Boolean(document.activeElement?.closest("main form") || main().querySelector("details[open] form, .bench-lock"));

async function live() {
  const root = bench();
  if (!root) return;
  const mine = next();
  root.dataset.state = "computing";
  try {
    if ("first" in root.dataset) return await choice(root, mine);
    await sentences(root, mine, "&snabbt");
    await shares(root, mine);
    await sections(root, mine);
    await sentences(root, mine, "");
    if (mine === turn) root.dataset.state = "done";
  } catch {
    const words = root.querySelector("[data-index-words]");
    if (mine === turn && words) words.textContent = root.dataset.failed;
  }
}

/* An address without what it says of which blocks are shown and which one is being locked: the rest of the page stands
   as it is when only that changes, with what is open, what is written and not sent, and what has been computed. */
const restOf = (url) => {
  const { pathname, searchParams } = new URL(url, location.href);
  for (const name of ["visa", "block"]) searchParams.delete(name);
  return `${pathname}?${searchParams}`;
};
const isSamePage = (url) => new URL(url, location.href).search === new URL(shown).search;
let shown = location.href;

async function show(url, { push = true, quiet = false } = {}) {
  const mine = next();
  const target = new URL(url, location.href);
  const onlyBlocks = restOf(target) === restOf(shown) && !isSamePage(target);
  const hash = target.hash;
  if (!onlyBlocks) document.querySelector(".bench-answer")?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(target, { credentials: "same-origin", signal: leaving.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== turn) return;
    const fresh = parsed.getElementById("innehall");
    if (!fresh) throw new Error("no page");
    if (quiet && isWriting()) return;
    const [old, its] = onlyBlocks ? [main(), fresh].map((each) => each.querySelector("[data-blocks]")) : [];
    if (old && its) old.replaceWith(document.adoptNode(its));
    else main().replaceWith(document.adoptNode(fresh));
    document.title = parsed.title;
    const place = new URL(answer.url);
    place.hash = new URL(answer.url).hash || hash || "#svar";
    shown = place.href;
    if (push) history.pushState({ bench: true }, "", place);
    const goal = quiet ? null : document.querySelector(".ds-error-summary") || document.querySelector(place.hash);
    goal?.scrollIntoView({ block: "start" });
    if (goal) {
      if (!goal.hasAttribute("tabindex")) goal.setAttribute("tabindex", "-1");
      goal.focus({ preventScroll: true });
    }
    live();
  } catch {
    if (mine === turn) location.assign(target);
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-live]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (new URL(link.href).hash && isSamePage(link.href)) return; // a place on the page as it is
  event.preventDefault();
  show(link.href);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches?.("form[data-live]") || event.defaultPrevented) return;
  event.preventDefault();
  const url = new URL(location.pathname, location.href);
  url.search = new URLSearchParams(new FormData(form)).toString();
  url.hash = "svar";
  show(url);
});

window.addEventListener("popstate", () => {
  if (bench() && !isSamePage(location.href)) show(location.href, { push: false });
});

/* First the page itself comes to rest; what was tried already in the address is read meanwhile. */
setTimeout(live, REST);
