"""The rule in plain Python, from sets and loops: it shares no line with the SQL that it judges."""

from collections import defaultdict
from typing import NamedTuple

from parvis.core.audiences.models import Block, Group, Membership, Term
from parvis.core.people.models import Person
from parvis.core.stream.models import Comment, Follow, Placement, Publication, Source, Stream


class Eyes(NamedTuple):
    """Who looks: a person by number or nobody, the keys they hold; a stranger is a member whom nobody knows."""

    person: int | None = None
    held: frozenset[int] = frozenset()
    is_stranger: bool = False


class Oracle:
    """Reads a whole world once; then says who sees what at any instant."""

    def __init__(self) -> None:
        self.members, self.joined = defaultdict(dict), {}
        for one in Membership.objects.all():
            self.members[one.group_id][one.person_id] = one.opens_from
            self.joined[one.group_id, one.person_id] = one.added_at
        self.one_by_one = {g.pk for g in Group.objects.all() if g.kind in {"members", "person"}}
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
        self.away = {p.pk for p in Person.objects.all() if p.suspended_at or p.erased_at}
        self.rows = Publication.objects.unguarded("the oracle reads the whole world").in_bulk()
        self.publications = {
            p.pk: (p.author_id, p.deleted_at is not None, p.under_id) for p in self.rows.values()
        }
        self.comments = list(Comment.objects.unguarded("the oracle reads the whole world"))
        self.placements = defaultdict(list)
        for p in Placement.objects.unguarded("the oracle reads the whole world"):
            self.placements[p.publication_id].append((p.stream_id, p.ord, p.visible_from, p.visible_until))

    def here(self, eyes: Eyes) -> int | None:
        """The person who looks, unless they are away: then they pass by like anybody."""
        return None if eyes.person in self.away else eyes.person

    def holds(self, group: int, eyes: Eyes, since: int) -> bool:
        """Whether the one who looks is in a group, since no later than `since`."""
        viewer = self.here(eyes)
        if group == 1 or group in eyes.held:
            return True
        if group == 2:
            return eyes.is_stranger or (viewer is not None and self.role[viewer] != "guest")
        opens = self.members[group].get(viewer)
        return opens is not None and opens <= since

    def opens(self, placement: tuple[int, int, int, int], eyes: Eyes, now: int) -> bool:
        """Whether one placement shows its publication to the one who looks."""
        viewer = self.here(eyes)
        stream, since, begins, ends = placement
        _source, audience, author = self.streams[stream]
        if now < begins or now >= ends:
            return False
        if audience != 1 and (author, viewer) in self.shut:
            return False
        kept_out = [group for sign, group in self.terms[audience] if sign == -1]
        if any(viewer in self.members[group] for group in kept_out):
            return False
        return any(self.holds(group, eyes, since) for sign, group in self.terms[audience] if sign == 1)

    def sees(self, eyes: Eyes, publication: int, now: int) -> bool:
        """Whether a publication is seen: by itself, and what it stands under."""
        viewer = self.here(eyes)
        author, deleted, under = self.publications[publication]
        own = viewer is not None and author == viewer and not deleted
        here = own or any(self.opens(placement, eyes, now) for placement in self.placements[publication])
        return here and (under is None or self.sees(eyes, under, now))

    def home(self, eyes: Eyes, now: int) -> list[int]:
        """All that is followed and seen, newest first."""
        return self.among(self.follows[self.here(eyes)], eyes, now)

    def among(self, sources: set[int], eyes: Eyes, now: int) -> list[int]:
        """All that stands in these sources and is open, newest first."""
        found = {
            (placement[1], publication)
            for publication, placements in self.placements.items()
            for placement in placements
            if self.streams[placement[0]][0] in sources and self.opens(placement, eyes, now)
        }
        return [publication for _ord, publication in sorted(found, reverse=True)]

    def of_room(self, publication: int, room: str) -> bool:
        """Whether it, or what it stands under, belongs to a room."""
        row = self.rows[publication]
        return row.kind.startswith(f"{room}.") or (row.under_id and self.of_room(row.under_id, room))

    def finds(self, eyes: Eyes, word: str, now: int) -> list[int]:
        """All that is seen, has come out and holds the word, newest first."""
        found = [
            row
            for row in self.rows.values()
            if word in row.text and row.published_at and row.ord <= now and not row.deleted_at
        ]
        seen = [row for row in found if self.sees(eyes, row.pk, now)]
        return [row.pk for row in sorted(seen, key=lambda row: -row.ord)]

    def readers(self, audience: int, author: int, since: int) -> dict[int, set[int]]:
        """Everyone but the author whom an audience lets read, and the groups that let them in."""
        found = {}
        for person in self.role.keys() - self.away - {author}:
            kept_out = any(person in self.members[g] for sign, g in self.terms[audience] if sign == -1)
            because = {
                g for sign, g in self.terms[audience] if sign == 1 and self.holds(g, Eyes(person), since)
            }
            if because and not kept_out and (author, person) not in self.shut:
                found[person] = because
        return found

    def names(self, publication: int, now: int) -> tuple[bool, dict[int, set[int]], set[int]]:
        """Whether everyone reads it; else who does and because of which groups; and which of them came since."""
        row, because = self.rows[publication], defaultdict(set)
        for stream, since, begins, ends in self.placements[publication]:
            _source, audience, author = self.streams[stream]
            if begins <= now < ends:
                if audience == 1:
                    return True, {}, set()
                for person, groups in self.readers(audience, author, since).items():
                    because[person] |= groups
        told = max([moment for moment in (row.published_at, row.audience_at) if moment], default=None)
        came = {
            person
            for person, groups in because.items()
            if told and all(g not in self.one_by_one and self.joined[g, person] > told for g in groups)
        }
        return False, dict(because), came

    def thread(self, eyes: Eyes, subject: int, now: int) -> tuple[dict[int, tuple[int, int | None]], int]:
        """Each comment that is shown: (depth, the one above it); and how many there are to read."""
        person = self.here(eyes)
        under = [c for c in self.comments if self.publications[c.publication_id][2] == subject]
        seen = {}
        for c in sorted(under, key=lambda c: self.rows[c.publication_id].ord):
            own = person is not None and self.publications[c.publication_id][0] == person
            shows = c.withdrawn_at or own or not (c.is_pending or c.hidden_at)
            deleted = self.publications[c.publication_id][1]
            if shows and not deleted and self.sees(eyes, c.publication_id, now):
                seen[c.pk] = c
        above = {c.pk: c.parent_id for c in under}
        shown: dict[int, tuple[int, int | None]] = {}
        for pk, c in seen.items():
            parent = c.parent_id
            while parent is not None and parent not in seen:
                parent = above[parent]
            shown[pk] = (min(shown[parent][0] + 1, 4) if parent else 1, parent)
        count = sum(c.withdrawn_at is None for c in seen.values())
        while empty := [
            pk for pk in shown if seen[pk].withdrawn_at and pk not in {up for _depth, up in shown.values()}
        ]:
            del shown[empty[0]]
        return shown, count

    def put_away(self, eyes: Eyes, subject: int) -> set[int]:
        """The comments that its author has put away; for an owner, those they have hidden themselves."""
        person = self.here(eyes)
        mine = person is not None and self.publications[subject][0] == person
        rows = [c for c in self.comments if self.publications[c.publication_id][2] == subject]
        return {
            c.pk
            for c in rows
            if (c.is_pending or c.hidden_at) and not c.withdrawn_at
            if not self.publications[c.publication_id][1]
            if mine or (person is not None and self.role[person] == "owner" and c.hidden_by_id == person)
        }
