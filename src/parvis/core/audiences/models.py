"""Groups and their members, the audiences made of them, and who has shut the door to whom."""

from django.db import models
from django.db.models import F, Q

from parvis.core.people.models import Person, public_id

PUBLIC = 1
MEMBERS = 2
NEVER = 2**62
"""An `opens_from` that no publication reaches: the end of time, in microseconds."""


class GroupKind(models.TextChoices):
    """The kinds of group that the house itself knows; rooms add their own."""

    PUBLIC = "public"
    MEMBERS = "members"
    PERSON = "person"
    CONNECTIONS = "connections"
    CIRCLE = "circle"
    LINK = "link"
    PASSWORD = "password"  # noqa: S105


class GroupQuerySet(models.QuerySet["Group"]):
    def circles_of(self, person: Person) -> "GroupQuerySet":
        return self.filter(kind=GroupKind.CIRCLE, owner=person)


class Group(models.Model):
    """Anything that has members: everyone, the members, my connections, a circle, one person, a link's holders."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    kind = models.CharField(max_length=20)
    owner = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="groups")
    label = models.CharField(max_length=80, default="", blank=True)
    secret = models.CharField(max_length=200, default="", blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="group_one_of_a_person",
                fields=["kind", "owner"],
                condition=Q(kind__in=["person", "connections"]),
            ),
            models.UniqueConstraint(
                name="circle_named_once",
                fields=["owner", "label"],
                condition=Q(kind="circle"),
                violation_error_message="circle named once",
            ),
        ]
        indexes = [models.Index(name="group_owner", fields=["owner", "kind"])]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def letting_in(self) -> "MembershipQuerySet":
        """Those that open something, now or later; the others only keep out, where the group is excluded."""
        return self.filter(opens_from__lt=NEVER)


class Membership(models.Model):
    """A person is in a group; what was published there before `opens_from` stays closed to them.

    A row that opens from `NEVER` on lets nobody in; it only goes on keeping them out of what excludes the group.
    """

    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    opens_from = models.BigIntegerField(default=0)
    added_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField()

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="membership_once", fields=["group", "person"])]
        indexes = [models.Index(name="membership_person", fields=["person", "group", "opens_from"])]

    def __str__(self) -> str:
        return f"#{self.pk} {self.person_id} in {self.group_id}"


class Block(models.Model):
    """A shut door: `person` sees nothing of `owner` but what is public. `by` is the one who shut it."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    owner = models.ForeignKey(Person, models.CASCADE, related_name="+")
    by = models.ForeignKey(Person, models.CASCADE, related_name="blocks_made")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="block_once", fields=["person", "owner", "by"]),
            models.CheckConstraint(name="block_between_two", condition=~Q(person=F("owner"))),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.person_id} ⊘ {self.owner_id}"


class Audience(models.Model):
    """To whom: the union of "+" groups less the union of "−" groups; one row for each distinct expression."""

    owner = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="+")
    canon = models.CharField(max_length=2000, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="audience_public_is_first", condition=Q(id=1) | ~Q(canon="+1"))
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.canon}"

    @property
    def is_public(self) -> bool:
        return self.pk == PUBLIC


class Term(models.Model):
    """One group of an audience, let in (+1) or kept out (−1)."""

    audience = models.ForeignKey(Audience, models.CASCADE, related_name="terms")
    sign = models.SmallIntegerField()
    group = models.ForeignKey(Group, models.PROTECT, related_name="terms")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="term_once", fields=["audience", "sign", "group"]),
            models.CheckConstraint(name="term_sign", condition=Q(sign__in=[1, -1])),
            models.CheckConstraint(name="term_never_against_all", condition=Q(sign=1) | Q(group__gt=MEMBERS)),
        ]
        indexes = [
            models.Index(name="term_group", fields=["group", "sign", "audience"]),
            models.Index(name="term_deny", fields=["group", "audience"], condition=Q(sign=-1)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.sign:+d}{self.group_id}"


class WholeText(models.Model):
    """An author lets what is for these readers leave the house whole, by mail and in feeds of their own.

    Without a row it leaves as a title and a link. It holds for what is out already and for what comes.
    """

    author = models.ForeignKey(Person, models.CASCADE, related_name="+")
    audience = models.ForeignKey(Audience, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="whole_text_once", fields=["author", "audience"])]

    def __str__(self) -> str:
        return f"#{self.pk} {self.author_id} for audience {self.audience_id}"
