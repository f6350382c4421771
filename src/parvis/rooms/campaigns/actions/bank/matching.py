"""Which bill a payment names (research: campaigns a.6): by its reference, by its code; by amount and name it is only proposed."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from parvis.core.people.models import Person
from parvis.lib.banking import Line
from parvis.lib.banking.references import Found, Kind, Where, found_in
from parvis.lib.text.search import fold

from ...billing import PAYABLE
from ...models import Campaign, Pledge, Way, Why


@dataclass(frozen=True, kw_only=True)
class Match:
    """What a line says of whom it pays: the number of a pledge, or None. `is_sure`: it is paid without asking."""

    why: Why
    pledge: int | None = None
    is_sure: bool = False


@dataclass(frozen=True, kw_only=True)
class Open:
    """A bill that is not paid: `due` minor units."""

    pledge: int
    name: frozenset[str]
    due: int
    currency: str


class Asked:
    """All that one person has asked for by bank, as payments may name it."""

    def __init__(self, person: Person) -> None:
        campaigns = dict(Campaign.objects.of(person).values_list("pk", "currency"))
        rows = Pledge.objects.filter(campaign__in=list(campaigns), way=Way.BANK).exclude(reference="")
        self.references: dict[str, int] = {}
        self.codes: dict[str, int] = {}
        self.due: dict[int, int] = {}
        self.open: dict[tuple[int, str], list[Open]] = defaultdict(list)
        values = ("pk", "reference", "code", "name", "state", "amount", "received", "campaign_id")
        for pledge, reference, code, name, state, amount, received, campaign in rows.values_list(*values):
            self.references[reference] = self.codes[code] = pledge
            if state in PAYABLE:
                due, currency = amount - received, campaigns[campaign]
                self.due[pledge] = due
                one = Open(pledge=pledge, name=words_in(name), due=due, currency=currency)
                self.open[due, currency].append(one)

    def named(self, line: Line) -> Match:
        """The bill that a line names itself, the surest place first. A reference whose check digits are wrong names none."""
        found = found_in(line, self.codes)
        if line.is_batch:
            return Match(why=Why.BATCH)
        for is_code, known in ((False, self.references), (True, self.codes)):
            some = [
                one
                for one in found
                if one.is_right and (one.kind is Kind.CODE) is is_code and one.reference in known
            ]
            if some:
                best = [one for one in some if one.where is some[0].where]
                pledges = {known[one.reference] for one in best}
                return self.match_of(line, best[0], pledges) if len(pledges) == 1 else Match(why=Why.SEVERAL)
        is_wrong = any(not one.is_right for one in found)
        return Match(why=Why.WRONG if is_wrong else Why.UNKNOWN)

    def match_of(self, line: Line, found: Found, pledges: Iterable[int]) -> Match:
        """What one reference or code means. Letters that only look like a code must be of the right amount."""
        (pledge,) = pledges
        if found.kind is not Kind.CODE:
            is_structured = found.where in {Where.STRUCTURED, Where.END_TO_END}
            return Match(pledge=pledge, is_sure=True, why=Why.REFERENCE if is_structured else Why.TEXT)
        if line.amount == self.due.get(pledge) or stands_alone(found.reference, line):
            return Match(pledge=pledge, is_sure=True, why=Why.CODE)
        return Match(pledge=pledge, why=Why.CODE_ALONE)

    def likely(self, line: Line, *, but: Collection[int]) -> Match | None:
        """The one bill of this amount and this name, to be proposed, apart from those that are paid already."""
        name = words_in(line.party_name)
        some = [
            one
            for one in self.open.get((line.amount, line.currency), ())
            if one.pledge not in but and is_same_name(one.name, name)
        ]
        if not some:
            return None
        return Match(pledge=some[0].pledge, why=Why.NAME) if len(some) == 1 else Match(why=Why.SEVERAL)


def match_all(asked: Asked, lines: Sequence[Line]) -> list[Match]:
    """What each of these payments is for: what they name first, so that nothing is proposed for what another line pays."""
    matches = [asked.named(line) for line in lines]
    sure = {match.pledge for match in matches if match.pledge is not None and match.is_sure}
    return [
        asked.likely(line, but=sure) or match
        if match.pledge is None and match.why in {Why.UNKNOWN, Why.WRONG}
        else match
        for line, match in zip(lines, matches, strict=True)
    ]


def stands_alone(code: str, line: Line) -> bool:
    """Whether a code stands as a word of its own somewhere in a line."""
    alone = re.compile(rf"(?<![A-Z0-9]){code}(?![A-Z0-9])")
    texts = (*line.references, line.end_to_end_id, line.text, line.note)
    return any(alone.search(text.upper()) for text in texts)


def words_in(name: str) -> frozenset[str]:
    """The words of a name, in whichever order: banks turn names round, and write them in capitals."""
    return frozenset(re.findall(r"[^\W_]+", fold(name)))


def is_same_name(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two names may be one person's: the same words, or two at least of a longer one."""
    fewer, more = sorted((one, other), key=len)
    return bool(one) and (one == other or (len(fewer) > 1 and fewer < more))


def references_in(line: Line, codes: Mapping[str, int]) -> list[dict[str, object]]:
    """What is kept of the references in a line: as they are compared, and whether their check digits are right."""
    return [{"reference": one.reference, "is_right": one.is_right} for one in found_in(line, codes)]
