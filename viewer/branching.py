"""Changing the host in mid-run: what is changed while one looks becomes a branch, and both futures stay.

A change is written into the text as an `[[at]]` of a new variant that begins as a copy of the one that is shown;
a further change at the very moment at which a branch begins belongs to the same branch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject

from engine.scenario.document import SceneDocument
from engine.scenario.edit import branch_name, renamed_variant, with_at, with_branch, without_variant
from engine.scenario.errors import Refused
from engine.scenario.units import format_ns, parse_time
from viewer.document import Edit
from viewer.session import Session

Change = Mapping[str, Any]
"""What stands in an `[[at]]` beside its time: `{"run": "sysctl -w ..."}` or `{"app": {"name": ..., "do": ...}}`."""


class Branching(QObject):
    """Makes, renames and removes branches of the session's scene."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.session = session
        self._begun: dict[str, int] = {}
        session.opened.connect(self._opened)

    def _opened(self) -> None:
        if not self.session.same_scene:
            self._begun.clear()

    @property
    def goes_on(self) -> bool:
        """Whether a change now belongs to the branch that is shown, because it begins at this very moment."""
        variant = self.session.variant
        return variant is not None and self._begun.get(variant) == self.session.moment.time_ns

    def change(self, change: Change, label: str) -> str | None:
        """Change the host at the moment that is looked at, and show the future that comes of it.

        Args:
            change: what happens.
            label: what undo calls it.

        Returns:
            The branch's name; None when it was refused, which was told.
        """
        session = self.session
        valid, parent = session.document.valid, session.variant
        if valid is None or session.timeline is None:
            session.told.emit("There is no scene to change.")
            return None
        time_ns = max(session.moment.time_ns, 0)
        row = {"time": written_time(time_ns), **change}
        if self.goes_on and parent is not None:
            name, edit = parent, _adding(parent, row)
        else:
            name = branch_name(valid)
            edit = _branching(parent, name, row)
        session.after_changes = True
        refused = session.document.apply(label, edit)
        if refused is not None:
            session.after_changes = False
            session.told.emit(str(refused))
            return None
        if name != parent:
            session.parents[name] = parent
            self._begun[name] = time_ns
        session.switch(name)
        return name

    def remove(self, name: str) -> None:
        """Take a variant out of the text; undo brings it back."""
        refused = self.session.document.apply(
            f"Remove {name}", lambda document: without_variant(document, name)
        )
        if refused is not None:
            self.session.told.emit(str(refused))

    def rename(self, old: str, new: str) -> None:
        """Call a variant otherwise.

        Raises:
            Refused: another one is called so, or it is no name.
        """
        session = self.session
        shown = session.variant == old
        session.parents[new] = session.parents.get(old)
        refused = session.document.apply(
            f"Rename {old}", lambda document: renamed_variant(document, old, new)
        )
        if refused is not None:
            raise refused
        if old in self._begun:
            self._begun[new] = self._begun.pop(old)
        if shown:
            session.switch(new)


def written_time(time_ns: int) -> str:
    """A moment as a scene spells it, exact to the nanosecond."""
    short = format_ns(time_ns).replace(" ", "")
    try:
        return short if parse_time(short) == time_ns else f"{time_ns}ns"
    except Refused:
        return f"{time_ns}ns"


def _adding(variant: str, row: Change) -> Edit:
    def edit(document: SceneDocument) -> SceneDocument:
        change = dict(row)
        return with_at(document, variant, change.pop("time"), **change)

    return edit


def _branching(parent: str | None, name: str, row: Change) -> Edit:
    return lambda document: with_branch(document, parent, name, [row])
