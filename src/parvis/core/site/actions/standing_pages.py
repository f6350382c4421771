"""The pages that always stand: about, legal, and whatever else the owners write."""

from datetime import datetime

from django.db import transaction

from parvis.lib.markup import from_markdown

from ..models import StandingPage
from .square import saved, the_row


@transaction.atomic
def write_page(*, slug: str, language: str, title: str, source: str, at: datetime) -> StandingPage:
    """Write a page in one language, or write it anew."""
    page, _made = StandingPage.objects.update_or_create(
        slug=slug,
        language=language,
        defaults={"title": title, "source": source, "html": from_markdown(source), "changed_at": at},
    )
    saved(the_row())
    return page


@transaction.atomic
def remove_page(*, page: StandingPage) -> None:
    """Take a page away in its language; in the others it stays, and keeps its place in the menu."""
    page.delete()
    square = the_row()
    if not StandingPage.objects.filter(slug=page.slug).exists():
        square.menu = [entry for entry in square.menu if entry.get("page") != page.slug]
    saved(square)
