"""The checker agrees with the W3C feed validator, case by case, and finds nothing wrong with our feeds."""

import re
import tarfile
from collections import Counter
from dataclasses import dataclass
from functools import cache

import pytest

from parvis.lib.feeds.rules import PARENTS, belongs_to, check

ARCHIVE = "journal/feeds/w3c-feedvalidator-testcases-rss-atom.tar.gz"
ATOM, RSS, JSON = "application/atom+xml", "application/rss+xml", "application/feed+json"


def names(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Messages of success: the case holds when none of these is found at its place.
SUCCESS = {
    "ValidURI": ("InvalidLink", "SchemeNotIANARegistered"),
    "ValidRFC2822Date": ("InvalidRFC2822Date", "ProblematicalRFC822Date", "ImplausibleDate"),
    "ValidW3CDTFDate": ("InvalidW3CDTFDate", "InvalidRFC3339Date", "ImplausibleDate"),
    "ValidMIMEAttribute": ("InvalidMIMEType", "InvalidMIMEAttribute"),
    "ValidTAG": ("InvalidTAG",),
    "ValidURN": ("InvalidURN", "InvalidUUID"),
    "ValidContact": ("InvalidContact", "EmailFormat"),
    "ValidElement": ("UndefinedElement",),
    "ValidLanguage": ("InvalidLanguage",),
    "ValidAtomLinkRel": ("UnregisteredAtomLinkRel", "AttrNotBlank"),
    "ValidTitle": ("ContainsHTML", "MissingTitle"),
    "ValidHtml": ("NotHtml",),
    "ValidHttpGUID": ("InvalidHttpGUID", "NotSufficientlyUnique"),
    "ValidURLAttribute": ("InvalidURLAttribute",),
    "ValidBooleanAttribute": ("InvalidBooleanAttribute",),
    "ValidIntegerAttribute": ("InvalidIntegerAttribute",),
    "ValidInteger": ("InvalidInteger",),
    "ValidWidth": ("InvalidWidth",),
    "ValidHeight": ("InvalidHeight",),
}
LEVELS = {"Error", "Warning", "Message"}

# Names left out on purpose: they speak of elements, encodings and transports that our writers never use.
UNCOVERED = names("""
    AvoidNamespacePrefix AvoidTextInput BadXmlVersion ContainsSystemEntity DeprecatedDTD
    DeprecatedMediaAdult DuplicateDescriptionSemantics EightDaysAWeek InvalidCommaSeparatedIntegers
    InvalidCountryCode InvalidCreditRole InvalidDay InvalidDoctype InvalidFloat InvalidFormComponentName
    InvalidHour InvalidLatitude InvalidLongitude InvalidMediaExpression InvalidMediaHash
    InvalidMediaMedium InvalidMediaRating InvalidMediaRestriction InvalidMediaRestrictionRel
    InvalidMediaRestrictionType InvalidMediaTextType InvalidNPTTime InvalidRDF InvalidUpdatePeriod
    MediaGroupWithoutAlternatives MediaRssNamespace MisplacedMetadata MisplacedXHTMLContent NoBlink
    NonstdEncoding NonstdPrefix NotEnoughHoursInTheDay NotEscaped NotInANamespace ObscureEncoding
    ObsoleteWikiNamespace ReservedPrefix SameDocumentReference SelfDoesntMatchLocation SlashDate
    UnicodeError UnknownHost UnknownNamespace UnsupportedNamespace UseZeroForMidnight ValidCloud
    ValidDay ValidDoctype ValidHour ValidNPTTime ValidUpdatePeriod
""")
# Prefixes of vocabularies, and elements of RSS, that our writers never use.
OTHER_VOCABULARIES = names("""
    admin app blogChannel cc creativeCommons dcterms ev geo icbm itunes media slash sy trackback xhtml
""")
OTHER_ELEMENTS = frozenset(["cloud", "skipDays", "skipHours", "textInput"])
# Single cases of covered names that are left out, and why.
LEFT_OUT = {
    "atom/3.1.1.3/bogus_mathml_attr.xml": "attributes of MathML, which is never written inline",
    "atom/3.1.1.3/bogus_svg_attr.xml": "attributes of SVG, which is never written inline",
    "atom/3.3/updated-future.xml": "the checker has no clock",
    "rss20/element-channel-item-pubdate/pubDate_future.xml": "the checker has no clock",
    "atom/6.1/invalid-namespace.xml": "the name of a foreign namespace",
    "atom/must/feed_info_no_html.xml": "an element of Atom 0.3",
    "atom/must/feed_info_no_html_cdata.xml": "an element of Atom 0.3",
    "atom/must/feed_unknown_element_core_namespace.xml": "what follows in a feed without namespace",
    "atom/must/unknown_element_in_known_namespace.xml": "the syndication vocabulary",
    "rss/must/rdf_Description.xml": "an RDF vocabulary",
    "rss20/element-channel-textinput-title/invalid_textInput_title_contains_html.xml": "the element textInput",
}


@dataclass(frozen=True)
class Case:
    """A file of the W3C with what it expects: a message, or with `absent` that it stays away."""

    path: str
    data: bytes
    message: str
    absent: bool
    place: dict[str, str]

    @property
    def outside(self) -> str:
        """Why the case is none of ours, or nothing."""
        places = {self.place.get(key, "") for key in ("element", "parent", "ext", "core")}
        if "<rdf:RDF" in self.data.decode("latin-1") or "<rdf:rdf" in self.data.decode("latin-1"):
            return "RSS 1.0"
        if self.path.startswith("ext/media/"):
            return "media"
        if self.message in UNCOVERED:
            return "name"
        if {place.split(":")[0] for place in places} & OTHER_VOCABULARIES or places & OTHER_ELEMENTS:
            return "vocabulary"
        return "case" if self.path in LEFT_OUT else ""

    def agrees(self, findings) -> bool:
        """Whether the checker says what the W3C expects, at the place it expects it."""
        here = [finding for finding in findings if self.is_here(finding.where)]
        if self.message in SUCCESS:
            wrong = SUCCESS[self.message]
            if self.absent:
                return bool(here)
            return not any(belongs_to(finding.rule, name) for finding in here for name in wrong)
        fired = any(belongs_to(finding.rule, self.message) for finding in here)
        return fired != self.absent

    def is_here(self, where: str) -> bool:
        steps = {
            step.removeprefix("atom:").replace("_", ":")
            for step in re.split("[/@]", where.split(": ", 1)[-1])
        }
        element, parent = self.place.get("element", ""), self.place.get("parent", "root")
        if self.message == "MissingNamespace":
            return True
        return (not element or element.removeprefix("atom:") in steps) and (
            parent == "root" or parent in steps
        )


@cache
def read_cases(archive) -> list[Case]:
    cases = []
    with tarfile.open(archive) as files:
        for member in files:
            if member.name.endswith(".xml"):
                data = files.extractfile(member).read()
                pattern = r"Expect:\s*(!?)(\w+)(?:\{(.*?)\})?"
                expected = re.search(pattern, data.decode("latin-1"), re.DOTALL)
                pairs = (pair.strip().split(":", 1) for pair in (expected[3] or "").split(",") if ":" in pair)
                path = member.name.removeprefix("testcases/")
                cases.append(Case(path, data, expected[2], expected[1] == "!", dict(map(tuple, pairs))))
    return cases


@pytest.mark.data
class TestAgainstTheW3C:
    @pytest.fixture
    def cases(self, shared_data):
        return read_cases(shared_data / ARCHIVE)

    def test_agrees_on_every_case_of_ours(self, cases):
        ours = [case for case in cases if not case.outside]
        wrong = [case for case in ours if not case.agrees(check(case.data, RSS))]
        assert [(case.path, case.absent, case.message, case.place) for case in wrong] == []
        assert len(ours) == 1161

    def test_knows_every_name_or_leaves_it_out_on_purpose(self, cases):
        known = set(PARENTS) | set(SUCCESS) | LEVELS
        named = {case.message for case in cases}
        assert named - known - UNCOVERED == set()
        assert UNCOVERED & known == set()
        assert named >= UNCOVERED

    def test_leaves_out_what_it_says_and_no_more(self, cases):
        assert Counter(case.outside for case in cases) == {
            "": 1161,
            "name": 86,
            "media": 86,
            "vocabulary": 79,
            "RSS 1.0": 47,
            "case": len(LEFT_OUT),
        }


FEED = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">
<id>tag:example.org,2026:journal</id><title>Journal</title><updated>2026-02-09T17:30:00Z</updated>
<link rel="self" href="https://example.org/feed"/><author><name>Éva</name></author>
<entry><id>tag:example.org,2026:1</id><title>Un</title><updated>2026-02-09T17:30:00Z</updated>
<link href="https://example.org/1"/><content type="html">{content}</content></entry></feed>"""


def rules_of(text: str, mime: str = ATOM) -> list[str]:
    return [finding.rule for finding in check(text.encode(), mime)]


class TestCheck:
    def test_finds_nothing_in_a_sound_feed(self):
        assert rules_of(FEED.format(content="&lt;p&gt;Bonjour&lt;/p&gt;")) == []

    @pytest.mark.parametrize(
        ("content", "rule"),
        [
            ("&lt;script&gt;go()&lt;/script&gt;", "SecurityRisk"),
            ("&lt;iframe src='https://example.org'&gt;&lt;/iframe&gt;", "SecurityRisk"),
            ("&lt;style&gt;p {}&lt;/style&gt;", "SecurityRisk"),
            ("&lt;p onclick='go()'&gt;x&lt;/p&gt;", "SecurityRiskAttr"),
            ("&lt;p style='position: fixed'&gt;x&lt;/p&gt;", "DangerousStyleAttr"),
            ("&lt;blob&gt;x&lt;/blob&gt;", "NotHtml"),
            ("Ã©tÃ©", "BadCharacters"),
            ("", "NotBlank"),
        ],
    )
    def test_refuses_content_that_is_not_safe_to_show(self, content, rule):
        assert rules_of(FEED.format(content=content)) == [rule]

    def test_tells_the_line_and_the_place(self):
        (finding,) = check(
            FEED.replace("2026-02-09T17:30:00Z</updated>\n<link href", "9 Feb</updated>\n<link href")
            .format(content="x")
            .encode(),
            ATOM,
        )
        assert (finding.rule, finding.where) == ("InvalidRFC3339Date", "line 4: feed/entry/updated")

    def test_says_that_a_document_cannot_be_read(self):
        assert rules_of("<feed") == ["SAXError"]
        assert rules_of("") == ["SAXError"]
        assert rules_of("<feed>&nbsp;</feed>") == ["UndefinedNamedEntity"]

    def test_reads_no_file_that_a_document_names(self, tmp_path):
        secret = tmp_path / "secret"
        secret.write_text("</b>")
        document = f'<!DOCTYPE feed [<!ENTITY s SYSTEM "{secret}">]>' + FEED.format(content="&s;")
        assert "ContainsHTML" not in rules_of(document)

    def test_wants_absolute_addresses_in_rss(self):
        document = '<rss version="2.0"><channel><item><description>&lt;img src="/a.png"&gt;</description></item></channel></rss>'
        assert "ContainsRelRef" in rules_of(document, RSS)


class TestJsonFeed:
    def test_wants_what_the_specification_wants(self):
        document = """{"version": "https://jsonfeed.org/version/1", "feed_url": "/feed", "extra": 1, "_own": 1,
            "language": "french!", "items": [{"id": 7, "date_published": "today", "title": 3,
            "attachments": [{"url": "https://example.org/a", "mime_type": "audio", "size_in_bytes": -1}]},
            {"id": "1", "content_text": "x"}, {"id": "1", "content_text": "x", "authors": [{}]}]}"""
        assert sorted(rules_of(document, JSON)) == sorted(
            [
                *(
                    "InvalidRSSVersion",
                    "MissingTitle",
                    "InvalidFullLink",
                    "UndefinedElement",
                    "InvalidLanguage",
                ),
                *("MissingElement", "MissingTextualContent", "InvalidRFC3339Date", "InvalidValue"),
                *("InvalidMIMEAttribute", "InvalidNonNegativeInteger", "DuplicateValue", "MissingElement"),
            ]
        )

    def test_says_that_a_document_is_no_feed(self):
        assert rules_of("{", JSON) == ["SAXError"]
        assert rules_of("[]", JSON) == ["UndefinedElement"]
        assert rules_of(
            '{"version": "https://jsonfeed.org/version/1.1", "title": "T", "feed_url": "https://e.org/f"}',
            JSON,
        ) == ["MissingElement"]
