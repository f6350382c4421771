"""Small exports made by hand, and a way to bring them."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from parvis.rooms.journal.bringing.running import Wishes, bring

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Carnet</title><link>https://blog.example</link><language>fr-FR</language>
<wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>https://blog.example</wp:base_site_url>
<wp:base_blog_url>https://blog.example</wp:base_blog_url>
"""


@pytest.fixture
def item() -> Callable[..., str]:
    """The XML of one item; names of fields with _ for the colon; `more` stands before its end."""

    def write(number: int = 1, more: str = "", **instead: Any) -> str:
        fields = {
            "title": f"Billet {number}",
            "link": f"https://blog.example/archives/2012/07/01/billet-{number}/",
            "guid": f"https://blog.example/?p={number}",
            "dc_creator": "zoe",
            "content_encoded": "Un texte en français, assez long pour qu’on sache sa langue.",
            "wp_post_id": number,
            "wp_post_date": "2012-07-01 10:00:00",
            "wp_post_date_gmt": "2012-07-01 08:00:00",
            "wp_post_name": f"billet-{number}",
            "wp_status": "publish",
            "wp_post_type": "post",
        } | instead
        lines = "".join(
            f"<{name.replace('_', ':', 1)}><![CDATA[{value}]]></{name.replace('_', ':', 1)}>\n"
            for name, value in fields.items()
        )
        return f"<item>{lines}{more}</item>\n"

    return write


@pytest.fixture
def comment() -> Callable[..., str]:
    """The XML of one comment."""

    def write(number: int, **instead: Any) -> str:
        fields = {
            "id": number,
            "author": "Lectrice",
            "author_email": "lectrice@mail.example",
            "author_IP": "192.0.2.7",
            "date_gmt": "2012-07-02 08:00:00",
            "content": f"Commentaire {number}",
            "approved": 1,
            "type": "",
            "parent": 0,
            "user_id": 0,
        } | instead
        lines = "".join(
            f"<wp:comment_{name}><![CDATA[{value}]]></wp:comment_{name}>" for name, value in fields.items()
        )
        return f"<wp:comment>{lines}</wp:comment>"

    return write


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """A file of these items; `head` stands between the usual head and them."""

    def write(*items: str, head: str = "", name: str = "export.xml") -> Path:
        path = tmp_path / name
        path.write_bytes((HEAD + head + "".join(items) + "</channel></rss>").encode())
        return path

    return write


@pytest.fixture
def brought(square: Any, at: datetime) -> Callable[..., Any]:
    """Brings a file, and gives back the report."""

    def do(path: Path, **wishes: Any) -> Any:
        return bring(path, wishes=Wishes(**wishes), at=at)

    return do
