"""Rules of Atom 1.0 (RFC 4287), of its paging and archives (RFC 5005)."""

import base64
from collections import Counter
from collections.abc import Mapping

from lxml import etree

from parvis.lib.feeds.rules import elements, markup, values
from parvis.lib.feeds.rules.elements import text_of
from parvis.lib.feeds.rules.findings import Report, children, split
from parvis.lib.feeds.rules.structure import ATOM, HISTORY, Child, each_child, require

_ONCE_SAME_ID = 2


def feed(report: Report, root: etree._Element) -> None:
    """Check a whole feed."""
    each_child(report, root, _FEED, ATOM)
    require(report, root, dict.fromkeys(["id", "title", "updated"], "MissingElement"), ATOM)
    entries = _named(root, "entry")
    if not _links(root, "self"):
        report.add("MissingSelf", root)
    if not _named(root, "author"):
        for entry in entries:
            if not entry.xpath("a:author | a:source/a:author", namespaces={"a": ATOM}):
                report.add("MissingElement", entry, "/author")
    _alternates(report, root)
    _distinct(report, entries)
    _history(report, root)


def entry(report: Report, element: etree._Element) -> None:
    """Check one entry."""
    each_child(report, element, _ENTRY, ATOM)
    require(report, element, dict.fromkeys(["id", "title", "updated"], "MissingElement"), ATOM)
    _alternates(report, element)
    contents, summaries = _named(element, "content"), _named(element, "summary")
    if not contents and not _links(element, "alternate"):
        report.add("MissingContentOrAlternate", element)
    if not contents and not summaries:
        report.add("MissingTextualContent", element)
    if contents and not summaries and (contents[0].get("src") or _is_binary(contents[0].get("type", ""))):
        report.add("MissingSummary", element)


def _source(report: Report, element: etree._Element) -> None:
    each_child(report, element, _SOURCE, ATOM)
    require(report, element, dict.fromkeys(["id", "title", "updated"], "MissingSourceElement"), ATOM)
    _alternates(report, element)


def _person(report: Report, element: etree._Element) -> None:
    each_child(report, element, _PERSON, ATOM)
    require(report, element, {"name": "MissingElement"}, ATOM)


def _named(parent: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in children(parent) if split(child) == (ATOM, name)]


def _links(parent: etree._Element, rel: str) -> list[etree._Element]:
    iana = "http://www.iana.org/assignments/relation/"
    return [each for each in _named(parent, "link") if each.get("rel", "alternate").removeprefix(iana) == rel]


def _alternates(report: Report, parent: etree._Element) -> None:
    """One alternate link for a type and a language (RFC 4287 §4.1.1)."""
    seen: set[tuple[str, str]] = set()
    for each in _links(parent, "alternate"):
        kind = (each.get("type", ""), each.get("hreflang", ""))
        if kind in seen:
            report.add("DuplicateAtomLink", each)
        seen.add(kind)


def _distinct(report: Report, entries: list[etree._Element]) -> None:
    ids = Counter(text_of(each) for entry in entries for each in _named(entry, "id"))
    both = Counter(_id_and_moment(entry) for entry in entries)
    moments: set[str] = set()
    for entry in entries:
        identifier, moment = _id_and_moment(entry)
        if ids[identifier] > 1:
            report.add(
                "DuplicateIds" if both[identifier, moment] > _ONCE_SAME_ID else "DuplicateEntries",
                entry,
                "/id",
            )
        elif moment in moments:
            report.add("DuplicateUpdated", entry, "/updated")
        moments.add(moment)


def _id_and_moment(entry: etree._Element) -> tuple[str, str]:
    texts = [next(iter(map(text_of, _named(entry, name))), "") for name in ("id", "updated")]
    return texts[0], texts[1]


def _history(report: Report, root: etree._Element) -> None:
    addresses = {each.get("rel", ""): each.get("href") for each in reversed(_named(root, "link"))}
    kinds = {split(child)[1] for child in children(root) if split(child)[0] == HISTORY}
    if "complete" in kinds:
        for rel in ("first", "last", "next", "next-archive", "prev-archive", "previous"):
            if rel in addresses:
                report.add("FeedRelInCompleteFeed", root, f"/link[{rel}]")
        if "current" in addresses and addresses["current"] != addresses.get("self"):
            report.add("CurrentNotSelfInCompleteFeed", root)
    elif "archive" in kinds:
        if "current" not in addresses:
            report.add("MissingCurrentInArchive", root)
        if not {"prev-archive", "next-archive"} & set(addresses):
            report.add("ArchiveIncomplete", root)
    for end, beyond in (("last", "next"), ("first", "previous")):
        if beyond in addresses and end in addresses and addresses[end] == addresses.get("self"):
            report.add("LinkPastEnd", root, f"/link[{beyond}]")


def _text(report: Report, element: etree._Element) -> None:
    """A text construct (RFC 4287 §3.1): text, html or xhtml."""
    if "/" in element.get("type", ""):
        report.add("InvalidTextType", element, "@type")
    _typed(report, element)


def _content(report: Report, element: etree._Element) -> None:
    """The content (RFC 4287 §4.1.3): a text construct, or any media type, here or elsewhere."""
    if element.get("type", "").startswith("multipart/"):
        report.add("InvalidMIMEType", element, "@type")
    if "src" in element.attrib:
        if rule := values.uri(element.get("src", ""), rule="InvalidURIAttribute", iri=True):
            report.add(rule, element, "@src")
        if "type" not in element.attrib:
            report.add("MissingTypeAttr", element, "@type")
        if text_of(element):
            report.add("UnexpectedText", element)
    _typed(report, element)


def _typed(report: Report, element: etree._Element) -> None:
    kind = element.get("type", "" if "src" in element.attrib else "text")
    inline = kind in ("text", "html", "xhtml") and "src" not in element.attrib
    if kind == "" and "type" in element.attrib:
        report.add("AttrNotBlank", element, "@type")
    if kind and not inline and not values.is_mime(kind):
        report.add("InvalidMIMEType", element, "@type")
    if kind != "xhtml" and not kind.endswith(("+xml", "/xml")):
        for child in children(element):
            report.add("UndefinedElement", child)
    value = text_of(element)
    if not value and not children(element) and "src" not in element.attrib:
        report.add("NotBlank", element)
    if kind == "xhtml":
        _xhtml(report, element)
    elif kind == "html" or kind.endswith("/html"):
        _html(report, element, kind, value)
    elif _is_binary(kind):
        _binary(report, element, value)
    elif kind.endswith(("+xml", "/xml")) and children(element):
        _foreign(report, element, kind)
    elif values.html_in(value):
        report.add("ContainsUndeclaredHTML", element)


def _foreign(report: Report, element: etree._Element, kind: str) -> None:
    """A document of another vocabulary: one root element and nothing beside it."""
    if (element.text or "").strip():
        report.add("UnexpectedText", element)
    if kind == "application/xhtml+xml" and split(children(element)[0])[1] != "html":
        report.add("HtmlFragment", element)


def _html(report: Report, element: etree._Element, kind: str, value: str) -> None:
    if _is_binary(kind):
        _binary(report, element, value)
        value = base64.b64decode(value, validate=False).decode(errors="replace")
    markup.html(report, element, value, relative_allowed=True)
    if "/" in kind and "<html" not in value and "src" not in element.attrib:
        report.add("HtmlFragment", element)


def _xhtml(report: Report, element: etree._Element) -> None:
    inside = children(element)
    if not inside or split(inside[0]) != (markup.XHTML, "div") or (element.text or "").strip():
        report.add("MissingXhtmlDiv", element)
    for child in inside:
        if split(child)[0] != markup.XHTML:
            report.add("NotHtml", child)
        elif not children(child) and values.html_in(text_of(child)):
            report.add("NotInline", element)
        markup.xhtml(report, child)
    if not inside and values.html_in(text_of(element)):
        report.add("NotInline", element)


def _is_binary(kind: str) -> bool:
    return "/" in kind and not kind.startswith("text/") and not kind.endswith(("+xml", "/xml"))


def _binary(report: Report, element: etree._Element, value: str) -> None:
    try:
        base64.b64decode("".join(value.split()), validate=True)
    except ValueError:
        report.add("NotBase64", element)


def _identifier(report: Report, element: etree._Element) -> None:
    """An identifier: a whole address, in one form only, since it is compared byte by byte (RFC 4287 §4.2.6)."""
    value = text_of(element)
    if not value:
        report.add("NotBlank", element)
    _no_space(report, element)
    if rule := values.uri(value, full=True, iri=True):
        report.add(rule, element)
    elif not values.canonical(value):
        report.add("NonCanonicalURI", element)


def _moment(report: Report, element: etree._Element) -> None:
    _no_space(report, element)
    if rule := values.rfc3339(text_of(element)):
        report.add(rule, element)


def _address(report: Report, element: etree._Element) -> None:
    elements.not_blank(report, element)
    _no_space(report, element)
    if rule := values.uri(text_of(element), iri=True):
        report.add(rule, element)


def _no_space(report: Report, element: etree._Element) -> None:
    value = elements.raw_text(element)
    if value != value.strip():
        report.add("UnexpectedWhitespace", element)


def _name(report: Report, element: etree._Element) -> None:
    elements.plain_not_blank(report, element)
    if values.shows_mail(text_of(element)):
        report.add("ContainsEmail", element)


def _mail(report: Report, element: etree._Element) -> None:
    if not values.is_mail(text_of(element)):
        report.add("InvalidAddrSpec", element)


def _category(report: Report, element: etree._Element) -> None:
    if "term" not in element.attrib:
        report.add("MissingAttribute", element, "@term")
    elif not element.get("term", "").strip():
        report.add("NotBlank", element, "@term")
    if "scheme" in element.attrib and (rule := values.uri(element.get("scheme", ""), full=True, iri=True)):
        report.add(rule, element, "@scheme")
    if values.html_in(element.get("label", "")):
        report.add("ContainsHTML", element, "@label")


def _generator(report: Report, element: etree._Element) -> None:
    elements.plain_not_blank(report, element)
    if "uri" in element.attrib and (rule := values.uri(element.get("uri", ""), iri=True)):
        report.add(rule, element, "@uri")


_TEXT = Child(check=_text, attributes=("type", "src", "mode"), holds_elements=True)
_PEOPLE = Child(check=_person, many=True, holds_elements=True)

_PERSON: Mapping[str, Child] = {
    "name": Child(check=_name),
    "uri": Child(check=_address),
    "email": Child(check=_mail),
}
_SOURCE: Mapping[str, Child] = {
    **dict.fromkeys(["title", "subtitle", "rights"], _TEXT),
    **dict.fromkeys(["author", "contributor"], _PEOPLE),
    **dict.fromkeys(["icon", "logo"], Child(check=_address)),
    "id": Child(check=_identifier),
    "updated": Child(check=_moment),
    "category": Child(
        check=_category, many=True, attributes=("term", "scheme", "label"), holds_elements=True
    ),
    "generator": Child(check=_generator, attributes=("uri", "version")),
    "link": Child(
        check=elements.link,
        many=True,
        attributes=("href", "rel", "type", "hreflang", "title", "length"),
        holds_elements=True,
    ),
}
_FEED: Mapping[str, Child] = {**_SOURCE, "entry": Child(check=entry, many=True, holds_elements=True)}
_ENTRY: Mapping[str, Child] = {
    **{name: _SOURCE[name] for name in _SOURCE if name not in ("subtitle", "icon", "logo", "generator")},
    "published": Child(check=_moment),
    "summary": _TEXT,
    "content": Child(check=_content, attributes=("type", "src", "mode"), holds_elements=True),
    "source": Child(check=_source, holds_elements=True),
}
