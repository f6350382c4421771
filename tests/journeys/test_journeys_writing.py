"""Writing: a post with its readers chosen by keyboard, a text that nothing loses, a few words from home."""

import re
from base64 import b64encode

import pytest
from playwright.sync_api import expect

from journeys.test_journeys_entering import enter
from world import jpeg

DROP = """(data) => { const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0)); const carried = new DataTransfer();
carried.items.add(new File([bytes], 'square.jpg', {type: 'image/jpeg'}));
document.querySelector('.editor').dispatchEvent(new DragEvent('drop', {dataTransfer: carried, bubbles: true, cancelable: true})); }"""


@pytest.fixture
def begin():
    """A new post under somebody's pen, on a clock that the test moves."""

    def write(visitor):
        page = visitor.go("/journal/write/")
        page.clock.install()
        page.get_by_role("button", name="Begin a post").click()
        expect(page.get_by_label("Title")).to_be_visible()
        return page

    return write


def state(page):
    """What the editor says of the text."""
    return page.locator("text-editor [role=status]")


class TestPost:
    def test_is_written_shown_to_some_by_keyboard_and_read_by_them_alone(self, visit, begin):
        alice, bob, charlie = visit("alice"), visit("bob"), visit("charlie")
        page = begin(alice)
        page.get_by_label("Title").fill("The lamp in the square")
        page.get_by_label("Text", exact=True).fill("It burns **all night** now.\n")
        page.get_by_role("button", name="Preview").click()
        expect(page.locator(".preview strong")).to_have_text("all night")
        page.get_by_role("button", name="Preview").click()
        page.evaluate(DROP, b64encode(jpeg("olive")).decode())
        expect(page.get_by_label("Text", exact=True)).to_have_value(re.compile(r"!\[\]\(/media/\w+/"))
        page.clock.run_for(4_000)
        expect(state(page)).to_contain_text("Saved,")
        bob.go(page.url[len(alice.house.address) :], expect=404)
        expect(page.get_by_role("button", name="Publish to everyone")).to_be_visible()
        page.get_by_role("radio", name="Everyone").focus()
        page.keyboard.press("ArrowDown")
        expect(page.get_by_text(re.compile(r"Visible to \d+ people: the members"))).to_be_visible()
        page.keyboard.press("ArrowDown")
        expect(page.get_by_text("Visible to 2 people: my connections")).to_be_visible()
        assert not alice.faults()
        button = page.get_by_role("button", name="Publish to 2 people")
        for _step in range(30):
            if button.evaluate("(one) => one === document.activeElement"):
                break
            page.keyboard.press("Tab")
        alice.expected.add(422)
        page.keyboard.press("Enter")
        page.get_by_label("What it shows, in a few words").fill("A street lamp, lit")
        assert not alice.faults()
        page.get_by_role("button", name="Publish to 2 people").click()
        expect(page.get_by_text("It is published.")).to_be_visible()
        path = page.url[len(alice.house.address) :]
        page = bob.go(path)
        expect(page.get_by_role("heading", name="The lamp in the square")).to_be_visible()
        picture = page.get_by_alt_text("A street lamp, lit")
        picture.scroll_into_view_if_needed()
        page.wait_for_function("(one) => one.complete && one.naturalWidth > 0", arg=picture.element_handle())
        for other in (charlie, visit()):
            other.go(path, expect=404)
            other.go(picture.get_attribute("src"), expect=404)
            expect(other.go("/journal/").get_by_text("The lamp in the square")).to_have_count(0)

    def test_survives_another_tab_and_an_expired_login(self, visit, begin):
        alice = visit("alice")
        alice.expected |= {403, 409}
        page = begin(alice)
        page.get_by_label("Title").fill("Never lost")
        page.clock.run_for(4_000)
        expect(state(page)).to_contain_text("Saved,")
        other = alice.context.new_page()
        other.goto(page.url)
        expect(other.get_by_label("Title")).to_have_value("Never lost")
        page.get_by_label("Text", exact=True).fill("From the first tab")
        page.clock.run_for(4_000)
        expect(state(page)).to_contain_text("Saved,")
        other.get_by_label("Text", exact=True).fill("From the second tab")
        other.clock.run_for(4_000)
        expect(other.get_by_role("alert")).to_contain_text("This text was changed in another tab")
        other.get_by_role("button", name="Save this one over it").click()
        expect(state(other)).to_contain_text("Saved,")
        alice.context.clear_cookies()
        other.get_by_label("Text", exact=True).fill("Written after the login ran out")
        other.clock.run_for(4_000)
        door = other.get_by_role("dialog")
        expect(door).to_contain_text("Nothing is lost")
        with alice.context.expect_page() as opened:
            door.get_by_role("link", name="Log in in another tab").click()
        enter(opened.value, "alice")
        door.get_by_role("button", name="Try again").click()
        expect(state(other)).to_contain_text("Saved,")
        expect(door).to_have_count(0)
        other.get_by_role("button", name="Publish to everyone").click()
        expect(other.get_by_text("It is published.")).to_be_visible()
        expect(
            visit().go(other.url[len(alice.house.address) :]).get_by_text("after the login ran out")
        ).to_be_visible()

    def test_keeps_the_words_of_each_of_two_tabs_until_they_are_answered_for(self, visit, begin):
        alice = visit("alice")
        alice.expected |= {409}
        page = begin(alice)
        page.get_by_label("Title").fill("Two tabs")
        page.clock.run_for(4_000)
        expect(state(page)).to_contain_text("Saved,")
        other = alice.context.new_page()
        other.clock.install()
        other.goto(page.url)
        page.get_by_label("Text", exact=True).fill("From the first tab")
        page.clock.run_for(4_000)
        expect(state(page)).to_contain_text("Saved,")
        other.get_by_label("Text", exact=True).fill("From the second tab")
        other.clock.run_for(4_000)
        expect(other.get_by_role("alert")).to_contain_text("This text was changed in another tab")
        page.get_by_label("Text", exact=True).fill("From the first tab, and more")
        page.clock.run_for(4_000)
        expect(state(page)).to_contain_text("Saved,")
        leave(other)
        other.goto(page.url)
        left = other.get_by_role("alert").filter(has_text="This device has a text")
        expect(left).to_have_count(1)
        left.get_by_role("button", name="Take it back").click()
        expect(other.get_by_label("Text", exact=True)).to_have_value("From the second tab")

    def test_keeps_what_was_not_saved_for_as_long_as_nobody_answered(self, visit, begin):
        alice = visit("alice")
        page = begin(alice)
        page.get_by_label("Title").fill("Unanswered")
        page.clock.run_for(4_000)
        expect(state(page)).to_contain_text("Saved,")
        page.get_by_label("Text", exact=True).fill("Typed just before the door closed")
        page.clock.run_for(2_100)
        expect(state(page)).to_contain_text("Kept on this device")
        address = page.url
        leave(page)
        page.goto(address)
        left = page.get_by_role("alert").filter(has_text="This device has a text")
        expect(left).to_have_count(1)
        page.get_by_label("Text", exact=True).fill("Typed since")
        page.clock.run_for(4_000)
        expect(state(page)).to_contain_text("Saved,")
        page.goto(address)
        expect(left).to_have_count(1)
        page.get_by_label("Text", exact=True).fill("Typed since, and again")
        page.clock.run_for(4_000)
        expect(state(page)).to_contain_text("Saved,")
        left.get_by_role("button", name="Take it back").click()
        expect(page.get_by_label("Text", exact=True)).to_have_value("Typed just before the door closed")
        expect(left).to_have_count(1)
        left.get_by_role("button", name="Take it back").click()
        expect(page.get_by_label("Text", exact=True)).to_have_value("Typed since, and again")
        left.get_by_role("button", name="Let it go").click()
        page.clock.run_for(4_000)
        expect(state(page)).to_contain_text("Saved,")
        page.goto(address)
        expect(page.get_by_label("Text", exact=True)).to_have_value("Typed since, and again")
        expect(left).to_have_count(0)


def leave(page):
    """Go away, whatever the page asks."""
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto("about:blank")


class TestStatus:
    def test_goes_to_connections_with_its_picture(self, visit):
        alice, bob, charlie = visit("alice"), visit("bob"), visit("charlie")
        page = alice.go("/")
        page.get_by_label("A few words").fill("Coffee on the steps")
        file = {"name": "steps.jpg", "mimeType": "image/jpeg", "buffer": jpeg("sienna")}
        page.set_input_files("input[name=pictures]", file)
        page.get_by_role("button", name="Change who").click()
        page.get_by_role("radio", name=re.compile("^My connections")).check()
        page.get_by_role("button", name="Publish to 2 people").click()
        expect(page.get_by_text("Published.")).to_be_visible()
        page = bob.go("/")
        card = page.get_by_role("article").filter(has_text="Coffee on the steps")
        picture = card.locator(".pictures img")
        picture.scroll_into_view_if_needed()
        page.wait_for_function("(one) => one.complete && one.naturalWidth > 0", arg=picture.element_handle())
        expect(charlie.go("/").get_by_text("Coffee on the steps")).to_have_count(0)
        charlie.go(picture.get_attribute("src"), expect=404)
