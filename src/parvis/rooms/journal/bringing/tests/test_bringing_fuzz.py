"""Damage of any kind breaks no import, and leaves no item without its line."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parvis.lib.refusal import Refusal
from parvis.rooms.journal.bringing.running import BATCH, Bringing, Wishes, bring
from parvis.rooms.journal.models import ImportItem, Post

pytestmark = [pytest.mark.data, pytest.mark.django_db]
NAMES = [
    "wxr/theme-preview.xml",
    "wxr/wagtail-wordpress-import-post_meta.xml",
    "wxr-edge/wpimporter-wxr-comprehensive.xml",
    "wxr-edge/wpimporter-valid-wxr-1.0.xml",
    "wxr-edge/wpimporter-namespace-edge-cases.xml",
    "wxr-edge/nikola-qtranslate_item_raw_export.xml",
]
BOUNDS = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ITEMS = ("post", "page", "attachment", "other", "lost")


@cache
def content_of(path: Path) -> bytes:
    return path.read_bytes()


def check(data: bytes, path: Path, at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bring `data`: every item seen in the bytes has a line, and every post is whole."""
    path.write_bytes(data)
    runs: list[Bringing] = []
    run = Bringing.run
    monkeypatch.setattr(Bringing, "run", lambda self, tell: (runs.append(self), run(self, tell)))
    with transaction.atomic():
        try:
            bring(path, wishes=Wishes(), at=at)
        except Refusal:
            assert not Post.objects.unguarded("test").exists()
        else:
            lines = ImportItem.objects.filter(kind__in=ITEMS).exclude(key__contains=":").count()
            assert lines == runs[0].export.textual_items
            for post in Post.objects.unguarded("test").select_related("publication"):
                line = ImportItem.objects.get(publication=post.publication, kind__in=["post", "page"])
                assert line.state == "imported"
            again = bring(path, wishes=Wishes(), at=at)
            assert (again.all_created, again.all_changed) == (0, 0)
        transaction.set_rollback(True)
    monkeypatch.undo()


class TestDamage:
    @BOUNDS
    @given(name=st.sampled_from(NAMES), share=st.floats(0, 1))
    def test_of_a_file_cut_anywhere(self, shared_data, tmp_path, square, at, name, share):
        data = content_of(shared_data / "journal" / name)
        with pytest.MonkeyPatch.context() as patch:
            check(data[: int(len(data) * share)], tmp_path / "cut.xml", at, patch)

    @BOUNDS
    @given(
        name=st.sampled_from(NAMES),
        flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 7)), max_size=30),
    )
    def test_of_flipped_bits(self, shared_data, tmp_path, square, at, name, flips):
        data = bytearray(content_of(shared_data / "journal" / name))
        for share, bit in flips:
            data[int((len(data) - 1) * share)] ^= 1 << bit
        with pytest.MonkeyPatch.context() as patch:
            check(bytes(data), tmp_path / "flipped.xml", at, patch)


def test_a_batch_is_bigger_than_these_files():
    """So that the rollback of a whole batch is what the cut-off test, not this one, looks at."""
    assert BATCH >= 10
