"""What a mail tells its reader of notices: those it is to take along, as far as they may still be said and are unseen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import ngettext

from parvis.core.people.models import Notice, Person
from parvis.core.stream.models import Publication

from .links import notices_leaving_path, whole
from .models import Mail, MailKind, Way
from .notice_lines import Told, lines
from .notices import sentences
from .ways import waits_for_a_digest

MOST = 20
"""Lines of notices in a mail; the others wait on the page."""


@dataclass(frozen=True)
class TellingLine:
    """One line of a mail, and where it leads."""

    text: str
    url: str


@dataclass(frozen=True)
class Named:
    """A publication of somebody else that a notice in a mail names: its title goes along, its words do not."""

    publication: Publication
    whole_for: int = 0
    is_whole: bool = False


@dataclass(frozen=True)
class TellingPart:
    """The notices of a mail: as lines, and each with its own words; `leave` ends mails of their kinds.

    `about` are the publications they name, and `alone` the notice that is told, when it is only one.
    """

    lines: Sequence[TellingLine] = ()
    texts: Mapping[int, str] = field(default_factory=dict)
    leave: str = ""
    has_more: bool = False
    about: Sequence[Publication] = ()
    alone: Notice | None = None

    @property
    def subject(self) -> str:
        """What they say, in a line."""
        first, others = self.lines[0].text.removesuffix("."), len(self.lines) - 1
        if not others:
            return first
        words = ngettext("%(first)s, and %(count)d more", "%(first)s, and %(count)d more", others)
        return words % {"first": first, "count": others}

    def named_to(self, reader: Person) -> Sequence[Named]:
        """What they name of others: each is a copy, if only of a title."""
        return [Named(one) for one in self.about if one.author_id != reader.pk]


NOTHING_TOLD = TellingPart()


def in_mail(mail: Mail) -> Q:
    """The notices that this mail is to take along."""
    if mail.kind == MailKind.DIGEST:
        return waits_for_a_digest(mail.pk)
    return Q(telling__mail=mail.pk, telling__way=Way.NOW)


def told_now(mail: Mail, at: datetime) -> Sequence[Told]:
    """What this mail has to tell at this moment, the newest first."""
    if mail.kind not in {MailKind.DIGEST, MailKind.NOTICE}:
        return []
    rows = Notice.objects.filter(in_mail(mail), person=mail.person, seen_at=None, at__lte=at)
    notices = list(rows.select_related("person").order_by("-at", "-pk"))
    said = sentences({notice.pk: notice for notice in notices})
    return [(notice, said[notice.pk]) for notice in notices if notice.pk in said]


def told_in(mail: Mail, at: datetime) -> TellingPart:
    """The same as a part of a mail, in the language of now."""
    told = told_now(mail, at)
    if not told:
        return NOTHING_TOLD
    made = lines(told)
    shown = made[:MOST]
    kinds = {notice.kind for notice, _sentence in told}
    about = {one.publication.pk: one.publication for _notice, one in told if one.publication is not None}
    return TellingPart(
        lines=[TellingLine(line.by_mail, whole(line.path_by_mail)) for line in shown],
        texts={notice.pk: sentence.mailed for notice, sentence in told},
        leave=whole(notices_leaving_path(mail.person, kinds)),
        has_more=len(made) > MOST,
        about=list(about.values()),
        alone=told[0][0] if len(told) == 1 else None,
    )


def still_to_be_told(mail: Mail, texts: Mapping[int, str], at: datetime) -> bool:
    """Whether a mail may still say these notices, in these words."""
    reader = mail.person
    with translation.override(reader.language), timezone.override(ZoneInfo(reader.zone)):
        now = {notice.pk: sentence.mailed for notice, sentence in told_now(mail, at)}
    return all(now.get(pk) == text for pk, text in texts.items())
