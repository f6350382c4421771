"""The reader gives back what the database of a real WordPress held."""

import hashlib
import html
import json
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from parvis.lib.wxr import Analysis, Export, Item
from parvis.lib.wxr.languages import bilingual
from parvis.lib.wxr.php import loads

pytestmark = pytest.mark.data


@cache
def read(folder: Path) -> tuple[dict[int, dict], dict[int, Item], Analysis]:
    path = folder / "journal/wxr/generated-wp6.1-bilingual.xml"
    truth = json.loads(path.with_name(f"{path.name}.truth.json").read_text())
    export = Export(path)
    return {row["id"]: row for row in truth}, {item.id: item for item in export.items()}, export.analyse()


@pytest.fixture
def pairs(shared_data: Path) -> list[tuple[dict, Item]]:
    truth, items, _ = read(shared_data)
    assert set(truth) == set(items)
    return [(truth[number], items[number]) for number in truth]


def moment(text: str) -> datetime | None:
    return None if text.startswith("0000") else datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestTruth:
    @pytest.mark.parametrize(
        "name",
        [
            "type",
            "status",
            "slug",
            "title",
            "parent",
            "menu_order",
            "password",
            "excerpt",
            "comment_status",
            "ping_status",
        ],
    )
    def test_has_each_field_as_it_was(self, pairs, name):
        assert [getattr(item, name) for _, item in pairs] == [row[name] for row, _ in pairs]

    def test_has_each_author_and_sticky_mark(self, pairs):
        assert [(item.author_login, item.is_sticky) for _, item in pairs] == [
            (row["author"], row["sticky"]) for row, _ in pairs
        ]

    def test_has_each_content_to_the_byte(self, pairs):
        for row, item in pairs:
            assert hashlib.sha1(item.content.encode()).hexdigest() == row["content_sha1"], row["title"]

    def test_has_both_dates(self, pairs):
        for row, item in pairs:
            assert item.local_at == datetime.fromisoformat(row["date"])
            if utc := moment(row["date_gmt"]):
                assert item.at == utc

    def test_works_out_the_moment_of_a_draft_from_the_zone(self, pairs):
        drafts = [item for row, item in pairs if row["date_gmt"].startswith("0000")]
        assert drafts
        for item in drafts:
            assert item.at is not None
            assert item.local_at is not None
            assert item.local_at.replace(tzinfo=UTC).hour - item.at.hour == 1  # November in Zurich

    def test_has_each_term_as_plain_text(self, pairs):
        for row, item in pairs:
            found = {(term.taxonomy, term.slug, term.name) for term in item.terms}
            expected = {(taxonomy, slug, html.unescape(name)) for taxonomy, slug, name in row["terms"]}
            # The database was asked for the taxonomies of the type; post_format is one it did not count.
            assert expected <= found
            assert {taxonomy for taxonomy, _, _ in found - expected} <= {"post_format"}

    def test_has_every_meta_value(self, pairs):
        unexported = {"_edit_lock"}
        for row, item in pairs:
            for key, values in dict(row["meta"] or {}).items():
                if key not in unexported:
                    assert list(item.meta_values(key)) == values, (row["title"], key)
            assert len(item.meta) == sum(len(values) for values in dict(row["meta"] or {}).values())

    def test_has_every_comment_but_spam(self, pairs):
        for row, item in pairs:
            expected = Counter()
            for group in row["comments"]:
                if group["a"] != "spam":
                    expected[group["a"], group["t"] or "comment"] += int(group["n"])
            assert Counter((each.approved, each.type) for each in item.comments) == expected

    def test_keeps_the_threads(self, pairs):
        for row, item in pairs:
            answers = sum(int(group["th"]) for group in row["comments"] if group["a"] != "spam")
            assert sum(each.parent > 0 for each in item.comments) == answers

    def test_finds_each_language_and_each_note(self, pairs):
        languages = ("en", "fr")
        for row, item in pairs:
            found = bilingual(item, languages)
            polylang = [slug for taxonomy, slug, _ in row["terms"] if taxonomy == "language"]
            assert (found.language or "") == (row["bb_language"] or next(iter(polylang), ""))
            notes = row["bb_notes"]
            if isinstance(notes, str):
                other = {"en": "fr", "fr": "en"}.get(row["bb_language"])
                assert dict(found.notes) == ({other: notes} if notes and other else {})
                assert found.adrift == ("" if other else notes)
            else:
                assert dict(found.notes) == {
                    code: text for code, text in notes.items() if code != row["bb_language"]
                }
                assert found.excerpt == notes.get(row["bb_language"])

    def test_reads_the_serialised_metadata_of_pictures(self, pairs):
        found = [loads(value) for _, item in pairs for value in item.meta_values("_wp_attachment_metadata")]
        assert [picture["image_meta"]["camera"] for picture in found] == ["Öko"] * 3

    def test_counts_it_all(self, shared_data):
        truth, _, analysis = read(shared_data)
        assert analysis.items == analysis.textual_items == len(truth)
        assert dict(analysis.counts) == Counter((row["type"], row["status"]) for row in truth.values())
        assert analysis.comments == sum(
            int(group["n"]) for row in truth.values() for group in row["comments"] if group["a"] != "spam"
        )
        assert analysis.zone == "Europe/Zurich"
        assert analysis.problems == ()
        assert [author.login for author in analysis.authors] == ["admin", "zoe"]
        assert analysis.channel.title == "Carnet bilingue — Bilingual notebook & «co»"
        names = {term.slug: term for term in analysis.terms}
        assert names["web-societe"].name == "Web & société"
        assert names["vie-privee"].parent == "web-societe" or names["vie-privee"].taxonomy == "post_tag"
