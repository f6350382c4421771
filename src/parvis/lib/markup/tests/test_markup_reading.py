"""HTML for other readers."""

from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.markup import PictureSource, absolute, clean, excerpt, from_markdown, plain

BASE = "https://square.example/2024/a-post/"


class TestPlain:
    def test_puts_blocks_on_lines_of_their_own(self):
        assert plain("<h2>A</h2><p>b\n  c<br>d</p><ul><li>e</li><li>f</li></ul>") == "A\nb c\nd\ne\nf"

    def test_decodes_entities(self):
        assert plain("<p>R&amp;D &lt;b&gt; &eacute;&nbsp;! &#8217;</p>") == "R&D <b> é\u00a0! ’"

    def test_joins_inline_markup(self):
        assert plain("<p><b>bo</b>l<i>d</i></p>") == "bold"

    def test_keeps_the_lines_of_code(self):
        assert plain("<pre>a\n\tb  c</pre><p>d</p>") == "a\nb  c\nd"

    def test_keeps_the_cells_of_a_row_apart(self):
        assert plain("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>").split("\n")[-1] == "c"
        assert plain("<table><tr><td>a</td><td>b</td></tr></table>").split() == ["a", "b"]

    def test_says_nothing_of_scripts_and_styles(self):
        assert plain("<style>p{}</style><script>x</script><p>a</p><svg><title>t</title></svg>") == "a"

    def test_reads_footnotes_without_their_arrows(self):
        text = plain(from_markdown("x[^1]\n\n[^1]: A note."))
        assert text.split("\n") == ["x[1]", "A note."]

    @given(st.text())
    def test_never_raises(self, html):
        assert isinstance(plain(html), str)

    @given(st.text(alphabet="abé <>&;'\"", max_size=60))
    def test_gives_back_text_that_was_escaped(self, text):
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert plain(f"<p>{escaped}</p>").split() == text.split()


class TestExcerpt:
    def test_cuts_after_whole_words(self):
        assert excerpt("<p>one two, three four</p>", words=2) == "one two…"

    def test_leaves_a_short_text_whole(self):
        assert excerpt("<p>one</p><p>two.</p>", words=2) == "one two."

    def test_stops_before_footnotes(self):
        html = from_markdown("One[^1] two.\n\n[^1]: three")
        assert excerpt(html) == "One two."

    def test_never_ends_on_an_opening_mark(self):
        assert excerpt("<p>a « b c</p>", words=2) == "a…"

    @given(st.lists(st.text(alphabet="abc", min_size=1, max_size=5), max_size=20), st.integers(1, 10))
    def test_holds_as_many_words_as_asked(self, words, most):
        text = excerpt(f"<p>{' '.join(words)}</p>", words=most)
        assert text.rstrip("…").split() == words[:most]
        assert text.endswith("…") == (len(words) > most)


class TestAbsolute:
    def test_makes_every_address_whole(self):
        html = absolute(
            '<a href="/x?a=1&amp;b=2">a</a><img src="../i.png"><video poster="p.jpg"></video>', BASE
        )
        tree = BeautifulSoup(html, "lxml")
        assert tree.a["href"] == "https://square.example/x?a=1&b=2"
        assert tree.img["src"] == "https://square.example/2024/i.png"
        assert tree.video["poster"] == BASE + "p.jpg"

    def test_makes_renditions_whole(self):
        html = from_markdown(
            "![a](/m/1/)", picture=lambda src: PictureSource("/m/1/800", "/m/1/480 480w, /m/1/800 800w", 8, 6)
        )
        assert (
            'srcset="https://square.example/m/1/480 480w, https://square.example/m/1/800 800w"'
            in absolute(html, BASE)
        )

    def test_leads_footnotes_to_the_post(self):
        assert f'href="{BASE}#text-x"' in absolute('<a href="#text-x">1</a>', BASE)

    def test_drops_links_without_content_or_address(self):
        assert (
            absolute('<p>a<a href="/x"> </a>b<a href="">c</a><a rel="noopener">d</a></p>', BASE)
            == "<p>abcd</p>"
        )

    def test_keeps_links_around_pictures(self):
        html = absolute('<a href="/x"><img src="/i.png" alt=""></a>', BASE)
        assert html == (
            '<a href="https://square.example/x"><img src="https://square.example/i.png" alt=""></a>'
        )

    def test_drops_an_address_that_cannot_be_read(self):
        assert absolute('<img src="http://[x" alt="a">', BASE) == '<img alt="a">'

    @given(st.text(alphabet="<>a href='/x\"#?:[]&;img srcp", max_size=100))
    def test_leaves_no_relative_address(self, html):
        tree = BeautifulSoup(f"<div>{absolute(clean(html), BASE)}</div>", "lxml")
        for element in tree.find_all(True):
            for name in ("href", "src", "poster"):
                assert ":" in element.attrs.get(name, BASE)
