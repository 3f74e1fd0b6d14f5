"""Reading fields as they are recorded: names and values as text, times in microseconds."""

from __future__ import annotations

from engine.timeline.schema import Kind
from viewer.picture.reading.desk import Desk
from viewer.picture.regions.close import Pairs
from viewer.picture.words import DASH, grouped, micros


def read_fields(desk: Desk, uid: int, *names: str) -> Pairs:
    """Fields of an object and their values; without those whose value is not known."""
    if not uid:
        return ()
    info = desk.timeline.object(uid)
    kinds = {field.name: field.kind for field in info.cls.fields}
    found = ((name, _text(desk, uid, name, kinds[name])) for name in names if name in kinds)
    return tuple((name, value) for name, value in found if value != DASH)


def _text(desk: Desk, uid: int, name: str, kind: Kind) -> str:
    value = desk.known(uid, name)
    match kind:
        case Kind.NS:
            return f"{micros(value)} µs" if value is not None else DASH
        case Kind.INT:
            return grouped(value)
        case Kind.FLAGS:
            return desk.cursor.value(uid, name).replace(" ", "|")
    return desk.cursor.value(uid, name)


def lengths(desk: Desk, uid: int, *lists: str) -> Pairs:
    """Lists of an object and how many members each has."""
    return tuple((name, str(len(desk.list(uid, name)))) for name in lists)


def members(desk: Desk, uid: int, name: str, most: int) -> Pairs:
    """A list of an object and the first of its members by name; nothing while it is empty."""
    inside = desk.list(uid, name).tolist()
    return ((name, " ".join(desk.label(one) for one in inside[:most])),) if inside else ()
