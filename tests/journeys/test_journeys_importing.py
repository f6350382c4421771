"""Bringing a small blog from WordPress in the browser: look, import, report."""

from playwright.sync_api import expect

ITEM = """<item><title>{title}</title><link>https://old.example/{slug}/</link><dc:creator>ana</dc:creator>
<guid isPermaLink="false">https://old.example/?p={number}</guid><content:encoded><![CDATA[{text}]]></content:encoded><excerpt:encoded></excerpt:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_date>2012-05-04 10:00:00</wp:post_date><wp:post_date_gmt>2012-05-04 08:00:00</wp:post_date_gmt>
<wp:comment_status>open</wp:comment_status><wp:ping_status>open</wp:ping_status><wp:post_name>{slug}</wp:post_name><wp:status>{status}</wp:status>
<wp:post_parent>0</wp:post_parent><wp:menu_order>0</wp:menu_order><wp:post_type>{kind}</wp:post_type><wp:post_password></wp:post_password>
<wp:is_sticky>0</wp:is_sticky>{more}</item>"""
COMMENT = """<wp:comment><wp:comment_id>7</wp:comment_id><wp:comment_author>Zoé</wp:comment_author><wp:comment_author_email>zoe@old.example</wp:comment_author_email>
<wp:comment_date>2012-05-05 10:00:00</wp:comment_date><wp:comment_date_gmt>2012-05-05 08:00:00</wp:comment_date_gmt><wp:comment_content>Merci pour la lampe</wp:comment_content>
<wp:comment_approved>1</wp:comment_approved><wp:comment_type>comment</wp:comment_type><wp:comment_parent>0</wp:comment_parent><wp:comment_user_id>0</wp:comment_user_id></wp:comment>"""
FILE = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Old lamps</title><link>https://old.example</link><language>fr-FR</language>
<wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>https://old.example</wp:base_site_url><wp:base_blog_url>https://old.example</wp:base_blog_url>
<wp:author><wp:author_id>1</wp:author_id><wp:author_login>ana</wp:author_login><wp:author_email>ana@old.example</wp:author_email><wp:author_display_name>Ana</wp:author_display_name></wp:author>
{items}</channel></rss>"""


def blog():
    """Two posts, one with a comment, and an item that no square has a place for."""
    common = {"kind": "post", "status": "publish", "more": ""}
    items = [
        common | {"number": 1, "slug": "la-lampe", "title": "La lampe de la place", "text": "<p>Elle brûle toute la nuit.</p>", "more": COMMENT},
        common | {"number": 2, "slug": "le-banc", "title": "Le banc vert", "text": "<p>On y lit le journal.</p>", "status": "draft"},
        common | {"number": 3, "slug": "menu", "title": "Menu", "text": "", "kind": "nav_menu_item"},
    ]  # fmt: skip
    return FILE.format(items="".join(ITEM.format(**item) for item in items)).encode()


class TestImport:
    def test_of_a_small_blog_is_foreseen_brought_and_reported(self, visit):
        olive = visit("olive")
        page = olive.go("/desk/import/")
        page.locator("main").get_by_role("link", name="A WordPress blog").click()
        file = {"name": "lamps.xml", "mimeType": "text/xml", "buffer": blog()}
        page.get_by_label("File from WordPress").set_input_files(file)
        page.get_by_role("button", name="Look at this file").click()
        button = page.get_by_role("button", name="Import")
        expect(button).to_be_visible(timeout=30_000)
        expect(page.get_by_text("What will be left out")).to_be_visible()
        assert not olive.faults()
        visit().go("/journal/2012/", expect=404)
        button.click()
        expect(page.get_by_text("What was left out")).to_be_visible(timeout=30_000)
        assert not olive.faults()
        someone = visit()
        page = someone.go("/journal/2012/")
        page.get_by_role("link", name="La lampe de la place").click()
        expect(page.get_by_text("Elle brûle toute la nuit.")).to_be_visible()
        expect(page.get_by_text("Merci pour la lampe")).to_be_visible()
        assert not someone.faults()
