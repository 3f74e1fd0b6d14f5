"""Many packets: ribbons in their place, one flow alone, a filter's choice; and large pictures cut to what is seen."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline
from tests.viewer.picture.runs import BURSTS, FULL, run_of
from tests.viewer.picture.samples import contents
from viewer.picture.compose import compose
from viewer.picture.density import MOST_PX, densities, thickness, too_many
from viewer.picture.display import DisplayList
from viewer.picture.items import Donut, Kind, Stroke, Text
from viewer.picture.layout import Camera
from viewer.picture.level import Level
from viewer.picture.looks import look_items
from viewer.picture.paint import Raster
from viewer.picture.sprites import Body, Form, Sprite
from viewer.picture.still import render_image
from viewer.picture.view import View
from viewer.score.moment import Moment
from viewer.theme.tokens import FlowInk, FlowPart

QUICK = 1_000.0
"""A microsecond in a thousandth of a millisecond."""


@pytest.fixture(scope="module")
def bursts(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return run_of(BURSTS, tmp_path_factory.mktemp("bursts"))


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return run_of(FULL, tmp_path_factory.mktemp("full"))


def drawn(timeline: Timeline, step: int, **view: object) -> DisplayList:
    return compose(timeline, Moment(step, int(timeline.time(step))), View(**view))  # type: ignore[arg-type]


def steps_of(timeline: Timeline, function: str) -> list[int]:
    numbers = [info.number for info in timeline.functions if info.name == function]
    found: list[int] = np.flatnonzero(np.isin(timeline.column("fn"), numbers)).tolist()
    return found


def flow_uid(timeline: Timeline, letter: int) -> int:
    cursor = Cursor(timeline, 10)
    return next(int(uid) for uid in timeline.objects("flow").tolist() if cursor.get(uid, "letter") == letter)


def on_wire(display: DisplayList) -> set[int]:
    layer = display.layer("packets on the wire")
    return set() if layer is None else {int(uid) for batch in layer.layer.sprites for uid in batch.uids}


def ribbons(display: DisplayList) -> list[Stroke]:
    return [
        item
        for one in display.placed
        if one.layer.name == "ribbons"
        for item in one.layer.items
        if isinstance(item, Stroke)
    ]


# -- density ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("per_second", "speed", "many"),
    [(1e6, 0.0, False), (125_000.0, 400_000.0, False), (125_000.0, 2_000.0, True), (1e7, 100_000.0, True)],
)
def test_sixty_events_a_second_of_the_showing_are_too_many(
    per_second: float, speed: float, many: bool
) -> None:
    assert too_many(per_second, speed) is many


def test_a_ribbon_is_as_thick_as_its_packets_are_dense() -> None:
    assert thickness(0.0) < thickness(0.3) < thickness(1.0) == thickness(4.0) == MOST_PX
    thin, thick = densities(np.array([4.0, 4.0])), densities(np.array([1.0, 1.0]))
    assert thin == (0.25, 0.25, 0.25)
    assert thick == (1.0, 1.0, 1.0)


def test_a_burst_on_the_wire_is_a_ribbon_with_few_packets(qtbot: QtBot, full: Timeline) -> None:
    step = steps_of(full, "frame_arrives")[100]
    far = drawn(full, step, width=1536, height=776, speed=QUICK)
    assert len(ribbons(far)) == 2
    assert on_wire(far) == set()
    still = drawn(full, step)
    assert (
        len(on_wire(still)) > 4
    )  # 1.5 Mpps are far enough apart to be told from each other while nothing moves


def test_selected_and_first_packets_stay_sprites(qtbot: QtBot, full: Timeline) -> None:
    arrivals = steps_of(full, "frame_arrives")
    frame = int(full.column("packet")[arrivals[104]])
    display = drawn(full, arrivals[100], speed=QUICK, selected=frame)
    assert on_wire(display) == {frame}
    assert next(one for one in display.packets() if one.uid == frame).look.selected
    first = {int(full.column("packet")[at]) for at in arrivals[:2]}
    assert on_wire(drawn(full, max(0, arrivals[0] - 1), speed=QUICK)) & first


def test_a_busy_track_is_a_ribbon_while_it_plays(qtbot: QtBot, full: Timeline) -> None:
    step = steps_of(full, "ip_rcv_core")[150]
    cpu = int(full.column("where")[step]) >> 8
    packet = int(full.column("packet")[step])
    slow, quick = drawn(full, step, focused=cpu), drawn(full, step, focused=cpu, speed=QUICK)
    assert packet in {one.uid for one in slow.packets()}
    assert packet not in {one.uid for one in quick.packets()}
    assert slow.layer(f"ribbon {cpu}") is None
    band = quick.layer(f"ribbon {cpu}")
    assert band is not None
    kept = drawn(full, step, focused=cpu, speed=QUICK, followed=packet)
    assert packet in {one.uid for one in kept.packets()}


def test_density_is_a_function_of_the_view(qtbot: QtBot, full: Timeline) -> None:
    steps = list(range(500, full.steps, full.steps // 9))
    forwards = {step: contents(drawn(full, step, speed=QUICK)) for step in steps}
    for step in steps[::-1]:
        drawn(full, step, speed=400_000.0)
        assert contents(drawn(full, step, speed=QUICK)) == forwards[step]


def test_lost_packets_stay_sprites(qtbot: QtBot, bursts: Timeline) -> None:
    losses = [row for row in bursts.endings if bursts.names[int(row["reason"])] == "skb:SOCKET_RCVBUFF"]
    display = drawn(bursts, int(losses[3]["step"]), speed=QUICK)
    assert any(packet.look.lost for packet in display.packets())


# -- one flow alone -----------------------------------------------------------------------------------------


def test_what_has_passed_carries_no_letter(qtbot: QtBot) -> None:
    for form in (Form.MARK, Form.CAPSULE, Form.CARD):
        look = Sprite(0, form, Body.SKB, "60 B")
        assert any(isinstance(item, Text) for item in look_items(look))
        assert not any(isinstance(item, Text) for item in look_items(look._replace(passed=True)))


def test_a_flow_alone_stands_out(qtbot: QtBot, bursts: Timeline) -> None:
    kept = flow_uid(bursts, 1)
    seen = {True: 0, False: 0}
    for step in range(300, bursts.steps, 531):
        display = drawn(bursts, step, solo=kept)
        for packet in display.packets():
            if not packet.look.lost:
                assert packet.look.passed is (packet.look.flow != 1)
                seen[packet.look.passed] += 1
        for item in display.items():
            if isinstance(item, Text) or item.of.kind is Kind.DROP:
                continue
            others = [ink for ink in item.inks() if isinstance(ink, FlowInk) and ink.flow != 1]
            assert all(ink.part not in (FlowPart.FILL, FlowPart.EDGE) for ink in others), (step, item)
    assert min(seen.values()) > 3


def test_ring_segments_of_other_flows_are_dimmed(qtbot: QtBot, bursts: Timeline) -> None:
    step = steps_of(bursts, "dma_write_back")[120]
    rings = [
        item
        for item in drawn(bursts, step, solo=flow_uid(bursts, 0)).items(kind=Kind.RING)
        if isinstance(item, Donut)
    ]
    inks = {ink for ring in rings for ink in ring.inks() if isinstance(ink, FlowInk)}
    assert FlowInk(0, FlowPart.FILL) in inks
    assert {ink.part for ink in inks if ink.flow != 0} <= {FlowPart.TINT}
    plain = [item for item in drawn(bursts, step).items(kind=Kind.RING) if isinstance(item, Donut)]
    assert {ink.flow for ring in plain for ink in ring.inks() if isinstance(ink, FlowInk)} > {0}


def test_an_unknown_flow_alone_changes_nothing(qtbot: QtBot, bursts: Timeline) -> None:
    assert contents(drawn(bursts, 3000, solo=999_999)) == contents(drawn(bursts, 3000))


def test_a_filter_keeps_its_packets_in_every_form(qtbot: QtBot, bursts: Timeline) -> None:
    """The filter names frames; the skb of one is it further on."""
    step = steps_of(bursts, "ip_rcv_core")[60]
    packet = int(bursts.column("packet")[step])
    frame = int(bursts.frame_of(packet))
    assert frame != packet

    def look(chosen: frozenset[int] | None) -> Sprite:
        return next(one.look for one in drawn(bursts, step, chosen=chosen).packets() if one.uid == packet)

    assert not look(None).passed
    assert not look(frozenset((frame,))).passed
    assert not look(frozenset((packet,))).passed
    assert look(frozenset((frame + 1,))).passed
    assert look(frozenset()).passed


# -- large pictures -----------------------------------------------------------------------------------------


def test_close_up_only_what_is_seen_has_a_bitmap(qtbot: QtBot, bursts: Timeline) -> None:
    """Cut or whole, kept or fresh: the same pixels; a pan shows the same pixels elsewhere."""
    how = Raster()
    view = {"level": Level.FIELDS, "width": 640, "height": 360}

    def image(x: float, y: float, with_: Raster | None) -> QImage:
        return render_image(drawn(bursts, 3000, camera=Camera(6.0, x, y), **view), with_)

    first, moved = image(-700.0, -400.0, how), image(-730.0, -420.0, how)
    assert first == image(-700.0, -400.0, None)
    assert moved == image(-730.0, -420.0, None)
    assert first.copy(130, 120, 400, 200) == moved.copy(100, 100, 400, 200)
    largest = max(bitmap.bytes for bitmap in how._layers.values())
    assert 0 < largest <= 4 * (640 + 512) * (360 + 512)
