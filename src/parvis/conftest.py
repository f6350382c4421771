"""What every test of the house may ask for: the people, the moment, the square, the real files."""

import os
import re
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

SHARED_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def skip_or_fail(reason: str) -> None:
    """Skip a test that cannot run here; where nothing may be missing (`PARVIS_TEST_REQUIRE=all`), fail."""
    if os.environ.get("PARVIS_TEST_REQUIRE") == "all":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def shared_data() -> Path:
    """The folder of real files from the wild."""
    if not SHARED_DATA.is_dir():
        skip_or_fail("the real files of ../shared/data are absent")
    return SHARED_DATA


QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
"""Options by which Chromium asks nobody anything by itself, and draws without a card."""


def a_chromium() -> Iterator[Any]:
    """Debian's Chromium, for a fixture to yield from; while it is there, Django takes its thread for an asynchronous one."""
    path = shutil.which("chromium")
    if path is None:
        skip_or_fail("Chromium is absent")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def at() -> datetime:
    """The moment at which a test takes place."""
    return AT


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Words outside of any page are English; pages speak the language of their reader."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def quick_and_apart(settings: Any, tmp_path: Path) -> None:
    """Passwords are hashed cheaply, and what is stored lies in the test's own folder."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.PARVIS_DATA = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "media"},
        }
    }


@pytest.fixture(autouse=True)
def nothing_kept_for_a_moment() -> None:
    """What another test was answered a moment ago is told to nobody in this one."""
    from parvis.core.site.moments import KEPT

    KEPT.clear()


@pytest.fixture(autouse=True)
def seals_give_way(_django_db_marker: None, request: Any) -> Iterator[None]:
    """SQLite is emptied row by row after a test that commits; what a room seals against that is sealed anew after it."""
    yield
    if not {"transactional_db", "live_server"} & set(request.fixturenames) and not is_transactional(request):
        return
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%never_gone'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')


def is_transactional(request: Any) -> bool:
    """Whether a test asks for a database in which it commits."""
    marker = request.node.get_closest_marker("django_db")
    return marker is not None and bool(marker.kwargs.get("transaction"))


@pytest.fixture
def square(db: None) -> Any:
    """A square that is open, in French and English."""
    from parvis.core.people.models import Square

    return Square.objects.create(
        pk=1, name="Le parvis d’essai", language="fr", languages=["fr", "en"], opened_at=AT, join="open"
    )


TOKEN = re.compile(
    rb'name="(?:csrfmiddlewaretoken|drawn|once)" value="[^"]*"|"X-CSRFToken": *"[^"]*"|&quot;X-CSRFToken&quot;: *&quot;[^&]*&quot;'
)


def without_tokens(content: bytes) -> bytes:
    """A page without the marks of its forms, which differ each time; nothing else is ever masked."""
    return TOKEN.sub(b"", content)


def make_person(name: str, **over: Any) -> Any:
    """A person with a verified address, name@parvis.example."""
    from parvis.core.people.models import Address, Person

    person = Person.objects.create(
        **{"name": name.capitalize(), "role": "member", "language": "en", "zone": "UTC", "joined_at": AT}
        | over
    )
    value = f"{name}@parvis.example"
    Address.objects.create(
        person=person, value=value, canonical=value, is_primary=True, added_at=AT, verified_at=AT
    )
    return person


@pytest.fixture
def alice(square: Any) -> Any:
    """An author."""
    return make_person("alice", role="author", is_listed=True)


@pytest.fixture
def bob(square: Any, alice: Any) -> Any:
    """A member, connected to alice."""
    from parvis.core.audiences.actions import connect
    from parvis.core.stream.actions import follow_person

    person = make_person("bob")
    connect(one=alice, other=person, at=AT)
    follow_person(person=person, other=alice, at=AT)
    return person


@pytest.fixture
def charlie(square: Any) -> Any:
    """A member whom nobody knows."""
    return make_person("charlie")


@pytest.fixture
def owner(square: Any) -> Any:
    """The one who runs the square."""
    return make_person("olive", role="owner", is_listed=True)


def logged_in(person: Any) -> Client:
    """A browser in which this person has just logged in."""
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "login", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(person.pk)
    session["used_at"] = int(time.time())
    session.save()
    return client


def left_open(client: Client) -> Client:
    """The same browser, an hour after the login."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    return client


@pytest.fixture
def as_alice(alice: Any) -> Client:
    return logged_in(alice)


@pytest.fixture
def as_bob(bob: Any) -> Client:
    return logged_in(bob)


@pytest.fixture
def as_charlie(charlie: Any) -> Client:
    return logged_in(charlie)


@pytest.fixture
def as_owner(owner: Any) -> Client:
    return logged_in(owner)


@pytest.fixture
def as_visitor(square: Any) -> Client:
    return Client()
