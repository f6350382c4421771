"""Furnishes the square in PARVIS_DATA for the journeys; run by itself, prints who lives there and where things are."""

import json
import sys
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))


def main() -> None:
    from parvis.core.site.command.house import build_house, set_environment

    set_environment(None)
    build_house()
    from django.utils import timezone

    print(json.dumps(furnish(timezone.now())))


def furnish(at) -> dict:
    from journeys import campaigns
    from parvis.core.audiences.actions import add_to_circle, connections_group, make_circle
    from parvis.core.audiences.models import MEMBERS, PUBLIC
    from parvis.core.delivery.models import Breaker, Hold, Mail, WebMention, WelcomeSite
    from parvis.core.people.actions import mirror
    from parvis.core.people.models import ConnectionRequest
    from parvis.core.site.actions import Opening, open_square
    from parvis.core.site.actions.standing_pages import write_page
    from parvis.core.stream import actions as stream
    from parvis.rooms.journal import actions as journal
    from world import DAY, audience, build, post, say, there, venue

    opening = Opening(
        owner_name="Odile",
        address="odile@parvis.example",
        name="Le parvis d’essai",
        language="en",
        languages=["fr", "en"],
        join="open",
        zone="Europe/Zurich",
    )
    open_square(opening=opening, at=at - 500 * DAY)
    world = build(at)
    alice, bob, charlie = world["alice"], world["bob"], world["charlie"]
    people = world.people
    for person in people.values():
        person.set_password("sur-la-place")
        person.about = {"fr": "Quelques mots sur moi.", "en": "A few words about me."}
        person.save()
        mirror(person)
    friends = make_circle(owner=alice, name="Friends", at=at - 90 * DAY)
    add_to_circle(circle=friends, person=world["dana"], opens_past=False, at=at - 80 * DAY)
    for day in (30, 20):
        say(alice, f"For the circle, {day} days ago", audience(alice, friends.pk), at - day * DAY)
    mine = audience(alice, PUBLIC)
    noted = post(
        alice,
        "Le marché du samedi",
        mine,
        at - 5 * DAY,
        language="fr",
        categories=[world.category],
        tags=["marché"],
        notes={"en": "How the Saturday market came to be under the plane trees."},
    )
    told = stream.answer(
        subject=noted.publication, author=bob, source="J’y serai, *dès huit heures*.", at=at - 4 * DAY
    )
    stream.answer(
        subject=noted.publication, author=alice, source="Alors à samedi.", at=at - 3 * DAY, parent=told
    )
    say(alice, "L’été, les élèves rêvent d’un goûter à la forêt", audience(alice, MEMBERS), at - DAY)
    stream.report(publication=world.comment.publication, by=bob, words="Please look at this.", at=at)
    ConnectionRequest.objects.create(asker=charlie, asked=alice, at=at)
    for number, (state, problem) in enumerate(
        [("refused", "550 5.1.1 <bob@parvis.example> unknown"), ("unknown", ""), ("left", "")]
    ):
        moments = {"queued_at": at - DAY, "next_try": at - DAY, "state_at": at - DAY}
        Mail.objects.create(
            kind="digest", key=f"furnished-{number}", person=bob, state=state, problem=problem, **moments
        )
    from_elsewhere = {"target": "https://parvis.example/", "received_at": at - DAY, "fresh_at": at - DAY}
    WebMention.objects.bulk_create(
        WebMention(
            publication=noted.publication,
            source=f"https://elsewhere.example/2026/11/{state}",
            site="elsewhere.example",
            state=state,
            kind="reply",
            title="Les marchés de mon quartier, et ce qu’ils deviennent",
            text="J’y suis allé aussi, un samedi de pluie.",
            author_name="Daniel",
            **from_elsewhere,
        )
        for state in ("waiting", "shown", "declined")
    )
    WelcomeSite.objects.create(person=alice, site="elsewhere.example", at=at)
    refused = {"words": "550 5.1.1 Nobody here has this address", "at": at}
    address = charlie.addresses.get()
    Hold.objects.create(address=address, category="gone", next_probe_at=at + 3 * DAY, **refused)
    Breaker.objects.create(domain="big.example", until=at + DAY, **refused)
    for language, title in (("fr", "À propos"), ("en", "About")):
        write_page(slug="about", language=language, title=title, source=f"## {title}\n\n…", at=at)
    draft = journal.start_post(author=alice, language="en", at=at)
    words = {"title": "Under way", "text": "Not ready yet."}
    stream.save_working_copy(publication=draft.publication, fields=words, version=0, at=at)
    bar = venue(
        world["ruth"], "La buvette du port", at - 90 * DAY, is_shared=True, latitude=46.2044, longitude=6.1432
    )
    for person, days in ((alice, (6, 5)), (bob, (3, 2))):
        for day in days:
            there(person, bar, audience(person, connections_group(person).pk), at - day * DAY)
    return {
        "people": {name: known(person) for name, person in people.items()},
        "paths": {
            "post": world.post.get_absolute_url(),
            "noted": noted.get_absolute_url(),
            "mentions": f"/p/{noted.publication.public_id}/mentions/",
            "status": world.status.get_absolute_url(),
            "editor": f"/journal/write/{draft.publication.public_id}/",
            "report": f"/report/{world.status.public_id}/",
            "circle": f"/circles/{friends.public_id}/",
            "cafe": f"/places/at/{world.cafe.public_id}/",
            "bar": f"/places/at/{bar.public_id}/",
            "checkin": f"/places/c/{world.checkin.public_id}/",
            **campaigns.furnish(world, at),
        },
    }


def known(person) -> dict:
    """What a browser needs to be this person."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["account_authentication_methods"] = [
        {"method": "login", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(person.pk)
    session.set_expiry(timedelta(days=1))
    session.create()
    return {"id": person.public_id, "name": person.name, "session": session.session_key}


if __name__ == "__main__":
    main()
