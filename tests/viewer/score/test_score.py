"""The score: tau to moments and back."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.timeline.schema import NO_CPU
from tests.viewer.score.made import Steps
from viewer.score import Holds, Score
from viewer.score import holds as holds_module
from viewer.score.speed import DEFAULT_SPEED

BASE_MS, MARK_MS = 220, 90


def score(rows: list[tuple[int, int, int, int, int]], speed: Fraction = DEFAULT_SPEED) -> Score:
    return Score(Holds(Steps(rows)), speed)


def test_an_act_with_a_span_plays_while_simulated_time_passes() -> None:
    played = score([(0, 0, 0, 0, 0), (1_000, 500, 1, 0, 7)])
    assert played.tau_of(1) == 400
    halfway = played.at(300)
    assert (halfway.step, halfway.time_ns) == (0, 750)
    (act,) = halfway.acts
    assert (act.step, act.phase, act.cpu, act.packet, act.held) == (1, 0.5, 0, 7, False)
    assert played.at(100).acts == ()
    assert played.at(400) == played.rest(1)


def test_an_act_without_a_span_holds_the_showing_and_not_the_clock() -> None:
    played = score([(0, 0, 0, 0, 0), (1_000, 0, 1, 0, 7), (2_000, 0, 3, 0, 0)])
    assert played.tau_of(1) == 400 + BASE_MS
    during = played.at(400 + BASE_MS // 2)
    assert (during.step, during.time_ns) == (0, 1_000)
    assert [(act.step, act.phase, act.held) for act in during.acts] == [(1, 0.5, True)]
    assert played.tau_of(2) == 800 + BASE_MS, "what is neither drawn nor about a packet does not hold"


def test_a_mark_holds_for_a_shorter_while_and_holds_shrink_with_higher_speed() -> None:
    rows = [(1_000, 0, 2, 0, 0)]
    assert score(rows).tau_of(0) == 400 + MARK_MS
    assert score(rows, DEFAULT_SPEED / 10).tau_of(0) == 40 + MARK_MS / 10
    assert score(rows, DEFAULT_SPEED * 10).tau_of(0) == 4_000 + MARK_MS


def test_each_cpu_has_one_act_under_way_and_it_is_the_inner_one() -> None:
    rows = [(0, 0, 0, 0, 0), (600, 100, 3, 0, 0), (1_000, 900, 1, 0, 7), (1_000, 800, 1, 1, 8)]
    acts = score(rows).at(Fraction(550 * 400, 1_000)).acts
    assert [(act.cpu, act.step) for act in acts] == [(0, 1), (1, 3)]


def test_several_flights_of_the_hardware_go_on_at_once() -> None:
    rows = [(0, 0, 0, 0, 0), (600, 500, 1, NO_CPU, 1), (700, 500, 1, NO_CPU, 2)]
    acts = score(rows).at(Fraction(550 * 400, 1_000)).acts
    assert [act.packet for act in acts] == [1, 2]


def test_an_empty_timeline_has_a_moment_before_the_first_step() -> None:
    empty = score([])
    assert empty.at(100).step == -1
    assert empty.tau_of(-1) == 0
    with pytest.raises(IndexError):
        empty.tau_of(0)


def test_a_speed_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above zero"):
        score([], Fraction(0))


STEPS = st.lists(
    st.tuples(
        st.integers(0, 2_000), st.integers(0, 3_000), st.integers(0, 3), st.integers(0, 3), st.integers(0, 5)
    ),
    min_size=1,
    max_size=60,
)
SPEEDS = st.sampled_from([Fraction(400_000), Fraction(1_000_000, 3), Fraction(1, 7), Fraction(1_000)])


def rows_in_order(gaps: list[tuple[int, int, int, int, int]]) -> list[tuple[int, int, int, int, int]]:
    rows, now = [], 0
    for gap, span, function, cpu, packet in gaps:
        now += gap
        rows.append((now, min(span, now), function, cpu, packet))
    return rows


@given(STEPS, SPEEDS)
def test_a_steps_own_tau_shows_that_step_or_a_later_one_of_the_same_tau(
    gaps: list[tuple[int, int, int, int, int]], speed: Fraction
) -> None:
    played = score(rows_in_order(gaps), speed)
    for step in range(len(gaps)):
        moment = played.at(played.tau_of(step))
        assert moment.step >= step
        assert played.tau_of(moment.step) == played.tau_of(step)


@given(STEPS, SPEEDS, st.lists(st.fractions(0, 3_000), min_size=2, max_size=12))
def test_moments_never_run_backwards_and_phases_lie_between_0_and_1(
    gaps: list[tuple[int, int, int, int, int]], speed: Fraction, taus: list[Fraction]
) -> None:
    played = score(rows_in_order(gaps), speed)
    moments = [played.at(tau) for tau in sorted(taus)]
    assert [m.step for m in moments] == sorted(m.step for m in moments)
    assert [m.time_ns for m in moments] == sorted(m.time_ns for m in moments)
    for moment in moments:
        assert all(0 <= act.phase <= 1 and act.step > moment.step for act in moment.acts)


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(4)
    gaps = [tuple(int(x) for x in generator.integers(0, (300, 400, 4, 3, 4))) for _ in range(300)]
    rows = rows_in_order(gaps)  # type: ignore[arg-type]  # five numbers each
    whole = score(rows)
    taus = [Fraction(int(x), 7) for x in generator.integers(0, int(whole.end * 7), 200)]
    expected = [whole.at(tau) for tau in taus]
    monkeypatch.setattr(holds_module, "BLOCK", 16)
    monkeypatch.setattr("viewer.score.score.BLOCK", 16)
    pieces = score(rows)
    assert [pieces.at(tau) for tau in taus] == expected
    assert [pieces.tau_of(n) for n in range(300)] == [whole.tau_of(n) for n in range(300)]


def test_a_timeline_that_grows_keeps_what_was_said_of_its_beginning() -> None:
    source = Steps([(0, 0, 0, 0, 0), (100, 0, 1, 0, 1)])
    played = Score(Holds(source))
    before = [played.tau_of(0), played.tau_of(1)]
    source.table = np.concatenate([source.table, source.table[1:]])
    source.table[2]["time"] = 300
    assert [played.tau_of(0), played.tau_of(1)] == before
    assert played.end == played.tau_of(2)


def test_the_tau_of_a_time_is_the_first_that_shows_it() -> None:
    played = score([(0, 0, 0, 0, 0), (1_000, 0, 1, 0, 7), (2_000, 100, 1, 0, 7)])
    assert played.tau_at(500) == 200
    assert played.tau_at(1_000) == 400
    assert played.tau_at(1_500) == 400 + BASE_MS + 200
    assert played.at(played.tau_at(1_500)).time_ns == 1_500
