"""The one sanitiser for everything that people or files wrote."""

import re
from urllib.parse import urlsplit

import nh3

from parvis.lib.markup.tags import ATTRIBUTES, attributes_of, escape, opening, words

ID_PREFIX = "text-"
"""Before every id that a text brings, so that none can pass for one of the page's own (DOM clobbering)."""

TAGS = words(
    "a abbr aside audio b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em "
    "figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small source "
    "span strong sub summary sup table tbody td tfoot th thead time tr track u ul var video wbr"
)
_CONTENT_GOES_TOO = words(
    "applet embed frameset iframe math noembed noframes noscript object script style svg template title xmp"
)
_EVERYWHERE = {"lang", "dir", "title", "id", "class"}
_ATTRIBUTES = {
    "*": _EVERYWHERE,
    "a": {"href", "hreflang"},
    "audio": {"src"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "img": {"src", "alt", "width", "height", "align"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "q": {"cite"},
    "source": {"src", "type"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "scope", "align"},
    "time": {"datetime"},
    "track": {"src", "kind", "srclang", "label"},
    "video": {"src", "poster", "width", "height"},
}
CLASSES = words(
    "align-center align-left align-right aligncenter alignleft alignnone alignright embed footnote-backref "
    "footnote-ref footnotes gallery note wp-block-footnotes wp-caption wp-caption-text"
)
_CODE_LANGUAGE = re.compile(r"language-[a-zA-Z0-9+#.-]{1,24}")

_LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_FILE_SCHEMES = frozenset({"http", "https"})
_SCHEME = re.compile(r"([^/?#:]*):")
_NOT_IN_AN_ADDRESS = re.compile(r"[\x00-\x20\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]+")
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,5}")
_VALUES = {
    "align": re.compile(r"left|right|center|justify"),
    "colspan": _WHOLE_NUMBER,
    "datetime": re.compile(r"[0-9A-Za-z:.,+\- ]{1,40}"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "height": _WHOLE_NUMBER,
    "hreflang": re.compile(r"[A-Za-z0-9-]{1,35}"),
    "id": re.compile(r"[\w.:-]{1,100}"),
    "kind": re.compile(r"subtitles|captions|descriptions|chapters"),
    "lang": re.compile(r"[A-Za-z0-9-]{0,35}"),
    "rowspan": _WHOLE_NUMBER,
    "scope": re.compile(r"row|col|rowgroup|colgroup"),
    "span": _WHOLE_NUMBER,
    "srclang": re.compile(r"[A-Za-z0-9-]{1,35}"),
    "start": _WHOLE_NUMBER,
    "type": re.compile(
        r"[1aAiI]|(?:audio|video)/[A-Za-z0-9.+-]{1,60}(?:; ?codecs=[A-Za-z0-9.,\"' -]{1,60})?"
    ),
    "value": _WHOLE_NUMBER,
    "width": _WHOLE_NUMBER,
}


def _safe_address(value: str, schemes: frozenset[str]) -> str | None:
    """`value` without what browsers ignore in an address, or None when its scheme is not among `schemes`."""
    scheme = _SCHEME.match(_NOT_IN_AN_ADDRESS.sub("", value))
    if scheme and scheme[1].lower() not in schemes:
        return None
    return re.sub(r"[\t\r\n\x00]", "", value).strip() or None


def _attribute(tag: str, name: str, value: str) -> str | None:
    """The value that an attribute may keep, or None; nh3 asks this of every attribute on the allow list."""
    if name == "href":
        if value.startswith("#"):
            target = value[1:].removeprefix(ID_PREFIX)
            return f"#{ID_PREFIX}{target}" if target else None
        return _safe_address(value, _LINK_SCHEMES)
    if name in {"src", "cite", "poster"}:
        return _safe_address(value, _FILE_SCHEMES)
    if name == "class":
        kept = [word for word in value.split() if word in CLASSES or _CODE_LANGUAGE.fullmatch(word)]
        return " ".join(kept) or None
    rule = _VALUES.get(name)
    return value if rule is None or rule.fullmatch(value) else None


def _cleaner(rel: str, *, iframes: bool = False) -> nh3.Cleaner:
    """A cleaner; with `iframes` it also lets iframe elements through, which must not be the last pass."""
    return nh3.Cleaner(
        tags=TAGS | {"iframe"} if iframes else TAGS,
        clean_content_tags=_CONTENT_GOES_TOO - {"iframe"} if iframes else _CONTENT_GOES_TOO,
        attributes={**_ATTRIBUTES, "iframe": {"src"}} if iframes else _ATTRIBUTES,
        attribute_filter=_attribute,
        set_tag_attribute_values={
            "audio": {"controls": "", "preload": "none"},
            "video": {"controls": "", "preload": "none"},
        },
        link_rel=rel,
        url_schemes=_LINK_SCHEMES,
        id_prefix=ID_PREFIX,
    )


_OWN = _cleaner("noopener")
_OTHERS = _cleaner("noopener nofollow ugc")
_WITH_IFRAMES = _cleaner("noopener", iframes=True)

_IFRAME = re.compile(rf"<iframe({ATTRIBUTES})>.*?</iframe>", re.DOTALL)
_PLAYERS = (
    (
        re.compile(r"(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]+)"),
        "https://www.youtube.com/watch?v={}",
    ),
    (re.compile(r"player\.vimeo\.com/video/([0-9]+)"), "https://vimeo.com/{}"),
    (re.compile(r"(?:www\.)?dailymotion\.com/embed/video/(\w+)"), "https://www.dailymotion.com/video/{}"),
)


def _iframe_as_link(attributes: dict[str, str], *, known_players: bool) -> str:
    """A link in the place of an iframe; nothing is fetched from another house before somebody follows it."""
    source = attributes.get("src", "")
    try:
        parts = urlsplit(source)
    except ValueError:
        return ""
    if not source:
        return ""
    link = {"href": source}
    if known_players:
        for pattern, page in _PLAYERS:
            if found := pattern.match(parts.netloc + parts.path):
                link = {"href": page.format(found[1]), "class": "embed"}
    return opening("a", link) + escape(attributes.get("title") or parts.netloc or source) + "</a>"


def clean(html: str, *, trusted_iframes: bool = False, ugc: bool = False) -> str:
    """`html` with nothing left in it that can run, load a frame, send a form or restyle the page.

    Cleaning what is clean changes nothing. An iframe becomes a plain link to its address; with
    `trusted_iframes` (texts of the house's own authors) the well-known players become links to the page of
    the film, marked with the class `embed`. `ugc` marks links as written by visitors.
    """
    html = html.encode(errors="replace").decode()
    if "<iframe" in html.lower():
        html = _IFRAME.sub(
            lambda found: _iframe_as_link(attributes_of(found[1]), known_players=trusted_iframes),
            _WITH_IFRAMES.clean(html),
        )
    return _settled(_OTHERS if ugc else _OWN, html)


def _settled(cleaner: nh3.Cleaner, html: str) -> str:
    """Clean until nothing changes any more: a browser then reads exactly the tree that was judged.

    Markup built to mean something else each time it is parsed ends as its bare text.
    """
    for _ in range(6):
        cleaned = cleaner.clean(html)
        if cleaned == html:
            return cleaned
        html = cleaned
    return escape(nh3.clean(html, tags=set()))
