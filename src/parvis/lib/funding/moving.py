"""A table of what may become what: how states change, said once, so that nothing else decides it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class NoSuchMove(ValueError):
    """What happened cannot happen to something in this state; `state` and `move` say which."""

    def __init__(self, state: StrEnum, move: StrEnum) -> None:
        super().__init__(f"“{move}” does not happen to what is “{state}”.")
        self.state, self.move = state, move


@dataclass(frozen=True)
class Moves[S: StrEnum, M: StrEnum]:
    """The moves that there are; what is not in the table cannot happen."""

    table: Mapping[tuple[S, M], S]
    known: frozenset[tuple[S, M]] = field(default_factory=frozenset)
    """What is told late or again, and changes nothing."""

    def after(self, state: S, move: M) -> S:
        """The state after a move. Raises NoSuchMove."""
        if (state, move) in self.known:
            return state
        try:
            return self.table[state, move]
        except KeyError:
            raise NoSuchMove(state, move) from None

    def of(self, state: S) -> frozenset[M]:
        """What may happen to something in a state and changes it."""
        return frozenset(move for (one, move) in self.table if one == state)

    def leading_to(self, states: Iterable[S]) -> frozenset[S]:
        """Every state from which one of these can still be reached, themselves among them."""
        found = set(states)
        while more := {before for (before, _move), after in self.table.items() if after in found} - found:
            found |= more
        return frozenset(found)

    def reached_from(self, state: S, *, without: Iterable[M] = ()) -> frozenset[S]:
        """Every state that can follow from a state, itself among them, when some moves never happen."""
        never, found = set(without), {state}
        while (
            more := {
                after for (before, move), after in self.table.items() if before in found and move not in never
            }
            - found
        ):
            found |= more
        return frozenset(found)


def moves[S: StrEnum, M: StrEnum](rows: Mapping[M, Mapping[S, S]]) -> dict[tuple[S, M], S]:
    """The table from what each move does to which states."""
    return {(before, move): after for move, ways in rows.items() for before, after in ways.items()}
