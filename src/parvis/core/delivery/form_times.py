"""Whether a form was filled in by somebody who read it: what it says of when it was drawn, signed, and good for once.

The figures are those of the research on subscription bombing: not within three seconds, not after a day.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from django.core.signing import BadSignature, Signer

from parvis.core.people.limits import count, tried

SOONEST, LATEST = timedelta(seconds=3), timedelta(days=1)

type Verdict = Literal["fine", "too soon", "too late", "used"]


@dataclass(frozen=True)
class FormTime:
    """The forms of one name about one thing; a mark that was written for another is as good as none."""

    name: str
    about: str

    @property
    def signer(self) -> Signer:
        return Signer(salt=f"parvis.delivery.form.{self.name}.{self.about}")

    def mark(self, at: datetime) -> str:
        """What a form that is drawn now carries with it."""
        return self.signer.sign(f"{int(at.timestamp())}.{secrets.token_urlsafe(12)}")

    def judged(self, mark: str, at: datetime) -> Verdict:
        """Whether a form that comes back with this mark is believed; nothing is used up."""
        try:
            said = self.signer.unsign(mark)
        except BadSignature:
            return "too late"
        drawn = datetime.fromtimestamp(int(said.partition(".")[0]), UTC)
        if at - drawn < SOONEST:
            return "too soon"
        if at - drawn > LATEST:
            return "too late"
        return "used" if tried(self.counted(said), at) else "fine"

    def use(self, mark: str, at: datetime) -> bool:
        """Use up a mark that is fine; False when another was faster."""
        return count(self.counted(self.signer.unsign(mark)), at, LATEST + SOONEST) == 1

    def counted(self, said: str) -> str:
        return f"parvis.form:{self.name}:{said}"
