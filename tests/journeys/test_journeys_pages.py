"""Every main page as each kind of person sees it: nothing that axe minds, nothing wider than a phone, no complaint."""

import pytest

from journeys.visits import DESK, PHONE

PASSER_BY = [
    "/", "/journal/", "{noted}", "{status}", "/people/{alice}/", "/journal/archives/", "/journal/2026/", "/journal/feeds/",
    "/journal/tag/walks/", "{checkin}", "{cafe}", "/journal/author/{alice}/", "/search/?q=walk", "/about/", "/account/login/", "/account/signup/",
    "/account/login/code/", "/account/password/reset/", "/webmention", "/nowhere/",
    "/campaigns/", "{oven}", "{oven}pledge/", "{oven}backers/", "{oven}changes/", "{oven}updates/1/", "{gone}", "{done}",
    "{guest}", "{guest}change/", "{guest}withdraw/", "{guest}card/", "{guest}card/pretended/",
]  # fmt: skip
MEMBER = [
    "/", "/journal/", "{noted}", "{status}", "/people/{alice}/", "/people/", "/search/?q=t", "/connections/", "/circles/",
    "/me/subscriptions/", "/me/comments/", "/notices/", "/me/", "/me/profile/", "/me/settings/", "/me/addresses/", "/me/blocks/",
    "/me/data/", "/me/leave/", "/me/standing/", "/as/visitor/", "/account/password/change/", "/account/2fa/",
    "/account/sessions/", "/account/reauthenticate/code/", "/account/logout/", "{status}comment/", "{report}",
    "{checkin}", "{cafe}", "/places/check-in/?q=caf", "/places/check-in/new/", "/places/meeting/",
    "{oven}", "/campaigns/mine/pledges/", "{pledge}", "{pledge}change/", "{pledge}withdraw/", "{owed}", "{owed}bill/", "{owed}survey/",
    "{owed}updates/", "{owed}work/",
]  # fmt: skip
AUTHOR = [
    "/", "{noted}", "{status}", "/journal/write/", "{editor}", "{status}who/", "{status}audience/", "{status}delete/",
    "{status}links/", "{status}edit/", "{circle}", "/circles/", "/as/{bob}/", "/journal/categories/", "/people/{alice}/",
    "/people/{bob}/", "/connections/", "/me/invitations/", "{mentions}",
    "/places/", "/places/mine/", "/places/check-in/", "/places/badges/", "/places/import/", "/places/week/",
    "/places/people/{alice}/", "/places/meeting/", "/places/mine/calendar/",
    "/places/mine/numbers/", "/places/mine/unplaced/", "/places/posting/", "/places/posting/as/nobody/",
    "/campaigns/mine/", "/campaigns/accounts/", "/campaigns/accounts/bank/", "/campaigns/accounts/cards/",
    "{book}", "{book}edit/words/en/", "{book}edit/picture/", "{book}edit/rewards/", "{book}edit/rewards/new/", "{book}edit/budget/",
    "{book}edit/questions/", "{book}edit/milestones/", "{book}edit/terms/", "{book}edit/launch/",
    "{oven}edit/terms/", "{reward}", "{oven}desk/", "{oven}desk/pledges/", "{declined}", "{oven}desk/cancel/", "{oven}updates/", "{unsent}",
    "{done}desk/", "{done}desk/pledges/", "{done}desk/returns/", "{refund}", "{by_hand}", "/campaigns/statements/", "{line}",
    "{done}surveys/", "{done}surveys/all/", "{done}fulfilment/", "{done}export/", "{done}thanks/", "{done}work/edit/", "{done}work/",
]  # fmt: skip
OWNER = [
    "/", "/desk/", "/desk/first-steps/", "/desk/square/", "/desk/menu/", "/desk/pages/",
    "/desk/pages/about/fr/", "/desk/people/", "/desk/people/{bob}/", "/desk/reports/", "/desk/reports/1/", "/desk/backups/",
    "/desk/jobs/", "/desk/mails/", "/desk/import/", "/desk/version/", "/journal/import/", "/me/invitations/",
    "/desk/refusals/", "/places/badges/own/",
    "{oven}", "{oven}hold/",
]  # fmt: skip
LOOKS = [("fr", "dark", PHONE), ("en", "light", DESK), ("fr", "light", DESK), ("en", "dark", PHONE)]
WHO = {"": PASSER_BY, "charlie": MEMBER, "alice": AUTHOR, "olive": OWNER}
OWN_LANGUAGE = ("{noted}", "{guest}")  # those pages speak that of a post, or of a pledge, whoever looks


def here(house, path):
    """The path with the names of this house's people and things."""
    known = {name: person["id"] for name, person in house.people.items()}
    return path.format(**known | house.paths)


@pytest.mark.parametrize("name", WHO, ids=lambda name: name or "passer-by")
@pytest.mark.parametrize(
    ("language", "scheme", "screen"),
    LOOKS,
    ids=[f"{language}-{scheme}" for language, scheme, _screen in LOOKS],
)
class TestPages:
    def test_axe_finds_nothing_and_no_page_scrolls_sideways(
        self, visit, house, name, language, scheme, screen
    ):
        house.speaks(language)
        visitor = visit(name, color_scheme=scheme, viewport=screen)
        faults = []
        visitor.expected = {404}
        for path in WHO[name]:
            answer = visitor.page.goto(here(house, path))
            if answer.status != (404 if path == "/nowhere/" else 200):
                faults.append(f"{answer.status} {path}")
            if not path.startswith(OWN_LANGUAGE) and visitor.page.get_attribute("html", "lang") != language:
                faults.append(f"{path} is not in {language}")
            faults += visitor.faults()
        assert not faults, "\n".join(faults)
