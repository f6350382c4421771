"""What a link or a password opens, and that a refusal tells nothing."""

from dataclasses import replace

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from parvis.core.audiences.actions import Expression, audience_for, link_group, password_group, revoke
from parvis.core.people.actions import mirror
from parvis.core.site import rooms
from parvis.core.site.doors import one_time_link
from parvis.core.stream.actions import delete, say
from parvis.core.stream.models import Publication

THERE = "/journal/2026/under-a-password/"


@pytest.fixture
def locked(alice, at):
    """What alice put under the password “pavé”."""
    group = password_group(owner=alice, password="pavé", at=at)
    audience = audience_for(expression=Expression(frozenset({group.pk})), owner=alice)
    return say(author=alice, source="For those who know the word.", language="en", audience=audience, at=at)


@pytest.fixture
def at_there(locked, monkeypatch):
    """A room that says what stands at THERE, and at the status's own address."""

    def at_path(path):
        return locked if path in {THERE, locked.get_absolute_url()} else None

    rooms.all_rooms()
    room = rooms.ROOMS["journal"]
    monkeypatch.setitem(rooms.ROOMS, "journal", replace(room, at_path=at_path))
    return locked.get_absolute_url()


class TestUnlock:
    def test_opens_with_the_password_for_this_visit_only(self, at_there, as_visitor):
        assert as_visitor.get(at_there).status_code == 404
        answer = as_visitor.post("/unlock/", {"path": at_there, "password": "pavé"})
        assert (answer.status_code, answer["Location"]) == (303, at_there)
        assert as_visitor.get(at_there).status_code == 200
        assert Client().get(at_there).status_code == 404

    def test_opens_until_the_browser_is_closed(self, at_there, as_visitor):
        answer = as_visitor.post("/unlock/", {"path": at_there, "password": "pavé"})

        cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
        assert (cookie["max-age"], cookie["expires"]) == ("", "")

    def test_lasts_with_the_login_of_whoever_is_logged_in(self, at_there, as_charlie):
        answer = as_charlie.post("/unlock/", {"path": at_there, "password": "pavé"})

        assert answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == settings.SESSION_COOKIE_AGE

    def test_does_not_shorten_the_login_that_follows(self, at_there, as_visitor, charlie):
        as_visitor.post("/unlock/", {"path": at_there, "password": "pavé"})
        answer = as_visitor.post(one_time_link(charlie, timezone.now()))

        assert answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == settings.SESSION_COOKIE_AGE
        assert as_visitor.get(at_there).status_code == 200

    def test_does_not_shorten_a_login_by_code(self, at_there, as_visitor, charlie):
        as_visitor.post("/unlock/", {"path": at_there, "password": "pavé"})
        mirror(charlie)
        as_visitor.post("/account/login/code/", {"email": "charlie@parvis.example"})
        code = mail.outbox[-1].subject.split()[0]
        answer = as_visitor.post("/account/login/code/confirm/", {"code": code})

        assert answer.status_code == 302
        assert answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == settings.SESSION_COOKIE_AGE

    def test_takes_a_whole_address(self, at_there, as_visitor):
        path = f"https://parvis.example{at_there}?x=1#y"
        assert as_visitor.post("/unlock/", {"path": path, "password": "pavé"})["Location"] == at_there

    def test_says_the_same_of_a_wrong_password_as_of_nothing_there(self, at_there, as_visitor):
        def answer(path):
            page = as_visitor.post("/unlock/", {"path": path, "password": "paver"})
            form = page.context["form"]
            return (
                page.status_code,
                form.errors.as_json(),
                {k: v for k, v in page.headers.items() if k != "Content-Length"},
            )

        assert answer(at_there) == answer("/journal/2026/never-written/") == answer("//elsewhere.example/")

    def test_says_the_same_once_it_is_deleted(self, at_there, locked, alice, at, as_visitor):
        delete(publication=locked, by=alice, at=at)
        assert as_visitor.post("/unlock/", {"path": at_there, "password": "pavé"}).status_code == 200
        assert "held" not in as_visitor.session

    def test_is_tried_ten_times_a_minute(self, at_there, as_visitor):
        said = [as_visitor.post("/unlock/", {"path": "/x/", "password": "y"}).status_code for _n in range(12)]
        assert said[:10] == [200] * 10
        assert 429 in said[10:]

    def test_counts_tries_by_the_path_however_it_is_written(self, at_there, as_visitor):
        said = [
            as_visitor.post(
                "/unlock/", {"path": f"{at_there}?{n}", "password": "y"}, REMOTE_ADDR=f"10.0.0.{n // 5}"
            ).status_code
            for n in range(32)
        ]

        assert said == [200] * 30 + [429] * 2

    def test_says_so_of_what_is_no_address(self, as_visitor):
        page = as_visitor.post("/unlock/", {"path": "http://[", "password": "y"})

        assert page.status_code == 200
        assert b"errorlist" in page.content or b'class="error"' in page.content

    def test_a_page_opened_by_reading_writes_nothing(self, as_visitor):
        page = as_visitor.get("/unlock/", {"at": THERE})
        assert THERE in page.content.decode()
        assert page["X-Robots-Tag"] == "noindex"
        assert page["Referrer-Policy"] == "same-origin"

    def test_needs_a_token(self, at_there):
        strict = Client(enforce_csrf_checks=True)
        assert strict.post("/unlock/", {"path": at_there, "password": "pavé"}).status_code == 403


@pytest.fixture
def shared(alice, at):
    """What alice shares by a link: (publication, group, token)."""
    group, token = link_group(owner=alice, label="for the cousins", at=at)
    audience = audience_for(expression=Expression(frozenset({group.pk})), owner=alice)
    return (
        say(author=alice, source="Cousins, come at noon.", language="en", audience=audience, at=at),
        group,
        token,
    )


class TestOpenLink:
    def test_opens_with_its_button_what_it_was_made_for(self, shared, as_visitor, as_charlie):
        publication, _group, token = shared
        path = publication.get_absolute_url()
        for client in (as_visitor, as_charlie):
            assert client.get(path).status_code == 404
            assert client.get(f"/open/{token}/").status_code == 200
            assert client.get(path).status_code == 404
            answer = client.post(f"/open/{token}/")
            assert (answer.status_code, answer["Location"]) == (303, path)
            assert client.get(path).status_code == 200

    def test_says_nothing_of_what_is_behind_it(self, shared, as_visitor):
        page = as_visitor.get(f"/open/{shared[2]}/")
        body = page.content.decode()
        assert "Cousins" not in body
        assert "cousins" not in body
        assert "Alice" not in body
        assert page["Referrer-Policy"] == "same-origin"
        assert page["X-Robots-Tag"] == "noindex"

    def test_closes_at_once_when_revoked(self, shared, at, as_visitor):
        publication, group, token = shared
        as_visitor.post(f"/open/{token}/")
        revoke(group=group, at=at)
        assert as_visitor.get(publication.get_absolute_url()).status_code == 404
        assert as_visitor.get(f"/open/{token}/").status_code == 404
        assert as_visitor.post(f"/open/{token}/").status_code == 404

    def test_of_something_deleted_opens_nothing(self, shared, alice, at, as_visitor):
        delete(publication=shared[0], by=alice, at=at)
        assert as_visitor.post(f"/open/{shared[2]}/").status_code == 404
        assert "held" not in as_visitor.session

    def test_that_never_was_is_not_there(self, as_visitor):
        assert as_visitor.get("/open/never-made/").status_code == 404
        assert as_visitor.post("/open/never-made/").status_code == 404

    def test_needs_a_token(self, shared):
        assert Client(enforce_csrf_checks=True).post(f"/open/{shared[2]}/").status_code == 403
        assert Publication.objects.unguarded("a test looks").count() == 1
