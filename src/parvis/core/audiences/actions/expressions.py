"""From "these groups, but not those" to an audience, one row for each distinct expression."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person
from parvis.lib.refusal import Refusal

from ..models import MEMBERS, PUBLIC, Audience, Membership, Term
from .groups import one_person_group

LONGEST = 2000


class PublicExcludesNobody(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("You cannot exclude someone from a public page: they would only have to sign out.")
        )


class ExcludesYourself(Refusal):
    def __init__(self) -> None:
        super().__init__(_("You are yourself in a group that you exclude. Choose the people one by one."))


class TooManyChosen(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("That is too many people one by one. Make a circle of them, and choose the circle.")
        )


@dataclass(frozen=True)
class Expression:
    """Groups let in and groups kept out, by their numbers. Nobody let in means the author alone."""

    include: frozenset[int] = field(default_factory=frozenset)
    exclude: frozenset[int] = field(default_factory=frozenset)

    def canonical(self, own: int) -> "Expression":
        """The one writing of this expression for an author whose own group is `own`.

        Everyone absorbs the rest; the author's own group is added to all but everyone and the members, so that no two
        authors share an audience of their own choosing.
        Raises PublicExcludesNobody.
        """
        if PUBLIC in self.include:
            if self.exclude:
                raise PublicExcludesNobody
            return Expression(frozenset({PUBLIC}))
        if self.include == {MEMBERS} and not self.exclude:
            return self
        return Expression(self.include | {own}, self.exclude if self.include else frozenset())

    def text(self) -> str:
        """The expression as it is interned: +2, +17,44-903."""
        plus = "+" + ",".join(map(str, sorted(self.include)))
        return plus + ("-" + ",".join(map(str, sorted(self.exclude))) if self.exclude else "")


def expression_of(audience: Audience | int) -> Expression:
    """The groups of an audience, or of the one of a number."""
    terms = list(Term.objects.filter(audience=audience).values_list("sign", "group_id"))
    return Expression(
        frozenset(group for sign, group in terms if sign == 1),
        frozenset(group for sign, group in terms if sign == -1),
    )


@transaction.atomic
def audience_for(*, expression: Expression, owner: Person) -> Audience:
    """The audience that this expression means when `owner` says it.

    Raises PublicExcludesNobody, TooManyChosen, and ExcludesYourself when the owner stands in an excluded group.
    """
    if {PUBLIC, MEMBERS} & expression.exclude:
        raise PublicExcludesNobody
    if expression.include == {PUBLIC} and not expression.exclude:
        return Audience.objects.get(pk=PUBLIC)
    wanted = expression.canonical(one_person_group(owner).pk)
    if Membership.objects.filter(group__in=wanted.exclude, person=owner).exists():
        raise ExcludesYourself
    if len(wanted.text()) > LONGEST:
        raise TooManyChosen
    shared = wanted.include <= {PUBLIC, MEMBERS}
    audience, made = Audience.objects.get_or_create(
        canon=wanted.text(), defaults={"owner": None if shared else owner}
    )
    if made:
        signs = [(1, group) for group in wanted.include] + [(-1, group) for group in wanted.exclude]
        Term.objects.bulk_create(Term(audience=audience, sign=sign, group_id=group) for sign, group in signs)
    return audience
