"""Between the document's text and the text that Qt shows.

Qt ends lines in one way and counts in UTF-16 units; the document keeps the file's line ends and Python counts
characters. What a person did not touch comes back character by character.
"""

from __future__ import annotations

from typing import NamedTuple

SEPARATORS = ("\r\n", "\r", "\u2029", "\ufdd0", "\ufdd1")
"""What Qt takes for the end of a line, besides a line feed."""


class Patch(NamedTuple):
    """`text` in the place of the characters from `start` to `end`."""

    start: int
    end: int
    text: str


def shown(text: str) -> str:
    """A text as Qt shows it: every line ends with a line feed."""
    for separator in SEPARATORS:
        text = text.replace(separator, "\n")
    return text


def patch(before: str, after: str) -> Patch:
    """The smallest single replacement that makes one text of the other."""
    start = _alike(before, after)
    rest = min(len(before), len(after)) - start
    tail = _alike(before[len(before) - rest :][::-1], after[len(after) - rest :][::-1])
    return Patch(start, len(before) - tail, after[start : len(after) - tail])


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin alike with."""
    least = min(len(one), len(other))
    if one[:least] == other[:least]:
        return least
    return next(index for index in range(least) if one[index] != other[index])


def written(text: str, change: Patch) -> str:
    """The document's text after a change of the text that is shown; new lines end as the file's first one."""
    end = "\r\n" if text[: text.find("\n") + 1].endswith("\r\n") else "\n"
    new = change.text.replace("\n", end)
    return text[: _place(text, change.start)] + new + text[_place(text, change.end) :]


def _place(text: str, offset: int) -> int:
    """Where in the document's text a character of the shown one stands: a line end of two is one there."""
    at = 0
    while (pair := text.find("\r\n", at)) >= 0 and pair < offset:
        offset += 1
        at = pair + 2
    return offset


def utf16(text: str) -> int:
    """How many of Qt's units a text has."""
    return len(text) + sum(character > "\uffff" for character in text)


def characters(text: str, units: int) -> int:
    """How many characters of a text its first `units` units are."""
    if text.isascii():
        return min(units, len(text))
    return len(text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore"))


def sound(text: str) -> str:
    """A text without halves of characters, which no file can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
