"""A square with something of every kind in it, and things that happen in it behind other people's backs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import Image

import promises
from parvis.conftest import make_person
from parvis.core.audiences import actions as audiences
from parvis.core.audiences.actions import Expression, audience_for, connections_group, one_person_group
from parvis.core.audiences.models import MEMBERS, PUBLIC, Audience, Group
from parvis.core.delivery.actions import tell_mentioned
from parvis.core.delivery.actions.connecting import connect_account
from parvis.core.delivery.actions.errands import claim
from parvis.core.delivery.models import WebMention
from parvis.core.people.actions import suspend
from parvis.core.people.models import Notice, Person
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Attachment, Comment, Publication
from parvis.lib.checkins import Photo, Visit
from parvis.lib.geo.earth import Point
from parvis.rooms.campaigns.actions import launching, telling
from parvis.rooms.campaigns.models import BankAccount, Campaign, Pledge
from parvis.rooms.campaigns.readers import Readers, To, audience_of
from parvis.rooms.campaigns.wishes import Wish
from parvis.rooms.journal import actions as journal
from parvis.rooms.journal.models import Category, Post
from parvis.rooms.places import actions as places
from parvis.rooms.places.bringing.running import bring_visits
from parvis.rooms.places.models import NotFetched, Precise, Venue, Whereabouts
from parvis.rooms.places.posting.keys import key_of, make_key
from parvis.rooms.places.posting.pictures import give_up, hang, wanted
from parvis.rooms.places.posting.taking import take
from promises import nothing_like

CANARY = "CANARI-7f3a"
FOR_MEMBERS = "MESANGE-51c2"
DAY = timedelta(days=1)


@dataclass
class World:
    """The people of a test, by name, and what they have made that everyone may read."""

    at: datetime
    people: dict[str, Person]
    status: Publication
    comment: Comment
    post: Post
    category: Category
    circle: Group
    draft: Post
    cafe: Venue
    checkin: Publication
    campaign: Campaign
    news: int
    paid: Campaign
    honey: Pledge

    def __getitem__(self, name: str) -> Person:
        return self.people[name]


def jpeg(colour: str) -> bytes:
    data = BytesIO()
    Image.new("RGB", (900, 600), colour).save(data, "JPEG")
    return data.getvalue()


def audience(author: Person, *groups: int, without: tuple[int, ...] = ()) -> Audience:
    return audience_for(expression=Expression(frozenset(groups), frozenset(without)), owner=author)


def say(author: Person, words: str, to: Audience, at: datetime, **more: Any) -> Publication:
    return stream.say(author=author, source=words, language="en", audience=to, at=at, **more)


def post(
    author: Person, title: str, to: Audience, at: datetime, out: datetime | None = None, **more: Any
) -> Post:
    made = journal.start_post(author=author, language=more.pop("language", "en"), at=at)
    draft = journal.Draft(
        title=title, source=f"{title}, at length and in *words*.", language=made.publication.language, **more
    )
    return journal.publish_post(post=made, draft=draft, audience=to, at=at, come_out_at=out)


def venue(person: Person, name: str, at: datetime, **more: Any) -> Venue:
    said = {"name": name, "latitude": 46.5196, "longitude": 6.6322, "category": "amenity/cafe"} | more
    return places.make_venue(by=person, said=places.Described(**said), at=at)


def there(person: Person, where: Venue | None, to: Audience, at: datetime, **more: Any) -> Publication:
    said = places.CheckingIn(venue=where, **more)
    return places.check_in(person=person, said=said, audience=to, language="en", at=at)


def campaign(author: Person, title: str, at: datetime) -> Campaign:
    """One that could be launched."""
    made = launching.start_campaign(author=author, language="en", title=title, at=at)
    words = {"en": {"title": title, "line": title, "story": f"{title}, at length.", "risks": title}}
    launching.write_story(campaign=made, words=words, at=at)
    bank = BankAccount.objects.get_or_create(
        person=author,
        iban="CH5604835012345678009",
        defaults={"holder": author.name, "postal_code": "1800", "town": "Vevey", "made_at": at},
    )[0]
    terms = launching.Terms(goal=9_000_00, currency="CHF", zone="UTC", days=30, bank=bank)
    return launching.set_terms(campaign=made, terms=terms)


def news(of: Campaign, words: str, readers: Readers, at: datetime) -> Publication:
    """News that has come out."""
    update = telling.start_update(campaign=of, at=at)
    telling.publish_update(
        update=update,
        fields={},
        version=stream.version_of(update.publication, None),
        news=telling.News(title=words, source=words, language="en"),
        audience=audience_of(readers, of),
        at=at,
    )
    return update.publication


def book_for_bob(author: Person, bob: Person, at: datetime) -> Campaign:
    """A campaign that everyone reads, with news for everyone; bob backs it."""
    made = promises.launched(campaign(author, "Bread of the lake", at), at)
    news(made, "It has begun", Readers(To.EVERYONE), at)
    promises.back(made, bob, Wish(extra=1_234_56, shown="hidden"), at, agreed=f"{CANARY} agreed")
    return made


def build(at: datetime) -> World:
    """alice writes; bob is connected to her; charlie knows nobody; dana is connected and kept out; erin is shut out.

    ruth writes too and knows nobody, olive runs the square, gus is a guest; hugo and iris are there for bob, and sam
    has been suspended.
    """
    roles = {
        "alice": "author",
        "bob": "member",
        "charlie": "member",
        "dana": "member",
        "erin": "member",
        "gus": "guest",
        "hugo": "member",
        "iris": "member",
        "olive": "owner",
        "ruth": "author",
        "sam": "author",
    }
    people = {n: make_person(n, role=r, is_listed=n in {"alice", "olive"}) for n, r in roles.items()}
    Person.objects.filter(pk=people["hugo"].pk).update(about={"en": f"{FOR_MEMBERS} plays the oboe"})
    suspend(person=people["sam"], because="Long ago", at=at - 300 * DAY)
    alice, bob = people["alice"], people["bob"]
    for other in (bob, people["dana"]):
        audiences.connect(one=alice, other=other, at=at - 400 * DAY)
    audiences.block(by=alice, person=people["erin"], at=at - 300 * DAY)
    for person in people.values():
        stream.follow_person(person=person, other=alice, at=at - 200 * DAY)
    category = journal.make_category(names={"fr": "Quartier", "en": "Neighbourhood"})
    status = say(
        alice, "Open to all", audience(alice, PUBLIC), at - 3 * DAY, pictures=[("a.jpg", jpeg("teal"))]
    )
    comment = stream.answer(subject=status, author=people["charlie"], source="Thank you", at=at - 2 * DAY)
    say(alice, "For the members", audience(alice, MEMBERS), at - 2 * DAY)
    first = post(
        alice,
        "A first post",
        audience(alice, PUBLIC),
        at - 40 * DAY,
        categories=[category],
        tags=["walks"],
        notes={"fr": "Un premier billet."},
    )
    post(
        alice,
        "Un second billet",
        audience(alice, PUBLIC),
        at - 10 * DAY,
        language="fr",
        categories=[category],
    )
    circle = audiences.make_circle(owner=people["charlie"], name="Mine", at=at - DAY)
    ruth = people["ruth"]
    say(ruth, "Ask @Charlie or @Olive", audience(ruth, MEMBERS), at - DAY)
    tell_mentioned(at)
    post(ruth, "What ruth wrote", audience(ruth, PUBLIC), at - 30 * DAY, categories=[category])
    draft = journal.start_post(author=ruth, language="en", at=at - 3 * DAY)
    cafe = venue(ruth, "Café de la Fontaine", at - 50 * DAY, is_shared=True)
    checkin = there(alice, cafe, audience(alice, PUBLIC), at - 2 * DAY)
    for days in (5, 4):
        there(ruth, cafe, audience(ruth, MEMBERS), at - days * DAY)
    places.settle_due(at)
    places.catch_up(at)
    # Settling is for all campaigns at that moment, so what runs on is begun after it.
    paid = promises.succeeded(campaign(alice, "Soup for all", at - 33 * DAY), bob, at - 3 * DAY)
    bread = book_for_bob(alice, bob, at - 3 * DAY)
    hives = promises.launched(campaign(ruth, "Honey of the roofs", at - 3 * DAY), at - 3 * DAY)
    honey = promises.back(hives, people["charlie"], Wish(extra=20_00), at - 2 * DAY)
    return World(
        at, people, status, comment, first, category, circle, draft, cafe, checkin, bread, 1, paid, honey
    )


def behind_backs(world: World, *, reported: bool = True) -> list[tuple[str, str]]:
    """What happens for bob's eyes only; returns (address, the same address of nothing) of all that came of it.

    He also asks the owners to look at some of it, if it is `reported`.
    """
    alice, bob, at = world["alice"], world["bob"], world.at
    among_others(world)
    only_bob = audience(alice, one_person_group(bob).pk)
    friends = audience(alice, connections_group(alice).pk, without=(one_person_group(world["dana"]).pk,))
    pictures = [(f"{CANARY}.jpg", jpeg("red"))]
    hidden = [
        say(alice, f"{CANARY} for bob, open to all", only_bob, at - DAY, pictures=pictures),
        say(bob, f"{CANARY} by bob", audience(bob, one_person_group(alice).pk), at - DAY),
        say(alice, f"{CANARY} for most", friends, at - 5 * DAY),
        say(alice, f"{CANARY} @Bob, without @Charlie, @Dana, @Ruth and @Olive", only_bob, at - DAY / 2),
        *for_whoever_has_a_key(alice, at),
        say_behind_a_circle(world),
        *whereabouts(world, only_bob),
    ]
    attached = list(Attachment.objects.unguarded("test").filter(publication=hidden[0]))
    for one in attached:
        stream.describe(attachment=one, alt={"en": f"{CANARY} in red"}, caption=f"{CANARY} captioned")
    answered = stream.answer(subject=hidden[0], author=bob, source=f"{CANARY} yes", at=at)
    if reported:
        stream.report(publication=hidden[0], by=bob, words=f"{CANARY} look", at=at)
    linked_from_elsewhere(world, hidden[0])
    silenced = [*put_away(world), *from_when_it_was_narrower(world, only_bob)]
    posts = [
        post(
            alice,
            f"{CANARY} post",
            only_bob,
            at - 20 * DAY,
            categories=[world.category],
            tags=["walks", "hidden"],
            notes={"fr": f"{CANARY} note"},
            excerpt=f"{CANARY} excerpt",
        ),
        post(
            alice, f"{CANARY} later", audience(alice, PUBLIC), at, out=at + DAY, categories=[world.category]
        ),
        post(alice, f"{CANARY} later for bob", only_bob, at, out=at + DAY, tags=["walks"]),
        post(alice, f"{CANARY} taken away", only_bob, at - 15 * DAY, categories=[world.category]),
    ]
    journal.delete_post(post=posts[-1], by=alice, at=at)
    drafts = [under_the_pen(author, at) for author in (alice, world["sam"])]
    gone = say(alice, f"{CANARY} taken back", only_bob, at - DAY)
    stream.delete(publication=gone, by=alice, at=at)
    tell_mentioned(at)
    for_backers = news(world.campaign, f"{CANARY} for backers", Readers(To.BACKERS), at - DAY / 3)
    answers_backers = stream.answer(subject=for_backers, author=bob, source=f"{CANARY} thanks", at=at)
    begun = campaign(alice, f"{CANARY} begun", at)
    hidden.append(for_backers)
    answers = [answered, *silenced, answers_backers]
    rows = [*hidden, gone, *drafts, *(one.publication for one in [*answers, *posts])]
    paths = [f"/p/{row.public_id}/" for row in rows]
    paths += [f"/p/{row.public_id}/comment/" for row in hidden]
    paths += [f"/report/{row.public_id}/" for row in hidden]
    paths += [f"/places/c/{row.public_id}/" for row in hidden if row.kind == "places.checkin"]
    paths += [f"/places/mine/unplaced/{row.public_id}/" for row in hidden if row.kind == "places.checkin"]
    paths += [f"/places/{do}/{one.public_id}/" for one in hidden_venues(world) for do in ("at", "check-in")]
    paths += [
        f"/places/at/{one.public_id}/{do}/"
        for one in hidden_venues(world)
        for do in ("correct", "merge", "report", "propose")
    ]
    paths += [f"/p/{row.public_id}/mentions/" for row in hidden]
    paths += [f"/journal/comments/{row.public_id}/feed/atom/" for row in hidden]
    paths += [f"/journal/write/{row.public_id}/" for row in drafts]
    paths += [
        f"/comments/{one.publication.public_id}/{do}/" for one in answers for do in ("edit", "show", "hide")
    ]
    paths += [f"/media/{row.public_id}/" for row in attached]
    paths += [f"/media/{row.public_id}/480.webp" for row in attached]
    pairs = [(path, nothing_like(path)) for path in paths]
    here, nowhere = f"/campaigns/{begun.slug}/", "/campaigns/nothing-here/"
    pairs += [(here + do, nowhere + do) for do in ("", *promises.OF_A_CAMPAIGN)]
    pairs += [
        (f"/campaigns/{world.campaign.slug}/updates/2/", f"/campaigns/{world.campaign.slug}/updates/9/")
    ]
    pairs += promises.prepared(world.campaign, world.paid, at, CANARY)
    pairs += [(row.get_absolute_url(), "/journal/2026/11/nothing-here/") for row in posts]
    return pairs


def whereabouts(world: World, only_bob: Audience) -> list[Publication]:
    """Where alice and bob are, for each other: at the café everybody knows, at places nobody knows, and nowhere."""
    alice, bob, at = world["alice"], world["bob"], world.at
    only_alice = audience(bob, one_person_group(alice).pk)
    bench = venue(alice, f"{CANARY} bench", at, tags=[f"{CANARY} tag"], name_fr=f"{CANARY} banc")
    for into in (bench, world.cafe):
        twice = venue(alice, f"{CANARY} twice", at, tags=["terrace"])
        there(alice, twice, only_bob, at - DAY / 9, words=f"{CANARY} is here")
        places.merge(venue=twice, into=into, by=alice, at=at)
    home = venue(alice, f"{CANARY} home", at, is_private=True)
    words = f"{CANARY} is here"
    connect_account(
        person=alice, server="https://mastodon.example", name=CANARY, token=CANARY, at=at - 9 * DAY
    )
    far = venue(alice, f"{CANARY} far away", at - 60 * DAY, latitude=40.71, longitude=-74.0)
    everybody_at_first = there(alice, far, audience(alice, MEMBERS), at - 2 * DAY - DAY / 144, words=words)
    stream.change_audience(publication=everybody_at_first, audience=only_bob, at=at)
    places.ask_company(publication=world.checkin, people=[bob], at=at)
    hidden = [
        everybody_at_first,
        *(there(alice, world.cafe, only_bob, at - days * DAY, words=words) for days in (6, 5, 4, 1)),
        there(bob, world.cafe, only_alice, at - DAY / 3, words=words),
        there(alice, bench, only_bob, at - DAY / 4, words=words),
        there(alice, home, only_bob, at - DAY / 5, words=words),
        there(alice, bench, only_bob, at - DAY / 6, words=words, precision=Precise.TOWN),
        there(alice, bench, audience(alice), at - DAY / 7, words=words),
        there(alice, bench, only_bob, at - DAY / 10, words=words, announced_to="private"),
        there(alice, None, only_bob, at - DAY / 8, words=words, precision=Precise.NOWHERE),
        there(alice, world.cafe, audience(alice, PUBLIC), at, words=words, shown_from=at + DAY),
        there(
            alice,
            world.cafe,
            audience(alice, PUBLIC),
            at,
            words=words,
            shown_from=at + DAY / 2,
            is_until_gone=True,
        ),
        there(alice, world.cafe, only_bob, at - DAY / 9, words=words, company=(bob,)),
        *brought(alice, only_bob, at),
    ]
    places.settle_due(at)
    places.catch_up(at)
    return hidden


def brought(person: Person, to: Audience, at: datetime) -> list[Publication]:
    """What a file named without a place, and what a program posts: for these people, and for nobody."""
    alone = Visit(origin="foursquare", external_id="bar", venue_id="v", at=at - DAY, place=f"{CANARY} bar")
    bring_visits([alone], person=person, called=f"{CANARY}.zip", at=at)
    token = make_key(person=person, name=f"{CANARY} program", audience=to, at=at)
    key = key_of(token)
    assert key is not None
    posted = {
        "origin": "foursquare",
        "at": at - DAY / 9,
        "place": f"{CANARY} quay",
        "point": Point(46.5071, 6.6271),
        "words": f"{CANARY} is here",
        "photos": tuple(Photo(f"https://x.example/{CANARY}{number}.jpg", CANARY) for number in range(3)),
    }
    visits = [
        Visit(external_id=f"p{number}", is_private=is_private, **posted)
        for number, is_private in enumerate((False, True))
    ]
    rows = [take(key=key, visit=visit, at=at).publication for visit in visits]
    for one in claim(wanted(), worker="a test", at=at, limit=6):
        if one.position == 0:
            hang(picture=one, name=f"{CANARY}.jpg", data=jpeg("red"), at=at)
        elif one.position == 1:
            give_up(picture=one, why=NotFetched.GONE, status=404)
    unplaced = Whereabouts.objects.of(person).select_related("publication").get(external_id="bar")
    return [*rows, unplaced.publication]


def hidden_venues(world: World) -> list[Venue]:
    """Places that alice has typed for herself."""
    return list(Venue.objects.filter(made_by=world["alice"]))


def among_others(world: World) -> None:
    """Who is whose changes: a circle, a connection, a shut door, a standing rule, links; nobody else is concerned."""
    alice, bob, at = world["alice"], world["bob"], world.at
    secret = audiences.make_circle(owner=alice, name="Secret", at=at)
    audiences.rename_circle(circle=secret, name=f"{CANARY} circle")
    for name in ("charlie", "dana", "ruth", "olive", "gus"):
        audiences.add_to_circle(circle=secret, person=world[name], at=at, opens_past=True)
    audiences.remove_from_circle(circle=secret, person=world["dana"])
    audiences.connect(one=bob, other=world["hugo"], at=at)
    audiences.block(by=bob, person=world["iris"], at=at)
    stream.follow_person(person=world["hugo"], other=alice, at=at)
    mine = audience_for(expression=Expression(), owner=world["hugo"])
    stream.set_standing_rule(person=world["hugo"], kind="", after_days=30, audience=mine, at=at)


def for_whoever_has_a_key(author: Person, at: datetime) -> list[Publication]:
    """What is for whoever has a link, or knows a password; nobody has opened them."""
    link, _token = audiences.link_group(owner=author, label=f"{CANARY} link", at=at)
    password = audiences.password_group(owner=author, password=CANARY, at=at)
    return [
        say(author, f"{CANARY} behind a {group.kind}", audience(author, group.pk), at - DAY)
        for group in (link, password)
    ]


def say_behind_a_circle(world: World) -> Publication:
    """What is for bob and for a circle he is kept in, but for those of another."""
    alice, bob, at = world["alice"], world["bob"], world.at
    near = audiences.make_circle(owner=alice, name=f"{CANARY} near", at=at, people=[bob])
    far = audiences.make_circle(owner=alice, name=f"{CANARY} far", at=at, people=[world["charlie"]])
    return say(alice, f"{CANARY} for those near", audience(alice, near.pk, without=(far.pk,)), at - DAY)


def linked_from_elsewhere(world: World, hidden: Publication) -> None:
    """Pages elsewhere that link here: under what everyone sees they wait or were declined; under the hidden one is shown."""
    public = world.post.publication
    for publication, state in (
        (public, "waiting"),
        (public, "declined"),
        (public, "received"),
        (hidden, "shown"),
    ):
        WebMention.objects.bulk_create(
            [
                WebMention(
                    publication=publication,
                    source=f"https://elsewhere.example/{state}",
                    target="https://parvis.example/",
                    site="elsewhere.example",
                    state=state,
                    title=f"{CANARY} elsewhere",
                    text=f"{CANARY} it says",
                    author_name=f"{CANARY} Dan",
                    received_at=world.at,
                    fresh_at=world.at,
                )
            ]
        )
    Notice.objects.create(
        person=world["alice"], kind="delivery.web_mention", about={"publication": public.pk}, at=world.at
    )


def put_away(world: World) -> list[Comment]:
    """Under what everyone sees: a comment that was hidden at once, and one that was taken back.

    Returns the hidden one; the address of the other says that it is gone, for it was public.
    """
    bob, at = world["bob"], world.at
    hidden = stream.answer(subject=world.status, author=bob, source=f"{CANARY} hidden", at=at)
    stream.hide_comment(comment=hidden, by=world["alice"], at=at)
    withdrawn = stream.answer(subject=world.post.publication, author=bob, source=f"{CANARY} oh", at=at)
    stream.withdraw_comment(comment=withdrawn, by=bob, at=at)
    return [hidden]


def from_when_it_was_narrower(world: World, audience: Audience) -> list[Comment]:
    """Under what everyone sees: comments for those alone who could read it when they were written."""
    made = []
    for subject in (world.status, world.post.publication):
        one = stream.answer(subject=subject, author=world["bob"], source=f"{CANARY} ah", at=world.at)
        stream.change_audience(publication=one.publication, audience=audience, at=world.at)
        made.append(one)
    return made


def under_the_pen(author: Person, at: datetime) -> Publication:
    """A draft with a working copy."""
    draft = journal.start_post(author=author, language="en", at=at)
    stream.save_working_copy(
        publication=draft.publication, fields={"title": CANARY, "source": CANARY}, version=0, at=at
    )
    return draft.publication
