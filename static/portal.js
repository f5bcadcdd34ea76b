/* Smooths what already works without it: menu, dialogs, double sending, large type, files, unsaved answers, paper. */
(() => {
  "use strict";
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

  // A menu closes with Escape and gives the focus back, a group of it before the whole.
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && [...document.querySelectorAll(".menu-toggle[open], .menu details[open]")].pop();
    if (menu) { menu.open = false; menu.firstElementChild.focus(); }
  });
  // A group also closes when the reader goes on elsewhere.
  for (const way of ["click", "focusin"]) document.addEventListener(way, (event) =>
    each(".menu details[open]", (group) => { if (!group.contains(event.target)) group.open = false; }));

  // A button prints the page; without JavaScript the browser's own does.
  each("[data-print]", (button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  // What asks before an act asks in a dialog; Escape and “cancel” lead back to its button.
  each("details[data-dialog]", (ask, number) => {
    const box = document.createElement("dialog"), body = ask.querySelector(".ask-body"), close = ask.querySelector("[data-close]");
    const title = body.querySelector("h2");
    title.id = `ask-${number}`;
    box.className = "ask-box";
    box.setAttribute("aria-labelledby", title.id);
    box.append(body);
    ask.after(box);
    close.hidden = false;
    close.addEventListener("click", () => box.close());
    ask.firstElementChild.setAttribute("aria-haspopup", "dialog");
    ask.firstElementChild.addEventListener("click", (event) => { event.preventDefault(); box.showModal(); });
  });

  // On paper nothing is folded away.
  const folded = [];
  window.addEventListener("beforeprint", () => each("details.more:not([open])", (more) => { more.open = true; folded.push(more); }));
  window.addEventListener("afterprint", () => folded.splice(0).forEach((more) => { more.open = false; }));

  // A form is sent once; a while later, or back through the browser's history, it is free again.
  const sent = new WeakSet();
  const buttons = (form) => form.querySelectorAll("button[type=submit]");
  const free = (form) => {
    sent.delete(form);
    buttons(form).forEach((button) => button.removeAttribute("aria-disabled"));
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (sent.has(form)) { event.preventDefault(); return; }
    sent.add(form);
    buttons(form).forEach((button) => button.setAttribute("aria-disabled", "true"));
    setTimeout(free, 8000, form);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) each("form", free); });

  // Leaving a form with answers that were not sent asks first.
  each("form[data-unsaved]", (form) => {
    let changed = false;
    form.addEventListener("input", () => { changed = true; });
    window.addEventListener("beforeunload", (event) => {
      if (changed && !form.dataset.kept && !sent.has(form)) event.preventDefault();
    });
  });

  // Who signs out leaves nothing on the device that autosave.js kept.
  each("form[action$='/logout/']", (form) => form.addEventListener("submit", () => {
    try { Object.keys(localStorage).filter((key) => key.startsWith("draft:")).forEach((key) => localStorage.removeItem(key)); } catch { /* nothing is kept there */ }
  }));

  // Large type switches at once; the server keeps the choice.
  each("form[data-elder]", (form) => form.addEventListener("submit", (event) => {
    event.preventDefault();
    fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).then((answer) => {
      if (answer.type !== "opaqueredirect" && !answer.ok) throw new Error(answer.status);
      const large = document.documentElement.classList.toggle("elder");
      document.documentElement.classList.remove("elder-largest");
      form.querySelector("button").setAttribute("aria-pressed", String(large));
    }).catch(() => form.submit());
  }));

  // Chosen files: name, size, and a small picture drawn on a canvas (no blob address, so the content policy holds).
  const size = (bytes) => bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
  const thumb = (file, place) => createImageBitmap(file).then((image) => {
    const canvas = document.createElement("canvas"), side = Math.min(image.width, image.height);
    canvas.width = canvas.height = 192;
    canvas.setAttribute("aria-hidden", "true");
    canvas.getContext("2d").drawImage(image, (image.width - side) / 2, (image.height - side) / 2, side, side, 0, 0, 192, 192);
    place.prepend(canvas);
    image.close();
  }).catch(() => {});
  each("input[type=file]", (input) => input.addEventListener("change", () => {
    input.parentElement.querySelector(".chosen")?.remove();
    const list = document.createElement("ul");
    list.className = "picked chosen";
    list.setAttribute("role", "list");
    for (const file of input.files) {
      const item = document.createElement("li");
      item.append(`${file.name} · ${size(file.size)}`);
      if (file.type.startsWith("image/") && list.childElementCount < 12 && window.createImageBitmap) thumb(file, item);
      list.append(item);
    }
    input.after(list);
  }));

  // Keys of a page (data-key) press its button or link, but never while somebody types.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    const control = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (control) { event.preventDefault(); control.click(); }
  });
})();
