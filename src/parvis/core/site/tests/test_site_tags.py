"""The tags and filters that every template has."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.html import strip_tags

from parvis.core.people.models import Person
from parvis.core.site.templatetags.parvis import weight

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def shown(text, /, **context):
    request = RequestFactory().get("/")
    request.at = NOW
    with translation.override("en"):
        return Template(text).render(Context({"request": request, **context}))


def words(moment, style="near"):
    return strip_tags(shown("{% when moment style %}", moment=moment, style=style))


class TestWhen:
    @pytest.mark.parametrize(
        ("ago", "said"),
        [
            (timedelta(seconds=20), "just now"),
            (timedelta(minutes=1), "1 min ago"),
            (timedelta(minutes=59, seconds=59), "59 min ago"),
            (timedelta(hours=1), "today, 9:00\u00a0a.m."),
            (timedelta(hours=11), "yesterday, 11:00\u00a0p.m."),
            (timedelta(days=3), "Thursday, 10:00\u00a0a.m."),
            (timedelta(days=7), "15 November"),
            (timedelta(days=400), "18 October 2025"),
            (timedelta(hours=-2), "today, noon"),
            (timedelta(days=-1), "tomorrow, 10:00\u00a0a.m."),
            (timedelta(days=-3), "Wednesday 25 November 2026, 10:00\u00a0a.m."),
        ],
    )
    def test_says_it_as_a_neighbour_would(self, ago, said):
        assert words(NOW - ago).replace("12:00\u00a0p.m.", "noon") == said

    def test_carries_the_exact_moment(self):
        html = shown("{% when moment %}", moment=NOW - timedelta(minutes=5))
        assert 'datetime="2026-11-22T09:55:00+00:00"' in html
        assert 'title="Sunday 22 November 2026, 9:55\u00a0a.m."' in html

    def test_without_a_request_the_whole_date_is_said(self):
        with translation.override("en"):
            said = Template("{% when moment %}").render(Context({"moment": NOW}))
        assert "Sunday 22 November 2026" in strip_tags(said)

    def test_the_day_alone(self):
        assert words(NOW, "day") == "22 November 2026"

    def test_french_says_premier(self):
        from parvis.core.site.when import day

        with translation.override("fr"):
            assert day(datetime(2026, 12, 1, 12, tzinfo=UTC)) == "1er décembre 2026"
            assert day(datetime(2026, 12, 11, 12, tzinfo=UTC)) == "11 décembre 2026"


class TestOpenness:
    @pytest.mark.parametrize(
        "kind", ["me", "circle", "connections", "members", "link", "password", "everyone"]
    )
    def test_the_glyph_never_stands_without_words(self, kind):
        html = shown("{% openness kind %}", kind=kind)
        assert f"#open-{kind}" in html
        assert len(strip_tags(html)) > 4

    def test_the_number_is_for_the_author(self):
        assert (
            strip_tags(shown("{% openness 'circle' words='Family' number=12 mine=True %}"))
            == "Family, 12 people"
        )
        assert strip_tags(shown("{% openness 'circle' number=1 %}")) == "a small group, 1 person"

    def test_an_unknown_kind_looks_closed(self):
        assert "#open-circle" in shown("{% openness 'cohort' %}")

    def test_the_name_of_a_circle_is_escaped(self):
        assert "<i>" not in shown("{% openness 'circle' words=words %}", words="<i>")


class TestAvatar:
    def test_initials_stand_on_one_of_six_colours(self):
        html = shown("{% avatar person 'small' %}", person=Person(name="Alix de Morand"))
        assert ">AM<" in html
        assert any(f"avatar small c{colour}" in html for colour in range(1, 7))

    def test_a_person_keeps_their_colour(self):
        person = Person(name="Alix")
        assert shown("{% avatar person %}", person=person) == shown("{% avatar person %}", person=person)


class TestWords:
    def test_a_language_says_its_own_name(self):
        assert (
            shown("{{ 'fr'|lang_name }} {{ 'en'|lang_name }} {{ 'fr'|lang_here }}")
            == "Français English French"
        )

    def test_plain_text_becomes_paragraphs_with_links(self):
        html = shown("{{ text|paragraphs }}", text="One <b>\n\nTwo https://a.example/?x=1&y=2")
        assert html.count("<p>") == 2
        assert "&lt;b&gt;" in html
        assert 'href="https://a.example/?x=1&amp;y=2" rel="nofollow"' in html

    def test_french_gets_its_spaces_and_english_none(self):
        assert shown("{{ 'Oui !'|typeset:'fr' }}") == "Oui\u202f!"
        assert shown("{{ 'Oui !'|typeset:'en' }}") == "Oui !"

    @pytest.mark.parametrize(
        ("size", "english", "french"),
        [
            (12, "1 kB", "1 ko"),
            (640 * 2**10, "640 kB", "640 ko"),
            (5 * 2**19, "2.5 MB", "2,5 Mo"),
            (1300 * 2**20, "1.3 GB", "1,3 Go"),
        ],
    )
    def test_a_file_weighs_what_the_limits_are_said_in(self, size, english, french):
        assert weight(size) == english.replace(" ", "\u00a0")
        with translation.override("fr"):
            assert weight(size) == french.replace(" ", "\u00a0")

    def test_people_are_counted(self):
        assert shown("{{ 1|people }}, {{ 12|people }}") == "1 person, 12 people"

    @pytest.mark.parametrize(
        ("agent", "said"),
        [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604",
                "Safari, iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge, Windows",
            ),
            ("curl/8.0", "curl/8.0"),
        ],
    )
    def test_a_browser_is_named_in_two_words(self, agent, said):
        assert shown("{{ agent|device }}", agent=agent) == said

    def test_scripts_get_their_sentences_as_data(self):
        html = shown("{% house_words %}")
        assert html.startswith('<script id="house-words" type="application/json">')
        assert "Kept on this device" in html
        assert "site/sprite.svg" in html
