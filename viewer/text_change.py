"""An edit of the open text as the undo stack keeps it: one whole text in the place of another."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand
from typing_extensions import override


class TextChange(QUndoCommand):
    """One text in the place of another; typing of one burst is one of these.

    Args:
        show: makes a text the present one.
        before, after: the texts.
        label: what undo calls it.
        burst: changes with the same one are one command; None stands alone.
    """

    def __init__(
        self,
        show: Callable[[str], None],
        before: str,
        after: str,
        label: str,
        burst: tuple[str, int] | None,
    ) -> None:
        super().__init__(label)
        self._show, self.before, self.after, self.burst = show, before, after, burst

    @override
    def id(self) -> int:
        return -1 if self.burst is None else 1

    def forget(self) -> None:
        """Hold the texts no longer: the command will never be done or undone again."""
        self.before = self.after = ""

    def goes_on(self, burst: tuple[str, int] | None, after: str) -> bool:
        """Lead to another text from now on, if the change belongs to this burst and is one at all."""
        if burst is None or burst != self.burst or after == self.before:
            return False
        self.after = after
        return True

    @override
    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, TextChange) or other.burst != self.burst:
            return False
        self.after = other.after
        self.setObsolete(self.after == self.before)
        return True

    @override
    def undo(self) -> None:
        self._show(self.before)

    @override
    def redo(self) -> None:
        self._show(self.after)
