"""French is set as French is set."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.markup import clean
from parvis.lib.text.typography import elided, french, french_html

N, W = "\u202f", "\u00a0"


class TestFrench:
    @pytest.mark.parametrize(
        ("typed", "is_set"),
        [
            ("Bonjour !", f"Bonjour{N}!"), ("Bonjour!", f"Bonjour{N}!"), ("Quoi ?! Non !!!", f"Quoi{N}?! Non{N}!!!"),
            ("Un ; deux: trois", f"Un{N}; deux{W}: trois"), ("«ami»", f"«{W}ami{W}»"), ("« ami »", f"«{W}ami{W}»"),
            ("l'été d'«un»", f"l’été d’«{W}un{W}»"), ("(vraiment ?)", f"(vraiment{N}?)"), ("« Oui ! »", f"«{W}Oui{N}!{W}»"),
            (f"déjà{W}! fait{N}: bien", f"déjà{N}! fait{W}: bien"), ("100 % ?", f"100 %{N}?"), ("fin…?", f"fin…{N}?"),
            ("rock'n'roll aujourd'hui", "rock’n’roll aujourd’hui"),
        ],
    )  # fmt: skip
    def test_sets_spaces_and_apostrophes(self, typed, is_set):
        assert french(typed) == is_set

    @pytest.mark.parametrize(
        "text",
        [
            "10:30", "a;b", "x!=y", "https://example.org/?a=1&b=2:3", "(https://example.org/a?b!c)", ":) ;-) :-(", "`a ? b : c`",
            "```\na ? b!\n```", "x::y", "mailto:a@example.org", "bob@example.org", "", "5'", "'quoted'", "<a href='x?y !'>",
        ],
    )  # fmt: skip
    def test_leaves_what_is_no_sentence(self, text):
        assert french(text) == text

    @given(st.text(alphabet=f"ab :;!?«»'’`.,() \n5%{N}{W}/<>", max_size=60))
    def test_changes_nothing_the_second_time(self, text):
        assert french(french(text)) == french(text)

    @given(st.text())
    def test_changes_spaces_and_apostrophes_only(self, text):
        def bare(words):
            return "".join(
                words.replace("'", "’").replace("\u2009", "").replace(" ", "").replace(N, "").replace(W, "")
            )

        assert bare(french(text)) == bare(text)


class TestFrenchHtml:
    def test_sees_the_word_before_an_inline_tag(self):
        assert (
            french_html("<p>a <em>Quoi</em>? l'<b>été</b></p>") == f"<p>a <em>Quoi</em>{N}? l’<b>été</b></p>"
        )

    def test_leaves_code_tags_and_addresses(self):
        html = (
            '<p><code>a ? b</code></p><pre>c !\n</pre><p><a href="/x?a=1" title="t !">https://x.fr/?b</a></p>'
        )
        assert french_html(html) == html

    def test_leaves_entities_whole(self):
        assert french_html("<p>R&amp;D; &lt;b&gt; !</p>") == f"<p>R&amp;D{N}; &lt;b&gt;{N}!</p>"

    def test_does_not_look_across_blocks(self):
        assert french_html("<p>a</p>!<p>l'</p>e") == "<p>a</p>!<p>l'</p>e"

    @given(st.text(alphabet="ab :!?«»'<>/pem&;codbr", max_size=80))
    def test_stays_clean_and_changes_nothing_the_second_time(self, html):
        once = french_html(clean(html))
        assert clean(once) == once
        assert french_html(once) == once


class TestElided:
    def test_writes_de_before_a_vowel_as_french_does(self):
        assert elided("Un mot de Alix", "Alix", "fr") == "Un mot d’Alix"
        assert elided("les relations de Élise", "Élise", "fr") == "les relations d’Élise"
        assert elided("Un mot de Joséphine", "Joséphine", "fr") == "Un mot de Joséphine"
        assert elided("Words from Alix", "Alix", "en") == "Words from Alix"
