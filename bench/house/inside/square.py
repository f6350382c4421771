"""Readers for a square that has been filled: what there is to be asked, and the cookie of someone who reads at home."""

import json

from django.conf import settings
from django.test import Client
from django.utils import timezone

from parvis.core.people.models import Address, Person
from parvis.core.stream.actions import follow_person
from parvis.core.stream.models import Publication
from parvis.rooms.journal.actions.pages import set_page
from parvis.rooms.journal.models import PostAddress


def run(slug: str) -> None:
    """Let a member in who follows the owner, and print the path of the post and their cookie."""
    at, owner = timezone.now(), Person.objects.owners().get()
    reader = Person.objects.create(name="Reader", role="member", language="en", zone="UTC", joined_at=at)
    value = "reader@parvis.example"
    Address.objects.create(
        person=reader, value=value, canonical=value, is_primary=True, added_at=at, verified_at=at
    )
    follow_person(person=reader, other=owner, at=at)
    browser = Client()
    browser.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value
    rows = PostAddress.objects.unguarded("a bench knows what it has published")
    address = rows.filter(is_current=True, path__endswith=f"/{slug}/", path__startswith="/journal/2").get()
    set_page(post=address.post, at=at)  # the worker does this in the minutes after an import
    count = Publication.objects.unguarded("a bench knows what it has published").count()
    print(
        json.dumps(
            {
                "post": address.path,
                "cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}",
                "publications": count,
            }
        )
    )
