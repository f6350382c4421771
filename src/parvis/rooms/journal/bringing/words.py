"""Words for kinds of items, for what is done with them, and for what the reader of exports had to mend."""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from parvis.lib.wxr.export import FILE, ODD_PREFIX

ITS_OWN = frozenset({"post", "page", "attachment", "item"})
PREFIX = re.compile("(.*)".join(re.escape(part) for part in ODD_PREFIX.split("{prefix}")))
ITEM = re.compile(
    r"(?:item (?P<position>\d+) of the file|(?P<kind>\S+) (?P<number>\d+))(?: “(?P<title>.*)”)?", re.DOTALL
)

DEEDS: Mapping[str, Promise] = {
    "create": _("would be brought"),
    "change": _("would be changed"),
    "keep": _("is here already"),
    "skip": _("would be left out"),
}


def counted(kind: str, number: int = 1) -> str:
    """What so many items of this kind are called."""
    names = {
        "post": ngettext("post", "posts", number),
        "page": ngettext("page", "pages", number),
        "comment": ngettext("comment", "comments", number),
        "attachment": ngettext("picture or file", "pictures and files", number),
        "category": ngettext("theme", "themes", number),
        "tag": ngettext("tag", "tags", number),
    }
    return names.get(kind) or ngettext("other item", "other items", number)


def problem_words(reason: str) -> str:
    """What the reader of exports found wrong, in the reader's language where we have it."""
    if (odd := PREFIX.fullmatch(reason)) is not None:
        return gettext(ODD_PREFIX).format(prefix=odd[1])
    return gettext(reason)


def item_words(item: str) -> str:
    """What the reader of exports calls an item (“post 19 “A title””, “item 3 of the file”), in the reader's language."""
    if item == FILE:
        return gettext("the file")
    found = ITEM.fullmatch(item)
    if found is None:
        return item
    if found["position"]:
        name = gettext("item %(number)s of the file") % {"number": found["position"]}
    else:
        kind = found["kind"]
        name = f"{counted(kind) if kind in ITS_OWN else kind} {found['number']}"
    return (
        gettext("%(item)s “%(title)s”") % {"item": name, "title": found["title"]} if found["title"] else name
    )


PROBLEMS = (
    _("An item with this number was read before."),
    _("The compressed file is damaged or ends early; what stands before was read."),
    _("The file holds no item."),
    _("This item has no WordPress number."),
    _("This item has no type."),
    _("This item has no status."),
    _("This item has no date."),
    _("A date of this item cannot be; it was left out."),
    _("The date in UTC was worked out from the clock of the site."),
    _("A comment of this item has no number."),
    _("A comment of this item has no date that can be."),
    _("Nothing of this item could be read."),
    _("This item is too long to be read."),
    _("The file does not say which version of the format it is in."),
    _("The file has no channel: what it says of the site was searched without it."),
    _("There is too much outside the items; some of it was not read."),
    _("Control characters were removed from what the file says of the site."),
    _("Some bytes outside the items are not in the encoding of the file; they were read as Windows-1252."),
    _("The XML outside the items was repaired."),
    _("The XML outside the items is damaged; authors or terms may be missing."),
    _("Nothing outside the items could be read."),
    _("The files come from different sites."),
    _("The prefix “{prefix}” is not declared as WordPress does; the usual meaning was taken."),
    _("This item has no WordPress number; it was taken from its guid."),
    _("A number of this item is not a number; zero was taken."),
    _("A meta value without a key was left out."),
    _("A text of this item was not protected as text; its markup was kept as far as it could be read."),
    _("Control characters that XML does not allow were removed."),
    _("Some bytes are not in the encoding of the file; they were read as Windows-1252."),
    _("The XML of this item was repaired: a bare sign, an unknown entity or an undeclared prefix."),
    _("The XML of this item is damaged; what could be read was kept."),
    _("The file ends before this item does."),
    _("The end of this item is missing."),
    _("The start of this item is missing."),
)
"""Sentences of the reader, named here so that the catalogues keep them."""
