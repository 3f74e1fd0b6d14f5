"""Levels of detail: their borders, both ways."""

import pytest

from viewer.picture.level import Level, level_at, zoom_of


@pytest.mark.parametrize(
    ("zoom", "before", "level"),
    [
        (1.0, Level.OVERVIEW, Level.OVERVIEW),
        (1.39, Level.OVERVIEW, Level.OVERVIEW),
        (1.4, Level.OVERVIEW, Level.SLOTS),
        (1.3, Level.SLOTS, Level.SLOTS),  # 12 % below the border it still holds
        (1.2, Level.SLOTS, Level.OVERVIEW),
        (3.19, Level.SLOTS, Level.SLOTS),
        (3.2, Level.SLOTS, Level.FIELDS),
        (2.9, Level.FIELDS, Level.FIELDS),
        (2.8, Level.FIELDS, Level.SLOTS),
        (1.0, Level.FIELDS, Level.OVERVIEW),
        (8.0, Level.OVERVIEW, Level.FIELDS),
    ],
)
def test_the_border_depends_on_where_one_comes_from(zoom: float, before: Level, level: Level) -> None:
    assert level_at(zoom, before) is level


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("before", Level)
def test_a_key_leads_to_its_level_from_anywhere(level: Level, before: Level) -> None:
    assert level_at(zoom_of(level), before) is level
