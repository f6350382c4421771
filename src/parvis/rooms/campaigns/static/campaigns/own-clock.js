// <own-clock data-zone="Europe/Zurich"><time datetime="…">: tells a deadline by the clock of this device, where that shows another time.
class OwnClock extends HTMLElement {
  connectedCallback() {
    const moment = new Date(this.querySelector("time")?.dateTime ?? "");
    if (Number.isNaN(moment.getTime())) return;
    const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (this.told(moment, mine, "en") === this.told(moment, this.dataset.zone, "en")) return;
    this.textContent = this.dataset.words.replace("{when}", this.told(moment, mine, document.documentElement.lang));
    this.hidden = false;
  }

  told(moment, timeZone, language) {
    return new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit", timeZone }).format(moment);
  }
}

if (!customElements.get("own-clock")) customElements.define("own-clock", OwnClock);
