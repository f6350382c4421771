// <parvis-map>: places on the bundled outlines of the world, without any server but the house's own.
//
//   <parvis-map data-points="points" data-label="…" data-zoom-in="…" data-zoom-out="…" data-hint="…"><svg>…</svg></parvis-map>
//
// `data-points` is the id of a <script type="application/json"> with a GeoJSON FeatureCollection of points, `data-url` an address
// that answers one. Properties: `name`, `url`, `about`, `radius` (metres: a disc instead of a dot), `venue` (a button of the form
// around). What stands inside is shown without JavaScript, and as long as nothing could be drawn.
//
// `data-near` lets come closer. `data-latitude` and `data-longitude` are the ids of two fields that a click fills in; `data-mark`
// says what the mark is, `data-help` is the id of the sentence that is shown with it.
//
// The outlines lie in the pane "world", beneath all others, the names of towns in "names" above them; what else may lie beneath
// is added before the first view, may call map.setMaxZoom, and says where it has streets. `data-streets` describes the file of the
// house (map-streets.js), `data-openstreetmap` is the id of the question that comes before anything is asked elsewhere
// (map-openstreetmap.js).
import { hands } from "./map-hands.js";
import { Outlines } from "./map-world.js";
import { Places } from "./map-places.js";

const BENEATH = { streets: "./map-streets.js", openstreetmap: "./map-openstreetmap.js" };
const FARTHEST = 1;
const CLOSEST = 11; // closer, the outlines say nothing
const NEARBY = 18;
const ALONE = 8; // how close a single place is shown
const TO_PICK = 10; // there are towns in sight
const STREETS = 15; // one reads their names
const ROOM = [32, 32];
const WORLD = 256; // pixels round the earth at zoom 0
const AROUND = 12; // of the radius of a disc are seen, fewer of a large one
const LARGE = 50_000; // metres
const AROUND_LARGE = 3;
const CREDIT = '<a href="https://www.naturalearthdata.com/">Natural Earth</a>, <a href="https://www.geonames.org/">GeoNames</a> (<a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>)';

class ParvisMap extends HTMLElement {
  async connectedCallback() {
    if (this.map || !window.L) return;
    let points;
    try {
      points = await this.points();
    } catch {
      return;
    }
    const beneath = await this.beneath();
    if (!this.isConnected || this.map) return;
    this.instead = [...this.childNodes];
    const frame = document.createElement("div");
    frame.className = "map-frame";
    frame.setAttribute("role", "region");
    if (this.dataset.label) frame.setAttribute("aria-label", this.dataset.label);
    this.replaceChildren(frame);
    this.draw(frame, points.features.map(placed).filter(Boolean), beneath);
    if (this.dataset.latitude) await this.pick(frame);
  }

  disconnectedCallback() {
    if (!this.map) return;
    this.map.remove();
    this.map = null;
    this.replaceChildren(...this.instead);
  }

  async points() {
    const script = document.getElementById(this.dataset.points);
    if (script) return JSON.parse(script.textContent);
    const answer = await fetch(this.dataset.url, { headers: { Accept: "application/geo+json, application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  }

  // What lies beneath beside the outlines, each from a file that is fetched where a page wants it; a map goes without it.
  async beneath() {
    const wanted = Object.keys(BENEATH).filter((name) => this.dataset[name]);
    const found = await Promise.allSettled(wanted.map((name) => import(BENEATH[name])));
    return found.filter((one) => one.status === "fulfilled").map((one) => one.value);
  }

  async pick(frame) {
    const { Pick } = await import("./map-pick.js");
    const [latitude, longitude] = [this.dataset.latitude, this.dataset.longitude].map((id) => document.getElementById(id));
    if (this.map) new Pick(this.map, frame, { latitude, longitude, words: this.dataset.mark, zoom: (at) => (this.hasStreets(at) ? STREETS : TO_PICK) });
    const help = document.getElementById(this.dataset.help);
    if (help) {
      help.hidden = false;
      frame.setAttribute("aria-describedby", help.id);
    }
  }

  draw(frame, features, beneath) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map = L.map(frame, {
      minZoom: FARTHEST, maxZoom: "near" in this.dataset ? NEARBY : CLOSEST, zoomControl: false, worldCopyJump: true, maxBounds: [[-85, -Infinity], [85, Infinity]],
      zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, inertia: !still,
      zoomSnap: 0.5,
    });
    this.map.attributionControl.setPrefix(false).addAttribution(CREDIT);
    L.control.zoom({ zoomInTitle: this.dataset.zoomIn || "+", zoomOutTitle: this.dataset.zoomOut || "−" }).addTo(this.map);
    L.control.scale({ imperial: false, position: "topright" }).addTo(this.map);
    this.map.createPane("world").style.zIndex = 150;
    this.map.createPane("names").style.zIndex = 160;
    hands(this.map, frame, this.dataset.hint);
    this.streets = beneath.map((one) => one.add(this.map, this)).filter(Boolean);
    this.look(features);
    new Outlines(this.map, document.documentElement.lang);
    new Places(this.map, features);
  }

  look(features) {
    if (!features.length) return this.map.setView([25, 10], Math.max(FARTHEST, Math.log2(this.map.getSize().x / WORLD)));
    const bounds = L.latLngBounds();
    for (const { geometry, properties } of sideBySide(features)) {
      const at = L.latLng(geometry.coordinates[1], geometry.coordinates[0]);
      const { radius } = properties;
      bounds.extend(radius ? at.toBounds((radius < LARGE ? AROUND : AROUND_LARGE) * radius) : at);
    }
    const maxZoom = "near" in this.dataset || this.hasStreets(bounds) ? STREETS : ALONE;
    this.map.fitBounds(bounds, { padding: ROOM, maxZoom, animate: false });
  }

  hasStreets(where) {
    return this.streets.some((known) => known.contains(where));
  }
}

// What is no point of the earth is left out.
function placed(feature) {
  const [lon, lat] = feature?.geometry?.type === "Point" ? feature.geometry.coordinates : [];
  if (!(Math.abs(lat) <= 90 && Math.abs(lon) <= 180)) return null;
  return { ...feature, properties: feature.properties ?? {} };
}

// The points as they lie closest: across ±180°, if that is the shorter way round.
function sideBySide(features) {
  const lons = features.map((one) => one.geometry.coordinates[0]).sort((a, b) => a - b);
  let [widest, west] = [lons[0] + 360 - lons.at(-1), lons[0]];
  lons.slice(1).forEach((lon, i) => {
    if (lon - lons[i] > widest) [widest, west] = [lon - lons[i], lon];
  });
  return features.map((one) => {
    const [lon, lat] = one.geometry.coordinates;
    return { ...one, geometry: { coordinates: [lon < west ? lon + 360 : lon, lat] } };
  });
}

customElements.define("parvis-map", ParvisMap);
