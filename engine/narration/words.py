"""Small words: letters of flows, numbers with units, enumerations."""

from __future__ import annotations

from collections.abc import Iterable

from engine.scenario.units import format_ns
from engine.timeline.form import formatted
from engine.timeline.schema import FieldSchema, Kind
from engine.timeline.timeline import Timeline
from engine.timeline.views import Value

SHOWN_UNITS = ("B", "us", "bit/s")
"""Units that stand behind a number; what is counted is said by the field's name."""


def letter(index: int) -> str:
    """Return the letter of a flow: 0 is A, 25 is Z, 26 is AA."""
    text = ""
    index += 1
    while index > 0:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def value_text(timeline: Timeline, schema: FieldSchema, value: Value) -> str:
    """Return a known value by its kind, with its unit where that says more than the field's name."""
    if schema.kind is Kind.NS and isinstance(value, int):
        return format_ns(value)
    text = formatted(timeline, schema, value)
    return f"{text} {schema.unit}" if schema.unit in SHOWN_UNITS else text


def joined(parts: Iterable[str]) -> str:
    """Return parts of a sentence, those that are empty left out."""
    return "; ".join(part for part in parts if part)


def listed(parts: Iterable[str]) -> str:
    """Return parts of a description, those that are empty left out."""
    return ", ".join(part for part in parts if part)
