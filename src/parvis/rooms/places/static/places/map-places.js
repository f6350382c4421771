// The places on a map: dots and discs, gathered where they would lie over one another; each opens with a click, or Enter.
const NEAR = 44; // pixels: as near as a finger is broad
const TILE = 256;
const WIDEST = 300;
const CLOSEST = 18; // of any map that may come to lie beneath

export class Places {
  constructor(map, features) {
    this.map = map;
    this.index = new Supercluster({ radius: NEAR, extent: TILE, maxZoom: CLOSEST }).load(features);
    this.layer = L.layerGroup().addTo(map);
    map.on("zoomend moveend", () => this.show());
    this.show();
  }

  show() {
    const zoom = Math.floor(this.map.getZoom());
    const shown = this.map.getBounds().pad(0.2);
    const wide = shown.getEast() - shown.getWest() >= 360;
    const [west, east] = wide ? [-180, 180] : [shown.getWest(), shown.getEast()];
    const all = this.index.getClusters([west, Math.max(-90, shown.getSouth()), east, Math.min(90, shown.getNorth())], zoom);
    const key = JSON.stringify([zoom, all.map((one) => one.id ?? one.geometry.coordinates), this.turn()]);
    if (key === this.key) return; // an open popup stays open, a focus stays where it is
    this.key = key;
    this.layer.clearLayers();
    for (const one of all) this.layer.addLayer(one.properties.cluster ? this.gathered(one) : this.single(one));
  }

  // Which turn of the earth the middle of the map is on.
  turn() {
    return Math.round(this.map.getCenter().lng / 360);
  }

  at({ geometry: { coordinates: [lon, lat] } }) {
    return [lat, lon + 360 * Math.round((this.map.getCenter().lng - lon) / 360)];
  }

  gathered(cluster) {
    const number = cluster.properties.point_count;
    const marker = L.marker(this.at(cluster), { icon: icon("map-many", String(number)), title: this.named(cluster) });
    return marker.on("click", () => this.open(cluster, marker));
  }

  named(cluster) {
    const names = this.index.getLeaves(cluster.id, 3).map((one) => one.properties.name).filter(Boolean);
    return names.join(", ") + (cluster.properties.point_count > names.length ? " …" : "");
  }

  // Closer, until they part; what does not part at the closest is listed.
  open(cluster, marker) {
    const zoom = this.index.getClusterExpansionZoom(cluster.id);
    if (zoom <= this.map.getMaxZoom()) return this.map.setView(marker.getLatLng(), zoom);
    const list = document.createElement("ul");
    for (const one of this.index.getLeaves(cluster.id, 50)) {
      const line = document.createElement("li");
      line.append(told(one.properties));
      list.append(line);
    }
    marker.unbindPopup().bindPopup(list, this.room()).openPopup();
  }

  // What opens is never wider than the map.
  room() {
    return { maxWidth: Math.min(WIDEST, this.map.getSize().x - 2 * NEAR) };
  }

  single(feature) {
    const { name = "", radius } = feature.properties;
    const marker = L.marker(this.at(feature), { icon: icon(radius ? "map-dot map-about" : "map-dot", ""), title: name });
    if (name) marker.bindPopup(told(feature.properties), this.room());
    if (!radius) return marker;
    const disc = L.circle(this.at(feature), { radius, className: "map-around", interactive: false });
    return L.layerGroup([disc, marker]);
  }
}

function icon(css, text) {
  const inside = document.createElement("span");
  inside.textContent = text;
  return L.divIcon({ className: css, html: inside, iconSize: [NEAR, NEAR] });
}

// Name and words as text, never as HTML: people wrote them. `venue` is what the form round the map sends when it is pressed.
function told({ name, url, about, venue }) {
  const box = document.createElement("div");
  const title = document.createElement(venue ? "button" : url ? "a" : "b");
  title.textContent = name ?? "";
  if (venue) Object.assign(title, { className: "btn", name: "venue", value: venue });
  else if (url && new URL(url, location.href).protocol.startsWith("http")) title.href = url;
  box.append(title);
  if (about) {
    const line = document.createElement("p");
    line.className = "meta";
    line.textContent = about;
    box.append(line);
  }
  return box;
}
