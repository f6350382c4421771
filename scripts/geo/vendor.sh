#!/bin/sh
# Brings the scripts and outlines of the map anew: run it in an empty folder, with npm; it writes vendor/ with licences and sums.
set -eu
vendor=$(cd "$(dirname "$0")/../.." && pwd)/src/parvis/rooms/places/static/places/vendor
fetch() { mkdir -p "$1"; tar xzf "$(npm pack --silent "$1@$2")" -C "$1"; }
fetch leaflet 1.9.4; fetch supercluster 9.1.0; fetch kdbush 4.1.0; fetch topojson-client 3.1.0; fetch world-atlas 2.0.2
# What protomaps-leaflet has within it, for its licences.
inside="@protomaps/basemaps @mapbox/vector-tile @mapbox/point-geometry pbf pmtiles fflate color2k rbush quickselect potpack"
fetch protomaps-leaflet 5.1.0
fetch @protomaps/basemaps 5; fetch @mapbox/vector-tile 2; fetch @mapbox/point-geometry 1; fetch pbf 4; fetch pmtiles 3
fetch fflate 0.8; fetch color2k 2; fetch rbush 3; fetch quickselect 2; fetch potpack 1
rm -rf "$vendor"; mkdir -p "$vendor"
# The maps of the sources are not served: their addresses at the end of the files go.
for file in leaflet/package/dist/leaflet.js protomaps-leaflet/package/dist/protomaps-leaflet.js; do
  grep -v '^//# sourceMappingURL=' "$file" >"$vendor/${file##*/}"
done
# The rules of the house come after those of Leaflet, whatever they match: it gets the layer that is overruled.
{ echo '@layer components {'; cat leaflet/package/dist/leaflet.css; echo '}'; } >"$vendor/leaflet.css"
cp supercluster/package/dist/supercluster.min.js topojson-client/package/dist/topojson-client.min.js "$vendor"
cp world-atlas/package/countries-110m.json world-atlas/package/countries-50m.json "$vendor"
cp -r leaflet/package/dist/images "$vendor/images"
for name in leaflet supercluster kdbush topojson-client world-atlas protomaps-leaflet $inside; do
  printf '\n== %s %s ==\n\n' "$name" "$(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' "$name/package/package.json" | head -1)"
  cat "$name"/package/LICENSE* 2>/dev/null || printf '%s\n' "Copyright Protomaps LLC (and, for basemaps, Kelso Cartography; its colours are CC0)." \
    "The BSD 3-Clause License, whose text stands above under protomaps-leaflet. The package has no file of its own for it."
done >"$vendor/LICENSES.txt"
{
  echo "From npm, by scripts/geo/vendor.sh; unchanged but for the last line of leaflet.js and protomaps-leaflet.js, and the layer round leaflet.css. Licences: LICENSES.txt; Natural Earth (world-atlas) is in the public domain."
  echo "leaflet 1.9.4 (BSD-2-Clause), supercluster 9.1.0 with kdbush 4.1.0 (ISC), topojson-client 3.1.0 (ISC), world-atlas 2.0.2 (ISC), protomaps-leaflet 5.1.0 (BSD-3-Clause; within it BSD-3-Clause, ISC and MIT)"
  echo
  cd "$vendor"
  for file in leaflet.js leaflet.css supercluster.min.js topojson-client.min.js protomaps-leaflet.js countries-110m.json countries-50m.json images/*; do
    printf 'sha384-%s  %s\n' "$(openssl dgst -sha384 -binary "$file" | openssl base64 -A)" "$file"
  done
} >"$vendor/INTEGRITY.txt"
