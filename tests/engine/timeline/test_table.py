"""All fields of a class at once are what asking one by one gives, at every step."""

from __future__ import annotations

from engine.timeline.cursor import Cursor
from engine.timeline.schema import UNKNOWN
from tests.viewer.host import timeline


def test_a_table_is_its_fields() -> None:
    run = timeline()
    cursor = Cursor(run)
    for step in range(-1, run.steps, 7):
        cursor.seek(step)
        for schema in run.classes:
            uids, values = cursor.table(schema.name)
            assert uids.tolist() == cursor.alive(schema.name).tolist()
            assert values.shape == (len(uids), len(schema.fields))
            for uid, row in zip(uids.tolist(), values.tolist(), strict=True):
                known = [
                    value if isinstance(value, int) else UNKNOWN for value in cursor.fields(uid).values()
                ]
                assert row == known
