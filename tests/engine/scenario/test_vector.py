"""Expressions over arrays: at every place what the evaluation of that place alone says, or unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.scenario import evaluate as single
from engine.scenario.errors import Refused, unknown_name
from engine.scenario.expression import parse
from engine.scenario.results import Results
from engine.scenario.tree import Key, Part
from engine.scenario.values import NOTHING, Sort, Vector, plain, texts_of, vector
from engine.scenario.vector import Operand, evaluate, paths, truths

PLACES = 6
A = [3, -4, 0, 7, 10**6, 2]
B = [5, None, 2, 0, None, -1]
C = [0.5, 2.0, None, -3.25, 8.0, 0.0]
T = ["md", "b", "md", "", None, "x"]
F = [True, False, None, True, True, False]


def column(values: list[Any]) -> Vector:
    known = np.array([value is not None for value in values])
    filled = [value if value is not None else 0 for value in values]
    if isinstance(values[0], str):
        return texts_of([value or "" for value in values], known)
    array = np.array(filled)
    return Vector(Sort.TRUTH if array.dtype == bool else Sort.NUMBER, array, known)


F_COLUMN = Vector(
    Sort.TRUTH, np.array([bool(each) for each in F]), np.array([each is not None for each in F])
)
TABLE: dict[str, Any] = {
    "a": column(A),
    "b": column(B),
    "c": column(C),
    "t": column(T),
    "f": F_COLUMN,
    "k": 4,
    "word": "md",
    "nothing": None,
    "rows": [column(A), column(B), 3],
    "none": [],
}


class Source:
    def __init__(self, table: Mapping[str, Operand]) -> None:
        self.table = table

    def path(self, parts: tuple[Part, ...]) -> Operand:
        name = parts[0].name if isinstance(parts[0], Key) else ""
        if name not in self.table:
            raise unknown_name("name", name, self.table)
        return self.table[name]

    def run(self, variant: str) -> Source:
        return Source({**self.table, "k": 40})


def at(place: int) -> Results:
    rows = [A[place], B[place], 3]
    return Results(
        {"a": A[place], "b": B[place], "c": C[place], "t": T[place], "f": F[place], "k": 4, "word": "md"}
        | {"nothing": None, "rows": rows, "none": []}
    )


def scalars(text: str) -> list[Any]:
    """The values place by place; a Refused where there is none."""
    found: list[Any] = []
    for place in range(PLACES):
        try:
            found.append(single.evaluate(parse(text), at(place)))
        except Refused as refused:
            found.append(refused)
    return found


NUMBERS = st.sampled_from(
    ["a", "b", "c", "k", "3", "0.5us", "2KiB", "max(a, k)", "sum(rows)", "len(t)", "min(rows)"]
)
TRUTHS = st.sampled_from(["f", "true", "a > 2", "t == 'md'", "t != word", "b == nothing", "1 < a <= 7"])


def numbers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, st.sampled_from(["+", "-", "*", "//", "%", "/"]), inner).map(
        lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
    )
    return pair | inner.map(lambda text: f"-{text}") | inner.map(lambda text: f"abs({text})")


NUMBER = st.recursive(NUMBERS, numbers, max_leaves=4)
COMPARED = st.tuples(NUMBER, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), NUMBER).map(" ".join)


def logic(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
        lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
    )
    return pair | inner.map(lambda text: f"not ({text})")


TRUTH = st.recursive(TRUTHS | COMPARED, logic, max_leaves=5)


def agrees(text: str) -> None:
    found = evaluate(parse(text), Source(TABLE))
    values, known = plain(found, PLACES)
    for place, want in enumerate(scalars(text)):
        if isinstance(want, Refused):
            continue  # unknown, or settled by the other side of `and` and `or`
        if want is None:
            assert not known[place], (text, place)
            continue
        assert known[place], (text, place)
        if isinstance(want, bool | str):
            assert values[place] == want, (text, place)
        else:
            assert values[place] == pytest.approx(want, rel=1e-9, abs=1e-9), (text, place)


def jumps(text: str) -> bool:
    """Whether a rounding may tell: exact fractions and floats can fall on two sides of a step."""
    fractions = " / " in text or "c" in text
    return fractions and any(sign in text for sign in ("//", "%", "<", ">", "="))


@settings(deadline=None, max_examples=150)
@given(NUMBER)
def test_numbers_are_those_of_each_place(text: str) -> None:
    if not jumps(text):
        agrees(text)


@settings(deadline=None, max_examples=200)
@given(TRUTH)
def test_truths_are_those_of_each_place(text: str) -> None:
    if not jumps(text):
        agrees(text)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("b > 1", [1, 0, 1, 1, 0, 1]),
        ("not b > 1", [1, 0, 1, 1, 0, 1]),
        ("b > 1 and a == 3", [1, 1, 1, 1, 1, 1]),
        ("b > 1 or a == -4", [1, 1, 1, 1, 0, 1]),
        ("f and b > 1", [1, 1, 0, 1, 0, 1]),
        ("a / b", [1, 0, 1, 0, 0, 1]),
        ("nothing + a", [0] * 6),
        ("t == 'md'", [1, 1, 1, 1, 0, 1]),
        ("len(t)", [1, 1, 1, 1, 0, 1]),
        ("a < b < 9", [1, 0, 1, 1, 0, 1]),
        ("sum(rows)", [1, 0, 1, 1, 0, 1]),
        ("nothing == 'x'", [0] * 6),
        ("len(nothing)", [0] * 6),
    ],
)
def test_what_is_not_known_stays_so_unless_the_rest_settles_it(text: str, known: list[int]) -> None:
    found = evaluate(parse(text), Source(TABLE))
    assert plain(found, PLACES)[1].astype(int).tolist() == known


def test_truths_are_false_where_nothing_is_known() -> None:
    assert truths(parse("not b > 1"), Source(TABLE)).tolist() == [False, False, False, True, False, True]


def test_texts_come_back_as_texts() -> None:
    values, known = plain(evaluate(parse("t"), Source(TABLE)), PLACES)
    assert values[known].tolist() == [word for word in T if word is not None]
    same = evaluate(parse("t == t"), Source({"t": texts_of(["p", "q", "p"])}))
    assert same.values.tolist() == [True, True, True]
    two = Source({"t": texts_of(["p", "q", "p"]), "u": texts_of(["q", "q", "r"])})
    assert truths(parse("t == u"), two).tolist() == [False, True, False]
    assert truths(parse("t != u"), two).tolist() == [True, False, True]


def test_what_64_bits_cannot_hold_becomes_a_float() -> None:
    large = Source({"n": Vector(Sort.NUMBER, np.array([2**62, 5]))})
    for text, want in (("n * 4", 2.0**64), ("n + n", 2.0**63), ("n - -n", 2.0**63)):
        found = evaluate(parse(text), large)
        assert found.values.dtype == np.float64
        assert found.values[0] == want
    assert evaluate(parse("n - 1"), large).values.tolist() == [2**62 - 1, 4]
    assert vector(10**30).values == 1e30


def test_another_run_is_asked() -> None:
    assert evaluate(parse("run('control').k + k"), Source(TABLE)).values == 44


def test_paths_are_listed_from_left_to_right() -> None:
    tree = parse("a.b + max(c, -d[0]) > run('x').e and not (f == 'f' or g < h)")
    assert [path.text for path in paths(tree)] == ["a.b", "c", "d[0]", "run('x').e", "f", "g", "h"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a > 'x'", r"'x' \(column 5\) must be a number; it is a text"),
        ("a and f", r"a \(column 1\) must be true or false; it is a number"),
        ("f and a", r"a \(column 7\) must be true or false"),
        ("t == 3", r"3 \(column 6\) is a number, but t is a text"),
        ("rows > 3", "must be a number; it is a list"),
        ("rows == rows", "must be one value; it is a list"),
        ("rows", "must be one value"),
        ("a // 0", "is zero"),
        ("max(none)", "nothing to choose from"),
        ("sum(t)", "needs numbers; one element is a text"),
        ("len(a)", "needs a list, a table or a text; it is a number"),
        ("abs(a, b)", "takes one argument, not 2"),
        ("zz + 1", r"zz \(column 1\) has no value: unknown name"),
    ],
)
def test_mistakes_are_those_of_the_single_evaluation(text: str, problem: str) -> None:
    with pytest.raises(Refused, match=problem):
        evaluate(parse(text), Source(TABLE))


def test_a_scalar_stands_for_all_places() -> None:
    for value, sort in ((3, Sort.NUMBER), (2.5, Sort.NUMBER), (True, Sort.TRUTH), ("x", Sort.TEXT)):
        made = vector(value)
        assert made.sort is sort
        values, known = plain(made, 3)
        assert values.tolist() == [value] * 3
        assert known.all()
    assert vector(None) is NOTHING
    assert not plain(NOTHING, 2)[1].any()
