"""What the canvas says and offers: sentences for steps and things, the menu, and that it lets go of what is closed."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Mapping
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from engine.narration import sentence, state_sentence
from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline
from tests.viewer.host import timeline
from viewer.canvas import Canvas
from viewer.chrome.look import Look
from viewer.picture.display import Found
from viewer.picture.items import Kind
from viewer.picture.layout import Row, layout
from viewer.session import Session

STEPS = (20, 60, 90)


@pytest.fixture
def canvas(session: Session, look: Look, qtbot: QtBot) -> Canvas:
    made = Canvas(session, look)
    qtbot.addWidget(made)
    made.resize(1536, 776)
    return made


def go(canvas: Canvas, step: int) -> None:
    session = canvas.session
    assert session.playhead is not None
    session.playhead.rest(step)
    canvas.refresh()


def shown(canvas: Canvas) -> Timeline:
    run = canvas.session.timeline
    assert run is not None
    return run


def things(canvas: Canvas, kind: Kind) -> list[Found]:
    return [one for one in canvas.composed().things().values() if one.thing.kind is kind]


def menu_at(canvas: Canvas, found: Found) -> dict[str, Any]:
    spot = QPoint(round(found.rect.cx), round(found.rect.cy))
    canvas.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, canvas.mapToGlobal(spot)))
    menu = canvas.findChildren(QMenu)[-1]
    return {action.text(): action for action in menu.actions() if action.text()}


# -- words --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_announced_in_its_sentence(canvas: Canvas, step: int) -> None:
    go(canvas, step)
    canvas.announce()
    run = shown(canvas)
    assert sentence(run, step, Cursor(run, step)) in canvas.accessibleDescription()


@pytest.mark.parametrize("step", STEPS)
def test_every_stop_says_its_state(canvas: Canvas, step: int) -> None:
    go(canvas, step)
    run = shown(canvas)
    cursor = Cursor(run, step)
    stops = [stop for stop in canvas.stops() if stop.thing.uid]
    assert len({stop.thing.kind for stop in stops}) > 4
    for stop in stops:
        words = canvas.describe(stop)
        assert state_sentence(cursor, stop.thing.uid) in words
        assert run.object(stop.thing.uid).cls.meaning in words


def test_tab_says_what_the_mouse_would_be_told(canvas: Canvas) -> None:
    go(canvas, 60)
    canvas.focusNextPrevChild(True)
    assert canvas.accessibleDescription() == canvas.describe(canvas.stops()[0]).replace("\n", ", ")


def test_a_station_says_its_function_and_its_file(canvas: Canvas) -> None:
    go(canvas, 60)
    run = shown(canvas)
    files = {info.name: info.file for info in run.functions if info.kind == "function"}
    named = [one for one in things(canvas, Kind.STATION) if one.thing.name in files]
    assert named
    for one in named:
        assert f"{one.thing.name}()" in canvas.describe(one)
        assert files[one.thing.name] in canvas.describe(one)


def test_stations_of_many_rows_are_one_stop_on_one_row(canvas: Canvas) -> None:
    go(canvas, 60)
    heights = [row.card.h for row in canvas_rows(canvas)]
    for found in things(canvas, Kind.STATION):
        assert found.rect.h <= max(heights)


def canvas_rows(canvas: Canvas) -> tuple[Row, ...]:
    run = shown(canvas)
    return layout(canvas.width(), canvas.height(), len(run.objects("cpu")), 0).rows


# -- the menu -----------------------------------------------------------------------------------------------


def test_the_menu_breaks_and_asks_at_what_it_selected(canvas: Canvas) -> None:
    go(canvas, 60)
    called: list[tuple[str, object]] = []
    canvas.breaking = lambda: called.append(("break", canvas.session.selection))
    canvas.asking = lambda: called.append(("why", canvas.session.selection))
    socket = things(canvas, Kind.SOCKET)[0]
    actions = menu_at(canvas, socket)
    actions["Break here"].trigger()
    actions["Why?"].trigger()
    selection = canvas.session.selection
    assert selection is not None
    assert selection.uid == socket.thing.uid
    assert called == [("break", selection), ("why", selection)]
    assert "Pause" not in actions


def test_only_a_program_of_the_scene_can_be_changed(canvas: Canvas) -> None:
    go(canvas, 60)
    run = shown(canvas)
    task = things(canvas, Kind.TASK)[0]
    assert "Pause" not in menu_at(canvas, task)  # this run's facts name no program
    app = Cursor(run, 60).get(task.thing.uid, "app")
    run.facts["apps"] = [{"uid": app, "name": "reader"}]
    run.facts["cpus"] = 2
    here = Cursor(run, 60).get(task.thing.uid, "cpu")
    asked: list[tuple[Mapping[str, Any], str]] = []
    canvas.changing = lambda change, label: asked.append((change, label))
    actions = menu_at(canvas, task)
    for words in ("Pause", "Resume", f"Move to CPU {1 - int(str(here))}"):
        actions[words].trigger()
    assert f"Move to CPU {here}" not in actions
    assert [change for change, _ in asked] == [
        {"app": {"name": "reader", "do": "pause"}},
        {"app": {"name": "reader", "do": "resume"}},
        {"app": {"name": "reader", "move": 1 - int(str(here))}},
    ]
    assert asked[0][1] == "Pause reader"


def test_a_function_can_be_copied_and_read(canvas: Canvas) -> None:
    go(canvas, 60)
    run = shown(canvas)
    files = {info.name: info.file for info in run.functions if info.file.endswith(".c")}
    station = next(one for one in things(canvas, Kind.STATION) if one.thing.name in files)
    actions = menu_at(canvas, station)
    assert "Open source" in actions
    actions["Copy symbol"].trigger()
    assert QGuiApplication.clipboard().text() == station.thing.name
    assert "Open source" not in menu_at(canvas, things(canvas, Kind.SOCKET)[0])


# -- memory -------------------------------------------------------------------------------------------------


def adopt_another(session: Session) -> None:
    """Show another run, and let the one before go as `Futures` does."""
    before = [session.future]
    session.adopt(timeline())
    for future in (before.pop(),):
        assert future is not None
        future.close()
        future.deleteLater()
    del future  # Qt may keep the frame of a call for a while
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_closed_run_is_let_go(canvas: Canvas) -> None:
    """The picture of a run must not keep it: it can be hundreds of megabytes."""
    for _ in range(3):
        gone = weakref.ref(shown(canvas))
        go(canvas, 60)
        canvas.composed()
        assert gone() is not None
        adopt_another(canvas.session)
        canvas.composed()
        gc.collect()
        assert gone() is None, [type(one).__name__ for one in gc.get_referrers(gone())]


def test_what_was_told_of_is_let_go_in_the_end(canvas: Canvas) -> None:
    """The names of the last few runs are kept for sentences, not of all."""
    runs = []
    for _ in range(8):
        go(canvas, 60)
        canvas.announce()
        assert canvas.describe(canvas.stops()[0])
        runs.append(weakref.ref(shown(canvas)))
        adopt_another(canvas.session)
    gc.collect()
    assert sum(run() is not None for run in runs) <= 4


# -- the keyboard -------------------------------------------------------------------------------------------


def test_every_tab_stop_is_ringed_and_named(canvas: Canvas) -> None:
    go(canvas, 60)
    rings: list[tuple[float, float, float, float]] = []
    while canvas.focusNextPrevChild(True) and len(rings) < 200:
        selection, ring = canvas.session.selection, canvas.composed().layer("selection")
        assert selection is not None
        assert ring is not None, selection
        assert not selection.name.startswith("no ")
        rings.append(ring.layer.items[0].bounds())
        if len(rings) == len(canvas.stops()):
            break
    assert len(set(rings)) == len(canvas.stops()) > 12


def test_by_keyboard_a_vector_is_what_it_is_by_mouse(canvas: Canvas) -> None:
    go(canvas, 60)
    stop = next(one for one in canvas.stops() if one.thing.kind is Kind.VECTOR)
    canvas.select_at(stop.rect.cx, stop.rect.cy)
    selection = canvas.session.selection
    assert selection is not None
    assert (selection.name, selection.uid) == (stop.thing.name, stop.thing.uid)
    assert selection.name == "eth0-TxRx-0"
    assert shown(canvas).label(selection.uid) == "eth0-TxRx-0"


def test_looking_closer_shows_what_is_selected_else_what_the_cpu_does(canvas: Canvas) -> None:
    go(canvas, 60)
    for level in ("slots", "fields"):
        canvas.fit()
        canvas.session.select(None)
        canvas.zoom_level(level)
        head = canvas.composed().things()[Kind.CPU, "CPU 0"].rect
        packets = [one for one in canvas.composed().packets() if one.opacity >= 0.5]
        inside = [one for one in packets if 0 < one.x < canvas.width() and 0 < one.y < canvas.height()]
        assert inside or (0 < head.cx < canvas.width() and 0 < head.cy < canvas.height())
