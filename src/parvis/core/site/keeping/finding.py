"""What one look at this house found."""

from dataclasses import dataclass
from typing import Literal

type State = Literal["fine", "note", "wrong"]


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what it is, how it stands, and what to do when it does not stand well."""

    subject: str
    state: State
    words: str
    advice: str = ""
