/* A form that saves itself, field by field: <form data-writing="section" data-name="number/section" data-url="…">.
   The queue is saving.js. Here: what a field's value is, the line under it that says how it stands, what an earlier visit
   left behind, and a clash with somebody else's text. A form with data-whole="field" is rows that are saved as one value.
   Sending the form still works, and so does the page without this file. */
import { queue, word } from "./saving.js";
import { difference, merged } from "./merging.js";
import { presence } from "./presence.js";

const make = (tag, attributes = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), attributes);
  element.append(...children);
  return element;
};
const same = (a, b) => JSON.stringify(a).replace(/\\r/g, "") === JSON.stringify(b).replace(/\\r/g, "");
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
const time = (moment) => new Date(moment).toLocaleTimeString("sv-SE", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Stockholm" });

document.querySelectorAll("form[data-writing]").forEach((form) => {
  const whole = form.dataset.whole || "";
  const words = form.querySelector("[data-writing-words]").dataset;
  const template = form.querySelector("[data-clash-template]");
  const version = form.elements.version;
  const started = Number(version.value);
  const skipped = new Set(["hidden", "file", "submit", "button", "fieldset", "password"]);
  const inputs = [...form.elements].filter(
    (input) => input.name && !skipped.has(input.type) && !input.disabled && !input.closest("[data-clash-panel]"),
  );

  /* Values ------------------------------------------------------------------------------------------------ */
  const names = whole ? [whole] : [...new Set(inputs.map((input) => input.name))];
  const of = (name) => (whole ? inputs : inputs.filter((input) => input.name === name));
  const ticked = (input) => input.type === "checkbox" || input.type === "radio";
  /* As it is now, or as it came with the page: what was typed before this file was read is a change too. */
  const now = { isOn: (input) => input.checked, text: (input) => input.value };
  const came = {
    isOn: (input) => input.defaultChecked,
    text: (input) =>
      input.options
        ? ([...input.options].find((option) => option.defaultSelected) || input.options[0])?.value
        : (input.defaultValue ?? input.value),
  };
  const one = (its, as) => {
    if (its[0].type === "radio") return its.find(as.isOn)?.value ?? "";
    if (its[0].type === "checkbox") return its.filter(as.isOn).map((input) => input.value);
    return as.text(its[0]);
  };
  const valueOf = (name, as = now) => {
    if (!whole) return one(of(name), as);
    const counted = [...form.elements].filter((input) => /_FORMS$/.test(input.name));
    const rows = inputs.filter((input) => !ticked(input) || as.isOn(input));
    return Object.fromEntries([
      ...counted.map((input) => [input.name, input.value]),
      ...rows.map((input) => [input.name, ticked(input) ? input.value : as.text(input)]),
    ]);
  };
  const give = (name, value) => {
    of(name).forEach((input) => {
      const its = whole ? (value[input.name] ?? (ticked(input) ? null : undefined)) : value;
      if (ticked(input)) input.checked = Array.isArray(its) ? its.includes(input.value) : its === input.value;
      else if (its !== undefined) input.value = its;
    });
  };
  /* A value in words, to be read beside another one. */
  const labelled = (input) => form.querySelector(`label[for="${CSS.escape(input.id)}"]`)?.textContent.trim() || input.value;
  const shown = (name, value) => {
    if (whole)
      return inputs
        .filter((input) => value[input.name] && !ticked(input))
        .map((input) => {
          const option = input.options && [...input.options].find((each) => each.value === value[input.name]);
          return `${labelled(input)}: ${option ? option.textContent : value[input.name]}`;
        })
        .join("\n");
    const its = of(name).filter(ticked);
    if (!its.length) return value;
    return its.filter((input) => [value].flat().includes(input.value)).map(labelled).join("\n");
  };

  /* How each field stands --------------------------------------------------------------------------------- */
  const saved = Object.fromEntries(names.map((name) => [name, valueOf(name, came)]));
  const boxes = {};
  const lines = {};
  const voice = make("p", { className: "sr-only" });
  voice.setAttribute("role", "status");
  form.prepend(voice);
  const labelOf = (name) => {
    const head = boxes[name].querySelector("legend, label");
    return whole ? "" : [...(head?.childNodes || [])].find((node) => node.nodeType === 3)?.textContent.trim() || "";
  };
  const say = (text) => {
    if (voice.textContent !== text) voice.textContent = text;
  };
  const tell = (name, kind, text, aloud = "") => {
    lines[name].dataset.kind = kind;
    lines[name].textContent = text;
    if (aloud) say(aloud);
  };
  names.forEach((name) => {
    const box = whole ? form.querySelector("[data-writing-rows]") : of(name)[0].closest(".field");
    boxes[name] = box;
    lines[name] = make("p", { className: "saving-line" });
    box.append(lines[name]);
  });

  /* The queue --------------------------------------------------------------------------------------------- */
  const saver = queue({
    name: form.dataset.name,
    url: form.dataset.url,
    body: ([entry]) => ({
      section: form.dataset.writing,
      field: entry.field,
      value: entry.value,
      version: entry.base,
    }),
    on: {
      sending: ([entry]) => tell(entry.field, "waiting", word("saving")),
      saved({ field, value, isNewest }, data) {
        saved[field] = value;
        if (whole) version.value = data.version;
        if (!isNewest) return;
        const input = of(field)[0];
        const isHere = of(field).includes(document.activeElement);
        /* A day is kept as 2026-05-20 however it was written. */
        if (!isHere && !whole && input.tagName === "INPUT" && typeof data.value === "string" && !ticked(input)) {
          input.value = saved[field] = data.value;
        }
        tell(field, "saved", data.saved_words, isHere && voice.textContent ? "" : `${labelOf(field)} ${data.saved_words}`);
      },
      waiting: (entries) => entries.forEach(({ field }) => tell(field, "kept", word("kept"))),
      refused({ field }, data) {
        const text = `${word("refused")} ${data.problem || ""}`;
        tell(field, "refused", text, `${labelOf(field)} ${text}`);
      },
      clash: ({ field, from }, data) => showClash(field, from, data),
    },
  });

  const changed = (name) => {
    const value = valueOf(name);
    const waits = saver.unsent().some((entry) => entry.field === name);
    if (!waits && same(value, saved[name])) return;
    if (!boxes[name].querySelector("[data-clash-panel]")) tell(name, "waiting", word("typing"));
    saver.put(name, value, { base: started, from: saved[name] });
  };
  const nameOf = (input) => (inputs.includes(input) ? whole || input.name : "");
  form.addEventListener("input", (event) => nameOf(event.target) && changed(nameOf(event.target)));
  form.addEventListener("change", (event) => {
    if (!nameOf(event.target)) return;
    changed(nameOf(event.target));
    saver.flush();
  });

  /* What an earlier visit left ------------------------------------------------------------------------------- */
  const isRefused = Boolean(document.querySelector("[aria-invalid]"));
  saver.left().forEach((kept) => {
    if (!names.includes(kept.field)) return;
    const again = () => saver.put(kept.field, valueOf(kept.field), { base: kept.base, from: kept.from, sent: kept.sent });
    if (same(shown(kept.field, kept.value).trim(), shown(kept.field, valueOf(kept.field)).trim())) {
      if (isRefused) again();
      else saver.drop(kept.field);
      return;
    }
    const offer = form.querySelector("[data-offer-template]").content.firstElementChild.cloneNode(true);
    offer.querySelector("[data-offer-title]").textContent = fill(words.offer, { time: time(kept.at), label: labelOf(kept.field) });
    offer.querySelector("[data-offer-text]").textContent = shown(kept.field, kept.value) || words.empty;
    offer.querySelector("[data-offer-restore]").addEventListener("click", () => {
      give(kept.field, kept.value);
      again();
      saver.flush();
      offer.remove();
      of(kept.field)[0].focus();
    });
    offer.querySelector("[data-offer-drop]").addEventListener("click", () => {
      saver.drop(kept.field);
      offer.remove();
      of(kept.field)[0].focus();
    });
    boxes[kept.field].append(offer);
    say(offer.querySelector("[data-offer-title]").textContent);
  });

  names.forEach((name) => same(valueOf(name), saved[name]) || changed(name));

  /* A clash ----------------------------------------------------------------------------------------------- */
  function showClash(name, origin, data) {
    boxes[name].querySelector("[data-clash-panel]")?.remove();
    const panel = template.content.firstElementChild.cloneNode(true);
    const part = (key) => panel.querySelector(`[data-clash-${key}]`);
    const title = fill(words.clash, { who: data.who, time: data.at_words, label: data.label });
    const isText = !whole && !ticked(of(name)[0]);
    part("title").textContent = title;
    part("title").id = `clash-${name}`;
    panel.setAttribute("aria-labelledby", `clash-${name}`);
    part("whose").textContent = fill(words.theirs, { who: data.who });
    const mine = shown(name, valueOf(name));
    part("mine").textContent = mine || words.empty;
    part("theirs").textContent = data.theirs || words.empty;
    part("take-theirs").textContent = fill(words.take, { who: data.who });
    if (isText) {
      part("difference").replaceChildren(
        ...difference(mine, data.theirs).map(([kind, text]) =>
          kind === "same" ? text : make(kind === "removed" ? "del" : "ins", {}, text),
        ),
      );
    } else {
      part("differs").remove();
      part("merge").remove();
    }
    const close = () => {
      panel.remove();
      of(name)[0].focus();
    };
    const keep = () => {
      saver.put(name, valueOf(name), { base: data.version, from: data.value, settles: true });
      close();
    };
    part("take-mine").addEventListener("click", keep);
    part("save").addEventListener("click", keep);
    part("take-theirs").addEventListener("click", () => {
      saver.drop(name);
      saver.read(name, data.version);
      if (data.value === null) return location.reload();
      give(name, data.value);
      saved[name] = data.value;
      tell(name, "saved", fill(words.taken, { who: data.who }), fill(words.taken, { who: data.who }));
      close();
    });
    part("merge")?.addEventListener("click", () => {
      const both = merged(typeof origin === "string" ? origin : "", valueOf(name), data.theirs);
      give(name, both ?? `${data.theirs}\n\n${valueOf(name)}`);
      saver.put(name, valueOf(name), { base: data.version, from: data.value });
      part("merging").hidden = false;
      part("merged").textContent = both === null ? words.beside : words.together;
      part("choose").hidden = true;
      of(name)[0].focus();
    });
    tell(name, "refused", words.choose, title);
    boxes[name].append(panel);
  }

  /* What others have changed meanwhile, where one has not written oneself ---------------------------------------- */
  presence.bases = () =>
    Object.fromEntries(
      names
        .filter((name) => !saver.unsent().some((entry) => entry.field === name) && !of(name).includes(document.activeElement))
        .map((name) => [name, saver.base(name, started)]),
    );
  presence.news = (news) =>
    Object.entries(news).forEach(([name, { version: newer, at, by, value }]) => {
      if (!names.includes(name) || !(name in presence.bases()) || newer <= saver.base(name, started)) return;
      if (value === null) return tell(name, "refused", fill(words.reload, { who: by, time: time(at) }));
      saver.read(name, newer);
      give(name, value);
      saved[name] = valueOf(name);
      tell(name, "saved", fill(words.news, { who: by, time: time(at) }));
    });

  /* Sending the form: first what has not been saved yet, and then, if nothing is in dispute, as always. */
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (isSent) return;
    event.preventDefault();
    const button = event.submitter;
    /* After a turn: a form that is being submitted cannot be submitted. */
    new Promise((done) => setTimeout(done)).then(saver.flush).then(() => {
      const left = saver.unsent();
      const clash = form.querySelector("[data-clash-title]");
      if (clash) return clash.focus();
      if (left.some((entry) => entry.state !== "refused")) return say(word("kept"));
      isSent = true;
      form.requestSubmit(button);
      isSent = false;
    });
  });
});
