"""Whether whole texts leave the house for a choice of readers, or titles with links."""

from parvis.core.people.models import Person

from .actions import Expression, PublicExcludesNobody
from .choices import AudienceChoice
from .models import Audience, Group, GroupKind, WholeText


def leaves_whole(choice: AudienceChoice, author: Person) -> bool:
    """Whether this author lets whole texts leave for this choice. Writes nothing; one query where they never do."""
    if not WholeText.objects.filter(author=author).exists():
        return False
    audience = audience_known(choice, author)
    return audience is not None and WholeText.objects.filter(author=author, audience=audience).exists()


def audience_known(choice: AudienceChoice, author: Person) -> Audience | None:
    """The audience that this choice means, if it has ever been used."""
    expression = choice.kept if choice.width == "kept" else expression_known(choice, author)
    own = Group.objects.filter(kind=GroupKind.PERSON, owner=author).first()
    if expression is None or own is None:
        return None
    try:
        return Audience.objects.filter(canon=expression.canonical(own.pk).text()).first()
    except PublicExcludesNobody:
        return None


def expression_known(choice: AudienceChoice, author: Person) -> Expression | None:
    """The expression of a choice; None while a group it needs has not been made."""
    people = choice.people | choice.without_people
    alone = dict(Group.objects.filter(kind=GroupKind.PERSON, owner__in=people).values_list("owner_id", "pk"))
    mine = Group.objects.filter(kind=GroupKind.CONNECTIONS, owner=author).values_list("pk", flat=True).first()
    needs_mine = choice.connections or choice.without_connections
    if len(alone) < len(people) or (needs_mine and mine is None):
        return None

    def groups(known: frozenset[int], those: frozenset[int], connections: bool) -> frozenset[int]:
        return known | {alone[pk] for pk in those} | ({mine} if connections and mine is not None else set())

    return Expression(
        groups(choice.groups, choice.people, choice.connections),
        groups(choice.without_groups, choice.without_people, choice.without_connections),
    )
