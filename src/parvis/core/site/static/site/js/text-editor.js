// <text-editor data-autosave data-upload data-preview data-version>: a Markdown field with tools, a preview, pictures, and a memory.
import { KeptText } from "./kept-text.js";
import { icon, make, say } from "./words.js";

const TOOLS = [
  ["bold", "b", (text) => around(text, "**")],
  ["italic", "i", (text) => around(text, "*")],
  ["heading", "", (text) => lines(text, "## ")],
  ["link", "k", (text) => linked(text)],
  ["quote", "", (text) => lines(text, "> ")],
  ["list", "", (text) => lines(text, "- ")],
  ["code", "", (text) => around(text, "`")],
];

class TextEditor extends HTMLElement {
  connectedCallback() {
    this.text = this.querySelector("textarea");
    this.box = this.querySelector(".editor") ?? this;
    this.form = this.closest("form");
    if (!this.text || this.tools) return;
    this.tools = this.makeTools();
    this.box.prepend(this.tools);
    this.preview = make("div", { class: "preview prose", hidden: true, tabindex: "-1", lang: this.text.lang });
    this.count = make("span");
    this.state = make("span", { role: "status" });
    this.box.append(this.preview, make("div", { class: "foot" }, this.count, this.state));
    this.text.addEventListener("input", () => this.counted());
    this.text.addEventListener("keydown", (event) => this.shortcut(event));
    this.text.addEventListener("paste", (event) => this.received(event, event.clipboardData));
    this.box.addEventListener("drop", (event) => this.received(event, event.dataTransfer));
    for (const [kind, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
      this.box.addEventListener(kind, (event) => {
        if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
        this.text.classList.toggle("dropping", over);
      });
    }
    this.counted();
    this.text.setSelectionRange(this.text.value.length, this.text.value.length);
    this.underway = 0;
    if (this.form) {
      this.form.addEventListener("submit", (event) => this.waitForPictures(event), { capture: true });
      this.remember();
    }
  }

  makeTools() {
    const tools = make("div", { class: "toolbar", role: "toolbar", "aria-label": say("tools"), "aria-controls": this.text.id });
    for (const [name, , change] of TOOLS) {
      const button = make("button", { type: "button", "aria-label": say(name), title: say(name) }, icon(name));
      button.addEventListener("click", () => change(this.text));
      tools.append(button);
    }
    if (this.dataset.upload) {
      this.files = make("input", { type: "file", accept: "image/*", multiple: true, hidden: true });
      this.files.addEventListener("change", () => this.upload([...this.files.files]));
      const button = make("button", { type: "button", "aria-label": say("picture"), title: say("picture") }, icon("picture"));
      button.addEventListener("click", () => this.files.click());
      tools.append(make("span", { class: "gap" }), button, this.files);
    }
    if (this.dataset.preview) {
      const button = make("button", { type: "button", class: "words", "aria-pressed": "false" }, say("preview"));
      button.addEventListener("click", () => this.show(button));
      tools.append(make("span", { class: "gap" }), button);
    }
    roving(tools);
    return tools;
  }

  shortcut(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const tool = TOOLS.find(([, key]) => key && key === event.key.toLowerCase());
    if (!tool) return;
    event.preventDefault();
    tool[2](this.text);
  }

  counted() {
    const words = this.text.value.match(/[\p{L}\p{N}’'-]+/gu)?.length ?? 0;
    this.count.textContent = say("words", { count: words.toLocaleString(document.documentElement.lang) });
  }

  async show(button) {
    const open = this.preview.hidden;
    if (open) {
      const body = new FormData();
      body.set("text", this.text.value);
      body.set("csrfmiddlewaretoken", this.form?.elements.namedItem("csrfmiddlewaretoken")?.value ?? "");
      const language = this.form?.elements.namedItem("language")?.value;
      if (language) body.set("language", language);
      const answer = await fetch(this.dataset.preview, { method: "POST", body, redirect: "manual" }).catch(() => null);
      if (answer?.ok) this.preview.innerHTML = await answer.text();
      else this.preview.replaceChildren(make("p", { class: "soft" }, say("preview-missing")));
    }
    this.preview.hidden = !open;
    this.text.hidden = open;
    button.setAttribute("aria-pressed", String(open));
    (open ? this.preview : this.text).focus();
  }

  received(event, data) {
    const pictures = [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    if (!pictures.length || !this.dataset.upload) return;
    event.preventDefault();
    this.upload(pictures);
  }

  async upload(files) {
    for (const file of files) {
      this.underway += 1;
      const here = `![${say("uploading", { name: file.name })}]()`;
      this.text.setSelectionRange(this.text.selectionEnd, this.text.selectionEnd);
      insert(this.text, `\n${here}\n`);
      try {
        const { src, alt } = await this.send(file);
        swap(this.text, here, `![${alt ?? ""}](${src})`);
        this.tell("");
      } catch (problem) {
        swap(this.text, here, "");
        this.tell(problem.message || say("upload-failed", { name: file.name }), true);
      } finally {
        this.underway -= 1;
      }
    }
    if (this.files) this.files.value = "";
  }

  /** A text leaves with its pictures. */
  waitForPictures(event) {
    if (!this.underway) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.tell(say("wait-for-pictures"), true);
  }

  send(file) {
    return new Promise((resolve, reject) => {
      const body = new FormData();
      body.set("picture", file);
      body.set("csrfmiddlewaretoken", this.form?.elements.namedItem("csrfmiddlewaretoken")?.value ?? "");
      const request = new XMLHttpRequest();
      request.open("POST", this.dataset.upload);
      request.responseType = "json";
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) this.tell(say("progress", { percent: Math.round((100 * event.loaded) / event.total) }));
      });
      request.addEventListener("load", () => {
        if (request.status >= 200 && request.status < 300 && request.response?.src) resolve(request.response);
        else reject(new Error(request.status === 413 ? say("too-large") : request.response?.error ?? ""));
      });
      request.addEventListener("error", () => reject(new Error("")));
      request.send(body);
    });
  }

  tell(words, trouble = false) {
    this.state.textContent = words;
    this.state.classList.toggle("trouble", trouble);
  }

  remember() {
    this.kept = new KeptText(this.form, {
      address: this.dataset.autosave, version: this.dataset.version ?? "0", show: (state, detail) => this.heard(state, detail),
    });
    this.kept.left().then((left) => left.forEach((one) => this.offer(one)));
  }

  heard(state, detail) {
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    this.tell(say(`state-${state}`, { time }), ["offline", "away", "conflict"].includes(state));
    if (detail?.upload) this.dataset.upload = detail.upload;
    if (state === "saved") this.door?.close();
    if (state === "away" && !this.door?.open) this.loginFirst();
    if (state === "conflict") this.choose(detail.version);
  }

  /** A text that only this device has; it is offered again on each page until it is taken back or let go. */
  offer(left) {
    const back = make("button", { type: "button", class: "btn small" }, say("restore"));
    const drop = make("button", { type: "button", class: "btn small quiet" }, say("drop"));
    const when = new Date(left.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    const alert = make("div", { class: "alert", role: "alert" }, icon("clock"),
      make("div", {}, make("p", {}, say("left", { time: when })), make("p", { class: "actions" }, back, drop)));
    back.addEventListener("click", () => {
      const instead = this.kept.restore(left);
      this.counted();
      alert.remove();
      if (instead) this.offer(instead);
      this.text.focus();
    });
    drop.addEventListener("click", () => {
      this.kept.forget(left.key);
      alert.remove();
    });
    this.before(alert);
  }

  /** The login has expired: the text stays, another tab lets one in, and this one goes on. */
  loginFirst() {
    this.door?.remove();
    const link = make("a", { class: "btn", href: this.dataset.login ?? "/account/login/", target: "_blank", rel: "noopener" }, say("login"));
    const again = make("button", { type: "button", class: "btn quiet" }, say("again"));
    again.addEventListener("click", () => this.kept.keepInHouse());
    const stay = make("form", { method: "dialog" }, make("button", { class: "btn plain" }, say("later")));
    this.door = make("dialog", { "aria-labelledby": "door" }, make("h2", { id: "door" }, say("away-title")),
      make("p", {}, say("away-words")), make("div", { class: "actions" }, link, again, stay));
    document.body.append(this.door);
    this.door.showModal();
  }

  /** Another tab has saved meanwhile. */
  choose(version) {
    const mine = make("button", { type: "button", class: "btn small quiet" }, say("keep-mine"));
    const other = make("a", { class: "btn small quiet", href: location.pathname, target: "_blank", rel: "noopener" }, say("see-other"));
    const alert = make("div", { class: "alert warn", role: "alert" }, icon("alert"),
      make("div", {}, make("p", {}, say("conflict-words")), make("p", { class: "actions" }, other, mine)));
    mine.addEventListener("click", () => {
      this.kept.insist(version);
      alert.remove();
    });
    this.before(alert);
  }
}

/** Arrows move among the tools; Tab goes past them. */
function roving(tools) {
  const buttons = () => [...tools.querySelectorAll("button")];
  buttons().forEach((button, number) => { button.tabIndex = number ? -1 : 0; });
  tools.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = buttons();
    const next = all.at((all.indexOf(document.activeElement) + step) % all.length);
    all.forEach((button) => { button.tabIndex = button === next ? 0 : -1; });
    next.focus();
    event.preventDefault();
  });
}

/** Put words where the cursor is, so that the browser can undo it. */
function insert(text, words) {
  text.focus();
  if (!document.execCommand("insertText", false, words)) {
    text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** Replace a piece wherever it stands now. */
function swap(text, before, after) {
  const start = text.value.indexOf(before);
  if (start < 0) return;
  text.setRangeText(after, start, start + before.length, "preserve");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function around(text, mark) {
  const { selectionStart: start, selectionEnd: end } = text;
  insert(text, mark + text.value.slice(start, end) + mark);
  text.setSelectionRange(start + mark.length, end + mark.length);
}

function lines(text, mark) {
  const start = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
  const end = text.selectionEnd;
  const changed = text.value.slice(start, end).split("\n").map((line) => mark + line).join("\n");
  text.setSelectionRange(start, end);
  insert(text, changed);
}

function linked(text) {
  const chosen = text.value.slice(text.selectionStart, text.selectionEnd);
  const start = text.selectionStart;
  insert(text, /^https?:/.test(chosen) ? `[](${chosen})` : `[${chosen}](https://)`);
  if (/^https?:/.test(chosen)) text.setSelectionRange(start + 1, start + 1);
}

customElements.define("text-editor", TextEditor);
