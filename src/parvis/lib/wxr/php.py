"""Reads values that PHP serialised, without ever making an object.

Format: https://www.phpinternalsbook.com/php5/classes_objects/serialization.html. Lengths of strings are bytes.
"""

import re

type PhpValue = dict[int | str, "PhpValue"] | list["PhpValue"] | str | int | float | bool | None

DEEPEST = 64
LONGEST = 16 * 1024 * 1024
_SCALAR = re.compile(
    rb"(?:N|b:(?P<b>[01])|i:(?P<i>[+-]?\d{1,20})|d:(?P<d>[+-]?(?:[\d.]+(?:[eE][+-]?\d+)?|INF|NAN)));"
)
_STRING = re.compile(rb's:(\d{1,9}):"')
_ARRAY = re.compile(rb"a:(\d{1,9}):\{")
_STRING_END = re.compile(rb'";(?=\}|[aidbsOCrR]:|N;|\Z)')


class PhpFormatError(ValueError):
    """The text is no serialised value, or one that is refused: an object or a reference."""


def loads(text: str | bytes, *, lenient: bool = False) -> PhpValue:
    """The value of `text`; an array whose keys are 0, 1, 2… is a list, any other a dict.

    With `lenient`, a string whose length is wrong reaches to the next place where a string can end: files that
    changed their line ends or lost a character on the way have such lengths.
    Raises PhpFormatError.
    """
    data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    if len(data) > LONGEST:
        raise PhpFormatError("The value is too long.")
    reader = _Reader(data, lenient=lenient)
    value = reader.value(0)
    if data[reader.position :].strip():
        raise PhpFormatError("Something follows the value.")
    return value


class _Reader:
    def __init__(self, data: bytes, *, lenient: bool) -> None:
        self._data = data
        self._lenient = lenient
        self.position = 0

    def value(self, depth: int) -> PhpValue:
        if depth > DEEPEST:
            raise PhpFormatError("The value is nested too deeply.")
        if match := _SCALAR.match(self._data, self.position):
            self.position = match.end()
            return _scalar(match)
        if match := _STRING.match(self._data, self.position):
            return self._string(match.end(), int(match[1]))
        if match := _ARRAY.match(self._data, self.position):
            self.position = match.end()
            return self._array(int(match[1]), depth)
        if self._data[self.position : self.position + 2] in {b"O:", b"C:", b"E:", b"r:", b"R:"}:
            raise PhpFormatError("Objects and references are refused.")
        raise PhpFormatError("The value breaks off or is no serialised value.")

    def _string(self, start: int, length: int) -> str:
        end = start + length
        if self._data[end : end + 2] != b'";':
            found = _STRING_END.search(self._data, start) if self._lenient else None
            if found is None:
                raise PhpFormatError("The length of a string is wrong.")
            end = found.start()
        self.position = end + 2
        return self._data[start:end].decode("utf-8", "replace")

    def _array(self, count: int, depth: int) -> PhpValue:
        # Every entry takes at least six bytes, so a count beyond that is a lie told before any memory is used.
        if count * 6 > len(self._data) - self.position:
            raise PhpFormatError("The array says it is longer than the text.")
        found: dict[int | str, PhpValue] = {}
        for _ in range(count):
            key = self.value(depth + 1)
            if isinstance(key, bool) or not isinstance(key, int | str):
                raise PhpFormatError("The key of an array is neither a number nor a text.")
            found[key] = self.value(depth + 1)
        if self._data[self.position : self.position + 1] != b"}":
            raise PhpFormatError("The array does not end where it should.")
        self.position += 1
        return list(found.values()) if found and list(found) == list(range(len(found))) else found


def _scalar(match: re.Match[bytes]) -> PhpValue:
    if match["b"]:
        return match["b"] == b"1"
    if match["i"]:
        return int(match["i"])
    if match["d"]:
        try:
            return float(match["d"])
        except ValueError as error:
            raise PhpFormatError("A number cannot be read.") from error
    return None
