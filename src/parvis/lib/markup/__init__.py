"""What people write, as HTML that is safe to show: Markdown, sanitising, pictures, plain text."""

from parvis.lib.markup.cleaning import clean
from parvis.lib.markup.markdown import from_markdown, lower_headings
from parvis.lib.markup.pictures import SIZES, PictureSource, with_pictures
from parvis.lib.markup.reading import absolute, excerpt, plain, without_pictures

__all__ = [
    "SIZES",
    "PictureSource",
    "absolute",
    "clean",
    "excerpt",
    "from_markdown",
    "lower_headings",
    "plain",
    "with_pictures",
    "without_pictures",
]
