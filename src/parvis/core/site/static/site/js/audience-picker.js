// <audience-picker data-sentence="/audience/sentence/">: says who will see, while one chooses.
// In a composer (.say) the choices fold behind the sentence; elsewhere they stay open.
import { make, say } from "./words.js";

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

class AudiencePicker extends HTMLElement {
  connectedCallback() {
    this.here = this.querySelector("[data-sentence-here]");
    this.button = this.closest("form")?.querySelector("[data-audience-button]");
    this.addEventListener("change", () => this.later(0));
    this.addEventListener("input", (event) => {
      if (event.target.dataset.filter) this.narrow(event.target);
      else if (event.target.type === "text") this.later(400);
    });
    this.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.dataset.filter) event.preventDefault();
    });
    this.dataset.live = "";
    if (this.closest(".say")) this.fold();
    this.later(0);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.asked?.abort();
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), wait);
  }

  /** The picker's own fields, and nothing else of the form, go into the question. */
  question() {
    const query = new URLSearchParams();
    for (const field of this.querySelectorAll("[name]")) {
      const chosen = field.type === "radio" || field.type === "checkbox" ? field.checked : !["submit", "button"].includes(field.type);
      if (chosen && !field.disabled) query.append(field.name, field.value);
    }
    return query;
  }

  async ask() {
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      const answer = await fetch(`${this.dataset.sentence}?${this.question()}`, {
        headers: { "X-Requested-With": "fetch" }, redirect: "error", signal: this.asked.signal,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      this.here.innerHTML = await answer.text();
      const words = this.here.querySelector("[data-button]")?.dataset.button;
      if (this.button && words) this.button.textContent = words;
    } catch (problem) {
      if (problem.name !== "AbortError") this.here.replaceChildren(make("p", { class: "meta" }, say("sentence-missing")));
    }
  }

  /** Show the lines that hold what was typed; those that are ticked stay. */
  narrow(field) {
    const wanted = plain(field.value.trim());
    for (const line of this.querySelectorAll(`${field.dataset.filter} label`)) {
      line.hidden = Boolean(wanted) && !plain(line.textContent).includes(wanted) && !line.querySelector(":checked");
    }
  }

  /** One sentence and a way to change it. */
  fold() {
    const top = [...this.children].find((child) => child.contains(this.here));
    const rest = make("div", { class: "folded", id: `folded-${Math.random().toString(36).slice(2)}`, hidden: true });
    rest.append(...[...this.childNodes].filter((child) => child !== top));
    const change = make("button", { type: "button", class: "btn small quiet", "aria-expanded": "false", "aria-controls": rest.id }, say("change"));
    change.addEventListener("click", () => {
      rest.hidden = !rest.hidden;
      change.setAttribute("aria-expanded", String(!rest.hidden));
      change.textContent = rest.hidden ? say("change") : say("done");
      if (!rest.hidden) (rest.querySelector("input:checked") ?? rest.querySelector("input"))?.focus();
    });
    (top === this.here ? this : top).append(change);
    this.append(rest);
  }
}

customElements.define("audience-picker", AudiencePicker);
