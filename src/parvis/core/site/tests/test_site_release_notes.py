"""The notes of each version, as the owner's page shows them."""

from parvis.core.site import release_notes


class TestReleaseNotes:
    def test_are_read_from_the_first_place_that_has_them(self, monkeypatch, tmp_path):
        notes = tmp_path / "CHANGELOG.md"
        notes.write_text(
            "# Changelog\n\nWords before.\n\n## 1.2.0\n\n- places: *Give* points.\n", encoding="utf-8"
        )
        monkeypatch.setattr(release_notes, "PLACES", (tmp_path / "absent.md", notes))
        html = release_notes.changes()
        assert "<h2>1.2.0</h2>" in html
        assert "<em>Give</em>" in html
        assert "Words before" not in html

    def test_may_be_absent(self, monkeypatch, tmp_path):
        monkeypatch.setattr(release_notes, "PLACES", (tmp_path / "absent.md",))
        assert release_notes.changes() == ""

    def test_know_the_version_that_runs(self):
        assert release_notes.this_version().count(".") >= 1
