/* Comfort only: every page works without this file.
   1. A form that is being sent cannot be sent twice.
   2. What has been typed is kept in this tab until it has been saved, and leaving asks first
      (forms marked data-keep).
   3. Buttons marked data-print print. The error summary gets the focus. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  const summary = document.querySelector(".ds-error-summary");
  if (summary) summary.focus();

  /* Sent once ------------------------------------------------------------------------------------- */
  const sending = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (sending.has(form)) {
      event.preventDefault();
      return;
    }
    sending.add(form);
    const button = event.submitter;
    if (button) button.setAttribute("aria-busy", "true");
  });
  /* Coming back with the browser's back button finds the form usable again. */
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form").forEach((form) => sending.delete(form));
    document.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });

  /* Kept ------------------------------------------------------------------------------------------ */
  const skipped = new Set(["hidden", "password", "file", "submit", "button"]);
  const fieldsOf = (form) =>
    [...form.elements].filter((field) => field.name && !skipped.has(field.type) && !field.readOnly);
  const valuesOf = (form) =>
    fieldsOf(form).map((field) =>
      field.type === "checkbox" || field.type === "radio"
        ? field.checked
        : field.multiple
          ? [...field.selectedOptions].map((option) => option.value)
          : field.value,
    );
  const read = (key) => {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  };
  const write = (key, value) => {
    try {
      if (value === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(value));
    } catch {
      /* Storage is full or closed: the warning on leaving still guards the text. */
    }
  };

  const dirty = new Set();
  window.addEventListener("beforeunload", (event) => {
    if (dirty.size) event.preventDefault();
  });

  document.querySelectorAll("form[data-keep]").forEach((form, index) => {
    const person = root.dataset.person || "";
    const key = `hemtag:${person}:${location.pathname}:${form.id || index}`;
    const before = JSON.stringify(valuesOf(form));
    const kept = read(key);
    const refused = form.querySelector("[aria-invalid]") || document.querySelector(".ds-error-summary, .clash");
    const note = form.querySelector("[data-kept-note]");

    /* Text that was sent and saved comes back as what the server now shows: then nothing needs keeping. */
    if (kept && (kept.before !== before || JSON.stringify(kept.values) === before || refused)) write(key, null);
    else if (kept && note) {
      note.hidden = false;
      note.querySelector("[data-kept-restore]")?.addEventListener("click", () => {
        fieldsOf(form).forEach((field, at) => {
          const value = kept.values[at];
          if (field.type === "checkbox" || field.type === "radio") field.checked = value;
          else if (field.multiple) [...field.options].forEach((option) => (option.selected = value.includes(option.value)));
          else field.value = value;
        });
        note.hidden = true;
        dirty.add(form);
        form.dispatchEvent(new Event("input", { bubbles: true }));
      });
      note.querySelector("[data-kept-drop]")?.addEventListener("click", () => {
        write(key, null);
        note.hidden = true;
      });
    }

    const changed = () => {
      const values = valuesOf(form);
      if (JSON.stringify(values) === before) {
        dirty.delete(form);
        write(key, null);
      } else {
        dirty.add(form);
        write(key, { before, values });
      }
    };
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    form.addEventListener("submit", () => dirty.delete(form));
  });
})();
