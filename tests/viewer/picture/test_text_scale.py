"""The text scale on the canvas: text steps with it where there is room, and covers nothing that it did not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from engine.timeline.timeline import Timeline
from tests.viewer.picture.runs import BURSTS, STEERED, run_of
from tests.viewer.picture.samples import canvas, crossing
from viewer.picture.compose import compose
from viewer.picture.display import DisplayList, fit_text
from viewer.picture.items import Run, Text
from viewer.picture.layout import Camera
from viewer.picture.level import Level
from viewer.picture.paint import Raster
from viewer.picture.still import render_image
from viewer.picture.textscale import text_scaled
from viewer.picture.view import View
from viewer.score.moment import Moment
from viewer.theme.fonts import Type, stepped_px

ZOOMS = ((Level.OVERVIEW, 1.0), (Level.SLOTS, 1.7), (Level.FIELDS, 3.6))


@pytest.fixture(scope="module")
def bursts(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return run_of(BURSTS, tmp_path_factory.mktemp("bursts"))


@pytest.fixture(scope="module")
def steered(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return run_of(STEERED, tmp_path_factory.mktemp("steered"))


def drawn(timeline: Timeline, step: int, percent: int, level: Level, zoom: float) -> DisplayList:
    view = View(level=level, camera=Camera(zoom, 0.0, 0.0), text_percent=percent)
    return compose(timeline, Moment(step, int(timeline.time(step))), view, whole=True)


def sizes(display: DisplayList) -> dict[tuple[str, str, float, float], int]:
    """Rectangle heights of texts by what and where they are."""
    return {
        (text.layer, text.text, text.item.x, text.item.y): round(100 * text.rect.w)
        for text in display.texts()
    }


@pytest.mark.parametrize("percent", [80, 90, 100, 110, 125, 150])
@pytest.mark.parametrize("kind", list(Type))
def test_a_text_takes_the_step_of_its_scale(qtbot: QtBot, kind: Type, percent: int) -> None:
    fit = fit_text((Run("napi_poll", kind),), 0.0, 1.0, percent)
    assert fit is not None
    assert fit.sizes == (stepped_px(kind, percent),)


@pytest.mark.parametrize("percent", [80, 125, 150])
@pytest.mark.parametrize("name", ["bursts", "steered"])
def test_no_text_covers_another_at_any_text_scale(
    qtbot: QtBot, name: str, percent: int, request: pytest.FixtureRequest
) -> None:
    timeline: Timeline = request.getfixturevalue(name)
    for level, zoom in ZOOMS:
        for step in range(timeline.steps // 10, timeline.steps, timeline.steps // 6):
            assert crossing(unpinned(drawn(timeline, step, percent, level, zoom))) == [], (step, level)


def unpinned(display: DisplayList) -> DisplayList:
    """Without what lies over the picture on purpose."""
    kept = tuple(one for one in display.placed if one.layer.name not in ("minimap", "heads", "packet card"))
    return replace(display, placed=kept)


@pytest.mark.parametrize("percent", [80, 125, 150])
@pytest.mark.parametrize("size", [(1536, 776), (1216, 540), (1920, 1000)])
def test_a_full_canvas_has_no_crossing_words(qtbot: QtBot, size: tuple[int, int], percent: int) -> None:
    display = canvas(*size)
    placed = tuple(text_scaled(list(display.placed[1:]), percent))
    scaled = DisplayList(*size, 1.0, display.theme, display.background, placed)
    assert crossing(scaled) == []


@pytest.mark.parametrize("percent", [80, 125, 150])
def test_no_word_is_lost_to_a_text_scale(qtbot: QtBot, bursts: Timeline, percent: int) -> None:
    for level, zoom in ZOOMS:
        plain = [text.text for text in drawn(bursts, 4000, 100, level, zoom).texts()]
        assert [text.text for text in drawn(bursts, 4000, percent, level, zoom).texts()] == plain


def test_most_words_grow_and_all_shrink_or_stay(qtbot: QtBot, bursts: Timeline) -> None:
    plain = sizes(drawn(bursts, 4000, 100, Level.OVERVIEW, 1.0))
    large = sizes(drawn(bursts, 4000, 150, Level.OVERVIEW, 1.0))
    small = sizes(drawn(bursts, 4000, 80, Level.OVERVIEW, 1.0))
    assert plain.keys() == large.keys() == small.keys()
    assert sum(large[key] > plain[key] for key in plain) > len(plain) // 3
    assert all(large[key] >= plain[key] >= small[key] for key in plain)


def test_a_grown_text_stays_in_what_held_it(qtbot: QtBot, bursts: Timeline) -> None:
    display = drawn(bursts, 4000, 150, Level.OVERVIEW, 1.0)
    pills = [
        item for item in display.items() if not isinstance(item, Text) and item.z and hasattr(item, "radius")
    ]
    assert pills
    for text in display.texts():
        if text.layer.startswith("head") and text.item.runs[0].text.startswith("softirq"):
            holding = [
                box.bounds() for box in pills if box.bounds()[0] < text.item.x < box.bounds()[2]
                and box.bounds()[1] < text.item.y < box.bounds()[3]
            ]  # fmt: skip
            tight = min(holding, key=lambda edges: edges[2] - edges[0])
            assert tight[0] <= text.rect.x
            assert text.rect.right <= tight[2]


def test_kept_bitmaps_know_their_text_scale(qtbot: QtBot, bursts: Timeline) -> None:
    how = Raster()
    plain = render_image(drawn(bursts, 4000, 100, Level.OVERVIEW, 1.0), how)
    large = render_image(drawn(bursts, 4000, 150, Level.OVERVIEW, 1.0), how)
    assert plain != large
    assert large == render_image(drawn(bursts, 4000, 150, Level.OVERVIEW, 1.0))
    assert plain == render_image(drawn(bursts, 4000, 100, Level.OVERVIEW, 1.0), how)
