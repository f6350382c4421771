"""Texts made to be slow: a rule that looked back over all of them at each mark would not end while we wait."""

import pytest

from parvis.lib.markup import from_markdown


class TestALongText:
    @pytest.mark.parametrize("mark", [":", "a:", "http:", "mailto:", "xmpp:"])
    def test_of_nothing_but_schemes_is_read_once(self, mark):
        assert from_markdown(mark * 20_000)

    @pytest.mark.parametrize("link", ["https://a.example/b", "http://a.example", "mailto:me@a.example"])
    def test_still_has_links_where_addresses_stand_alone(self, link):
        html = from_markdown(f"See {link} here.")

        assert f'href="{link}"' in html
