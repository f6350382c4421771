"""Of an answer by mail, what its writer wrote stays; what their program quoted beneath goes."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.mail.replies import own_words

WORDS = "Oui, jeudi à 18 h.\n\nAnne"
QUOTED = "> Bonjour à tous,\n> est-ce que cela tient ?\n"


class TestAnAnswer:
    @pytest.mark.parametrize(
        "beneath",
        [
            f"Le 12/11/2026 à 10:03, Paul a écrit\u00a0:\n{QUOTED}",
            f"Le jeu. 12 nov. 2026 à 10:03, Paul via Liste <\nliste@example.org> a écrit :\n\n{QUOTED}",
            f"> Le 12 nov. 2026 à 10:03, Paul <paul@example.org> a écrit :\n> \n{QUOTED}",
            f"On Thu, Nov 12, 2026 at 10:03 AM Paul <paul@example.org> wrote:\n\n{QUOTED}",
            "De : Paul\nEnvoyé : jeudi 12 novembre 2026 10:03\nÀ : Anne\nObjet : Réunion\n\nBonjour à tous\n",
            "________________________________\nFrom: Paul\nSent: Thursday\nTo: Anne\nSubject: Meeting\n\nHello\n",
            "-----Message d’origine-----\nDe : Paul\nObjet : Réunion\n\nBonjour\n",
        ],
    )
    def test_loses_what_is_quoted_beneath(self, beneath: str):
        assert own_words(f"{WORDS}\n\n{beneath}") == WORDS

    def test_between_quoted_lines_stays_with_them(self):
        text = "Le 12/11/2026 à 10:03, Paul a écrit :\n> Jeudi ?\n\nOui.\n\n> Du café ?\n\nMerci."
        assert own_words(text) == text

    def test_below_a_quotation_stays(self):
        assert "Oui." in own_words(f"Le 12/11/2026 à 10:03, Paul a écrit :\n{QUOTED}\nOui.\n")

    @pytest.mark.parametrize(
        "text",
        [
            "Le 12 novembre, Paul nous a écrit : il viendra.\n\nJe propose jeudi.",
            "From: the station, take bus 12.\nTo: the hall, five minutes.\n\nSee you",
            "Voici le poème :\n\n> Demain, dès l’aube,",
            "Ordre du jour\n________________________________\n1. Café",
            "",
        ],
    )
    def test_that_only_looks_so_stays_whole(self, text: str):
        assert own_words(text) == text

    def test_that_would_be_nothing_stays_whole(self):
        text = f"Le 12/11/2026 à 10:03, Paul a écrit :\n{QUOTED}"
        assert own_words(text) == text.strip("\n")

    def test_loses_its_signature_and_the_line_of_its_device(self):
        assert own_words(f"{WORDS}\n\n-- \nAnne Martin\n+41 22 000 00 00\n") == WORDS
        assert own_words(f"{WORDS}\n\nEnvoyé de mon iPhone\n") == WORDS

    @given(st.text(alphabet=st.sampled_from("ab >:\n-_é1"), max_size=200))
    def test_keeps_a_beginning_of_what_was_written(self, text: str):
        assert text.strip("\n").startswith(own_words(text))


@pytest.fixture
def cases(shared_data: Path) -> ModuleType:
    """The answers of mail programs in French and in English that the research collected."""
    spec = importlib.util.spec_from_file_location("reply_cases", shared_data / "lists/suites/reply_cases.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def tidy(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.data
class TestMailPrograms:
    def test_quote_beneath_and_nothing_of_it_is_left(self, cases: ModuleType):
        wanted = {name: tidy(cases.R if "-fr" in name else cases.RE) for name in cases.top}
        assert {name: tidy(own_words(text)) for name, text in cases.top.items()} == wanted

    def test_answer_between_and_nothing_of_it_is_lost(self, cases: ModuleType):
        for text, kept in cases.inline.values():
            assert all(words in own_words(text) for words in kept)

    def test_write_what_only_looks_quoted(self, cases: ModuleType):
        assert {name: tidy(own_words(text)) for name, text in cases.none.items()} == {
            name: tidy(text) for name, text in cases.none.items()
        }


class TestALineThatSaysWhoWrote:
    @pytest.mark.parametrize(
        "line",
        ["Paul <paul@example.org> wrote:", "Paul<paul@example.org> a écrit :", "paul@example.org writes:"],
    )
    def test_begins_what_is_quoted(self, line):
        assert own_words(f"Yes.\n{line}\n> Well?") == "Yes."

    @pytest.mark.parametrize(
        "line", ["Paul wrote:", "@ wrote:", "a @example.org wrote:", f"{'a b ' * 40}x@y.z wrote:"]
    )
    def test_needs_an_address_behind_a_name(self, line):
        assert line in own_words(f"Yes.\n{line}\n> Well?")
