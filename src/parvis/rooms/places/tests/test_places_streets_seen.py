"""Streets in Chromium: from the file of the house, or from openstreetmap.org, which learns nothing before the reader has agreed."""

import pytest

from parvis.lib.geo.tests.street_files import street_file

from .test_places_streets import OSM, asked_of

pytestmark = pytest.mark.browser
FEATURE = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [6.5, 46.5]},
    "properties": {"name": "Lulu"},
}
PIXEL = """() => { const tile = document.querySelector("canvas.leaflet-tile-loaded");
if (!tile) return null; const told = tile.getContext("2d").getImageData(tile.width / 2, tile.height / 4, 1, 1).data;
return [...told].join(",") }"""
WATER = "128,222,234,255"  # of the light look of protomaps-leaflet
ASKS = """<div id="map-asks" hidden><p data-off>It learns. <button type="button">Show</button></p>
<p data-on>It knows. <button type="button">Stop</button></p></div>"""
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63606060f80f00010401005fe5c34b0000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def a_file(tmp_path_factory):
    return street_file(tmp_path_factory.mktemp("streets") / "a.pmtiles")


class TestStreetsInABrowser:
    def test_are_drawn_from_the_file(self, show, a_file):
        told = '{"url": "/streets.pmtiles", "bounds": [[46, 6], [47, 7]], "zoom": [0, 1], "credit": "<b>Ours</b>"}'

        def part(route):
            answer, body = asked_of(a_file, **{"Range": route.request.headers["range"]})
            route.fulfill(status=answer.status_code, body=body, headers=dict(answer.headers))

        page = show([FEATURE], more=f"data-streets='{told}'", routes={"/streets.pmtiles": part})

        page.wait_for_selector("canvas.leaflet-tile-loaded")
        assert page.evaluate(PIXEL) == WATER
        assert "<b>Ours</b>" in page.locator(".leaflet-control-attribution").text_content()
        assert page.evaluate("document.querySelector('parvis-map').map.getZoom()") == 15

    def test_cost_nothing_where_there_is_no_file(self, show, asked):
        page = show([FEATURE])
        page.wait_for_selector(".map-land", state="attached")
        page.wait_for_load_state("networkidle")
        assert not [one.url for one in asked if "protomaps" in one.url or "streets" in one.url]

    def test_that_cannot_be_had_leave_the_map_as_it_was(self, show):
        told = '{"url": "/streets.pmtiles", "bounds": [[46, 6], [47, 7]], "zoom": [0, 1], "credit": ""}'
        page = show(
            [FEATURE],
            more=f"data-streets='{told}'",
            routes={"/static/places/vendor/protomaps-leaflet.js": lambda route: route.abort()},
        )
        page.wait_for_selector(".map-dot")
        page.wait_for_selector(".map-land", state="attached")


class TestOpenStreetMap:
    @pytest.fixture
    def ask(self, show):
        """A page whose map may ask openstreetmap.org, which is played."""

        def opened():
            return show(
                [FEATURE],
                more="data-openstreetmap='map-asks'",
                after=ASKS,
                routes={f"{OSM}/**": lambda route: route.fulfill(body=PICTURE, content_type="image/png")},
                also=OSM,
            )

        return opened

    def test_learns_nothing_before_the_reader_has_agreed(self, ask, asked):
        page = ask()
        page.wait_for_selector("#map-asks [data-off]", state="visible")
        page.wait_for_selector(".map-land", state="attached")
        page.get_by_role("button", name="Zoom").or_(page.locator(".leaflet-control-zoom-in")).first.click()
        page.wait_for_load_state("networkidle")

        assert not [one.url for one in asked if one.url.startswith(OSM)]
        assert not page.locator("[data-on]").is_visible()

    def test_is_asked_once_they_have_and_learns_the_square_and_not_the_page(self, ask, asked, origin):
        page = ask()
        page.get_by_role("button", name="Show").click()
        page.wait_for_selector("img.leaflet-tile-loaded")

        tiles = [one for one in asked if one.url.startswith(OSM)]
        assert {one.all_headers().get("referer") for one in tiles} == {f"{origin}/"}
        assert "OpenStreetMap" in page.locator(".leaflet-control-attribution").text_content()

    def test_is_remembered_by_the_browser_until_it_is_taken_back(self, ask, asked):
        page = ask()
        page.get_by_role("button", name="Show").click()
        page.wait_for_selector("img.leaflet-tile-loaded")
        page.reload()
        page.wait_for_selector("img.leaflet-tile-loaded")

        page.get_by_role("button", name="Stop").click()
        assert page.locator("img.leaflet-tile").count() == 0
        asked.clear()
        page.reload()
        page.wait_for_selector("#map-asks [data-off]", state="visible")
        page.wait_for_load_state("networkidle")

        assert not [one.url for one in asked if one.url.startswith(OSM)]
        assert page.evaluate("localStorage.length") == 0
