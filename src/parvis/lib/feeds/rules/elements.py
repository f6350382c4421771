"""Rules on one element, wherever it stands."""

from lxml import etree

from parvis.lib.feeds.rules import markup, values
from parvis.lib.feeds.rules.findings import Report, split
from parvis.lib.feeds.rules.words import LINK_RELATIONS, PAGING_RELATIONS

THREAD = "http://purl.org/syndication/thread/1.0"
XML = "http://www.w3.org/XML/1998/namespace"

_FEED_TYPES = ("application/atom+xml", "application/rss+xml", "application/rdf+xml")
_IANA = "http://www.iana.org/assignments/relation/"


def raw_text(element: etree._Element) -> str:
    """The text of an element and of those inside, without comments."""
    if not isinstance(element.tag, str):
        return ""
    return (element.text or "") + "".join(raw_text(child) + (child.tail or "") for child in element)


def text_of(element: etree._Element) -> str:
    """The same without space around it."""
    return raw_text(element).strip()


def anything(report: Report, element: etree._Element) -> None:
    """No rule but its place."""


def plain(report: Report, element: etree._Element) -> None:
    """A text that is no HTML."""
    version = element.getroottree().getroot().get("version", "")
    spelled_out = report.spelled_out(element)
    if rule := values.html_in(text_of(element), rss=version.startswith("2."), spelled_out=spelled_out):
        report.add(rule, element)


def plain_not_blank(report: Report, element: etree._Element) -> None:
    """A text that is no HTML and says something."""
    not_blank(report, element)
    plain(report, element)


def not_blank(report: Report, element: etree._Element) -> None:
    """A text that says something."""
    if not text_of(element):
        report.add("NotBlank", element)


def full_uri(report: Report, element: etree._Element) -> None:
    """A whole address."""
    _value(report, element, values.uri(text_of(element), full=True))


def rfc822(report: Report, element: etree._Element) -> None:
    """A date of RSS."""
    _value(report, element, values.rfc822(text_of(element)))


def language(report: Report, element: etree._Element) -> None:
    """A language tag."""
    _value(report, element, values.language(text_of(element)))


def _value(report: Report, element: etree._Element, rule: str | None) -> None:
    if rule:
        report.add(rule, element)


def link(report: Report, element: etree._Element) -> None:
    """A link of Atom, in Atom or in RSS (RFC 4287 §4.2.7, RFC 4685 §4, RFC 5005)."""
    parent = element.getparent()
    rel = element.get("rel", "alternate").removeprefix(_IANA)
    if rel == "" or element.get("title") == "":
        report.add("AttrNotBlank", element, "@title" if rel else "@rel")
    if rel not in LINK_RELATIONS and values.uri(rel, full=True, iri=True):
        report.add("UnregisteredAtomLinkRel", element, "@rel")
    if rel in PAGING_RELATIONS and parent is not None and split(parent)[1] == "entry":
        report.add("FeedHistoryRelInEntry", element, "@rel")
    if values.html_in(element.get("title", "")):
        report.add("ContainsHTML", element, "@title")
    if text_of(element):
        report.add("AtomLinkNotEmpty", element)
    _link_attributes(report, element, rel)
    _thread_attributes(report, element, rel)


def _link_attributes(report: Report, element: etree._Element, rel: str) -> None:
    href, mime = element.get("href"), element.get("type")
    if href is None:
        report.add("MissingHref", element, "@href")
    elif rule := values.uri(href, iri=True):
        report.add(rule, element, "@href")
    elif rel == "self" and not any("://" in base for base in _bases(element, href)):
        report.add("RelativeSelf", element, "@href")
    if mime is not None and not values.is_mime(mime):
        report.add("InvalidMIMEType", element, "@type")
    elif rel == "self" and mime is not None and mime.split(";")[0] not in _FEED_TYPES:
        report.add("SelfNotAtom", element, "@type")
    if not values.integer(element.get("length", "0"), least=0):
        report.add("InvalidNonNegativeInteger", element, "@length")
    if "hreflang" in element.attrib and values.language(element.get("hreflang", "")):
        report.add("InvalidLanguage", element, "@hreflang")


def _bases(element: etree._Element, href: str) -> list[str]:
    steps = [element, *element.iterancestors()]
    return [href, *(step.get(f"{{{XML}}}base", "") for step in steps)]


def _thread_attributes(report: Report, element: etree._Element, rel: str) -> None:
    count, updated = element.get(f"{{{THREAD}}}count"), element.get(f"{{{THREAD}}}updated")
    if rel != "replies" and (count is not None or updated is not None):
        report.add("UnexpectedAttribute", element, "@thr:count" if count is not None else "@thr:updated")
    if count is not None and not values.integer(count, least=0):
        report.add("InvalidNonNegativeInteger", element, "@thr:count")
    if updated is not None and (rule := values.rfc3339(updated)):
        report.add(rule, element, "@thr:updated")
    if f"{{{THREAD}}}when" in element.attrib:
        report.add("NoThrWhen", element, "@thr:when")


def safe_html(report: Report, element: etree._Element) -> None:
    """Escaped HTML in RSS, where an address has no base to be relative to."""
    markup.html(report, element, text_of(element), relative_allowed=False)


def w3cdtf(report: Report, element: etree._Element) -> None:
    """A date of Dublin Core."""
    _value(report, element, values.w3cdtf(text_of(element)))


def natural(report: Report, element: etree._Element) -> None:
    """A count from 0 on."""
    if not values.integer(text_of(element), least=0):
        report.add("InvalidNonNegativeInteger", element)


def reply(report: Report, element: etree._Element) -> None:
    """What is answered (RFC 4685 §3)."""
    if "ref" not in element.attrib:
        report.add("MissingAttribute", element, "@ref")
    elif rule := values.uri(element.get("ref", ""), full=True, iri=True):
        report.add(rule, element, "@ref")
    for name in ("href", "source"):
        if name in element.attrib and (rule := values.uri(element.get(name, ""), iri=True)):
            report.add(rule, element, f"@{name}")
    if not values.is_mime(element.get("type", "text/html")):
        report.add("InvalidMIMEType", element, "@type")


def undefined(report: Report, element: etree._Element) -> None:
    """An element that was given up."""
    report.add("UndefinedElement", element)


def comment_rss(report: Report, element: etree._Element) -> None:
    """The wrong spelling that many feeds have."""
    report.add("CommentRSS", element)
    full_uri(report, element)
