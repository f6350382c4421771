"""Reads WordPress exports (WXR): what they hold, item by item, and what is wrong in them."""

from parvis.lib.wxr.export import Export
from parvis.lib.wxr.records import (
    Analysis,
    Author,
    Channel,
    Item,
    ItemComment,
    ItemTerm,
    NotWordPressExport,
    Problem,
    Term,
)

__all__ = [
    "Analysis",
    "Author",
    "Channel",
    "Export",
    "Item",
    "ItemComment",
    "ItemTerm",
    "NotWordPressExport",
    "Problem",
    "Term",
]
