"""What is wrong where, and what one key would make of it: from an error to the characters at fault.

An error knows its key, the value as it was written and often the nearest valid name. The name is offered only
where it is clear which characters it replaces.
"""

from __future__ import annotations

import json
import re

from engine.scenario.errors import SceneError, path_text
from engine.scenario.spans import Span, spans_of
from viewer.panels.editor.mapping import Patch

_NAMED = re.compile(r'unknown [\w ]+ "((?:[^"\\]|\\.)*)"')
_COLUMN = re.compile(r"\(column (\d+)\)")


def sentence(problem: SceneError) -> str:
    """The error without its file and line, for who sees the line."""
    subject = " = ".join(part for part in (path_text(problem.path), problem.value) if part)
    return (f"{subject}: " if subject else "") + problem.problem + problem.hint


def spot(text: str, problem: SceneError) -> tuple[int, int]:
    """The characters at fault, from and to: the wrong name, key or value, else what the line says.

    Args:
        text: the text that was checked, its lines ended by line feeds.
        problem: what was found; an error without a line is found at the beginning.
    """
    exact = _exact(text, problem)
    return exact if exact is not None else _in_line(text, problem)


def fix(text: str, problem: SceneError) -> Patch | None:
    """The change that puts the nearest valid name in its place; None when there is none, or no clear place."""
    exact = _exact(text, problem) if problem.nearest else None
    if exact is None:
        return None
    nearest = str(problem.nearest)
    if _is_key(problem) or _NAMED.search(problem.problem):
        return Patch(*exact, nearest)
    single = text[exact.start] == "'" and "'" not in nearest
    return Patch(*exact, f"'{nearest}'" if single else json.dumps(nearest, ensure_ascii=False))


def _is_key(problem: SceneError) -> bool:
    return problem.problem.startswith("unknown key")


def _exact(text: str, problem: SceneError) -> Span | None:
    """Where the wrong key, name or value stands; None when it cannot be told."""
    if problem.problem.startswith("not TOML") or not problem.path:
        return None
    try:
        spans = spans_of(text)
    except ValueError:  # typed on since it was checked; the next check says what is wrong now
        return None
    whole = spans.values.get(problem.path)
    if _is_key(problem):
        headers = (
            header.span for header in spans.headers if header.path[: len(problem.path)] == problem.path
        )
        whole = spans.keys.get(problem.path) or next(headers, None)
        return _word(text, whole, str(problem.path[-1]))
    if named := _NAMED.search(problem.problem):
        return _word(text, whole or spans.keys.get(problem.path), str(json.loads(f'"{named[1]}"')))
    return whole


def _word(text: str, within: Span | None, name: str) -> Span | None:
    """Where a name stands by itself in a stretch of the text."""
    if within is None or not name:
        return None
    pattern = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    found = pattern.search(text, within.start, within.end)
    return Span(*found.span()) if found else None


def _in_line(text: str, problem: SceneError) -> Span:
    """The character that the parser stopped at, else what the line says without its comment."""
    lines = text.split("\n")
    index = min(max(problem.line or 1, 1), len(lines)) - 1
    start, line = sum(len(each) + 1 for each in lines[:index]), lines[index]
    if column := _COLUMN.search(problem.problem):
        at = min(int(column[1]) - 1, max(len(line) - 1, 0))
        return Span(start + at, start + min(at + 1, len(line)))
    bare = line.split("#")[0].rstrip() or line
    return Span(start + len(line) - len(line.lstrip()), start + len(bare))
