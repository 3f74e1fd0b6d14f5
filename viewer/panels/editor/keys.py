"""Edits that a key makes of a text and a selection, without Qt: indent, comment, a new line."""

from __future__ import annotations

import re
from typing import NamedTuple

from viewer.panels.editor.mapping import Patch

INDENT = "  "


class Keyed(NamedTuple):
    """What a key changes, and what is selected then."""

    patch: Patch
    start: int
    end: int


def lines_of(text: str, start: int, end: int) -> tuple[int, int]:
    """From the first character of the first selected line to the end of the last.

    A selection that ends at the beginning of a line does not count that line.
    """
    if end > start and text[end - 1 : end] == "\n":
        end -= 1
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    return first, len(text) if last < 0 else last


def commented(text: str, start: int, end: int) -> Keyed:
    """Make comments of the selected lines, or of comments lines again if all of them are."""
    first, last = lines_of(text, start, end)
    lines = text[first:last].split("\n")
    filled = [line for line in lines if line.strip()] or lines
    if all(line.lstrip().startswith("#") for line in filled):
        return _relined(first, last, [re.sub(r"^(\s*)# ?", r"\1", line) for line in lines])
    depth = min(len(line) - len(line.lstrip()) for line in filled)
    changed = [
        f"{line[:depth]}# {line[depth:]}" if line.strip() or line in filled else line for line in lines
    ]
    return _relined(first, last, changed)


def indented(text: str, start: int, end: int) -> Keyed:
    """Move the selected lines in; without a selection spaces come at the cursor."""
    if start == end:
        at = start + len(INDENT)
        return Keyed(Patch(start, end, INDENT), at, at)
    first, last = lines_of(text, start, end)
    return _relined(first, last, [INDENT + line if line else line for line in text[first:last].split("\n")])


def outdented(text: str, start: int, end: int) -> Keyed:
    """Move the selected lines out, or the cursor's."""
    first, last = lines_of(text, start, end)
    return _relined(first, last, [re.sub(r"^ {1,2}|^\t", "", line) for line in text[first:last].split("\n")])


def broken(text: str, start: int, end: int) -> Keyed:
    """A new line that begins as deep as this one, deeper behind an open bracket."""
    first = text.rfind("\n", 0, start) + 1
    before = text[first:start]
    deep = before[: len(before) - len(before.lstrip(" \t"))]
    if before.rstrip().endswith(("[", "{")) and not before.lstrip().startswith("["):
        deep += INDENT
    at = start + 1 + len(deep)
    return Keyed(Patch(start, end, "\n" + deep), at, at)


def _relined(first: int, last: int, lines: list[str]) -> Keyed:
    new = "\n".join(lines)
    return Keyed(Patch(first, last, new), first, first + len(new))
