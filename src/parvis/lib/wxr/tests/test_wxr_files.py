"""Every real and every difficult file is read, and what is odd in it is named."""

from pathlib import Path

import pytest

from parvis.lib.wxr import Analysis, Export

pytestmark = pytest.mark.data

ITEMS = {
    "generated-1000posts-5000comments.xml.gz": 1003,
    "generated-wp6.1-bilingual.xml": 60,
    "theme-preview.xml": 7,
    "theme-unit-test-data.wpimporter.xml": 186,
    "themeunittestdata.wordpress.xml": 186,
    "wagtail-wordpress-import-post_meta.xml": 5,
    "wagtail-wordpress-import-raw_xml.xml": 5,
    "generated-wp6.1-bilingual-illformed-control-char.xml": 60,
    "wpimporter-large-authors.xml": 0,
    "wpimporter-namespace-edge-cases.xml": 6,
    "wpimporter-valid-wxr-1.0.xml": 6,
    "wpimporter-valid-wxr-1.1.xml": 2,
    "wpimporter-wxr-comprehensive.xml": 2,
    "wpimporter-wxr-flat-attachment-same-site.xml": 2,
    "wpimporter-wxr-flat-attachment-different-site.xml": 2,
    "wpimporter-invalid-version-tag.xml": 0,
    "wpimporter-malformed.xml": 0,
    "wpimporter-missing-version-tag.xml": 0,
    "wpimporter-term-formats.xml": 0,
    "wpimporter-term-meta.xml": 0,
}


def analysed(folder: Path, name: str) -> Analysis:
    path = folder / "journal/wxr" / name
    return Export(path if path.exists() else folder / "journal/wxr-edge" / name).analyse()


def reasons(analysis: Analysis) -> set[str]:
    return {problem.reason for problem in analysis.problems}


class TestEveryFile:
    def test_is_read_and_counted(self, shared_data):
        paths = [
            *sorted((shared_data / "journal/wxr").glob("*.xml*")),
            *sorted((shared_data / "journal/wxr-edge").glob("*.xml")),
        ]
        read = [path for path in paths if not path.name.endswith(".json")]
        assert len(read) >= 40
        for path in read:
            analysis = Export(path).analyse()
            assert analysis.items == analysis.textual_items == ITEMS.get(path.name, 1), path.name


class TestDifficultFiles:
    def test_a_control_character_costs_nothing_but_itself(self, shared_data):
        analysis = analysed(shared_data, "generated-wp6.1-bilingual-illformed-control-char.xml")
        (problem,) = analysis.problems
        assert problem.item == "post 61 “Nasty ]]> & HTML title \\ backslash”"
        assert problem.reason == "Control characters that XML does not allow were removed."

    def test_elements_of_a_hijacked_prefix_do_not_count(self, shared_data):
        path = shared_data / "journal/wxr-edge/wpimporter-namespace-edge-cases.xml"
        export = Export(path)
        items = list(export.items())
        assert [item.id for item in items] == [1, 2, 3, 4, None, 6]
        assert {key for item in items for key, _ in item.meta} == {"normal_key"}
        assert "This item has no WordPress number." in {
            problem.reason for problem in export.problems if "Hijacked" in problem.item
        }
        analysis = export.analyse()
        assert [author.login for author in analysis.authors] == ["real_user", "version_conflict"]
        assert {term.term_id for term in analysis.terms} == {100, 102}

    def test_a_cdata_end_that_was_escaped_is_itself(self, shared_data):
        path = shared_data / "journal/wxr-edge/wpimporter-crazy-cdata-escaped.xml"
        (item,) = Export(path).items()
        assert item.content == "Content with nested <![CDATA[ tags ]]> :)"
        assert item.meta_value("Closing CDATA") == "]]>"

    def test_a_cdata_end_that_was_not_escaped_is_repaired(self, shared_data):
        path = shared_data / "journal/wxr-edge/wpimporter-crazy-cdata.xml"
        export = Export(path)
        (item,) = export.items()
        assert item.content.startswith("Content with nested <![CDATA[ tags ")
        assert item.slug == "hello-world"
        assert len(export.problems) == 1

    def test_a_file_that_breaks_off_gives_what_it_has(self, shared_data):
        export = Export(shared_data / "journal/wxr-edge/wpimporter-malformed-simple.xml")
        (item,) = export.items()
        assert (item.id, item.type, item.title) == (1, "post", "Broken")
        assert "The file ends before this item does." in {problem.reason for problem in export.problems}

    def test_an_item_without_a_file_around_it_is_read(self, shared_data):
        export = Export(shared_data / "journal/wxr-edge/nikola-qtranslate_item_raw_export.xml")
        (item,) = export.items()
        assert item.id == 1585
        assert item.title == "<!--:fr-->Sous le ciel<!--:--><!--:en-->Under heaven<!--:-->"
        assert item.content.startswith("<!--:fr--><a href=")

    def test_a_version_that_is_none_or_missing_is_told(self, shared_data):
        assert analysed(shared_data, "wpimporter-invalid-version-tag.xml").channel.version == "abc"
        missing = analysed(shared_data, "wpimporter-missing-version-tag.xml")
        assert missing.channel.version == ""
        assert "The file does not say which version of the format it is in." in reasons(missing)
        assert len(missing.terms) == 53

    def test_a_file_without_a_channel_still_gives_its_terms(self, shared_data):
        analysis = analysed(shared_data, "wpimporter-malformed.xml")
        assert len(analysis.terms) == 53
        assert "The file has no channel: what it says of the site was searched without it." in reasons(
            analysis
        )

    def test_names_on_several_lines_are_trimmed(self, shared_data):
        analysis = analysed(shared_data, "wpimporter-authors-multiline.xml")
        assert [author.login for author in analysis.authors] == ["alice", "bob", "carol"]
        assert len(analysed(shared_data, "wpimporter-large-authors.xml").authors) == 300

    def test_backslashes_are_never_taken_away(self, shared_data):
        (item,) = Export(shared_data / "journal/wxr-edge/wpimporter-slashes.xml").items()
        assert item.content == 'Slashes aren\\\'t \\"cool\\"'
        (item,) = Export(shared_data / "journal/wxr-edge/wpimporter-backslashes.xml").items()
        assert item.content == "C:\\xampp\\htdocs\\wp-content"

    def test_items_without_a_number_take_that_of_their_guid(self, shared_data):
        export = Export(shared_data / "journal/wxr/theme-preview.xml")
        items = list(export.items())
        assert [item.id for item in items][:3] == [19, 36, 14]
        assert {term.slug for term in items[0].terms} == {"uncategorized", "boat", "lake"}

    def test_terms_printed_twice_by_old_versions_count_once(self, shared_data):
        items = list(Export(shared_data / "journal/wxr-edge/wpimporter-valid-wxr-1.0.xml").items())
        for item in items:
            assert len({(term.taxonomy, term.name) for term in item.terms}) == len(item.terms)
        assert {term.taxonomy for item in items for term in item.terms} <= {"category", "post_tag"}
        assert any(item.terms for item in items)
