// Small behaviours of every member's page; each adds to HTML that works without it.
import { ask, say } from "./words.js";
import { forgetAll, forgetWhatWasTaken } from "./kept-text.js";

forgetWhatWasTaken();

// Menus close on Escape and outside; arrows move among their lines.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.target.closest?.("dialog")) {
    for (const open of document.querySelectorAll("details.menu[open]")) {
      const hadFocus = open.contains(document.activeElement);
      open.open = false;
      if (hadFocus) open.querySelector("summary").focus();
    }
  }
  const menu = event.target.closest?.("details.menu");
  if (!menu) return;
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  menu.open = true;
  const lines = [...menu.querySelectorAll(".menu-in a, .menu-in button")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const here = lines.indexOf(document.activeElement);
  lines.at(here < 0 ? (step > 0 ? 0 : -1) : (here + step) % lines.length)?.focus();
  event.preventDefault();
});

// <form data-confirm="Really?"> asks first; on leaving, this device forgets the texts it kept.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.dataset.leaving !== undefined) forgetAll();
  if (!form.dataset.confirm || form.dataset.agreed) return;
  event.preventDefault();
  const button = event.submitter;
  if (await ask(form.dataset.confirm, { yes: button?.textContent.trim() || say("yes"), style: button?.classList.contains("danger") ? "danger" : "" })) {
    form.dataset.agreed = "yes";
    form.requestSubmit(button);
    delete form.dataset.agreed;
  }
});

// <copy-button data-copy="#id">: puts a field's value, or an element's words, on the clipboard.
customElements.define("copy-button", class extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    const words = [...(button?.childNodes ?? [])].findLast((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    button?.addEventListener("click", async (event) => {
      event.preventDefault();
      const source = document.querySelector(this.dataset.copy);
      const text = source?.value ?? source?.textContent.trim() ?? this.dataset.text ?? "";
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        source?.select?.();
        document.execCommand("copy");
      }
      if (!words) return;
      const before = words.data;
      words.data = say("copied");
      setTimeout(() => { words.data = before; }, 2000);
    });
  }
});

// <relative-time><time …>: keeps “12 min ago” true while the page stays open.
customElements.define("relative-time", class extends HTMLElement {
  connectedCallback() {
    this.tick();
    this.timer = setInterval(() => this.tick(), 30_000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  tick() {
    const time = this.querySelector("time");
    const minutes = Math.floor((Date.now() - Date.parse(time?.dateTime)) / 60_000);
    if (minutes >= 1 && minutes < 60) time.textContent = say("minutes", { count: minutes });
    else if (minutes >= 60 && minutes < 120) time.textContent = time.title;
  }
});

// <brief-offer data-seconds="10">: what is offered for some seconds only; not taken away from under a hand.
customElements.define("brief-offer", class extends HTMLElement {
  connectedCallback() {
    this.timer = setTimeout(() => this.go(), 1000 * Number(this.dataset.seconds));
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  go() {
    if (!this.matches(":focus-within, :hover")) this.remove();
    else this.timer = setTimeout(() => this.go(), 1000);
  }
});

// What htmx brought in and should be read next.
document.addEventListener("htmx:afterSettle", (event) => {
  event.detail.target?.querySelector?.("[data-focus]")?.focus();
});

// A key that cannot be asked, or was refused, says so beside its button.
document.addEventListener("allauth.error", (event) => {
  const trouble = document.querySelector("[data-key-trouble]");
  if (!trouble) return;
  const isDomain = event.detail.exception?.name === "SecurityError";
  trouble.querySelector("[data-domain]").hidden = !isDomain;
  trouble.querySelector("[data-refused]").hidden = isDomain;
  trouble.hidden = false;
  event.preventDefault();
});
