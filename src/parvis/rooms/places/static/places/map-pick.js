// A place chosen on the map: a click, or a mark that is dragged or moved by the arrow keys, fills in two fields; the fields move the mark.
const STEP = 8; // pixels
const DECIMALS = 5; // a metre
const ARROWS = { ArrowUp: [0, -STEP], ArrowDown: [0, STEP], ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0] };

export class Pick {
  constructor(map, frame, { latitude, longitude, words = "", zoom }) {
    this.map = map;
    this.fields = [latitude, longitude];
    const icon = L.divIcon({ className: "map-dot map-pin", html: document.createElement("span"), iconSize: [44, 44] });
    this.marker = L.marker([0, 0], { icon, draggable: true, title: words, alt: words, autoPan: true });
    map.on("click", ({ latlng }) => this.put(latlng));
    this.marker.on("dragend", () => this.put(this.marker.getLatLng()));
    frame.addEventListener("keydown", (event) => this.pressed(event, frame));
    for (const field of this.fields) field.addEventListener("input", () => this.read());
    this.read(zoom);
  }

  // Where the fields say it is; nothing while they say nowhere. `zoom` says how close the first view is.
  read(zoom) {
    const [lat, lon] = this.fields.map((field) => (field.value.trim() ? Number(field.value) : NaN));
    if (!(Math.abs(lat) <= 90 && Math.abs(lon) <= 180)) return this.marker.remove();
    this.marker.setLatLng([lat, lon]).addTo(this.map);
    if (zoom) this.map.setView([lat, lon], zoom([lat, lon]), { animate: false });
    else if (!this.map.getBounds().contains([lat, lon])) this.map.panTo([lat, lon]);
  }

  put(latlng) {
    const at = latlng.wrap();
    const values = [at.lat, at.lng];
    this.fields.forEach((field, i) => { field.value = values[i].toFixed(DECIMALS); });
    this.marker.setLatLng(latlng).addTo(this.map);
  }

  pressed(event, frame) {
    const mark = this.marker.getElement();
    if (event.target === frame && event.key === "Enter") {
      this.put(this.map.getCenter());
      this.marker.getElement().focus();
    } else if (mark && event.target === mark && ARROWS[event.key]) {
      const at = this.map.latLngToContainerPoint(this.marker.getLatLng()).add(ARROWS[event.key]);
      this.put(this.map.containerPointToLatLng(at));
      if (!this.map.getBounds().contains(this.marker.getLatLng())) this.map.panTo(this.marker.getLatLng());
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
