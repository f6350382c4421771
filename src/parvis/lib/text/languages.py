"""Which language a text is in, and what languages are called."""

import re
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

_FEWEST_WORDS = 3
_SURE = 0.8
_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+")
_TOLD_APART = tuple(
    [
        "fr",
        "en",
        "de",
        "it",
        "es",
        "pt",
        "nl",
        "ca",
        "eu",
        "gl",
        "oc",
        "br",
        "cy",
        "ga",
        "da",
        "sv",
        "nb",
        "no",
        "nn",
        "fi",
        "is",
        "pl",
        "cs",
        "sk",
        "sl",
        "hr",
        "sr",
        "bs",
        "hu",
        "ro",
        "bg",
        "el",
        "tr",
        "uk",
        "ru",
        "et",
        "lv",
        "lt",
        "sq",
        "mk",
        "mt",
        "eo",
        "la",
        "ar",
        "he",
        "fa",
        "hi",
        "zh",
        "ja",
        "ko",
        "vi",
        "id",
    ]
)
_one_at_a_time = threading.Lock()  # which languages are in play is kept in the identifier

NAMES = {
    "fr": {"fr": "français", "en": "anglais", "de": "allemand", "it": "italien", "es": "espagnol"},
    "en": {"fr": "French", "en": "English", "de": "German", "it": "Italian", "es": "Spanish"},
    "de": {"fr": "Französisch", "en": "Englisch", "de": "Deutsch", "it": "Italienisch", "es": "Spanisch"},
    "it": {"fr": "francese", "en": "inglese", "de": "tedesco", "it": "italiano", "es": "spagnolo"},
    "es": {"fr": "francés", "en": "inglés", "de": "alemán", "it": "italiano", "es": "español"},
}
"""Names of languages, by the language of the sentence they stand in."""


class _Identifier(Protocol):
    """What we use of py3langid, which has no types."""

    def set_languages(self, langs: Sequence[str]) -> None: ...
    def classify(self, text: str) -> tuple[str, float]: ...


@cache
def _identifier() -> _Identifier:
    # Loaded at the first guess: the model takes half a second that most processes never need.
    from py3langid import langid  # noqa: PLC0415

    untyped: Any = langid.LanguageIdentifier
    every: Any = untyped.from_model_file(langid.MODEL_FILE, norm_probs=True)
    # The model knows 140 languages; without those that no square here is written in it is 25 MB smaller.
    every.set_languages([code for code in _TOLD_APART if code in every.labels])
    every._full_model = (every.nb_ptc, every.nb_pc, every.nb_classes)
    identifier: _Identifier = every
    return identifier


def make_ready() -> None:
    """Load the model now: it takes twice its room while it loads, which is best done while little else is there."""
    _identifier()


def guess(text: str, among: Sequence[str]) -> str | None:
    """The language of `text`, one of `among`; None when the text is too short or leaves doubt."""
    text = _ADDRESS.sub(" ", text[:8_000])[:4_000]  # the pattern is slow on a long run without a space
    among = [code for code in among if code in _TOLD_APART]
    if len(_WORD.findall(text)) < _FEWEST_WORDS or not among:
        return None
    with _one_at_a_time:
        identifier = _identifier()
        identifier.set_languages(list(among))
        language, probability = identifier.classify(text)
    return language if probability >= _SURE else None


def name(code: str, inside: str) -> str:
    """What the language `code` is called in the language `inside`; the code itself when we have no word for it."""
    primary = code.partition("-")[0].lower()
    return NAMES.get(inside.partition("-")[0].lower(), NAMES["en"]).get(primary, code)
