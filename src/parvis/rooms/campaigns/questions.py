"""What a survey asks, as its JSON column holds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .models import Survey

MOST = 12
"""Questions of one survey."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question; its `name` is that of its answers and stays. `choices` are by language, and none means words."""

    name: str
    words: Mapping[str, str]
    choices: Sequence[Mapping[str, str]] = ()

    def said(self, language: str) -> str:
        return in_language(self.words, language)

    def offered(self, language: str) -> Sequence[tuple[str, str]]:
        """(value, words) of what can be chosen; the value is the place in the list, which stays once it is open."""
        return [(str(place), in_language(one, language)) for place, one in enumerate(self.choices)]

    def answered(self, answer: str, language: str) -> str:
        """An answer in words."""
        return dict(self.offered(language)).get(answer, "") if self.choices else answer


def in_language(words: Mapping[str, str], language: str) -> str:
    return words.get(language[:2]) or next(iter(words.values()), "")


def asked_by(survey: Survey) -> Sequence[Asked]:
    """The questions of a survey, in their order."""
    return [Asked(**one) for one in survey.questions]


def as_kept(questions: Sequence[Asked]) -> list[dict[str, Any]]:
    return [
        {"name": one.name, "words": dict(one.words), "choices": [dict(choice) for choice in one.choices]}
        for one in questions
    ]
