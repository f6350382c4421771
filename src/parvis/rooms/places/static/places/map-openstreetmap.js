// Streets from openstreetmap.org, which learns of it: nothing is asked of it before the reader has pressed the button under the
// sentence that says so. That they did is remembered in this browser, until they press the other one.
const TILES = "https://tile.openstreetmap.org/{z}/{x}/{y}.png";
const CREDIT = '© <a href="https://www.openstreetmap.org/copyright">OpenStreetMap</a>';
const CLOSEST = 18;
const KEY = "parvis-openstreetmap";
const EVERYWHERE = [[-90, -180], [90, 180]];

/** Add the question to a map, and the streets where it was answered; answers where there are any. */
export function add(map, element) {
  const asks = document.getElementById(element.dataset.openstreetmap);
  if (!asks) return null;
  const before = map.getMaxZoom();
  // Its policy wants to know which site asks; the page is not its business.
  const layer = L.tileLayer(TILES, { maxZoom: 19, attribution: CREDIT, referrerPolicy: "origin" });
  const show = (is) => {
    if (is) layer.addTo(map);
    else layer.remove();
    map.setMaxZoom(is ? CLOSEST : before);
    asks.querySelector("[data-off]").hidden = is;
    asks.querySelector("[data-on]").hidden = !is;
  };
  for (const [name, is] of [["off", true], ["on", false]]) {
    asks.querySelector(`[data-${name}] button`).addEventListener("click", () => {
      remember(is);
      show(is);
      asks.querySelector(`[data-${is ? "on" : "off"}] button`).focus();
    });
  }
  asks.hidden = false;
  show(remembered());
  return remembered() ? L.latLngBounds(EVERYWHERE) : null;
}

// A browser that keeps nothing is asked each time.
function remembered() {
  try {
    return localStorage.getItem(KEY) === "yes";
  } catch {
    return false;
  }
}

function remember(is) {
  try {
    if (is) localStorage.setItem(KEY, "yes");
    else localStorage.removeItem(KEY);
  } catch {
    // It was said for this page alone.
  }
}
