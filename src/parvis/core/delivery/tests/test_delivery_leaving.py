"""One click leaves a digest with what comes in it, one more leaves everything."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from parvis.conftest import AT
from parvis.core.delivery import actions
from parvis.core.delivery.actions.planning import queue_digests
from parvis.core.delivery.links import digest_leaving_path, leaving_all_path, leaving_path, reading_path
from parvis.core.delivery.models import Mail, NoticeChoice, Subscription
from parvis.core.delivery.ways import ways_of
from parvis.core.people.models import Role
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Follow

from .worlds import said, sent, text, theme

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def known(settings):
    settings.PARVIS_URL = "https://parvis.example"


@pytest.fixture
def sources(bob):
    """Two sources once a day, one once a week, one at once."""
    made = {}
    for name, rhythm in (("Birds", "daily"), ("Stones", "daily"), ("Boats", "weekly"), ("Trains", "now")):
        made[name] = theme(name, name)
        actions.subscribe(person=bob, source=made[name], channel="mail", rhythm=rhythm, at=AT - DAY)
    return made


def left():
    """The names of what still comes by mail."""
    rows = Subscription.objects.filter(channel="mail").select_related("follow__source")
    return {row.follow.source.name_in("en") for row in rows}


class TestTheDigest:
    def link(self, mail):
        return re.match(r"<https://parvis.example(/mail/digest/[^>]+)>", mail["List-Unsubscribe"])[1]

    def test_is_ended_by_its_own_header_and_nothing_else_is(self, alice, bob, sources):
        said(alice, "Une bécasse.", sources=[sources["Birds"]])
        (mail,) = sent(AT + timedelta(hours=21, minutes=30))
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        program = Client(enforce_csrf_checks=True)
        answer = program.post(self.link(mail), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert not program.cookies
        assert left() == {"Boats", "Trains"}
        assert Follow.objects.filter(person=bob).count() >= 4, "a member goes on reading at home"

    def test_names_no_source_to_whoever_holds_the_link(self, alice, bob, sources):
        link = digest_leaving_path(bob, "daily")
        shown = Client().get(link).content.decode() + Client().post(link).content.decode()
        assert not re.search("Birds|Stones|Boats|Trains|Bob|bob@", shown)
        assert "once a day" in shown

    @pytest.mark.parametrize("method", ["get", "head", "options"])
    def test_is_not_ended_by_a_look(self, bob, sources, method):
        getattr(Client(), method)(digest_leaving_path(bob, "daily"))
        assert left() == {"Birds", "Stones", "Boats", "Trains"}

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            ("List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
            ("", "application/x-www-form-urlencoded"),
            (
                '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
                "multipart/form-data; boundary=b",
            ),
        ],
    )
    def test_is_ended_by_what_mail_programs_post(self, bob, sources, body, kind):
        link = digest_leaving_path(bob, "weekly")
        assert Client(enforce_csrf_checks=True).post(link, body, content_type=kind).status_code == 200
        assert left() == {"Birds", "Stones", "Trains"}

    def test_is_ended_for_ever_and_when_it_has_been_already(self, bob, sources):
        stream.unfollow(person=bob, source=sources["Birds"])
        for _time in range(3):
            assert Client().post(digest_leaving_path(bob, "daily")).status_code == 200
        assert left() == {"Boats", "Trains"}

    @pytest.mark.parametrize("ending", ["zz/", "/", "é/"])
    def test_is_not_ended_by_a_link_that_this_house_did_not_write(self, bob, sources, ending):
        assert Client().post(digest_leaving_path(bob, "daily")[:-4] + ending).status_code == 200
        weekly = digest_leaving_path(bob, "daily").replace("/daily/", "/weekly/")
        assert Client().post(weekly).status_code == 200
        assert len(left()) == 4

    def test_of_another_rhythm_is_absent(self, bob, sources):
        assert Client().post(digest_leaving_path(bob, "now")).status_code == 404

    def test_that_waits_is_not_sent(self, alice, bob, sources):
        said(alice, "Une bécasse.", sources=[sources["Birds"]])
        queue_digests(AT + DAY)
        Client().post(digest_leaving_path(bob, "daily"))
        assert Mail.objects.get(rhythm="daily").state == "cancelled"

    def test_takes_the_notices_along_where_no_other_digest_is_left(self, bob, sources):
        NoticeChoice.objects.create(person=bob, kind="stream.comment", way="digest")
        Client().post(digest_leaving_path(bob, "daily"))
        assert ways_of(bob).of("stream.comment") == "digest", "they come in the weekly one"
        Client().post(digest_leaving_path(bob, "weekly"))
        assert ways_of(bob).of("stream.comment") == "web"

    def test_of_a_guest_leaves_nothing_to_follow(self, bob, sources):
        bob.role = Role.GUEST
        bob.save()
        Client().post(digest_leaving_path(bob, "daily"))
        followed = Follow.objects.filter(person=bob, source__person=None)
        assert {one.source.name_in("en") for one in followed} == {"Boats", "Trains"}


class TestOneMoreClick:
    def test_ends_all_after_a_digest_and_after_a_source(self, bob, sources):
        subscription = Subscription.objects.get(follow__source=sources["Trains"])
        for link in (digest_leaving_path(bob, "daily"), leaving_path(subscription)):
            assert f'action="{leaving_all_path(bob)}"' in Client().post(link).content.decode()
        program = Client(enforce_csrf_checks=True)
        assert program.get(leaving_all_path(bob)).status_code == 200
        assert left() == {"Boats"}
        assert "No mail comes any more" in program.post(leaving_all_path(bob)).content.decode()
        assert left() == set()
        assert not program.cookies

    def test_is_offered_by_no_look(self, bob, sources):
        assert leaving_all_path(bob) not in Client().get(digest_leaving_path(bob, "daily")).content.decode()

    def test_opens_nothing_else(self, bob, sources):
        token = leaving_all_path(bob).removeprefix("/mail/all/")
        assert Client().get(f"/mail/{token}").status_code == 404
        assert reading_path(bob).removeprefix("/mail/") != token


class TestTheFoot:
    def test_leads_out_of_each_source_and_of_the_whole_digest(self, alice, bob, sources):
        said(alice, "Une bécasse.", sources=[sources["Birds"]])
        (mail,) = sent(AT + timedelta(hours=21, minutes=30))
        body = text(mail)
        assert "No more of “Birds”:" in body
        assert f"https://parvis.example{digest_leaving_path(bob, 'daily')}" in body
        assert "Stones" not in mail.as_string()
