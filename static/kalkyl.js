/* The answer follows while a value is dragged: few draws at once, more a moment later. Nothing is saved until the form
   is sent, and without this file the form is an ordinary one. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-answer]");
  const here = document.querySelector("[data-answer-here]");
  if (!form || !here) return;
  const note = document.querySelector("[data-answer-note]");
  const comma = (document.documentElement.lang || "sv").startsWith("sv");
  let asked = 0;
  let quick = 0;
  let thorough = 0;

  const show = (text) => {
    if (note) note.textContent = note.dataset[text];
  };

  const ask = async (exact) => {
    const mine = ++asked;
    const sent = new FormData(form);
    sent.set("name", form.dataset.input);
    sent.set("region", form.dataset.region || "");
    if (exact) sent.set("noga", "1");
    try {
      const answer = await fetch(form.dataset.answer, {
        method: "POST",
        body: sent,
        headers: { "X-Requested-With": "fetch", "X-CSRFToken": sent.get("csrfmiddlewaretoken") },
        redirect: "error",
      });
      /* Only the newest question is answered. */
      if (mine !== asked) return;
      if (answer.status === 422) return show("refused");
      if (!answer.ok) return;
      const said = await answer.json();
      if (mine !== asked) return;
      const fresh = new DOMParser().parseFromString(said.html, "text/html");
      here.replaceChildren(...fresh.body.childNodes);
      here.dataset.draws = said.draws;
      show("trying");
    } catch {
      /* No network: the answer that was shown stays. */
    }
  };

  const changed = () => {
    clearTimeout(quick);
    clearTimeout(thorough);
    quick = setTimeout(() => ask(false), 60);
    thorough = setTimeout(() => ask(true), 700);
  };

  const number = (text) => Number(text.replace(/\s/g, "").replace("\u2212", "-").replace(",", "."));
  const inText = (value) => {
    const text = String(Number(Number(value).toPrecision(10)));
    return comma ? text.replace(".", ",") : text;
  };
  const sliders = [...form.querySelectorAll("input[type=range][data-for]")];
  const fieldOf = (slider) => document.getElementById(slider.dataset.for);

  for (const slider of sliders) {
    const field = fieldOf(slider);
    /* Low, likely and high keep their order: the one that is dragged pushes the others before it. */
    slider.addEventListener("input", () => {
      field.value = inText(slider.value);
      const at = sliders.indexOf(slider);
      sliders.forEach((other, n) => {
        const beside = fieldOf(other);
        if (beside.value === "" || other === slider) return;
        const value = number(beside.value);
        if ((n < at && value > Number(slider.value)) || (n > at && value < Number(slider.value))) {
          beside.value = inText(slider.value);
          other.value = slider.value;
        }
      });
      field.dispatchEvent(new Event("change", { bubbles: true }));
      changed();
    });
    const follow = () => {
      const value = number(field.value);
      if (field.value !== "" && Number.isFinite(value)) slider.value = value;
    };
    field.addEventListener("input", () => {
      follow();
      changed();
    });
    /* A slider that moved before this file was read would leave its value behind: it comes disabled. */
    follow();
    slider.disabled = false;
  }

  /* A bare number has only one slider. What the register or the file says has none. */
  const way = form.elements.way;
  const fit = () => {
    const chosen = way ? way.value : "";
    for (const part of form.querySelectorAll("[data-part]")) {
      const hidden = chosen === "fact" || chosen === "kept" || (chosen === "constant" && part.dataset.part !== "likely");
      part.hidden = hidden;
    }
  };
  if (way) {
    way.addEventListener("change", () => {
      fit();
      changed();
    });
    fit();
  }
})();
