// Streets from a file of the house (PMTiles), drawn in the browser. Its script is large, and is fetched by maps that have such a file.
const CLOSEST = 18;
const BEFORE = 1; // tiles are drawn one step closer than they were made for
const USUAL = '<a href="https://protomaps.com">Protomaps</a> © <a href="https://www.openstreetmap.org/copyright">OpenStreetMap</a>';

const script = document.createElement("script");
script.src = new URL("vendor/protomaps-leaflet.js", import.meta.url);
await new Promise((done, failed) => {
  script.addEventListener("load", done);
  script.addEventListener("error", failed);
  document.head.append(script);
});

/** Add the streets to a map; answers where there are any. */
export function add(map, element) {
  const { url, bounds, zoom: [farthest, closest], credit } = JSON.parse(element.dataset.streets);
  const known = L.latLngBounds(bounds);
  const words = document.createElement("span");
  words.textContent = credit;
  const isDark = matchMedia("(prefers-color-scheme: dark)");
  const layer = () => protomapsL.leafletLayer({
    url: new URL(url, location.href).href,
    flavor: theme(isDark.matches),
    lang: document.documentElement.lang.slice(0, 2),
    bounds: known,
    minZoom: farthest + BEFORE,
    maxZoom: CLOSEST,
    maxDataZoom: closest,
    attribution: words.innerHTML || USUAL,
  });
  let shown = layer().addTo(map);
  const again = () => {
    shown.remove();
    shown = layer().addTo(map);
  };
  isDark.addEventListener("change", again);
  map.on("unload", () => isDark.removeEventListener("change", again));
  map.setMaxZoom(CLOSEST);
  return known;
}

// The theme that a person chose, or that of their machine.
function theme(isDark) {
  return document.documentElement.dataset.theme || (isDark ? "dark" : "light");
}
