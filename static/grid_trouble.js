/* What needs a choice: cells that somebody else has changed, with both amounts, and cells that were not taken. */
import { filled } from "./grid_model.js";

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function button(text, onclick) {
  const made = element("button", { type: "button", className: "ds-button", textContent: text, onclick });
  made.dataset.variant = "secondary";
  made.dataset.size = "sm";
  return made;
}

const box = (look, title, ...children) => {
  const made = element("section", { className: `card ${look}` }, element("h2", { textContent: title }), ...children);
  made.setAttribute("role", "alert");
  return made;
};

export function showTrouble(host, model, { clashes, refusals, placeOf, settleClash, goTo, forget }) {
  const { words } = model;
  const clashing = [...clashes].map(([name, { theirs, who, at_words }]) =>
    element(
      "li",
      {},
      element("strong", { textContent: placeOf(name) }),
      element("p", { textContent: filled(words.mine, { cell: model.inWords(model.get(name)) }) }),
      element("p", { textContent: filled(words.theirs, { who, at: at_words, cell: model.inWords(theirs) }) }),
      element(
        "div",
        { className: "button-row" },
        button(words.keepMine, () => settleClash(name, "mine")),
        button(words.takeTheirs, () => settleClash(name, "theirs")),
      ),
    ),
  );
  const refused = [...refusals].map(([name, problem]) =>
    element(
      "li",
      {},
      `${placeOf(name)}: ${problem} `,
      button(words.goTo, () => goTo(name)),
      " ",
      button(words.takeBack, () => forget(name)),
    ),
  );
  host.replaceChildren();
  if (clashing.length) {
    const help = element("p", { textContent: words.clashHelp });
    host.append(box("clash", words.clashTitle, help, element("ul", { className: "grid-clashes" }, ...clashing)));
  }
  if (refused.length) host.append(box("grid-refused", words.refusedTitle, element("ul", {}, ...refused)));
}
