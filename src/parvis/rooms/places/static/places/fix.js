// Asks the phone where it is, when its owner presses the button, and sends that along; without it, one finds a place by its name.
import { say } from "../site/js/words.js";

const DECIMALS = 4;

class PlacesFix extends HTMLElement {
  connectedCallback() {
    if (!navigator.geolocation) return;
    this.hidden = false;
    this.button = this.querySelector("button");
    this.state = document.createElement("span");
    this.state.setAttribute("role", "status");
    this.state.className = "meta";
    this.append(this.state);
    this.button.addEventListener("click", () => this.ask());
  }

  ask() {
    this.button.disabled = true;
    this.state.textContent = say("fix-asking");
    navigator.geolocation.getCurrentPosition((found) => this.send(found.coords), () => this.failed(), { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 });
  }

  send({ latitude, longitude, accuracy }) {
    const form = this.closest("form");
    form.elements.latitude.value = latitude.toFixed(DECIMALS);
    form.elements.longitude.value = longitude.toFixed(DECIMALS);
    form.elements.error.value = Math.round(accuracy);
    form.elements.q.value = "";
    form.submit();
  }

  failed() {
    this.button.disabled = false;
    this.state.textContent = say("fix-missing");
  }
}

customElements.define("places-fix", PlacesFix);
