"""Pictures elsewhere, and what has become of them here."""

from io import BytesIO

import time_machine
from django.core.files.storage import default_storage
from PIL import Image

from parvis.core.stream.models import Attachment, Publication
from parvis.lib.web.tests.site import fetcher
from parvis.rooms.places.models import PictureElsewhere
from parvis.rooms.places.posting.fetching import fetch_pictures


def picture(colour, form="JPEG"):
    data = BytesIO()
    Image.new("RGB", (60, 40), colour).save(data, form)
    return data.getvalue()


def colour(attachment):
    """Red or blue."""
    with default_storage.open(attachment.file) as file, Image.open(file) as image:
        return "red" if image.convert("RGB").getpixel((5, 5))[0] > 128 else "blue"


def rows():
    return PictureElsewhere.objects.unguarded("test")


def hung():
    return Attachment.objects.unguarded("test").order_by("position", "pk")


def publication():
    return Publication.objects.unguarded("test").select_related("author").get()


def fetch(at, asked=None, **over):
    """What the chore does, when it may ask this machine."""
    with time_machine.travel(at, tick=False):
        fetch_pictures(at, asked or fetcher(**over))
