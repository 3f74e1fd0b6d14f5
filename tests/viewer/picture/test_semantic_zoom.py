"""Close up: what each object of the left half and each packet shows at each level, and how levels change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline
from tests.viewer.picture.runs import BURSTS, LEGACY, run_of
from tests.viewer.picture.samples import NIC, canvas, contents, crossing
from viewer.picture.compose import compose
from viewer.picture.display import DisplayList, Placed, fit_text
from viewer.picture.items import Kind, Run, Text
from viewer.picture.layer import Rect
from viewer.picture.layout import Camera, layout
from viewer.picture.level import Fade, Level
from viewer.picture.paint import Raster
from viewer.picture.regions.heat import Cell, Queue, heat_layer
from viewer.picture.regions.minimap import Minimap, minimap_layer
from viewer.picture.regions.nic import nic_layers
from viewer.picture.sprites import Body, Form
from viewer.picture.still import render_image
from viewer.picture.view import View
from viewer.score.moment import Moment
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import Role, ThemeName

LEFT = ("wire", "nic", "nic rss", "nic toeplitz", "nic state", "heat", "packet card", "whereabouts")
SLOTS_ZOOMS = (1.24, 1.4, 1.7, 2.2, 3.1)
FIELDS_ZOOMS = (2.83, 3.2, 3.6, 5.0, 8.0)


@pytest.fixture(scope="module")
def bursts(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return run_of(BURSTS, tmp_path_factory.mktemp("bursts"))


@pytest.fixture(scope="module")
def legacy(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return run_of(LEGACY, tmp_path_factory.mktemp("legacy"))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    text = BURSTS.replace("cpus = 4", "cpus = 16").replace("queues = 4", "queues = 16")
    return run_of(text, tmp_path_factory.mktemp("many"))


def drawn(timeline: Timeline, step: int, level: Level, zoom: float = 0.0, **view: object) -> DisplayList:
    zoom = zoom or {Level.OVERVIEW: 1.0, Level.SLOTS: 1.7, Level.FIELDS: 3.6}[level]
    moment = Moment(step, int(timeline.time(step)))
    return compose(timeline, moment, View(level=level, camera=Camera(zoom, 0.0, 0.0), **view), whole=True)  # type: ignore[arg-type]


def steps_of(timeline: Timeline, function: str) -> list[int]:
    numbers = [info.number for info in timeline.functions if info.name == function]
    found: list[int] = np.flatnonzero(np.isin(timeline.column("fn"), numbers)).tolist()
    return found


def words(display: DisplayList, layer: str) -> list[str]:
    return [text.text for text in display.texts() if text.layer == layer]


def left_half(display: DisplayList) -> DisplayList:
    kept = tuple(
        one for one in display.placed if one.layer.name in LEFT or one.layer.name.startswith("ring ")
    )
    return replace(display, placed=kept)


# -- sizes of text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zoom", [1.24, 2.0, 2.83, 3.2, 4.4, 8.0])
@pytest.mark.parametrize("kind", [Type.MICRO, Type.SMALL, Type.BODY, Type.LABEL, Type.TITLE])
def test_small_text_takes_token_sizes_and_is_never_wider_than_its_place(
    qtbot: QtBot, kind: Type, zoom: float
) -> None:
    level = Level.FIELDS if zoom > 2.8 else Level.SLOTS
    run = Run("next_to_clean 168", kind, Face.MONO).at(level)
    fit = fit_text((run,), 0.0, zoom)
    assert fit is not None
    assert 11 <= fit.sizes[0] <= run.px() * run.size * zoom + 1e-6
    assert fit.width <= run.width() * zoom + 0.5


def test_text_of_a_level_is_not_there_from_afar(qtbot: QtBot) -> None:
    run = Run("rss_hash", Type.MICRO).at(Level.FIELDS)
    assert fit_text((run,), 0.0, 1.0) is None
    assert fit_text((run,), 0.0, 2.0) is None
    assert fit_text((Run("rss_hash", Type.MICRO),), 0.0, 1.0) is not None


# -- every object -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("focused", [0, 2])
@pytest.mark.parametrize("name", ["bursts", "legacy", "many"])
def test_no_text_covers_another_at_any_level(
    qtbot: QtBot, name: str, focused: int, request: pytest.FixtureRequest
) -> None:
    timeline: Timeline = request.getfixturevalue(name)
    focused = min(focused, 1) if name == "legacy" else focused
    for zooms, level in ((SLOTS_ZOOMS, Level.SLOTS), (FIELDS_ZOOMS, Level.FIELDS)):
        for zoom in zooms:
            for step in range(timeline.steps // 10, timeline.steps, timeline.steps // 7):
                display = left_half(drawn(timeline, step, level, zoom, focused=focused))
                assert crossing(display) == [], (step, zoom)


@pytest.mark.parametrize("size", [(1280, 608), (1536, 776), (1920, 1000), (1216, 540), (1000, 520)])
@pytest.mark.parametrize("zoom", [1.5, 2.6, 3.4, 6.0])
def test_no_text_covers_another_on_a_full_adapter(qtbot: QtBot, size: tuple[int, int], zoom: float) -> None:
    assert crossing(left_half(canvas(*size, zoom=zoom))) == []


def test_everything_stays_in_its_own_rectangle(qtbot: QtBot, bursts: Timeline) -> None:
    step = steps_of(bursts, "dma_write_back")[120]
    place = layout(1536, 776, 4, 0)
    for level in (Level.SLOTS, Level.FIELDS):
        display = drawn(bursts, step, level)
        for text in display.texts():
            if text.layer.startswith("nic"):
                camera = 1.7 if level is Level.SLOTS else 3.6
                nic = Rect(
                    place.nic.x * camera, place.nic.y * camera, place.nic.w * camera, place.nic.h * camera
                )
                assert nic.x <= text.rect.x
                assert text.rect.right <= nic.right


def test_the_indirection_table_is_numbered_as_ethtool_prints_it(qtbot: QtBot) -> None:
    area = layout(1536, 776, 4, 0).nic

    def said(level: Level, zoom: float) -> list[str]:
        placed = tuple(Placed(layer, zoom) for layer in nic_layers(NIC, area, 590.0, level=level))
        display = DisplayList(1536, 776, 1.0, ThemeName.DARK, Role.CANVAS, placed)
        return [text.text for text in display.texts() if text.item.of.name == "indirection table"]

    assert len(said(Level.OVERVIEW, 1.0)) == len(NIC.hashes) + NIC.queues
    slots = said(Level.SLOTS, 1.4)
    assert [one for one in slots if int(one) % 8 == 0 and int(one) > 3] == [
        str(at) for at in range(8, 128, 8)
    ]
    assert len(slots) == 128 + 16
    fields = said(Level.FIELDS, 3.2)
    assert len(fields) == 256
    assert fields[0::2] == [str(queue) for queue in NIC.table]
    assert fields[1::2] == [str(at) for at in range(128)]


def test_the_hash_is_taken_apart_and_right(qtbot: QtBot, bursts: Timeline) -> None:
    """The shown value is what the shown mask, entry and queue follow from, and what the frame got."""
    for step in steps_of(bursts, "dma_write_back")[50:120:23]:
        frame = int(bursts.column("packet")[step])
        display = drawn(bursts, step, Level.FIELDS, selected=frame)
        lines = words(display, "nic toeplitz")
        assert f"frame #{frame}" in lines
        value = int(lines[lines.index("hash") + 2], 16)
        assert value == Cursor(bursts, step).get(frame, "hash")
        assert lines[lines.index("& 0x7f") + 1] == f"entry {value & 0x7F}"
        assert lines[lines.index("& 0x7f") + 2] == f"queue {Cursor(bursts, step).get(frame, 'queue')}"
        assert "sport" in lines
        assert (
            "not hashed" in lines
        ) is True  # UDP is hashed over the addresses until the driver adds the ports
    assert words(drawn(bursts, step, Level.SLOTS), "nic toeplitz") == []


def test_vectors_name_their_cpu_then_their_registers(qtbot: QtBot, bursts: Timeline) -> None:
    step = steps_of(bursts, "dma_write_back")[120]
    cursor = Cursor(bursts, step)
    far, slots, fields = (words(drawn(bursts, step, level), "nic state") for level in Level)
    assert "CPU 0" not in far
    assert {"CPU 0", "CPU 1", "CPU 2", "CPU 3"} <= set(slots)
    for uid in cursor.alive("msix_vector").tolist()[:4]:
        row = cursor.fields(uid)
        assert f"irq {row['irq']}" in fields
        assert f"EIMS {row['enabled']}" in fields
        assert f"fired {row['fired']}" in fields


def test_a_line_interrupt_has_no_bit_in_eims(qtbot: QtBot, legacy: Timeline) -> None:
    fields = words(drawn(legacy, legacy.steps // 2, Level.FIELDS), "nic state")
    assert any(word.startswith("irq ") for word in fields)
    assert not any(word.startswith("EIMS") for word in fields)


def test_a_descriptor_says_what_was_written_back(qtbot: QtBot, bursts: Timeline) -> None:
    step = next(at for at in steps_of(bursts, "dma_write_back")[100:] if _ring_of(bursts, at)[1] >= 4)
    ring, _, queue = _ring_of(bursts, step)
    cursor = Cursor(bursts, step)
    number = bursts.list_id(ring, "frames")
    assert number is not None
    frames = cursor.contents(number).tolist()
    clean = cursor.get(ring, "next_to_clean")
    assert isinstance(clean, int)
    plain = words(drawn(bursts, step, Level.FIELDS, focused=queue), f"ring {queue}")
    assert f"rx_desc[{clean}]" in plain
    chosen = words(drawn(bursts, step, Level.FIELDS, focused=queue, selected=frames[3]), f"ring {queue}")
    at = chosen.index(f"rx_desc[{clean + 3}]")
    assert chosen[at + 1] == f"frame #{frames[3]}"
    assert f"0x{cursor.get(frames[3], 'hash'):08x}" in chosen
    assert str(cursor.get(frames[3], "len")) in chosen
    assert {"hi_dword.rss", "status_error", "DD | EOP", "length"} <= set(chosen)
    assert "pkt_info" not in chosen  # nobody writes it


def _ring_of(timeline: Timeline, step: int) -> tuple[int, int, int]:
    cursor = Cursor(timeline, step)
    rings = [
        (uid, cursor.get(uid, "filled"), cursor.get(uid, "queue")) for uid in cursor.alive("rx_ring").tolist()
    ]
    uid, filled, queue = max(rings, key=lambda row: row[1] if isinstance(row[1], int) else 0)
    return uid, filled if isinstance(filled, int) else 0, queue if isinstance(queue, int) else 0


def test_descriptors_know_their_owner(qtbot: QtBot, bursts: Timeline) -> None:
    step = steps_of(bursts, "dma_write_back")[120]
    ring, filled, queue = _ring_of(bursts, step)
    cursor = Cursor(bursts, step)
    display = drawn(bursts, step, Level.FIELDS, focused=queue)
    slots = {
        int(name.rsplit(" ", 1)[1]): found.thing.sentence
        for (_, name), found in display.things().items()
        if name.startswith(f"rx-{queue} slot ")
    }
    clean, use, head, count = (
        cursor.get(ring, name) for name in ("next_to_clean", "next_to_use", "head", "count")
    )
    assert isinstance(clean, int)
    assert isinstance(use, int)
    assert isinstance(head, int)
    assert isinstance(count, int)
    assert len(slots) > 11
    for slot, sentence in slots.items():
        if (slot - clean) % count < filled:
            assert "written back" in sentence
        elif (slot - head) % count < (use - head) % count:
            assert "the NIC's" in sentence
        else:
            assert "the driver's" in sentence


def test_the_wire_has_headers_of_the_next_frame_or_the_selected_one(qtbot: QtBot, bursts: Timeline) -> None:
    arrivals = steps_of(bursts, "frame_arrives")
    step = arrivals[60]
    next_frames = [int(bursts.column("packet")[at]) for at in arrivals[61:90]]
    display = drawn(bursts, step, Level.FIELDS)
    shown = {name for _, name in display.things() if name.startswith("headers of #")}
    assert f"headers of #{next_frames[0]}" in shown
    lines = words(display, "wire")
    assert any(line.endswith("→ 10.0.0.2") for line in lines)
    assert any(line.startswith("payload") for line in lines)
    flow = bursts.frame_of(next_frames[0])
    later = next(
        one for one in next_frames[1:] if one != flow and _flow(bursts, one) == _flow(bursts, next_frames[0])
    )
    chosen = drawn(bursts, step, Level.FIELDS, selected=later)
    assert f"headers of #{later}" in {name for _, name in chosen.things()}
    assert not any("headers" in name for _, name in drawn(bursts, step, Level.SLOTS).things())


def _flow(timeline: Timeline, frame: int) -> int:
    return int(timeline.changes(frame, "flow")[2][0])


def test_packets_have_more_to_say_the_closer_one_looks(qtbot: QtBot, bursts: Timeline) -> None:
    step = next(
        at for at in steps_of(bursts, "ip_rcv_core")[40:] if int(bursts.column("where")[at]) >> 8 == 2
    )
    packet = int(bursts.column("packet")[step])
    length = Cursor(bursts, step).get(packet, "len")
    looks = {}
    for level in Level:
        display = drawn(bursts, step, level, focused=2)
        looks[level] = next(one.look for one in display.packets() if one.uid == packet)
        card = words(display, "packet card")
        assert bool(card) is level.fields
        if card:
            assert f"sk_buff #{packet}" in card
            assert f"len {length}" in card
            assert any(word.startswith("data ") for word in card)
            assert any(word.startswith("tail ") for word in card)
    assert looks[Level.OVERVIEW].form is Form.CAPSULE
    assert looks[Level.OVERVIEW].label == ""
    for level in (Level.SLOTS, Level.FIELDS):
        assert (looks[level].form, looks[level].label) == (Form.CARD, f"{length} B")
        assert looks[level].scale == level.text
        assert looks[level].body is Body.SKB


def test_frames_on_the_wire_are_capsules_with_length_where_there_is_room(
    qtbot: QtBot, bursts: Timeline
) -> None:
    found = 0
    for step in steps_of(bursts, "frame_arrives")[5:200:9]:
        for level in (Level.SLOTS, Level.FIELDS):
            display = drawn(bursts, step, level)
            on_wire = display.layer("packets on the wire")
            looks = [look for batch in on_wire.layer.sprites for look in batch.looks] if on_wire else []
            lengths = {look.label for look in looks if look.form in (Form.CARD, Form.CAPSULE)}
            found += len(lengths)
            assert lengths <= {"124 B", "252 B", "128 B", "256 B"}
    assert found > 5


def test_a_heat_strip_has_numbers_close_up(qtbot: QtBot, many: Timeline) -> None:
    far, near = (
        words(drawn(many, many.steps // 2, level), "heat") for level in (Level.OVERVIEW, Level.SLOTS)
    )
    assert not any("/512" in word for word in far)
    assert sum("/512" in word for word in near) == 16
    assert any(word.endswith((" k", "kpps")) for word in near)


def test_a_full_ring_makes_a_cell_hot(qtbot: QtBot) -> None:
    def layer(filled: int) -> tuple[bool, list[str], list[int]]:
        cell = Cell(3, "softirq", filled / 512, 0, False, (Queue(3, filled, 512, "1.2 Mpps"),))
        made = heat_layer((cell,), Rect(304.0, 486.0, 860.0, 88.0), Level.SLOTS)
        texts = [item for item in made.items if isinstance(item, Text) and item.of.kind is Kind.CPU]
        weights = [run.weight for text in texts for run in text.runs if "/512" in run.text]
        return cell.hot, [text.text for text in texts], weights

    assert layer(100) == (False, ["CPU 3", "q3 100/512", "1.2 Mpps"], [500])
    assert layer(500)[0] is True
    assert layer(500)[2] == [700]


def test_the_minimap_names_the_level(qtbot: QtBot) -> None:
    place = layout(1536, 776, 4, 0)
    for level in Level:
        layer = minimap_layer(Minimap(("idle",) * 4, (), None, 100, level), place)
        bold = [
            item.text
            for item in layer.items
            if isinstance(item, Text) and any(run.weight == 700 for run in item.runs)
        ]
        assert bold == [level.value.capitalize()]


# -- the change from level to level -------------------------------------------------------------------------


def test_a_fade_is_a_function_of_the_view(qtbot: QtBot, bursts: Timeline) -> None:
    step = steps_of(bursts, "dma_write_back")[120]
    fade = Fade(Level.OVERVIEW, 0.4)
    first = contents(drawn(bursts, step, Level.SLOTS, fading=fade))
    drawn(bursts, step, Level.FIELDS, fading=Fade(Level.SLOTS, 0.9))
    drawn(bursts, step - 40, Level.OVERVIEW)
    assert contents(drawn(bursts, step, Level.SLOTS, fading=fade)) == first


def test_a_fade_shows_both_levels_and_leaves_alone_what_they_share(qtbot: QtBot, bursts: Timeline) -> None:
    step = steps_of(bursts, "dma_write_back")[120]
    display = drawn(bursts, step, Level.SLOTS, fading=Fade(Level.OVERVIEW, 0.25))
    by_name: dict[str, list[float]] = {}
    for one in display.placed:
        by_name.setdefault(one.layer.name, []).append(one.opacity)
    assert by_name["nic"] == [1.0]
    assert by_name["row 0"] == [1.0]
    assert sorted(by_name["nic rss"]) == [0.25, 0.75]
    assert sorted(by_name["ring 0"]) == [0.25, 0.75]
    assert by_name["minimap"] == [1.0]


def test_a_fade_ends_in_the_level(qtbot: QtBot, bursts: Timeline) -> None:
    step = steps_of(bursts, "dma_write_back")[120]
    still = drawn(bursts, step, Level.SLOTS)
    assert contents(drawn(bursts, step, Level.SLOTS, fading=Fade(Level.OVERVIEW, 1.0))) == contents(still)
    assert contents(drawn(bursts, step, Level.SLOTS, fading=Fade(Level.SLOTS, 0.3))) == contents(still)


def test_half_way_the_pixels_are_between_the_levels(qtbot: QtBot, bursts: Timeline) -> None:
    step = steps_of(bursts, "dma_write_back")[120]
    how = Raster()
    images = [
        render_image(drawn(bursts, step, level, 1.5, fading=fading), how)
        for level, fading in (
            (Level.OVERVIEW, None), (Level.SLOTS, Fade(Level.OVERVIEW, 0.5)), (Level.SLOTS, None)
        )
    ]  # fmt: skip
    old, half, new = (np.frombuffer(image.constBits(), np.uint8).astype(np.int64) for image in images)
    assert (old != new).mean() > 0.005
    assert (half != old).any()
    assert (half != new).any()
    assert np.abs(half - new).sum() < np.abs(old - new).sum()


def test_what_fades_out_cannot_be_clicked(qtbot: QtBot, bursts: Timeline) -> None:
    step = steps_of(bursts, "dma_write_back")[120]
    early = drawn(bursts, step, Level.SLOTS, fading=Fade(Level.OVERVIEW, 0.2)).things()
    late = drawn(bursts, step, Level.SLOTS, fading=Fade(Level.OVERVIEW, 0.8)).things()
    assert not any(" slot " in name for _, name in early)
    assert any(" slot " in name for _, name in late)
