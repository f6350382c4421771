"""An account elsewhere: connected by a yes there, ended here; its token is no use to whoever has the database alone."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing

from parvis.conftest import AT
from parvis.core.delivery import mastodon
from parvis.core.delivery.actions.connecting import connect_account, opened
from parvis.core.delivery.models import MastodonAccount, MastodonApp
from parvis.lib.web.tests.site import fetcher

from .mastodon import CODE, SECRET, TOKEN, FalseMastodon, false_mastodon

pytestmark = pytest.mark.django_db


@pytest.fixture
def there(monkeypatch: Any) -> Iterator[FalseMastodon]:
    with false_mastodon() as one:
        monkeypatch.setattr(mastodon, "fetcher", fetcher)
        yield one


def way(client: Any, there: FalseMastodon) -> dict[str, str]:
    """What the link to the server asks for."""
    page = client.post("/me/mastodon/", {"do": "find", "server": there.server}).text
    found = re.search(rf'href="({there.server}/oauth/authorize[^"]*)"', page)
    assert found is not None
    asked = parse_qs(urlsplit(found[1].replace("&amp;", "&")).query)
    return {name: value for name, (value,) in asked.items()}


def connect(client: Any, there: FalseMastodon) -> Any:
    asked = way(client, there)
    given = {"code": CODE, "state": asked["state"]}
    page = client.get("/me/mastodon/back/", given)
    assert page.status_code == 200
    assert not MastodonAccount.objects.exists()
    return client.post("/me/mastodon/back/", given)


class TestConnecting:
    def test_asks_for_the_least_and_takes_the_yes_that_was_given_there(self, alice, there, as_alice):
        asked = way(as_alice, there)
        assert (asked["response_type"], asked["client_id"]) == ("code", "client-1")
        assert asked["scope"] == "read:accounts write:statuses"
        assert asked["redirect_uri"].endswith("/me/mastodon/back/")

        assert connect(as_alice, there).status_code == 303

        account = MastodonAccount.objects.get()
        assert (account.person, account.server, account.name) == (alice, there.server, "alice")
        assert opened(account.token_sealed) == TOKEN
        assert "alice" in as_alice.get("/me/mastodon/").text

    def test_registers_the_square_once(self, there, as_alice, as_bob):
        way(as_alice, there)
        way(as_bob, there)

        assert [one.target for one in there.site.asked] == ["/api/v1/apps"]

    def test_secrets_are_kept_sealed(self, there, as_alice):
        connect(as_alice, there)

        kept = f"{MastodonAccount.objects.values().get()} {MastodonApp.objects.values().get()}"

        assert TOKEN not in kept
        assert SECRET not in kept

    def test_a_key_of_another_house_opens_nothing(self, there, as_alice, settings):
        connect(as_alice, there)

        settings.SECRET_KEY = "another"

        assert opened(MastodonAccount.objects.get().token_sealed) == ""

    def test_somebody_elses_way_back_is_not_there(self, there, as_alice, as_bob):
        state = way(as_alice, there)["state"]

        for client, given in (
            (as_bob, state),
            (as_alice, "nonsense"),
            (as_alice, signing.dumps({}, salt="x")),
        ):
            answer = client.post("/me/mastodon/back/", {"code": CODE, "state": given})
            assert answer.status_code == 404
        assert not MastodonAccount.objects.exists()

    @pytest.mark.parametrize("code", ["", "another code"])
    def test_without_a_yes_nothing_is_connected(self, there, as_alice, code):
        state = way(as_alice, there)["state"]

        as_alice.post("/me/mastodon/back/", {"code": code, "state": state})

        assert not MastodonAccount.objects.exists()

    def test_a_server_that_does_not_answer_is_said(self, there, as_alice):
        there.answer_with = 500

        page = as_alice.post("/me/mastodon/", {"do": "find", "server": there.server}).text

        assert "No server of Mastodon answers there" in page
        assert not MastodonApp.objects.exists()

    @pytest.mark.parametrize(
        ("typed", "server"),
        [
            ("mastodon.example", "https://mastodon.example"),
            ("@lina@mastodon.example", "https://mastodon.example"),
            ("lina@mastodon.example", "https://mastodon.example"),
            ("https://mastodon.example/@lina", "https://mastodon.example"),
            ("Mastodon.Example/", "https://mastodon.example"),
        ],
    )
    def test_a_server_is_known_by_what_people_type(self, typed, server):
        assert mastodon.server_of(typed) == server

    @pytest.mark.parametrize(
        "typed", ["", "lina", "http://mastodon.example", "ftp://a.example", "localhost", "a b.example"]
    )
    def test_and_nothing_else_is(self, typed):
        with pytest.raises(mastodon.NoServer):
            mastodon.server_of(typed)


class TestEnding:
    def test_takes_the_token_away_here_and_there(self, there, as_alice):
        connect(as_alice, there)

        as_alice.post("/me/mastodon/", {"do": "end"})

        assert not MastodonAccount.objects.exists()
        assert there.revoked == [TOKEN]

    def test_takes_it_away_here_when_nobody_answers(self, alice, there, as_alice):
        connect(as_alice, there)
        there.answer_with = 500

        page = as_alice.post("/me/mastodon/", {"do": "end"}, follow=True).text

        assert not MastodonAccount.objects.exists()
        assert "end our access there" in page

    def test_others_cannot(self, alice, there, as_bob, as_visitor):
        connect_account(person=alice, server=there.server, name="alice", token=TOKEN, at=AT)

        as_bob.post("/me/mastodon/", {"do": "end"})
        as_visitor.post("/me/mastodon/", {"do": "end"})

        assert MastodonAccount.objects.get().person == alice
        assert there.server not in as_bob.get("/me/mastodon/").text
