"""Markdown as the house writes it, and the pictures in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.markup import SIZES, PictureSource, clean, from_markdown, lower_headings, with_pictures


def picture(src):
    if not src.startswith("/media/"):
        return None
    return PictureSource(f"{src}800.webp", f"{src}480.webp 480w, {src}800.webp 800w", 800, 600)


class TestFromMarkdown:
    def test_writes_paragraphs_lists_and_emphasis(self):
        assert from_markdown("a *b* **c** ~~d~~\n\n- e\n- f") == (
            "<p>a <em>b</em> <strong>c</strong> <s>d</s></p>\n<ul>\n<li>e</li>\n<li>f</li>\n</ul>\n"
        )

    def test_leaves_quotes_dashes_and_dots_as_typed(self):
        assert from_markdown("\"a\" -- 'b'... (c)") == "<p>\"a\" -- 'b'... (c)</p>\n"

    def test_links_bare_addresses(self):
        html = from_markdown("See https://example.org/a?b=c&d=é, www.example.org and x@example.org.")
        assert 'href="https://example.org/a?b=c&amp;d=%C3%A9"' in html
        assert 'href="http://www.example.org"' in html
        assert 'href="mailto:x@example.org"' in html
        assert html.endswith("</a>.</p>\n")

    def test_does_not_link_addresses_in_code(self):
        assert "<a" not in from_markdown("`https://example.org`\n\n    https://example.org")

    def test_says_the_alignment_of_cells_without_a_style(self):
        html = from_markdown("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |")
        assert '<th class="align-left">a</th>' in html
        assert '<td class="align-center">2</td>' in html
        assert '<td class="align-right">3</td>' in html
        assert "style" not in html

    def test_leads_to_footnotes_and_back(self):
        html = from_markdown("x[^1] y^[said here]\n\n[^1]: A note.")
        assert '<section class="footnotes">' in html
        for number in ("1", "2"):
            note = html.split('href="#text-fn-')[1].split('"')[0].rpartition("-")[0] + f"-{number}"
            assert f'id="text-fn-{note}"' in html
            assert f'href="#text-fn-{note}"' in html
            assert f'href="#text-fnref-{note}"' in html
            assert f'id="text-fnref-{note}"' in html

    def test_gives_the_footnotes_of_two_texts_different_ids(self):
        one, two = (
            from_markdown(f"{word}[^1]\n\n[^1]: n").split('id="')[1].split('"')[0] for word in ("a", "b")
        )
        assert one != two

    def test_keeps_the_language_of_code(self):
        assert '<code class="language-python">' in from_markdown("```python\nx\n```")

    def test_begins_headings_at_the_second_level(self):
        assert from_markdown("# A\n\n## B\n\n# C") == "<h2>A</h2>\n<h3>B</h3>\n<h2>C</h2>\n"
        assert from_markdown("### A\n\n# B\n\n###### C") == "<h2>A</h2>\n<h2>B</h2>\n<h5>C</h5>\n"

    def test_keeps_html_that_is_harmless(self):
        assert from_markdown('<aside class="note">x</aside>') == '<aside class="note">x</aside>'

    @given(st.text(alphabet="ab #*_[]()!<>&\"'`~|-:\n^1=.\\", max_size=150))
    def test_is_already_clean(self, source):
        html = from_markdown(source)
        assert clean(html) == clean(clean(html))
        assert html.replace(' decoding="async"', "").replace(' loading="lazy"', "") == clean(html)

    @given(st.text())
    def test_never_raises(self, source):
        assert isinstance(from_markdown(source), str)


class TestLowerHeadings:
    @pytest.mark.parametrize("first", range(1, 7))
    def test_never_leaves_a_first_level(self, first):
        html = lower_headings(f'<h{first}>a</h{first}><h1 lang="fr">b</h1>')
        assert html.startswith("<h2>a</h2><h2 lang=")

    def test_leaves_text_without_headings(self):
        assert lower_headings("<hr><header>&lt;h1></header>") == "<hr><header>&lt;h1></header>"


class TestPictures:
    def test_get_their_size_and_renditions(self):
        html = from_markdown("x ![A cat](/media/a/) y", picture=picture)
        assert html == (
            '<p>x <img src="/media/a/800.webp" srcset="/media/a/480.webp 480w, /media/a/800.webp 800w" '
            f'sizes="{SIZES}" alt="A cat" width="800" height="600" decoding="async"> y</p>\n'
        )

    def test_wait_until_they_come_near_but_for_the_first(self):
        html = from_markdown(
            "![a](/media/a/) ![b](/media/b/) ![c](https://example.org/c.png)", picture=picture
        )
        assert html.count("<img") == 3
        assert html.count('loading="lazy"') == 2
        assert 'loading="lazy"' not in html.partition(">")[2].partition(">")[0]

    def test_stay_as_they_are_when_nobody_knows_them(self):
        html = with_pictures('<img src="/x.png" alt="a" width="5" srcset="/y 2x">', picture)
        assert html == '<img src="/x.png" alt="a" width="5" decoding="async">'

    def test_with_a_title_become_figures(self):
        html = from_markdown('![A "cat"](/media/a/ "Our <cat> & theirs")', picture=picture)
        assert html.startswith("<figure><img ")
        assert html.endswith("<figcaption>Our &lt;cat&gt; &amp; theirs</figcaption></figure>\n")
        assert 'alt="A &quot;cat&quot;"' in html
        assert "title=" not in html

    def test_with_a_link_become_figures_too(self):
        html = from_markdown('[![a](/media/a/ "T")](/big)', picture=picture)
        assert html.startswith('<figure><a href="/big" rel="noopener"><img ')
        assert "</a><figcaption>T</figcaption></figure>" in html

    def test_beside_words_stay_in_their_paragraph(self):
        assert "<figure>" not in from_markdown('x ![a](/media/a/ "T")', picture=picture)
        assert "<figure>" not in from_markdown('![a](/media/a/ "T") ![b](/media/b/ "U")', picture=picture)

    def test_always_have_an_alternative_text(self):
        assert 'alt=""' in with_pictures('<img src="/media/a/">', picture)

    def test_never_let_an_address_out_of_its_quotes(self):
        html = with_pictures('<img src="/x">', lambda src: PictureSource('/"><script>', '"> 1w', 1, 1))
        assert "<script" not in html

    @given(st.text(alphabet="<>img src=\"/a'= pfigure&;t", max_size=100))
    def test_treating_them_twice_changes_nothing(self, html):
        once = with_pictures(clean(html), lambda src: None)
        assert with_pictures(once, lambda src: None) == once
