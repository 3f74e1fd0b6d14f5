"""On which line of a TOML text each key and each element of an array stands.

The scanner is only for text that has been parsed already: it finds its way through valid TOML and judges
nothing. In other text it either finds something or gives up; it never stands still.
"""

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass, field

from engine.scenario.errors import KeyPath

_SPACE = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*([A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')[ \t]*""")
_STRING = re.compile(
    r'''"""(?:[^\\]|\\.)*?"""(?:"{0,2})|\'\'\'.*?\'\'\'(?:'{0,2})|"(?:[^"\\\n]|\\.)*"|'[^'\n]*\'''', re.DOTALL
)
_BARE = re.compile(r"[^,\]}#\n]+")


@dataclass(frozen=True)
class Place:
    """Where a value stands.

    Attributes:
        line: Line of its key, or of itself in an array; from 1.
        content: Line on which the text of a string begins.
        step: Lines in the file for a line of the text: 1 in strings of several lines, else 0.
    """

    line: int
    content: int
    step: int = 0


def places_of(text: str) -> dict[KeyPath, Place]:
    """Return the place of every key, table and array element of a valid TOML text.

    Raises:
        ValueError: The text is not TOML, as far as the scanner can tell.
    """
    scanner = _Scanner(text)
    scanner.document()
    return scanner.places


@dataclass
class _Scanner:
    """A walk over the text; `at` is the next character."""

    text: str
    at: int = 0
    places: dict[KeyPath, Place] = field(default_factory=dict)
    arrays: dict[KeyPath, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.breaks = [match.start() for match in re.finditer("\n", self.text)]

    def line(self) -> int:
        """Return the line of the next character."""
        return bisect_right(self.breaks, self.at - 1) + 1

    def skip(self) -> None:
        """Pass space, line ends and comments."""
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def here(self) -> str:
        """Return the next character.

        Raises:
            ValueError: There is none.
        """
        if self.at >= len(self.text):
            raise ValueError("not TOML: the text ends within a value")
        return self.text[self.at]

    def mark(self, path: KeyPath, line: int) -> None:
        """Note where a path stands, if it is the first time."""
        self.places.setdefault(path, Place(line, line))

    def document(self) -> None:
        """Walk over headers and keys until the end."""
        table: KeyPath = ()
        self.skip()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip()

    def header(self) -> KeyPath:
        """Pass `[a.b]` or `[[a.b]]`; return the path of the table that it opens."""
        line = self.line()
        array = self.text.startswith("[[", self.at)
        self.at += 2 if array else 1
        *parents, last = self.key()
        self.at += 2 if array else 1
        path: KeyPath = ()
        for part in parents:
            path = self.element((*path, part))
            self.mark(path, line)
        path = (*path, last)
        if array:
            self.mark(path, line)
            self.arrays[path] = self.arrays.get(path, 0) + 1
        path = self.element(path)
        self.mark(path, line)
        return path

    def element(self, path: KeyPath) -> KeyPath:
        """Return the path itself, or of the latest table if it is an array of tables."""
        return (*path, self.arrays[path] - 1) if path in self.arrays else path

    def key(self) -> list[str]:
        """Pass a key with its dots; return its parts."""
        parts: list[str] = []
        while match := _KEY.match(self.text, self.at):
            self.at = match.end()
            token = match[1]
            parts.append(next(iter(tomllib.loads(f"{token} = 0"))))
            if self.text[self.at : self.at + 1] != ".":
                break
            self.at += 1
        if not parts:
            raise ValueError(f"not TOML: no key in line {self.line()}")
        return parts

    def pair(self, table: KeyPath) -> None:
        """Pass `key = value`."""
        line = self.line()
        path = table
        for part in self.key():
            path = (*path, part)
            self.mark(path, line)
        self.at += 1  # the equals sign
        self.skip()
        self.value(path)

    def value(self, path: KeyPath) -> None:
        """Pass a value, noting what is inside."""
        first = self.text[self.at : self.at + 1]
        if first == "[":
            self.array(path)
        elif first == "{":
            self.table(path)
        elif match := _STRING.match(self.text, self.at):
            self.string(path, match[0])
            self.at = match.end()
        elif match := _BARE.match(self.text, self.at):
            self.at = match.end()
        else:
            raise ValueError(f"not TOML: no value in line {self.line()}")

    def string(self, path: KeyPath, token: str) -> None:
        """Note on which line the text of a string begins."""
        line = self.line()
        several = token.startswith(('"""', "'''"))
        trimmed = several and token[3:].startswith(("\n", "\r\n"))
        self.places[path] = Place(self.places[path].line, line + trimmed, int(several))

    def array(self, path: KeyPath) -> None:
        """Pass `[a, b]`."""
        self.at += 1
        self.skip()
        index = 0
        while self.here() != "]":
            self.mark((*path, index), self.line())
            self.value((*path, index))
            index += 1
            self.comma()
        self.at += 1

    def table(self, path: KeyPath) -> None:
        """Pass `{ a = 1, b = 2 }`."""
        self.at += 1
        self.skip()
        while self.here() != "}":
            self.pair(path)
            self.comma()
        self.at += 1

    def comma(self) -> None:
        """Pass a comma, if there is one, and what surrounds it."""
        self.skip()
        if self.here() == ",":
            self.at += 1
            self.skip()
