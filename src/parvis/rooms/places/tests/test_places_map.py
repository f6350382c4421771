"""The map in Chromium: drawn from the house alone, under its policy, reached by keyboard, and absent without harm."""

import base64
import hashlib
import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
VENDOR = Path(__file__).parents[1] / "static/places/vendor"
GENEVA = [6.15, 46.2]
MOVED = (  # void: what it gives back is the whole map, and takes a minute to be carried over
    "void document.querySelector('parvis-map').map.once('moveend', () => { document.body.dataset.moved = 'yes' })"
)


def feature(lon, lat, **properties):
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": properties,
    }


class TestMap:
    def test_draws_land_borders_names_and_places(self, show):
        page = show([feature(*GENEVA, name="Chez Lulu")])
        page.wait_for_selector(".map-land", state="attached")
        page.wait_for_selector(".map-border", state="attached")
        page.wait_for_selector("div.map-town >> text=Annecy")
        assert page.locator(".map-dot").count() == 1
        assert page.locator("svg.map").count() == 0
        assert page.get_by_role("region", name="Where").count() == 1
        assert page.get_by_role("button", name="Closer").count() == 1

    def test_opens_a_place_by_keyboard_and_shows_what_people_wrote_as_text(self, show):
        page = show([feature(*GENEVA, name="<b>Lulu</b>", url="/lulu/", about="yesterday")])
        page.locator(".map-dot").focus()
        page.keyboard.press("Enter")
        link = page.locator(".leaflet-popup-content a")
        assert link.text_content() == "<b>Lulu</b>"
        assert link.get_attribute("href").endswith("/lulu/")
        assert page.locator(".leaflet-popup-content p").text_content() == "yesterday"

    def test_gives_no_link_that_is_a_script(self, show):
        page = show([feature(*GENEVA, name="Lulu", url="javascript:alert(1)")])
        page.locator(".map-dot").click()
        assert page.locator(".leaflet-popup-content a").get_attribute("href") is None

    def test_moves_by_keyboard(self, show):
        page = show([feature(*GENEVA, name="Lulu")])
        where = "document.querySelector('parvis-map').map.getCenter().lng"
        before = page.evaluate(where)
        page.evaluate(MOVED)
        page.locator(".map-frame").focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_selector("body[data-moved]")
        assert page.evaluate(where) > before

    def test_gathers_what_lies_close_and_parts_it_closer(self, show):
        page = show(
            [
                feature(6.15, 46.2, name="One"),
                feature(6.3, 46.3, name="Two"),
                feature(-74, 40.7, name="Far"),
            ]
        )
        many = page.locator(".map-many")
        assert many.text_content() == "2"
        assert "One" in many.get_attribute("title")
        page.evaluate(MOVED)
        many.click()
        page.wait_for_selector("body[data-moved]")
        page.wait_for_selector(".map-dot[title=One]")
        assert page.locator(".map-dot[title=Two]").count() == 1
        assert page.locator(".map-many").count() == 0

    def test_lists_what_lies_at_one_point(self, show):
        page = show([feature(121.56, 25.03, name=f"Floor {number}") for number in range(12)])
        page.locator(".map-many").click()
        assert page.locator(".leaflet-popup-content li").count() == 12

    def test_keeps_both_sides_of_the_date_line_together(self, show):
        page = show([feature(179.9, -17.8, name="Taveuni"), feature(-171.7, -13.8, name="Apia")])
        boxes = [page.get_by_title(name).bounding_box() for name in ("Taveuni", "Apia")]
        frame = page.locator(".map-frame").bounding_box()
        assert all(frame["x"] < box["x"] < frame["x"] + frame["width"] for box in boxes)
        assert page.evaluate("document.querySelector('parvis-map').map.getZoom()") >= 4

    def test_leaves_out_what_is_no_place(self, show):
        page = show([feature(200, 100, name="Nowhere"), {"type": "Feature"}, feature(*GENEVA, name="Lulu")])
        assert page.locator(".map-dot").count() == 1

    def test_draws_a_disc_for_what_is_told_roughly(self, show):
        page = show([feature(*GENEVA, name="Geneva", radius=5000)])
        assert page.locator("path.map-around").count() == 1

    def test_asks_the_house_for_points(self, show):
        points = {"type": "FeatureCollection", "features": [feature(*GENEVA, name="Lulu")]}
        page = show(
            [], answer={"body": json.dumps(points), "headers": {"Content-Type": "application/geo+json"}}
        )
        page.wait_for_selector(".map-dot")

    def test_leaves_the_small_map_where_points_are_refused(self, show):
        page = show([], answer={"status": 404, "body": ""})
        page.wait_for_load_state("networkidle")
        assert page.locator("svg.map").is_visible()

    def test_leaves_the_small_map_without_javascript(self, show):
        assert (
            show([feature(*GENEVA, name="Lulu")], java_script_enabled=False).locator("svg.map").is_visible()
        )


WHEEL = "document.querySelector('parvis-map').map.scrollWheelZoom.enabled()"
CENTRE = "Object.values(document.querySelector('parvis-map').map.getCenter())"
FORM = '<form id="place" action="/here/"><input id="lat" name="lat" value="{}"><input id="lon" name="lon" value="{}">'
PICK = "data-near data-latitude=lat data-longitude=lon data-help=help data-mark='The place'"
HELP = '<p id="help" hidden>Touch the map</p></form>'


def typed(page):
    return [page.input_value(field) for field in ("#lat", "#lon")]


class TestHands:
    def test_the_wheel_moves_the_page_until_the_map_was_touched(self, show):
        page = show([feature(*GENEVA, name="Lulu")], after="<p>below</p>" * 100)
        frame = page.locator(".map-frame")
        assert not page.evaluate(WHEEL)

        frame.click(position={"x": 200, "y": 20})
        assert page.evaluate(WHEEL)

        page.locator("text=below").first.click()
        assert not page.evaluate(WHEEL)

    def test_one_finger_moves_the_page_and_not_the_map(self, show):
        page = show(
            [feature(*GENEVA, name="Lulu")],
            more="data-hint='Two fingers'",
            after="<p>below</p>" * 100,
            has_touch=True,
            viewport={"width": 390, "height": 700},
        )
        box = page.locator(".map-frame").bounding_box()
        before = page.evaluate(CENTRE)

        swipe(page, box["x"] + 200, box["y"] + 180, up=150)

        page.wait_for_function("scrollY > 50")
        assert page.evaluate(CENTRE) == before

    def test_one_finger_moves_the_map_once_it_was_touched(self, show):
        page = show(
            [feature(*GENEVA, name="Lulu")],
            after="<p>below</p>" * 100,
            has_touch=True,
            viewport={"width": 390, "height": 700},
        )
        box = page.locator(".map-frame").bounding_box()
        before = page.evaluate(CENTRE)
        page.touchscreen.tap(box["x"] + 300, box["y"] + 30)
        page.wait_for_selector(".map-frame.is-live")

        swipe(page, box["x"] + 200, box["y"] + 180, up=150)

        assert page.evaluate(CENTRE) != before
        assert page.evaluate("scrollY") == 0

    def test_marks_are_as_large_as_a_finger(self, show):
        page = show([feature(*GENEVA, name="Lulu"), feature(7, 46, name="A"), feature(7.001, 46, name="B")])
        for css in (".map-dot", ".map-many", ".leaflet-control-zoom-in"):
            box = page.locator(css).bounding_box()
            assert min(box["width"], box["height"]) >= 44, css


def swipe(page, x, y, *, up):
    """One finger, as a screen tells it."""
    fingers = page.context.new_cdp_session(page)
    fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 11):
        points = [{"x": x, "y": y - up * step / 10}]
        fingers.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": points})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


class TestChoosing:
    def test_a_click_fills_in_the_fields(self, show):
        page = show([], more=PICK, before=FORM.format("", ""), after=HELP)
        page.wait_for_selector("#help", state="visible")
        assert page.locator(".map-pin").count() == 0

        page.locator(".map-frame").click(position={"x": 300, "y": 150})

        page.wait_for_selector(".map-pin")
        assert all(len(value.partition(".")[2]) == 5 for value in typed(page))

    def test_the_mark_stands_where_the_fields_say_and_follows_them(self, show):
        page = show([], more=PICK, before=FORM.format("46.2", "6.15"), after=HELP)
        page.wait_for_selector(".map-pin")
        before = page.locator(".map-pin").bounding_box()

        page.fill("#lon", "6.3")
        assert page.locator(".map-pin").bounding_box()["x"] > before["x"]

        page.fill("#lon", "somewhere")
        assert page.locator(".map-pin").count() == 0

    def test_the_mark_can_be_dragged(self, show):
        page = show([], more=PICK, before=FORM.format("46.2", "6.15"), after=HELP)
        box = page.wait_for_selector(".map-pin").bounding_box()
        x, y = box["x"] + 22, box["y"] + 22

        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 40, y - 40, steps=5)
        page.mouse.up()

        lat, lon = map(float, typed(page))
        assert lat > 46.2
        assert lon > 6.15

    def test_works_from_the_keyboard(self, show):
        page = show([], more=PICK, before=FORM.format("", ""), after=HELP)
        page.wait_for_selector("#help", state="visible")

        page.locator(".map-frame").focus()
        page.keyboard.press("Enter")
        first = typed(page)
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowUp")

        assert first != ["", ""]
        assert float(typed(page)[0]) > float(first[0])
        assert float(typed(page)[1]) > float(first[1])

    def test_a_venue_is_a_button_of_the_form_around(self, show):
        page = show(
            [feature(*GENEVA, name="<i>Lulu</i>", venue="abc")],
            more="data-near",
            before='<form id="here" action="/here/">',
            after="</form>",
            routes={"/here/?venue=abc": lambda route: route.fulfill(body="pressed")},
        )
        page.locator(".map-dot").click()

        page.get_by_role("button", name="<i>Lulu</i>").last.click()

        page.wait_for_url("**/here/?venue=abc")


class TestVendor:
    def test_is_what_was_brought(self):
        lines = (VENDOR / "INTEGRITY.txt").read_text().splitlines()
        sums = dict(reversed(line.split("  ")) for line in lines if line.startswith("sha384-"))
        assert {
            str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*.*") if path.suffix != ".txt"
        } == set(sums)
        for name, sum_ in sums.items():
            found = hashlib.sha384((VENDOR / name).read_bytes()).digest()
            assert sum_ == "sha384-" + base64.b64encode(found).decode(), name

    def test_has_its_licences(self):
        licences = (VENDOR / "LICENSES.txt").read_text()
        for name in (
            "leaflet 1.9.4",
            "supercluster 9.1.0",
            "kdbush 4.1.0",
            "topojson-client 3.1.0",
            "world-atlas 2.0.2",
            "protomaps-leaflet 5.1.0",
            "pmtiles 3.2.1",
            "fflate 0.8.3",
        ):
            assert f"== {name} ==" in licences
