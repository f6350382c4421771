// What the house says from scripts: sentences that the page brought along, in its own language.
const block = document.getElementById("house-words");
const sentences = block ? JSON.parse(block.textContent) : {};

/** The sentence of this name, its %(…)s filled in. */
export function say(name, values = {}) {
  const sentence = sentences[name] ?? name;
  return sentence.replace(/%\((\w+)\)s/g, (whole, key) => values[key] ?? whole);
}

/** An element with attributes and children, made without any HTML text. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

/** A drawing of the sprite. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${sentences.sprite}#${name}`);
  drawing.append(use);
  return drawing;
}

/** Ask in a dialog; resolves to true when the answer is yes. */
export function ask(question, { yes = say("yes"), no = say("no"), style = "" } = {}) {
  const agreed = make("button", { class: `btn ${style}`, value: "yes" }, yes);
  const title = make("h2", { id: "asked" }, question);
  const form = make("form", { method: "dialog", class: "actions" }, agreed, make("button", { class: "btn quiet", value: "" }, no));
  const dialog = make("dialog", { "aria-labelledby": "asked" }, title, form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
    dialog.showModal();
  });
}
