"""How much may be sent to an address: little by a visitor, forms by whoever is in, files where a view says so."""

from collections.abc import Callable

from django.conf import settings

from .models import Person

VISITOR = 2**20
MOST_FILES = 20

type Size = Callable[[Person], int]


def form_of(person: Person | None) -> int:
    """Bytes of a form without files, as this person may send it."""
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE if person is not None else VISITOR


def takes[**P, R](size: Size) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a view take `size` bytes of files beside its form; it is asked of persons only, never of a visitor."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        view.takes = size  # type: ignore[attr-defined]
        return view

    return mark


def takes_files[**P, R](most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a view take so many pictures or files at once, up to MOST_FILES."""
    return takes(lambda person: most * settings.PARVIS_UPLOAD_LIMIT)


def most_of(view: object, person: Person | None) -> int:
    """The most bytes that this person may send to a view."""
    size: Size | None = getattr(view, "takes", None)
    return form_of(person) + (size(person) if size is not None and person is not None else 0)
