// A map must not hold the page that scrolls past it: the wheel and a single finger move the page until the map has been touched.
export function hands(map, frame, hint = "") {
  const isLive = () => frame.classList.contains("is-live");
  const live = (is) => {
    frame.classList.toggle("is-live", is);
    map.scrollWheelZoom[is ? "enable" : "disable"]();
  };
  const elsewhere = ({ target }) => {
    if (!frame.contains(target)) live(false);
  };
  live(false);
  map.on("click", () => live(true));
  document.addEventListener("pointerdown", elsewhere, true);
  map.on("unload", () => document.removeEventListener("pointerdown", elsewhere, true));
  // Before Leaflet hears of it: a mouse may drag the map at any time, one finger once the map is live; two always may.
  frame.addEventListener("pointerdown", ({ pointerType }) => {
    map.dragging[pointerType !== "touch" || isLive() ? "enable" : "disable"]();
  }, true);

  const words = document.createElement("p");
  words.className = "map-hint";
  words.textContent = hint;
  words.hidden = true;
  words.setAttribute("aria-hidden", "true");
  frame.append(words);
  frame.addEventListener("touchmove", ({ touches }) => { words.hidden = !hint || isLive() || touches.length > 1; }, { passive: true });
  for (const end of ["touchend", "touchcancel"]) frame.addEventListener(end, () => { words.hidden = true; }, { passive: true });
}
