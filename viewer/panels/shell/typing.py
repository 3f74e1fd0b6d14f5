"""A script typed into the simulated host: what is printed, and what it would change; no Qt.

Readers answer from the timeline at the moment. Changers are tried against the host as it is then: what is refused is
refused in the tool's own words; what is taken is returned, for the caller to make a branch of.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from engine.console import read as console
from engine.console.write.plan import is_write, plan
from engine.console.write.preview import previewed
from engine.console.write.script import Command, ScriptError, parse_script
from engine.timeline.cursor import Cursor


class Kind(StrEnum):
    """What a line of the scrollback is."""

    PROMPT = "prompt"
    OUT = "out"
    ERROR = "error"
    HINT = "hint"


class Line(NamedTuple):
    """A line of the scrollback."""

    kind: Kind
    text: str


class Typed(NamedTuple):
    """What came of a script.

    Attributes:
        lines: what is shown, prompts included.
        changes: the commands that change the host and were taken, in order.
        status: exit status of the last command.
    """

    lines: tuple[Line, ...]
    changes: tuple[str, ...]
    status: int


def typed(script: str, cursor: Cursor) -> Typed:
    """Type a script at a cursor's moment.

    Args:
        script: one or more lines, as an administrator types or pastes them.
        cursor: where one stands.
    """
    try:
        commands = parse_script(script)
    except ScriptError as error:
        return Typed((*_prompts(script), Line(Kind.ERROR, str(error))), (), 2)
    lines: list[Line] = []
    changes: list[str] = []
    status = 0
    for command in commands:
        if command.needs_previous and status:
            continue
        lines.append(Line(Kind.PROMPT, _spelled(command)))
        output = console.run(command.text, cursor, cursor.timeline)
        lines += _printed(output.stdout, Kind.OUT)
        lines += _printed(output.stderr, Kind.ERROR)
        status = output.status
        if is_write(command.text) and status == 0:
            changes.append(_spelled(command))
    return Typed(tuple(lines), tuple(changes), status)


def preview(script: str, cursor: Cursor) -> str:
    """What a script would change, a change a line, and first what would be refused; "" when it changes nothing."""
    try:
        commands = parse_script(script)
    except ScriptError as error:
        return str(error)
    facts = console.facts(cursor, cursor.timeline)
    refused: list[str] = []
    words: list[str] = []
    for command in commands:
        if not is_write(command.text):
            continue
        planned = plan(command, facts)
        if planned.output.status:
            said = " ".join(planned.output.stderr.split()) or f"exit status {planned.output.status}"
            refused.append(said if len(commands) == 1 else f"Refused: {command.text}: {said}")
        else:
            words += [previewed(setting, facts) for setting in planned.settings]
    return "\n".join([*refused, *words])


def _spelled(command: Command) -> str:
    return f"{command.text} || true" if command.tolerated else command.text


def _prompts(script: str) -> list[Line]:
    return [Line(Kind.PROMPT, line) for line in script.splitlines() if line.strip()]


def _printed(text: str, kind: Kind) -> Iterator[Line]:
    for line in text.splitlines():
        yield Line(kind, line.expandtabs(8))


class History:
    """Scripts typed before; going up and down keeps what is half typed."""

    def __init__(self, scripts: list[str] | None = None) -> None:
        self.scripts: list[str] = list(scripts or [])
        self._at = len(self.scripts)
        self._half = ""

    def add(self, script: str) -> None:
        """Remember one; the same twice in a row counts once."""
        if script and (not self.scripts or self.scripts[-1] != script):
            self.scripts.append(script)
        self._at, self._half = len(self.scripts), ""

    def up(self, now: str) -> str:
        """The one before."""
        if self._at == len(self.scripts):
            self._half = now
        self._at = max(self._at - 1, 0)
        return self.scripts[self._at] if self.scripts else now

    def down(self, now: str) -> str:
        """The one after; after the last one comes what was half typed."""
        if self._at >= len(self.scripts):
            return now
        self._at += 1
        return self._half if self._at == len(self.scripts) else self.scripts[self._at]


def completions(text: str, names: tuple[str, ...], history: list[str], most: int = 12) -> list[str]:
    """Commands that begin with what was typed: lately typed ones first, then those the host knows."""
    typed_so_far = text.lstrip()
    known = [*reversed(history), *names]
    found = [one for one in known if one.startswith(typed_so_far) and one != typed_so_far and "\n" not in one]
    return list(dict.fromkeys(found))[:most]


def common_start(texts: list[str]) -> str:
    """The longest beginning that all share."""
    if not texts:
        return ""
    shortest, longest = min(texts), max(texts)
    for at, letter in enumerate(shortest):
        if letter != longest[at]:
            return shortest[:at]
    return shortest
