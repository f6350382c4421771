"""What the house says from scripts: the sentences a member's page brings along, in its language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, str | Promise] = {
    "yes": _("Yes"),
    "no": _("Go back"),
    "copied": _("Copied"),
    "change": _("Change who"),
    "done": _("Done"),
    "minutes": _("%(count)s min ago"),
    "sentence-missing": _(
        "We cannot tell right now who will see this; the page before publishing will say it."
    ),
    "found-list": _("People and groups found"),
    "found": _("%(count)s found"),
    "found-more": _("%(count)s shown, and there are more: go on typing"),
    "found-chosen": _("Chosen already"),
    "found-none": _("There is nobody and no circle by that name."),
    "found-missing": _("The square cannot be asked right now. You can type a whole name."),
    "picked": _("%(name)s is chosen"),
    "fix-asking": _("Your phone is looking for where it is…"),
    "fix-missing": _("Your phone did not say where it is. You can find the place by its name."),
    "tools": _("Shape the text"),
    "bold": _("Strong"),
    "italic": _("Emphasis"),
    "heading": _("Heading"),
    "link": _("Link"),
    "quote": _("Quotation"),
    "list": _("List"),
    "code": _("Code"),
    "picture": _("Add pictures"),
    "preview": _("Preview"),
    "preview-missing": _("The preview cannot be shown right now. Your text is safe."),
    "words": _("%(count)s words"),
    "uploading": _("%(name)s is on its way"),
    "progress": _("Picture: %(percent)s %% sent"),
    "upload-failed": _("%(name)s could not be added. JPEG, PNG, GIF, WebP and AVIF pictures can."),
    "wait-for-pictures": _("A picture is still on its way. Wait a moment, then go on."),
    "too-large": _("This picture is larger than the square accepts."),
    "state-kept": _("Kept on this device"),
    "state-saving": _("Saving…"),
    "state-saved": _("Saved, %(time)s"),
    "state-offline": _(
        "The square cannot be reached: your text is kept on this device, and saved as soon as it can be"
    ),
    "state-away": _("Your session has ended: your text is kept on this device"),
    "state-conflict": _("Another tab has a newer text"),
    "left": _("This device has a text from %(time)s that was not saved."),
    "restore": _("Take it back"),
    "drop": _("Let it go"),
    "login": _("Log in in another tab"),
    "again": _("Try again"),
    "later": _("Later"),
    "away-title": _("Your session has ended"),
    "away-words": _(
        "Nothing is lost: your text stays here and on this device. Log in, come back to this tab, and it goes on."
    ),
    "conflict-words": _(
        "This text was changed in another tab or on another device. What you see here is not saved over it."
    ),
    "see-other": _("See the other text"),
    "keep-mine": _("Save this one over it"),
}


def spoken(sprite: str) -> dict[str, str]:
    """All sentences as text, and where the drawings are."""
    return {"sprite": sprite, **{name: str(sentence).replace("%%", "%") for name, sentence in WORDS.items()}}
