"""What is typed finds what is written: accents, elisions, stems, phrases."""

import re
import sqlite3
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.text.search import LONGEST_WORD, MOST_WORDS, Query, fold, index_words, query_words, snippet

BOTH = ("fr", "en")


def finds(typed, text, language):
    return query_words(typed, BOTH).finds(index_words(text, language))


def plain(pieces):
    return "".join(text for text, _ in pieces)


class TestFold:
    @pytest.mark.parametrize(
        ("text", "folded"),
        [
            ("Łukasz", "lukasz"), ("Søren", "soren"), ("Weiß", "weiss"), ("WEISS", "weiss"), ("Cœur", "coeur"),
            ("Æsop", "aesop"), ("Đorđe", "dorde"), ("Þór", "thor"), ("Ħal", "hal"), ("ﬁn", "fin"), ("ＡＢ", "ab"),
            ("École", "ecole"), ("E\u0301cole", "ecole"), ("İstanbul", "istanbul"), ("ısı", "isi"), ("Ångström", "angstrom"),
            ("O’Brien", "o'brien"), ("OʼBrien", "o'brien"), ("co\u00adopé\u200bration", "cooperation"), ("Éric", "eric"),
            ("Ωμέγα", "ωμεγα"), ("Ёлка", "елка"), ("²", "2"),
        ],
    )  # fmt: skip
    def test_takes_accents_and_cases_away(self, text, folded):
        assert fold(text) == folded

    @given(st.text())
    def test_changes_nothing_the_second_time(self, text):
        assert fold(fold(text)) == fold(text)

    @given(st.text())
    def test_does_not_see_cases(self, text):
        assert fold(fold(text).upper().lower()) == fold(fold(text).lower())


class TestIndexWords:
    def test_cuts_french_elisions(self):
        words = index_words("L’école qu'elle aime, jusqu’à l'été d’hiver s'il", "fr").split()
        assert words == index_words("école elle aime à été hiver il", "fr").split()

    def test_keeps_words_that_only_look_elided(self):
        assert index_words("aujourd’hui", "fr").startswith("aujourdhui")
        assert index_words("O'Brien", "en") == index_words("O’BRIEN", "en") == "obrien"

    def test_stems_in_the_language_of_the_text_only(self):
        assert index_words("running runs", "en") == "run run"
        assert index_words("running", "fr") == "running"
        assert index_words("utilisateurs", "en") != index_words("utilisateurs", "fr")
        assert index_words("running Läufer", "de") == "running laufer"

    @pytest.mark.parametrize(
        "word",
        [
            "petit",
            "école",
            "maison",
            "vent",
            "nuit",
            "droit",
            "utilisateur",
            "chat",
            "jardin",
            "fruit",
            "débat",
        ],
    )
    def test_stems_a_plural_as_its_singular(self, word):
        assert index_words(word + "s", "fr") == index_words(word, "fr")

    def test_knows_regions(self):
        assert index_words("écoles", "fr-CA") == index_words("écoles", "fr")

    @given(st.text(), st.sampled_from(["fr", "en", "de", ""]))
    def test_holds_words_and_single_spaces_only(self, text, language):
        indexed = index_words(text, language)
        assert indexed == " ".join(indexed.split())
        assert all(word.isalnum() and len(word) <= LONGEST_WORD for word in indexed.split())


class TestQuery:
    @pytest.mark.parametrize(
        ("typed", "text", "language"),
        [
            ("utilisateur", "Les utilisateurs", "fr"), ("utilisateurs", "Un utilisateur", "fr"),
            ("ecole", "Les écoles", "fr"), ("écoles", "L’école", "fr"), ("l'ecole", "Des écoles", "fr"),
            ("run", "running", "en"), ("runs", "She is running", "en"), ("running", "It runs", "en"),
            ("coeur", "Cœur", "fr"), ("SOREN", "Søren", "en"), ("obrien", "O’Brien", "en"), ("o'brien", "O’Brien", "en"),
            ("john", "John’s house", "en"), ("week-end", "un week-end", "fr"), ("Läufer", "ein Läufer", "de"),
            ("écol", "Les écoles", "fr"), ("met", "métro", "fr"), ("2024", "en 2024", "fr"),
        ],
    )  # fmt: skip
    def test_finds(self, typed, text, language):
        assert finds(typed, text, language)

    @pytest.mark.parametrize(
        ("typed", "text", "language"),
        [
            ("chat", "chien", "fr"), ("chat chien", "chat", "fr"), ("cha ", "chat", "fr"), ('"cha"', "chat", "fr"),
            ('"chat noir"', "noir chat", "fr"), ("chat -noir", "chat noir", "fr"), ("-noir", "chat", "fr"), ("", "chat", "fr"),
            ('chat -"très noir"', "un chat très noir", "fr"),
        ],
    )  # fmt: skip
    def test_does_not_find(self, typed, text, language):
        assert not finds(typed, text, language)

    @pytest.mark.parametrize(
        ("typed", "text"),
        [
            ('"petits chats"', "un petit chat noir"), ("« petits chats »", "petit chat"), ('chat -"très noir"', "chat noir très"),
            ('"petits chats', "chat petit"), ("chat - noir", "noir chat"), ("chat-noir", "chat noir"),
        ],
    )  # fmt: skip
    def test_follows_habits(self, typed, text):
        assert finds(typed, text, "fr")

    @pytest.mark.parametrize(
        ("words", "language"),
        [
            ("installer installé installée installés installées installation INSTALLÉES", "fr"),
            ("chanter chanté chantée chantés chantées chantèrent chante chantez", "fr"),
            ("publier publié publiée publiés publiées publièrent", "fr"),
            ("arriver arrivé arrivée arrivés arrivées arrivèrent arrive", "fr"),
            ("employer employé employée employés employées", "fr"), ("créer créé créée créés créées", "fr"),
            ("finir fini finie finis finies", "fr"), ("premier première premiers premières", "fr"),
            ("musée musées", "fr"), ("idée idées", "fr"), ("fée fées", "fr"), ("lycée lycées", "fr"), ("été étés", "fr"),
            ("différent différente différents différentes", "fr"), ("activité activités active actives", "fr"),
            ("œuvre œuvres oeuvre l’œuvre", "fr"), ("école écoles l’école l'École", "fr"), ("e\u0301cole École", "fr"),
            ("install installed installs installing", "en"), ("café cafés", "en"), ("run runs running", "en"),
        ],
    )  # fmt: skip
    def test_finds_a_word_by_its_other_forms_with_accents_or_without(self, words, language):
        missed = [
            (typed, written)
            for typed in words.split()
            for written in words.split()
            for how in (typed, fold(typed), fold(typed).upper())
            if not finds(how + " ", f"des {written} ici", language)
        ]
        assert missed == []

    @pytest.mark.parametrize(
        ("typed", "text"),
        [
            ("photo publiee", "une photo publiée"), ("publiée", "photo publiee"), ('"photos publies"', "photos publiés"),
            ('"lettres publiees hier"', "des lettres publiées hier"), ("premiere", "UNE PREMIERE"), ("premier", "UNE PREMIERE"),
        ],
    )  # fmt: skip
    def test_finds_what_either_wrote_without_accents(self, typed, text):
        assert finds(typed, text, "fr")

    @given(
        st.lists(
            st.sampled_from(
                ["publié", "publiée", "élèves", "créées", "chantâmes", "qualités", "où", "garçon"]
            ),
            min_size=1,
            max_size=4,
        ),
        st.sampled_from(["{}", '"{}"']),
        st.sampled_from(BOTH),
    )
    def test_folded_loses_nothing_of_what_the_accents_find(self, words, form, language):
        written, typed = " ".join(words), form.format(" ".join(words))
        for text in (written, fold(written), written.upper(), "publier élever créer"):
            assert finds(fold(typed), text, language) >= finds(typed, text, language)

    def test_holds_the_ways_of_each_word(self):
        query = query_words("running écoles", BOTH)
        assert query[0] == ("running", "run")
        assert set(query.words[1]) == {"ecol", "ecoles"}
        assert query.last_is_prefix

    def test_ends_the_last_word_at_a_space(self):
        assert not query_words("école ", BOTH).last_is_prefix
        assert not query_words('"école"', BOTH).last_is_prefix
        assert not query_words("chat -éco", BOTH).last_is_prefix

    def test_is_bounded(self):
        query = query_words(" ".join(f"w{n}" for n in range(100)) + " " + "x" * 5_000, BOTH)
        assert len(query) == MOST_WORDS
        assert len(query_words("x" * 500, BOTH)[0][0]) == LONGEST_WORD
        assert len(query_words(" ".join(f"-w{n}" for n in range(100)), BOTH).excluded) == MOST_WORDS

    @given(st.text(), st.sampled_from(["fr", "en", "de"]))
    def test_every_word_of_a_text_finds_it(self, text, language):
        indexed = index_words(text, language)
        for word in text.split():
            query = query_words(re.sub('["“”„«»-]', " ", fold(word)) + " ", BOTH)
            if query:
                assert query.finds(indexed), word

    @given(
        st.lists(st.text(alphabet="abéœl'’sn -", min_size=1, max_size=9), max_size=8), st.sampled_from(BOTH)
    )
    def test_neither_accents_nor_cases_stand_in_the_way(self, words, language):
        indexed = index_words(" ".join(words), language)
        for word in words:
            query = query_words(fold(word).replace("-", " ").upper(), BOTH)
            if query:
                assert query.finds(indexed)

    @given(st.text(alphabet="ab \"-«»'*():^&|!\\<>é", max_size=60))
    def test_is_an_expression_sqlite_understands(self, typed):
        text = "a b ab ba"
        database = sqlite3.connect(":memory:")
        database.execute(
            "CREATE VIRTUAL TABLE words USING fts5(text, tokenize='unicode61 remove_diacritics 0')"
        )
        database.execute("INSERT INTO words VALUES (?)", [index_words(text, "de")])
        query = query_words(typed, BOTH)
        if query:
            rows = database.execute("SELECT 1 FROM words WHERE words MATCH ?", [query.fts5()]).fetchall()
            assert bool(rows) == query.finds(index_words(text, "de"))
        else:
            assert query.fts5() == query.tsquery() == ""
        database.close()

    def test_writes_what_postgresql_understands(self):
        query = query_words('"petits chats" -noir école', ["fr"])
        assert query.tsquery() == (
            "(('pet' <-> 'chat') | ('petits' <-> 'chats')) & ('ecol':* | 'ecole':*) & !'noir'"
        )

    def test_finds_nothing_when_empty(self):
        assert not Query().finds("a")


def with_soft_hyphens(word: str) -> str:
    return re.sub(r"(?<=\w)(?=\w)", "\u00ad", word)


class TestSnippet:
    TEXT = "Il était une fois. " * 30 + "Les Utilisateurs\nde l’école\u00a0! " + "La fin approche. " * 30

    def test_shows_the_place_where_the_words_meet(self):
        pieces = snippet(self.TEXT, query_words("utilisateur ecoles", BOTH), "fr", 12)
        assert [text for text, is_match in pieces if is_match] == ["Utilisateurs", "l’école"]
        assert plain(pieces).startswith("… ")
        assert plain(pieces).endswith(" …")
        assert 11 <= len(plain(pieces).replace("…", "").split()) <= 14

    def test_shows_the_beginning_when_nothing_matches(self):
        assert snippet("Un deux trois quatre.", query_words("cinq", BOTH), "fr", 2) == [("Un deux …", False)]

    def test_shows_a_short_text_whole(self):
        assert plain(snippet("« Un » chat <b>.", query_words("chat", BOTH), "fr")) == "« Un » chat <b>."

    def test_is_empty_for_an_empty_text(self):
        assert snippet(" … ", query_words("a", BOTH), "fr") == []

    def test_marks_the_word_somebody_is_typing(self):
        assert ("écoles", True) in snippet("des écoles", query_words("éc", BOTH), "fr")
        assert not any(is_match for _, is_match in snippet("des écoles", query_words("éc ", BOTH), "fr"))

    def test_marks_words_with_loose_accents(self):
        assert ("e\u0301cole", True) in snippet("une e\u0301cole ici", query_words("école ", BOTH), "fr")

    @given(
        st.text(alphabet="abé ’.\n", max_size=200), st.text(alphabet="abé ", max_size=6), st.integers(1, 12)
    )
    def test_is_a_stretch_of_the_text(self, text, typed, words):
        pieces = snippet(text, query_words(typed, BOTH), "fr", words)
        shown = plain(pieces).removeprefix("… ").removesuffix(" …")
        assert " ".join(shown.split()) in " ".join(text.split())

    @given(st.lists(st.sampled_from(["chat", "chien", "un", "le", "mot"]), max_size=80), st.integers(1, 12))
    def test_holds_a_match_whenever_the_text_does(self, words, most):
        pieces = snippet(" ".join(words), query_words("chien ", BOTH), "fr", most)
        assert any(is_match for _, is_match in pieces) == ("chien" in words)
        assert len(plain(pieces).replace("…", "").split()) == min(most, len(words))

    @given(
        st.sampled_from(
            ["école", "œuvre", "dying", "l’eau", "Ærøskøbing", "naïve", "o’clock", "yeux", "ﬁls"]
        ),
        st.sampled_from(["NFC", "NFD"]),
        st.sampled_from([str, str.upper, with_soft_hyphens]),
        st.sampled_from(BOTH),
    )
    def test_finds_the_place_in_a_long_text_however_the_word_is_written(self, word, form, write, language):
        text = "Il en va ainsi. " * 400 + unicodedata.normalize(form, write(word)) + " et là. " * 400
        pieces = snippet(text, query_words(f"{word} ", BOTH), language)
        assert any(is_match for _, is_match in pieces)
