"""The thousand posts and five thousand comments that both blogs are given, from a WordPress export."""

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

NAME = "generated-1000posts-5000comments.xml.gz"
WP, CONTENT = "{http://wordpress.org/export/1.2/}", "{http://purl.org/rss/1.0/modules/content/}"
MIDDLE = 500  # the post that is read: neither the newest nor the oldest
WORD = "accessibility"


def export() -> Path:
    """The export: BENCH_EXPORT, else the one beside the repository. Raises SystemExit when it is not there."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data" / "journal" / "wxr" / NAME
    path = Path(os.environ.get("BENCH_EXPORT") or beside)
    if not path.exists():
        raise SystemExit(
            f"The export {NAME} is not here. BENCH_EXPORT names another WordPress export to measure with."
        )
    return path


def posts(path: Path) -> Iterator[dict[str, Any]]:
    """Every published post: what WordPress's own functions want to know of it."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        for _event, item in etree.iterparse(file, tag="item", huge_tree=True, recover=True):
            if text(item, f"{WP}post_type") == "post" and text(item, f"{WP}status") == "publish":
                yield post(item)
            item.clear()


def post(item: Any) -> dict[str, Any]:
    """One of them."""
    return {
        "slug": text(item, f"{WP}post_name"),
        "title": text(item, "title"),
        "html": text(item, f"{CONTENT}encoded"),
        "date": text(item, f"{WP}post_date"),
        "categories": [c.text for c in item.iterfind("category") if c.get("domain") == "category"],
        "tags": [c.text for c in item.iterfind("category") if c.get("domain") == "post_tag"],
        "comments": [
            {
                "author": text(comment, f"{WP}comment_author"),
                "mail": text(comment, f"{WP}comment_author_email"),
                "text": text(comment, f"{WP}comment_content"),
                "date": text(comment, f"{WP}comment_date"),
            }
            for comment in item.iterfind(f"{WP}comment")
            if text(comment, f"{WP}comment_approved") == "1"
        ],
    }


def text(item: Any, tag: str) -> str:
    """The text of an element below this one."""
    return item.findtext(tag) or ""


def write_json(path: Path) -> int:
    """The posts as a file for PHP; how many there are."""
    found = list(posts(export()))
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return len(found)


def read_slug() -> str:
    """The post that is read on both blogs."""
    dated = sorted(posts(export()), key=lambda one: (one["date"], one["slug"]))
    return str(dated[min(MIDDLE, len(dated) - 1)]["slug"])
