/* Comfort on the workbench: every page works without this file.
   1. What is tried is fetched without leaving the page; the address still holds it, so back is undo.
   2. Prices, shares, the expensive sections and at last the whole sentences fill in while one reads, a few at a time.
   Only what the page's own server writes is put in, as text or as that server's own HTML. */

const main = () => document.getElementById("innehall");
const bench = () => document.querySelector("[data-bench]");
let turn = 0;
const REST = 1000;

const asked = async (url) => {
  const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
};

const withQuery = (url, query, more = "") => {
  const parts = [query, more].filter(Boolean).join("&");
  return parts ? `${url}?${parts}` : url;
};

const byData = (name, value) => document.querySelector(`[data-${name}="${CSS.escape(value)}"]`);

async function shares(root, mine) {
  let next = 0;
  while (next !== null && mine === turn) {
    const data = await (await asked(withQuery(root.dataset.scenarios, root.dataset.query, `fran=${next}`))).json();
    if (mine !== turn) return;
    for (const [id, words] of Object.entries(data.shares)) {
      const cell = byData("share", id);
      if (cell) cell.textContent = words;
    }
    next = data.next;
    root.querySelector("[data-index-words]").textContent = data.words;
  }
}

async function sentences(root, mine, how) {
  let next = 0;
  while (next !== null && mine === turn) {
    const data = await (await asked(withQuery(root.dataset.sentences, root.dataset.query, `fran=${next}${how}`))).json();
    if (mine !== turn) return;
    for (const [id, words] of Object.entries(data.sentences)) {
      const place = byData("sentence", id);
      if (place) place.textContent = words;
    }
    for (const id of data.whole) byData("explain", id)?.remove();
    next = data.next;
  }
}

async function sections(root, mine) {
  for (const place of root.querySelectorAll("[data-part]:not([data-done])")) {
    if (mine !== turn) return;
    const html = await (await asked(withQuery(place.dataset.part, root.dataset.query))).text();
    if (mine !== turn) return;
    const parsed = new DOMParser().parseFromString(html, "text/html");
    place.replaceChildren(...parsed.body.childNodes);
    place.dataset.done = "";
  }
}

async function live() {
  const root = bench();
  if (!root) return;
  const mine = ++turn;
  root.dataset.state = "computing";
  try {
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

/* An address without what it says of which blocks are shown: the rest of the page stands as it is when only that changes,
   with what is open, what is written and not sent, and what has been computed. */
const restOf = (url) => {
  const { pathname, searchParams } = new URL(url, location.href);
  searchParams.delete("visa");
  return `${pathname}?${searchParams}`;
};
let shown = location.href;

async function show(url, { push = true } = {}) {
  const mine = ++turn;
  const target = new URL(url, location.href);
  const onlyBlocks = restOf(target) === restOf(shown) && new URL(shown).search !== target.search;
  const hash = target.hash;
  if (!onlyBlocks) document.querySelector(".bench-answer")?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(target, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== turn) return;
    const fresh = parsed.getElementById("innehall");
    if (!fresh) throw new Error("no page");
    const [old, its] = onlyBlocks ? [main(), fresh].map((each) => each.querySelector("[data-blocks]")) : [];
    if (old && its) old.replaceWith(document.adoptNode(its));
    else main().replaceWith(document.adoptNode(fresh));
    document.title = parsed.title;
    const place = new URL(answer.url);
    place.hash = new URL(answer.url).hash || hash || "#svar";
    shown = place.href;
    if (push) history.pushState({ bench: true }, "", place);
    const goal = document.querySelector(".ds-error-summary") || document.querySelector(place.hash);
    goal?.scrollIntoView({ block: "start" });
    if (goal) {
      if (!goal.hasAttribute("tabindex")) goal.setAttribute("tabindex", "-1");
      goal.focus({ preventScroll: true });
    }
    live();
  } catch {
    location.assign(target);
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-live]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
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
  if (bench()) show(location.href, { push: false });
});

/* First the page itself comes to rest; what was tried already in the address is read meanwhile. */
setTimeout(live, REST);
