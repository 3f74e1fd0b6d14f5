"""What a command leaves behind: its text, its errors, its exit status."""

from __future__ import annotations

from dataclasses import dataclass

NOT_BUILT_STATUS = 2
"""Exit status of a command that a real host would take and this one does not know yet."""


@dataclass(frozen=True, slots=True)
class Output:
    """The result of a command.

    Attributes:
        stdout: what it prints, line ends included.
        stderr: what it complains about.
        status: its exit status, as odd as the real tool's.
    """

    stdout: str = ""
    stderr: str = ""
    status: int = 0


SILENT = Output()
"""The result of a change that succeeded."""


def refused(words: str, status: int = 1, stdout: str = "") -> Output:
    """Return a failure in the tool's own words; a missing line end is added."""
    return Output(stdout, words if words.endswith("\n") else words + "\n", status)


def not_built(what: str) -> Output:
    """Return the one error for what a real host can do and the simulated one cannot yet."""
    return refused(f"skbscope: {what} is not built yet", NOT_BUILT_STATUS)
