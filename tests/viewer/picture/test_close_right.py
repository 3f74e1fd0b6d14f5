"""Rows, sockets, waits and threads close up: nothing covers anything, and what is told is what is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.timeline.cursor import Cursor
from engine.timeline.schema import WHERES, Where
from engine.timeline.timeline import Timeline
from tests.viewer.picture.runs import BURSTS, STEERED, run_of
from tests.viewer.picture.samples import SOCKETS, crossing
from viewer.picture.display import DisplayList, Placed, fit_text
from viewer.picture.items import Cells, Text
from viewer.picture.layer import Layer, Rect, Sketch
from viewer.picture.layout import Mode, layout
from viewer.picture.level import Level, zoom_of
from viewer.picture.reading.bays import read_bays
from viewer.picture.reading.close import pass_ticks, read_close
from viewer.picture.reading.desk import Desk, desk_at
from viewer.picture.reading.flights import Carried, carried, stops, visits
from viewer.picture.reading.names import path_names
from viewer.picture.reading.processors import by_cpu, cpu_numbers, read_backlog, read_cpu, steered_cpus
from viewer.picture.reading.programs import read_apps
from viewer.picture.reading.sockets import read_reader, read_sockets, with_close
from viewer.picture.regions.apps import apps_layer
from viewer.picture.regions.bays import Bays
from viewer.picture.regions.bays_close import BaysClose, draw_bucket
from viewer.picture.regions.close import Pairs, brackets, write_fields
from viewer.picture.regions.row import RowState, row_layers
from viewer.picture.regions.sockets import sockets_layer
from viewer.picture.regions.sockets_close import Queued, SocketClose
from viewer.picture.regions.track import Track
from viewer.score.moment import Moment
from viewer.theme.fonts import step
from viewer.theme.tokens import Role, ThemeName

CLOSE = (Level.SLOTS, Level.FIELDS)
LEAST = {Level.SLOTS: 1.4 * 0.88, Level.FIELDS: 3.2 * 0.88}


@pytest.fixture(scope="module")
def bursts(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return run_of(BURSTS, tmp_path_factory.mktemp("bursts"))


@pytest.fixture(scope="module")
def steered(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return run_of(STEERED, tmp_path_factory.mktemp("steered"))


def right_half(
    desk: Desk, level: Level, focused: int = 0, size: tuple[int, int] = (1536, 776)
) -> list[Layer]:
    """Rows without their rings, sockets and programs at a level, as the scene puts them together."""
    moment = Moment(desk.step, desk.now)
    cpus = cpu_numbers(desk)
    place = layout(*size, len(cpus), focused)
    held = {cpu: carried(desk, moment, cpu) for cpu in cpus}
    layers: list[Layer] = []
    for row in place.rows:
        packet = held[row.cpu]
        cpu = read_cpu(desk, row.cpu)
        assert cpu is not None
        bays = read_bays(desk, row.cpu, packet, level=level) if row.mode is Mode.EXPANDED else Bays()
        backlog = read_backlog(desk, row.cpu, steered_cpus(desk), packet.uid if packet else 0, level=level)
        close = read_close(desk, moment, row, packet, (level, level))
        state = RowState(
            cpu.polled(bays.work), None, track_of(desk, row.cpu, packet), bays, backlog, "", close
        )
        layers += row_layers(state, row, place, level=level)
    reader = read_reader(desk, held, level=level)
    layers.append(
        sockets_layer(
            tuple(with_close(desk, one, level) for one in read_sockets(desk)), reader, place.sockets
        )
    )
    if place.apps:
        layers.append(apps_layer(read_apps(desk, level=level), place.apps))
    return layers


def track_of(desk: Desk, cpu: int, packet: Carried | None) -> Track:
    labels = path_names(desk, cpu, "ixgbe")
    if packet is None or not (seen := visits(desk, packet.uid, cpu, desk.step)).first:
        return Track(stops(labels, None, None))
    return Track(stops(labels, packet, seen), packet.flow, 900.0)


def shown(layers: list[Layer], zoom: float, width: int = 1536, height: int = 776) -> DisplayList:
    placed = tuple(Placed(layer, zoom) for layer in layers)
    return DisplayList(width, height, 1.0, ThemeName.DARK, Role.CANVAS, placed)


def words(layers: list[Layer], zoom: float, name: str = "") -> list[str]:
    return [text.text for text in shown(layers, zoom).texts() if not name or text.layer == name]


def moments(timeline: Timeline, count: int = 14) -> Iterator[Desk]:
    for at in range(60, timeline.steps, max(1, timeline.steps // count)):
        yield desk_at(timeline, at, int(timeline.time(at)))


@pytest.mark.parametrize("level", CLOSE)
@pytest.mark.parametrize("focused", [0, 2])
def test_no_text_covers_another_close_up(
    qtbot: QtBot, bursts: Timeline, steered: Timeline, level: Level, focused: int
) -> None:
    for timeline in (bursts, steered):
        for desk in moments(timeline):
            layers = right_half(desk, level, focused)
            for zoom in (LEAST[level], zoom_of(level), 3.15 if level is Level.SLOTS else 6.0):
                assert crossing(shown(layers, zoom)) == [], (desk.step, zoom)


@pytest.mark.parametrize("size", [(1280, 608), (1000, 520), (1920, 1000), (2080, 1136)])
@pytest.mark.parametrize("level", CLOSE)
def test_no_text_covers_another_on_other_canvases(
    qtbot: QtBot, bursts: Timeline, steered: Timeline, level: Level, size: tuple[int, int]
) -> None:
    for timeline in (bursts, steered):
        for desk in moments(timeline, 5):
            assert crossing(shown(right_half(desk, level, 1, size), zoom_of(level))) == [], desk.step


@pytest.mark.parametrize("level", CLOSE)
def test_no_small_word_leaves_its_layer(
    qtbot: QtBot, bursts: Timeline, steered: Timeline, level: Level
) -> None:
    """A layer's bitmap covers its bounds: a word beyond them would be cut."""
    for timeline in (bursts, steered):
        for desk in moments(timeline, 8):
            layers = right_half(desk, level)
            for zoom in (LEAST[level], zoom_of(level)):
                bounds = {layer.name: Placed(layer, zoom).map(layer.bounds) for layer in layers}
                for text in shown(layers, zoom).texts():
                    box = bounds[text.layer]
                    assert text.rect.x >= box.x, text.text
                    assert text.rect.right <= box.right, text.text
                    assert text.rect.y >= box.y, text.text
                    assert text.rect.bottom <= box.bottom, text.text


def test_small_words_are_there_close_up_only(qtbot: QtBot, bursts: Timeline) -> None:
    desk = desk_at(bursts, bursts.steps // 2, int(bursts.time(bursts.steps // 2)))
    far, slots, fields = (set(words(right_half(desk, level), zoom_of(level))) for level in Level)
    assert not any("sum_exec_runtime" in word for word in far | slots)
    assert any("sum_exec_runtime" in word for word in fields)
    in_calls = words(right_half(desk, Level.SLOTS), zoom_of(Level.SLOTS), "apps")
    assert any(word.endswith(" µs") for word in in_calls)
    assert not any(word.endswith(" µs") for word in words(right_half(desk, Level.OVERVIEW), 1.0, "apps"))
    for level in CLOSE:
        for layer in right_half(desk, level):
            for item in layer.items:
                if isinstance(item, Text) and all(run.size < 1.0 for run in item.runs):
                    fit = fit_text(item.runs, item.room, LEAST[level])
                    assert fit is None or min(fit.sizes) >= 11


def test_from_afar_nothing_more_is_read(bursts: Timeline) -> None:
    desk = desk_at(bursts, 5000, int(bursts.time(5000)))
    assert all(socket.close is None for socket in read_sockets(desk))
    apps = read_apps(desk)
    assert all(task.close is None for task in apps.tasks)
    assert all(poller.close is None for poller in apps.pollers)
    row = layout(1536, 776, 4, 0).rows[0]
    assert read_close(desk, Moment(5000, desk.now), row, None, (Level.OVERVIEW, Level.OVERVIEW)) is None
    assert read_bays(desk, 0, None).close is None


def polling(timeline: Timeline) -> Iterator[tuple[Desk, int]]:
    """Moments at which a CPU is in a round of softirqs and has handled packets."""
    for desk in moments(timeline, 120):
        for cpu, (_, values) in by_cpu(desk, "softirqs").items():
            if values["running"] and (values["work_1"] or 0) > 0:
                yield desk, cpu


def test_a_tick_for_every_packet_of_a_finished_pass(bursts: Timeline) -> None:
    seen = 0
    for desk, cpu in polling(bursts):
        _, values = by_cpu(desk, "softirqs")[cpu]
        ticks = pass_ticks(desk, cpu)
        assert len(ticks) == values["passes"]
        for at in range(1, len(ticks)):  # the last one may still be at work
            assert len(ticks[at - 1]) == values[f"work_{at}"]
            seen += 1
    assert seen > 3


def test_the_stack_is_nested_and_ends_in_the_step(bursts: Timeline) -> None:
    depths = set()
    for desk, cpu in polling(bursts):
        row = layout(1536, 776, 4, cpu).rows[cpu]
        moment = Moment(desk.step, desk.now)
        close = read_close(desk, moment, row, carried(desk, moment, cpu), (Level.FIELDS, Level.FIELDS))
        assert close is not None
        assert close.track is not None
        names = [name for name, _ in close.track.stack]
        if close.track.stack and "handle_softirqs" in names:
            assert len(names) == len(set(names))
            rest = names[names.index("handle_softirqs") :]
            order = [name for name in ("handle_softirqs", "net_rx_action", "__napi_poll") if name in rest]
            assert rest[: len(order)] == order
            depths.add(len(names))
    assert max(depths) >= 5


def test_brackets_stay_in_their_band(qtbot: QtBot) -> None:
    names = tuple((f"function_number_{at}", 100.0 + 90.0 * (at % 4)) for at in range(9))
    band = Rect(90.0, 10.0, 300.0, 28.0)
    sketch = Sketch("stack", band)
    brackets(sketch, names, band, Role.TEXT)
    layer = sketch.layer()
    texts = list(shown([layer], 3.6).texts())
    assert [text.text for text in texts][-1] == "function_number_8()"
    assert 3 <= len(texts) < 9  # the outermost are left out
    assert crossing(shown([layer], 3.6)) == []
    for text in texts:
        assert band.x * 3.6 <= text.rect.x
        assert text.rect.right <= band.right * 3.6 + 0.5


def test_a_sockets_fields_are_the_cursors(qtbot: QtBot, bursts: Timeline) -> None:
    at = bursts.steps // 2
    desk = desk_at(bursts, at, int(bursts.time(at)))
    cursor = Cursor(bursts, at)
    for socket in (with_close(desk, one, Level.FIELDS) for one in read_sockets(desk)):
        assert socket.close is not None
        fields = dict(socket.close.fields)
        for name in ("sk_rmem_alloc", "sk_rcvbuf", "queued", "sk_drops"):
            assert int(fields[name].replace(" ", "")) == cursor.get(socket.uid, name)
        assert int(fields["reader_queue"]) + int(fields["sk_receive_queue"]) == socket.queued
        for skb in socket.close.skbs:
            assert skb.truesize == cursor.get(skb.uid, "truesize")


def test_high_layers_carry_their_numbers(qtbot: QtBot) -> None:
    skbs = tuple(Queued(500 + at, 0, 86, 2304) for at in range(6))
    socket = replace(
        SOCKETS[0], layers=((0, 2304),) * 6, queued=6, rmem=6 * 2304, rcvbuf=18_000,
        close=SocketClose(Level.SLOTS, skbs),
    )  # fmt: skip
    place = layout(1536, 776, 4, 0)
    said = words([sockets_layer((socket,), None, place.sockets)], 1.6)
    assert {f"#{500 + at}" for at in range(6)} <= set(said)


def test_an_idle_task_tells_where_it_waits(bursts: Timeline) -> None:
    found = set()
    for desk in moments(bursts, 40):
        for task in read_apps(desk, level=Level.FIELDS).tasks:
            assert task.close is not None
            fields = dict(task.close.fields)
            if "waits on" in fields:
                assert task.state == "sleeping" or "runnable" in task.state or "running" in task.state
                found.add(fields["waits on"])
    assert found


def test_an_elapsed_time_counts_from_the_calls_entry(bursts: Timeline) -> None:
    at = bursts.steps // 2
    desk = desk_at(bursts, at, int(bursts.time(at)))
    told = 0
    for task in read_apps(desk, level=Level.SLOTS).tasks:
        assert task.close is not None
        if not task.call:
            assert task.close.elapsed == ""
            continue
        entered = Cursor(bursts, at).changed_at(task.uid, "syscall")
        assert entered is not None
        tenths = (int(bursts.time(at)) - int(bursts.time(entered))) // 100
        assert int(task.close.elapsed.removesuffix(" µs").replace(".", "").replace(" ", "")) == tenths
        told += 1
    assert told


def test_epitems_come_with_their_callback_and_list(bursts: Timeline) -> None:
    lists = set()
    for desk in moments(bursts, 60):
        for poller in read_apps(desk, level=Level.FIELDS).pollers:
            assert poller.close is not None
            for item in poller.close.items:
                assert item.func == "ep_poll_callback"
                lists.add(item.on)
            assert sum(item.on == "rdllist" for item in poller.close.items) == poller.ready_count
    assert "rdllist" in lists


def test_close_up_every_descriptor_of_a_sweep_has_a_cell(qtbot: QtBot, steered: Timeline) -> None:
    place = layout(1536, 776, 4, 0)
    desk = next(desk for desk in moments(steered) if read_apps(desk).sweeps)
    apps = read_apps(desk, level=Level.SLOTS)
    many = replace(apps.sweeps[0], fds=500, scanned=100)
    layer = apps_layer(replace(apps, sweeps=(many,)), place.apps)
    cells = next(item for item in layer.items if isinstance(item, Cells))
    assert len(cells.fills) == 500
    assert sum(fill is not None for fill in cells.fills) == 100
    far = apps_layer(replace(apps, sweeps=(replace(many, close=None),)), place.apps)
    assert len(next(item for item in far.items if isinstance(item, Cells)).fills) < 500


def test_a_bucket_shows_its_list(qtbot: QtBot) -> None:
    sketch = Sketch("bucket", Rect(0.0, 0.0, 60.0, 120.0))
    held = tuple((at % 3, 900 + at) for at in range(8))
    draw_bucket(sketch, held, Rect(10.0, 70.0, 13.0, 26.0), Level.FIELDS)
    layer = sketch.layer()
    assert words([layer], 3.6) == [f"#{900 + at}" for at in range(8)]
    assert crossing(shown([layer], 3.6)) == []
    assert min(item.bounds()[1] for item in layer.items) >= 28.0  # below the bay's title
    assert BaysClose(Level.SLOTS).buckets == ()


def test_fields_are_left_out_from_the_end(qtbot: QtBot) -> None:
    pairs: Pairs = tuple((f"field_{at}", str(at)) for at in range(40))
    sketch = Sketch("fields", Rect(0.0, 0.0, 200.0, 40.0))
    done = write_fields(sketch, pairs, (Rect(0.0, 0.0, 100.0, 10.4), Rect(0.0, 20.0, 60.0, 5.2)))
    said = " ".join(words([sketch.layer()], 3.6))
    assert 4 < done < 40
    assert all((f"field_{at} {at}" in said) is (at < done) for at in range(40))
    for text in shown([sketch.layer()], 3.6).texts():
        assert text.rect.right <= 100.0 * 3.6 + 0.5


def test_a_field_wider_than_its_room_is_left_out(qtbot: QtBot) -> None:
    sketch = Sketch("fields", Rect(0.0, 0.0, 40.0, 20.0))
    assert write_fields(sketch, (("x" * 60, "1"), ("len", "86")), (Rect(0.0, 0.0, 40.0, 5.2),)) == 2
    assert words([sketch.layer()], 3.6) == ["len 86"]


def test_text_takes_only_steps_of_the_scale(qtbot: QtBot, bursts: Timeline) -> None:
    desk = desk_at(bursts, 4000, int(bursts.time(4000)))
    sizes: set[int] = set()
    for text in shown(right_half(desk, Level.FIELDS), 3.7).texts():
        fit = fit_text(text.item.runs, text.item.room, 3.7)
        assert fit is not None
        sizes.update(fit.sizes)
    assert sizes
    assert all(step(float(size)) == size >= 11 for size in sizes)


def test_under_a_hard_interrupt_stands_what_it_interrupted(tmp_path: Path) -> None:
    text = BURSTS.replace("cpus = 4", "cpus = 1").replace("cpu = 3", "cpu = 0")
    crowded = run_of(text, tmp_path)
    where, seen = crowded.column("where"), 0
    hardirq = WHERES.index(Where.HARDIRQ)
    for at in np.flatnonzero((where & 0xFF) == hardirq).tolist():
        desk = desk_at(crowded, at, int(crowded.time(at)))
        cpu = int(where[at]) >> 8
        running = by_cpu(desk, "softirqs")[cpu][1]["running"]
        moment = Moment(desk.step, desk.now)
        row = layout(1536, 776, 1, cpu).rows[cpu]
        close = read_close(desk, moment, row, carried(desk, moment, cpu), (Level.FIELDS, Level.FIELDS))
        assert close is not None
        assert close.track is not None
        names = [name for name, _ in close.track.stack]
        assert ("handle_softirqs" in names) == bool(running)
        if running and "net_rx_action" in names:
            assert names.index("handle_softirqs") < names.index("net_rx_action") < len(names) - 1
            seen += 1
    assert seen
