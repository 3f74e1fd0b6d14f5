"""A field's integer as text."""

from __future__ import annotations

import pytest

from engine.timeline import NOT_KNOWN, Kind
from engine.timeline.form import formatted
from engine.timeline.schema import LINK_SHIFT, FieldSchema
from tests.engine.timeline.host import World


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Kind.INT, -5, "-5"),
        (Kind.NS, 1_250_000, "1250000"),
        (Kind.BOOL, 1, "yes"),
        (Kind.BOOL, 0, "no"),
        (Kind.UID, 1, "c0"),
        (Kind.UID, 0, "none"),
        (Kind.LINK, 2 << LINK_SHIFT | 9, "c1 queue"),
        (Kind.LINK, 0, "none"),
        (Kind.HEX, 0xBEEF, "0xbeef"),
        (Kind.HEX, -1, "-1"),
        (Kind.FLAGS, 0b101, "SCHED DISABLE"),
        (Kind.FLAGS, 0b1010, "MISSED 0x8"),
        (Kind.FLAGS, 0, "0"),
        (Kind.ENUM, 1, "MISSED"),
        (Kind.ENUM, 7, "7"),
        (Kind.FN, 3, "napi_poll"),
        (Kind.FN, 0, "none"),
        (Kind.NAME, 1, "c0"),
        (Kind.NAME, 99, "99"),
        (Kind.IPV4, 0x0A000002, "10.0.0.2"),
        (Kind.CPUS, 0b100111, "0-2,5"),
        (Kind.CPUS, 0, "none"),
        (Kind.CPUS, 0b1000, "3"),
    ],
)
def test_by_kind(kind: Kind, value: int, text: str) -> None:
    schema = FieldSchema("x", "", kind, "", ("SCHED", "MISSED", "DISABLE"))
    assert formatted(World().finish(), schema, value) == text


def test_unknown_is_a_dash() -> None:
    assert formatted(World().finish(), FieldSchema("x", ""), NOT_KNOWN) == "–"
    assert not NOT_KNOWN
