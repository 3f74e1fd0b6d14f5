"""A field's integer as text, by its kind; times and tools' own formats are the viewer's and the console's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.timeline.schema import LINK_SHIFT, FieldSchema, Kind
from engine.timeline.views import Unknown, Value

if TYPE_CHECKING:
    from engine.timeline.timeline import Timeline


def formatted(timeline: Timeline, schema: FieldSchema, value: Value) -> str:
    """Return the text of a value; the unit is left to the reader of the schema."""
    if isinstance(value, Unknown):
        return str(value)
    match schema.kind:
        case Kind.BOOL:
            return "yes" if value else "no"
        case Kind.UID:
            return timeline.label(value) if value else "none"
        case Kind.LINK:
            return timeline.list_label(value >> LINK_SHIFT) if value else "none"
        case Kind.HEX:
            return f"0x{value:x}" if value >= 0 else str(value)
        case Kind.FLAGS:
            return _flags(value, schema.names)
        case Kind.ENUM:
            return schema.names[value] if 0 <= value < len(schema.names) else str(value)
        case Kind.FN:
            return timeline.function(value).name if value else "none"
        case Kind.NAME:
            return timeline.names[value] if 0 <= value < len(timeline.names) else str(value)
        case Kind.IPV4:
            return ".".join(str(value >> shift & 0xFF) for shift in (24, 16, 8, 0))
        case Kind.CPUS:
            return _cpus(value)
        case Kind.INT | Kind.NS:
            return str(value)


def _flags(value: int, names: tuple[str, ...]) -> str:
    """Return the names of the bits that are set; bits without a name as a number."""
    found = [name for bit, name in enumerate(names) if value >> bit & 1]
    rest = value >> len(names) << len(names)
    if rest:
        found.append(f"0x{rest:x}")
    return " ".join(found) or "0"


def _cpus(value: int) -> str:
    """Return a bitmap as the kernel's CPU lists: "0-2,5"; "none" when empty."""
    runs: list[str] = []
    cpu = 0
    while value >> cpu:
        if not value >> cpu & 1:
            cpu += 1
            continue
        first = cpu
        while value >> cpu + 1 & 1:
            cpu += 1
        runs.append(str(first) if first == cpu else f"{first}-{cpu}")
        cpu += 1
    return ",".join(runs) or "none"
