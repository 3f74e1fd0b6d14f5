"""Playing: what is drawn as a packet never jumps from one step to the next."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.timeline.timeline import Timeline
from tests.viewer.picture.runs import BURSTS, LEGACY, STEERED, run_of
from viewer.picture.compose import compose
from viewer.picture.display import DisplayList
from viewer.picture.view import View
from viewer.score.holds import Holds
from viewer.score.moment import Act, Moment
from viewer.score.score import Score

CLOSE_PX = 1.0
FRAME_MS = 16
WIRE = "packets on the wire"


@pytest.fixture(scope="module")
def bursts(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return run_of(BURSTS, tmp_path_factory.mktemp("bursts"))


@pytest.fixture(scope="module")
def steered(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return run_of(STEERED, tmp_path_factory.mktemp("steered"))


@pytest.fixture(scope="module")
def legacy(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return run_of(LEGACY, tmp_path_factory.mktemp("legacy"))


def spots(display: DisplayList, timeline: Timeline) -> dict[int, tuple[float, float]]:
    """Where packets are drawn that CPUs handle, by the number of their frame: an skb is its frame further on."""
    layer = display.layer("packets")
    if layer is None:
        return {}
    found: dict[int, tuple[float, float]] = {}
    for batch in layer.layer.sprites:
        for uid, (x, y) in zip(batch.uids.tolist(), np.asarray(batch.xy).tolist(), strict=True):
            found[timeline.frame_of(uid) or uid] = (x, y)
    return found


def apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)


def during(timeline: Timeline, step: int, phase: float) -> DisplayList:
    """The picture while a step is under way and nothing else is."""
    where, function, packet = (int(timeline.column(name)[step]) for name in ("where", "fn", "packet"))
    act = Act(step, phase, where >> 8, function, packet)
    return compose(timeline, Moment(step - 1, int(timeline.time(step - 1)), (act,)), View())


@pytest.mark.parametrize("name", ["bursts", "steered", "legacy"])
def test_acts_begin_and_end_where_packets_stand(
    qtbot: QtBot, name: str, request: pytest.FixtureRequest
) -> None:
    """The end of an act is the picture at rest after it, its beginning the one at rest before it."""
    timeline: Timeline = request.getfixturevalue(name)
    compared = 0
    for step in range(timeline.steps // 2, timeline.steps // 2 + 700):
        if int(timeline.column("where")[step]) >> 8 >= 4:
            continue
        before = spots(compose(timeline, Moment(step - 1, int(timeline.time(step - 1))), View()), timeline)
        after = spots(compose(timeline, Moment(step, int(timeline.time(step))), View()), timeline)
        begin, end = (
            spots(during(timeline, step, 0.0), timeline),
            spots(during(timeline, step, 1.0), timeline),
        )
        for frame in before.keys() & begin.keys():
            assert apart(before[frame], begin[frame]) < CLOSE_PX, (step, frame)
        for frame in end.keys() & after.keys():
            assert apart(end[frame], after[frame]) < CLOSE_PX, (step, frame)
            compared += 1
    assert compared > 100


@pytest.mark.parametrize("name", ["bursts", "steered", "legacy"])
def test_a_packet_moves_a_way_in_many_small_pieces(
    qtbot: QtBot, name: str, request: pytest.FixtureRequest
) -> None:
    """Slow motion, a frame a nanosecond or finer: the longest way of one step takes several frames."""
    timeline: Timeline = request.getfixturevalue(name)
    score = Score(Holds(timeline), Fraction(1_000_000_000 * FRAME_MS, 1000))
    start = score.tau_of(timeline.steps // 2)
    last: dict[int, tuple[float, float]] = {}
    moved = 0
    for frame in range(1500):
        now = spots(compose(timeline, score.at(start + frame * FRAME_MS), View()), timeline)
        for uid in now.keys() & last.keys():
            jump = apart(now[uid], last[uid])
            moved += jump > 0.0
            assert jump < 70.0, (frame, uid)
        last = now
    assert moved > 50


def test_frames_on_the_wire_move_at_one_speed_and_keep_their_form(qtbot: QtBot, bursts: Timeline) -> None:
    """Every frame comes as far in a step of the showing as any other; none changes its look on its way."""
    score = Score(Holds(bursts))
    start = score.tau_at(500_000)
    seen: dict[int, tuple[float, object]] = {}
    compared = 0
    for at in range(0, 2000, FRAME_MS):
        moment = score.at(start + at)
        display = compose(bursts, moment, View())
        now: dict[int, tuple[float, object]] = {}
        for packet in display.packets():
            if packet.x < 96.0:  # the front of it goes up to the adapter's edge and waits there to be seen
                now[packet.uid] = (packet.x - moment.time_ns * 104.0 / 8000.0, packet.look)
        for uid in now.keys() & seen.keys():
            compared += 1
            assert abs(now[uid][0] - seen[uid][0]) < 1e-6
            assert now[uid][1] == seen[uid][1]
        seen = now
    assert compared > 100
