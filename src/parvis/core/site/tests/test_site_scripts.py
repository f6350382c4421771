"""The scripts in Chromium: a text is never lost, the sentence follows the choice, nothing stays after leaving."""

import json
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from parvis.conftest import a_chromium
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
FIELDS = """<label><input type="radio" name="audience" value="everyone" checked>Everyone</label><label><input type="radio" name="audience" value="me">Me</label>
<input type="checkbox" name="is_pinned" aria-label="Pin" checked><input type="checkbox" name="categories" value="1" aria-label="One"><input type="checkbox" name="categories" value="2" aria-label="Two">
<input type="date" name="on_day" aria-label="Day"><input type="url" name="original_url" aria-label="Where"><select name="language" aria-label="Language"><option>en<option>fr</select>
<input type="file" name="pictures" aria-label="Pictures"><div data-by-name><input type="text" aria-label="Names" data-find="/find/" data-name="audience-out"><div data-picked></div></div>"""
PICKED = """() => { document.querySelector("[data-picked]").innerHTML = '<label><input type="checkbox" name="audience-out" value="person:5" checked><span>Marc</span></label>';
document.querySelector("[data-picked] input").dispatchEvent(new Event("change", { bubbles: true })); }"""
PICKER = """<form><input type="hidden" name="csrfmiddlewaretoken" value="t"><div class="{css}"><audience-picker data-sentence="/sentence/" data-choices="/choices/">
<label class="choice"><input type="radio" name="a" value="me" checked><span>Me</span></label>
<label class="choice"><input type="radio" name="a" value="custom" data-opens><span>Some</span></label>
<fieldset data-custom><label><input type="checkbox" name="a-in" value="1">Family</label><div data-by-name><label for="names">Names</label>
<div data-plain id="names-help">With commas.</div><input type="text" name="a-in-names" id="names" aria-describedby="names-help" data-find="/find/" data-for="in" data-name="a-in">
<div data-picked><label class="choice"><input type="checkbox" name="a-in" value="person:2">Marc</label></div></div></fieldset>
<div class="row"><div data-sentence-here aria-live="polite"></div></div></audience-picker></div>
<textarea name="text" aria-label="Text">secret words</textarea><button data-audience-button="Publish">Publish</button></form>"""


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
    yield from a_chromium()


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
        assert [one["words"] for one in house.kept().values()] == [{"title": "", "text": "New words"}]
        assert all(key.startswith("parvis:text:/write/#") for key in house.kept())
        page.clock.run_for(3_000)
        expect(state(page)).to_contain_text("Saved,")
        assert "New words" in house.asked[0][1]
        assert page.input_value("[name=version]") == "4"
        assert house.kept() == {}, "the house has the words now"

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

    def test_every_field_is_kept_with_its_ticks(self, house):
        from playwright.sync_api import expect

        house.page.clock.install()
        house.answers("/autosave/", status=503)
        page = house.open(EDITOR.replace("<button id=", FIELDS + "<button id="))
        page.on("dialog", lambda dialog: dialog.accept())
        page.check("[name=audience][value=me]")
        page.uncheck("[name=is_pinned]")
        page.check("[name=categories][value='2']")
        page.fill("[name=on_day]", "2099-01-15")
        page.fill("[name=original_url]", "https://a.example/")
        page.select_option("[name=language]", "fr")
        page.evaluate(PICKED)
        page.clock.run_for(2_100)
        (words,) = [one["words"] for one in house.kept().values()]
        assert words["audience"] == ["me"]
        assert words["is_pinned"] == []
        assert words["categories"] == ["2"]
        assert words["audience-out"] == ["person:5"]
        assert not {"version", "csrfmiddlewaretoken", "pictures"} & set(words)
        page.reload()
        page.get_by_text("Take it back").click()
        expect(page.locator("[name=audience][value=me]")).to_be_checked()
        expect(page.locator("[name=is_pinned]")).not_to_be_checked()
        expect(page.locator("[name=categories][value='2']")).to_be_checked()
        expect(page.locator("[name=on_day]")).to_have_value("2099-01-15")
        expect(page.locator("[name=original_url]")).to_have_value("https://a.example/")
        expect(page.locator("[name=language]")).to_have_value("fr")
        expect(page.get_by_label("Marc")).to_be_checked()

    def test_a_tick_alone_is_kept_in_the_house(self, house):
        from playwright.sync_api import expect

        house.page.clock.install()
        house.answers("/autosave/", body={"version": 4})
        page = house.open(EDITOR.replace("<button id=", FIELDS + "<button id="))
        page.check("[name=categories][value='2']")
        page.clock.run_for(3_100)
        expect(state(page)).to_contain_text("Saved,")
        assert 'name="categories"' in house.asked[0][1]

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
        with page.expect_request("**/sentence/?a=custom&a-in=1&a-in-names="):
            page.check("[name=a-in][value='1']")

    @pytest.mark.parametrize("answer", [{"status": 503}, {"body": '<p class="error">Choose a group.</p>'}])
    def test_the_button_never_speaks_of_a_choice_that_is_no_more(self, house, answer):
        from playwright.sync_api import expect

        house.answers("/sentence/", body=self.SAID)
        page = house.open(PICKER.format(css=""))
        expect(page.locator("[data-audience-button]")).to_have_text("Publish to 12 people")
        house.answers("/sentence/", **answer)
        page.check("[value=custom]")
        expect(page.locator("[data-audience-button]")).to_have_text("Publish")
        expect(page.locator("[data-sentence-here] .seen")).to_have_count(0)
        expect(page.locator("[data-sentence-here] p")).to_have_count(1)

    def test_the_button_says_on_which_day_it_comes_out(self, house):
        from playwright.sync_api import expect

        house.answers("/sentence/", body=self.SAID)
        dated = 'data-audience-button="Publish" data-on-a-day="%(words)s on %(day)s"'
        body = PICKER.replace('data-audience-button="Publish"', dated).format(css="")
        page = house.open(body.replace("<textarea", '<input type="date" name="on_day"><textarea'))
        button = page.locator("[data-audience-button]")
        expect(button).to_have_text("Publish to 12 people")
        page.fill("[name=on_day]", "2099-01-15")
        expect(button).to_have_text("Publish to 12 people on January 15, 2099")
        page.fill("[name=on_day]", "")
        expect(button).to_have_text("Publish to 12 people")

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

    def test_what_stands_after_an_at_is_posted_and_stands_in_no_address(self, house):
        house.answers("/sentence/", body=self.SAID)
        page = house.open(PICKER.format(css=""))
        page.wait_for_selector("[data-sentence-here] .seen")
        with page.expect_request(lambda request: request.method == "POST") as asked:
            page.fill("textarea", "Thanks @Élise Roux of the lower town, and mail to a@b.example")
        body = asked.value.post_data
        assert "audience-mentions=%C3%89lise+Roux+of+the&" in body
        assert "csrfmiddlewaretoken=t" in body
        assert "town" not in body
        assert all("Roux" not in url for url, _body in house.asked)

    def test_someone_mentioned_is_let_in_by_a_button(self, house):
        from playwright.sync_api import expect

        button = '<button type="button" data-add="person:7">Let Élise read it</button>'
        house.answers("/sentence/", body=self.SAID + button)
        drawn = PICKER.format(css="").replace(' value="me" checked', ' value="me"')
        start, end = drawn.index("<audience-picker"), drawn.index("</audience-picker>")
        drawn = drawn[start:end].replace('value="custom"', 'value="custom" checked') + "</audience-picker>"
        house.answers("/choices/", body=drawn)
        page = house.open(PICKER.format(css=""))
        page.get_by_role("button", name="Let Élise read it").click()
        expect(page.locator("[value=custom]")).to_be_checked()
        expect(page.locator("[data-sentence-here]")).to_be_focused()
        assert "/choices/?a=me&a-in-names=&audience-add=person%3A7" in house.asked[-2][0] + house.asked[-1][0]

    def test_a_silent_house_is_said(self, house):
        from playwright.sync_api import expect

        house.answers("/sentence/", status=500)
        page = house.open(PICKER.format(css=""))
        expect(page.locator("[data-sentence-here]")).to_contain_text("We cannot tell right now")


class TestFinder:
    """A combobox as the ARIA Authoring Practices describe it: the focus stays in the field, the arrows choose."""

    FOUND = {
        "found": [
            {"value": "1", "name": "Family", "about": "3 people"},
            {"value": "person:7", "name": "Élise Roux", "about": "your connection"},
        ],
        "more": False,
    }

    @pytest.fixture
    def names(self, house):
        house.answers("/sentence/", body=TestAudiencePicker.SAID)
        house.answers("/find/", body=json.dumps(self.FOUND))
        page = house.open(PICKER.format(css=""))
        page.check("[value=custom]")
        return page.get_by_role("combobox", name="Names")

    def test_offers_what_the_house_finds_and_ticks_what_is_picked_by_keyboard(self, names, house):
        from playwright.sync_api import expect

        page = names.page
        expect(page.locator("[data-plain]")).to_be_hidden()
        expect(page.get_by_label("Marc")).to_have_count(0)
        names.press_sequentially("el")
        expect(page.get_by_role("option")).to_have_count(2)
        expect(names).to_have_attribute("aria-expanded", "true")
        expect(page.get_by_role("status")).to_have_text("2 found")
        names.press("ArrowDown")
        names.press("ArrowDown")
        option = page.get_by_role("option", name="Élise Roux")
        expect(option).to_have_attribute("aria-selected", "true")
        expect(names).to_have_attribute("aria-activedescendant", option.get_attribute("id"))
        expect(names).to_be_focused()
        names.press("Enter")
        expect(page.get_by_role("checkbox", name="Élise Roux")).to_be_checked()
        expect(names).to_have_value("")
        expect(names).to_have_attribute("aria-expanded", "false")
        expect(names).not_to_have_attribute("aria-activedescendant", "")
        expect(page.get_by_role("status")).to_have_text("Élise Roux is chosen")
        assert page.url.endswith("/write/")  # Enter sent no form
        assert any(url.endswith("/find/?q=el&for=in") for url, _body in house.asked)

    def test_ticks_the_box_there_is_and_offers_it_no_more(self, names):
        from playwright.sync_api import expect

        names.press_sequentially("fam")
        names.page.get_by_role("option", name="Family").click()
        expect(names.page.get_by_role("checkbox", name="Family")).to_be_checked()
        names.press_sequentially("fam")
        expect(names.page.get_by_role("option")).to_have_count(1)

    def test_closes_on_escape_and_empties_on_a_second(self, names):
        from playwright.sync_api import expect

        names.press_sequentially("el")
        expect(names.page.get_by_role("option")).to_have_count(2)
        names.press("Escape")
        expect(names.page.get_by_role("listbox")).to_be_hidden()
        expect(names).to_have_value("el")
        names.press("Escape")
        expect(names).to_have_value("")

    def test_opens_with_those_one_knows(self, names, house):
        from playwright.sync_api import expect

        names.press("ArrowDown")
        expect(names.page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
        assert any(url.endswith("/find/?q=&for=in") for url, _body in house.asked)

    def test_takes_a_whole_name_that_was_typed_and_left(self, names):
        from playwright.sync_api import expect

        names.press_sequentially("élise roux")
        expect(names.page.get_by_role("option")).to_have_count(2)
        names.press("Tab")
        expect(names.page.get_by_role("checkbox", name="Élise Roux")).to_be_checked()

    def test_half_a_name_is_not_asked_about(self, names, house):
        names.press_sequentially("el")
        ticked = names.page.get_by_label("Family")
        with names.page.expect_request("**/sentence/?a=custom"):
            ticked.evaluate("(box) => box.dispatchEvent(new Event('change', {bubbles: true}))")
        assert all("names=el" not in url for url, _body in house.asked)

    def test_says_when_there_is_nobody_and_when_the_house_is_silent(self, names, house):
        from playwright.sync_api import expect

        house.answers("/find/", body='{"found": [], "more": false}')
        names.press_sequentially("zz")
        expect(names.page.get_by_role("status")).to_have_text("There is nobody and no circle by that name.")
        house.answers("/find/", status=429, body='{"error": "Wait a minute."}')
        names.press_sequentially("z")
        expect(names.page.get_by_role("status")).to_have_text("Wait a minute.")
        house.answers("/find/", status=500, body="oh")
        names.press_sequentially("z")
        expect(names.page.get_by_role("status")).to_contain_text("cannot be asked right now")


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

    @pytest.mark.parametrize(
        "focus", ["document.querySelector('summary').focus()", "document.activeElement.blur()"]
    )
    def test_a_menu_closes_on_escape_wherever_the_focus_is(self, house, focus):
        from playwright.sync_api import expect

        page = house.open(
            '<details class="menu"><summary>Mine</summary><div class="menu-in"><a href="/a/">One</a></div></details>'
        )
        page.locator("summary").click()
        page.evaluate(focus)
        page.keyboard.press("Escape")
        expect(page.get_by_text("One")).to_be_hidden()


class TestTabs:
    TABS = "".join(f'<a href="/{n}/">Drawer number {n}</a>' for n in range(9))

    def test_all_stand_in_sight_on_a_phone(self, house):
        house.page.set_viewport_size({"width": 390, "height": 844})
        page = house.open(f'<nav class="tabs">{self.TABS}</nav>')

        boxes = [tab.bounding_box() for tab in page.locator(".tabs a").all()]

        assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
        assert page.evaluate("document.querySelector('.tabs').scrollWidth <= innerWidth")

    def test_stay_off_paper_with_the_buttons(self, house):
        from playwright.sync_api import expect

        page = house.open(
            f'<h1>Journal</h1><a class="btn quiet" href="/write/">My drafts</a><nav class="tabs">{self.TABS}</nav>'
        )
        page.emulate_media(media="print")

        expect(page.get_by_text("My drafts")).to_be_hidden()
        expect(page.locator(".tabs")).to_be_hidden()
        expect(page.get_by_text("Journal")).to_be_visible()
