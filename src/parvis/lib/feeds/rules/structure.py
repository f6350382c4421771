"""Rules on what may stand where, and the extensions that we write."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml import etree

from parvis.lib.feeds.rules import elements, values
from parvis.lib.feeds.rules.findings import Report, children, name_of, named, split

ATOM = "http://www.w3.org/2005/Atom"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
HISTORY = "http://purl.org/syndication/history/1.0"
COMMENTS = "http://wellformedweb.org/CommentAPI/"

type Check = Callable[[Report, etree._Element], None]


@dataclass(frozen=True, kw_only=True)
class Child:
    """How an element may stand in its parent."""

    check: Check
    many: bool = False
    many_in: str = ""
    duplicate: str = "DuplicateElement"
    attributes: tuple[str, ...] = ()
    holds_elements: bool = False


def each_child(report: Report, parent: etree._Element, allowed: Mapping[str, Child], space: str) -> None:
    """Check the children of an element that belong to its own vocabulary, then those of the extensions."""
    seen: set[str] = set()
    if "".join([parent.text or "", *(child.tail or "" for child in parent)]).strip():
        report.add("UnexpectedText", parent)
    for child in children(parent):
        if split(child)[0] != space:
            extension(report, child)
            continue
        name = split(child)[1]
        rule = allowed.get(name)
        if rule is None:
            report.add("UndefinedElement", child)
            continue
        if name in seen and not rule.many:
            report.add(rule.duplicate, child)
        seen.add(name)
        _form(report, child, rule)
        rule.check(report, child)


def _form(report: Report, element: etree._Element, rule: Child) -> None:
    if not rule.holds_elements:
        for inner in children(element):
            report.add("UndefinedElement", inner)
    for name in named(element):
        space, _, local = name.rpartition("}")
        if not space and local not in rule.attributes:
            report.add("UnexpectedAttribute", element, f"@{local}")


def require(report: Report, element: etree._Element, names: Mapping[str, str], space: str) -> None:
    """Report the children that are missing; `names` gives the rule for each."""
    present = {split(child)[1] for child in children(element) if split(child)[0] == space}
    for name, rule in names.items():
        if name not in present:
            report.add(rule, element, f"/{name}")


def everywhere(report: Report, root: etree._Element) -> None:
    """Rules for every element: language tags and characters."""
    for element in root.iter(etree.Element):
        language = element.get(f"{{{elements.XML}}}lang")
        if language and values.language(language):
            report.add("InvalidLanguage", element, "@xml:lang")
        if rule := values.uri(element.get(f"{{{elements.XML}}}base", ""), iri=True):
            report.add(rule, element, "@xml:base")
        for name, value in named(element).items():
            if values.wrong_characters(value):
                report.add("BadCharacters", element, f"@{name}")
        if values.wrong_characters(element.text or "") or any(
            values.wrong_characters(child.tail or "") for child in element
        ):
            report.add("BadCharacters", element)


def extension(report: Report, element: etree._Element) -> None:
    """An element of another vocabulary; what we do not write ourselves is left alone."""
    space, name = split(element)
    if not space:
        report.add("UndeterminableVocabulary", element)
    allowed = EXTENSIONS.get(space)
    if allowed is None:
        return
    rule = allowed.get(name.split(".")[0] if space == DUBLIN_CORE else name)
    if rule is None:
        report.add("UndefinedElement", element)
        return
    parent = element.getparent()
    many = rule.many or (parent is not None and rule.many_in == split(parent)[1])
    if not many and any(True for _ in element.itersiblings(element.tag, preceding=True)):
        report.add(rule.duplicate, element)
    rule.check(report, element)


def same_twice(
    report: Report, element: etree._Element, pairs: tuple[tuple[str, str], ...], rule: str
) -> None:
    """Report what is said both in the core vocabulary and in an extension (core name, extension name)."""
    names = {name_of(child).partition(".")[0]: child for child in children(element)}
    for core, other in pairs:
        if core in names and other in names:
            report.add(rule, names[other])


_WORDS = Child(check=elements.anything)
_MANY_WORDS = Child(check=elements.anything, many=True)
_ADDRESS = Child(check=elements.full_uri)

# What each extension defines; elements of others are left alone.
EXTENSIONS: Mapping[str, Mapping[str, Child]] = {
    DUBLIN_CORE: {
        **dict.fromkeys(["title", "description", "type", "format", "source"], _WORDS),
        **dict.fromkeys(["creator", "subject", "publisher", "contributor", "identifier"], _MANY_WORDS),
        **dict.fromkeys(["relation", "coverage"], _MANY_WORDS),
        "date": Child(check=elements.w3cdtf, many_in="item"),
        "language": Child(check=elements.language),
        "rights": Child(check=elements.plain),
    },
    CONTENT: {
        "encoded": Child(check=elements.safe_html),
        **dict.fromkeys(["items", "item", "format", "encoding"], _MANY_WORDS),
    },
    elements.THREAD: {
        "in-reply-to": Child(check=elements.reply, many=True),
        "total": Child(check=elements.natural),
        "children": Child(check=elements.undefined),
    },
    HISTORY: {"archive": _WORDS, "complete": _WORDS, "incremental": _WORDS},
    COMMENTS: {
        "comment": _ADDRESS,
        "commentRss": _ADDRESS,
        "commentRSS": Child(check=elements.comment_rss),
    },
    ATOM: {
        "link": Child(check=elements.link, many=True),
        **dict.fromkeys(
            [
                *("author", "category", "contributor", "content", "generator", "icon", "id", "logo"),
                *("published", "rights", "source", "subtitle", "summary", "title", "updated"),
            ],
            _MANY_WORDS,
        ),
    },
}
