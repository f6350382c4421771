// A text being written is kept twice: on this device every two seconds, and in the house every few seconds.
// Every field that an author fills in is kept, ticks too; the house's answers carry a version, so that two tabs never overwrite one another.
// On the device each page has a place of its own, which stays until the house has its words or its author has answered for it.
import { make } from "./words.js";

const PREFIX = "parvis:text:";
const TAKEN = "parvis:taken";
const DEVICE_EVERY = 2_000;
const HOUSE_AFTER = 3_000;
const RETRY_AFTER = 15_000;
const NOT_KEPT = new Set(["hidden", "file", "password", "submit", "button", "reset", "image"]);
const BOXES = new Set(["checkbox", "radio"]);
let gone = false;

/** On logging out: nothing that was written stays on this device. */
export function forgetAll() {
  gone = true;
  localStorage.clear();
  sessionStorage.clear();
}

/** The page after a form was taken: the copy on this device has done its work. */
export function forgetWhatWasTaken() {
  const taken = JSON.parse(sessionStorage.getItem(TAKEN) ?? "null");
  if (!taken) return;
  const from = document.referrer ? new URL(document.referrer).pathname : "";
  if (from !== taken.path || location.pathname === taken.path) return;
  localStorage.removeItem(taken.key);
  sessionStorage.removeItem(TAKEN);
}

/** Keeps one form's words. `show(state, detail)` is told: kept, saving, saved, offline, away, conflict. */
export class KeptText {
  constructor(form, { address, version, show }) {
    this.form = form;
    this.address = address;
    this.version = version;
    this.show = show;
    this.here = Math.random().toString(36).slice(2);
    this.name(location.pathname);
    sessionStorage.removeItem(TAKEN);
    this.onDevice = this.begun = JSON.stringify(this.words());
    // A form that came back with errors holds words that the house did not take.
    this.inHouse = form.querySelector(".errors, .error") ? "" : this.onDevice;
    this.halted = false;
    this.clock = setInterval(() => this.keepOnDevice(), DEVICE_EVERY);
    for (const kind of ["input", "change"]) form.addEventListener(kind, () => this.changed());
    form.addEventListener("submit", (event) => this.sending(event.submitter));
    addEventListener("beforeunload", (event) => {
      this.keepOnDevice();
      if (!this.leaving && this.unsaved()) event.preventDefault();
    });
    addEventListener("pagehide", () => this.keepOnDevice());
    addEventListener("online", () => this.keepInHouse());
    if (this.unsaved()) this.changed();
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.keepOnDevice();
      else if (this.waiting) this.keepInHouse();
    });
  }

  name(path) {
    this.path = path;
    this.key = `${PREFIX}${path}#${this.here}`;
    this.letGo?.();
    // Held for as long as this page is there: other pages then know that its words are not left over.
    navigator.locks?.request(this.key, () => new Promise((done) => { this.letGo = done; }));
  }

  /** The fields that an author fills in: hidden ones are the house's, files stay where they are. */
  fields() {
    return [...this.form.elements].filter((field) => field.name && field.matches("textarea, select, input") && !NOT_KEPT.has(field.type));
  }

  /** Names and values of the fields; of boxes, and of lists that take several, the values that are chosen. */
  words() {
    const words = {};
    for (const field of this.fields()) {
      if (BOXES.has(field.type)) words[field.name] = [...(words[field.name] ?? []), ...(field.checked ? [field.value] : [])];
      else words[field.name] = field.multiple ? [...field.selectedOptions].map((option) => option.value) : field.value;
    }
    return words;
  }

  /** The words beside boxes that were added to the form, for whoever finds it without them: {name: {value: words}}. */
  added() {
    const added = {};
    for (const box of this.form.querySelectorAll("[data-picked] :checked")) {
      (added[box.name] ??= {})[box.value] = box.closest("label")?.textContent.trim() ?? box.value;
    }
    return added;
  }

  unsaved() {
    return JSON.stringify(this.words()) !== this.inHouse;
  }

  /** What pages that are gone kept on this device and the house has not, the oldest first: [{key, words, at}]. */
  async left() {
    const mine = PREFIX + this.path;
    const open = new Set(((await navigator.locks?.query())?.held ?? []).map((lock) => lock.name));
    const kept = Object.keys(localStorage)
      .filter((key) => (key === mine || key.startsWith(`${mine}#`)) && key !== this.key && !open.has(key))
      .map((key) => ({ key, ...JSON.parse(localStorage.getItem(key)) }))
      .filter((one) => one.words && !one.saved && JSON.stringify(one.words) !== this.inHouse);
    // A form that came back: its words are those of this page from now on.
    const ours = kept.filter((one) => JSON.stringify(one.words) === this.begun);
    for (const { key, ...words } of ours) {
      localStorage.setItem(this.key, JSON.stringify(words));
      this.forget(key);
    }
    return kept.filter((one) => !ours.includes(one)).sort((one, other) => one.at - other.at);
  }

  /** Put kept words into the form. What was typed here meanwhile is kept in their place, and returned. */
  restore({ key, words, added = {} }) {
    const now = this.words();
    const typed = JSON.stringify(now) !== this.begun && JSON.stringify(now) !== JSON.stringify(words);
    const instead = typed ? { words: now, added: this.added(), at: Date.now(), version: this.version } : null;
    if (instead) localStorage.setItem(key, JSON.stringify(instead));
    else localStorage.removeItem(key);
    for (const [name, boxes] of Object.entries(added)) this.bring(name, boxes);
    const changed = [];
    for (const field of this.fields()) {
      const kept = words[field.name];
      if (kept === undefined) continue;
      const before = [field.value, field.checked, field.selectedOptions?.length];
      if (BOXES.has(field.type)) field.checked = kept.includes(field.value);
      else if (field.multiple && field.options) for (const option of field.options) option.selected = kept.includes(option.value);
      else field.value = kept;
      if (String(before) !== String([field.value, field.checked, field.selectedOptions?.length])) changed.push(field);
    }
    for (const field of changed) for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
    this.changed();
    return instead && { key, ...instead };
  }

  /** Boxes that were ticked and that this page does not have. */
  bring(name, boxes) {
    const there = new Set(this.fields().filter((field) => field.name === name).map((field) => field.value));
    const picked = this.form.querySelector(`[data-find][data-name="${CSS.escape(name)}"]`)?.closest("[data-by-name]")?.querySelector("[data-picked]");
    for (const [value, said] of Object.entries(boxes)) {
      if (there.has(value)) continue;
      picked?.append(make("label", { class: "choice" }, make("input", { type: "checkbox", name, value }), make("span", {}, said)));
    }
  }

  forget(key = this.key) {
    localStorage.removeItem(key);
  }

  changed() {
    clearTimeout(this.timer);
    if (!this.halted) this.timer = setTimeout(() => this.keepInHouse(), HOUSE_AFTER);
  }

  keepOnDevice(saved = false) {
    if (gone) return;
    const words = this.words();
    const now = JSON.stringify(words);
    if (now === this.onDevice && !saved) return;
    try {
      if (saved) this.forget();
      else localStorage.setItem(this.key, JSON.stringify({ words, added: this.added(), at: Date.now(), version: this.version }));
      this.onDevice = now;
      if (!saved && !this.busy) this.show("kept");
    } catch {
      this.show("offline"); // the device's store is full or refused
    }
  }

  async keepInHouse() {
    if (!this.address || this.halted || this.leaving || !this.unsaved()) return;
    if (this.busy) return void this.changed();
    this.busy = true;
    const sent = JSON.stringify(this.words());
    this.show("saving");
    try {
      const answer = await fetch(this.address, { method: "POST", body: this.body(), redirect: "manual", headers: { Accept: "application/json" } });
      this.waiting = false;
      await this.answered(answer, sent);
    } catch {
      this.wait("offline");
    } finally {
      this.busy = false;
    }
    if (!this.waiting && this.unsaved()) this.changed();
  }

  body() {
    const body = new FormData(this.form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    body.set("version", this.version);
    const token = freshToken();
    if (token) body.set("csrfmiddlewaretoken", token);
    return body;
  }

  async answered(answer, sent) {
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return this.wait("away");
    if (answer.status === 409) {
      this.halted = true;
      const { version } = await answer.json();
      return this.show("conflict", { version });
    }
    if (!answer.ok) return this.wait("offline");
    const told = await answer.json();
    this.carry(told.version ?? this.version);
    this.inHouse = sent;
    if (told.autosave) this.address = told.autosave;
    if (told.address && told.address !== location.pathname) {
      this.forget();
      history.replaceState(null, "", told.address);
      this.name(told.address);
    }
    if (!this.unsaved()) this.keepOnDevice(true);
    this.show("saved", told);
  }

  /** The version goes with the form too, so that publishing is not taken for another tab. */
  carry(version) {
    this.version = version;
    const field = this.form.elements.namedItem("version");
    if (field) field.value = version;
  }

  wait(state) {
    this.waiting = true;
    this.keepOnDevice();
    this.show(state);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keepInHouse(), RETRY_AFTER);
  }

  /** After a conflict: the words of this tab win. */
  insist(version) {
    this.carry(version);
    this.halted = false;
    this.keepInHouse();
  }

  sending(button) {
    this.leaving = true;
    this.keepOnDevice();
    clearTimeout(this.timer);
    const token = freshToken();
    const field = this.form.elements.namedItem("csrfmiddlewaretoken");
    if (token && field) field.value = token;
    const version = this.form.elements.namedItem("version");
    if (version) version.value = this.version;
    if (!button?.hasAttribute("formaction")) sessionStorage.setItem(TAKEN, JSON.stringify({ key: this.key, path: location.pathname }));
    setTimeout(() => { this.leaving = false; }, 10_000); // the page is still here: the network failed
  }
}

/** The mark of our forms as the cookie has it now: logging in again in another tab has changed it. */
function freshToken() {
  return document.cookie.match(/(?:^|;\s*)(?:__Host-)?parvis-form=([^;]+)/)?.[1] ?? "";
}
