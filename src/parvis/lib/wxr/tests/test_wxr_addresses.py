"""Every path an item had is listed."""

from datetime import datetime

from parvis.lib.wxr import Channel
from parvis.lib.wxr.addresses import old_paths

SITE = Channel(base_blog_url="https://blog.example", link="https://blog.example")


class TestOldPaths:
    def test_start_with_the_link_and_end_with_the_short_forms(self, item_with):
        item = item_with(slug="été", link="https://blog.example/2010/02/%C3%A9t%C3%A9/")
        assert old_paths(item, SITE) == ("/2010/02/été/", "/?p=12", "/archives/12")

    def test_put_old_slugs_and_old_dates_in_the_pattern_of_the_link(self, item_with):
        item = item_with(
            slug="neuf",
            link="https://blog.example/archives/2010/02/09/neuf/",
            local_at=datetime(2010, 2, 9, 9, 15),  # noqa: DTZ001
            meta=(
                ("_wp_old_slug", "vieux"),
                ("_wp_old_slug", "%C3%A9t%C3%A9"),
                ("_wp_old_date", "2009-12-31"),
            ),
        )
        assert old_paths(item, SITE)[:6] == (
            "/archives/2010/02/09/neuf/",
            "/archives/2010/02/09/vieux/",
            "/archives/2010/02/09/été/",
            "/archives/2009/12/31/neuf/",
            "/archives/2009/12/31/vieux/",
            "/archives/2009/12/31/été/",
        )

    def test_keep_the_ending_of_a_page_and_the_folder_of_a_site(self, item_with):
        site = Channel(base_blog_url="https://example.org/carnet")
        item = item_with(
            slug="b", link="https://example.org/carnet/2010/b.html", meta=(("_wp_old_slug", "a"),)
        )
        assert old_paths(item, site) == (
            "/carnet/2010/b.html",
            "/carnet/2010/a.html",
            "/carnet/?p=12",
            "/carnet/archives/12",
        )

    def test_of_pages_and_attachments_have_their_own_short_form(self, item_with):
        assert "/?page_id=12" in old_paths(item_with(type="page"), SITE)
        assert "/?attachment_id=12" in old_paths(item_with(type="attachment"), SITE)

    def test_of_a_link_that_is_a_short_form_are_only_those(self, item_with):
        assert old_paths(item_with(link="https://blog.example/?p=12"), SITE) == ("/?p=12", "/archives/12")

    def test_of_an_item_without_a_number_are_its_link(self, item_with):
        assert old_paths(item_with(id=None, link="https://blog.example/a"), SITE) == ("/a",)
        assert old_paths(item_with(id=None, link="https://[broken"), SITE) == ()
