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
    /* An answer that is a file leaves this page standing. */
    setTimeout(() => {
      sending.delete(form);
      button?.removeAttribute("aria-busy");
    }, 10000);
  });
  /* Coming back with the browser's back button finds the form usable again. */
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form").forEach((form) => sending.delete(form));
    document.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });

  /* Kept ------------------------------------------------------------------------------------------ */
  const prefix = `hemtag:${root.dataset.person || ""}:`;
  const storage = {
    read(key) {
      try {
        return JSON.parse(sessionStorage.getItem(key));
      } catch {
        return null;
      }
    },
    write(key, value) {
      try {
        if (value) sessionStorage.setItem(key, JSON.stringify(value));
        else sessionStorage.removeItem(key);
      } catch {
        /* Full or closed: the warning on leaving still guards the text. */
      }
    },
    keys() {
      try {
        return Object.keys(sessionStorage).filter((key) => key.startsWith(prefix));
      } catch {
        return [];
      }
    },
  };

  /* A page that says "saved" settles whatever had been sent. */
  if (document.querySelector('.ds-alert[data-color="success"][role="status"]'))
    storage.keys().forEach((key) => storage.read(key)?.sent && storage.write(key, null));

  const skipped = new Set(["hidden", "password", "file", "submit", "button", "fieldset"]);
  const ticked = (field) => field.type === "checkbox" || field.type === "radio";

  /* [[name and place among fields of that name, field], …] in the order of the page. */
  const fieldsOf = (form) => {
    const seen = {};
    return [...form.elements]
      .filter((field) => field.name && !skipped.has(field.type) && !field.readOnly && !field.disabled)
      .map((field) => [`${field.name}#${(seen[field.name] = (seen[field.name] || 0) + 1)}`, field]);
  };
  const valueOf = (field) => {
    if (ticked(field)) return field.checked;
    if (field.multiple) return [...field.selectedOptions].map((option) => option.value);
    return field.value;
  };
  const valuesOf = (form) => Object.fromEntries(fieldsOf(form).map(([name, field]) => [name, valueOf(field)]));
  const give = (field, value) => {
    if (value === undefined) return;
    if (ticked(field)) field.checked = value;
    else if (field.multiple) [...field.options].forEach((option) => (option.selected = value.includes(option.value)));
    else field.value = value;
  };
  const bare = (values) => JSON.stringify(values).replace(/\s|\\[nrt]/g, "");

  const dirty = new Set();
  window.addEventListener("beforeunload", (event) => {
    if (dirty.size) event.preventDefault();
  });

  document.querySelectorAll("form[data-keep]").forEach((form, index) => {
    const key = `${prefix}${location.pathname}:${form.id || index}`;
    const before = bare(valuesOf(form));
    const kept = storage.read(key);
    const note = form.querySelector("[data-kept-note]");

    if (form.querySelector("[aria-invalid]") || document.querySelector(".clash:not([data-example] *)")) {
      /* Refused: what was typed stands in the form, and is still not saved. */
      dirty.add(form);
    } else if (kept && bare(kept.values) === before) {
      storage.write(key, null);
    } else if (kept && note) {
      note.hidden = false;
      note.querySelector("[data-kept-restore]").addEventListener("click", () => {
        fieldsOf(form).forEach(([name, field]) => give(field, kept.values[name]));
        note.hidden = true;
        form.dispatchEvent(new Event("input", { bubbles: true }));
        fieldsOf(form)[0]?.[1].focus();
      });
      note.querySelector("[data-kept-drop]").addEventListener("click", () => {
        storage.write(key, null);
        note.hidden = true;
      });
    }

    const changed = () => {
      const values = valuesOf(form);
      if (bare(values) === before) {
        dirty.delete(form);
        storage.write(key, null);
      } else {
        dirty.add(form);
        storage.write(key, { values });
      }
    };
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    form.addEventListener("submit", () => {
      dirty.delete(form);
      if (storage.read(key)) storage.write(key, { values: valuesOf(form), sent: true });
    });
  });
})();
