"""Reading the square's one row, often and cheaply."""

from .models import Square


def the_square() -> Square:
    """The square, or what it is before anyone has set it up."""
    return Square.objects.filter(pk=1).first() or Square(pk=1, languages=["fr", "en"])
