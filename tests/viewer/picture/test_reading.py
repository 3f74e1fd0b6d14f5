"""What is read off a run for picture and lanes, where it would be easy to say what is not so."""

from functools import lru_cache

import numpy as np

from engine.timeline.chunk import FATES, Prologue
from engine.timeline.timeline import Timeline
from tests.recorded import recorded
from tests.viewer.picture.runs import BURSTS
from viewer.events import EventIndex
from viewer.lanes.scale import TimeScale
from viewer.lanes.series import Series
from viewer.lanes.still import LanesStill
from viewer.picture.compose import compose
from viewer.picture.reading.adapter import read_adapter
from viewer.picture.reading.desk import desk_at
from viewer.picture.reading.processors import read_cpu
from viewer.picture.reading.sockets import read_reader
from viewer.picture.view import View
from viewer.score import Moment

AWAY = '[[at]]\ntime = "700us"\nrun = "ethtool -G eth0 rx 1024"\n'


@lru_cache(maxsize=1)
def link_away() -> Timeline:
    """The ring is resized in mid-run, so that all that comes after is lost at the port."""
    return recorded(BURSTS + AWAY)


def lost_for(timeline: Timeline, start: str) -> list[int]:
    """When frames were lost for a reason that begins so."""
    ends = timeline.endings[timeline.endings["fate"] == FATES.index("lost")]
    return [int(row["time"]) for row in ends if timeline.names[int(row["reason"])].startswith(start)]


def test_a_frame_that_was_lost_at_the_port_has_no_hash() -> None:
    timeline = link_away()
    assert lost_for(timeline, "nic:link_down")
    seen = []
    for step in (timeline.moment(699_000), timeline.steps - 1):
        adapter = read_adapter(desk_at(timeline, step, int(timeline.time(step))), "", frozenset())
        assert adapter is not None
        seen.append({entry.flow: (entry.value, entry.queue) for entry in adapter.card.hashes})
    assert seen[0]
    assert 0 not in [value for value, _ in seen[0].values()]
    assert seen[1] == seen[0], "what was hashed last stands there still"


def test_a_loss_is_marked_where_there_was_no_room_and_nowhere_else() -> None:
    timeline = link_away()
    still = LanesStill(timeline, EventIndex(timeline))
    scale = TimeScale(0, int(timeline.until), 0.0, 100_000.0)
    away, refused = lost_for(timeline, "nic:link_down"), lost_for(timeline, "skb:SOCKET_RCVBUFF")
    assert away
    assert refused
    marked = {}
    for uid in timeline.objects("sock").tolist():
        places = still.lost_there(Series("rmem", uid, "sk_rmem_alloc", -1, "sk_rcvbuf"), scale)
        marked[uid] = {round(place * timeline.until / 100_000) for place in places}
        drops = timeline.series(uid, "sk_drops")[1]
        assert bool(places) == bool(drops.max(initial=0)), timeline.label(uid)
    found = np.array(sorted(set().union(*marked.values())))
    assert all(np.abs(found - time).min() < 300 for time in refused)  # counted before the skb is freed
    assert len(found) <= len(refused)
    assert len(still.losses(scale)) > len(found), "the overview has both"


def test_a_reader_that_slept_has_no_pace() -> None:
    """The time from one read to the next is what a datagram takes only while the reader does not sleep."""
    timeline = link_away()
    paced = 0
    for row in timeline.samples[1:]:
        step = int(row["step"])
        reader = read_reader(desk_at(timeline, step, int(timeline.time(step))), {})
        assert reader is not None
        mine = timeline.samples["step"][timeline.samples["task"] == row["task"]]
        before = int(mine[np.searchsorted(mine, step) - 1])
        _, _, states = timeline.changes(int(row["task"]), "state", before, step + 1)
        if before < step and 2 in states.tolist():
            assert "each" not in str(reader)
        paced += "each" in str(reader)
    assert paced > 0


def test_the_budget_is_that_of_the_net_rx_action_under_way() -> None:
    timeline = recorded(BURSTS + '[[at]]\ntime = "320us"\nrun = "sysctl -w net.core.netdev_budget=64"\n')
    seen = set()
    for step in range(timeline.moment(300_000), timeline.moment(500_000), 7):
        time_ns = int(timeline.time(step))
        for cpu in timeline.cpus:
            found = read_cpu(desk_at(timeline, step, time_ns), cpu)
            if found is not None and found.budget is not None:
                assert found.budget_of is not None
                assert found.budget <= found.budget_of
                seen.add((found.budget_of, time_ns < 320_000))
    assert (300, True) in seen
    assert (64, False) in seen


def test_a_selected_packet_is_nowhere_in_the_picture_of_nothing(qapp: object) -> None:
    """As on the deck of a future that is compared and not computed yet."""
    nothing = Timeline(Prologue((), (), {}))
    display = compose(nothing, Moment(-1, 0), View(selected=12, followed=12))
    assert 12 not in [found.thing.uid for found in display.things().values()]
    assert desk_at(nothing, -1, 0).letter(12) == -1
