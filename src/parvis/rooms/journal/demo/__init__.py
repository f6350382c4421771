"""The words and pictures of the sample square's journal."""

from datetime import datetime


def furnish(at: datetime) -> None:
    """Bring the sample's categories and posts into a square whose people are there."""
    # Drawing needs Pillow and a second to load; a house that shows no sample never waits for it.
    from .loader import furnish as bring_all  # noqa: PLC0415

    bring_all(at)


def draw(name: str) -> bytes | None:
    """A picture of the sample square by its name; None when it is not one of ours."""
    from .loader import draw as drawn  # noqa: PLC0415

    return drawn(name)
