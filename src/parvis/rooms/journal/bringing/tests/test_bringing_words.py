"""What the reader of exports finds wrong is known to the catalogues, sentence by sentence."""

import pytest
from django.utils import translation
from django.utils.translation import gettext

from parvis.lib.wxr import export, fields, markup, outside, scan
from parvis.rooms.journal.bringing.words import PROBLEMS, item_words, problem_words


def reasons() -> set[str]:
    """Every sentence that a module of the reader names."""
    named = {
        value
        for module in (export, fields, markup, outside, scan)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str) and " " in value
    }
    return named | set(outside._WORDS.values())


class TestReasons:
    def test_are_all_known(self):
        assert {str(problem) for problem in PROBLEMS} == reasons()

    @pytest.mark.parametrize("reason", sorted(reasons()))
    def test_are_all_said_in_french(self, reason):
        with translation.override("fr"):
            assert gettext(reason) != reason

    def test_keep_the_prefix_they_speak_of(self):
        said = problem_words(export.ODD_PREFIX.format(prefix="wp"))
        assert said == export.ODD_PREFIX.format(prefix="wp")
        with translation.override("fr"):
            said = problem_words(export.ODD_PREFIX.format(prefix="dc"))
        assert "dc" in said
        assert "{" not in said


class TestAnItem:
    @pytest.mark.parametrize(
        ("item", "words"),
        [
            ("post 19", "billet 19"),
            ("page 3", "page 3"),
            ("attachment 7", "image ou fichier 7"),
            ("a title that is none of these", "a title that is none of these"),
        ],
    )
    def test_is_called_what_it_is_called_here(self, item, words):
        with translation.override("fr"):
            assert item_words(item) == words

    def test_keeps_its_title(self):
        assert item_words("post 19 “A walk”") == "post 19 “A walk”"
        assert item_words("item 3 of the file") == "item 3 of the file"
