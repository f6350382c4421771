"""The scripts in Chromium: a text is never lost, the sentence follows the choice, nothing stays after leaving."""

import json
import shutil
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from parvis.conftest import skip_or_fail
from parvis.core.site.words import spoken

pytestmark = pytest.mark.browser
STATIC = Path(__file__).parents[1] / "static"
CSP = "default-src 'self'; img-src 'self' data:"
PAGE = """<!doctype html><html lang="en"><title>Try</title><script type="application/json" id="house-words">{words}</script>
<script type="module" src="/site/js/house.js"></script><script type="module" src="/site/js/audience-picker.js"></script>
<script type="module" src="/site/js/text-editor.js"></script><link rel="stylesheet" href="/site/parvis.css">{body}</html>"""
EDITOR = """<form method="post" action="/write/"><input type="hidden" name="csrfmiddlewaretoken" value="t"><input name="title"><input type="hidden" name="version" value="3">
<text-editor data-autosave="/autosave/" data-upload="/upload/" data-preview="/preview/" data-version="3"><div class="editor">
<textarea id="text" name="text" aria-label="Text">As it was</textarea></div></text-editor><button id="publish">Publish</button></form>"""
PICKER = """<form><div class="{css}"><audience-picker data-sentence="/sentence/">
<label class="choice"><input type="radio" name="a" value="me" checked><span>Me</span></label>
<label class="choice"><input type="radio" name="a" value="custom" data-opens><span>Some</span></label>
<fieldset data-custom><input type="search" data-filter="#list" aria-label="Find"><div id="list">
<label><input type="checkbox" name="a-in" value="1">Élise</label><label><input type="checkbox" name="a-in" value="2">Marc</label></div></fieldset>
<div class="row"><div data-sentence-here aria-live="polite"></div></div></audience-picker></div>
<textarea name="text">secret words</textarea><button data-audience-button>Publish</button></form>"""


class Quiet(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".js": "text/javascript",
        ".svg": "image/svg+xml",
    }

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture(scope="module")
def origin():
    """The house's static files on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(STATIC)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def chromium():
    path = shutil.which("chromium")
    if path is None:
        skip_or_fail("Chromium is absent")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


class House:
    """A page of ours whose answers the test decides; it refuses what the house's own policy refuses."""

    def __init__(self, page, origin):
        self.page, self.origin, self.asked = page, origin, []
        self.complaints = []
        page.on("pageerror", lambda problem: self.complaints.append(str(problem)))
        page.on(
            "console",
            lambda line: self.complaints.append(line.text) if "Security Policy" in line.text else None,
        )

    def open(self, body, path="/write/"):
        html = PAGE.format(words=json.dumps(spoken("/site/sprite.svg")), body=body)
        headers = {"Content-Security-Policy": CSP, "Content-Type": "text/html; charset=utf-8"}
        self.page.route(f"{self.origin}{path}", lambda route: route.fulfill(body=html, headers=headers))
        self.page.goto(self.origin + path)
        return self.page

    def answers(self, path, status=200, body=""):
        """From now on `path` answers this."""

        def fulfil(route):
            self.asked.append((route.request.url, route.request.post_data or ""))
            text = body if isinstance(body, str) else json.dumps(body)
            kind = "text/html" if isinstance(body, str) else "application/json"
            route.fulfill(status=status, body=text, headers={"Content-Type": kind})

        self.page.unroute(f"{self.origin}{path}*")
        self.page.route(f"{self.origin}{path}*", fulfil)

    def kept(self):
        return self.page.evaluate(
            "Object.fromEntries(Object.entries(localStorage).map(([k, v]) => [k, JSON.parse(v)]))"
        )


@pytest.fixture
def house(chromium, origin):
    context = chromium.new_context()
    house = House(context.new_page(), origin)
    yield house
    context.close()
    assert house.complaints == []


def state(page):
    return page.locator("text-editor [role=status]")


class TestTextEditor:
    def test_a_text_is_kept_on_the_device_and_then_in_the_house(self, house):
        from playwright.sync_api import expect

        house.page.clock.install()
        house.answers("/autosave/", body={"version": 4})
        page = house.open(EDITOR)
        page.fill("#text", "New words")
        page.clock.run_for(2_100)
        assert house.kept()["parvis:text:/write/"]["words"] == {"title": "", "text": "New words"}
        page.clock.run_for(3_000)
        expect(state(page)).to_contain_text("Saved,")
        assert "New words" in house.asked[0][1]
        assert page.input_value("[name=version]") == "4"
        assert house.kept()["parvis:text:/write/"]["saved"] is True

    def test_an_expired_login_keeps_the_text_and_goes_on_after(self, house):
        from playwright.sync_api import expect

        house.page.clock.install()
        house.answers("/autosave/", status=401)
        page = house.open(EDITOR)
        page.fill("#text", "Do not lose me")
        page.clock.run_for(3_100)
        dialog = page.locator("dialog[open]")
        expect(dialog).to_contain_text("Nothing is lost")
        assert dialog.locator("a").get_attribute("target") == "_blank"
        house.answers("/autosave/", body={"version": 4})
        dialog.get_by_text("Try again").click()
        expect(state(page)).to_contain_text("Saved,")
        expect(dialog).to_have_count(0)

    def test_another_tab_is_never_overwritten_unasked(self, house):
        from playwright.sync_api import expect

        house.page.clock.install()
        house.answers("/autosave/", status=409, body={"version": 9})
        page = house.open(EDITOR)
        page.fill("#text", "Mine")
        page.clock.run_for(3_100)
        expect(state(page)).to_have_text("Another tab has a newer text")
        page.fill("#text", "Mine, longer")
        page.clock.run_for(60_000)
        assert len(house.asked) == 1
        house.answers("/autosave/", body={"version": 10})
        page.get_by_text("Save this one over it").click()
        expect(state(page)).to_contain_text("Saved,")
        assert "9" in house.asked[1][1].split('name="version"')[1][:12]

    def test_what_only_the_device_has_is_offered(self, house):
        from playwright.sync_api import expect

        house.page.clock.install()
        house.answers("/autosave/", status=503)
        page = house.open(EDITOR)
        page.on("dialog", lambda dialog: dialog.accept())
        page.fill("#text", "Typed before the storm")
        page.clock.run_for(2_100)
        page.reload()
        expect(page.get_by_role("alert")).to_contain_text("was not saved")
        page.get_by_text("Take it back").click()
        expect(page.locator("#text")).to_have_value("Typed before the storm")

    def test_a_published_text_leaves_the_device(self, house):
        page = house.open(EDITOR)
        page.evaluate("localStorage.setItem('parvis:text:/write/', '{}')")
        page.evaluate(
            "sessionStorage.setItem('parvis:taken', JSON.stringify({key: 'parvis:text:/write/', path: '/write/'}))"
        )
        house.page.route(
            f"{house.origin}/read/",
            lambda route: route.fulfill(body=PAGE.format(words="{}", body="Read"), content_type="text/html"),
        )
        page.evaluate("location.assign('/read/')")
        page.wait_for_url("**/read/")
        page.wait_for_function("Object.keys(localStorage).length === 0")

    def test_a_picture_becomes_markdown(self, house):
        from playwright.sync_api import expect

        house.answers("/upload/", body={"src": "/media/x/", "alt": "A stone"})
        page = house.open(EDITOR)
        page.set_input_files(
            "text-editor input[type=file]", {"name": "a.png", "mimeType": "image/png", "buffer": b"x"}
        )
        expect(page.locator("#text")).to_have_value("As it was\n![A stone](/media/x/)\n")

    def test_a_text_waits_for_its_pictures(self, house):
        from playwright.sync_api import expect

        held = []
        house.page.route(f"{house.origin}/upload/", lambda route: held.append(route))  # noqa: PLW0108 (Playwright marks the handler)
        page = house.open(EDITOR)
        page.set_input_files(
            "text-editor input[type=file]", {"name": "a.png", "mimeType": "image/png", "buffer": b"x"}
        )
        page.click("#publish")
        expect(state(page)).to_contain_text("A picture is still on its way")
        held[0].fulfill(
            status=200, body=json.dumps({"src": "/media/x/", "alt": ""}), content_type="application/json"
        )
        expect(page.locator("#text")).to_have_value("As it was\n![](/media/x/)\n")

    def test_a_refused_picture_leaves_no_trace_but_a_sentence(self, house):
        from playwright.sync_api import expect

        house.answers("/upload/", status=400, body={"error": "This is no picture."})
        page = house.open(EDITOR)
        page.set_input_files(
            "text-editor input[type=file]", {"name": "a.png", "mimeType": "image/png", "buffer": b"x"}
        )
        expect(state(page)).to_have_text("This is no picture.")
        assert "![" not in page.input_value("#text")

    def test_the_toolbar_marks_what_is_chosen_and_can_be_undone(self, house):
        page = house.open(EDITOR)
        page.focus("#text")
        page.keyboard.press("Control+a")
        page.keyboard.press("Control+b")
        assert page.input_value("#text") == "**As it was**"
        page.keyboard.press("Control+z")
        assert page.input_value("#text") == "As it was"

    def test_the_preview_comes_from_the_house(self, house):
        from playwright.sync_api import expect

        house.answers("/preview/", body="<p>As it <em>will</em> be</p>")
        page = house.open(EDITOR)
        page.get_by_text("Preview").click()
        expect(page.locator(".preview em")).to_have_text("will")
        expect(page.locator("#text")).to_be_hidden()


class TestAudiencePicker:
    SAID = '<p class="seen" data-button="Publish to 12 people"><span>Visible to 12 people</span></p>'

    def test_the_sentence_and_the_button_follow_the_choice(self, house):
        from playwright.sync_api import expect

        house.answers("/sentence/", body=self.SAID)
        page = house.open(PICKER.format(css=""))
        expect(page.locator("[data-sentence-here]")).to_have_text("Visible to 12 people")
        expect(page.locator("[data-audience-button]")).to_have_text("Publish to 12 people")
        page.check("[value=custom]")
        page.check("[name=a-in][value='1']")
        page.wait_for_function(
            "performance.getEntriesByType('resource').some((r) => r.name.endsWith('a=custom&a-in=1'))"
        )

    def test_what_is_written_is_never_in_the_question(self, house):
        house.answers("/sentence/", body=self.SAID)
        page = house.open(PICKER.format(css=""))
        page.wait_for_selector("[data-sentence-here] .seen")
        assert all("secret" not in url for url, _body in house.asked)

    def test_in_a_composer_the_choices_stay_behind_the_sentence(self, house):
        from playwright.sync_api import expect

        house.answers("/sentence/", body=self.SAID)
        page = house.open(PICKER.format(css="say"))
        expect(page.locator("[value=me]")).to_be_hidden()
        page.get_by_text("Change who").click()
        expect(page.locator("[value=me]")).to_be_focused()

    def test_a_long_list_is_narrowed_without_minding_accents(self, house):
        from playwright.sync_api import expect

        house.answers("/sentence/", body=self.SAID)
        page = house.open(PICKER.format(css=""))
        expect(page.locator("[data-custom]")).to_be_hidden()
        page.check("[value=custom]")
        page.fill("[type=search]", "elise")
        expect(page.get_by_text("Marc")).to_be_hidden()
        expect(page.get_by_text("Élise")).to_be_visible()

    def test_a_silent_house_is_said(self, house):
        from playwright.sync_api import expect

        house.answers("/sentence/", status=500)
        page = house.open(PICKER.format(css=""))
        expect(page.locator("[data-sentence-here]")).to_contain_text("We cannot tell right now")


class TestHouse:
    def test_leaving_empties_the_device(self, house):
        page = house.open('<form data-leaving action="/left/"><button>Log out</button></form>')
        house.answers("/left/", body="Left")
        page.evaluate("localStorage.setItem('parvis:text:/x/', '{}')")
        page.get_by_text("Log out").click()
        page.wait_for_url("**/left/*")
        assert page.evaluate("localStorage.length") == 0

    def test_a_grave_deed_asks_first(self, house):
        from playwright.sync_api import expect

        page = house.open(
            '<form data-confirm="Erase it?" action="/done/"><button class="btn danger">Erase</button></form>'
        )
        house.answers("/done/", body="Done")
        page.get_by_role("button", name="Erase").click()
        expect(page.get_by_role("dialog")).to_contain_text("Erase it?")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert house.asked == []
        page.get_by_role("button", name="Erase").click()
        page.get_by_role("dialog").get_by_role("button", name="Erase").click()
        page.wait_for_url("**/done/*")

    def test_a_menu_is_walked_by_keyboard(self, house):
        from playwright.sync_api import expect

        page = house.open(
            '<details class="menu"><summary>Mine</summary><div class="menu-in"><a href="/a/">One</a><a href="/b/">Two</a></div></details>'
        )
        page.focus("summary")
        page.keyboard.press("ArrowDown")
        expect(page.get_by_text("One")).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(page.get_by_text("Two")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("summary")).to_be_focused()
        expect(page.get_by_text("One")).to_be_hidden()
