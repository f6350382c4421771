"""Words for kinds of items, for what is done with them, and for what the reader of exports had to mend."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

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
        "category": ngettext("category", "categories", number),
        "tag": ngettext("tag", "tags", number),
    }
    return names.get(kind) or ngettext("other item", "other items", number)


def problem_words(reason: str) -> str:
    """What the reader of exports found wrong, in the reader's language where we have it."""
    return gettext(reason)


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
)
"""Sentences of the reader, named here so that the catalogues keep them."""
