"""Times, rates, sizes and speeds, both ways."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.scenario.errors import Refused
from engine.scenario.units import (
    PlaySpeed,
    Rate,
    RateKind,
    format_ns,
    format_rate,
    format_size,
    parse_link_speed,
    parse_play_speed,
    parse_rate,
    parse_size,
    parse_time,
)


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("0us", 0),
        ("1ns", 1),
        ("1.2us", 1_200),
        ("1.2µs", 1_200),
        ("1.2μs", 1_200),
        ("0.001us", 1),
        ("120 us", 120_000),
        ("1_000ms", 1_000_000_000),
        ("3.000000001s", 3_000_000_001),
        ("0.1s", 100_000_000),
    ],
)
def test_times_are_exact(text: str, ns: int) -> None:
    assert parse_time(text) == ns


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("120", "needs a unit"),
        (120, "must be a time"),
        (1.5, "must be a time"),
        (True, "must be a time"),
        ("1.2.3us", "must be a time"),
        ("-1us", "must be a time"),
        ("1e3us", "must be a time"),
        ("", "must be a time"),
        ("us", "must be a time"),
        ("٣us", "must be a time"),
        ("0.5ns", "whole number of nanoseconds"),
        ("1.0001us", "whole number of nanoseconds"),
    ],
)
def test_what_is_no_time(value: object, says: str) -> None:
    with pytest.raises(Refused, match=says):
        parse_time(value)


def test_a_misspelt_unit_gets_the_nearest() -> None:
    with pytest.raises(Refused) as caught:
        parse_time("120usec")
    assert caught.value.nearest == "120us"
    with pytest.raises(Refused) as caught:
        parse_rate("250Kpps")
    assert caught.value.nearest == "250kpps"


@pytest.mark.parametrize(
    ("text", "kind", "per_second"),
    [
        ("250kpps", RateKind.FRAMES, 250_000),
        ("1.5Mpps", RateKind.FRAMES, 1_500_000),
        ("7pps", RateKind.FRAMES, 7),
        ("0.5pps", RateKind.FRAMES, Fraction(1, 2)),
        ("1.6Gbps", RateKind.BITS, 1_600_000_000),
        ("10bps", RateKind.BITS, 10),
        ("5k/s", RateKind.EVENTS, 5_000),
        ("line", RateKind.LINE, 0),
    ],
)
def test_rates(text: str, kind: RateKind, per_second: Fraction) -> None:
    assert parse_rate(text) == Rate(kind, Fraction(per_second))
    assert parse_rate(format_rate(parse_rate(text))) == parse_rate(text)


@pytest.mark.parametrize("value", ["0pps", "250", 250, "fast", "-1pps", "1 Gbit"])
def test_what_is_no_rate(value: object) -> None:
    with pytest.raises(Refused):
        parse_rate(value)


@pytest.mark.parametrize(
    ("value", "size"), [(0, 0), (212992, 212992), ("1500", 1500), ("64KiB", 65536), ("1.5MiB", 1572864)]
)
def test_sizes(value: object, size: int) -> None:
    assert parse_size(value) == size


@pytest.mark.parametrize("value", [-1, True, 1.5, "1.5", "64kB", "0.3KiB", None])
def test_what_is_no_size(value: object) -> None:
    with pytest.raises(Refused):
        parse_size(value)


@pytest.mark.parametrize(
    ("text", "bits"), [("1G", 10**9), ("2.5G", 2_500_000_000), ("100M", 10**8), ("10Gbps", 10**10)]
)
def test_link_speeds(text: str, bits: int) -> None:
    assert parse_link_speed(text) == bits


@pytest.mark.parametrize("value", ["10", 10, "0G", "fast"])
def test_what_is_no_link_speed(value: object) -> None:
    with pytest.raises(Refused):
        parse_link_speed(value)


def test_play_speed() -> None:
    assert parse_play_speed("1us = 0.4s") == PlaySpeed(1_000, 400_000_000)
    for value in ("1us", "1us = 0s", "0us = 1s", "1 = 2", 3):
        with pytest.raises(Refused):
            parse_play_speed(value)


@pytest.mark.parametrize(
    ("ns", "digits", "text"),
    [
        (0, None, "0 ns"),
        (999, None, "999 ns"),
        (1_000, None, "1 µs"),
        (1_250_000, None, "1.25 ms"),
        (1_234_567, None, "1.234567 ms"),
        (1_234_567, 2, "1.23 ms"),
        (999_999, 1, "1 ms"),
        (1_500_000, 0, "2 ms"),
        (61_000_000_000, None, "61 s"),
        (-1_500, None, "-1.5 µs"),
    ],
)
def test_times_are_written_in_the_largest_unit(ns: int, digits: int | None, text: str) -> None:
    assert format_ns(ns, digits) == text


def test_sizes_are_written_in_the_largest_unit_that_divides() -> None:
    assert [format_size(each) for each in (0, 1000, 65536, 1 << 20)] == ["0 B", "1000 B", "64 KiB", "1 MiB"]


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=10**19))
def test_a_time_survives_the_way_there_and_back(ns: int) -> None:
    assert parse_time(format_ns(ns)) == ns


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=1 << 60))
def test_a_size_survives_the_way_there_and_back(size: int) -> None:
    assert parse_size(format_size(size)) == size


@settings(deadline=None)
@given(
    st.sampled_from([RateKind.FRAMES, RateKind.BITS, RateKind.EVENTS]),
    st.decimals(min_value="0.000001", max_value=10**12, places=6),
)
def test_a_rate_survives_the_way_there_and_back(kind: RateKind, per_second: object) -> None:
    rate = Rate(kind, Fraction(str(per_second)))
    assert parse_rate(format_rate(rate)) == rate


@settings(deadline=None)
@given(st.text(max_size=12))
def test_any_text_is_a_time_or_refused(text: str) -> None:
    try:
        ns = parse_time(text)
    except Refused:
        return
    assert parse_time(format_ns(ns)) == ns
