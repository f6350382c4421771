"""Rules on single values: dates, addresses, languages, types, numbers and plain text."""

import re
from datetime import datetime
from email.utils import getaddresses, parsedate_tz
from html.entities import name2codepoint
from urllib.parse import unquote, urlsplit

from parvis.lib.feeds.rules.words import HTML_ELEMENTS, LANGUAGES, URI_SCHEMES

_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d*)?(Z|[+-]\d\d:\d\d)")
_W3CDTF = re.compile(r"(\d{4})(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d*)?)?(Z|[+-]\d\d:\d\d))?)?)?")
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_ZONES = "UT|GMT|EST|EDT|CST|CDT|MST|MDT|PST|PDT"
_RFC2822 = re.compile(
    rf"(?:({_DAYS}), )?\d\d? (?:{_MONTHS}) \d{{4}} \d\d:\d\d(?::\d\d)? (?:[+-]?\d\d[03]0|{_ZONES}|Z)"
)
_RFC822 = re.compile(
    rf"(?:(?:{_DAYS})\s*,\s*)?\d\d?\s+(?:{_MONTHS})\s+\d\d(?:\d\d)?\s+"
    rf"\d\d:\d\d(?::\d\d)?\s+(?:[+-]\d{{4}}|{_ZONES}|[A-IK-Z])?",
    re.IGNORECASE,
)
_MIME_WORD = r"[\w!#$%&'*+.^`|~-]+"
_MIME = re.compile(
    rf'{_MIME_WORD}/{_MIME_WORD}(?:\s*;\s*{_MIME_WORD}=(?:"(?:\\"|[^"])*"|{_MIME_WORD}))*', re.ASCII
)
_URI_SIGNS = r"[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#]"
_URI = re.compile(rf"(?:[a-zA-Z][0-9a-zA-Z+.\-]*:)?/{{0,2}}(?:\[[0-9A-Fa-f:]+\])?{_URI_SIGNS}*")
_FULL_URI = re.compile(rf"[a-zA-Z][0-9a-zA-Z+.\-]*:(?://)?(?:\[[0-9A-Fa-f:]+\])?{_URI_SIGNS}+")
_TAG_SIGNS = r"[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,]*"
_TAG_URI = re.compile(
    rf"tag:([a-z0-9\-._]+@)?[a-z0-9.\-]+,\d{{4}}(-\d{{2}}(-\d{{2}})?)?:{_TAG_SIGNS}(#{_TAG_SIGNS})?"
)
_URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{1,31}:([a-z0-9()+,.:=@;$_!*'\-]|%[0-9a-f]{2})+", re.IGNORECASE)
_UUID = re.compile(r"urn:uuid:[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}", re.IGNORECASE)
_HOST = r"(?:[A-Z0-9-]+\.)+[A-Z0-9][A-Z0-9-]*"
_WEB_ADDRESS = re.compile(rf"https?://{_HOST}(:\d+)?(/|$)", re.IGNORECASE)
_MAIL = re.compile(rf"[A-Z0-9_\-+.']+@{_HOST}", re.IGNORECASE)
_MAIL_SHOWN = re.compile(rf"<[A-Z0-9_\-+.']+@{_HOST}>", re.IGNORECASE)
_END_TAG = re.compile(r"</(\w+)>")
_ENTITY = re.compile(r"&(#?\w+)")
_MARKUP_START = re.compile(r"<[/a-zA-Z]")
_WRONG_CHARACTER = re.compile("[\x80-\x9f\ufffd]")
_TWICE_ENCODED = re.compile("[\xc2\xc3][\x80-\xbf]")
_LANGUAGE = re.compile(r"([A-Za-z]{2,8}|[xXiI])(-[A-Za-z0-9]{1,8})*")
_EARLIEST = "1990"
_DEFAULT_PORTS = {"http": ":80", "https": ":443", "ftp": ":21"}
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_COMMENTS = re.compile(r"\([^()]*\)")


def rfc3339(value: str) -> str | None:
    """The rule that a date of Atom breaks, if any."""
    match = _RFC3339.fullmatch(value)
    if match is None:
        return "InvalidRFC3339Date"
    return _plausible(match[1], "InvalidRFC3339Date")


def w3cdtf(value: str) -> str | None:
    """The rule that a date of Dublin Core breaks, if any."""
    match = _W3CDTF.fullmatch(value)
    if match is None:
        return "InvalidW3CDTFDate"
    day = (value.split("T", maxsplit=1)[0] + "-01-01")[:10]
    time = value[11:16] or "00:00"
    return _plausible(f"{day}T{time}:00", "InvalidW3CDTFDate")


def _plausible(moment: str, rule: str) -> str | None:
    # A leap second is right and unknown to the standard library.
    try:
        datetime.fromisoformat(re.sub(":60$", ":59", moment))
    except ValueError:
        return rule
    return "ImplausibleDate" if moment < _EARLIEST else None


def rfc822(value: str) -> str | None:
    """The rule that a date of RSS breaks, if any: the form of RFC 2822, the years of four digits."""
    match = _RFC2822.fullmatch(value)
    if match is None:
        bare = re.sub(r"\\(.)", "", value)
        while bare != (shorter := _COMMENTS.sub(" ", bare)):
            bare = shorter
        return "ProblematicalRFC822Date" if _RFC822.fullmatch(bare.strip()) else "InvalidRFC2822Date"
    parsed = parsedate_tz(value)
    try:
        day = datetime(*parsed[:5]) if parsed else None  # noqa: DTZ001  # only the calendar counts here
    except ValueError:
        day = None
    if day is None or (match[1] and match[1] != _DAYS.split("|")[day.weekday()]):
        return "InvalidRFC2822Date"
    return "ImplausibleDate" if day.year < int(_EARLIEST) else None


def uri(value: str, *, full: bool = False, iri: bool = False, rule: str = "") -> str | None:
    """The rule that an address breaks; `full` refuses relative ones, `iri` takes other scripts than Latin."""
    scheme = value.split(":", maxsplit=1)[0].lower()
    if scheme in ("tag", "urn"):
        return _tag_or_urn(value, scheme)
    broken = rule or ("InvalidFullLink" if full else "InvalidIRI" if iri else "InvalidLink")
    ascii_value = re.sub(r"[^\x00-\x7f]", "a", value)
    if re.search(r"[^\x00-\x7f]", value) and not iri:
        return "UriNotIri" if _URI.fullmatch(ascii_value) else broken
    pattern = _FULL_URI if full else _URI
    if pattern.fullmatch(ascii_value) is None:
        wrong = re.sub(_URI_SIGNS, "", ascii_value)
        return "InvalidUriChar" if wrong else broken
    if scheme in ("http", "ftp") and not re.match(r"\w+://[^/]", value):
        return broken
    if ":" in value and scheme.isalpha() and scheme not in URI_SCHEMES:
        return "SchemeNotIANARegistered"
    return None


def _tag_or_urn(value: str, scheme: str) -> str | None:
    if scheme == "tag":
        return None if _TAG_URI.fullmatch(value) else "InvalidTAG"
    if value.lower().startswith("urn:uuid:"):
        return None if _UUID.fullmatch(value) else "InvalidUUID"
    return None if _URN.fullmatch(value) else "InvalidURN"


def web_address(value: str) -> str | None:
    """The rule that the address of an enclosure breaks: http or https, with a whole host name."""
    ok = _WEB_ADDRESS.match(value) and _FULL_URI.fullmatch(value)
    return None if ok else "InvalidURLAttribute"


def canonical(value: str) -> bool:
    """Whether an identifier is in the form that comparisons byte by byte expect (RFC 3986 §6.2)."""
    parts = urlsplit(value)
    scheme = value.split(":", maxsplit=1)[0]
    if scheme != scheme.lower():
        return False
    if any(code != code.upper() or _UNRESERVED.fullmatch(unquote(code)) for code in re.findall("%..", value)):
        return False
    if not parts.netloc:
        return True
    user, at, host = parts.netloc.rpartition("@")
    port = _DEFAULT_PORTS.get(scheme)
    return (
        host == host.lower()
        and not (at and user in ("", ":"))
        and not host.endswith((":", port or ":", "."))
        and parts.path.startswith("/")
        and not any(step in (".", "..") for step in parts.path.split("/"))
    )


def language(value: str) -> str | None:
    """The rule that a language tag breaks, if any (BCP 47, first part from ISO 639)."""
    first = value.split("-", maxsplit=1)[0].lower()
    known = first in LANGUAGES or len(first) == 3 or first in ("x", "i")
    return None if known and _LANGUAGE.fullmatch(value) else "InvalidLanguage"


def is_mime(value: str) -> bool:
    """Whether a value has the form of a media type."""
    return _MIME.fullmatch(value) is not None


def integer(value: str, *, least: int, most: int | None = None) -> bool:
    """Whether a value is a whole number in these bounds."""
    try:
        number = int(value)
    except ValueError:
        return False
    return number >= least and (most is None or number <= most)


def is_mail(value: str, *, named: bool = False) -> bool:
    """Whether a value is one mail address, or with `named` one that may have a name beside it."""
    found = getaddresses([value]) if named else [("", value)]
    return len(found) == 1 and _MAIL.fullmatch(found[0][1]) is not None


def shows_mail(value: str) -> bool:
    """Whether a name carries a mail address in angle brackets."""
    return _MAIL_SHOWN.search(value) is not None


def html_in(value: str, *, rss: bool = False, spelled_out: bool = False) -> str | None:
    """The rule that markup in a plain text breaks: ContainsHTML, or in RSS CharacterData for doubtful signs.

    `spelled_out` tells that the signs are meant, written as the RSS profile asks for.
    """
    if any(tag.lower() in HTML_ELEMENTS for tag in _END_TAG.findall(value)):
        return "ContainsHTML"
    if spelled_out:
        return None
    names = _ENTITY.findall(value)
    if any(name in name2codepoint or name == "apos" or not name.isalpha() for name in names):
        return "ContainsHTML"
    return "CharacterData" if rss and not names and _MARKUP_START.search(value) else None


def wrong_characters(value: str) -> bool:
    """Whether a text was read in the wrong encoding: C1 controls, U+FFFD, or UTF-8 taken for Latin-1."""
    if _WRONG_CHARACTER.search(value):
        return True
    return any(_is_utf8_as_latin1(each) for each in value.splitlines() if _TWICE_ENCODED.search(each))


def _is_utf8_as_latin1(line: str) -> bool:
    try:
        line.encode("iso-8859-1").decode()
    except UnicodeError:
        return False
    return True
