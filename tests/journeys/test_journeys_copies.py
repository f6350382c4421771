"""A whole text for an audience, chosen beside the sentence; and the ledger that tells where it went."""

import re
import urllib.request

from playwright.sync_api import expect


class TestCopies:
    def test_are_chosen_whole_told_and_asked_back(self, visit, house):
        alice, bob = visit("alice"), visit("bob")
        page = bob.go("/me/subscriptions/")
        page.get_by_role("button", name="Make an address").first.click()
        feed = page.locator("#feed code").inner_text()

        page = alice.go("/")
        expect(page.get_by_text("By mail and by feed: the title and a link")).to_be_visible()
        page.get_by_role("button", name="Send them the whole text").click()
        expect(page.get_by_text("By mail and by feed: the whole text")).to_be_visible()
        expect(page.get_by_role("button", name="Send a link only")).to_be_focused()
        assert alice.faults() == []
        page.get_by_label("A few words").fill("Sous le grand tilleul, à midi.")
        page.get_by_role("button", name=re.compile("Publish to")).click()
        expect(page.get_by_text("Published.")).to_be_visible()

        assert "grand tilleul" in fetched(feed)

        page.get_by_text("Sous le grand tilleul").first.click()
        page = alice.go("/me/copies/")
        assert alice.faults() == []
        page.get_by_role("link", name="Sous le grand tilleul").click()
        expect(page.get_by_text("1 reader’s program has fetched the whole text")).to_be_visible()
        assert alice.faults() == []
        ledger = page.url
        page = alice.go(ledger.replace("/copies/", "/delete/").removeprefix(house.address))
        page.get_by_role("button", name="Delete").click()
        expect(page.get_by_text("It is taken away.")).to_be_visible()
        page = alice.go(ledger.removeprefix(house.address))
        expect(page.get_by_text("Here it is gone")).to_be_visible()
        text = fetched(feed)
        assert "deleted-entry" in text
        assert "grand tilleul" not in text

        page = alice.go("/")
        page.get_by_role("button", name="Send a link only").click()
        expect(page.get_by_text("By mail and by feed: the title and a link")).to_be_visible()


def fetched(address: str) -> str:
    """What a reader program gets."""
    with urllib.request.urlopen(address) as answer:
        return str(answer.read().decode())
