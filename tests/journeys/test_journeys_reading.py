"""Passers-by read without a cookie and without a script; members do the essential without scripts too."""

import re

from playwright.sync_api import expect

from journeys.test_journeys_entering import enter
from journeys.test_journeys_pages import PASSER_BY, here

FORMS = ("{oven}pledge/", "{gone}")
"""What a passer-by fills in: a form keeps what guards it."""


class TestPasserBy:
    def test_reads_finds_the_feed_and_changes_the_language(self, visit, house):
        someone = visit()
        scripts = []
        someone.page.on(
            "request", lambda asked: scripts.append(asked.url) if asked.resource_type == "script" else None
        )
        page = someone.go("/")
        page.get_by_role("link", name="Journal").first.click()
        page.get_by_role("link", name="Le marché du samedi").first.click()
        expect(page.get_by_text("How the Saturday market came to be")).to_be_visible()
        expect(page.get_by_text("J’y serai")).to_be_visible()
        for path in PASSER_BY:
            if path not in FORMS and not path.startswith(("/account/", "{guest}")):
                someone.go(here(house, path), expect=404 if path == "/nowhere/" else 200)
            if path == "{oven}":
                assert scripts, "a campaign that runs asks how it stands"
                scripts.clear()
        page = someone.go("/journal/")
        feed = page.locator("link[type='application/atom+xml']").first.get_attribute("href")
        answer = page.request.get(feed)
        assert answer.ok
        assert "Le marché du samedi" in answer.text()
        assert someone.context.cookies() == []
        assert scripts == []
        page = someone.go("/")
        page.get_by_role("button", name="Français").click()
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        expect(page.get_by_role("link", name="Se connecter").first).to_be_visible()


class TestWithoutJavaScript:
    def test_one_logs_in_writes_publishes_and_answers(self, visit, house):
        alice, bob = visit(java_script_enabled=False), visit(java_script_enabled=False)
        page = alice.go("/account/login/?next=/journal/write/")
        enter(page, "alice")
        page.get_by_role("button", name="Begin a post").click()
        page.get_by_label("Title").fill("By hand")
        page.get_by_label("Text", exact=True).fill("Without any *script*.")
        page.get_by_role("button", name="Preview").click()
        expect(page.get_by_role("region", name="As it will look").locator("em")).to_have_text("script")
        page.get_by_role("radio", name=re.compile("^My connections")).check()
        page.get_by_role("button", name="Save the draft").click()
        expect(page.get_by_text("Saved. Only you see it.")).to_be_visible()
        page.get_by_role("button", name="Who will read this").click()
        expect(page.get_by_text("Visible to 2 people: my connections")).to_be_visible()
        page.go_back()
        page.get_by_role("button", name=re.compile("^Publish to")).click()
        expect(page.get_by_role("heading", name="By hand")).to_be_visible()
        path = page.url[len(house.address) :]
        page = bob.go(f"/account/login/?next={path}")
        enter(page, "bob")
        page.get_by_label("Your comment").fill("Read by hand.")
        page.get_by_role("button", name="Answer").click()
        expect(page.get_by_text("Read by hand.")).to_be_visible()
        visit().go(path, expect=404)
        page = alice.go("/")
        page.get_by_label("A few words").fill("From a page without scripts")
        page.get_by_role("radio", name="Only me").check()
        page.get_by_role("button", name=re.compile("Publish|Keep")).click()
        expect(page.get_by_text("From a page without scripts")).to_be_visible()
