"""Asking for mails by writing, when the form has had its fill: whoever writes is asked back, and nobody else."""

import re
from datetime import timedelta

import pytest
from django.core import mail as outgoing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from parvis.conftest import AT
from parvis.core.delivery import actions
from parvis.core.delivery.form_times import FormTime
from parvis.core.delivery.inbound import known
from parvis.core.delivery.joining import join_address
from parvis.core.delivery.models import Asked, Subscription

from .posts import DOMAIN, come_in, written
from .worlds import said, theme

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail_in(settings):
    settings.PARVIS_URL = "https://parvis.example"
    settings.PARVIS_MAIL_IN_DOMAIN = DOMAIN


@pytest.fixture
def birds(alice):
    source = theme()
    said(alice, "Une bécasse.", sources=[source], at=AT - timedelta(hours=1))
    return source


def fill_up(source, at):
    for number in range(20):
        actions.ask(address=f"a{number}@reader.example", source=source, rhythm="weekly", language="fr", at=at)


def wrote(source, sender="zoe@reader.example", rhythm="weekly", **headers):
    return come_in(join_address(source, rhythm, "en"), written("", sender, **headers), sender=sender)


def asked_for(source):
    mark = FormTime("ask", source.public_id).mark(timezone.now() - timedelta(seconds=10))
    typed = {"email": "zoe@reader.example", "rhythm": "weekly", "language": "en", "drawn": mark}
    return Client().post(reverse("subscription-ask", args=[source.public_id]), typed)


class TestTheForm:
    def test_offers_an_address_when_all_together_ask_too_often(self, birds):
        assert "mailto:" not in asked_for(birds).content.decode()
        Asked.objects.all().delete()
        fill_up(birds, timezone.now())
        page = asked_for(birds).content.decode()
        address = re.search(r'mailto:([^"]+)"', page)[1]
        assert known(address).token == birds.public_id
        assert not outgoing.outbox[1:]

    def test_offers_none_where_no_mail_comes_in(self, birds, settings):
        settings.PARVIS_MAIL_IN_DOMAIN = ""
        fill_up(birds, timezone.now())
        page = asked_for(birds)
        assert "mailto:" not in page.content.decode()
        assert page.context["form"].non_field_errors()


class TestWriting:
    def test_is_asked_back_and_begins_with_a_yes(self, birds, django_capture_on_commit_callbacks):
        fill_up(birds, AT)
        with django_capture_on_commit_callbacks(execute=True):
            (row,) = wrote(birds, rhythm="daily")
        assert (row.state, row.problem) == ("done", "")
        (mail,) = outgoing.outbox
        assert mail.to == ["zoe@reader.example"]
        assert "/mail/yes/" in mail.body
        assert not Subscription.objects.exists()
        token = re.search(r"/mail/yes/([^/\s]+)", mail.body)[1]
        actions.confirm(asked=actions.asked_by(token, AT), at=AT)
        assert Subscription.objects.get().rhythm == "daily"

    def test_is_asked_back_once_a_day(self, birds, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            wrote(birds)
            wrote(birds, message_id="<2@example.org>")
        assert len(outgoing.outbox) == 1

    def test_is_not_asked_back_when_a_machine_wrote(self, birds, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            wrote(birds, Auto_Submitted="auto-replied")
        assert not outgoing.outbox
        assert not Asked.objects.exists()

    def test_tells_nothing_of_a_source_that_is_not_public(self, alice, django_capture_on_commit_callbacks):
        hidden = theme("Secret")
        said(alice, "Pour les membres.", groups=frozenset({2}), sources=[hidden])
        with django_capture_on_commit_callbacks(execute=True):
            (row,) = wrote(hidden)
        assert row.state == "dropped"
        assert not outgoing.outbox

    def test_is_taken_at_no_address_that_this_house_did_not_write(self, birds):
        local, _at, domain = join_address(birds, "weekly", "en").partition("@")
        assert known(f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}") is None
        assert known(join_address(birds, "weekly", "en").replace("weekly", "daily")) is None
