"""Rules of RSS 2.0, with those of the RSS Advisory Board's profile."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from lxml import etree

from parvis.lib.feeds.rules import elements, values
from parvis.lib.feeds.rules.elements import text_of
from parvis.lib.feeds.rules.findings import Report, children, name_of, named, split
from parvis.lib.feeds.rules.structure import DUBLIN_CORE, Child, each_child, require, same_twice

_VERSIONS = ("0.91", "0.92", "0.93", "0.94", "2.0")
# A feed that names this document as its specification may carry attributes of others.
_BOARD = "http://www.rssboard.org/rss-specification"
_XML_LANG = f"{{{elements.XML}}}lang"
_IMAGE_KINDS = ("gif", "jpeg", "jpg", "png")
_PERMANENT_SCHEMES = ("tag:", "urn:uuid:")
_CHANNEL_TWICE = (
    ("managingEditor", "dc:creator"),
    ("category", "dc:subject"),
    ("pubDate", "dc:date"),
    ("webMaster", "dc:publisher"),
    ("language", "dc:language"),
    ("copyright", "dc:rights"),
)
_ITEM_TWICE = (
    ("author", "dc:creator"),
    ("category", "dc:subject"),
    ("pubDate", "dc:date"),
    ("pubDate", "atom:published"),
    ("source", "dc:source"),
    ("guid", "atom:id"),
)


def rss(report: Report, root: etree._Element) -> None:
    """Check a whole document."""
    version = root.get("version")
    if version is None:
        report.add("MissingAttribute", root, "@version")
    elif version not in _VERSIONS:
        report.add("InvalidRSSVersion", root, "@version")
    each_child(report, root, {"channel": Child(check=_channel, holds_elements=True)}, "")
    require(report, root, {"channel": "MissingElement"}, "")
    for element in root.iter(etree.Element):
        if split(element)[0] == "" and root.findtext("channel/docs", "").strip() != _BOARD:
            _attributes_of_others(report, element)


def _attributes_of_others(report: Report, element: etree._Element) -> None:
    for name in named(element):
        space = name.rpartition("}")[0].lstrip("{")
        if space and space != elements.XML:
            report.add("UseOfExtensionAttr", element, f"@{name}")


def _channel(report: Report, channel: etree._Element) -> None:
    each_child(report, channel, _CHANNEL, "")
    rules = {"title": "MissingTitle", "link": "MissingLink", "description": "MissingDescription"}
    require(report, channel, rules, "")
    names = [name_of(child) for child in children(channel)]
    if not _says_language(channel):
        report.add("MissingDCLanguage", channel)
    same_twice(report, channel, _CHANNEL_TWICE, "DuplicateSemantics")
    root = channel.getparent()
    links = [child for child in children(channel) if name_of(child) == "atom:link"]
    if (
        root is not None
        and root.get("version") == "2.0"
        and not any(each.get("rel") == "self" for each in links)
    ):
        report.add("MissingSelf", channel)
    core = [name for name in names if ":" not in name and "{" not in name]
    if "item" in core and core[core.index("item") :].count("item") != len(core) - core.index("item"):
        report.add("MisplacedItem", channel)
    _distinct(report, channel)


def _says_language(channel: etree._Element) -> bool:
    """Whether channel or items tell their language; a feed in several has none to tell for the whole."""
    told = channel.xpath("language | d:language | item/d:language", namespaces={"d": DUBLIN_CORE})
    return bool(told) or any(each.get(_XML_LANG) for each in (channel, *channel.iterancestors()))


def _distinct(report: Report, channel: etree._Element) -> None:
    seen: set[str] = set()
    for guid in channel.iterfind("item/guid"):
        value = text_of(guid)
        if value in seen:
            report.add("DuplicateValue", guid)
        seen.add(value)


def _item(report: Report, item: etree._Element) -> None:
    each_child(report, item, _ITEM, "")
    names = [name_of(child) for child in children(item)]
    if "title" not in names and "description" not in names:
        report.add("ItemMustContainTitleOrDescription", item)
    root = item.getroottree().getroot()
    if "guid" not in names and root.get("version", "").startswith("2."):
        report.add("MissingGuid", item)
    before = names[: names.index("content:encoded")] if "content:encoded" in names else ["description"]
    if "description" not in before:
        report.add("NeedDescriptionBeforeContent", item)
    same_twice(report, item, _ITEM_TWICE, "DuplicateItemSemantics")


def _description(report: Report, element: etree._Element) -> None:
    if element.getroottree().getroot().get("version") == "0.91":
        elements.plain(report, element)
    else:
        elements.safe_html(report, element)


def _guid(report: Report, element: etree._Element) -> None:
    elements.not_blank(report, element)
    value, permanent = text_of(element), element.get("isPermaLink", "true")
    if permanent not in ("true", "false"):
        report.add("InvalidBooleanAttribute", element, "@isPermaLink")
    elif permanent == "true" and value.lower().startswith(_PERMANENT_SCHEMES):
        report.add("InvalidPermalink", element)
    elif permanent == "true" and values.uri(value, full=True):
        report.add("InvalidHttpGUID", element)
    elif permanent == "false" and value.isdigit() and len(value) < 9:
        report.add("NotSufficientlyUnique", element)


def _enclosure(report: Report, element: etree._Element) -> None:
    for name in ("url", "length", "type"):
        if name not in element.attrib:
            report.add("MissingAttribute", element, f"@{name}")
    length = element.get("length", "0")
    if not values.integer(length, least=0):
        negative = values.integer(length, least=-(10**12))
        report.add("InvalidNonNegativeInteger" if negative else "InvalidIntegerAttribute", element, "@length")
    if not values.is_mime(element.get("type", "text/html")):
        report.add("InvalidMIMEAttribute", element, "@type")
    if "url" in element.attrib and (rule := values.web_address(element.get("url", ""))):
        report.add(rule, element, "@url")


def _source(report: Report, element: etree._Element) -> None:
    elements.plain(report, element)
    if "url" not in element.attrib:
        report.add("MissingAttribute", element, "@url")
    elif rule := values.uri(element.get("url", ""), full=True):
        report.add(rule, element, "@url")


def _mail(report: Report, element: etree._Element) -> None:
    """The RSS profile wants `address (name)`."""
    value = unquote(text_of(element).removeprefix("mailto:")).split("?")[0]
    if "@" in value[1:] and not value.endswith(")"):
        report.add("EmailFormat" if " " in value else "MissingRealName", element)
        return
    elements.plain(report, element)
    if not values.is_mail(value, named=True):
        report.add("InvalidContact", element)


def _image(report: Report, image: etree._Element) -> None:
    each_child(report, image, _IMAGE, "")
    require(report, image, {"title": "MissingTitle", "url": "MissingElement", "link": "MissingLink"}, "")
    channel = image.getparent()
    for name, rule in (("title", "ImageTitleDoesntMatch"), ("link", "ImageLinkDoesntMatch")):
        own, other = image.find(name), None if channel is None else channel.find(name)
        if own is not None and other is not None and text_of(other) and text_of(own) != text_of(other):
            report.add(rule, own)


def _image_url(report: Report, element: etree._Element) -> None:
    elements.full_uri(report, element)
    ending = text_of(element).rpartition(".")[2].lower()
    if re.fullmatch(r"\w+", ending) and ending not in _IMAGE_KINDS:
        report.add("ImageUrlFormat", element)


def _width(report: Report, element: etree._Element) -> None:
    if not values.integer(text_of(element), least=1, most=144):
        report.add("InvalidWidth", element)


def _height(report: Report, element: etree._Element) -> None:
    if not values.integer(text_of(element), least=1, most=400):
        report.add("InvalidHeight", element)


def _ttl(report: Report, element: etree._Element) -> None:
    elements.not_blank(report, element)
    if not values.integer(text_of(element), least=1):
        report.add("InvalidPositiveInteger", element)


_PLAIN = Child(check=elements.plain)
_ADDRESS = Child(check=elements.full_uri)
_DATE = Child(check=elements.rfc822)
_MAIL = Child(check=_mail)
_TITLE = Child(check=elements.plain_not_blank)
_OTHER = Child(check=elements.anything, holds_elements=True, attributes=())

_IMAGE: Mapping[str, Child] = {
    "url": Child(check=_image_url),
    "title": _TITLE,
    "link": _ADDRESS,
    "width": Child(check=_width),
    "height": Child(check=_height),
    "description": _PLAIN,
}
_ITEM: Mapping[str, Child] = {
    "title": _TITLE,
    "link": _ADDRESS,
    "description": Child(check=_description),
    "author": _MAIL,
    "category": Child(check=elements.plain_not_blank, many=True, attributes=("domain",)),
    "comments": _ADDRESS,
    "enclosure": Child(
        check=_enclosure, duplicate="DuplicateEnclosure", attributes=("url", "length", "type")
    ),
    "guid": Child(check=_guid, attributes=("isPermaLink",)),
    "pubDate": _DATE,
    "source": Child(check=_source, attributes=("url",)),
}
_CHANNEL: Mapping[str, Child] = {
    "title": _TITLE,
    "link": _ADDRESS,
    "description": _PLAIN,
    "language": Child(check=elements.language),
    "copyright": _PLAIN,
    "managingEditor": _MAIL,
    "webMaster": _MAIL,
    "pubDate": _DATE,
    "lastBuildDate": _DATE,
    "category": Child(check=elements.plain, many=True, attributes=("domain",)),
    "generator": Child(check=elements.anything),
    "docs": _ADDRESS,
    "ttl": Child(check=_ttl),
    "image": Child(check=_image, holds_elements=True),
    "item": Child(check=_item, many=True, holds_elements=True),
    "cloud": Child(
        check=elements.anything, attributes=("domain", "port", "path", "registerProcedure", "protocol")
    ),
    **dict.fromkeys(["rating", "textInput", "skipHours", "skipDays"], _OTHER),
}
