"""What became of some mails, in words that go with how many they are."""

from django.utils.translation import npgettext_lazy

from .models import MailState

WORDS = {
    MailState.QUEUED: npgettext_lazy("mails", "waits", "wait"),
    MailState.LEAVING: npgettext_lazy("mails", "is leaving", "are leaving"),
    MailState.LEFT: npgettext_lazy("mails", "has left", "have left"),
    MailState.KEPT: npgettext_lazy("mails", "lies in the outbox", "lie in the outbox"),
    MailState.UNKNOWN: npgettext_lazy(
        "mails", "has left or not, nobody knows", "have left or not, nobody knows"
    ),
    MailState.REFUSED: npgettext_lazy("mails", "was refused", "were refused"),
    MailState.CANCELLED: npgettext_lazy("mails", "was not sent", "were not sent"),
}


def became(state: str, count: int) -> str:
    """The words beside a number of mails in a state."""
    return str(WORDS[MailState(state)] % count)
