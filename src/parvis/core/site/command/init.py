"""`parvis init`: sets a square up from the shell, and prints a link that logs its owner in once."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from parvis.lib.environment import SETTINGS_FILE, Environment, write_private
from parvis.lib.refusal import Refusal
from parvis.lib.text.lines import one_line

from .house import build_house, data_folder, make_folder
from .options import add_json
from .shape import Command
from .words import _, data, language, say

if TYPE_CHECKING:
    from parvis.core.people.models import Person

LOCAL = "http://127.0.0.1:8000"


class NotAnAddress(Refusal):
    def __init__(self, words: str) -> None:
        super().__init__(_("“%(words)s” is not a mail address.") % {"words": words})


class NotAUrl(Refusal):
    def __init__(self, words: str) -> None:
        super().__init__(
            _("“%(words)s” is not the address of a site. Write it as https://parvis.example, without a path.")
            % {"words": words}
        )


class NoName(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("The square, and whoever runs it, need a name of one line. Type it, then send again.")
        )


class OwnedAlready(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "This square is set up already, by someone with another address. "
                "Give the address of one of its owners to get a new link."
            )
        )


def add_arguments(parser: ArgumentParser) -> None:
    """--owner-email --owner-name [--url] [--site-name] [--language] [--json]."""
    parser.add_argument(
        "--owner-email", required=True, metavar=_("ADDRESS"), help=_("the owner's mail address")
    )
    parser.add_argument("--owner-name", required=True, metavar=_("NAME"), help=_("the owner's name"))
    parser.add_argument("--url", default="", help=_("the square's address, such as https://parvis.example"))
    parser.add_argument(
        "--site-name", default="Parvis", metavar=_("NAME"), help=_("the square's name (%(default)s)")
    )
    parser.add_argument("--language", choices=["fr", "en"], default=None, help=_("the square's own language"))
    add_json(parser)


def run(arguments: Namespace) -> None:
    """Set the square up; for an owner who is known already, only make a new link."""
    look_at(arguments)
    make_folder(data_folder())
    if arguments.url:
        keep_url(arguments.url.rstrip("/"))
    build_house()
    from django.conf import settings  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from ..doors import one_time_link  # noqa: PLC0415

    owner = owner_of(arguments)
    link = f"{settings.PARVIS_URL or LOCAL}{one_time_link(owner, timezone.now())}"
    if arguments.json:
        data({"link": link, "owner": owner.public_id, "good_for_minutes": 60})
    else:
        say(_("Open this link within the hour to log in as %(name)s; it works once.") % {"name": owner.name})
        say(link)


def look_at(arguments: Namespace) -> None:
    """Refuse what cannot be right before anything is written. Raises NoName, NotAnAddress, NotAUrl."""
    if not one_line(arguments.owner_name) or not one_line(arguments.site_name):
        raise NoName
    try:
        validate_email(arguments.owner_email)
    except ValidationError:
        raise NotAnAddress(arguments.owner_email) from None
    if arguments.url:
        try:
            parts = urlsplit(arguments.url)
            parts.port  # noqa: B018
        except ValueError:
            raise NotAUrl(arguments.url) from None
        if (
            not arguments.url.isprintable()
            or " " in arguments.url
            or parts.scheme not in {"http", "https"}
            or not parts.hostname
            or parts.path.strip("/")
            or parts.query
        ):
            raise NotAUrl(arguments.url)


def keep_url(url: str) -> None:
    """Write PARVIS_URL into the data folder's parvis.env, beside what is there."""
    path = data_folder() / SETTINGS_FILE
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    if Environment().file.get("PARVIS_URL") != url:
        others = [line for line in lines if line.split("=", 1)[0].strip() != "PARVIS_URL"]
        write_private(path, "\n".join([*others, f"PARVIS_URL={url}"]) + "\n")


def owner_of(arguments: Namespace) -> "Person":
    """The owner with this address, made with the square when nobody owns it. Raises OwnedAlready."""
    from django.utils import timezone  # noqa: PLC0415

    from parvis.core.people.models import Person  # noqa: PLC0415

    from ..actions import Opening, open_square  # noqa: PLC0415

    if Person.objects.owners().exists():
        known: Person | None = (
            Person.objects.owners().filter(pk__in=Person.objects.reached_by(arguments.owner_email)).first()
        )
        if known is None:
            raise OwnedAlready
        return known
    speaks = arguments.language or language()
    opening = Opening(
        owner_name=arguments.owner_name,
        address=arguments.owner_email,
        name=arguments.site_name,
        language=speaks,
        languages=["fr", "en"],
        url=arguments.url.rstrip("/"),
    )
    return open_square(opening=opening, at=timezone.now())


COMMANDS = (
    Command(
        name="init",
        help=_("set a square up and print a link that logs its owner in"),
        add_arguments=add_arguments,
        run=run,
    ),
)
