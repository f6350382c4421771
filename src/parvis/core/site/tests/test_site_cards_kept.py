"""A card that was drawn is used again only where it would say the same: kept or not, every reader finds the same page."""

from datetime import timedelta
from itertools import product

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from parvis.conftest import AT
from parvis.core.audiences.actions import Expression, audience_for
from parvis.core.audiences.models import PUBLIC
from parvis.core.audiences.rule import Viewer
from parvis.core.site.templatetags import parvis as tags
from parvis.core.stream import actions
from parvis.core.stream.cards import cards
from parvis.core.stream.models import Publication

pytestmark = pytest.mark.django_db
LATER = (AT + timedelta(minutes=5), AT + timedelta(hours=3), AT + timedelta(days=40))


@pytest.fixture
def status(alice):
    audience = audience_for(expression=Expression(frozenset({PUBLIC})), owner=alice)
    return actions.say(author=alice, source="Snow on the square.", language="en", audience=audience, at=AT)


def drawn(publication, reader, at) -> str:
    """The card as a reader's page shows it at a moment."""
    viewer, request = Viewer.of(reader, at), RequestFactory().get("/")
    request.at = at
    rows = Publication.objects.visible_to(viewer).select_related("author").filter(pk=publication.pk)
    card = cards(list(rows), viewer)[0]
    page = Context({"card": card, "person": reader, "request": request})
    return Template("{% drawn card %}").render(page)


def test_every_reader_finds_what_would_be_drawn_anew(monkeypatch, status, alice, bob):
    def all_of_them() -> list[str]:
        found = []
        for reader, at, language, zone in product(
            (None, alice, bob), LATER, ("fr", "en"), ("Europe/Zurich", "Asia/Tokyo")
        ):
            with translation.override(language), timezone.override(zone):
                found.append(drawn(status, reader, at))
        return found

    first, again = all_of_them(), all_of_them()
    monkeypatch.setattr(tags.CARDS, "get", lambda _values, make: make())
    assert first == again == all_of_them()
    assert len(set(first)) > len(LATER) * 2


def test_what_changes_is_seen_at_once(status, alice, bob):
    at = LATER[0]
    before = drawn(status, None, at)
    alice.name = "Alix the Elder"
    alice.save()
    renamed = drawn(status, None, at)
    assert renamed != before
    assert "Alix the Elder" in renamed
    actions.edit_status(status=status.status, source="Rain on the square.", language="en", at=at)
    assert "Rain" in drawn(status, None, at)
    actions.answer(subject=status, author=bob, source="Here too.", at=at)
    assert "#comments" in drawn(status, None, at)
