"""Rules on the HTML that a feed carries: safe to show, readable out of place."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from lxml import etree

from parvis.lib.feeds.rules.findings import Report, children, named, split
from parvis.lib.feeds.rules.words import (
    HTML_ELEMENTS,
    MATHML_ELEMENTS,
    RISKY_IN_STYLE,
    SAFE_ATTRIBUTES,
    SAFE_ELEMENTS,
    SVG_ELEMENTS,
)

XHTML = "http://www.w3.org/1999/xhtml"
_SVG = "http://www.w3.org/2000/svg"
_MATHML = "http://www.w3.org/1998/Math/MathML"
_ABSOLUTE = re.compile(r"[\w+.-]+:")
_UNFINISHED_TAG = re.compile(r"<[a-zA-Z/][^<>]*$")
# Numeric references to characters that HTML forbids: C1 controls are a sign of Windows-1252 escaped twice.
_WRONG_REFERENCE = re.compile(r"&#(?:x(?:0*[89][0-9a-f])|0*1(?:2[89]|[345]\d));", re.IGNORECASE)
_CSS_PLAIN = re.compile(r"""[\s\w:;,.#%!()'"-]*""", re.ASCII)
_CSS_DECLARATIONS = re.compile(r"\s*(?:[-\w]+\s*:\s*[^:;]+(?:;\s*|$))*", re.ASCII)
_SIDES = frozenset(["left", "right", "top", "bottom"])
_NO_STANDARD = ("-", "mso-", "tab-stops")
_HUGE = re.compile(r"(?<!#)\b\d{4}")
_CSS_WORD = re.compile(r"[a-zA-Z][\w-]*")


class _Reader(HTMLParser):
    """The rules that one piece of HTML breaks, in the order of reading."""

    def __init__(self, *, relative_allowed: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.relative_allowed = relative_allowed
        self.broken: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in HTML_ELEMENTS:
            self.broken.append("NotHtml")
        elif tag not in SAFE_ELEMENTS:
            self.broken.append("SecurityRisk")
        for name, value in attrs:
            self.broken.extend(_attribute(name, value or ""))
            is_reference = (tag, name) in (("a", "href"), ("img", "src"))
            if is_reference and not self.relative_allowed and not _ABSOLUTE.match((value or "").strip()):
                self.broken.append("ContainsRelRef")

    def handle_pi(self, data: str) -> None:
        if data.lower().startswith("import"):
            self.broken.append("SecurityRisk")


def _attribute(name: str, value: str) -> Iterator[str]:
    if name == "style":
        if dangerous_style(value):
            yield "DangerousStyleAttr"
    elif name not in SAFE_ATTRIBUTES and not name.startswith(("data-", "aria-", "xml")):
        yield "SecurityRiskAttr"


def dangerous_style(style: str) -> bool:
    """Whether a style can load something, run something or put itself over the page of the reader."""
    if not _CSS_PLAIN.fullmatch(style) or not _CSS_DECLARATIONS.fullmatch(style):
        return bool(style.strip())
    declarations = (part.partition(":") for part in style.lower().split(";") if part.strip())
    for name, _, value in declarations:
        words = {name.strip(), *_CSS_WORD.findall(value)} - _SIDES
        places = name.strip() in _SIDES or name.strip().startswith(_NO_STANDARD)
        if places or words & RISKY_IN_STYLE or _HUGE.search(value):
            return True
    return False


def html(report: Report, element: etree._Element, value: str, *, relative_allowed: bool) -> None:
    """Check escaped HTML; in RSS, which knows no base, addresses must be absolute."""
    reader = _Reader(relative_allowed=relative_allowed)
    reader.feed(value)
    reader.close()
    if _UNFINISHED_TAG.search(value) or _WRONG_REFERENCE.search(value):
        reader.broken.append("NotHtml")
    for rule in dict.fromkeys(reader.broken):
        report.add(rule, element)


def xhtml(report: Report, element: etree._Element) -> None:
    """Check XHTML, SVG and MathML that stand in the feed as elements."""
    space, name = split(element)
    known = {XHTML: HTML_ELEMENTS, _SVG: SVG_ELEMENTS, _MATHML: MATHML_ELEMENTS}.get(space)
    if known is not None and name not in known:
        report.add("NotHtml" if space == XHTML else "SecurityRisk", element)
    elif space == XHTML and name not in SAFE_ELEMENTS:
        report.add("SecurityRisk", element)
    for attribute, value in named(element).items():
        risky_style = attribute == "style" and dangerous_style(value)
        if risky_style or attribute.lower().startswith("on"):
            report.add("DangerousStyleAttr" if risky_style else "SecurityRiskAttr", element, f"@{attribute}")
    for child in children(element):
        if not split(child)[0]:
            report.add("MissingNamespace", child)
        xhtml(report, child)
