// <audience-picker data-sentence="/audience/sentence/" data-choices="/audience/choices/">: says who will see, while one chooses.
// In a composer (.say) the choices fold behind the sentence; elsewhere they stay open.
import { Finder } from "./finder.js";
import { make, say } from "./words.js";

// What may be a name after an @ that begins a word: four words at most leave the text.
const MENTION = /(?<![\p{L}\p{N}_@/.+-])@(\p{L}[\p{L}\p{M}\p{N}'’-]*(?: [\p{L}\p{N}][\p{L}\p{M}\p{N}'’-]*){0,3})/gu;
const WRITTEN = "textarea[name=text], input[name=title]";

class AudiencePicker extends HTMLElement {
  connectedCallback() {
    this.here = this.querySelector("[data-sentence-here]");
    this.form = this.closest("form");
    this.button = this.form?.querySelector("[data-audience-button]");
    this.addEventListener("change", () => this.doubt(0));
    this.addEventListener("input", (event) => {
      if (event.target.type === "text" && !event.target.dataset.find) this.doubt(400);
    });
    this.addEventListener("click", (event) => {
      const button = event.target.closest("[data-add]");
      if (button) this.letIn(button);
      const whole = event.target.closest("button[data-whole]");
      if (whole) this.ask(whole);
    });
    this.listen = (event) => {
      if (event.target === this.day()) this.write();
      if (event.target.matches(WRITTEN) && String(this.mentions()) !== this.mentioned) this.later(800);
    };
    this.form?.addEventListener("input", this.listen);
    for (const input of this.querySelectorAll("input[data-find]")) new Finder(input);
    this.dataset.live = "";
    if (this.closest(".say")) this.fold();
    this.promise(this.here.querySelector("[data-button]")?.dataset.button);
    this.later(0);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.form?.removeEventListener("input", this.listen);
  }

  /** Another choice was made: until the house has answered, nothing on the page speaks of the one before. */
  doubt(wait) {
    this.promise();
    this.here.replaceChildren();
    this.later(wait);
  }

  /** What the button says: for whom it publishes, or, while that is not known, only what it does. */
  promise(words = "") {
    this.promised = words || this.button?.dataset.audienceButton;
    this.write();
  }

  /** The field of the day on which it comes out, where the form has one. */
  day() {
    return this.form?.elements.namedItem("on_day");
  }

  /** A day that is chosen stands on the button too. */
  write() {
    if (!this.button || !this.promised) return;
    const [day, pattern] = [this.day()?.valueAsDate, this.button.dataset.onADay];
    const written = day?.toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
    this.button.textContent = day && pattern ? pattern.replace("%(words)s", () => this.promised).replace("%(day)s", () => written) : this.promised;
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), wait);
  }

  /** The picker's own fields, and nothing else of the form, go into the question; a name half typed does not. */
  question() {
    const query = new URLSearchParams();
    for (const field of this.querySelectorAll("[name]")) {
      const chosen = field.type === "radio" || field.type === "checkbox" ? field.checked : !["submit", "button"].includes(field.type);
      if (chosen && !field.disabled && !(field.dataset.find && field === document.activeElement)) query.append(field.name, field.value);
    }
    return query;
  }

  /** What stands after each @ of the text. */
  mentions() {
    const texts = [...(this.form?.querySelectorAll(WRITTEN) ?? [])].map((field) => field.value);
    return [...new Set(texts.flatMap((text) => [...text.matchAll(MENTION)].map((found) => found[1])))].slice(0, 20);
  }

  /** Words of the text are posted, so that they stand in no address. */
  send(mentions, button) {
    const query = this.question();
    const options = { headers: { "X-Requested-With": "fetch" }, redirect: "error", signal: this.asked.signal };
    if (!mentions.length && !button) return fetch(`${this.dataset.sentence}?${query}`, options);
    for (const one of mentions) query.append("audience-mentions", one);
    if (button) query.append(button.name, button.value);
    query.append("csrfmiddlewaretoken", this.form?.elements.namedItem("csrfmiddlewaretoken")?.value ?? "");
    return fetch(button?.dataset.whole ?? this.dataset.sentence, { ...options, method: "POST", body: query });
  }

  /** The sentence; a button of it says first whether these readers get whole texts, and is answered by the new one. */
  async ask(button) {
    this.asked?.abort();
    this.asked = new AbortController();
    const mentions = this.mentions();
    this.mentioned = String(mentions);
    try {
      const answer = await this.send(mentions, button);
      if (!answer.ok) throw new Error(String(answer.status));
      this.here.innerHTML = await answer.text();
      this.promise(this.here.querySelector("[data-button]")?.dataset.button);
      if (button) this.here.querySelector("button[data-whole]")?.focus();
    } catch (problem) {
      if (problem.name === "AbortError") return;
      this.promise();
      this.here.replaceChildren(make("p", { class: "meta" }, say("sentence-missing")));
    }
  }

  /** One more person may read it: the house draws the choices anew. */
  async letIn(button) {
    const query = this.question();
    query.append("audience-add", button.dataset.add);
    const answer = await fetch(`${this.dataset.choices}?${query}`, { headers: { "X-Requested-With": "fetch" }, redirect: "error" }).catch(() => null);
    const drawn = make("div");
    if (answer?.ok) drawn.innerHTML = await answer.text();
    const picker = drawn.querySelector("audience-picker");
    if (!picker) return void this.later(0);
    this.replaceWith(picker);
    picker.here.tabIndex = -1;
    picker.here.focus();
    picker.dispatchEvent(new Event("input", { bubbles: true }));
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
