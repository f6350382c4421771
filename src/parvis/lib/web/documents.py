"""An HTML document as others sent it: parsed leniently, its addresses seen from where it stands."""

from collections.abc import Iterator
from urllib.parse import urljoin

from lxml import html
from lxml.etree import LxmlError

from parvis.lib.web.fetching import Answer

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", ""})


class Document:
    """A parsed page; `root` is None when there is nothing to read in it."""

    def __init__(self, answer: Answer) -> None:
        self.root = _parsed(answer.body, answer.content_type[1])
        self.base = answer.url
        for element in self.elements("base"):
            if (href := element.get("href")) is not None:
                self.base = whole(href, answer.url) or answer.url
                break

    def elements(self, *names: str) -> Iterator[html.HtmlElement]:
        """Its elements of these names in document order; all of them without names."""
        if self.root is not None:
            yield from (one for one in self.root.iter(*names) if isinstance(one.tag, str))

    def whole(self, address: str) -> str:
        """An address of this page, whole; "" when it is none."""
        return whole(address, self.base)


def whole(address: str, base: str) -> str:
    """An address as seen from another, without the spaces around it; "" when it is none."""
    try:
        return urljoin(base, address.strip("\t\n\f\r "))
    except ValueError:
        return ""


def is_html(answer: Answer) -> bool:
    return answer.content_type[0] in HTML_TYPES


def _parsed(body: bytes, charset: str) -> html.HtmlElement | None:
    try:
        parser = html.HTMLParser(encoding=charset or None, recover=True, no_network=True)
    except LookupError:
        parser = html.HTMLParser(recover=True, no_network=True)
    try:
        return html.document_fromstring(body, parser=parser)
    except (LxmlError, ValueError, AssertionError):
        return None
