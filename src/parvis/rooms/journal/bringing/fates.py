"""What becomes of each item of an export, decided from the item alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from parvis.lib.markup.tags import words
from parvis.lib.wxr import Item, ItemComment
from parvis.lib.wxr.languages import split_qtranslate

LONGEST_CONTENT = 2_000_000
LONGEST_COMMENT = 100_000
DESIGN = words(
    "wp_block wp_navigation wp_template wp_template_part wp_global_styles wp_font_family wp_font_face custom_css"
)
LEFTOVER = words("revision oembed_cache customize_changeset user_request wp_sync_storage")
TEXTS = frozenset({"post", "page"})
REACTIONS = words("pingback trackback webmention like repost mention reply bookmark reacji favorite")
IN_SIGHT = frozenset({"1", "approve", "approved"})
_MARK = re.compile(r"\s*(?:<!--:[a-z]{2}-->|\[:[a-z]{2}\])")

type Openness = Literal["public", "me", "password", "draft"]


@dataclass(frozen=True, kw_only=True)
class Fate:
    """`kind` is the ledger's word for the item. `openness` is empty for what is not brought; `reason` says why, or what is odd."""

    kind: str
    openness: Openness | Literal[""] = ""
    reason: str = ""
    detail: str = ""


def fate_of(item: Item, now: datetime) -> Fate:
    """What becomes of an item. Nothing that was not in everybody's sight on the old site will be so here."""
    if item.type == "attachment":
        return Fate(kind="attachment")
    if item.type not in TEXTS:
        return not_a_text(item.type)
    left_out = {"trash": "trash", "auto-draft": "auto-draft"}.get(item.status, "")
    if item.status == "inherit":
        return Fate(kind=item.type, reason="leftover", detail="inherit")
    if not left_out and len(item.content) > LONGEST_CONTENT:
        left_out = "too-long"
    return Fate(kind=item.type, reason=left_out) if left_out else text_fate(item, now)


def not_a_text(kind: str) -> Fate:
    """Why something that is neither post, page nor attachment is left out."""
    if not kind:
        return Fate(kind="other", reason="no-type")
    if kind == "nav_menu_item":
        return Fate(kind="other", reason="menu")
    reason = "design" if kind in DESIGN else "leftover" if kind in LEFTOVER else "unknown-type"
    return Fate(kind="other", reason=reason, detail=kind)


def text_fate(item: Item, now: datetime) -> Fate:
    """For whom a post or page is. A date ahead never publishes anything; what is private stays so before a password."""
    ahead = item.at is not None and item.at > now
    day = f"{item.local_at or item.at:%Y-%m-%d}" if item.local_at or item.at else ""
    if item.status == "private":
        return Fate(kind=item.type, openness="me")
    if item.status == "future" or (item.status == "publish" and ahead):
        return Fate(kind=item.type, openness="draft", reason="future" if ahead else "was-future", detail=day)
    if item.status == "publish":
        openness: Openness = "password" if item.password else "public"
        return Fate(kind=item.type, openness=openness, reason="" if item.at else "no-date")
    reason = {"draft": "", "pending": "pending", "": "no-status"}.get(item.status, "unknown-status")
    return Fate(kind=item.type, openness="draft", reason=reason, detail=item.status)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What becomes of a comment: shown, waiting, or left out (`is_brought` false) for `reason`."""

    is_brought: bool
    is_pending: bool = False
    reason: str = ""
    detail: str = ""


def answer_of(comment: ItemComment) -> Answer:
    """What becomes of a comment. Only what was approved is shown."""
    if reason := why_not(comment):
        return Answer(
            is_brought=False, reason=reason, detail=comment.type[:100] if reason == "unknown-comment" else ""
        )
    waits = comment.approved not in IN_SIGHT
    if comment.type in REACTIONS:
        return Answer(is_brought=True, is_pending=waits, reason="reaction", detail=comment.type)
    return Answer(is_brought=True, is_pending=waits, reason="waits" if waits else "")


def why_not(comment: ItemComment) -> str:
    """Why a comment is left out, empty when it is not."""
    if comment.approved in {"trash", "post-trashed", "spam"}:
        return "spam" if comment.approved == "spam" else "trash"
    if comment.type not in REACTIONS | {"comment"}:
        return "unknown-comment"
    if len(comment.content) > LONGEST_COMMENT:
        return "long-comment"
    return "" if comment.content.strip() else "empty"


def in_each_language(item: Item, languages: Sequence[str]) -> list[tuple[str, Item]]:
    """The item once, or once for each language that qTranslate wrote into it: (language, item).

    Such marks count when a text begins with one and names a language of the square; anything else is text.
    """
    parts = {name: split_qtranslate(getattr(item, name)) for name in ("title", "content", "excerpt")}
    begins = any(_MARK.match(getattr(item, name)) for name in parts)
    codes = list(dict.fromkeys(code for texts in parts.values() if texts for code in texts))
    if not begins or not set(codes) & set(languages):
        return [("", item)]

    def of(name: str, code: str) -> str:
        texts = parts[name]
        return texts.get(code, "") if texts else str(getattr(item, name))

    return [
        (
            code,
            replace(item, title=of("title", code), content=of("content", code), excerpt=of("excerpt", code)),
        )
        for code in codes
        if any((parts[name] or {}).get(code, "").strip() for name in ("title", "content"))
    ] or [("", item)]
