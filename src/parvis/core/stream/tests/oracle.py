"""The rule in plain Python, from sets and loops: it shares no line with the SQL that it judges."""

from collections import defaultdict

from parvis.core.audiences.models import Block, Membership, Term
from parvis.core.people.models import Person
from parvis.core.stream.models import Follow, Placement, Publication, Source, Stream


class Oracle:
    """Reads a whole world once; then says who sees what at any instant."""

    def __init__(self) -> None:
        self.members = defaultdict(dict)
        for group, person, opens in Membership.objects.values_list("group_id", "person_id", "opens_from"):
            self.members[group][person] = opens
        self.terms = defaultdict(list)
        for audience, sign, group in Term.objects.values_list("audience_id", "sign", "group_id"):
            self.terms[audience].append((sign, group))
        self.streams = {s.pk: (s.source_id, s.audience_id, s.author_id) for s in Stream.objects.all()}
        self.shut = {(b.owner_id, b.person_id) for b in Block.objects.all()}
        self.follows = defaultdict(set)
        for person, source in Follow.objects.values_list("person_id", "source_id"):
            self.follows[person].add(source)
        for source, person in Source.objects.exclude(person=None).values_list("pk", "person_id"):
            self.follows[person].add(source)
        self.role = {p.pk: p.role for p in Person.objects.all()}
        self.out = {p.pk for p in Person.objects.all() if p.suspended_at is not None}
        rows = Publication.objects.unguarded("the oracle reads the whole world")
        self.publications = {p.pk: (p.author_id, p.deleted_at is not None, p.under_id) for p in rows}
        self.placements = defaultdict(list)
        for p in Placement.objects.unguarded("the oracle reads the whole world"):
            self.placements[p.publication_id].append((p.stream_id, p.ord, p.visible_from, p.visible_until))

    def holds(self, group: int, viewer: int | None, since: int) -> bool:
        """Whether the viewer is in a group, since no later than `since`."""
        if group == 1:
            return True
        if group == 2:
            return viewer is not None and self.role[viewer] != "guest"
        opens = self.members[group].get(viewer)
        return opens is not None and opens <= since

    def opens(self, placement: tuple[int, int, int, int], viewer: int | None, now: int) -> bool:
        """Whether one placement shows its publication to the viewer."""
        stream, since, begins, ends = placement
        _source, audience, author = self.streams[stream]
        if now < begins or now >= ends:
            return False
        if audience != 1 and (author, viewer) in self.shut:
            return False
        kept_out = [group for sign, group in self.terms[audience] if sign == -1]
        if any(viewer in self.members[group] for group in kept_out):
            return False
        return any(self.holds(group, viewer, since) for sign, group in self.terms[audience] if sign == 1)

    def sees(self, viewer: int | None, publication: int, now: int) -> bool:
        """Whether the viewer sees a publication: by itself, and what it stands under."""
        if viewer in self.out:
            viewer = None  # whoever is suspended passes by
        author, deleted, under = self.publications[publication]
        own = viewer is not None and author == viewer and not deleted
        here = own or any(self.opens(placement, viewer, now) for placement in self.placements[publication])
        return here and (under is None or self.sees(viewer, under, now))

    def home(self, viewer: int, now: int) -> list[int]:
        """All that the viewer follows and sees, newest first."""
        found = {
            (placement[1], publication)
            for publication, placements in self.placements.items()
            for placement in placements
            if self.streams[placement[0]][0] in self.follows[viewer] and self.opens(placement, viewer, now)
        }
        return [publication for _ord, publication in sorted(found, reverse=True)]
