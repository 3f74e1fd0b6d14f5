"""Scripts of commands: `setup`, and the `run` of an `[[at]]`, taken apart into single commands."""

from __future__ import annotations

from dataclasses import dataclass

from engine.console import syntax


class ScriptError(ValueError):
    """A script that this shell does not understand.

    Attributes:
        line_no: the line in the script, from 1.
    """

    def __init__(self, message: str, line_no: int) -> None:
        super().__init__(message)
        self.line_no = line_no


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a script.

    Attributes:
        line_no: its line, from 1.
        text: as typed, without `|| true`.
        tolerated: its failure does not end the run (`|| true`).
        needs_previous: it stands behind `&&`, and is left out when the command before it failed.
    """

    line_no: int
    text: str
    tolerated: bool = False
    needs_previous: bool = False


def parse_script(text: str) -> tuple[Command, ...]:
    """Return the commands of a script in order.

    Raises:
        ScriptError: a loop, a variable, an open quote, or `||` before anything but `true`.
    """
    try:
        steps = syntax.parse(text)
    except syntax.ShellSyntaxError as error:
        raise ScriptError(str(error), error.line) from error
    found: list[Command] = []
    chain = 0
    for step in steps:
        if step.connector == "||":
            if step.pipeline[0].words not in (["true"], [":"]) or len(step.pipeline) > 1:
                raise ScriptError(f"skbscope: only `|| true' is understood, not `|| {step.text}'", step.line)
            found[chain:] = [
                Command(each.line_no, each.text, True, each.needs_previous) for each in found[chain:]
            ]
            continue
        if step.connector != "&&":
            chain = len(found)
        found.append(Command(step.line, step.text, False, step.connector == "&&"))
    return tuple(found)
