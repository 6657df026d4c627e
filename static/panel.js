/* The running panel of checks: fetched after the page, and anew when something has been saved.
   Whoever saves says so by dispatching `hemtag:saved` on the document. Without this file the panel is a link. */
(() => {
  "use strict";
  const panel = document.querySelector("[data-panel]");
  if (!panel) return;
  const lines = panel.querySelector("[data-panel-lines]");
  let asked = 0;
  let waiting = 0;

  const show = async () => {
    const mine = ++asked;
    try {
      const answer = await fetch(panel.dataset.panel, { headers: { "X-Requested-With": "fetch" }, redirect: "error" });
      /* Only the newest question is answered, and only by the panel itself. */
      if (!answer.ok || mine !== asked) return;
      const opened = new Set([...lines.querySelectorAll("details[open] > summary")].map((each) => each.textContent));
      const was = lines.querySelectorAll("details").length;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      lines.replaceChildren(...fresh.body.childNodes);
      if (was)
        lines.querySelectorAll("details").forEach((each) => {
          each.open = opened.has(each.querySelector("summary").textContent) || each.open;
        });
    } catch {
      /* No network: what was shown stays, and the next save asks again. */
    }
  };
  document.addEventListener("hemtag:saved", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 400);
  });
  show();
})();
