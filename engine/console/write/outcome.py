"""What planning a command gives: the changes it asks for, and what it prints."""

from __future__ import annotations

from dataclasses import dataclass

from engine.console.output import SILENT, Output, not_built, refused
from engine.console.write.settings import Setting


@dataclass(frozen=True, slots=True)
class Planned:
    """A command, understood.

    Attributes:
        settings: changes for the kernel's side to apply, in order; none when it is refused or changes nothing.
        output: what the tool prints, and its exit status.
    """

    settings: tuple[Setting, ...] = ()
    output: Output = SILENT


def no(words: str, status: int = 1, stdout: str = "") -> Planned:
    """Return a refusal in the tool's words."""
    return Planned((), refused(words, status, stdout))


def later(what: str) -> Planned:
    """Return the refusal of what a real host would take and this one cannot yet."""
    return Planned((), not_built(what))


def done(*settings: Setting, stdout: str = "") -> Planned:
    """Return a command that is taken."""
    return Planned(settings, Output(stdout))
