"""Lines of keys in TOML."""

import tomllib
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.scenario.errors import KeyPath, below
from engine.scenario.places import places_of
from engine.scenario.spans import spans_of
from tests.engine.scenario.samples import CONTRACT, SCENE

ODD = '''\
# [not.a.header]
"quoted key" = 1
a.b.'c d' = "x # no comment"   # comment = 2

text = """\\
  [[nope]]
  k = "v"
"""
raw = \'\'\'
one
two\'\'\'
list = [ # a
  1, 2,
  { x = 1, y.z = [3,
     4] },
]
[table . sub]
k = "\\"]"
[[rows]]
n = 1
[[rows.inner]]
n = 2
[[rows.inner]]
n = 3
[rows.one]
n = 4
[[rows]]
[[rows.inner]]
n = 5
'''


def paths(value: object, done: KeyPath = ()) -> list[KeyPath]:
    """Return the path of everything inside plain data."""
    if isinstance(value, dict):
        children = [(*done, key) for key in value]
        return [path for key in children for path in (key, *paths(value[key[-1]], key))]
    if isinstance(value, list):
        return [p for i, each in enumerate(value) for p in ((*done, i), *paths(each, (*done, i)))]
    return []


def test_every_path_has_a_place() -> None:
    for text in (ODD, SCENE, CONTRACT, ODD.replace("\n", "\r\n")):
        assert sorted(map(str, paths(tomllib.loads(text)))) == sorted(map(str, places_of(text)))


def test_lines() -> None:
    places = places_of(ODD)
    lines = {path: place.line for path, place in places.items()}
    assert lines["quoted key",] == 2
    assert lines["a", "b", "c d"] == 3
    assert lines["list", 2, "y", "z", 1] == 15
    assert lines["table", "sub", "k"] == 18
    assert [lines["rows", 0, "inner", index, "n"] for index in (0, 1)] == [22, 24]
    assert lines["rows", 0, "one", "n"] == 26
    assert lines["rows", 1] == 27
    assert lines["rows", 1, "inner", 0, "n"] == 29


def test_where_the_text_of_a_string_begins() -> None:
    places = places_of(ODD)
    assert (places["raw",].line, places["raw",].content, places["raw",].step) == (9, 10, 1)
    assert (places["text",].content, places["text",].step) == (5, 1)
    assert (places["a", "b", "c d"].content, places["a", "b", "c d"].step) == (3, 0)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.text(max_size=8), st.sampled_from(["1", '"]#"', "[1, [2]]", "{ k = 3 }"])), max_size=6
    )
)
def test_a_key_stands_where_it_was_written(rows: list[tuple[str, str]]) -> None:
    seen: dict[str, int] = {}
    text = ""
    for key, value in rows:
        clean = "".join(each for each in key if each.isprintable() and each not in '"\\')
        if clean not in seen:
            text += f'# x\n"{clean}" = {value}\n'
            seen[clean] = text.count("\n")
    places = places_of(text)
    assert {key: places[key,].line for key in seen} == seen
    assert all(below(tomllib.loads(text), key) is not None for key in seen)


@pytest.mark.parametrize("garbage", ["}", "]", "[", "{", '"', "'''", "=", ",", "a", "\n", "#", "[[", "\x00"])
def test_in_text_that_is_no_toml_it_gives_up_or_ends(garbage: str) -> None:
    """People type on after a check: the scanner may see anything and must never stand still."""
    for at in range(0, len(CONTRACT), 23):
        for text in (CONTRACT[:at] + garbage + CONTRACT[at:], CONTRACT[:at] + garbage):
            with suppress(ValueError):
                spans_of(text)
