"""Every colour can be read and told apart: the checks that the palette was chosen by, on the tokens themselves."""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.viewer.theme.colour_maths import (
    MACHADO,
    contrast,
    difference,
    lab_difference,
    mix,
    parse,
    seen_with,
)
from viewer.theme.tokens import FlowInk, FlowPart, Ink, Role, ThemeName, hex_colour, opacity

THEMES = list(ThemeName)
SURFACES = (Role.CANVAS, Role.APP, Role.PANEL, Role.CARD, Role.RAISED, Role.INPUT)
UNDER_FLOWS = tuple(surface for surface in SURFACES if surface is not Role.APP)
"""No flow is named on the application's own surface."""

CONTEXTS = {
    Role.HARDIRQ: Role.HARDIRQ_INK,
    Role.SOFTIRQ: Role.SOFTIRQ_INK,
    Role.KSOFTIRQD: Role.KSOFTIRQD_INK,
    Role.NAPI_THREAD: Role.NAPI_THREAD_INK,
    Role.SYSCALL: Role.SYSCALL_INK,
    Role.APP_CONTEXT: Role.APP_CONTEXT_INK,
    Role.IDLE: Role.IDLE_INK,
}
APART = {"normal": 12.0, "protanopia": 10.0, "deuteranopia": 10.0, "tritanopia": 8.0}
LEAST_FLOW_TEXT = {ThemeName.DARK: 4.5, ThemeName.LIGHT: 4.5, ThemeName.CONTRAST: 7.0}
LEAST_TERTIARY = {ThemeName.DARK: 4.5, ThemeName.LIGHT: 4.5, ThemeName.CONTRAST: 7.0}


def rgb(theme: ThemeName, ink: Ink) -> tuple[float, float, float]:
    return parse(hex_colour(theme, ink))


def flow(theme: ThemeName, number: int, part: FlowPart) -> tuple[float, float, float]:
    return rgb(theme, FlowInk(number, part))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("number", range(8))
def test_a_flow_can_be_read(theme: ThemeName, number: int) -> None:
    fill, ink = flow(theme, number, FlowPart.FILL), flow(theme, number, FlowPart.INK)
    assert contrast(ink, fill) >= 4.5
    assert contrast(flow(theme, number, FlowPart.EDGE), rgb(theme, Role.CANVAS)) >= 3.0
    worst = min(contrast(flow(theme, number, FlowPart.TEXT), rgb(theme, surface)) for surface in UNDER_FLOWS)
    assert worst >= LEAST_FLOW_TEXT[theme] - 0.005


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("vision", list(MACHADO))
def test_flows_and_loss_are_told_apart(theme: ThemeName, vision: str) -> None:
    colours = [flow(theme, number, FlowPart.FILL) for number in range(8)] + [rgb(theme, Role.LOST)]
    seen = [seen_with(vision, colour) for colour in colours]
    assert min(difference(a, b) for a, b in combinations(seen, 2)) >= APART[vision]
    assert min(difference(a, b) for a, b in combinations(seen[:4], 2)) >= 11.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("vision", list(MACHADO))
def test_flow_edges_stay_visible(theme: ThemeName, vision: str) -> None:
    canvas = seen_with(vision, rgb(theme, Role.CANVAS))
    edges = [seen_with(vision, flow(theme, number, FlowPart.EDGE)) for number in range(8)]
    assert min(contrast(edge, canvas) for edge in edges) >= 2.9


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("surface", SURFACES)
def test_text_on_every_surface(theme: ThemeName, surface: Role) -> None:
    under = rgb(theme, surface)
    for text in (Role.TEXT, Role.TEXT_SECONDARY):
        assert contrast(rgb(theme, text), under) >= 7.0
    assert contrast(rgb(theme, Role.TEXT_TERTIARY), under) >= LEAST_TERTIARY[theme]
    assert contrast(rgb(theme, Role.LOST), under) >= 4.5
    assert contrast(rgb(theme, Role.CONTROL), under) >= 3.0


@pytest.mark.parametrize("theme", THEMES)
def test_loss_can_be_read(theme: ThemeName) -> None:
    assert contrast(rgb(theme, Role.LOST_INK), rgb(theme, Role.LOST)) >= 4.5
    assert contrast(rgb(theme, Role.TEXT), rgb(theme, Role.LOST_BG)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("context", [Role.SOFTIRQ, Role.SYSCALL])
def test_quiet_text_on_a_tinted_lane(theme: ThemeName, context: Role) -> None:
    lane = mix(rgb(theme, context), rgb(theme, Role.CARD), opacity("lane_tint_hot"))
    assert contrast(rgb(theme, Role.TEXT_TERTIARY), lane) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("context", list(CONTEXTS))
def test_text_on_a_context(theme: ThemeName, context: Role) -> None:
    assert contrast(rgb(theme, CONTEXTS[context]), rgb(theme, context)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("vision", list(MACHADO))
def test_contexts_are_told_apart(theme: ThemeName, vision: str) -> None:
    seen = [seen_with(vision, rgb(theme, context)) for context in CONTEXTS]
    assert min(difference(a, b) for a, b in combinations(seen, 2)) >= 10.0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # Sharma, Wu, Dalal (2005), test pairs 1, 7, 17 and 25
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ],
)
def test_the_difference_is_ciede2000(
    one: tuple[float, float, float], other: tuple[float, float, float], expected: float
) -> None:
    assert lab_difference(one, other) == pytest.approx(expected, abs=1e-4)


def test_figures_of_the_palette() -> None:
    """Two published minima pin the simulation and the difference to the palette's report."""
    dark = [flow(ThemeName.DARK, number, FlowPart.FILL) for number in range(8)] + [
        rgb(ThemeName.DARK, Role.LOST)
    ]
    assert min(difference(a, b) for a, b in combinations(dark, 2)) == pytest.approx(17.8, abs=0.05)
    seen = [seen_with("deuteranopia", colour) for colour in dark]
    assert min(difference(a, b) for a, b in combinations(seen, 2)) == pytest.approx(12.8, abs=0.05)
