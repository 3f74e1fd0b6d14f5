"""From where to where each key, value and header of a TOML text goes, for edits and for marking what is wrong.

As in `engine.scenario.places`, the text must have been parsed already.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from engine.scenario.errors import KeyPath
from engine.scenario.places import _Scanner


class Span(NamedTuple):
    """A stretch of a text: offset of its first character, and one past its last."""

    start: int
    end: int


class Header(NamedTuple):
    """A `[table]` or `[[table]]`: the path of the table that it opens, and where it stands."""

    path: KeyPath
    span: Span


@dataclass
class Spans:
    """Where everything stands.

    Attributes:
        text: the text.
        keys: of each `key = value` the key, dots included.
        values: of each value, elements of arrays included.
        headers: in the order of the text.
    """

    text: str
    keys: dict[KeyPath, Span] = field(default_factory=dict)
    values: dict[KeyPath, Span] = field(default_factory=dict)
    headers: list[Header] = field(default_factory=list)

    def line_start(self, offset: int) -> int:
        """Return where the line of a character begins."""
        return self.text.rfind("\n", 0, offset) + 1

    def line_end(self, offset: int) -> int:
        """Return where the line after that of a character begins."""
        found = self.text.find("\n", offset)
        return len(self.text) if found < 0 else found + 1

    def segments(self, path: KeyPath) -> list[Span]:
        """Return the stretches of whole lines in which a table of headers is written: header, keys, subtables.

        Comments above the next header are the next table's, those that follow the last key without a blank line and
        end with one are this table's.
        """
        ends = [header.span.start for header in self.headers[1:]] + [len(self.text)]
        return [
            Span(self.line_start(header.span.start), self._body_end(header.span.end, end))
            for header, end in zip(self.headers, ends, strict=True)
            if header.path[: len(path)] == path
        ]

    def _body_end(self, start: int, end: int) -> int:
        """Return the end of the last line that belongs to a table whose header ends at `start`."""
        last = max((span.end for span in self.values.values() if start <= span.start < end), default=start)
        body = here = self.line_end(last)
        while here < len(self.text) and self.text[here : self.line_end(here)].lstrip().startswith("#"):
            here = self.line_end(here)
        alone = here == len(self.text) or not self.text[here : self.line_end(here)].strip()
        return here if alone else body


def spans_of(text: str) -> Spans:
    """Return where each key, value and header of a valid TOML text stands.

    Raises:
        ValueError: The text is not TOML, as far as the scanner can tell.
    """
    scanner = _SpanScanner(text)
    scanner.document()
    return scanner.spans


@dataclass
class _SpanScanner(_Scanner):
    """The walk that notes offsets, too."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.spans = Spans(self.text)
        self.key_span = Span(0, 0)

    def header(self) -> KeyPath:
        start = self.at
        path = super().header()
        self.spans.headers.append(Header(path, Span(start, self.at)))
        return path

    def key(self) -> list[str]:
        start = self.at
        parts = super().key()
        self.key_span = Span(start, start + len(self.text[start : self.at].rstrip()))
        return parts

    def value(self, path: KeyPath) -> None:
        if isinstance(path[-1], str):
            self.spans.keys[path] = self.key_span
        start = self.at
        super().value(path)
        self.spans.values[path] = Span(start, start + len(self.text[start : self.at].rstrip()))
