"""Speeds as people write them."""

from fractions import Fraction

import pytest

from engine.scenario.errors import Refused
from viewer.score.speed import DEFAULT_SPEED, PRESETS, faster, parse_speed, slower, speed_text


@pytest.mark.parametrize(
    ("text", "speed"),
    [
        ("1us = 0.4s", Fraction(400_000)),
        ("1 us=400ms", Fraction(400_000)),
        ("1ms = 1s", Fraction(1_000)),
        ("3us = 1s", Fraction(1_000_000, 3)),
        ("2ms = 1ms", Fraction(1, 2)),
    ],
)
def test_a_speed_is_a_ratio_of_two_times(text: str, speed: Fraction) -> None:
    assert parse_speed(text) == speed


@pytest.mark.parametrize("text", ["", "fast", "1us", "1us = 0s", "0us = 1s", "1 = 2", "1us = 1 parsec"])
def test_what_is_no_speed_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        parse_speed(text)


def test_presets_run_from_slow_to_fast_and_are_written_as_they_are_read() -> None:
    assert list(PRESETS) == sorted(PRESETS, reverse=True)
    assert [parse_speed(speed_text(preset)) for preset in PRESETS] == list(PRESETS)
    assert speed_text(DEFAULT_SPEED) == "1 µs = 0.4 s"


def test_faster_and_slower_move_along_the_presets_and_stop_at_their_ends() -> None:
    assert slower(faster(DEFAULT_SPEED)) == DEFAULT_SPEED
    assert faster(PRESETS[-1]) == PRESETS[-1]
    assert slower(PRESETS[0]) == PRESETS[0]
    assert faster(Fraction(500_000)) == DEFAULT_SPEED
