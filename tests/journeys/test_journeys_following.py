"""Whoever has nothing but an address follows by mail, and leaves: in a browser, which sends no origin from such pages."""

import re

from playwright.sync_api import expect


class TestByMail:
    def test_is_asked_for_confirmed_changed_and_left_without_an_account(self, visit, house):
        someone, reader = visit(), visit()
        page = someone.go("/journal/category/quartier/")
        page.get_by_role("link", name="By mail").click()
        page.get_by_label("Your mail address").fill("zoe@reader.example")
        asked, hasty = (
            page.get_by_role("heading", name="Look at your mail"),
            page.get_by_text("Wait three seconds"),
        )
        page.get_by_role("button", name="Ask for it").click()
        expect(hasty).to_be_visible()
        while not asked.is_visible():  # no person reads as fast as a browser fills in
            page.get_by_role("button", name="Ask for it").click()
            expect(asked.or_(hasty)).to_be_visible()
        mail = house.letter("zoe@reader.example")
        page = reader.go(re.search(r"(/mail/yes/\S+)", mail)[1])
        page.get_by_role("button", name="Yes, send it to me").click()
        expect(page.get_by_role("heading", name=re.compile("comes from now on"))).to_be_visible()
        page.get_by_role("link", name="All that you get, and how often").click()
        expect(page.get_by_text("What comes to zoe@reader.example")).to_be_visible()
        page.locator("details:has(select[name$='-way']) > summary").first.click()
        page.get_by_label("How", exact=True).select_option("mail-daily")
        page.locator("details[open]").get_by_role("button", name="Save").first.click()
        expect(page.get_by_text("Kept.")).to_be_visible()
        page.get_by_role("button", name="End all mails").click()
        expect(page.get_by_text("Nothing comes to you any more.")).to_be_visible()
        assert reader.context.cookies() == []
