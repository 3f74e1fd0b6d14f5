"""The canvas' part in levels of detail: it fades while it must, asks nothing of the clock otherwise."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from viewer.canvas import Canvas
from viewer.chrome.look import Look
from viewer.picture.items import Kind
from viewer.picture.level import Level
from viewer.session import Session
from viewer.theme.tokens import Motion, motion_ms


@pytest.fixture
def canvas(session: Session, look: Look, qtbot: QtBot) -> Canvas:
    made = Canvas(session, look)
    qtbot.addWidget(made)
    made.setMinimumSize(1536, 776)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_a_level_fades_in_and_comes_to_rest(canvas: Canvas, qtbot: QtBot) -> None:
    assert canvas.view().fading is None
    canvas.zoom_level("slots")
    fading = canvas.view().fading
    assert canvas.level is Level.SLOTS
    assert fading is not None
    assert fading.before is Level.OVERVIEW
    assert 0.0 <= fading.share <= 1.0
    qtbot.waitUntil(lambda: canvas.view().fading is None, timeout=20 * motion_ms(Motion.QUICK))
    assert canvas.view().level is Level.SLOTS


def test_zooming_within_a_level_does_not_fade(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.aim(canvas.camera.zoomed(1.2, 0.0, 0.0))
    assert canvas.level is Level.OVERVIEW
    assert canvas.view().fading is None


def test_reduced_motion_does_not_fade(canvas: Canvas, session: Session) -> None:
    session.toggle_reduced_motion()
    canvas.zoom_level("fields")
    assert canvas.level is Level.FIELDS
    assert canvas.view().fading is None


def test_the_minimaps_words_lead_to_their_level(canvas: Canvas) -> None:
    for level in (Level.FIELDS, Level.SLOTS, Level.OVERVIEW):
        rect = canvas.composed().things()[Kind.MINIMAP, level.value].rect
        canvas.select_at(rect.cx, rect.cy)
        assert canvas.level is level
        assert canvas.session.selection is None


def test_the_view_has_the_flow_alone_the_filter_and_the_speed(canvas: Canvas, session: Session) -> None:
    assert (canvas.view().solo, canvas.view().chosen, canvas.view().speed) == (0, None, 0.0)
    session.solo("A")
    canvas.playing = lambda: True
    assert canvas.view().solo == session.flow_uid("A") != 0
    assert canvas.view().speed == float(session.speed)
