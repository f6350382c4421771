"""What the checker finds, under the names that the W3C feed validator gives its messages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

# The name of each rule with the more general one it belongs to; each line ends in Error, Warning or Info.
# What a name means is told at https://validator.w3.org/feed/docs/ under /error/ and /warning/.
PARENTS: Mapping[str, str] = {
    **dict.fromkeys(
        [
            *("SAXError", "InvalidRSSVersion", "UndefinedElement", "MissingAttribute"),
            *(
                "UnexpectedAttribute",
                "DuplicateElement",
                "InvalidValue",
                "MissingElement",
                "DuplicateAtomLink",
            ),
            *("UnexpectedText", "UnexpectedWhitespace", "InvalidPermalink", "DuplicateIds", "MissingSummary"),
            *("ObsoleteNamespace", "InvalidMIMEType", "InvalidNamespace", "FeedRelInCompleteFeed"),
            *(
                "CurrentNotSelfInCompleteFeed",
                "LinkPastEnd",
            ),
        ],
        "Error",
    ),
    **dict.fromkeys(
        [
            *("DuplicateSemantics", "ImageLinkDoesntMatch", "ImageUrlFormat", "ContainsRelRef"),
            *("NotSufficientlyUnique", "ImplausibleDate", "ProblematicalRFC822Date", "SecurityRisk"),
            *(
                "BadCharacters",
                "NonCanonicalURI",
                "ContainsEmail",
                "ContainsHTML",
                "MissingSelf",
                "RelativeSelf",
            ),
            *("MissingSourceElement", "MissingTypeAttr", "DuplicateEntries", "DuplicateUpdated", "NotBlank"),
            *("AttrNotBlank", "MissingTextualContent", "SelfNotAtom", "DuplicateEnclosure", "MissingGuid"),
            *("AtomLinkNotEmpty", "UnregisteredAtomLinkRel", "SchemeNotIANARegistered", "NotHtml"),
            *("FeedHistoryRelInEntry", "MissingCurrentInArchive", "ArchiveIncomplete", "HtmlFragment"),
            *("RSS20Profile", "NotInline", "UseOfExtensionAttr", "UndeterminableVocabulary", "CommentRSS"),
        ],
        "Warning",
    ),
    **dict.fromkeys(
        [
            *(
                "InvalidContact",
                "InvalidLink",
                "InvalidISO8601Date",
                "InvalidRFC2822Date",
                "InvalidRFC3339Date",
            ),
            *("InvalidIntegerAttribute", "InvalidBooleanAttribute", "InvalidMIMEAttribute", "InvalidInteger"),
            *(
                "InvalidWidth",
                "InvalidHeight",
                "InvalidHttpGUID",
                "InvalidLanguage",
            ),
            *("InvalidTextType", "DuplicateValue", "InvalidURN", "InvalidUUID", "InvalidTAG", "NotBase64"),
        ],
        "InvalidValue",
    ),
    **dict.fromkeys(
        ["InvalidIRI", "InvalidFullLink", "InvalidUriChar", "InvalidURIAttribute", "UriNotIri"], "InvalidLink"
    ),
    **dict.fromkeys(["InvalidNonNegativeInteger", "InvalidPositiveInteger"], "InvalidInteger"),
    **dict.fromkeys(
        [
            *("MissingDescription", "MissingLink", "MissingTitle", "ItemMustContainTitleOrDescription"),
            *("MissingXhtmlDiv", "MissingContentOrAlternate"),
        ],
        "MissingElement",
    ),
    "DuplicateItemSemantics": "DuplicateSemantics",
    **dict.fromkeys(
        [
            *("EmailFormat", "MisplacedItem", "ImageTitleDoesntMatch", "NeedDescriptionBeforeContent"),
            *(),
        ],
        "RSS20Profile",
    ),
    "MissingNamespace": "SAXError",
    "UndefinedNamedEntity": "SAXError",
    "NoThrWhen": "UndefinedElement",
    "MissingHref": "MissingAttribute",
    "InvalidAddrSpec": "InvalidContact",
    "MissingRealName": "EmailFormat",
    "InvalidURLAttribute": "InvalidURIAttribute",
    "InvalidW3CDTFDate": "InvalidISO8601Date",
    "SecurityRiskAttr": "SecurityRisk",
    "DangerousStyleAttr": "SecurityRiskAttr",
    "ContainsUndeclaredHTML": "ContainsHTML",
    "CharacterData": "ContainsHTML",
    "MissingDCLanguage": "Info",
}

_PREFIXES = {
    "http://www.w3.org/2005/Atom": "atom:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/syndication/thread/1.0": "thr:",
    "http://purl.org/syndication/history/1.0": "fh:",
    "http://wellformedweb.org/CommentAPI/": "wfw:",
}


@dataclass(frozen=True)
class Finding:
    """A broken rule and its place: `line 12: channel/item/title`, with `@name` for an attribute."""

    rule: str
    where: str


def belongs_to(rule: str, name: str) -> bool:
    """Whether a rule is the named one or falls under it; `Message` covers errors and warnings."""
    while rule != name and rule in PARENTS:
        rule = PARENTS[rule]
    return rule == name or (name == "Message" and rule in ("Error", "Warning"))


@dataclass
class Report:
    """The findings so far, and the lines of the document."""

    lines: list[bytes] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def add(self, rule: str, element: etree._Element, part: str = "") -> None:
        """A finding at an element; `part` is `@attribute` or `/child`, for what is absent too."""
        path = "/".join(name_of(step) for step in (*reversed(list(element.iterancestors())), element))
        self.findings.append(Finding(rule, f"line {element.sourceline or 0}: {path}{part}"))

    def spelled_out(self, element: etree._Element) -> bool:
        """Whether the source has `&` or `<` as the hexadecimal references that the RSS profile asks for."""
        number = element.sourceline if isinstance(element.sourceline, int) else 1
        source = self.lines[number - 1 : number]
        return any(re.search(rb"&#x(26|3c);", each, re.IGNORECASE) for each in source)


def name_of(element: etree._Element) -> str:
    """The name with the usual prefix; names of Atom have none inside Atom."""
    space, local = split(element)
    root = element.getroottree().getroot()
    if space == split(root)[0]:
        return local
    return _PREFIXES.get(space, f"{{{space}}}" if space else "") + local


def split(element: etree._Element) -> tuple[str, str]:
    """Namespace (empty when there is none) and local name; both empty for comments and instructions."""
    if not isinstance(element.tag, str):
        return "", ""
    qualified = etree.QName(element)
    return qualified.namespace or "", qualified.localname


def children(element: etree._Element) -> list[etree._Element]:
    """The child elements, without comments and instructions."""
    return [child for child in element if isinstance(child.tag, str)]


def named(element: etree._Element) -> dict[str, str]:
    """The attributes, namespaces in braces."""
    return {str(name): str(value) for name, value in element.attrib.items()}
