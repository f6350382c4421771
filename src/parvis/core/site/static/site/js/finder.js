// A line for names becomes a combobox (ARIA 1.2, list with manual selection): what one types is looked up in the house,
// what one picks becomes a box that is ticked. Without this script the line takes names with commas.
import { make, say } from "./words.js";

const WAIT = 200;
let made = 0;

export class Finder {
  constructor(input) {
    this.input = input;
    this.boxes = input.closest("fieldset");
    this.picked = input.closest("[data-by-name]").querySelector("[data-picked]");
    for (const label of [...this.picked.children]) if (!label.querySelector(":checked")) label.remove();
    const id = `found-${++made}`;
    this.list = make("ul", { id, role: "listbox", class: "found", "aria-label": say("found-list"), hidden: true });
    this.state = make("p", { class: "meta", role: "status" });
    this.active = -1;
    this.found = [];
    input.after(this.list, this.state);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", id]]) input.setAttribute(name, value);
    input.removeAttribute("aria-describedby");
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.leave());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const line = event.target.closest("[role=option]");
      if (line) this.pick(this.found[[...this.list.children].indexOf(line)]);
    });
  }

  later() {
    clearTimeout(this.timer);
    if (!this.input.value.trim()) return this.close();
    this.timer = setTimeout(() => this.look(), WAIT);
  }

  async look() {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.asked = new AbortController();
    const query = new URLSearchParams({ q: this.input.value.trim(), for: this.input.dataset.for });
    try {
      const answer = await fetch(`${this.input.dataset.find}?${query}`, { headers: { Accept: "application/json" }, redirect: "error", signal: this.asked.signal });
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.error);
      this.open(told);
    } catch (problem) {
      if (problem.name === "AbortError") return;
      this.close();
      this.state.textContent = problem instanceof SyntaxError || problem instanceof TypeError ? say("found-missing") : problem.message;
    }
  }

  open({ found, more }) {
    const chosen = new Set([...this.boxes.querySelectorAll(":checked")].map((box) => box.value));
    this.found = found.filter((one) => !chosen.has(one.value));
    this.list.replaceChildren(...this.found.map((one, number) => make("li", { role: "option", id: `${this.list.id}-${number}`, "aria-selected": "false" },
      make("span", {}, one.name), one.about ? make("span", { class: "meta" }, one.about) : null)));
    const any = this.found.length > 0;
    this.list.hidden = !any;
    this.input.setAttribute("aria-expanded", String(any));
    this.state.textContent = any ? say(more ? "found-more" : "found", { count: this.found.length }) : say(found.length ? "found-chosen" : "found-none");
    this.go(-1);
  }

  close() {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.found = [];
    this.list.replaceChildren();
    this.list.hidden = true;
    this.state.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
    this.go(-1);
  }

  /** The line that Enter would pick; the focus stays in the field. */
  go(number) {
    const lines = [...this.list.children];
    lines[this.active]?.setAttribute("aria-selected", "false");
    this.active = lines.length && number >= 0 ? number % lines.length : -1;
    const line = lines[this.active];
    if (!line) return this.input.removeAttribute("aria-activedescendant");
    line.setAttribute("aria-selected", "true");
    line.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", line.id);
  }

  async key(event) {
    const { key } = event;
    if (event.isComposing) return;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      const down = key === "ArrowDown";
      if (this.list.hidden) await this.look();
      this.go(down ? this.active + 1 : this.active > 0 ? this.active - 1 : this.found.length - 1);
    } else if (key === "Enter") {
      event.preventDefault(); // a name is being chosen: the form is not sent
      if (this.active >= 0) this.pick(this.found[this.active]);
      else if (this.found.length === 1) this.pick(this.found[0]);
    } else if (key === "Escape" && (this.input.value || !this.list.hidden)) {
      event.preventDefault();
      if (this.list.hidden) this.input.value = "";
      this.close();
    }
  }

  /** A whole name that was typed and left is picked; another stays, and the sentence says what is wrong with it. */
  leave() {
    const typed = this.input.value.trim().toLowerCase();
    const same = this.found.filter((one) => one.name.toLowerCase() === typed);
    if (typed && same.length === 1) this.pick(same[0]);
    else this.close();
  }

  pick(one) {
    let box = [...this.boxes.querySelectorAll("input[type=checkbox]")].find((other) => other.value === one.value);
    if (!box) {
      box = make("input", { type: "checkbox", name: this.input.dataset.name, value: one.value });
      this.picked.append(make("label", { class: "choice" }, box, make("span", {}, one.name)));
    }
    box.checked = true;
    this.input.value = "";
    this.close();
    this.state.textContent = say("picked", { name: one.name });
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
