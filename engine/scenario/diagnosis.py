"""What is wrong with a scene's text, and where it is to be marked: for the scene's editor."""

import re
from pathlib import Path
from typing import Final, NamedTuple

from engine.scenario.errors import KeyPath, SceneError, path_text
from engine.scenario.resolving import resolved
from engine.scenario.source import parse_toml
from engine.scenario.spans import Span, Spans, spans_of

_COLUMN: Final = re.compile(r" \(column (\d+)\)$")


class Diagnostic(NamedTuple):
    """What is wrong with a text.

    Attributes:
        line: counted from 1.
        column_start: the first character, counted from 1.
        column_end: one past the last.
        message: key, value and what is allowed.
        nearest: the valid name that may have been meant, "" for none.
    """

    line: int
    column_start: int
    column_end: int
    message: str
    nearest: str


def diagnose(text: str, name: str, folder: Path | None = None) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a text: the first fault of the scene, or the first of each of its variants.

    Args:
        text: the whole text.
        name: what it is called.
        folder: where the files that it names are looked for; not looked at, as a run judges these.
    """
    try:
        data, places = parse_toml(text, name)
    except SceneError as error:
        return (_syntax(error, text),)
    spans = spans_of(text)
    try:
        scene = resolved(name, data, places, None, ()).scene
    except SceneError as error:
        return (_diagnostic(error, spans),)
    found = []
    for variant in scene.variant:
        try:
            resolved(name, data, places, variant.name, ())
        except SceneError as error:
            found.append(_diagnostic(error, spans))
    return tuple(dict.fromkeys(found))


def _syntax(error: SceneError, text: str) -> Diagnostic:
    """Return a fault of the TOML; its column stands in the parser's words."""
    column = _COLUMN.search(error.problem)
    line = error.line or 1
    lines = text.split("\n")
    written = lines[min(line, len(lines)) - 1].rstrip("\r")
    start = int(column[1]) if column else (1 if error.path else len(written) + 1)
    start = min(start, len(written) + 1)
    word = re.match(r"[\w.\-]+", written[start - 1 :])
    end = start + len(word[0]) if word else start + 1
    problem = error.problem[: column.start()] if column else error.problem
    return Diagnostic(line, start, end, _sentence(error, problem), error.nearest)


def _diagnostic(error: SceneError, spans: Spans) -> Diagnostic:
    """Return a fault of a scene that is TOML, at its key or value."""
    span = _span(error, spans)
    line = error.line or spans.text.count("\n", 0, span.start) + 1
    begin = _offset(spans.text, line)
    end = spans.line_end(begin)
    shown = spans.text[begin:end].rstrip()
    if not begin <= span.start < end:  # in a value of several lines: the line that is meant
        blank = len(shown) - len(shown.lstrip())
        return Diagnostic(line, blank + 1, len(shown) + 1, _sentence(error, error.problem), error.nearest)
    last = min(span.end, begin + len(shown))
    return Diagnostic(
        line, span.start - begin + 1, last - begin + 1, _sentence(error, error.problem), error.nearest
    )


def _span(error: SceneError, spans: Spans) -> Span:
    """Return what to mark: the value, the key if it is the key that is wrong, else what is around it."""
    headers = {header.path: header.span for header in reversed(spans.headers)}
    order = (spans.keys, spans.values, headers)
    for length in range(len(error.path), 0, -1):
        path: KeyPath = error.path[:length]
        whole = length == len(error.path) and not error.problem.startswith(("unknown key", "missing"))
        for table in (spans.values, spans.keys, headers) if whole else order:
            if path in table:
                return table[path]
    begin = _offset(spans.text, error.line or 1)
    return Span(begin, spans.line_end(begin))


def _offset(text: str, line: int) -> int:
    """Return where a line begins."""
    at = 0
    for _ in range(line - 1):
        at = text.find("\n", at) + 1
    return at


def _sentence(error: SceneError, problem: str) -> str:
    """Return a fault without its place."""
    subject = " = ".join(part for part in (path_text(error.path), error.value) if part)
    return f"{subject}: {problem}" if subject else problem
