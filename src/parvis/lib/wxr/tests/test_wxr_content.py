"""Contents become HTML: paragraphs, blocks, shortcodes, pages."""

import pytest

from parvis.lib.markup import clean
from parvis.lib.wxr.content import AttachmentRef, Rendered, render
from parvis.lib.wxr.shortcodes import parse, read_attributes


def picture(number: int) -> AttachmentRef | None:
    return (
        AttachmentRef(url=f"/m/{number}.jpg", alt="Lac & “Alpes”", caption="<em>Riche</em>")
        if number < 90
        else None
    )


def made(content: str) -> Rendered:
    return render(content, picture)


class TestParagraphs:
    @pytest.mark.parametrize(
        ("text", "html"),
        [
            ("", ""),
            ("Un.\n\nDeux.", "<p>Un.</p>\n<p>Deux.</p>"),
            ("Un.\r\n\r\nDeux.\r\nTrois.", "<p>Un.</p>\n<p>Deux.<br>\nTrois.</p>"),
            ("Un <b>deux</b> trois", "<p>Un <b>deux</b> trois</p>"),
            ("<p>Un</p>\n\n<p>Deux</p>", "<p>Un</p>\n<p>Deux</p>"),
            ("<h2>Titre</h2>\nTexte", "<h2>Titre</h2>\n<p>Texte</p>"),
            ("<p>Un\n\nDeux</p>", "<p>Un</p>\n<p>Deux</p>"),
            ("<p>Un\n\n<p>Deux", "<p>Un\n<p>Deux"),
            ("<blockquote>Cité</blockquote>", "<blockquote>\n<p>Cité</p></blockquote>"),
            ("<div>Seul</div>", "<div>Seul</div>"),
            ("<div>Un\n\nDeux</div>", "<div>\n<p>Un</p>\n<p>Deux</p></div>"),
            ("<ul>\n<li>a</li>\n<li>b\nc</li>\n</ul>", "<ul>\n<li>a</li>\n<li>b<br>\nc</li></ul>"),
            ("<pre>a\n\nb\n c</pre>", "<pre>a\n\nb\n c</pre>"),
            ("<script>a\n\nb</script>", "<script>a\n\nb</script>"),
            ("Un<br />\nDeux", "<p>Un<br />Deux</p>"),
            ("Un<br/><br/>Deux", "<p>Un</p>\n<p>Deux</p>"),
            ("Un</p>\n\nDeux", "<p>Un</p>\n<p>Deux</p>"),
            ('<a\nhref="/x">y</a>', '<p><a\nhref="/x">y</a></p>'),
            ("<!-- remarque -->\n\nUn", "<!-- remarque -->\n<p>Un</p>"),
            ("a &lt; b “et” c", "<p>a &lt; b “et” c</p>"),
            ("Un <!-- sans fin\n\nDeux", "<p>Un &lt;!-- sans fin</p>\n<p>Deux</p>"),
        ],
    )
    def test_are_made_as_readers_saw_them(self, text, html):
        assert made(text).html == html

    def test_that_are_an_address_become_a_link(self):
        link = '<a href="https://v.example/?a=1&amp;b=2">https://v.example/?a=1&amp;b=2</a>'
        assert made("Vu :\nhttps://v.example/?a=1&b=2\net fin").html == f"<p>Vu :<br>\n{link}<br>\net fin</p>"
        assert made("voir https://v.example/ ici").html == "<p>voir https://v.example/ ici</p>"
        assert made('<a href="/">\nhttps://v.example/\n</a>').html.count("<a ") == 1


class TestPages:
    def test_are_joined_with_a_rule(self):
        rendered = made("Un\n\n<!--nextpage-->\n\nDeux<!--nextpage-->Trois")
        assert rendered.html == '<p>Un</p>\n<hr id="page-2">\n<p>Deux</p>\n<hr id="page-3">\n<p>Trois</p>'
        assert rendered.pages == 3

    def test_give_what_stands_before_more(self):
        rendered = made("Un\n\n<!--more Lire la suite-->\n\nDeux<!--noteaser-->")
        assert (rendered.html, rendered.excerpt_html) == ("<p>Un</p>\n<p>Deux</p>", "<p>Un</p>")
        assert made("Sans").excerpt_html == ""


class TestBlocks:
    def test_leave_the_html_between_them(self):
        rendered = made('<!-- wp:paragraph {"align":"x"} -->\n<p>Un\nDeux</p>\n<!-- /wp:paragraph -->')
        assert (rendered.html, rendered.is_blocks) == ("<p>Un\nDeux</p>", True)

    def test_of_the_server_are_reported(self):
        assert made('<!-- wp:latest-posts {"n":3} /--><!-- wp:shop/cart /-->').lost == (
            "block latest-posts",
            "block shop/cart",
        )

    def test_name_their_attachments(self):
        text = (
            '<!-- wp:image {"id":7} --><figure><img class="wp-image-7 wp-image-8"></figure><!-- /wp:image -->'
        )
        assert made(text + '<!-- wp:gallery {"ids":[9,7]} --><!-- /wp:gallery -->').attachments == (7, 9, 8)

    def test_with_an_address_leave_a_link(self):
        assert made('<!-- wp:embed {"url":"https://v.example/"} /-->').html == (
            '<p><a href="https://v.example/">https://v.example/</a></p>'
        )
        wrapped = "<!-- wp:embed --><figure><div>\nhttps://v.example/\n</div></figure><!-- /wp:embed -->"
        assert '<a href="https://v.example/">' in made(wrapped).html

    def test_hold_shortcodes_too(self):
        assert "<figure>" in made("<!-- wp:shortcode -->\n[gallery ids=7]\n<!-- /wp:shortcode -->").html

    def test_give_their_excerpt(self):
        text = "<!-- wp:p --><p>Un</p><!-- /wp:p --><!-- wp:more -->\n<!--more-->\n<!-- /wp:more --><!-- wp:p --><p>Deux</p>"
        assert made(text).excerpt_html == "<p>Un</p>"


class TestShortcodes:
    def test_of_captions_become_figures(self):
        rendered = made(
            '[caption id="attachment_7" width="300"]<a href="/x"><img src="/x.jpg" /></a> Un <b>lac</b>[/caption]'
        )
        assert rendered.html == (
            '<figure><a href="/x"><img src="/x.jpg" /></a><figcaption>Un <b>lac</b></figcaption></figure>'
        )
        assert rendered.attachments == (7,)
        old = made('[caption caption="Un lac"]<img src="/x.jpg">[/caption]')
        assert old.html == '<figure><img src="/x.jpg"><figcaption>Un lac</figcaption></figure>'

    def test_of_galleries_keep_the_order_and_report_what_is_missing(self):
        rendered = made('Avant\n\n[gallery ids="8, 7,91"]\n\nAprès')
        assert rendered.html.index("/m/8.jpg") < rendered.html.index("/m/7.jpg")
        assert 'alt="Lac &amp; “Alpes”"><figcaption><em>Riche</em>' in rendered.html
        assert (rendered.lost, rendered.attachments) == (("attachment 91",), (8, 7, 91))
        assert made("[gallery]").lost == ("shortcode gallery",)
        assert made("[gallery include=”7”]").attachments == (7,)

    def test_a_gallery_without_numbers_shows_what_belongs_to_the_post(self):
        asked = []

        def children(number, kind):
            asked.append((number, kind))
            return (8, 7)

        def shown(content):
            return render(content, picture, children)

        assert shown("[gallery]").attachments == (8, 7)
        assert shown("[gallery]").lost == ()
        assert shown('[gallery id="3" exclude="8"]').attachments == (7,)
        assert shown("[playlist]").attachments == (8, 7)
        assert set(asked) == {(None, "image"), (3, "image"), (None, "audio")}

    @pytest.mark.parametrize(
        "gallery",
        [
            '<figure class="wp-block-gallery has-nested-images"><figure class="wp-block-image"><img src="a"></figure></figure>',
            '<figure class="wp-block-gallery">\n<ul class="blocks-gallery-grid"><li><figure><img src="a"></figure></li></ul></figure>',
            '<ul class="wp-block-gallery columns-2"><li><figure><img src="a"></figure></li></ul>',
        ],
    )
    def test_a_gallery_of_blocks_is_marked_once_where_its_pictures_are(self, gallery):
        html = clean(made(f"<!-- wp:gallery -->\n{gallery}\n<!-- /wp:gallery -->").html)
        assert html.count('class="gallery"') == 1
        inside = html.partition('class="gallery">')[2]
        assert inside.startswith(("<figure", "<li"))
        assert "<img" in inside

    def test_of_sound_and_film_become_players_with_a_link(self):
        rendered = made('[audio mp3="https://b.example/a%20b.mp3"][/audio]')
        assert '<audio controls preload="none" src="https://b.example/a%20b.mp3">' in rendered.html
        assert ">a b.mp3</a>" in rendered.html
        assert 'src="https://b.example/a.mp3"' in made("[audio https://b.example/a.mp3|titles=x]").html
        assert "<video" in made("[video mp4='https://b.example/a.mp4']").html
        assert made("[audio]").lost == ("shortcode audio",)
        assert made('[playlist ids="7"]').html.count("<audio") == 1

    @pytest.mark.parametrize(
        "text",
        [
            "[embed]https://v.example/1[/embed]",
            "[embed width=100]https://v.example/1[/embed]",
            "[youtube=https://v.example/1]",
            "[youtube https://v.example/1]",
            "[soundcloud url='https://v.example/1']",
        ],
    )
    def test_of_players_become_links(self, text):
        assert made(text).html == '<p><a href="https://v.example/1">https://v.example/1</a></p>'

    def test_that_are_doubled_stand_for_themselves(self):
        assert made("[[gallery]] [[b x=1]y[/b]]").html == "<p>[gallery] [b x=1]y[/b]</p>"

    def test_in_code_are_not_read(self):
        rendered = made("[sourcecode lang='php']a &lt; b\n\n[gallery ids=7][/sourcecode]")
        assert rendered.html == "<pre><code>a &lt; b\n\n[gallery ids=7]</code></pre>"
        assert made("<pre>[gallery ids=7]</pre><code>[b x=1]</code>").attachments == ()
        assert made('<a title="[b x=1]">y</a>').html == '<p><a title="[b x=1]">y</a></p>'

    def test_that_are_unknown_leave_what_they_hold(self):
        rendered = made("[two][col]Un [b x='1']deux[/b][/col][/two] [map x=1] [field y='2' /]")
        assert rendered.html == "<p>Un deux</p>"
        assert set(rendered.lost) == {f"shortcode {name}" for name in ("two", "col", "b", "map", "field")}

    def test_of_one_name_nest(self):
        assert made("[box a=1]Un [box]deux[/box] trois[/box] quatre").html == "<p>Un deux trois quatre</p>"

    def test_may_have_brackets_in_quotes(self):
        assert made('[tip text="a ] b"]mot[/tip]').html == "<p>mot</p>"

    @pytest.mark.parametrize(
        "text",
        ["a[0]", "[sic]", "[1]", "[…]", "[not a shortcode", "[texte] (https://x.example)", "[/b]", "x[i][j]"],
    )
    def test_are_not_seen_in_mere_brackets(self, text):
        rendered = made(text)
        assert (rendered.html, rendered.lost) == (f"<p>{text}</p>", ())

    def test_have_attributes_with_and_without_names(self):
        assert read_attributes(" A=\"1\" b='2' c=3 d e=“4”") == (
            {"a": "1", "b": "2", "c": "3", "e": "4"},
            ("d",),
        )

    def test_that_cross_close_at_the_nearest(self):
        (outer,) = (part for part in parse("[a x=1][b y=2]t[/a][/b]") if not isinstance(part, str))
        assert outer.name == "a"
        assert [part if isinstance(part, str) else part.name for part in outer.inside] == ["b", "t"]
