"""Checks a feed by the rules of the W3C feed validator, without the network."""

from lxml import etree

from parvis.lib.feeds.rules import atom, json_items, rss
from parvis.lib.feeds.rules.findings import PARENTS, Finding, Report, belongs_to, split
from parvis.lib.feeds.rules.structure import ATOM, everywhere

__all__ = ["PARENTS", "Finding", "belongs_to", "check"]

_OBSOLETE_ATOM = "http://purl.org/atom/ns#"


def check(data: bytes, mime: str) -> list[Finding]:
    """What is wrong with a feed: nothing, for one that every reader understands alike.

    `mime` says how to read it: JSON Feed for a JSON type, else Atom or RSS by the root element. Rules bear the
    names of the W3C validator; only those on elements that we write are there.
    """
    if mime.split(";", maxsplit=1)[0].strip().endswith("json"):
        return json_items.check(data)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        return _unreadable(data, error)
    report = Report(lines=data.splitlines())
    everywhere(report, root)
    _root(report, root)
    return report.findings


def _unreadable(data: bytes, error: Exception) -> list[Finding]:
    found = [Finding(_syntax_rule(error), f"line {getattr(error, 'lineno', 0)}: {error}")]
    try:
        root = etree.fromstring(data, etree.XMLParser(recover=True, resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return found
    if root is not None and split(root)[1] not in ("feed", "entry", "rss"):
        found.append(Finding("UndefinedElement", f"line {root.sourceline}: {split(root)[1]}"))
    return found


def _syntax_rule(error: Exception) -> str:
    message = str(error)
    if "Namespace prefix" in message:
        return "MissingNamespace"
    return "UndefinedNamedEntity" if message.startswith("Entity '") else "SAXError"


def _root(report: Report, root: etree._Element) -> None:
    space, name = split(root)
    if (space, name) == (ATOM, "feed"):
        atom.feed(report, root)
    elif (space, name) == (ATOM, "entry"):
        atom.entry(report, root)
    elif (space, name) == ("", "rss"):
        rss.rss(report, root)
    elif space == _OBSOLETE_ATOM:
        report.add("ObsoleteNamespace", root)
    elif name in ("feed", "rss"):
        report.add("InvalidNamespace" if space else "MissingNamespace", root)
    else:
        report.add("UndefinedElement", root)
