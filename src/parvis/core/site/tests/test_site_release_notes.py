"""The notes of each version, as the owner's page shows them."""

import re
from pathlib import Path

import pytest

from parvis.core.site import release_notes

ROOT = Path(release_notes.PLACES[1])


@pytest.fixture
def places(monkeypatch, tmp_path):
    monkeypatch.setattr(release_notes, "PLACES", (tmp_path / "absent", tmp_path))
    return tmp_path


def shape(name):
    """The versions of a file of notes, each with the number of its entries and of its parts."""
    text = (ROOT / name).read_text(encoding="utf-8")
    parts = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    return [
        (
            re.findall(r"\A\d\S*", part),
            len(re.findall(r"^- ", part, re.MULTILINE)),
            len(re.findall(r"^\*\*", part, re.MULTILINE)),
        )
        for part in parts
    ]


class TestReleaseNotes:
    def test_are_read_from_the_first_place_that_has_them(self, places):
        (places / "CHANGELOG.md").write_text(
            "# Changelog\n\nWords before.\n\n## 1.2.0\n\n- places: *Give* points.\n", encoding="utf-8"
        )
        html, speaks = release_notes.changes("en")
        assert "<h2>1.2.0</h2>" in html
        assert "<em>Give</em>" in html
        assert "Words before" not in html
        assert speaks == "en"

    def test_are_in_the_language_of_their_reader(self, places):
        (places / "CHANGELOG.md").write_text("# A\n\n## 1\n\n- points.\n", encoding="utf-8")
        assert release_notes.changes("fr")[1] == "en"
        (places / "CHANGELOG.fr.md").write_text("# A\n\n## 1\n\n- des points.\n", encoding="utf-8")
        html, speaks = release_notes.changes("fr")
        assert ("des points" in html, speaks) == (True, "fr")

    def test_may_be_absent(self, places):
        assert release_notes.changes("fr") == ("", "")

    def test_tell_the_same_in_both_languages(self):
        assert shape("CHANGELOG.md") == shape("CHANGELOG.fr.md")
        assert len(shape("CHANGELOG.md")) > 1

    def test_call_what_is_not_out_yet_the_next_version(self):
        assert "Unreleased" not in release_notes.changes("en")[0]
        assert "La prochaine version" in release_notes.changes("fr")[0]

    @pytest.mark.django_db
    def test_stand_on_the_page_of_an_owner_in_their_language(self, owner, as_owner):
        assert "The next version" in as_owner.get("/desk/version/").text
        owner.language = "fr"
        owner.save()
        page = as_owner.get("/desk/version/").text
        assert "La prochaine version" in page
        assert 'class="prose" lang="fr"' in page

    def test_know_the_version_that_runs(self):
        assert release_notes.this_version().count(".") >= 1
