"""Pictures of real runs: what is drawn is what the timeline says, the same whatever was drawn before."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from engine.timeline.chunk import Prologue
from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline
from tests.viewer.picture.runs import BURSTS, FULL, STEERED, run_of
from tests.viewer.picture.samples import contents, covered, crossing, outside
from viewer.picture.compose import compose, sprite_count
from viewer.picture.display import DisplayList
from viewer.picture.items import Box, Donut, Kind, Stroke
from viewer.picture.layout import Camera, Stage, layout
from viewer.picture.level import Level
from viewer.picture.paint import Raster, paint
from viewer.picture.view import View, view_of_pixels
from viewer.picture.words import grouped
from viewer.score.moment import Act, Moment
from viewer.theme.tokens import FlowInk, Role, ThemeName, Z, depth


@pytest.fixture(scope="module")
def bursts(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return run_of(BURSTS, tmp_path_factory.mktemp("bursts"))


@pytest.fixture(scope="module")
def steered(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return run_of(STEERED, tmp_path_factory.mktemp("steered"))


def rest(timeline: Timeline, step: int) -> Moment:
    return Moment(step, int(timeline.time(step)))


def drawn(timeline: Timeline, step: int, **view: object) -> DisplayList:
    return compose(timeline, rest(timeline, step), View(**view))  # type: ignore[arg-type]  # keywords of View


def texts(display: DisplayList, layer: str = "") -> list[str]:
    return [text.text for text in display.texts() if not layer or text.layer == layer]


def steps_of(timeline: Timeline, function: str) -> list[int]:
    numbers = [info.number for info in timeline.functions if info.name == function]
    found: list[int] = np.flatnonzero(np.isin(timeline.column("fn"), numbers)).tolist()
    return found


def test_the_same_picture_forwards_backwards_and_at_random(qtbot: QtBot, bursts: Timeline) -> None:
    steps = list(range(200, bursts.steps, bursts.steps // 12))
    forwards = {step: contents(drawn(bursts, step, focused=2)) for step in steps}
    shuffled = steps[::-1] + Random(1).sample(steps, len(steps))
    for step in shuffled:
        assert contents(drawn(bursts, step, focused=2)) == forwards[step]


@pytest.mark.parametrize("focused", [0, 2])
def test_no_text_covers_another_in_a_run(qtbot: QtBot, bursts: Timeline, focused: int) -> None:
    for step in range(0, bursts.steps, bursts.steps // 60):
        display = drawn(bursts, step, focused=focused)
        assert crossing(display) == [], step
        assert covered(display) == [], step
        assert outside(display) == [], step


def test_no_text_covers_another_with_rps(qtbot: QtBot, steered: Timeline) -> None:
    for step in range(0, steered.steps, steered.steps // 60):
        display = drawn(steered, step)
        assert crossing(display) == [], step
        assert covered(display) == [], step


def test_one_packet_moves_on_a_cpu(qtbot: QtBot, bursts: Timeline) -> None:
    for step in range(100, bursts.steps, 997):
        display = drawn(bursts, step)
        moving = display.layer("packets")
        if moving is None:
            continue
        uids = np.concatenate([batch.uids for batch in moving.layer.sprites]).tolist()
        assert len(uids) == len(set(uids)) <= 4


def test_the_socket_shows_the_cursors_numbers(qtbot: QtBot, bursts: Timeline) -> None:
    step = steps_of(bursts, "__udp_enqueue_schedule_skb")[150]
    cursor = Cursor(bursts, step)
    sock = int(cursor.alive("sock")[0])
    words = texts(drawn(bursts, step), "sockets")
    for field in ("sk_rmem_alloc", "sk_rcvbuf", "queued"):
        value = cursor.get(sock, field)
        assert isinstance(value, int)
        assert grouped(value) in words


def test_the_ring_shows_the_cursors_numbers(qtbot: QtBot, bursts: Timeline) -> None:
    step = steps_of(bursts, "dma_write_back")[120]
    cursor = Cursor(bursts, step)
    for ring in cursor.alive("rx_ring").tolist():
        filled, queue = cursor.get(ring, "filled"), cursor.get(ring, "queue")
        assert isinstance(filled, int)
        display = drawn(bursts, step)
        assert str(filled) in [text.text for text in display.texts() if text.item.of.name == f"rx-{queue}"]
        donut = next(item for item in display.items(name=f"rx-{queue}") if isinstance(item, Donut))
        coloured = sum(stripe[0] not in (Role.TRACK, Role.INPUT) for stripe in donut.stripes)
        assert (coloured > 0) is (filled > 0)


def test_a_loss_falls_at_its_socket_with_its_reason(qtbot: QtBot, bursts: Timeline) -> None:
    losses = [row for row in bursts.endings if bursts.names[int(row["reason"])] == "skb:SOCKET_RCVBUFF"]
    step = int(losses[3]["step"])
    display = drawn(bursts, step)
    assert list(display.items(kind=Kind.DROP))
    assert "SOCKET_RCVBUFF" in " ".join(texts(display))
    fallen = [packet for packet in display.packets() if packet.look.lost]
    assert len(fallen) >= 1
    assert all(1180 <= packet.x <= 1352 for packet in fallen)
    before = drawn(bursts, int(losses[0]["step"]) - 1)
    assert not any(packet.look.lost for packet in before.packets())


def test_the_lost_packets_way_is_lit(qtbot: QtBot, bursts: Timeline) -> None:
    losses = [row for row in bursts.endings if bursts.names[int(row["reason"])] == "skb:SOCKET_RCVBUFF"]
    step = int(losses[2]["step"])
    cpu = int(bursts.column("where")[step]) >> 8
    display = drawn(bursts, step, focused=cpu)
    times = [text for text in texts(display, f"track {cpu}") if text.startswith("+")]
    assert len(times) == 4  # poll, GRO, IP, UDP
    assert "to socket" in {item.of.name for item in display.items(kind=Kind.ARROW)}
    assert (
        sum(packet.look.lost for packet in display.packets()) == len(list(display.items(kind=Kind.DROP))) // 3
    )


def test_without_a_socket_a_datagram_falls_at_its_station(qtbot: QtBot, steered: Timeline) -> None:
    rows = [
        row
        for row in steered.endings
        if bool(row["step"]) and steered.names[int(row["reason"])] == "skb:NO_SOCKET"
    ]
    step = int(rows[2]["step"])
    cpu = int(steered.column("where")[step]) >> 8
    display = drawn(steered, step, focused=cpu)
    place = layout(1536, 776, 4, cpu)
    row = place.row(cpu)
    assert row is not None
    spots = [(packet.x, packet.y) for packet in display.packets() if packet.look.lost]
    assert row.track_y + 40.0 in [y for _, y in spots]
    assert min(abs(x - place.stage(Stage.L4)) for x, _ in spots) < 60.0
    assert any(text.startswith("NO_SOCKET") for text in texts(display))


def test_a_packet_travels_by_the_phase_of_its_act(qtbot: QtBot, bursts: Timeline) -> None:
    step = next(
        step for step in steps_of(bursts, "ip_rcv_core")[40:] if int(bursts.column("where")[step]) >> 8 == 2
    )
    packet = int(bursts.column("packet")[step])
    number = int(bursts.column("fn")[step])
    place = layout(1536, 776, 4, 2)
    xs = []
    for phase in (0.0, 0.25, 0.5, 0.75, 1.0):
        moment = Moment(step - 1, int(bursts.time(step - 1)), (Act(step, phase, 2, number, packet),))
        display = compose(bursts, moment, View(focused=2))
        here = next(one for one in display.packets() if one.uid == packet)
        xs.append(here.x)
        assert "ip_rcv_core" in texts(display, "track 2")
    assert xs == sorted(xs)
    assert place.stage(Stage.GRO) <= xs[0]
    assert xs[-1] == pytest.approx(place.stage(Stage.IP))


def test_the_lit_line_ends_at_the_packet(qtbot: QtBot, bursts: Timeline, steered: Timeline) -> None:
    """Whatever the act: behind the packet the track is lit, in front of it it is not."""
    for timeline in (bursts, steered):
        for step in range(300, timeline.steps, 211):
            packet, cpu = int(timeline.column("packet")[step]), int(timeline.column("where")[step]) >> 8
            if cpu >= 4:
                continue
            act = Act(step, 0.5, cpu, int(timeline.column("fn")[step]), packet)
            moment = Moment(step - 1, int(timeline.time(step - 1)), (act,))
            display = compose(timeline, moment, View(focused=cpu))
            track = display.layer(f"track {cpu}")
            assert track is not None
            here = [one for one in display.packets() if one.uid == packet and not one.look.lost]
            lit = [item for item in track.layer.items if isinstance(item, Stroke) and item.width == 3.0]
            for line in lit:
                assert line.points[0][0] <= line.points[-1][0]
                if here and here[0].y == 120.0 + (layout(1536, 776, 4, cpu).rows[cpu].card.y - 48.0):
                    assert line.points[-1][0] <= here[0].x + 0.5


def test_reduced_motion_stands_at_the_station(qtbot: QtBot, bursts: Timeline) -> None:
    step = next(
        step
        for step in steps_of(bursts, "__udp4_lib_rcv")[40:]
        if int(bursts.column("where")[step]) >> 8 == 2
    )
    packet, number = int(bursts.column("packet")[step]), int(bursts.column("fn")[step])
    moment = Moment(step - 1, int(bursts.time(step - 1)), (Act(step, 0.2, 2, number, packet),))
    display = compose(bursts, moment, View(focused=2, reduced=True))
    here = next(one for one in display.packets() if one.uid == packet)
    assert here.x == layout(1536, 776, 4, 2).stage(Stage.L4)


def test_frames_come_in_on_the_wire(qtbot: QtBot, bursts: Timeline) -> None:
    step = steps_of(bursts, "frame_arrives")[20]
    display = drawn(bursts, step)
    coming = display.layer("packets on the wire")
    assert coming is not None
    edge = layout(1536, 776, 4, 0).nic.x
    for batch in coming.layer.sprites:
        assert (batch.xy[:, 0] < edge).all()
        assert set(batch.uids.tolist()).isdisjoint(bursts.column("packet")[: step + 1].tolist())


def test_rps_draws_queues_and_the_way_to_them(qtbot: QtBot, steered: Timeline) -> None:
    found = False
    for step in steps_of(steered, "enqueue_to_backlog"):
        packet, number = int(steered.column("packet")[step]), int(steered.column("fn")[step])
        moment = Moment(step - 1, int(steered.time(step - 1)), (Act(step, 0.5, 0, number, packet),))
        display = compose(steered, moment, View())
        names = {item.of.name for item in display.items(kind=Kind.ARROW)}
        ways = [name for name in names if name.startswith("to input_pkt_queue")]
        assert len(ways) == 1
        found = found or ways != ["to input_pkt_queue 0"]
        if found:
            break
    assert found
    queues = {item.of.name for item in display.items(kind=Kind.BACKLOG)}
    assert queues == {f"input_pkt_queue {cpu}" for cpu in range(4)}


def test_select_shows_its_sweep(qtbot: QtBot, steered: Timeline) -> None:
    scans = steps_of(steered, "poll_scan")
    words = " ".join(texts(drawn(steered, scans[10]), "apps"))
    assert "11 of 51 scanned" in words


def test_before_the_first_step_nothing_is_known(qtbot: QtBot, bursts: Timeline) -> None:
    display = compose(bursts, Moment(-1, 0), View())
    assert sprite_count(display) <= 400
    assert "no socket" in texts(display)
    assert crossing(display) == []


def test_without_a_run_the_datapath_is_empty(qtbot: QtBot) -> None:
    """What the window shows before anything is open: every part, no number."""
    display = compose(Timeline(Prologue((), (), {})), Moment(-1, 0), View())
    words = texts(display)
    assert {"no socket", "no program", "no queue", "not built yet"} <= set(words)
    assert sprite_count(display) == 0
    assert crossing(display) == []


def test_counters_alone_are_shown_without_colours(qtbot: QtBot, tmp_path: Path) -> None:
    """At level "counters" single packets are not known: levels are grey, counters are there."""
    text = BURSTS.replace('until = "1200us"', 'until = "1200us"\nrecord = { level = "counters" }')
    timeline = run_of(text, tmp_path)
    display = drawn(timeline, timeline.steps - 1)
    words = texts(display)
    assert "frames not recorded" in words
    assert any(word.startswith("sk_drops") for word in words)
    tanks = [
        item for item in display.items(kind=Kind.SOCKET) if isinstance(item, Box) and item.z == depth(Z.BAY)
    ]
    assert tanks
    assert not any(isinstance(ink, FlowInk) for item in tanks for ink in item.inks())


def test_a_click_finds_what_is_drawn(qtbot: QtBot, bursts: Timeline) -> None:
    step = steps_of(bursts, "ip_rcv_core")[50]
    display = drawn(bursts, step)
    packet = next(one for one in display.packets() if not one.look.lost)
    found = display.hit(packet.x, packet.y)
    assert found is not None
    assert (found.thing.kind, found.thing.uid) == (Kind.PACKET, packet.uid)
    socket = display.hit(1300.0, 66.0)
    assert socket is not None
    assert socket.thing.kind is Kind.SOCKET
    assert display.hit(5.0, 770.0) is None


def test_the_selected_object_has_a_white_ring(qtbot: QtBot, bursts: Timeline) -> None:
    sock = int(Cursor(bursts, 3000).alive("sock")[0])
    display = drawn(bursts, 3000, selected=sock)
    ring = display.layer("selection")
    assert ring is not None
    assert ring.layer.items[0].inks() == (Role.SELECT,)
    assert drawn(bursts, 3000).layer("selection") is None


def test_a_followed_packet_is_shown_where_it_waits(qtbot: QtBot, bursts: Timeline) -> None:
    """From the ring to the socket: whoever waits has its ring, whoever moves its own mark."""
    step = steps_of(bursts, "dma_write_back")[90]
    frame = int(bursts.column("packet")[step])
    kinds = set()
    for at in range(step, bursts.steps, 331):
        kin = bursts.kin(frame).tolist()
        living = [one for one in kin if Cursor(bursts, at).exists(one)]
        display = drawn(bursts, at, followed=frame, focused=2)
        mark = display.layer("whereabouts")
        moving = [one for one in display.packets() if one.look.selected]
        assert len(moving) + (mark is not None) <= 1
        if not living:
            assert mark is None
            break
        kinds.add("moves" if moving else "waits" if mark is not None else "between")
    assert {"waits"} <= kinds


def test_close_up_the_next_descriptors_are_shown(qtbot: QtBot, bursts: Timeline) -> None:
    step = steps_of(bursts, "dma_write_back")[120]
    cursor = Cursor(bursts, step)
    ring = next(uid for uid in cursor.alive("rx_ring").tolist() if cursor.get(uid, "filled"))
    queue, clean, count = (cursor.get(ring, name) for name in ("queue", "next_to_clean", "count"))
    assert isinstance(queue, int)
    assert isinstance(clean, int)
    assert isinstance(count, int)
    far = drawn(bursts, step, focused=queue)
    near = drawn(bursts, step, focused=queue, camera=Camera(1.5, 0.0, 0.0), level=Level.SLOTS)
    assert not any(" slot " in name for _, name in far.things())
    shown = [name for _, name in near.things() if name.startswith(f"rx-{queue} slot ")]
    use = cursor.get(ring, "next_to_use")
    assert isinstance(use, int)
    expected = [f"rx-{queue} slot {(first + at) % count}" for first in (clean, use) for at in range(6)]
    assert shown == list(dict.fromkeys(expected))
    assert "DD" in texts(near, f"ring {queue}")
    others = " ".join(texts(near, f"track {(queue + 1) % 4}"))
    assert "ixgbe_poll" in others
    assert "no taps" in others
    assert crossing(near) == []


def test_the_camera_moves_everything_but_heads_and_minimap(qtbot: QtBot, bursts: Timeline) -> None:
    plain, moved = drawn(bursts, 3000), drawn(bursts, 3000, camera=Camera(2.0, -100.0, -50.0))
    nic, far = plain.layer("nic"), moved.layer("nic")
    assert nic is not None
    assert far is not None
    rect, there = nic.map(nic.layer.bounds), far.map(far.layer.bounds)
    assert there.x == rect.x * 2.0 - 100.0
    assert there.w == rect.w * 2.0
    for name in ("heads", "minimap"):
        one, other = plain.layer(name), moved.layer(name)
        assert one is not None
        assert other is not None
        assert one.map(one.layer.bounds) == other.map(other.layer.bounds)


@pytest.mark.parametrize(
    ("pixels", "logical", "ratio"),
    [((1920, 1080), (1536, 864), 1.25), ((3840, 2160), (1536, 864), 2.5), ((1280, 720), (1280, 720), 1.0),
     ((1536, 776), (1536, 776), 1.0)],
)  # fmt: skip
def test_a_picture_of_pixels(pixels: tuple[int, int], logical: tuple[int, int], ratio: float) -> None:
    view = view_of_pixels(*pixels, ThemeName.LIGHT, 3)
    assert (view.width, view.height, view.ratio, view.focused) == (*logical, ratio, 3)


def test_a_frame_grows_less_than_its_packets(qtbot: QtBot, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A thousand packets in flight cost a few times what a few cost, in CPU time of one process.

    The best of several stretches each, in turns: other work on the machine only adds.
    """
    timeline = run_of(FULL, tmp_path_factory.mktemp("full"))
    cursor = Cursor(timeline)
    full = next(step for step in range(0, timeline.steps, 500) if _in_flight(cursor, step) >= 1000)
    few = next(step for step in range(0, full, 25) if _in_flight(cursor, step) >= 20)
    assert _in_flight(cursor, few) < 100
    best = {few: 1e9, full: 1e9}
    for stretch in range(5):
        for first in best:
            best[first] = min(best[first], _frames_cost(timeline, first + 30 * stretch))
    assert best[full] < 8 * best[few]


def _frames_cost(timeline: Timeline, first: int) -> float:
    """Seconds of CPU of ten frames, a step apart."""
    how, image = Raster(), QImage(1920, 1080, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(1.25)
    view = view_of_pixels(1920, 1080, ThemeName.DARK)
    begun = time.process_time()
    for at in range(10):
        display = compose(timeline, rest(timeline, first + 3 * at), view)
        with QPainter(image) as painter:
            paint(painter, display, how)
    return time.process_time() - begun


def _in_flight(cursor: Cursor, step: int) -> int:
    cursor.seek(step)
    return len(cursor.alive("frame"))
