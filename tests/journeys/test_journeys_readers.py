"""Choosing readers: by name with the keyboard, with a mention, without any script; and taking back what has just come out."""

import re

import pytest
from playwright.sync_api import expect


class TestReaders:
    def test_are_found_by_name_with_the_keyboard(self, visit):
        alice, charlie = visit("alice"), visit("charlie")
        page = alice.go("/")
        page.get_by_label("A few words").fill("For one alone")
        page.get_by_role("button", name="Change who").click()
        page.get_by_role("radio", name="Some groups and people").check()
        box = page.get_by_role("group", name="Who may read it")
        box.get_by_role("checkbox", name="My connections").uncheck()
        names = box.get_by_role("combobox")
        names.press_sequentially("char")
        expect(page.get_by_role("option", name="Charlie")).to_be_visible()
        assert not alice.faults()
        names.press("ArrowDown")
        names.press("Enter")
        expect(page.get_by_role("checkbox", name="Charlie")).to_be_checked()
        page.get_by_role("button", name="Publish to 1 person").click()
        expect(page.get_by_text("Published.", exact=True)).to_be_visible()
        expect(
            charlie.go(f"/people/{alice.house.people['alice']['id']}/").get_by_text("For one alone")
        ).to_be_visible()

    def test_who_are_mentioned_are_let_in_by_one_button(self, visit):
        alice = visit("alice")
        page = alice.go("/")
        page.get_by_label("A few words").fill("Thanks to @Charlie for the ladder")
        expect(page.get_by_text("Charlie is mentioned but will not see this.")).to_be_visible()
        assert not alice.faults()
        page.get_by_role("button", name="Let Charlie read it").click()
        expect(page.get_by_text("Visible to 3 people: my connections and Charlie")).to_be_visible()
        expect(page.get_by_text("is mentioned but")).to_have_count(0)
        expect(page.get_by_role("button", name="Publish to 3 people")).to_be_visible()


class TestUndo:
    def test_takes_back_a_status_and_a_post(self, visit):
        alice, bob = visit("alice"), visit("bob")
        page = alice.go("/")
        page.get_by_label("A few words").fill("Pressed too soon")
        page.get_by_role("button", name="Publish to 2 people").click()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_label("A few words")).to_have_value("Pressed too soon")
        assert not alice.faults()
        expect(bob.go("/").get_by_text("Pressed too soon")).to_have_count(0)
        page = alice.go("/journal/write/")
        page.get_by_role("button", name="Begin a post").click()
        page.get_by_label("Title").fill("A post too soon")
        page.get_by_role("button", name="Publish to everyone").click()
        expect(page.get_by_text("It is published.")).to_be_visible()
        assert not alice.faults()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_label("Title")).to_have_value("A post too soon")
        expect(visit().go("/journal/").get_by_text("A post too soon")).to_have_count(0)

    def test_is_offered_for_ten_seconds(self, visit):
        page = visit("alice").go("/")
        page.clock.install()
        page.get_by_label("A few words").fill("No second thoughts")
        page.get_by_role("button", name="Publish to 2 people").click()
        undo = page.get_by_role("button", name="Undo")
        expect(undo).to_be_visible()
        page.mouse.move(0, 0)
        page.clock.run_for(9_000)
        expect(undo).to_be_visible()
        page.clock.run_for(2_000)
        expect(undo).to_have_count(0)
        expect(page.get_by_text("Published.", exact=True)).to_be_visible()


@pytest.fixture
def plain(visit):
    """Alice in a browser that runs no scripts."""
    return visit("alice", java_script_enabled=False)


class TestWithoutScripts:
    def test_the_editor_asks_who_will_read_and_loses_nothing(self, plain):
        page = plain.go("/journal/write/")
        page.get_by_role("button", name="Begin a post").click()
        page.get_by_label("Title").fill("Without a net")
        page.get_by_label("Text", exact=True).fill("Long work.\n\nThanks, @Charlie.")
        page.get_by_role("radio", name=re.compile("^My connections")).check()
        page.get_by_role("button", name="Who will read this").click()
        expect(page.get_by_text("Visible to 2 people: my connections")).to_be_visible()
        page.get_by_role("button", name="Let Charlie read it").click()
        expect(page.get_by_text("Visible to 3 people")).to_be_visible()
        page.get_by_role("button", name="Go on writing").click()
        expect(page.get_by_label("Title")).to_have_value("Without a net")
        expect(page.get_by_label("Text", exact=True)).to_have_value("Long work.\n\nThanks, @Charlie.")
        page.get_by_role("button", name="Publish to 3 people").click()
        expect(page.get_by_text("It is published.")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_label("Text", exact=True)).to_have_value("Long work.\n\nThanks, @Charlie.")

    def test_a_status_goes_out_from_the_page_of_its_readers(self, plain, visit):
        page = plain.go("/")
        page.get_by_label("A few words").fill("By hand")
        page.get_by_role("button", name="Who will read this").click()
        page.get_by_role("radio", name="Some groups and people").check()
        box = page.get_by_role("group", name="Who may read it")
        box.get_by_role("checkbox", name="My connections").uncheck()
        box.get_by_role("checkbox", name="Bob").check()
        page.get_by_role("button", name="Who will read this").click()
        expect(page.get_by_text("Visible to 1 person: Bob")).to_be_visible()
        page.get_by_role("button", name="Change the words").click()
        expect(page.get_by_label("A few words")).to_have_value("By hand")
        page.get_by_role("button", name="Who will read this").click()
        page.get_by_role("button", name="Publish to 1 person").click()
        expect(page.get_by_text("Published.", exact=True)).to_be_visible()
        expect(visit("bob").go("/").get_by_text("By hand")).to_be_visible()
