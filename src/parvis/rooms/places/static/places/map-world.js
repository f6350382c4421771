// The land, the borders and the names of towns beneath a map, from files of the house: coarse ones far out, finer ones closer.
const FINER = 3.5;
const POLE = 85.06;
const LETTER = 6.6;
const MOST_NAMES = 40;
const here = (name) => new URL(name, import.meta.url);
const FILES = new Map();

export class Outlines {
  constructor(map, language) {
    this.map = map;
    this.language = language.startsWith("fr") ? 4 : language.startsWith("en") ? 3 : 2;
    this.names = L.layerGroup().addTo(map);
    map.on("zoomend", () => this.show());
    map.on("moveend resize", () => this.label());
    this.show();
    read("map-towns").then((towns) => {
      this.towns = towns;
      this.label();
    }, () => {});
  }

  // The outlines for this zoom; those before stay until the new ones are there.
  async show() {
    const wanted = this.map.getZoom() < FINER ? "countries-110m" : "countries-50m";
    if (this.shown === wanted) return;
    this.shown = wanted;
    let world;
    try {
      world = await read(wanted);
    } catch {
      return;
    }
    if (this.shown !== wanted || !this.map.getPane("world")) return;
    this.layer?.remove();
    const renderer = L.svg({ pane: "world", padding: 0.2 });
    const options = { pane: "world", renderer, interactive: false, smoothFactor: 0.7 };
    const copies = [-360, 0, 360];
    this.layer = L.layerGroup([
      ...copies.map((turn) => L.polygon(turned(world.land, turn), { ...options, className: "map-land", stroke: false })),
      ...copies.map((turn) => L.polyline(turned(world.borders, turn), { ...options, className: "map-border", weight: 1 })),
    ]).addTo(this.map);
  }

  // The biggest towns in sight, none over another.
  label() {
    if (!this.towns || !this.map.getPane("world")) return;
    this.names.clearLayers();
    const bounds = this.map.getBounds().pad(-0.01);
    const middle = this.map.getCenter().lng;
    const taken = [];
    for (const town of this.towns) {
      if (taken.length === MOST_NAMES) break;
      const lon = town[1] + 360 * Math.round((middle - town[1]) / 360);
      if (!bounds.contains([town[0], lon])) continue;
      const name = town[this.language] ?? town[2];
      const { x, y } = this.map.latLngToContainerPoint([town[0], lon]);
      const box = [x - 6, y - 11, x + 12 + name.length * LETTER, y + 11];
      if (box[2] > this.map.getSize().x || taken.some((other) => meet(box, other))) continue;
      taken.push(box);
      const icon = L.divIcon({ className: "map-town", html: words(name), iconSize: [0, 0] });
      L.marker([town[0], lon], { icon, interactive: false, keyboard: false, pane: "names" }).addTo(this.names);
    }
  }
}

function words(name) {
  const text = document.createElement("span");
  text.textContent = name;
  return text;
}

const meet = (one, other) => one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];

// Each file is fetched once a page, whatever the number of maps on it.
function read(name) {
  if (!FILES.has(name)) {
    const address = here(name === "map-towns" ? "map-towns.json" : `vendor/${name}.json`);
    FILES.set(name, fetch(address).then((answer) => {
      if (!answer.ok) throw new Error(answer.status);
      return answer.json();
    }).then((file) => (file.type === "Topology" ? lines(file) : file)));
    FILES.get(name).catch(() => FILES.delete(name));
  }
  return FILES.get(name);
}

function lines(topology) {
  const land = topojson.feature(topology, topology.objects.land);
  const borders = topojson.mesh(topology, topology.objects.countries, (one, other) => one !== other);
  const geometries = land.features ? land.features.map((one) => one.geometry) : [land.geometry];
  return {
    land: geometries.flatMap((one) => one.coordinates).flatMap((polygon) => polygon.map(unrolled)),
    borders: borders.coordinates.flatMap(apart),
  };
}

// The outlines leap from 180 to -180; a map wants them to go on. What goes all round the earth is closed by way of the pole.
function unrolled(ring) {
  let turn = 0;
  const places = ring.map(([lon, lat], i) => {
    if (i && Math.abs(lon - ring[i - 1][0]) > 180) turn += lon < ring[i - 1][0] ? 360 : -360;
    return [lat, lon + turn];
  });
  if (turn) {
    const pole = places[0][0] < 0 ? -POLE : POLE;
    places.push([pole, places.at(-1)[1]], [pole, places[0][1]]);
  }
  return places;
}

// A line in pieces where it leaps.
function apart(line) {
  const pieces = [[]];
  line.forEach(([lon, lat], i) => {
    if (i && Math.abs(lon - line[i - 1][0]) > 180) pieces.push([]);
    pieces.at(-1).push([lat, lon]);
  });
  return pieces;
}

const turned = (lines, turn) => (turn ? lines.map((line) => line.map(([lat, lon]) => [lat, lon + turn])) : lines);
