"""What the model simplifies where the current function and object live, as the run's facts tell it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from PySide6.QtCore import Qt

from engine.timeline.schema import FunctionInfo
from engine.timeline.timeline import Timeline
from viewer.panels.sections import gap, heading, wrapped
from viewer.panels.sheet import Cell, Row, mono, words
from viewer.theme.fonts import Face, Type, metrics, type_weight, ui_px
from viewer.theme.tokens import Role

LABEL = "Simplified: "
LEFT_OUT = "Left out: "


class Simplification(NamedTuple):
    """What one module of the model says: its path, and two texts, each of which may be ""."""

    module: str
    simplified: str
    left_out: str

    @property
    def text(self) -> str:
        """Both in one."""
        left_out = f"{LEFT_OUT}{self.left_out[:1].lower()}{self.left_out[1:]}" if self.left_out else ""
        return " ".join(part for part in (self.simplified, left_out) if part)


def simplifications(
    timeline: Timeline, function: FunctionInfo | None, class_name: str
) -> list[Simplification]:
    """What is said where a function and a class live, the function's first; nothing for a trace.

    `timeline.facts["simplified"]` holds `modules`, path to texts, and `of`, from a file, an act or a class to paths.
    """
    facts: dict[str, Any] = timeline.facts.get("simplified") or {}
    modules, of = facts.get("modules", {}), facts.get("of", {})
    keys = [function.file, function.name] if function is not None else []
    paths = dict.fromkeys(path for key in (*keys, class_name) for path in of.get(key, ()) if path in modules)
    return [
        Simplification(path, _plain(modules[path].get("simplified")), _plain(modules[path].get("left_out")))
        for path in paths
    ]


def _plain(text: object) -> str:
    return str(text or "").replace("`", "")


def simplified_rows(
    said: list[Simplification], room: float, *, unfolded: bool, toggle: Callable[[], None]
) -> list[Row]:
    """One line of it, which a click unfolds; all of it when unfolded; nothing when nothing is said."""
    if not said:
        return []
    if not unfolded:
        spans = (
            words(LABEL, Role.TEXT_SECONDARY, weight=600),
            words(_fitting(said, room), Role.TEXT_TERTIARY),
        )
        tip = f"{said[0].module}: {said[0].text}"
        return [Row((Cell(spans, tip=tip, do=toggle),), say=LABEL + said[0].text)]
    head = heading("What is simplified here")
    less = Cell((words("less", Role.TEXT_SECONDARY),), at=1.0, right=True, do=toggle, tip="one line of it")
    rows = [Row((*head.cells, less), head.height)]
    for one in said:
        rows.append(Row((Cell((mono(one.module, Role.TEXT_TERTIARY),)),)))
        rows += [Row((Cell((words(line),)),), height=18.0) for line in wrapped(one.text, room)]
        rows.append(gap(6.0))
    return rows


def _fitting(said: list[Simplification], room: float) -> str:
    """The beginning of what is said, as much as fits into a line."""
    measure = metrics(ui_px(Type.SMALL), Face.UI, type_weight(Type.SMALL))
    left = room - words(LABEL, weight=600).width()
    every = " ".join(one.text for one in said)
    return measure.elidedText(every, Qt.TextElideMode.ElideRight, left)
