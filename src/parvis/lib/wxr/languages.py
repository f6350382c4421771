"""Finds the language of an item and its notes in other languages: Basic Bilingual, Polylang, qTranslate."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from parvis.lib.wxr import php
from parvis.lib.wxr.records import Item

_CODE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)
_BASIC_BILINGUAL_DEFAULT = ("en", "fr")
_QTRANSLATE = re.compile(r"<!--:([a-z]{2})?-->|\[:([a-z]{2})?\]")


@dataclass(frozen=True, kw_only=True)
class Bilingual:
    """The language of an item, its notes by language, and its own excerpt if the plugin kept one.

    `adrift` is a note whose language nothing here tells; whoever finds out that of the item may tell it
    (`other_language`). `group` names the translations that belong together (Polylang).
    """

    language: str | None = None
    notes: Mapping[str, str] = field(default_factory=dict)
    adrift: str = ""
    excerpt: str | None = None
    source: Literal["basic-bilingual-1", "basic-bilingual-0", "polylang", "none"] = "none"
    group: str | None = None


def bilingual(item: Item, site_languages: Sequence[str]) -> Bilingual:
    """What plugins for several languages left on an item.

    1. Basic Bilingual from 1.0 on: `bb-post-language` and the map `bb-post-excerpts`, whose entry in the
       item's own language is its excerpt. Where both generations stand on one item, this one counts.
    2. Basic Bilingual before: `language` and `other-excerpt`, a note whose language was never written down: the
       other one of `site_languages`, of English and French when those do not tell; adrift when the item's own
       language is not known either.
    3. Polylang: the taxonomies `language` and `post_translations`.
    An empty language is None. The group of Polylang is given whatever the source.
    """
    group = next((term.slug for term in item.terms if term.taxonomy == "post_translations"), None)
    polylang = next(
        (code for term in item.terms if term.taxonomy == "language" and (code := _code(term.slug))), None
    )
    new_code, old_code = _code(item.meta_value("bb-post-language")), _code(item.meta_value("language"))
    if len(old_code) != 2 and old_code not in site_languages:
        old_code = ""  # other plugins use this key too, for the language of a programme for instance
    excerpts = _excerpts(item.meta_value("bb-post-excerpts"))
    old_note = item.meta_value("other-excerpt")
    if new_code or excerpts:
        language = new_code or old_code or polylang
        notes = {code: text for code, text in excerpts.items() if code != language}
        return Bilingual(
            language=language,
            notes=notes,
            excerpt=excerpts.get(language) if language else None,
            source="basic-bilingual-1",
            group=group,
        )
    if old_code or old_note.strip():
        language = old_code or polylang
        other = other_language(language, site_languages)
        return Bilingual(
            language=language,
            notes={other: old_note} if old_note.strip() and other else {},
            adrift=old_note if old_note.strip() and not other else "",
            source="basic-bilingual-0",
            group=group,
        )
    if polylang:
        return Bilingual(language=polylang, source="polylang", group=group)
    return Bilingual(group=group)


def split_qtranslate(text: str) -> Mapping[str, str] | None:
    """The texts by language of a field that holds several; None for a field without marks of qTranslate.

    Text outside the marks belongs to every language.
    """
    parts = _QTRANSLATE.split(text)
    codes = list(dict.fromkeys(code for code in (*parts[1::3], *parts[2::3]) if code))
    if not codes:
        return None
    texts = dict.fromkeys(codes, "")
    current: str | None = None
    for index in range(0, len(parts), 3):
        if index:
            current = parts[index - 2] or parts[index - 1]
        for code in [current] if current else codes:
            texts[code] += parts[index]
    return texts


def other_language(language: str | None, site_languages: Sequence[str]) -> str | None:
    """The one language of the site that is not this one; None when that is not certain."""
    for known in (tuple(_code(code) for code in site_languages), _BASIC_BILINGUAL_DEFAULT):
        others = [code for code in known if code != language]
        if language in known and len(others) == 1:
            return others[0]
    return None


def _code(text: str) -> str:
    text = text.strip().replace("_", "-").lower()
    return text if _CODE.fullmatch(text) else ""


def _excerpts(serialised: str) -> dict[str, str]:
    if not serialised.strip():
        return {}
    try:
        value = php.loads(serialised)
    except php.PhpFormatError:
        try:
            value = php.loads(serialised, lenient=True)
        except php.PhpFormatError:
            return {}
    pairs = value.items() if isinstance(value, dict) else ()
    return {
        code: text
        for key, text in pairs
        if isinstance(text, str) and text.strip() and (code := _code(str(key)))
    }
