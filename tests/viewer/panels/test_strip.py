"""An skb's memory as a strip."""

import pytest

from engine.timeline.cursor import Cursor
from tests.viewer.host import timeline
from viewer.panels.strip import LEAST, PAYLOAD_LEAST, Part, geometry, widths

PARTS = (Part("headroom", 0, 192), Part("eth", 192, 206), Part("ip", 206, 226), Part("payload", 234, 320))


@pytest.mark.parametrize("room", [100.0, 344.0, 1000.0])
def test_every_part_can_be_read_and_together_they_fill_the_room(room: float) -> None:
    found = widths(PARTS, room)
    assert min(found) >= LEAST
    assert found[-1] >= PAYLOAD_LEAST
    assert sum(found) == pytest.approx(max(room, 3 * LEAST + PAYLOAD_LEAST))
    assert found[0] >= found[1]


def test_the_layout_is_read_from_the_record() -> None:
    made = timeline(1)
    skb = int(made.objects("sk_buff")[0])
    cursor = Cursor(made, int(made.object(skb).born))
    found = geometry(cursor, skb)
    assert found is not None
    assert (found.data, found.tail) == (206, 320)
    assert [(part.name, part.start, part.end) for part in found.parts] == [
        ("headroom", 0, 192), ("eth", 192, 206), ("ip", 206, 226), ("udp", 226, 234), ("payload", 234, 320),
    ]  # fmt: skip


def test_what_is_no_skb_has_no_strip() -> None:
    made = timeline(1)
    cursor = Cursor(made, made.steps - 1)
    assert geometry(cursor, int(made.objects("sock")[0])) is None
