"""Turns the bytes of one item into elements, repairing what is not well-formed and saying so."""

import codecs
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from lxml import etree

WP = "http://wordpress.org/export/1.2/"
EXCERPT = "http://wordpress.org/export/1.2/excerpt/"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
STANDARD = {
    "wp": WP,
    "excerpt": EXCERPT,
    "content": CONTENT,
    "dc": DUBLIN_CORE,
    "wfw": "http://wellformedweb.org/CommentAPI/",
}

CONTROL_REMOVED = "Control characters that XML does not allow were removed."
WRONG_BYTES = "Some bytes are not in the encoding of the file; they were read as Windows-1252."
REPAIRED = "The XML of this item was repaired: a bare sign, an unknown entity or an undeclared prefix."
DAMAGED = "The XML of this item is damaged; what could be read was kept."
UNREADABLE = "Nothing of this item could be read."

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITY = re.compile(r"&(?:(amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});|([a-zA-Z][a-zA-Z0-9]{1,31};))?")
_PREFIX = re.compile(r"</?([A-Za-z_][\w.-]*):[A-Za-z_]", re.ASCII)
_DECLARED = re.compile(rb"""\sxmlns:([A-Za-z_][\w.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")
_ROOT = re.compile(rb"<rss\b([^>]*)>")
_WP_ADDRESS = re.compile(r"https?://wordpress\.org/export/1\.\d/(excerpt/)?")
_RESERVED = frozenset({"xml", "xmlns"})
# A noncharacter: legal in XML, used by no text. It carries "\r" through the parser, which would drop it.
_RETURN = "\ufdd0"


@lru_cache(maxsize=512)
def name_of(tag: str) -> str:
    """The name of an element as exports write it: `wp:post_id`, `content:encoded`, `title`; else empty.

    The prefix a file uses does not count, only the address behind it: any WXR version, http or https.
    """
    if not tag.startswith("{"):
        return tag
    address, _, local = tag[1:].partition("}")
    if wordpress := _WP_ADDRESS.fullmatch(address):
        return f"excerpt:{local}" if wordpress[1] else f"wp:{local}"
    return {CONTENT: f"content:{local}", DUBLIN_CORE: f"dc:{local}"}.get(address, "")


def declared_namespaces(head: bytes) -> tuple[dict[str, str], tuple[str, ...]]:
    """The prefixes of the root element with the usual ones beside them, and those that were missing or wrong."""
    root = _ROOT.search(head)
    found = {
        prefix.decode("ascii", "replace"): (double or single).decode("utf-8", "replace")
        for prefix, double, single in (_DECLARED.findall(root[1]) if root else ())
    }
    namespaces = {
        prefix: address if _is_known(address) else f"urn:other:{prefix}"
        for prefix, address in found.items()
        if prefix.isascii() and address and prefix not in _RESERVED
    }
    odd: list[str] = []
    for prefix, address in STANDARD.items():
        declared = namespaces.get(prefix, "")
        wordpress = _WP_ADDRESS.fullmatch(declared)
        fits = declared == address or (wordpress is not None and bool(wordpress[1]) == (prefix == "excerpt"))
        if prefix == "wfw":
            namespaces.setdefault(prefix, address)
        elif not fits:
            namespaces[prefix] = address
            odd.append(prefix)
    return namespaces, tuple(odd)


def _is_known(address: str) -> bool:
    return address in {CONTENT, DUBLIN_CORE} or _WP_ADDRESS.fullmatch(address) is not None


class Markup:
    """Parses fragments of one file. Each has its own root, so that none can harm another."""

    def __init__(self, namespaces: Mapping[str, str], encoding: str = "utf-8") -> None:
        self._namespaces = dict(namespaces)
        self._encoding = encoding
        self._strict, self._lenient = (
            etree.XMLParser(huge_tree=True, resolve_entities=False, no_network=True, recover=recover)
            for recover in (False, True)
        )

    def read(self, data: bytes) -> tuple[etree._Element | None, tuple[str, ...]]:
        """The root around the fragment, and what had to be done to read it."""
        text, flaws = decode(data, self._encoding)
        clean = _ILLEGAL.sub("", text)
        if clean != text:
            flaws.append(CONTROL_REMOVED)
        clean = _keep_returns(clean)
        root = self._parse(clean, self._strict, ())
        if root is not None:
            return root, tuple(flaws)
        outside = "".join(part for part, is_section in _parts(clean) if not is_section)
        prefixes = set(_PREFIX.findall(outside)) - set(self._namespaces) - _RESERVED
        mended = mend(clean)
        root = self._parse(mended, self._strict, prefixes)
        if root is not None:
            return root, (*flaws, REPAIRED)
        root = self._parse(mended, self._lenient, prefixes)
        return root, (*flaws, UNREADABLE if root is None else DAMAGED)

    def _parse(self, text: str, parser: etree.XMLParser, more: Iterable[str]) -> etree._Element | None:
        addresses = {**self._namespaces, **{prefix: f"urn:undeclared:{prefix}" for prefix in more}}
        names = " ".join(f'xmlns:{prefix}="{html.escape(address)}"' for prefix, address in addresses.items())
        try:
            return etree.fromstring(f"<rss {names}>{text}</rss>".encode(), parser)
        except (etree.XMLSyntaxError, ValueError):
            return None


def decode(data: bytes, encoding: str) -> tuple[str, list[str]]:
    """The text of these bytes; wrong ones are read as Windows-1252, which old blogs mixed in."""
    try:
        return data.decode(encoding), []
    except UnicodeDecodeError:
        return data.decode(encoding, _WRONG_BYTES_HANDLER), [WRONG_BYTES]


def mend(text: str) -> str:
    """The fragment with bare `&` and entities of HTML made legal outside CDATA, where exports print them raw."""
    return "".join(part if is_section else _mend_signs(part) for part, is_section in _parts(text))


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """The text cut at its CDATA sections, and whether each part is one. A section that never ends is none."""
    position = 0
    while (start := text.find("<![CDATA[", position)) >= 0:
        end = text.find("]]>", start)
        if end < 0:
            break
        yield text[position:start], False
        yield text[start : end + 3], True
        position = end + 3
    yield text[position:], False


def _mend_signs(text: str) -> str:
    return _ENTITY.sub(_mend_sign, text).replace("]]>", "]]&gt;")


def _mend_sign(match: re.Match[str]) -> str:
    if match[1]:
        return "" if match[1].startswith("#") and not _is_legal(match[1]) else match[0]
    if match[2] and (character := html.unescape(match[0])) != match[0]:
        return html.escape(character)
    return f"&amp;{match[0][1:]}"


def _is_legal(reference: str) -> bool:
    number = int(reference[2:], 16) if reference[1] in "xX" else int(reference[1:])
    return number <= 0x10FFFF and not _ILLEGAL.match(chr(number))


def _keep_returns(text: str) -> str:
    """Carry "\\r" of a text field through; where tags end in "\\r\\n" too, the file was made so on its way."""
    if "\r" not in text or _RETURN in text:
        return text
    parts = list(_parts(text))
    if any(">\r\n" in part for part, is_section in parts if not is_section):
        return text
    return "".join(part.replace("\r", _RETURN) if is_section else part for part, is_section in parts)


def text_of(element: etree._Element) -> str:
    """All text inside an element, exactly."""
    text = str(element.xpath("string()")) if len(element) else element.text or ""
    return text.replace(_RETURN, "\r") if _RETURN in text else text


def _read_as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_WRONG_BYTES_HANDLER = "parvis.windows-1252"
codecs.register_error(_WRONG_BYTES_HANDLER, _read_as_windows)
