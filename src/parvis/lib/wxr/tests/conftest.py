"""Small exports made by hand."""

from collections.abc import Callable
from pathlib import Path

import pytest

from parvis.lib.wxr import Item

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0"
	xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
	xmlns:content="http://purl.org/rss/1.0/modules/content/"
	xmlns:wfw="http://wellformedweb.org/CommentAPI/"
	xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:wp="http://wordpress.org/export/1.2/"
>
<channel>
	<title>Carnet</title>
	<link>https://blog.example</link>
	<language>fr-FR</language>
	<wp:wxr_version>1.2</wp:wxr_version>
	<wp:base_site_url>https://blog.example</wp:base_site_url>
	<wp:base_blog_url>https://blog.example</wp:base_blog_url>
"""
FOOT = "\n</channel>\n</rss>\n"


@pytest.fixture
def wxr_item() -> Callable[..., str]:
    """The XML of one item; `more` is put before its end."""

    def write(number: int = 1, more: str = "", content: str = "Texte", **instead: str) -> str:
        fields = {
            "wp:post_id": str(number),
            "wp:post_date": "2012-07-01 10:00:00",
            "wp:post_date_gmt": "2012-07-01 08:00:00",
            "wp:post_name": f"billet-{number}",
            "wp:status": "publish",
            "wp:post_type": "post",
        } | instead
        lines = "\n".join(f"<{name}><![CDATA[{text}]]></{name}>" for name, text in fields.items() if text)
        return (
            f"<item>\n<title><![CDATA[Billet {number}]]></title>\n"
            f"<content:encoded><![CDATA[{content}]]></content:encoded>\n{lines}\n{more}</item>\n"
        )

    return write


@pytest.fixture
def wxr_file(tmp_path: Path) -> Callable[..., Path]:
    """A file with these items after a usual head."""

    def write(*items: str, head: str = HEAD, foot: str = FOOT, name: str = "export.xml") -> Path:
        path = tmp_path / name
        path.write_bytes((head + "".join(items) + foot).encode())
        return path

    return write


@pytest.fixture
def item_with() -> Callable[..., Item]:
    """An item with these fields, the others as plain as can be."""

    def make(**fields: object) -> Item:
        plain: dict[str, object] = {
            "id": 12,
            "type": "post",
            "status": "publish",
            "local_at": None,
            "at": None,
            "modified_at": None,
            "parent": 0,
            "menu_order": 0,
            "is_sticky": False,
        }
        texts = "title slug link guid author_login content excerpt comment_status ping_status password attachment_url"
        return Item(**(dict.fromkeys(texts.split(), "") | plain | fields))  # type: ignore[arg-type]

    return make
