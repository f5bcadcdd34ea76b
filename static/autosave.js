/* Keeps what is typed into a dossier's form: on this device at once, at the portal when there is a connection. */
(() => {
  "use strict";
  const PREFIX = "draft:", DAYS = 14, PAUSE = 1500, AGAIN = 15000, PATIENCE = 20000, SIDE = 1600, MOST_PHOTOS = 3;

  // The device's own keeping; a browser that has none, or is full, keeps nothing and says so.
  const store = {
    read: (key) => { try { return JSON.parse(localStorage.getItem(PREFIX + key)); } catch { return null; } },
    write: (key, entry) => { try { localStorage.setItem(PREFIX + key, JSON.stringify(entry)); return true; } catch { return false; } },
    drop: (key) => { try { localStorage.removeItem(PREFIX + key); } catch { /* nothing is kept there */ } },
    keys: () => { try { return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length)); } catch { return []; } },
  };
  for (const key of store.keys()) if (!(store.read(key)?.at > Date.now() - DAYS * 864e5)) store.drop(key);

  // The dossier's page: what the button sent has arrived.
  const filed = document.querySelector("[data-filed]");
  if (filed) {
    const key = filed.getAttribute("data-filed"), entry = store.read(key);
    if (entry?.sent && entry.seen < Number(filed.getAttribute("data-version"))) store.drop(key);
  }

  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const posts = form.matches("[data-posts]"), told = form.querySelector(".kept"), afresh = form.querySelector("[data-afresh]");
  const own = form.getAttribute("data-autosave"), user = own.split("-")[0];
  let key = own, seen = Number(form.getAttribute("data-seen")), busy = false, dirty = false, left = false, follow = false, timer = 0, photos = null, pressed = null;

  const clock = (moment) => new Date(moment).toTimeString().slice(0, 5);
  const say = (word, time = clock(Date.now()), why = "") => {
    told.textContent = told.getAttribute(word).replace("TIME", time).replace("WHY", why);
    told.hidden = false;
  };
  const skipped = new Set(["csrfmiddlewaretoken", "shown"]);
  const typed = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !skipped.has(name));
  const inputs = () => [...form.querySelectorAll("input[type=file]")];
  const files = () => inputs().some((input) => input.files.length);
  const shown = (value) => {
    let field = form.elements.namedItem("shown");
    if (value !== undefined) {
      if (!field) { field = document.createElement("input"); field.type = "hidden"; field.name = "shown"; form.append(field); }
      field.value = value;
    }
    return field ? field.value : "";
  };

  const keep = (sent = false) => {
    const entry = { at: Date.now(), seen, sent, place: location.pathname, action: form.action, shown: shown(), values: typed(), photos };
    const whole = store.write(key, entry);
    // Photos may be too much for the device; the words are not.
    const kept = whole || (photos !== null && store.write(key, { ...entry, photos: null }));
    const covered = (input) => !input.files.length || (whole && photos !== null && input.accept.startsWith("image"));
    if (kept && inputs().every(covered)) form.dataset.kept = "1"; else delete form.dataset.kept;
    return kept;
  };

  const put = (values) => {
    const rest = values.map(([name, value]) => ({ name, value }));
    const take = (name) => { const at = rest.findIndex((pair) => pair.name === name); return at < 0 ? null : rest.splice(at, 1)[0].value; };
    for (const control of form.elements) {
      if (!control.name || skipped.has(control.name) || control.type === "file" || control.tagName === "BUTTON") continue;
      if (control.type === "checkbox" || control.type === "radio") control.checked = values.some(([name, value]) => name === control.name && value === control.value);
      else { const value = take(control.name); if (value !== null) control.value = value; }
      if (control.value) { const fold = control.closest("details"); if (fold) fold.open = true; }
    }
  };

  // A photo that was taken and not sent yet: a smaller copy waits with the words.
  const shrink = async (file) => {
    const image = await createImageBitmap(file), scale = Math.min(1, SIDE / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = image.width * scale; canvas.height = image.height * scale;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    return { name: file.name, data: canvas.toDataURL("image/jpeg", 0.8).split(",")[1] };
  };
  const pick = (kept) => {
    const input = form.querySelector("input[type=file][accept^=image]");
    if (!input || !kept?.length || !window.DataTransfer) return;
    const chosen = new DataTransfer();
    for (const { name, data } of kept) chosen.items.add(new File([Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0))], name, { type: "image/jpeg" }));
    input.files = chosen.files;
    input.dispatchEvent(new Event("change"));
  };
  form.addEventListener("change", async (event) => {
    if (!event.target.matches("input[type=file][accept^=image]")) return;
    const chosen = [...form.querySelectorAll("input[type=file][accept^=image]")].flatMap((input) => [...input.files]).slice(0, MOST_PHOTOS);
    photos = null;
    try { photos = chosen.length ? await Promise.all(chosen.map(shrink)) : null; } catch { /* no picture: the portal says so */ }
    changed();
  });

  const post = async () => {
    clearTimeout(timer);
    if (!posts || busy || left || !dirty) return;
    if (!navigator.onLine) { say("data-offline"); return; }
    busy = true;
    const body = new FormData(), sent = JSON.stringify(typed());
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Autosave": "1" }, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
      if (answer.type === "opaqueredirect" || !(answer.headers.get("Content-Type") || "").includes("json")) { say("data-out"); return; }
      const said = await answer.json();
      if (!answer.ok) { say("data-why", clock(Date.now()), said.why); return; }
      form.action = said.action; seen = said.seen; shown(said.shown);
      if (location.pathname !== said.address) history.replaceState(null, "", said.address);
      // The dossier has its own name on this device from its first saving on.
      if (key !== own && !said.again) store.drop(own);
      dirty = said.again || JSON.stringify(typed()) !== sent;
      if (dirty || files()) keep(); else { store.drop(key); form.dataset.kept = "1"; }
      if (dirty) timer = setTimeout(post, PAUSE);
      afresh.hidden = true;
      // A field that the form follows was changed: show the form as it is now, unless somebody types on.
      const busyWith = document.activeElement;
      if (follow && !dirty && !files() && (busyWith === document.body || busyWith.matches("[data-follow]"))) {
        left = true;
        history.replaceState(null, "", `${said.address}#${form.querySelector("[data-follow]").id}`);
        location.reload();
        return;
      }
      say(files() ? "data-files" : "data-saved", said.saved);
    } catch { say("data-offline"); timer = setTimeout(post, AGAIN); } finally {
      busy = false;
      if (pressed) { const button = pressed; pressed = null; form.requestSubmit(button); }
    }
  };

  const changed = () => {
    dirty = true;
    afresh.hidden = true;
    clearTimeout(timer);
    if (!keep()) say("data-lost");
    else if (!navigator.onLine && posts) say("data-offline");
    else if (!posts) say("data-kept");
    timer = setTimeout(post, PAUSE);
  };
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-follow]")) follow = true;
    if (event.target.type !== "file") changed();
  });
  window.addEventListener("online", post);
  window.addEventListener("offline", () => { if (dirty && posts) say("data-offline"); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) post(); });

  // Without a connection the button keeps too, instead of losing the page; else it says that it was sent.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!navigator.onLine) { event.preventDefault(); dirty = true; say(keep() ? "data-offline" : "data-lost"); return; }
    // What is on its way arrives first: the button goes on from there.
    if (busy) { event.preventDefault(); pressed = event.submitter || form.querySelector("button[type=submit]"); return; }
    left = true;
    if (dirty || store.read(key)) keep(true);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) left = false; });
  afresh.addEventListener("click", () => { store.drop(key); location.reload(); });

  // What was typed here before and never arrived: of this dossier, or of a new one that has no other name yet.
  const waiting = () => {
    if (store.read(own)) return own;
    return seen ? null : store.keys().find((name) => { const entry = store.read(name); return name.startsWith(`${user}-`) && entry.seen === 0 && entry.place === location.pathname; });
  };
  const found = document.querySelector(".error-summary") ? null : waiting();
  if (found) {
    const entry = store.read(found), before = JSON.stringify(typed());
    put(entry.values);
    if (JSON.stringify(typed()) === before && !entry.photos) store.drop(found);
    else {
      key = found; seen = entry.seen; form.action = entry.action; dirty = true;
      if (entry.shown) shown(entry.shown);
      photos = entry.photos;
      say("data-restored", clock(entry.at));
      afresh.hidden = false;
      pick(entry.photos);
      timer = setTimeout(post, PAUSE);
    }
  }
})();
