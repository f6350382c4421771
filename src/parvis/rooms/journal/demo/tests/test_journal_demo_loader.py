"""The sample square is furnished whole, and the three people to try see different journals in it."""

from datetime import UTC, datetime

import pytest

from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Person
from parvis.core.site.demo.loader import load
from parvis.core.stream.models import Attachment, Comment, WorkingCopy
from parvis.rooms.journal.demo import loader
from parvis.rooms.journal.models import Category, DatedUpdate, Original, Post
from parvis.rooms.journal.reading import articles

pytestmark = pytest.mark.django_db
OPENED = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)


def seen_by(key: str) -> set[str]:
    """The slugs of the posts that one of the sample's people reads; of a passer-by for an empty key."""
    person = Person.objects.get(addresses__value=f"{key}@parvis.example") if key else None
    return set(articles(Viewer.of(person, OPENED)).values_list("post__slug", flat=True))


def test_everything_is_brought_for_whom_it_is_meant(monkeypatch):
    monkeypatch.setattr(loader, "WIDTH", 120)
    load(OPENED)
    files = list((loader.HERE / "posts").glob("*.md"))
    assert Post.objects.unguarded("a test counts").count() == len(files)
    assert WorkingCopy.objects.unguarded("a test counts").count() == 2
    assert Category.objects.exclude(parent=None).exists()
    for model in (Attachment, Comment, DatedUpdate, Original):
        assert model.objects.unguarded("a test counts").exists()
    texts = Post.objects.unguarded("a test looks").values_list("html", flat=True)
    assert not [text for text in texts if "demo:" in text or "post:" in text]
    alix, lina, marc, passer_by = (seen_by(key) for key in ("alix", "lina", "marc", ""))
    assert passer_by < marc < alix
    assert passer_by < lina < alix
    assert lina != marc
    assert "voeux-pour-2027" not in alix
