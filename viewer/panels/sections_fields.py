"""Every field of an object: its value with unit, what it means, which step set it; references select what they name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from PySide6.QtCore import QPoint

from engine.narration.words import letter
from engine.packet.headers import PROTOCOLS
from engine.scenario.units import format_ns
from engine.timeline.cursor import Cursor
from engine.timeline.form import formatted
from engine.timeline.schema import FieldSchema, Kind
from engine.timeline.views import Change
from viewer.panels.sections_step import LINK
from viewer.panels.sheet import LINE, Cell, Plate, Row, Span, mono, words
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import Role

HIDDEN = ("uid", "link")
PAIR_GAPS = 20.0
"""What two columns of fields keep free of each half: between the columns, and between name and value."""

_TOLD_BY_NAME = {"B": "bytes", "us": "usecs", "bit/s": "bps"}
"""How names of fields spell units."""


class Doings(NamedTuple):
    """What fields can do.

    Attributes:
        go: goes to a step.
        select: selects an object.
        menu: shows the menu of a field of an object at a place.
    """

    go: Callable[[int], None]
    select: Callable[[int], None]
    menu: Callable[[int, str, QPoint], None]


class _Told(NamedTuple):
    """A field in words."""

    name: str
    spans: tuple[Span, ...]
    plate: Plate
    tip: str
    do: Callable[[], None] | None
    menu: Callable[[QPoint], None]


def value_text(cursor: Cursor, uid: int, field: FieldSchema) -> str:
    """A field's value for people: times with their unit, the rest as its kind says."""
    value = cursor.get(uid, field.name)
    if field.kind is Kind.NS and isinstance(value, int):
        return format_ns(value)
    if field.name == "letter" and isinstance(value, int):
        return letter(value)
    if field.name == "protocol" and value in PROTOCOLS:
        return f"{value} {PROTOCOLS[value]}"
    return cursor.value(uid, field.name) or "none"


def unit_of(field: FieldSchema) -> str:
    """The unit that stands behind a value; "" where the value or the field's name already says it."""
    unit, name = field.unit, field.name.lower()
    if not unit or field.kind is Kind.NS:
        return ""
    said = (_TOLD_BY_NAME.get(unit, unit), unit.removesuffix("s").replace("-", ""))
    return "" if any(len(word) > 1 and word.lower() in name for word in said) else unit


def field_tip(cursor: Cursor, uid: int, field: FieldSchema) -> str:
    """Name, unit, meaning, and what set it when."""
    unit = f" [{field.unit}]" if field.unit else ""
    changed = cursor.changed_at(uid, field.name)
    when = ""
    if changed is not None:
        what = cursor.timeline.step(changed).function.name
        when = f"\nlast set by {what} at {format_ns(int(cursor.timeline.time(changed)))}"
    return f"{field.name}{unit}: {field.meaning}{when}"


def field_rows(
    cursor: Cursor, uid: int, changes: list[Change], doings: Doings, *, pairs: bool, room: float
) -> list[Row]:
    """The fields of an object in the order of its class, in so many px; in two columns where they are short."""
    info = cursor.timeline.object(uid)
    moved_here = [change for change in changes if int(change.uid) == uid and isinstance(change.old, int)]
    changed = {change.field: change for change in moved_here}
    told = [
        _told(cursor, uid, field, changed.get(field.name), doings)
        for field in info.cls.fields
        if field.name not in HIDDEN
    ]
    return _pairs(told, room) if pairs else [row for one in told for row in _alone(one, room)]


def _told(cursor: Cursor, uid: int, field: FieldSchema, moved: Change | None, doings: Doings) -> _Told:
    text, unit = value_text(cursor, uid, field), unit_of(field)
    value, step = cursor.get(uid, field.name), cursor.changed_at(uid, field.name)
    tip = field_tip(cursor, uid, field)
    spans = [Span(text, Role.TEXT, Type.SMALL, Face.MONO, 600)]
    spans += [words(f" {unit}", Role.TEXT_TERTIARY)] if unit and isinstance(value, int) else []
    do: Callable[[], None] | None = None
    if field.kind is Kind.UID and isinstance(value, int) and value > 0:
        spans.append(words(LINK, Role.TEXT_TERTIARY))
        do = _with(doings.select, value)
        tip += "\nclick to select it"
    elif step is not None:
        do = _with(doings.go, int(step))
        tip += ": click to go there"
    if moved is not None:
        tip += f"\nwas {formatted(cursor.timeline, field, moved.old) or 'none'}"
    plate = Plate.CHANGED if moved is not None else Plate.NONE
    return _Told(field.name, tuple(spans), plate, tip, do, lambda place: doings.menu(uid, field.name, place))


def _with(do: Callable[[int], None], number: int) -> Callable[[], None]:
    return lambda: do(number)


def _two(one: _Told, left: float, right: float, shift: float) -> tuple[Cell, Cell]:
    """Name and value, between two shares of the width."""
    label = Cell((mono(one.name, Role.TEXT_TERTIARY),), x=shift, at=left, tip=one.tip, menu=one.menu)
    inset = 6.0 if one.plate is not Plate.NONE else 0.0
    value = Cell(
        one.spans, x=-inset if right == 1.0 else -10.0 - inset, at=right, right=True, plate=one.plate, tip=one.tip,
        do=one.do, menu=one.menu,
    )  # fmt: skip
    return label, value


def _alone(one: _Told, room: float) -> list[Row]:
    """A row of its own; a value that is wider than that, such as a list of flags, goes on in lines below the name."""
    label, value = _two(one, 0.0, 1.0, 0.0)
    if value.width() <= room:
        return [Row((label, value), LINE + 2.0, rule=True)]
    first, *rest = one.spans
    lines = broken(first.text, room - sum(span.width() for span in rest), first)
    spans = [[replace(first, text=line)] for line in lines]
    spans[-1] += rest
    below = [Row((replace(value, spans=tuple(line)),), LINE - 2.0) for line in spans]
    return [Row((label,), LINE), *below[:-1], replace(below[-1], rule=True)]


def broken(text: str, room: float, like: Span) -> list[str]:
    """A text in lines of so many px in the hand of a span, between words where that is possible."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and replace(like, text=longer).width() <= room:
            lines[-1] = longer
            continue
        lines.append("")
        for each in word:
            if lines[-1] and replace(like, text=lines[-1] + each).width() > room:
                lines.append("")
            lines[-1] += each
    return lines or [text]


def _pairs(told: list[_Told], room: float) -> list[Row]:
    """Two columns; what is too wide for half gets a row of its own."""
    rows: list[Row] = []
    waiting: _Told | None = None
    for one in told:
        need = mono(one.name).width() + sum(span.width() for span in one.spans)
        if need > room / 2.0 - PAIR_GAPS:
            if waiting is not None:
                rows.append(Row(_two(waiting, 0.0, 0.5, 0.0), LINE + 2.0, rule=True))
                waiting = None
            rows += _alone(one, room)
        elif waiting is None:
            waiting = one
        else:
            row = (*_two(waiting, 0.0, 0.5, 0.0), *_two(one, 0.5, 1.0, 10.0))
            rows.append(Row(row, LINE + 2.0, rule=True))
            waiting = None
    if waiting is not None:
        rows.append(Row(_two(waiting, 0.0, 0.5, 0.0), LINE + 2.0, rule=True))
    return rows
