"""A person allows a program to post for them, or makes a key by hand, and takes it away again."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from parvis.core.audiences.actions import Expression, audience_for, one_person_group
from parvis.rooms.places.models import (
    PostingGrant,
    PostingKey,
)
from parvis.rooms.places.posting.keys import challenge_of, key_of

from .conftest import ENDPOINT, a_key

pytestmark = pytest.mark.django_db
TOKEN, ALLOW = "/places/posting/token/", "/places/posting/authorize/"
CLIENT, BACK = "https://swarm.example/", "https://swarm.example/callback"
VERIFIER = "v" * 50


def asked(**instead):
    """The address to which a program leads somebody."""
    said = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": BACK,
        "state": "s&1",
        "scope": "create update delete profile",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
    } | instead
    return {name: value for name, value in said.items() if value is not None}


def allowed(client, **instead):
    """What the program is told once somebody has said yes."""
    page = client.post(ALLOW, {**asked(**instead), "audience": "me", "do": "allow"})
    assert page.status_code == 200
    return parse_qs(urlsplit(page.context["back"]).query)


def redeemed(code, **instead):
    said = {"grant_type": "authorization_code", "code": code, "client_id": CLIENT, "redirect_uri": BACK}
    said |= {"code_verifier": VERIFIER} | instead
    return Client().post(TOKEN, {name: value for name, value in said.items() if value is not None})


class TestAllowing:
    def test_leads_from_the_address_of_a_person_to_a_key(self, as_alice, alice, entry, post):
        profile = f"/places/posting/as/{alice.public_id}/"
        page = Client().get(profile)
        found = dict(re.findall(r'<link rel="([\w-]+)" href="http://testserver([^"]+)"', page.text))
        assert (found["micropub"], found["token_endpoint"]) == (ENDPOINT, TOKEN)
        assert (found["authorization_endpoint"], found["indieauth-metadata"]) == (
            ALLOW,
            "/places/posting/metadata/",
        )
        assert f'<http://testserver{ENDPOINT}>; rel="micropub"' in page.headers["Link"]
        about = Client().get(found["indieauth-metadata"]).json()
        assert about["token_endpoint"] == f"http://testserver{TOKEN}"
        assert f"http://testserver{found['indieauth-metadata']}".startswith(about["issuer"])

        assert "swarm.example" in as_alice.get(ALLOW, asked()).text
        told = allowed(as_alice)
        assert (told["state"], told["iss"]) == (["s&1"], [about["issuer"]])
        [code] = told["code"]
        key = redeemed(code).json()
        assert (key["token_type"], key["scope"], key["me"]) == (
            "Bearer",
            "create update",
            f"http://testserver{profile}",
        )
        assert post(key["access_token"], entry()).status_code == 201
        assert PostingKey.objects.get().name == "swarm.example"

    def test_is_for_members_who_are_logged_in(self, square):
        answer = Client().get(ALLOW, asked())
        assert answer.status_code == 302
        assert "redirect_uri" in answer.headers["Location"]

    def test_goes_nowhere_by_a_form_of_another_site(self, alice):
        from parvis.conftest import logged_in

        strict = Client(enforce_csrf_checks=True)
        strict.cookies = logged_in(alice).cookies
        assert strict.post(ALLOW, {**asked(), "audience": "me", "do": "allow"}).status_code == 403
        assert not PostingGrant.objects.exists()

    def test_refused_tells_the_program_so(self, as_alice):
        page = as_alice.post(ALLOW, {**asked(), "audience": "me", "do": "refuse"})
        assert parse_qs(urlsplit(page.context["back"]).query)["error"] == ["access_denied"]
        assert not PostingGrant.objects.exists()

    @pytest.mark.parametrize(
        "instead",
        [
            {"redirect_uri": "https://evil.example/callback"},
            {"redirect_uri": "https://swarm.example.evil.example/"},
            {"redirect_uri": "https://swarm.example@evil.example/"},
            {"redirect_uri": "https://swarm.example:8443/callback"},
            {"redirect_uri": "http://swarm.example/callback"},
            {"redirect_uri": "javascript:alert(1)", "client_id": "javascript:alert(1)"},
            {"redirect_uri": "https://swarm.example\\@evil.example/"},
            {"client_id": "http://swarm.example/", "redirect_uri": "http://swarm.example/"},
            {"client_id": "https://10.0.0.1/", "redirect_uri": "https://10.0.0.1/"},
            {"client_id": "https://u:p@swarm.example/"},
            {"client_id": ""},
            {"state": ""},
            {"response_type": "token"},
            {"code_challenge_method": "plain"},
            {"code_challenge": "short"},
            {"scope": "profile"},
            {"scope": "update"},
        ],
    )
    def test_leads_nobody_elsewhere(self, as_alice, instead):
        for answer in (
            as_alice.get(ALLOW, asked(**instead)),
            as_alice.post(ALLOW, {**asked(**instead), "audience": "me", "do": "allow"}),
        ):
            assert answer.status_code == 400
            assert "evil.example" not in answer.text
        assert not PostingGrant.objects.exists()

    def test_a_code_is_good_once_for_ten_minutes_and_for_that_program(self, as_alice, time_machine_at, at):
        import time_machine

        [code] = allowed(as_alice)["code"]
        assert redeemed(code).status_code == 200
        assert redeemed(code).json()["error"] == "invalid_grant"
        for instead in (
            {"client_id": "https://other.example/"},
            {"redirect_uri": f"{BACK}?x"},
            {"code_verifier": "w" * 50},
            {"code_verifier": None},
        ):
            [code] = allowed(as_alice)["code"]
            assert redeemed(code, **instead).status_code == 400
            assert redeemed(code).status_code == 400
        [code] = allowed(as_alice)["code"]
        with time_machine.travel(at + timedelta(minutes=11), tick=False):
            assert redeemed(code).status_code == 400
        assert PostingKey.objects.filter(closed_at=None).count() == 1

    def test_an_older_program_needs_no_proof_and_may_not_bring_one(self, as_alice):
        without = {"code_challenge": None, "code_challenge_method": None}
        [code] = allowed(as_alice, **without)["code"]
        assert redeemed(code).status_code == 400
        [code] = allowed(as_alice, **without)["code"]
        assert redeemed(code, code_verifier=None).status_code == 200

    def test_again_closes_the_key_before(self, as_alice):
        first, second = (redeemed(allowed(as_alice)["code"][0]).json()["access_token"] for _ in range(2))
        assert (key_of(first), key_of(second) is not None) == (None, True)

    def test_a_key_can_be_handed_back_and_asked_about(self, as_alice, alone):
        headers = {"Authorization": f"Bearer {alone}"}
        asked_about = Client().post("/places/posting/introspect/", {"token": alone}, headers=headers).json()
        assert (asked_about["active"], asked_about["scope"]) == (True, "create update")
        assert Client().post("/places/posting/introspect/", {"token": alone}).status_code == 401
        assert Client().post("/places/posting/revoke/", {"token": "nothing"}).status_code == 200
        assert Client().post("/places/posting/revoke/", {"token": alone}).status_code == 200
        assert key_of(alone) is None

    def test_an_address_says_nothing_of_anybody(self, alice):
        names = (alice.public_id, "x" * 20)
        one, other = (Client().get(f"/places/posting/as/{name}/") for name in names)
        assert one.text.replace(names[0], names[1]) == other.text
        assert "Alice" not in one.text
        assert (one.status_code, one.headers["Link"]) == (other.status_code, other.headers["Link"])


class TestTheirPage:
    def test_makes_a_key_that_is_told_once(self, as_alice, alice, post, entry):
        page = as_alice.post("/places/posting/", {"do": "make", "name": "My phone", "audience": "me"})
        token = page.context["token"]
        assert token in page.text
        assert token not in as_alice.get("/places/posting/").text
        assert post(token, entry()).status_code == 201
        assert "My phone" in as_alice.get("/places/posting/").text

    def test_lets_one_choose_for_whom(self, as_alice, as_bob, bob, alice, post, entry):
        fields = {"do": "make", "name": "x", "audience": "custom", "audience-in": f"person:{bob.public_id}"}
        page = as_alice.post("/places/posting/", fields)
        key = PostingKey.objects.get()
        assert page.context["token"]
        assert key.audience == audience_for(
            expression=Expression(frozenset({one_person_group(bob).pk})), owner=alice
        )
        path = urlsplit(post(page.context["token"], entry()).headers["Location"]).path
        assert as_bob.get(path).status_code == 200

    def test_shows_nothing_of_another(self, as_bob, alone, alice, post, entry):
        assert "Robot" not in as_bob.get("/places/posting/").text
        number = PostingKey.objects.get(person=alice).public_id
        as_bob.post("/places/posting/", {"do": f"close:{number}"})
        assert post(alone, entry()).status_code == 201

    def test_asks_few_questions(self, as_alice, alice, at, django_assert_max_num_queries):
        for number in range(8):
            a_key(alice, at, client=f"https://{number}.example/")
        with django_assert_max_num_queries(20):
            as_alice.get("/places/posting/")
