"""The look: colours that can be read, templates without inline styles or scripts, a light first visit."""

import gzip
import re
from itertools import product
from pathlib import Path

import pytest
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

SITE = Path(__file__).parents[1]
STATIC = SITE / "static" / "site"
STYLE = (STATIC / "parvis.css").read_text(encoding="utf-8")
SPRITE = (STATIC / "sprite.svg").read_text(encoding="utf-8")
# What keeping/ draws is a file that people take away, not a page of the house.
TEMPLATES = sorted(
    path for path in SITE.parents[1].rglob("templates/**/*.html") if "keeping" not in path.parts
)
THEMES = ("light", "dark")
ACCENTS = ("brick", "lake", "moss", "plum", "slate", "ochre")
TEXTS = ("ink", "soft", "good", "warn", "bad", *ACCENTS)


def tokens(theme: str) -> dict[str, tuple[float, ...]]:
    """Each colour token in this theme, as three numbers from 0 to 1."""
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", STYLE)
    return {name: rgb(light if theme == "light" else dark) for name, light, dark in found}


def rgb(code: str) -> tuple[float, ...]:
    return tuple(int(code[at : at + 2], 16) / 255 for at in (1, 3, 5))


def mix(one: tuple[float, ...], share: float, other: tuple[float, ...]) -> tuple[float, ...]:
    """color-mix(in srgb, one share, other)."""
    return tuple(share * a + (1 - share) * b for a, b in zip(one, other, strict=True))


def luminance(colour: tuple[float, ...]) -> float:
    """Relative luminance (WCAG 2.2)."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Contrast ratio (WCAG 2.2), from 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


class TestColours:
    @pytest.mark.parametrize(("theme", "text", "ground"), list(product(THEMES, TEXTS, ("paper", "stone"))))
    def test_words_can_be_read_on_paper_and_on_stone(self, theme, text, ground):
        colours = tokens(theme)
        assert contrast(colours[text], colours[ground]) >= 4.5

    @pytest.mark.parametrize(("theme", "accent"), list(product(THEMES, ACCENTS)))
    def test_a_button_can_be_read_in_every_accent_also_under_the_pointer(self, theme, accent):
        colours = tokens(theme)
        assert contrast(colours["on-accent"], colours[accent]) >= 4.5
        assert contrast(colours["on-accent"], mix(colours[accent], 0.88, colours["ink"])) >= 4.5

    @pytest.mark.parametrize(("theme", "accent"), list(product(THEMES, ACCENTS)))
    def test_initials_can_be_read_on_their_stone(self, theme, accent):
        colours = tokens(theme)
        assert contrast(colours[accent], mix(colours[accent], 0.14, colours["paper"])) >= 4.5

    @pytest.mark.parametrize("theme", THEMES)
    def test_fields_stand_out_and_reversed_words_can_be_read(self, theme):
        colours = tokens(theme)
        assert contrast(colours["edge"], colours["paper"]) >= 3
        assert contrast(colours["edge"], colours["stone"]) >= 3
        assert contrast(colours["paper"], colours["ink"]) >= 4.5
        assert contrast(colours["paper"], colours["lake"]) >= 4.5
        assert contrast(colours["ink"], colours["slab"]) >= 4.5
        assert contrast(colours["ink"], mix(colours["ochre"], 0.28, colours["paper"])) >= 4.5

    @pytest.mark.parametrize("accent", ACCENTS[1:])
    def test_every_accent_can_be_chosen(self, accent):
        assert f'[data-accent="{accent}"] {{ --accent: var(--{accent}) }}' in STYLE

    def test_colours_are_named_once_and_used_by_name(self):
        after = STYLE[STYLE.index("@layer elements {") :]
        screen, _, _print = after.partition("@media print")
        assert set(re.findall(r"#[0-9a-f]{3,8}\b", screen)) <= {
            "#fff"
        }  # the ground of a code that a phone reads


class TestTemplates:
    @pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SITE.parents[1])))
    def test_no_inline_style_nor_script(self, path):
        text = re.sub(r"{%.*?%}|{{.*?}}", "", path.read_text(encoding="utf-8"))
        if path.parent.name == "mail":  # a mail brings its one stylesheet along
            text = re.sub(r"<style>.*?</style>", "", text, count=1, flags=re.DOTALL)
        assert not re.search(r"\sstyle\s*=|<style|javascript:", text)
        assert not re.search(r"<[a-z][^<>]*\son[a-z]+\s*=", text)
        for opening in re.findall(r"<script[^>]*>", text):
            assert " src=" in opening or re.search(r'type="application/(ld\+)?json"', opening)

    @pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SITE.parents[1])))
    def test_every_drawing_is_in_the_sprite(self, path):
        for name in re.findall(r"{% icon \"([\w-]+)\"", path.read_text(encoding="utf-8")):
            assert f'id="{name}"' in SPRITE

    @pytest.mark.parametrize("folder", ["site", "elements", "allauth", "account", "mfa", "usersessions"])
    def test_every_template_can_be_read_by_django(self, folder):
        root = SITE / "templates"
        for path in sorted((root / folder).rglob("*.*")):
            get_template(str(path.relative_to(root)))

    def test_allauth_has_all_its_elements_from_us(self):
        import allauth

        theirs = Path(allauth.__file__).parent / "templates" / "allauth" / "elements"
        ours = SITE / "templates" / "allauth" / "elements"
        assert {path.name for path in theirs.iterdir()} == {path.name for path in ours.iterdir()}


class TestElements:
    """Each element says what it was given."""

    CASES = {
        "alert": ({"words": "It left.", "style": "good"}, "It left."),
        "button": ({"words": "Go", "href": "/x/"}, 'href="/x/"'),
        "crumbs": ({"crumbs": [{"path": "/a/", "title": "Above"}]}, "Above"),
        "dialog": ({"id": "d", "title": "Sure?", "yes": "Yes"}, 'aria-labelledby="d-title"'),
        "empty": ({"title": "Nothing yet", "href": "/x/", "words": "Begin"}, "Begin"),
        "meter": ({"value": 3, "max": 9, "label": "Sum", "words": "3 of 9"}, "3 of 9"),
        "note": ({"language": "en", "text": "A note"}, "<b>English</b> A note"),
        "openness": ({"kind": "me"}, "#open-me"),
        "origin": ({"words": "First published there."}, "First published there."),
        "pager": ({"older": "?before=3"}, 'rel="next"'),
        "post_button": ({"action": "/x/", "words": "Do it", "confirm": "Sure?"}, 'data-confirm="Sure?"'),
        "seen": ({"glyph": "open-me", "sentence": "Nobody else."}, "Nobody else."),
        "sharing": (
            {"title": "T", "description": "D", "url": "https://x/"},
            'property="og:title" content="T"',
        ),
        "toast": ({"words": "Gone.", "action": "/undo/"}, "/undo/"),
    }

    @pytest.mark.parametrize("name", CASES)
    def test_it_shows_its_words(self, name):
        context, expected = self.CASES[name]
        assert expected in render_to_string(f"elements/{name}.html", context, RequestFactory().get("/"))

    def test_an_element_escapes_what_it_is_given(self):
        assert "<b>" not in render_to_string("elements/alert.html", {"words": "<b>"})

    def test_no_element_is_left_untried(self):
        drawn_by_forms = {"field", "field_words", "form", "errors"}
        with_people = {"avatar", "by", "card", "messages", "time"}
        names = {path.stem for path in (SITE / "templates" / "elements").iterdir()}
        assert names == set(self.CASES) | drawn_by_forms | with_people


class TestWeight:
    def test_a_first_visit_weighs_less_than_100_kb(self):
        packed = sum(
            len(gzip.compress((STATIC / name).read_bytes()))
            for name in ("parvis.css", "sprite.svg", "pavers.svg", "mark.svg")
        )
        faces = sum(
            (STATIC / "fonts" / f"spectral-latin-{face}.woff2").stat().st_size
            for face in ("400-normal", "600-normal", "400-italic")
        )
        page = 8_000
        assert packed + faces + page <= 100_000

    def test_the_faces_bring_their_licence(self):
        assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts" / "OFL.txt").read_text(encoding="utf-8")
        for name in re.findall(r"url\((fonts/[^)]+)\)", STYLE):
            assert (STATIC / name).read_bytes()[:4] == b"wOF2"
