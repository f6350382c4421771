"""Command lines of LMTP and what stands behind their verbs (RFC 2033, 5321, 1870, 3030, 6152, 6531)."""

import re
from dataclasses import dataclass

from parvis.lib.mail.lmtp_address import AddressError, read_path
from parvis.lib.mail.lmtp_model import TOO_LARGE, Limits, Reply

CLIENT = re.compile(r"[!-~]{1,255}")
CHUNK = re.compile(r"(?P<size>[0-9]{1,12})(?P<last> +LAST)? *", re.IGNORECASE)
PARAMETER = re.compile(r"(?P<name>[A-Z0-9][A-Z0-9-]*)(?:=(?P<value>[!-<>-~]+))?", re.IGNORECASE)


class Refused(Exception):
    """The command is answered with a no, and the session goes on."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply)
        self.reply = reply


@dataclass(frozen=True)
class Sender:
    """What MAIL says: the address (empty for `<>`) and what was declared with it."""

    address: str
    utf8: bool
    eight_bit: bool


def read_command(line: bytes) -> tuple[str, str]:
    """The verb in capitals, and the rest of the line."""
    if b"\0" in line:
        raise Refused(Reply(500, "5.5.2", "A command holds no NUL"))
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise Refused(Reply(500, "5.5.2", "A command is written in ASCII or UTF-8")) from None
    verb, _, rest = text.partition(" ")
    return verb.upper(), rest.strip(" ")


def read_client(rest: str) -> str:
    """The name after LHLO."""
    if not CLIENT.fullmatch(rest):
        raise Refused(Reply(501, "5.5.4", "LHLO is followed by a name"))
    return rest


def read_sender(rest: str, limits: Limits) -> Sender:
    """What follows MAIL: `FROM:<a@b.example> SIZE=1000 BODY=8BITMIME SMTPUTF8`."""
    path = _after("FROM:", rest)
    given = _parameters(_split(path, utf8=True, null=True)[1])
    body = given.pop("BODY", "7BIT")
    utf8 = "SMTPUTF8" in given
    size = given.pop("SIZE", "0")
    if given.pop("SMTPUTF8", ""):
        raise Refused(Reply(501, "5.5.4", "SMTPUTF8 takes no value"))
    if given:
        raise Refused(Reply(555, "5.5.4", "MAIL has a parameter that is not known here"))
    if body.upper() not in {"7BIT", "8BITMIME"}:
        raise Refused(Reply(501, "5.5.4", "BODY is 7BIT or 8BITMIME"))
    if not re.fullmatch(r"[0-9]{1,20}", size):
        raise Refused(Reply(501, "5.5.4", "SIZE is a number"))
    address, _ = _split(path, utf8=utf8, null=True)
    if int(size) > limits.size:
        raise Refused(TOO_LARGE)
    return Sender(address=address, utf8=utf8, eight_bit=body.upper() == "8BITMIME")


def read_recipient(rest: str, *, utf8: bool) -> str:
    """What follows RCPT: `TO:<a@b.example>`."""
    address, more = _split(_after("TO:", rest), utf8=utf8, null=False)
    if _parameters(more):
        raise Refused(Reply(555, "5.5.4", "RCPT has a parameter that is not known here"))
    return address


def read_chunk(rest: str) -> tuple[int, bool] | None:
    """What follows BDAT: how many octets come, and whether they are the last; None if it cannot be told."""
    found = CHUNK.fullmatch(rest)
    return (int(found["size"]), bool(found["last"])) if found else None


def _after(word: str, rest: str) -> str:
    if rest[: len(word)].upper() != word:
        raise Refused(Reply(501, "5.5.4", f"{word} is missing"))
    return rest[len(word) :].lstrip(" ")


def _split(path: str, *, utf8: bool, null: bool) -> tuple[str, str]:
    """The address, and the parameters behind it."""
    try:
        address, more = read_path(path, utf8=utf8, null=null)
    except AddressError as error:
        if error.foreign:
            raise Refused(Reply(553, "5.6.7", "Such an address is taken only with SMTPUTF8")) from error
        status = "5.1.7" if null else "5.1.3"
        raise Refused(Reply(501, status, f"The address cannot be read: {error}")) from error
    if more and not more.startswith(" "):
        raise Refused(Reply(501, "5.5.4", "A space is missing behind the address"))
    return address, more


def _parameters(more: str) -> dict[str, str]:
    """The words by their names in capitals, each with its value or an empty one."""
    given: dict[str, str] = {}
    for word in more.split(" "):
        found = PARAMETER.fullmatch(word)
        if word and (not found or found["name"].upper() in given):
            raise Refused(Reply(501, "5.5.4", "The parameters cannot be read"))
        if found:
            given[found["name"].upper()] = found["value"] or ""
    return given
