"""When frames come: exact, independent, the same everywhere."""

from fractions import Fraction
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.hardware.arrivals import Limits, Pace, Sizes, bursts, constant, poisson
from engine.hardware.streams import ONE, Stream

SMALL = Sizes(((60, 1),), Stream(1, "sizes"))
PROMISED = [511, 843, 944, 1315, 1510, 1813]


@given(rate=st.fractions(min_value=1, max_value=10**8), number=st.integers(min_value=0, max_value=10**12))
def test_time_of_the_nth_frame_is_the_floor_of_a_rational(rate: Fraction, number: int) -> None:
    exact = number * 10**9 / rate
    assert Pace.pps(rate).ns(number) == exact.numerator // exact.denominator


def test_constant_does_not_drift() -> None:
    times = [arrival.time for arrival in constant(SMALL, Pace.pps(Fraction(3)), Limits(count=3001))]
    assert times[:4] == [0, 333_333_333, 666_666_666, 1_000_000_000]
    assert times[3000] == 1_000_000_000_000


def test_bits_pay_for_each_frame_as_long_as_it_is() -> None:
    mix = Sizes(((100, 1), (1000, 1)), Stream(7, "sizes"))
    arrivals = list(constant(mix, Pace.bps(Fraction(8_000_000)), Limits(count=50)))
    assert {arrival.length for arrival in arrivals} == {100, 1000}
    for before, after in pairwise(arrivals):
        assert after.time - before.time == before.length * 1000


def test_line_rate_at_ten_gigabit_is_67_ns_and_a_fifth() -> None:
    times = [a.time for a in constant(SMALL, Pace.line(10**10), Limits(count=11))]
    assert times == [number * 672 // 10 for number in range(11)]


def test_bursts_are_back_to_back_and_never_go_back() -> None:
    arrivals = list(bursts(SMALL, Pace.line(10**9), 3, 1_000_000, Limits(start=500, count=7)))
    assert [a.time for a in arrivals] == [500, 1172, 1844, 1_000_500, 1_001_172, 1_001_844, 2_000_500]
    crowded = [a.time for a in bursts(SMALL, Pace.line(10**9), 3, 1000, Limits(count=9))]
    assert crowded == sorted(crowded)


def test_count_and_stop_end_a_flow() -> None:
    pace = Pace.pps(Fraction(1_000_000))
    assert len(list(constant(SMALL, pace, Limits(count=5)))) == 5
    stopped = list(constant(SMALL, pace, Limits(start=10_000, stop=13_000)))
    assert [a.time for a in stopped] == [10_000, 11_000, 12_000, 13_000]
    assert [a.number for a in stopped] == [0, 1, 2, 3]


def test_poisson_numbers_are_the_promised_ones() -> None:
    """Python promises the bits of random(); a change of the formula shows here."""
    source = poisson(SMALL, Pace.pps(Fraction(1_000_000)), Stream(1, "md"), Limits())
    assert [a.time for a in islice(source, 6)] == PROMISED


def test_poisson_has_the_mean_and_the_variance_of_an_exponential() -> None:
    stream = Stream(3, "moments")
    draws = [Fraction(stream.exponential(), ONE) for _ in range(20_000)]
    mean = sum(draws, Fraction(0)) / len(draws)
    variance = sum(((draw - mean) * (draw - mean) for draw in draws), Fraction(0)) / len(draws)
    assert abs(mean - 1) < Fraction(3, 100)
    assert abs(variance - 1) < Fraction(8, 100)
    share = Fraction(sum(draw > 1 for draw in draws), len(draws))
    assert abs(share - Fraction(36788, 100_000)) < Fraction(1, 100)


def test_streams_of_other_names_or_seeds_are_other_streams() -> None:
    def first(seed: int, name: str) -> list[int]:
        stream = Stream(seed, name)
        return [stream.bits() for _ in range(4)]

    assert first(1, "a") == first(1, "a")
    assert len({tuple(first(*key)) for key in [(1, "a"), (1, "b"), (2, "a")]}) == 3


@given(st.integers(min_value=1, max_value=1000))
def test_below_stays_below(limit: int) -> None:
    stream = Stream(limit, "below")
    assert all(0 <= stream.below(limit) < limit for _ in range(50))


def test_weights_are_kept() -> None:
    sizes = Sizes(((64, 3), (1518, 1)), Stream(5, "mix"))
    drawn = [sizes.draw() for _ in range(4000)]
    assert abs(drawn.count(64) - 3000) < 120
    assert sizes.mean() == Fraction(3 * 64 + 1518, 4)


def test_poisson_at_a_bit_rate_uses_the_mean_frame() -> None:
    sizes = Sizes(((100, 1), (300, 1)), Stream(2, "sizes"))
    source = poisson(sizes, Pace.bps(Fraction(1_600_000_000)), Stream(2, "gaps"), Limits(count=10_001))
    last = list(source)[-1].time
    assert last == pytest.approx(10_000 * 1000, rel=0.05)
