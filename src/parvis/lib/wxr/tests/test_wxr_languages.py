"""Languages and notes are found whatever plugin kept them."""

import pytest

from parvis.lib.wxr import ItemTerm
from parvis.lib.wxr.languages import bilingual, split_qtranslate

SITE = ("fr", "en")


def serialised(**texts: str) -> str:
    pairs = "".join(f's:2:"{code}";s:{len(text.encode())}:"{text}";' for code, text in texts.items())
    return f"a:{len(texts)}:{{{pairs}}}"


class TestBasicBilingual:
    def test_keeps_its_own_excerpt_apart_from_the_notes(self, item_with):
        item = item_with(
            meta=(("bb-post-language", "fr"), ("bb-post-excerpts", serialised(en="A note", fr="Un extrait")))
        )
        found = bilingual(item, SITE)
        assert (found.language, dict(found.notes), found.excerpt) == ("fr", {"en": "A note"}, "Un extrait")
        assert found.source == "basic-bilingual-1"

    def test_of_the_first_generation_writes_its_note_in_the_other_language(self, item_with):
        item = item_with(meta=(("language", "en"), ("other-excerpt", "Une note")))
        found = bilingual(item, SITE)
        assert (found.language, dict(found.notes), found.adrift, found.source) == (
            "en",
            {"fr": "Une note"},
            "",
            "basic-bilingual-0",
        )

    def test_of_the_first_generation_follows_the_languages_of_the_site(self, item_with):
        item = item_with(meta=(("language", "de"), ("other-excerpt", "Una nota")))
        assert dict(bilingual(item, ("de", "it")).notes) == {"it": "Una nota"}
        found = bilingual(item, ("de", "it", "fr"))
        assert (dict(found.notes), found.adrift) == ({}, "Una nota")

    def test_of_the_second_generation_wins(self, item_with):
        item = item_with(
            meta=(
                ("language", "en"),
                ("other-excerpt", "vieille"),
                ("bb-post-language", "fr"),
                ("bb-post-excerpts", serialised(en="new")),
            )
        )
        found = bilingual(item, SITE)
        assert (found.language, dict(found.notes), found.source) == ("fr", {"en": "new"}, "basic-bilingual-1")

    def test_with_an_empty_language_says_none(self, item_with):
        found = bilingual(item_with(meta=(("language", ""), ("other-excerpt", "Une note"))), SITE)
        assert (found.language, dict(found.notes), found.adrift) == (None, {}, "Une note")
        assert bilingual(item_with(meta=(("language", ""),)), SITE).source == "none"

    def test_does_not_take_the_language_of_a_programme_for_its_own(self, item_with):
        assert bilingual(item_with(meta=(("language", "php"),)), SITE).language is None

    def test_reads_notes_whose_line_ends_were_changed(self, item_with):
        text = serialised(en="one\r\ntwo").replace("\r\n", "\n")
        item = item_with(meta=(("bb-post-language", "fr"), ("bb-post-excerpts", text)))
        assert dict(bilingual(item, SITE).notes) == {"en": "one\ntwo"}

    def test_leaves_out_notes_that_cannot_be_read(self, item_with):
        item = item_with(meta=(("bb-post-language", "fr"), ("bb-post-excerpts", 'O:1:"A":0:{}')))
        found = bilingual(item, SITE)
        assert (found.language, dict(found.notes)) == ("fr", {})


class TestPolylang:
    def test_tells_language_and_group(self, item_with):
        terms = (
            ItemTerm(taxonomy="language", slug="fr", name="Français"),
            ItemTerm(taxonomy="post_translations", slug="pll_5f", name="pll_5f"),
        )
        found = bilingual(item_with(terms=terms), SITE)
        assert (found.language, found.group, found.source) == ("fr", "pll_5f", "polylang")

    def test_tells_nothing_of_an_item_without_it(self, item_with):
        found = bilingual(item_with(), SITE)
        assert (found.language, found.group, found.source) == (None, None, "none")


class TestQTranslate:
    @pytest.mark.parametrize(
        ("text", "texts"),
        [
            ("<!--:fr-->Ciel<!--:--><!--:en-->Heaven<!--:-->", {"fr": "Ciel", "en": "Heaven"}),
            ("[:en]Heaven[:fr]Ciel[:]", {"en": "Heaven", "fr": "Ciel"}),
            ("[:en]Heaven[:fr]Ciel", {"en": "Heaven", "fr": "Ciel"}),
            ("1 [:en]a[:fr]b[:] 2", {"en": "1 a 2", "fr": "1 b 2"}),
            ("[:en]a[:][:fr]b[:][:en]c[:]", {"en": "ac", "fr": "b"}),
        ],
    )
    def test_splits_both_ways_of_writing(self, text, texts):
        assert split_qtranslate(text) == texts

    @pytest.mark.parametrize("text", ["", "plain", "[:]", "<!--more-->", "array[:2]"])
    def test_leaves_other_texts_alone(self, text):
        assert split_qtranslate(text) is None
