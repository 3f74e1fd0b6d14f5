"""Tokens by meaning: every name leads to a value, easing keeps its ends, flows never run out."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

from viewer.theme.curves import Curve, ease
from viewer.theme.fonts import Type, step, type_px
from viewer.theme.tokens import (
    FLOWS,
    FlowInk,
    FlowPart,
    Motion,
    Role,
    Shape,
    ThemeName,
    Z,
    depth,
    flow_code,
    flow_style,
    hex_colour,
    motion_ms,
    tokens,
)

HEX = re.compile(r"#[0-9A-F]{6}([0-9A-F]{2})?\Z")


@pytest.mark.parametrize("theme", list(ThemeName))
def test_every_role_has_a_colour(theme: ThemeName) -> None:
    inks = [*Role, *(FlowInk(flow, part) for flow in range(8) for part in FlowPart)]
    for ink in inks:
        assert HEX.match(hex_colour(theme, ink)), ink


@pytest.mark.parametrize("theme", list(ThemeName))
def test_every_colour_has_a_role(theme: ThemeName) -> None:
    table = tokens()["theme"]["hc" if theme is ThemeName.CONTRAST else theme.value]
    paths = {f"{group}.{name}" for group, entries in table.items() if group != "flow" for name in entries}
    assert paths == {role.value for role in Role}


@pytest.mark.parametrize(
    ("flow", "code"),
    [(0, "A"), (7, "H"), (8, "AA"), (9, "AB"), (15, "AH"), (16, "BA"), (71, "HH"), (72, "AA")],
)
def test_codes_go_on_after_h(flow: int, code: str) -> None:
    assert flow_code(flow) == code


def test_a_ninth_flow_takes_the_first_hue_and_says_so() -> None:
    assert flow_style(8).shape is flow_style(0).shape
    assert flow_style(8).second
    assert not flow_style(0).second
    assert hex_colour(ThemeName.DARK, FlowInk(8, FlowPart.FILL)) == hex_colour(
        ThemeName.DARK, FlowInk(0, FlowPart.FILL)
    )


def test_eight_marks_differ() -> None:
    assert {flow_style(flow).shape for flow in range(len(FLOWS))} == set(Shape)


def test_depth_follows_the_table() -> None:
    assert [depth(z) for z in (Z.GRID, Z.DECK, Z.PACKET, Z.LOST, Z.CHROME)] == [0, 10, 50, 90, 200]


def test_reduced_motion_takes_no_time() -> None:
    assert motion_ms(Motion.TRAVEL) == 320
    assert motion_ms(Motion.TRAVEL, reduced=True) == 0


@pytest.mark.parametrize("curve", list(Curve))
def test_easing_starts_and_ends_and_never_overshoots(curve: Curve) -> None:
    values = [ease(curve, at / 50) for at in range(51)]
    assert values[0] == 0.0
    assert values[-1] == 1.0
    assert values == sorted(values)
    assert ease(curve, -1.0) == 0.0
    assert ease(curve, 2.0) == 1.0


def test_linear_is_linear() -> None:
    assert ease(Curve.LINEAR, 0.3) == pytest.approx(0.3, abs=1e-5)


@pytest.mark.parametrize(
    ("px", "size"), [(10.9, 0), (11.0, 11), (12.9, 12), (20.8, 18), (22.0, 22), (500.0, 112)]
)
def test_text_takes_only_sizes_of_the_scale(px: float, size: int) -> None:
    assert step(px) == size


def test_smallest_type_is_eleven() -> None:
    assert min(type_px(kind) for kind in Type) == 11


def test_icons_have_the_themes_colours() -> None:
    folder = resources.files("viewer.theme").joinpath("icons")
    for theme in ThemeName:
        own = {hex_colour(theme, role) for role in (Role.TEXT, Role.TEXT_SECONDARY, Role.CHANGED_INK)}
        for name in ("chevron", "branch-closed", "check", "tick"):
            text = folder.joinpath(theme.value, f"{name}.svg").read_text(encoding="utf-8")
            assert set(re.findall(r"#[0-9A-Fa-f]{6}", text)) <= own


def test_no_literal_colour_outside_the_theme() -> None:
    root = Path(str(resources.files("viewer")))
    literal = re.compile(r"[\"']#[0-9A-Fa-f]{6}")
    found = [
        str(path.relative_to(root))
        for path in sorted(root.rglob("*.py"))
        if "theme" not in path.parts and literal.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
