// <own-clock data-zone="Europe/Zurich"><time datetime="…">: tells a deadline by the clock of this device, where that shows another time.
class OwnClock extends HTMLElement {
  connectedCallback() {
    const moment = new Date(this.querySelector("time")?.dateTime ?? "");
    if (Number.isNaN(moment.getTime())) return;
    const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (this.told(moment, mine, "en") === this.told(moment, this.dataset.zone, "en")) return;
    const words = this.dataset.words.replace("{when}", this.told(moment, mine, document.documentElement.lang));
    this.textContent = words.replace(/\.\.$/, "."); // "p.m." ends a sentence by itself
    this.hidden = false;
  }

  // As the page writes its own moments.
  told(moment, timeZone, language) {
    const wanted = { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit", hour12: language === "en", timeZone };
    const said = Object.fromEntries(new Intl.DateTimeFormat(language, wanted).formatToParts(moment).map((part) => [part.type, part.value]));
    const { weekday, day, month, hour, minute, dayPeriod } = said;
    if (language === "en") {
      const half = dayPeriod.toLowerCase().startsWith("a") ? "a.m." : "p.m.";
      return `${weekday} ${day} ${month} at ${hour}${minute === "00" ? "" : `:${minute}`} ${half}`;
    }
    return `${weekday} ${day === "1" ? "1er" : day} ${month} à ${Number(hour)}\u00a0h${minute === "00" ? "" : `\u00a0${minute}`}`;
  }
}

if (!customElements.get("own-clock")) customElements.define("own-clock", OwnClock);
