"""Coming in: setting a square up, joining it by invitation, logging in by a code, leaving."""

import re

from playwright.sync_api import expect

MAIL = re.compile("^(Email|Mail address)")
PASSWORD = "une place bien à nous"


class TestOwner:
    def test_sets_up_a_new_square_and_lands_home(self, visit, new_house):
        olga = visit(to=new_house)
        page = olga.go("/journal/")
        expect(page).to_have_url(re.compile("/setup/$"))
        page.goto(re.findall(r"http\S+/setup/\S+", new_house.said())[-1])
        page.get_by_label("The square’s name").fill("Le parvis de Courvey")
        page.get_by_role("group", name="Its language").get_by_label("English").check()
        page.get_by_label("Your name").fill("Olga")
        page.get_by_label("Your mail address").fill("olga@parvis.example")
        page.get_by_label("A password").fill("short")
        assert not olga.faults()
        page.get_by_role("button", name="Open the square").click()
        expect(page.get_by_role("heading", name="Set up a new square")).to_be_visible()
        assert not olga.faults()
        page.get_by_label("A password").fill(PASSWORD)
        page.get_by_role("button", name="Open the square").click()
        expect(page).to_have_url(re.compile("/desk/first-steps/$"))
        expect(page.get_by_text("Le parvis de Courvey is open.")).to_be_visible()
        assert not olga.faults()
        page.get_by_role("link", name="Le parvis de Courvey").first.click()
        expect(page.get_by_label("A few words")).to_be_visible()
        assert not olga.faults()


class TestNewcomer:
    def test_joins_by_an_invitation_and_a_mailed_code(self, visit, house):
        page = visit("olive").go("/me/invitations/")
        page.get_by_label("Their mail address").fill("hana@parvis.example")
        page.get_by_role("button", name="Make a link").click()
        path = re.findall(r"/invited/\S+", house.letter("hana@parvis.example"))[0]
        hana = visit()
        page = hana.go(path)
        assert not hana.faults()
        page.get_by_role("button", name="Join").click()
        page.get_by_label("Your name").fill("Hana")
        page.get_by_label(MAIL).fill("hana@parvis.example")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Join").click()
        page.get_by_label("Code").fill(house.code_for("hana@parvis.example", 2))
        assert not hana.faults()
        page.get_by_role("button", name="Go on").click()
        page.get_by_label("My menu").first.click()
        expect(page.get_by_text("Hana")).to_be_visible()


class TestMember:
    def test_logs_in_by_a_mailed_code(self, visit, house):
        bob = visit()
        page = bob.go("/")
        page.get_by_role("link", name="Log in").first.click()
        page.get_by_role("link", name="Receive a code by mail").click()
        page.get_by_label(MAIL).fill("bob@parvis.example")
        page.get_by_role("button", name="Send me the code").click()
        page.get_by_label("Code").fill("ZZZZZZ")
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_text("This is not the code we sent.").first).to_be_visible()
        assert not bob.faults()
        page.get_by_label("Code").fill(house.code_for("bob@parvis.example"))
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_label("My menu").first).to_be_visible()

    def test_takes_along_what_the_device_kept_when_logging_out(self, visit):
        page = visit().go("/account/login/")
        enter(page, "alice")
        page.goto("/journal/write/")
        page.get_by_role("button", name="Begin a post").click()
        page.get_by_label("Text", exact=True).fill("A secret that stays nowhere")
        page.wait_for_function("() => JSON.stringify(localStorage).includes('A secret')")
        page.goto("/")
        page.get_by_label("My menu").first.click()
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("link", name="Log in").first).to_be_visible()
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        page.goto("/journal/write/")
        expect(page).to_have_url(re.compile("/account/login/"))


def enter(page, name):
    """Log in by password."""
    page.get_by_label(MAIL).fill(f"{name}@parvis.example")
    page.get_by_label("Password", exact=True).fill("sur-la-place")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_label("My menu").first).to_be_visible()
