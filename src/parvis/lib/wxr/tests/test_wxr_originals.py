"""An original elsewhere is proposed when something really points to it."""

import pytest

from parvis.lib.wxr.originals import propose

OWN = {"blog.example", "www.blog.example"}
LINK = '<a href="https://journal.example/42?a=1&amp;b=2">Les Quotidiennes</a>'


class TestPropose:
    @pytest.mark.parametrize(
        "sentence",
        [
            f"<em>Cette chronique est parue à l'origine dans {LINK}.</em>",
            f"Chronique parue le 9 février 2010 dans {LINK}.",
            f"Cet article a été publié initialement sur {LINK}",
            f"Paru dans {LINK}, janvier 2011.",
            f"Originally published in {LINK}.",
            f"This post first appeared on {LINK}.",
            f"Cross-posted from {LINK}",
        ],
    )
    def test_takes_a_sentence_at_the_start_or_the_end(self, item_with, sentence):
        for content in (f"<p>{sentence}</p>\n\nTexte.", f"Texte.\n\nEncore.\n\n{sentence}"):
            found = propose(item_with(content=content), OWN)
            assert found is not None
            assert (found.url, found.publication, found.how) == (
                "https://journal.example/42?a=1&b=2",
                "Les Quotidiennes",
                "sentence",
            )

    @pytest.mark.parametrize(
        "content",
        [
            f"Début.\n\nChronique parue dans {LINK}.\n\nFin.",
            'Chronique parue dans <a href="https://www.blog.example/a">ce carnet</a>.',
            f"J’ai lu {LINK} ce matin.",
            f"Nos offres d’emploi sont publiées sur {LINK}.",
            'Article paru dans <a href="/ici">ce carnet</a>.',
            'Article paru dans <a href="https://[broken/">un lien</a>.',
            "Chronique parue dans Les Quotidiennes.",
            "",
        ],
    )
    def test_proposes_nothing_without_a_reason(self, item_with, content):
        assert propose(item_with(content=content), OWN) is None

    def test_prefers_the_canonical_address_and_takes_its_name_from_the_sentence(self, item_with):
        item = item_with(
            content=f"Chronique parue dans {LINK}.",
            meta=(("_yoast_wpseo_canonical", "https://journal.example/a"),),
        )
        found = propose(item, OWN)
        assert found is not None
        assert (found.url, found.publication, found.how) == (
            "https://journal.example/a",
            "Les Quotidiennes",
            "canonical meta",
        )

    def test_passes_over_a_canonical_address_of_our_own(self, item_with):
        assert propose(item_with(meta=(("_yoast_wpseo_canonical", "https://blog.example/a"),)), OWN) is None

    def test_takes_a_syndication_address_last(self, item_with):
        value = 'a:2:{i:0;s:22:"https://blog.example/a";i:1;s:23:"https://micro.example/1";}'
        found = propose(item_with(meta=(("mf2_syndication", value),)), OWN)
        assert found is not None
        assert (found.url, found.publication, found.how) == (
            "https://micro.example/1",
            "micro.example",
            "syndication meta",
        )
