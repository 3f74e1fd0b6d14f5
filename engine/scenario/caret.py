"""Where in a scene's text a caret stands, also in a text that is no TOML yet.

The scanner reads from the beginning to the caret and takes things as they are probably meant: a string that is not
closed ends with its line, a bracket that is not closed ends where a table begins.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

Names = tuple[str, ...]
"""The way to a table or a value, indices left out."""

_HEADER: Final = re.compile(r"(\[\[?)[ \t]*([^\[\]\n#]*)(\]?\]?)")
_HEADER_LINE: Final = re.compile(r"[ \t]*\[\[?(?!true\b|false\b)[A-Za-z_][\w.\-]*\]\]?[ \t\r]*(?:#|\n|$)")
_PAIR_LINE: Final = re.compile(r"[ \t]*[A-Za-z_][\w\-]*[ \t]*=")
_KEY: Final = re.compile(
    r"""(?:[\w\-]+|"[^"\n]*"?|'[^'\n]*'?)(?:[ \t]*\.[ \t]*(?:[\w\-]+|"[^"\n]*"?|'[^'\n]*'?)?)*"""
)
_PART: Final = re.compile(r"""[\w\-]+|"([^"\n]*)"?|'([^'\n]*)'?""")
_BARE: Final = re.compile(r"[^,\]}#\n]+")


class Spot(StrEnum):
    """What a caret is in."""

    NOWHERE = "nowhere"  # a comment, after a value, behind a header
    HEADER = "header"
    KEY = "key"
    VALUE = "value"
    STRING = "string"


@dataclass(frozen=True)
class Caret:
    """A place in a text.

    Attributes:
        spot: What it is in.
        start: Offset of the first character of the word that ends at it; in a string, of its text.
        word: That word, as far as the caret.
        table: The way to the table around it; in a header, nothing.
        key: The key whose value it is in; in a header, the brackets.
        present: The keys that the table around has already.
        several: In a string, whether it is one of several lines.
    """

    spot: Spot
    start: int
    word: str = ""
    table: Names = ()
    key: Names = ()
    present: frozenset[str] = frozenset()
    several: bool = False


@dataclass
class _Frame:
    """A table, an inline table or an array that is open."""

    kind: str
    path: Names
    keys: list[str] = field(default_factory=list)


@dataclass
class Scan:
    """A walk over a text.

    Attributes:
        text: The text.
        caret: What its end is in.
        strings: Every string value that was read: the table it is in, its key, its text.
        keys: Every key that was read: the table it is in, the key.
        headers: The tables that headers open.
    """

    text: str
    table: Names = ()
    at: int = 0
    caret: Caret | None = None
    strings: list[tuple[Names, str, str]] = field(default_factory=list)
    keys: list[tuple[Names, str]] = field(default_factory=list)
    headers: list[Names] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.frames = [_Frame("table", self.table)]
        self.first = self.frames[0]
        while self.caret is None and self.at < len(self.text):
            if self.frames[-1].kind == "array":
                self._element()
            else:
                self._pair()
        if self.caret is None:
            frame = self.frames[-1]
            if frame.kind == "array":
                self.caret = self._here(Spot.VALUE, len(self.text), frame.path)
            else:
                self.caret = self._here(Spot.KEY, len(self.text))

    # -- the end ------------------------------------------------------------------------------------------

    def _here(self, spot: Spot, start: int, path: Names = (), *, several: bool = False) -> Caret:
        """Return the caret at the end of the text."""
        table = next(frame for frame in reversed(self.frames) if frame.kind != "array")
        key = path[len(table.path) :] if path else ()
        present = frozenset(table.keys)
        return Caret(spot, start, self.text[start:], table.path, key, present, several)

    def _line(self) -> None:
        """Go to the end of the line; the end of the text in it is nowhere."""
        end = self.text.find("\n", self.at)
        if end < 0:
            self.at = len(self.text)
            self.caret = Caret(Spot.NOWHERE, self.at)
        else:
            self.at = end

    def _skip(self) -> bool:
        """Pass blanks, line ends, commas and comments; return whether something else follows in the same frame."""
        while self.at < len(self.text):
            character = self.text[self.at]
            if character == "\n":
                self.at += 1
                if self._broken():
                    return False
            elif character in " \t\r,":
                self.at += 1
            elif character == "#":
                self._line()
                if self.caret is not None:
                    return False
            else:
                return True
        return False

    def _broken(self) -> bool:
        """Close what is open and was probably meant to be closed; called at the beginning of a line."""
        if self.frames[-1].kind == "table":
            return False
        header = _HEADER_LINE.match(self.text, self.at) is not None
        pair = _PAIR_LINE.match(self.text, self.at) is not None
        if header or pair:
            del self.frames[1:]
        elif self.frames[-1].kind == "inline":
            self.frames.pop()
        return header or pair or self.frames[-1].kind == "table"

    # -- pieces -------------------------------------------------------------------------------------------

    def _element(self) -> None:
        if not self._skip():
            return
        if self.text[self.at] == "]":
            self.at += 1
            self._close()
        elif self.text[self.at] == "}":
            self.at += 1
        else:
            self._value(self.frames[-1].path)

    def _pair(self) -> None:
        frame = self.frames[-1]
        if not self._skip():
            return
        character = self.text[self.at]
        if frame.kind == "table" and character == "[":
            self._header()
            return
        if frame.kind == "inline" and character in "}]":
            self.at += 1
            self._close()
            return
        found = _KEY.match(self.text, self.at)
        if found is None:
            self._line() if frame.kind == "table" else self._step()
            return
        if found.end() == len(self.text):
            self.caret = self._here(Spot.KEY, self.at)
            return
        names = tuple(one or two or whole for whole, one, two in _parts(found[0]))
        self.at = found.end()
        while self.text[self.at : self.at + 1] in (" ", "\t"):
            self.at += 1
        if self.text[self.at : self.at + 1] != "=":
            self._line()
            return
        self.at += 1
        frame.keys.append(names[0])
        self.keys.append((frame.path, names[0]))
        self._value((*frame.path, *names))

    def _step(self) -> None:
        self.at += 1

    def _header(self) -> None:
        found = _HEADER.match(self.text, self.at)
        if found is None:
            self._line()
            return
        if found.end() == len(self.text) and not found[3]:
            self.caret = Caret(Spot.HEADER, found.start(2), found[2], (), (found[1],))
            return
        path = tuple(one or two or whole for whole, one, two in _parts(found[2]))
        if path:
            self.headers.append(path)
        self.frames = [_Frame("table", path)]
        self.at = found.end()
        self._line()

    def _value(self, path: Names) -> None:
        while self.text[self.at : self.at + 1] in (" ", "\t"):
            self.at += 1
        if self.at == len(self.text):
            self.caret = self._here(Spot.VALUE, self.at, path)
            return
        character = self.text[self.at]
        if character in "[{":
            self.at += 1
            self.frames.append(_Frame("array" if character == "[" else "inline", path))
        elif character in "\"'":
            self._string(path, character)
        elif found := _BARE.match(self.text, self.at):
            if found.end() == len(self.text):
                self.caret = self._here(Spot.VALUE, self.at, path)
            else:
                self.at = found.end()
                self._after()
        else:
            self._after()

    def _string(self, path: Names, quote: str) -> None:
        """Pass a string; one of a line that is not closed ends with the line."""
        several = self.text.startswith(quote * 3, self.at)
        quotes = quote * 3 if several else quote
        start = self.at + len(quotes)
        at = start
        while at < len(self.text) and not self.text.startswith(quotes, at):
            if self.text[at] == "\n" and not several:
                break
            at += 2 if self.text[at] == "\\" and quote == '"' else 1
        if at >= len(self.text):
            self.caret = self._here(Spot.STRING, start, path, several=several)
            return
        self.strings.append((path[:-1], path[-1], self.text[start:at]))
        self.at = at + len(quotes) if self.text.startswith(quotes, at) else at
        self._after()

    def _close(self) -> None:
        """An array or an inline table is over."""
        if len(self.frames) > 1:
            self.frames.pop()
        self._after()

    def _after(self) -> None:
        """After a value in a table nothing follows on its line; elsewhere a comma may."""
        if self.frames[-1].kind == "table":
            self._line()
        elif self.at == len(self.text):
            self.caret = Caret(Spot.NOWHERE, self.at)


def _parts(text: str) -> list[tuple[str, str, str]]:
    """Return the parts of a dotted key, each as (as written, inside double quotes, inside single quotes)."""
    return [(match[0], match[1] or "", match[2] or "") for match in _PART.finditer(text)]


def caret_at(text: str, position: int) -> Caret:
    """Return what a place in a text is in; the keys after it that belong to the same table count as present."""
    before = Scan(text[:position])
    caret = before.caret or Caret(Spot.NOWHERE, position)
    frame = before.frames[-1]
    if caret.spot is not Spot.KEY:
        return caret
    if frame.kind == "inline":
        rest = re.split(r"[}\n]", text[position:], maxsplit=1)[0]
        later = re.findall(r"([\w\-]+)[ \t]*=", rest.partition(",")[2])
    else:
        end = text.find("\n", position)
        later = Scan(text[end:] if end >= 0 else "", caret.table).first.keys
    return Caret(
        caret.spot, caret.start, caret.word, caret.table, caret.key, caret.present | frozenset(later)
    )
