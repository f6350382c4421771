"""A campaign from its first word to a pledge that was taken back: put up at a desk in English, backed from a phone in French."""

import re

import pytest
from playwright.sync_api import expect

from journeys.visits import PHONE

TITLE = "The oven on the hill"
BREAD, DAY = "A loaf a week", "A day at the oven"
GASTON = "gaston@guests.example"
ACCOUNT = {
    "Holder": "Alice Favre",
    "Postal code": "1800",
    "Town": "Vevey",
    "IBAN": "CH93 0076 2011 6238 5295 7",
}
WORDS = {
    "What it is, in a sentence": "An oven for all of us.",
    "What it is about": "It stands *cold* since the war.",
    "What could go wrong": "The chimney: then we bake in May.",
}


@pytest.fixture
def creator(visit):
    """Alice at her desk."""
    return visit("alice")


@pytest.fixture
def guest(visit):
    """Somebody without an account, on a phone."""
    return visit(viewport=PHONE, has_touch=True, locale="fr-CH")


class TestACampaign:
    def test_is_put_up_at_a_desk_and_backed_from_a_phone(self, creator, guest, house):
        add_an_account(creator)
        slug = begin(creator)
        add_reward(creator, slug, BREAD, "30", {"How many there are": "20"})
        add_reward(creator, slug, DAY, "150", {"How many there are": "1"}, postage="9")
        set_terms(creator, slug)
        launch(creator, slug)

        pledge(guest, slug)
        say_yes(guest, house.letter(GASTON))
        house.letter(GASTON, says=f"Votre promesse pour «\xa0{TITLE}\xa0» compte dès maintenant.")
        stands_at(creator, slug, "159 francs promised of 900, by 1 person.")
        change(guest)
        stands_at(creator, slug, "35 francs promised of 900, by 1 person.")
        take_back(guest)
        house.letter(GASTON, says="repris")
        stands_at(creator, slug, "0 francs promised of 900, by 0 people.")


def add_an_account(visitor):
    """A bank account, to which bills are made out."""
    page = visitor.go("/campaigns/accounts/")
    assert visitor.faults() == []
    page.get_by_role("link", name="Add an account").click()
    for label, words in ACCOUNT.items():
        page.get_by_label(label).fill(words)
    assert visitor.faults() == []
    page.get_by_role("button", name="Add this account").click()
    expect(page.get_by_text(ACCOUNT["IBAN"])).to_be_visible()


def begin(visitor):
    """A draft with its words; returns its slug."""
    page = visitor.go("/campaigns/mine/")
    page.get_by_label("What would you like to make?").fill(TITLE)
    page.get_by_label("In which language do you begin?").select_option("en")
    assert visitor.faults() == []
    page.get_by_role("button", name="Begin a draft").click()
    page.wait_for_url(re.compile("/edit/words/en/$"))
    for label, words in WORDS.items():
        page.get_by_label(label).fill(words)
    assert visitor.faults() == []
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. Only you see it.")).to_be_visible()
    return re.search(r"/campaigns/([^/]+)/edit/", page.url)[1]


def add_reward(visitor, slug, title, price, more, postage=""):
    """One more reward; with `postage`, it is sent within Switzerland."""
    page = visitor.go(f"/campaigns/{slug}/edit/rewards/")
    page.get_by_role("link", name="Add a reward").click()
    for label, words in {"Title, in English": title, "Price (CHF)": price, **more}.items():
        page.get_by_label(label).fill(words)
    if postage:
        page.get_by_label("It is sent by post").check()
        page.get_by_label("Country 1").select_option("CH")
        page.get_by_label("Postage 1").fill(postage)
    assert visitor.faults() == []
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name=title)).to_be_visible()


def set_terms(visitor, slug):
    """Nine hundred francs in twenty days, by bills."""
    page = visitor.go(f"/campaigns/{slug}/edit/terms/")
    page.get_by_label("Goal").fill("900")
    page.get_by_label("Currency").select_option("CHF")
    page.get_by_role("spinbutton", name="Days").fill("20")
    page.get_by_label("By bill, to").select_option(label="Alice Favre, CH93 … 2957")
    page.get_by_role("button", name="When would it end so?").click()
    expect(page.get_by_role("status").filter(has_text="Launched now, it would end on")).to_be_visible()
    assert visitor.faults() == []
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Until the launch you can change it.")).to_be_visible()


def launch(visitor, slug):
    """It runs, and everyone is told."""
    page = visitor.go(f"/campaigns/{slug}/edit/launch/")
    assert visitor.faults() == []
    page.get_by_role("button", name=re.compile("^Launch it")).click()
    page.get_by_role("dialog").get_by_role("button").first.click()
    expect(page.get_by_text("Your campaign runs.")).to_be_visible()
    assert visitor.faults() == []


def pledge(visitor, slug):
    """From the page of the campaign, for the reward that there is once, to be sent home."""
    page = visitor.go(f"/campaigns/{slug}/")
    page.get_by_role("button", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert visitor.faults() == []
    page.get_by_role("link", name="Soutenir cette campagne").click()
    page.get_by_role("radio", name=re.compile(DAY)).check()
    page.get_by_label("Où l’envoyer").select_option("CH")
    expect(page.get_by_role("button", name="Promettre 159 CHF")).to_be_visible()
    page.get_by_label("Votre nom").fill("Gaston")
    page.get_by_label("Votre adresse mail").fill(GASTON)
    page.get_by_label("Par mon prénom").check()
    assert visitor.faults() == []
    page.get_by_role("button", name="Promettre 159 CHF").click()
    expect(page.get_by_role("heading", name="Regardez vos mails")).to_be_visible()
    assert visitor.faults() == []


def say_yes(visitor, mail):
    """Open the link in the mail, and say that it is oneself; a link alone does nothing."""
    page = visitor.go(re.search(r"(/campaigns/pledge/\S+)", mail)[1])
    assert visitor.faults() == []
    page.get_by_role("button", name="Oui, c’est moi").click()
    expect(page.get_by_role("heading", name="Votre promesse compte")).to_be_visible()
    assert visitor.faults() == []


def change(visitor):
    """From the page of one's pledge: the other reward, and a little more."""
    page = visitor.page
    page.get_by_role("link", name="La modifier").click()
    page.get_by_role("radio", name=re.compile(BREAD)).check()
    page.get_by_label("Davantage, en CHF").fill("5")
    expect(page.get_by_role("button", name="Modifier : 35 CHF")).to_be_visible()
    assert visitor.faults() == []
    page.get_by_role("button", name="Modifier : 35 CHF").click()
    expect(page.get_by_role("heading", name="Votre promesse compte")).to_be_visible()
    expect(page.get_by_text(BREAD).first).to_be_visible()
    assert visitor.faults() == []


def take_back(visitor):
    """After a question; the page of the pledge stays, and says so."""
    page = visitor.page
    page.get_by_role("link", name="Reprendre votre promesse").click()
    assert visitor.faults() == []
    page.get_by_role("button", name="Reprendre 35 CHF").click()
    expect(page.get_by_role("heading", name="Vous avez repris cette promesse")).to_be_visible()
    assert visitor.faults() == []


def stands_at(visitor, slug, words):
    """What the desk of whoever makes the campaign says."""
    page = visitor.go(f"/campaigns/{slug}/desk/")
    expect(page.get_by_text(words)).to_be_visible()
    assert visitor.faults() == []
