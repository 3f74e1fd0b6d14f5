"""What was typed, and what is meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.chrome.matching import Rank, best, match


@pytest.mark.parametrize(
    ("query", "text", "rank"),
    [
        ("step", "Step", Rank.EXACT),
        ("step", "Step back", Rank.PREFIX),
        ("back", "Step back", Rank.WORD_STARTS),
        ("nch", "Next chapter", Rank.WORD_STARTS),
        ("ne ch", "Next chapter", Rank.WORD_STARTS),
        ("chapter next", "Next chapter", Rank.WORD_STARTS),
        ("ime", "Fixed time", Rank.INSIDE),
        ("fxe", "Fixed time", Rank.SUBSEQUENCE),
        ("rq0", "eth0 rx_queue_0", Rank.WORD_STARTS),
    ],
)
def test_the_rank_says_how_it_fits(query: str, text: str, rank: Rank) -> None:
    found = match(query, text)
    assert found is not None
    assert found.rank is rank


@pytest.mark.parametrize(("query", "text"), [("zz", "Step"), ("pets", "Step"), ("step x", "Step back")])
def test_a_letter_that_is_missing_or_out_of_order_does_not_fit(query: str, text: str) -> None:
    assert match(query, text) is None


@given(st.text(alphabet="abAB _-1", max_size=7), st.text(alphabet="abcABC _-12", max_size=16))
def test_the_letters_found_are_those_typed(query: str, text: str) -> None:
    found = match(query, text)
    if found is None:
        return
    letters = "".join(text[place] for place in found.places).lower()
    assert list(found.places) == sorted(set(found.places))
    typed = "".join(query.lower().split())
    assert set(letters) - {" "} == set(typed)
    if len(query.split()) == 1:
        assert letters == typed


def test_a_typed_word_in_order_always_fits() -> None:
    assert match("strt", "Start") is not None
    assert match("", "anything") is not None


def test_the_better_stands_first_and_of_equals_the_shorter() -> None:
    texts = ["Coarser step", "First stop", "Step back", "Step", "Last epoch"]
    assert [text for text, _ in best("step", texts, str)] == [
        "Step",
        "Step back",
        "Coarser step",
        "Last epoch",
    ]


def test_nothing_typed_leaves_the_order() -> None:
    assert [text for text, _ in best(" ", ["b", "a"], str)] == ["b", "a"]
