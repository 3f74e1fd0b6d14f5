"""What an object is part of and what it has: the list it is on, its other forms, its lists, what belongs to it."""

from __future__ import annotations

from collections.abc import Callable

from engine.timeline.cursor import Cursor
from engine.timeline.schema import Kind
from viewer.panels.sections import gap, heading
from viewer.panels.sections_step import LINK
from viewer.panels.sheet import LINE, Cell, Row, mono, words
from viewer.panels.subject import is_packet, title_of
from viewer.theme.tokens import Role

MOST = 12
"""Lists, or objects, that are named; of more the rest is counted."""

FORMS = 3
"""Other forms of a packet that are named."""

Select = Callable[[int], None]


def place_rows(cursor: Cursor, uid: int, select: Select) -> list[Row]:
    """The list that an object is on, and what else a packet is: the frame that an skb carries, and the other way."""
    timeline = cursor.timeline
    rows = []
    place = cursor.where(uid) if cursor.exists(uid) else None
    if place is not None:
        number, position = place
        owner = int(timeline.table.lists[number].owner)
        text = f"{position + 1} of {cursor.length(number)} on {timeline.list_label(number)}"
        rows.append(_linked("link", text, "the list it is on, and its place from the head", owner, select))
    if not is_packet(timeline, uid):
        owner = int(timeline.object(uid).parent)
        if owner and owner not in _named(cursor, uid):
            rows.append(_linked("part of", title_of(timeline, owner), "what it belongs to", owner, select))
    else:
        others = [int(one) for one in timeline.kin(uid).tolist() if one != uid]
        for other in others[:FORMS]:
            tip = "another form of the same packet: the frame on the wire, or the skb that carries it"
            rows.append(_linked("also", title_of(timeline, other), tip, other, select))
    return rows


def _named(cursor: Cursor, uid: int) -> list[object]:
    """The objects that fields of an object name: they are told with the fields."""
    values = cursor.fields(uid)
    fields = cursor.timeline.object(uid).cls.fields
    return [values.get(field.name) for field in fields if field.kind is Kind.UID]


def _linked(name: str, text: str, tip: str, uid: int, select: Select) -> Row:
    spans = (mono(text, Role.TEXT, 600), words(LINK, Role.TEXT_TERTIARY))
    do = _selects(select, uid) if uid else None
    label = Cell((mono(name, Role.TEXT_TERTIARY),), tip=tip)
    value = Cell(spans if uid else spans[:1], at=1.0, right=True, tip=tip, do=do)
    return Row((label, value), LINE + 2.0, rule=True)


def _selects(select: Select, uid: int) -> Callable[[], None]:
    return lambda: select(uid)


def has_rows(cursor: Cursor, uid: int, select: Select) -> list[Row]:
    """The lists of an object with how much is on them, the first of which a click selects; then what belongs to it."""
    timeline = cursor.timeline
    rows = []
    for number, row in timeline.table.lists.items():
        if row.owner != uid:
            continue
        members = cursor.contents(number)
        first = int(members[0]) if len(members) else 0
        spans = (mono(row.name), *((words(LINK, Role.TEXT_TERTIARY),) if first else ()))
        tip = f"{row.name}: a list of {timeline.label(uid)}"
        tip += f", {title_of(timeline, first)} at its head" if first else ", empty"
        count = Cell(
            (mono(str(len(members)), Role.TEXT if first else Role.TEXT_DISABLED, 600),), at=1.0, right=True
        )
        rows.append(
            Row((Cell(spans, tip=tip, do=_selects(select, first) if first else None), count), 22.0, rule=True)
        )
    rows = _most(rows, "lists")
    children = [
        int(child)
        for child in timeline.children(uid).tolist()
        if not timeline.object(child).cls.transient and cursor.exists(child)
    ]
    rows += _most([_child(cursor, child, select) for child in children], "objects")
    return [heading("Has"), *rows, gap(12.0)] if rows else []


def _child(cursor: Cursor, uid: int, select: Select) -> Row:
    cls = cursor.timeline.object(uid).cls
    name = Cell(
        (mono(cursor.timeline.label(uid)), words(LINK, Role.TEXT_TERTIARY)),
        tip=f"{cls.name}: {cls.meaning}",
        do=_selects(select, uid),
    )
    return Row((name, Cell((words(cls.name, Role.TEXT_TERTIARY),), at=1.0, right=True)), 22.0, rule=True)


def _most(rows: list[Row], what: str) -> list[Row]:
    if len(rows) <= MOST:
        return rows
    rest = words(f"and {len(rows) - MOST} more {what}", Role.TEXT_TERTIARY)
    return [*rows[:MOST], Row((Cell((rest,)),))]
