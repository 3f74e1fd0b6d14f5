"""What each piece of a line of TOML is, for the colours; text that is no TOML gets as far as it goes.

A line is read with the state that the line before left: inside which string of several lines, and how deep in
brackets. The strings of `setup` and `run` are commands and are read as such.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

SCRIPTS = ("setup", "run")
"""Keys whose strings are commands."""


class Piece(StrEnum):
    """What there is in a line."""

    TABLE = "table"
    KEY = "key"
    STRING = "string"
    NUMBER = "number"
    COMMENT = "comment"
    COMMAND = "command"
    KNOB = "knob"


class Span(NamedTuple):
    """A piece of a line: from, how many characters, what."""

    start: int
    length: int
    piece: Piece


class State(NamedTuple):
    """What a line begins in: the quotes that are open, whether they hold commands, open brackets."""

    quotes: str = ""
    script: bool = False
    depth: int = 0

    def number(self) -> int:
        """As Qt keeps it."""
        return ("", '"""', "'''").index(self.quotes) + 4 * self.script + 8 * min(self.depth, 99)

    @staticmethod
    def of(number: int) -> State:
        """From what Qt kept; a negative number is the beginning."""
        if number < 0:
            return State()
        return State(("", '"""', "'''")[number & 3], bool(number & 4), number >> 3)


_HEADER = re.compile(r"\s*\[\[?[^\[\]#]*\]?\]?")
_KEY = re.compile(
    r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_STRING = re.compile(r""""(?:[^"\\]|\\.)*"?|'[^']*'?""")
_BARE = re.compile(r"[^\s,\[\]{}#=\"']+")
_KNOB = re.compile(r"\$\{[^}]*\}")
_COMMAND = re.compile(r"(?:^|[|;&])\s*([^\s|;&#]+)")
_CLOSES = {'"""': re.compile(r'(?:[^\\]|\\.)*?"""'), "'''": re.compile(r".*?'''")}


def spans(line: str, state: State) -> tuple[list[Span], State]:
    """Return the pieces of a line, the later ones over the earlier, and the state that it leaves."""
    reader = _Reader(line, state)
    reader.read()
    return reader.found, State(reader.quotes, reader.script, reader.depth)


class _Reader:
    def __init__(self, line: str, state: State) -> None:
        self.line, self.at = line, 0
        self.quotes, self.script, self.depth = state
        self.found: list[Span] = []

    def add(self, start: int, end: int, piece: Piece) -> None:
        if end > start:
            self.found.append(Span(start, end - start, piece))

    def read(self) -> None:
        if self.quotes:
            self.inside(self.quotes)
        elif not self.depth and (header := _HEADER.match(self.line)):
            self.add(0, header.end(), Piece.TABLE)
            self.at = header.end()
        while self.at < len(self.line):
            self.one()

    def one(self) -> None:
        """Pass the next piece."""
        first = self.line[self.at]
        if first == "#":
            self.add(self.at, len(self.line), Piece.COMMENT)
            self.at = len(self.line)
        elif key := _KEY.match(self.line, self.at):
            self.add(key.start(1), key.end(1), Piece.KEY)
            self.script = key[1] in SCRIPTS
            self.at = key.end()
        elif self.line.startswith(('"""', "'''"), self.at):
            self.quotes = self.line[self.at : self.at + 3]
            self.add(self.at, self.at + 3, Piece.STRING)
            self.at += 3
            self.inside(self.quotes)
        elif string := _STRING.match(self.line, self.at):
            self.string(string.start(), string.end(), commands=self.script)
            self.at = string.end()
        elif bare := _BARE.match(self.line, self.at):
            self.add(bare.start(), bare.end(), Piece.NUMBER)
            self.at = bare.end()
        else:
            self.depth = max(self.depth + (first in "[{") - (first in "]}"), 0)
            self.at += 1

    def inside(self, quotes: str) -> None:
        """Pass a string of several lines up to its end, or the line's."""
        closed = _CLOSES[quotes].match(self.line, self.at)
        end = closed.end() if closed else len(self.line)
        self.string(self.at, end, commands=self.script)
        self.at = end
        if closed:
            self.quotes, self.script = "", False

    def string(self, start: int, end: int, *, commands: bool) -> None:
        """Note a string, and what it holds."""
        self.add(start, end, Piece.STRING)
        text = self.line[start:end]
        if commands:
            body = text.lstrip("\"'")
            shift = start + len(text) - len(body)
            for match in _COMMAND.finditer(body.rstrip("\"'")):
                self.add(shift + match.start(1), shift + match.end(1), Piece.COMMAND)
            if body.lstrip().startswith("#"):
                self.add(start, end, Piece.COMMENT)
        for match in _KNOB.finditer(text):
            self.add(start + match.start(), start + match.end(), Piece.KNOB)
