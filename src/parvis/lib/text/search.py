"""The words of a text as the full-text index holds them, the words somebody types, and the lines where they meet."""

import re
import threading
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, product

from Stemmer import Stemmer

VERSION = 2
"""Of what `index_words` writes: an index written by another must be made anew."""

LONGEST_WORD = 40
_FAR_ENOUGH = 5 * LONGEST_WORD
"""Letters and marks to read for a word of the index; reading on would take for ever in a text that is one word."""
MOST_WORDS = 12
_LONGEST_QUERY = 2_000
_MOST_WAYS = 81  # of four words with three readings each

_APOSTROPHES = "'’ʼ‘＇´`′"
_LETTERS_ALONE = {
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ł": "l",
    "þ": "th",
    "ħ": "h",
    "ŧ": "t",
    "ı": "i",
    "ŋ": "n",
    "ĸ": "k",
    **dict.fromkeys(_APOSTROPHES, "'"),
}
_LETTER_ALONE = re.compile(f"[{''.join(_LETTERS_ALONE)}]")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_ELISION = re.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)'(?=.)")


def fold(text: str) -> str:
    """`text` without accents, ligatures, cases and kinds of apostrophe; folding twice changes nothing."""
    if text.isascii():
        return text.lower().replace("`", "'")
    text = _bare(_bare(text).casefold())
    return _in_latin(_bare(_in_latin(text)))


def _fold_but_accents(text: str) -> str:
    """`text` folded, but for é and è, by which the French stemmer knows endings: publie is not publié."""
    if text.isascii():
        return fold(text)
    text = unicodedata.normalize("NFC", text)
    for written, place in _OUT_OF_REACH:
        text = text.replace(written, place)
    return fold(text).replace(_ACUTE, "é").replace(_GRAVE, "è")


_ACUTE, _GRAVE = "\ue000", "\ue001"  # of private use: folding lets them be
_OUT_OF_REACH = (
    (_ACUTE, " "),
    (_GRAVE, " "),
    ("é", _ACUTE),
    ("É", _ACUTE),
    ("è", _GRAVE),
    ("È", _GRAVE),
)


def _in_latin(text: str) -> str:
    """`text` with the letters that taking apart leaves alone written as they are typed."""
    return _LETTER_ALONE.sub(lambda found: _LETTERS_ALONE[found[0]], text)


def _bare(text: str) -> str:
    """`text` taken apart (NFKD), without its marks and its invisible characters."""
    return _BEYOND_ASCII.sub(_without_marks, unicodedata.normalize("NFKD", text))


def _without_marks(found: re.Match[str]) -> str:
    return "".join(c for c in found[0] if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")


_stemmers = {"fr": Stemmer("french"), "en": Stemmer("english")}
_one_at_a_time = threading.Lock()  # a stemmer keeps the word it works on in itself


@lru_cache(maxsize=65_536)
def _indexed(word: str, language: str) -> str:
    """One folded word (a French one with é and è) as the index of a text in `language` holds it; may be empty."""
    if language == "fr":
        word = _ELISION.sub("", word, count=1) if _ELISION.match(word) else word
    word = word[:LONGEST_WORD]
    if language in _stemmers:
        word = _stem(word, language)
    return word.replace("'", "")


_NEVER_BARE = re.compile(r"ee(?=s?\Z)|iere(?=s?\Z)")
_ITS_ACCENT = {"ee": "ée", "iere": "ière"}


def _stem(word: str, language: str) -> str:
    """The folded Snowball stem of a word, the same for a singular and its plural.

    The French algorithm takes either an ending or the s of a plural away: petits → petit, yet petit → pet.
    A word that lost nothing but its s is therefore stemmed once more. It also knows feminines by their accents,
    so that one written without (publiee, premiere) is given what it must have.
    """
    if language == "fr":
        word = _NEVER_BARE.sub(lambda found: _ITS_ACCENT[found[0]], word)
    with _one_at_a_time:
        stem: str = _stemmers[language].stemWord(word)
        stem = _stemmers[language].stemWord(stem) if stem + "s" == word else stem
    return stem if stem.isascii() else fold(stem)


_LAST_E = re.compile(r"e(?=[^e]*(?:e[^e]*){0,2}\Z)")


def _readings(word: str, language: str) -> Iterator[str]:
    """A typed word as it may be meant: as it is, and with each way to accent its last three e."""
    plain = fold(word)
    if language != "fr":
        yield plain
        return
    yield word
    parts = _LAST_E.split(plain)
    for accents in product("eéè", repeat=len(parts) - 1):
        yield "".join(map("".join, zip(parts, (*accents, ""), strict=True)))


def _primary(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()


def index_words(text: str, language: str) -> str:
    """The words of `text` for the index, joined by spaces: folded, elisions cut, stemmed as `language` stems."""
    language = _primary(language)
    folded = _fold_but_accents(text) if language == "fr" else fold(text)
    words = (_indexed(word, language) for word in _WORD.findall(folded))
    return " ".join(word for word in words if word)


class Query(tuple[tuple[str, ...], ...]):
    """What somebody searches for: for each word all the ways in which an index may hold it.

    Every word must be found in one of its ways. A way that contains spaces is a phrase: its words stand
    side by side. `last_is_prefix`: the last word may go on, somebody may still be typing it.
    `excluded`: the same for words that must not be there.
    """

    last_is_prefix: bool
    excluded: tuple[tuple[str, ...], ...]
    in_texts: "dict[str, _Sought]"

    def __new__(
        cls,
        words: Sequence[tuple[str, ...]] = (),
        last_is_prefix: bool = False,
        excluded: Sequence[tuple[str, ...]] = (),
    ) -> "Query":
        query = super().__new__(cls, words)
        query.last_is_prefix = last_is_prefix
        query.excluded = tuple(excluded)
        query.in_texts = {}
        return query

    @property
    def words(self) -> tuple[tuple[str, ...], ...]:
        return tuple(self)

    def fts5(self) -> str:
        """As a MATCH expression of SQLite's FTS5; empty when nothing is searched for."""
        if not self:
            return ""
        found = [[f'"{way}"' for way in ways] for ways in self]
        if self.last_is_prefix:
            found[-1] = [way + "*" for way in found[-1]]
        expression = " AND ".join(f"({' OR '.join(ways)})" for ways in found)
        unwanted = " OR ".join(f'"{way}"' for ways in self.excluded for way in ways)
        return f"({expression}) NOT ({unwanted})" if unwanted else expression

    def tsquery(self) -> str:
        """As the argument of PostgreSQL's to_tsquery('simple', …); empty when nothing is searched for."""
        if not self:
            return ""
        found = [[_tsquery_way(way) for way in ways] for ways in self]
        if self.last_is_prefix:
            found[-1] = [way + ":*" for way in found[-1]]
        expression = " & ".join(f"({' | '.join(ways)})" for ways in found)
        unwanted = "".join(f" & !{_tsquery_way(way)}" for ways in self.excluded for way in ways)
        return expression + unwanted

    def finds(self, indexed: str) -> bool:
        """Whether a text is found whose words, as `index_words` writes them, are `indexed`."""
        text = f" {indexed} "
        ends = [" "] * len(self)
        if self.last_is_prefix and ends:
            ends[-1] = ""
        wanted = all(
            any(f" {way}{end}" in text for way in ways) for ways, end in zip(self, ends, strict=True)
        )
        unwanted = any(f" {way} " in text for ways in self.excluded for way in ways)
        return bool(self) and wanted and not unwanted


def _tsquery_way(way: str) -> str:
    """The words of a way side by side, each quoted so that no word is taken for an operator."""
    words = [f"'{word}'" for word in way.split()]
    return words[0] if len(words) == 1 else f"({' <-> '.join(words)})"


_TYPED = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')


def query_words(text: str, languages: Sequence[str]) -> Query:
    """What somebody typed, as a query over texts in `languages`; at most 12 words, and never an error.

    "Words in quotation marks" stand side by side; -words are not wanted. The last word may go on, unless a
    space or a quotation mark ends it.
    """
    text = _fold_but_accents(text[:_LONGEST_QUERY]).translate(str.maketrans("“”„«»", '"' * 5))
    wanted: list[tuple[str, ...]] = []
    excluded: list[tuple[str, ...]] = []
    left, goes_on = MOST_WORDS, False
    for typed in _TYPED.finditer(text):
        words = _WORD.findall(typed["phrase"] or typed["word"] or "")[:left]
        if not words:
            continue
        left -= len(words)
        side_by_side = typed["phrase"] is not None or bool(typed["minus"])
        terms = [words] if side_by_side else [[word] for word in words]
        (excluded if typed["minus"] else wanted).extend(filter(None, (_ways(t, languages) for t in terms)))
        goes_on = not side_by_side and text.endswith(words[-1]) and typed.end() == len(text)
    return Query(wanted, goes_on, excluded)


def _ways(words: Sequence[str], languages: Sequence[str]) -> tuple[str, ...]:
    """The words side by side, as the index of a text in each of `languages`, and in any other, holds them."""
    ways: dict[str, None] = {}
    for language in map(_primary, (*languages, "")):
        meant = [dict.fromkeys(_indexed(read, language) for read in _readings(w, language)) for w in words]
        ways |= dict.fromkeys(" ".join(filter(None, way)) for way in islice(product(*meant), _MOST_WAYS))
    return tuple(filter(None, ways))


_MARKS = "\u0300-\u036f\u00ad\u200b-\u200d\u2060"
_SEEN_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}]|[{_APOSTROPHES}](?=[^\W_]))*")


def snippet(text: str, query: Query, language: str, words: int = 30) -> list[tuple[str, bool]]:
    """The stretch of `text` (of `words` words) that shows most of `query`, in pieces: text, and whether it matches."""
    sought = query.in_texts.get(language) or query.in_texts.setdefault(language, _Sought(query, language))
    first, last = sought.around(text, words)
    seen = list(_SEEN_WORD.finditer(text, first, last))
    matches = [sought.known[word[0]] for word in seen]
    start = _best_window(matches, words)
    end = min(len(seen), start + words)
    if not seen:
        return []
    pieces = list(
        _pieces(
            text,
            seen[start:end],
            matches[start:end],
            begins=start == 0 and first == 0,
            ends=end == len(seen) and last == len(text),
        )
    )
    return [(piece, is_match) for piece, is_match in pieces if piece]


@lru_cache(maxsize=65_536)
def _indexed_as_seen(word: str, language: str) -> Sequence[str]:
    """What the index holds of one word as it stands in a text."""
    return index_words(word, language).split()


class _Known(dict[str, frozenset[int]]):
    """What was found of each word that was asked for."""

    def __init__(self, find: Callable[[str], frozenset[int]]) -> None:
        super().__init__()
        self.find = find

    def __missing__(self, word: str) -> frozenset[int]:
        self[word] = found = self.find(word)
        return found


class _Sought:
    """The words of a query as they may stand in texts of one language."""

    def __init__(self, query: Query, language: str) -> None:
        self.language = language
        self.whole: dict[str, frozenset[int]] = {}
        parts = [(part, number) for number, ways in enumerate(query) for way in ways for part in way.split()]
        for part, number in parts:
            self.whole[part] = self.whole.get(part, frozenset()) | {number}
        last, self.wanted = len(query) - 1, len(query)
        goes_on = tuple(part for part, number in parts if number == last and query.last_is_prefix)
        self.goes_on, self.last = goes_on, frozenset({last})
        self.known = _Known(self.matched)
        begun = "|".join(sorted({_begun(part) for part, _number in parts}))
        inside = "" if language.startswith("fr") else _APOSTROPHES
        self.beginning = re.compile(rf"(?:{begun})(?<![^\W_][^\W_])(?<![{inside}_].)" if begun else r"(?!)")

    def matched(self, word: str) -> frozenset[int]:
        """Which of the query's words (by number) a word of the text is."""
        found: frozenset[int] = frozenset()
        for indexed in _indexed_as_seen(word, self.language):
            found |= self.whole.get(indexed, frozenset())
            if self.goes_on and indexed.startswith(self.goes_on):
                found |= self.last
        return found

    def around(self, text: str, words: int) -> tuple[int, int]:
        """The part of a long text worth reading word by word: the first where all words of the query stand together, or most.

        Only what begins like one of them is looked at, for to fold and stem every word of every text found costs
        nine tenths of a search. Texts in other scripts than Latin are read whole.
        """
        before, after = 4 * words, 10 * words
        if len(text) <= before + after:
            return 0, len(text)
        best, score = self.meeting(text, words)
        if score < self.wanted and not text.isascii() and _NOT_LATIN.search(text):
            return 0, len(text)
        return _at_a_space(text, best - before), _at_a_space(text, best + after)

    def meeting(self, text: str, words: int) -> tuple[int, int]:
        """Where most different words of the query first stand within `words` words, and how many these are."""
        best, best_score = 0, (0, 0)
        near: deque[tuple[int, frozenset[int]]] = deque(maxlen=words)
        for place, numbers in islice(self.places(text), 500):
            near.append((place, numbers))
            while near[0][0] < place - 6 * words:
                near.popleft()
            score = (len(frozenset().union(*(found for _at, found in near))), len(near))
            if score > best_score:
                best, best_score = near[0][0], score
            if score[0] == self.wanted:
                break
        return best, best_score[0]

    def places(self, text: str) -> Iterator[tuple[int, frozenset[int]]]:
        """Where words of the query begin in a text, with their numbers."""
        for found in self.beginning.finditer(text):
            word = _SEEN_WORD.match(text, found.start(), found.start() + _FAR_ENOUGH)
            numbers = self.known[word[0]] if word else None
            if numbers:
                yield found.start(), numbers


def _latin() -> dict[str, str]:
    """Each plain letter with all Latin letters that are folded to it, or to something that begins with it."""
    written: dict[str, str] = {}
    for number in (*range(0x30, 0x250), *range(0x1E00, 0x1F00)):
        if (letter := chr(number)).isalnum() and (folded := fold(letter)):
            written[folded[0]] = written.get(folded[0], "") + letter
    return written


_LATIN = _latin()


@lru_cache(maxsize=4_096)
def _begun(part: str) -> str:
    """How the first letter of a word of the index may stand in a text, as a pattern that looks at the second too.

    A short word has been made of one with other letters (die of dying).
    """
    first = _LATIN.get(part[0], part[0])
    if len(part) <= 3:
        return f"[{re.escape(first)}]"
    second = _LATIN.get(part[1], part[1])
    alone = "".join(letter for letter in first if len(fold(letter)) == 1)
    double = "".join(letter for letter in first if len(fold(letter)) > 1)
    pattern = f"[{re.escape(alone)}](?=[{_MARKS}{_APOSTROPHES}]*[{re.escape(second)}])" if alone else ""
    return "|".join(filter(None, [pattern, f"[{re.escape(double)}]" if double else ""]))


_SPACE = re.compile(r"\s|\Z")


def _at_a_space(text: str, place: int) -> int:
    """The first space from this place on, or the text's nearest end."""
    found = _SPACE.search(text, place) if 0 < place < len(text) else None
    return found.start() if found else min(max(place, 0), len(text))


_NOT_LATIN = re.compile(
    r"[^\x00-\u024f\u0300-\u036f\u1e00-\u1eff\u2000-\u2bff\ufe0f\ufeff\U0001f000-\U0001faff]"
)


def _best_window(matches: Sequence[frozenset[int]], size: int) -> int:
    """Where the window of `size` words starts that holds most different matches, then most, then first."""
    places = [at for at, found in enumerate(matches) if found]
    best, best_score = 0, (0, 0)
    for place in places[:500]:
        window = [found for found in matches[place : place + size] if found]
        score = (len(frozenset().union(*window)), len(window))
        if score > best_score:
            best, best_score = place, score
    context = max(0, min(size // 4, size - 1))
    last_match = max((at for at in places if best <= at < best + size), default=best)
    start = max(0, best - context, last_match - size + 1) if best > context else 0
    start = min(start, best)
    if start == 0 and last_match >= size:
        start = min(best, last_match - size + 1)
    return max(0, min(start, len(matches) - size))


def _pieces(
    text: str, seen: Sequence[re.Match[str]], matches: Sequence[frozenset[int]], *, begins: bool, ends: bool
) -> Iterator[tuple[str, bool]]:
    at = 0 if begins else seen[0].start()
    before = "" if begins else "… "
    for word, found in zip(seen, matches, strict=True):
        if found:
            yield before + _one_line(text[at : word.start()]), False
            yield word[0], True
            before, at = "", word.end()
    rest = text[at:] if ends else text[at : seen[-1].end()] + " …"
    yield before + _one_line(rest), False


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
