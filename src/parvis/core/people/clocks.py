"""What is planned by the clock of a person is planned anew when they live by another one."""

from collections.abc import Callable
from datetime import datetime

from .models import Person

type ClockChanged = Callable[[Person, datetime], None]
"""Plans anew what was planned for a person by their clock of before."""

PLANNED: list[ClockChanged] = []


def register(plan: ClockChanged) -> None:
    """Let a floor above plan anew."""
    PLANNED.append(plan)


def plan_anew(person: Person, at: datetime) -> None:
    """All that is planned for this person goes by the clock that they have now."""
    for plan in PLANNED:
        plan(person, at)
