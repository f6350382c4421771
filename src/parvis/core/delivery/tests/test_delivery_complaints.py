"""A reader's provider reports a mail as unwanted: what it came from ends for them, and nothing counts against them."""

from datetime import timedelta

import pytest
from django.core import mail as outgoing
from django.test import Client
from django.urls import reverse

from parvis.conftest import AT
from parvis.core.delivery import actions
from parvis.core.delivery.actions.complaining import forget_complaints
from parvis.core.delivery.actions.handing import copy_of
from parvis.core.delivery.inbound import bounce_address, leave_address, leave_all_address, probe_address
from parvis.core.delivery.links import reading_path
from parvis.core.delivery.models import Bounce, Complaint, Hold, Mail, NoticeChoice, Subscription, Telling
from parvis.core.delivery.notices import sentences
from parvis.core.delivery.sorting import answer_some
from parvis.core.people.models import Notice
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Follow
from parvis.lib.mail.tests.test_mail_complaints import feedback

from .posts import DOMAIN, come_in
from .worlds import said, theme

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def mail_in(settings):
    settings.PARVIS_URL = "https://parvis.example"
    settings.PARVIS_MAIL_IN_DOMAIN = DOMAIN


@pytest.fixture
def birds():
    return theme()


@pytest.fixture
def trees():
    return theme("Arbres", "Trees")


@pytest.fixture
def reader(bob, birds, trees):
    for source, rhythm in ((birds, "now"), (trees, "weekly")):
        actions.subscribe(person=bob, source=source, channel="mail", rhythm=rhythm, at=AT - DAY)
    return bob


def mail_of(person, source=None, kind="publication", **more):
    subscription = Subscription.objects.filter(follow__source=source).first() if source else None
    return Mail.objects.create(
        kind=kind,
        key=f"try:{kind}:{person.pk}",
        person=person,
        subscription=subscription,
        state="left",
        queued_at=AT,
        next_try=AT,
        state_at=AT,
        **more,
    )


def reported(to, **options):
    return come_in(to, feedback(**options), sender="fbl@example.com")[0]


def by_mail():
    return {one.follow.source.names["en"] for one in Subscription.objects.select_related("follow__source")}


class TestAComplaintAboutAMail:
    def test_ends_the_mails_of_its_source_and_of_no_other(self, reader, birds):
        mail = mail_of(reader, birds)
        row = reported(bounce_address(mail))
        assert (row.state, row.person) == ("done", reader)
        assert by_mail() == {"Trees"}
        assert Follow.objects.filter(person=reader, source=birds).exists()
        assert Complaint.objects.get().source == birds

    def test_never_counts_as_a_mail_that_came_back(self, reader, birds):
        mail = mail_of(reader, birds)
        reported(bounce_address(mail))
        come_in(bounce_address(mail), feedback(kind="virus"), sender="")
        mail.refresh_from_db()
        assert mail.state == "left"
        assert not Bounce.objects.exists()

    def test_nor_against_an_address_that_is_tried_again(self, reader):
        address = reader.addresses.get(is_primary=True)
        hold = Hold.objects.create(address=address, category="gone", at=AT, probe_left_at=AT)
        come_in(probe_address(hold), feedback(), sender="")
        hold.refresh_from_db()
        assert hold.probes == 0

    def test_is_answered_to_nobody(self, reader, birds):
        reported(bounce_address(mail_of(reader, birds)))
        answer_some(AT)
        assert outgoing.outbox == []

    @pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "virus"])
    def test_that_asks_for_nothing_changes_nothing(self, reader, birds, kind):
        row = reported(bounce_address(mail_of(reader, birds)), kind=kind)
        assert row.state == "dropped"
        assert by_mail() == {"Birds", "Trees"}

    def test_a_second_time_says_nothing_new(self, reader, birds):
        mail = mail_of(reader, birds)
        reported(bounce_address(mail))
        assert reported(bounce_address(mail), fields="Incidents: 2\n").state == "dropped"
        assert Complaint.objects.count() == 1

    def test_about_a_digest_ends_all_that_comes_as_this_digest(self, reader):
        reported(bounce_address(mail_of(reader, kind="digest", rhythm="weekly")))
        assert by_mail() == {"Birds"}

    def test_about_a_notice_ends_mails_of_that_kind(self, reader):
        mail = mail_of(reader, kind="notice")
        notice = Notice.objects.create(person=reader, kind="stream.comment", about={}, at=AT)
        Telling.objects.create(notice=notice, way="digest", mail=mail)
        reported(bounce_address(mail))
        assert NoticeChoice.objects.get(person=reader, kind="stream.comment").way == "web"
        assert by_mail() == {"Birds", "Trees"}

    def test_of_a_guest_ends_it_too(self, square, birds):
        token = actions.ask(address="zoe@reader.example", source=birds, rhythm="now", language="en", at=AT)
        person = actions.confirm(asked=actions.asked_by(token, AT), at=AT).follow.person
        reported(bounce_address(mail_of(person, birds)))
        assert not Follow.objects.filter(person=person).exists()
        assert "Birds" in Client().get(reading_path(person)).content.decode()


class TestAComplaintWithoutAToken:
    """Feedback loops are registered with one address for all mails of a domain."""

    @pytest.mark.parametrize("name", ["bounces", "postmaster", "Postmaster"])
    def test_is_heeded_by_the_sender_of_the_mail_that_it_names(self, reader, birds, name):
        sender = bounce_address(mail_of(reader, birds))
        row = reported(f"{name}@{DOMAIN}", fields=f"Original-Mail-From: <{sender}>\n")
        assert (row.state, row.person) == ("done", reader)
        assert by_mail() == {"Trees"}

    def test_is_heeded_by_the_headers_that_it_returns(self, reader, birds):
        leave = leave_address(Subscription.objects.get(follow__source=birds))
        head = f"Received: from x\nList-Unsubscribe: <https://parvis.example/x>,\n <mailto:{leave}>"
        reported(f"bounces@{DOMAIN}", returned="text/rfc822-headers", head=head)
        assert by_mail() == {"Trees"}

    def test_of_all_that_comes_ends_all(self, reader):
        reported(f"bounces@{DOMAIN}", head=f"List-Unsubscribe: <mailto:{leave_all_address(reader)}>")
        assert by_mail() == set()
        assert Complaint.objects.count() == 2

    def test_is_not_heeded_when_it_names_what_this_house_did_not_write(self, reader, birds):
        forged = bounce_address(mail_of(reader, birds))[: -len(DOMAIN) - 4] + "aaa@" + DOMAIN
        for named in (forged, "bob@parvis.example"):
            row = reported(
                f"bounces@{DOMAIN}", fields=f"Original-Mail-From: {named}\nOriginal-Rcpt-To: {named}\n"
            )
            assert row.state == "dropped"
        assert by_mail() == {"Birds", "Trees"}


class TestWhatIsSaidOfIt:
    def test_to_its_reader_where_they_choose_what_comes(self, reader, birds, as_bob, as_alice):
        mail = mail_of(reader, birds)
        assert "Reported as unwanted" not in as_bob.get(reverse("subscriptions")).content.decode()
        reported(bounce_address(mail))
        page = as_bob.get(reverse("subscriptions")).content.decode()
        assert "Reported as unwanted" in page
        assert "Reported as unwanted" not in as_alice.get(reverse("subscriptions")).content.decode()
        notice = Notice.objects.get(kind="delivery.complained")
        assert notice.person == reader
        assert sentences({notice.pk: notice})[notice.pk].path == reverse("subscriptions")
        actions.subscribe(person=reader, source=birds, channel="mail", rhythm="now", at=AT + DAY)
        assert "Reported as unwanted" not in as_bob.get(reverse("subscriptions")).content.decode()

    def test_without_naming_somebody_who_has_shut_their_door(self, reader, alice, as_bob):
        from parvis.core.audiences.models import Block

        source = stream.source_of(alice)
        actions.subscribe(person=reader, source=source, channel="mail", rhythm="now", at=AT - DAY)
        Complaint.objects.create(person=reader, source=source, feedback="abuse", at=AT)
        Subscription.objects.filter(follow__source=source).delete()
        Follow.objects.filter(source=source).delete()
        part = as_bob.get(reverse("subscriptions")).content.decode().partition("Reported as unwanted")[2]
        assert alice.name in part
        Block.objects.create(owner=alice, person=reader, by=alice, at=AT)
        assert alice.name not in as_bob.get(reverse("subscriptions")).content.decode()

    def test_to_the_owners_without_what_somebody_reads(self, reader, birds, as_owner, as_alice):
        reported(bounce_address(mail_of(reader, birds)))
        page = as_owner.get(reverse("desk-refusals")).content.decode()
        part = page.partition("Reported as unwanted")[2]
        assert reader.name in part
        assert "Birds" not in part
        assert as_alice.get(reverse("desk-refusals")).status_code == 404

    def test_for_three_months(self, reader, birds):
        reported(bounce_address(mail_of(reader, birds)))
        forget_complaints(AT + 89 * DAY)
        assert Complaint.objects.exists()
        forget_complaints(AT + 91 * DAY)
        assert not Complaint.objects.exists()


def test_a_complaint_says_nothing_of_copies(alice, reader, birds):
    publication = said(alice, "Une bécasse.", sources=[birds])
    mail = mail_of(reader, birds, publication=publication)
    copy_of(publication, mail, AT).save()
    reported(bounce_address(mail))
    assert mail.copies.get().state == "queued"
