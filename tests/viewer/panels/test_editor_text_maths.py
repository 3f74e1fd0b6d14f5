"""What the editor computes without Qt: mapping, spans, fixes, keys, travel."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.scenario.document import load
from engine.scenario.errors import SceneError
from engine.scenario.form import FormKnob
from engine.scenario.host import Scale
from tests.viewer.test_document import SCENE
from viewer.panels.editor.fields import candidates, spelled
from viewer.panels.editor.find import places
from viewer.panels.editor.fix import fix, sentence, spot
from viewer.panels.editor.keys import broken, commented, indented, outdented
from viewer.panels.editor.mapping import Patch, characters, patch, shown, sound, utf16, written
from viewer.panels.editor.spans import Piece, State, spans
from viewer.panels.editor.travel import travel_of

TEXTS = st.text(alphabet='ab\n"é☃🐟\u00a0', max_size=40)


def done(text: str, change: Patch) -> str:
    return text[: change.start] + change.text + text[change.end :]


# -- mapping ------------------------------------------------------------------------------------------------


@given(TEXTS, TEXTS)
def test_a_patch_makes_one_text_of_the_other(before: str, after: str) -> None:
    assert done(before, patch(before, after)) == after


def test_a_patch_is_small() -> None:
    assert patch("a = 1\nb = 22\n", "a = 1\nb = 232\n") == Patch(11, 11, "3")


@given(TEXTS, st.data())
def test_what_is_not_touched_keeps_its_line_ends(text: str, data: st.DataObject) -> None:
    file = text.replace("\n", "\r\n")
    assert shown(file) == text
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    change = Patch(start, end, "x\ny")
    after = written(file, change)
    assert shown(after) == done(text, change)
    if "\n" in text:
        assert after.count("\n") == after.count("\r\n")


def test_mixed_line_ends_stay_as_they_are() -> None:
    assert written("a\r\nb\nc\r\n", Patch(2, 3, "B")) == "a\r\nB\nc\r\n"


@given(TEXTS, st.integers(0, 40))
def test_qts_units_and_characters_agree(text: str, at: int) -> None:
    head = text[: min(at, len(text))]
    assert characters(text, utf16(head)) == len(head)


def test_half_a_character_reaches_no_file() -> None:
    assert sound("a\ud83d") == "a\ufffd"
    assert sound("🐟") == "🐟"


# -- spans --------------------------------------------------------------------------------------------------


def pieces(text: str) -> list[list[tuple[str, Piece]]]:
    state, found = State(), []
    for line in text.split("\n"):
        marked, state = spans(line, state)
        assert State.of(state.number()) == state
        found.append([(line[span.start : span.start + span.length], span.piece) for span in marked])
    return found


def test_the_pieces_of_a_scene() -> None:
    found = pieces('[[nic]] # card\nqueues = 4\nname = "eth0" # it\nwork = "${work}"\nbig = true')
    assert found == [
        [("[[nic]]", Piece.TABLE), ("# card", Piece.COMMENT)],
        [("queues", Piece.KEY), ("4", Piece.NUMBER)],
        [("name", Piece.KEY), ('"eth0"', Piece.STRING), ("# it", Piece.COMMENT)],
        [("work", Piece.KEY), ('"${work}"', Piece.STRING), ("${work}", Piece.KNOB)],
        [("big", Piece.KEY), ("true", Piece.NUMBER)],
    ]


def test_setup_holds_commands_over_several_lines() -> None:
    found = pieces('setup = """\nethtool -C eth0 rx-usecs ${n}\n# not this\n"""\nseed = 1')
    assert found[1] == [
        ("ethtool -C eth0 rx-usecs ${n}", Piece.STRING), ("ethtool", Piece.COMMAND), ("${n}", Piece.KNOB),
    ]  # fmt: skip
    assert found[2][-1] == ("# not this", Piece.COMMENT)
    assert found[4] == [("seed", Piece.KEY), ("1", Piece.NUMBER)]


def test_an_array_of_arrays_is_no_header() -> None:
    found = pieces("frame = [\n  [64, 3],\n]\n[host]")
    assert found[1] == [("64", Piece.NUMBER), ("3", Piece.NUMBER)]
    assert found[3] == [("[host]", Piece.TABLE)]


@given(st.text(alphabet="a=[]{}\"'#\\ .\n", max_size=60))
def test_any_text_is_read_to_its_end(text: str) -> None:
    for line, found in zip(text.split("\n"), pieces(text), strict=True):
        assert all(part in line for part, _ in found)


# -- fixes --------------------------------------------------------------------------------------------------


def problem_of(text: str) -> SceneError:
    with pytest.raises(SceneError) as caught:
        load(text, name="small.toml")
    return caught.value


@pytest.mark.parametrize(
    ("right", "wrong", "at_fault"),
    [
        ('driver = "igb"', 'driver = "ibg"', '"ibg"'),
        ("driver = 'igb'", "driver = 'ibg'", "'ibg'"),
        ('driver = "igb"', 'drivr = "igb"', "drivr"),
        ("value = 300", "valu = 300", "valu"),
        ('until = "1us"', "until = 1", "1"),
        ('title = "${budget}"', 'title = "${bugdet}"', "bugdet"),
    ],
)
def test_one_key_mends_it(right: str, wrong: str, at_fault: str) -> None:
    key = right.split(" =")[0]
    good = "\n".join(right if line.startswith(f"{key} =") else line for line in SCENE.split("\n"))
    text = good.replace(right, wrong)
    assert text != good
    problem = problem_of(text)
    start, end = spot(text, problem)
    assert text[start:end] == at_fault
    change = fix(text, problem)
    if problem.nearest:
        assert change is not None
        assert done(text, change) == good
    else:
        assert change is None


def test_a_script_is_mended_inside_its_string() -> None:
    script = 'setup = """\necho hello\nsysctl -w a=${bugdet}\n"""\n'
    text = SCENE.replace("[knobs]", f"{script}\n[knobs]")
    problem = problem_of(text)
    start, end = spot(text, problem)
    assert text[start:end] == "bugdet"
    change = fix(text, problem)
    assert change is not None
    assert done(text, change) == text.replace("bugdet", "budget")


def test_a_syntax_error_points_at_its_column() -> None:
    text = SCENE.replace('driver = "igb"', "driver = ?")
    start, _ = spot(text, problem_of(text))
    assert text[start] == "?"


def test_the_sentence_has_no_file() -> None:
    text = sentence(problem_of(SCENE.replace('"igb"', '"ibg"')))
    assert text.startswith('nic[0].driver = "ibg": must be one of')
    assert text.endswith('(did you mean "igb"?)')


# -- keys ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("a = 1\nb = 2\nc", "# a = 1\n# b = 2\nc"),
        ("# a = 1\n#b = 2\nc", "a = 1\nb = 2\nc"),
        ("  a\n    b\nc", "  # a\n  #   b\nc"),
        ("a\n\nc", "# a\n\nc"),
    ],
)
def test_comments_come_and_go(text: str, after: str) -> None:
    end = text.rindex("\n") + 1
    assert done(text, commented(text, 0, end).patch) == after


def test_lines_move_in_and_out() -> None:
    text = "a\nb\nc"
    inward = indented(text, 0, 3)
    assert done(text, inward.patch) == "  a\n  b\nc"
    back = outdented(done(text, inward.patch), inward.start, inward.end)
    assert done("  a\n  b\nc", back.patch) == text
    assert done(text, indented(text, 1, 1).patch) == "a  \nb\nc"


def test_a_new_line_keeps_its_depth() -> None:
    assert done("  a", broken("  a", 3, 3).patch) == "  a\n  "
    assert done("x = [", broken("x = [", 5, 5).patch) == "x = [\n  "
    assert done("[host]", broken("[host]", 6, 6).patch) == "[host]\n"


def test_words_are_found_in_either_case() -> None:
    assert places("Rate rate ate", "RATE") == [0, 5]
    assert places("anything", "") == []
    assert places("İstanbul rate", "rate") == [9]


# -- values -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "before", "values"),
    [
        ("8", 4, [8, "8"]),
        ("6.12", "6.18", ["6.12", 6.12]),
        ("64KiB", 4096, ["64KiB"]),
        ('"8"', 4, ["8"]),
        ("[0, 1]", None, [[0, 1], "[0, 1]"]),
        ("2026-01-01", None, ["2026-01-01"]),
        ("a\nb", "c", ["a\nb"]),
    ],
)
def test_what_is_written_in_a_box(text: str, before: object, values: list[object]) -> None:
    assert candidates(text, before) == values


@given(
    st.one_of(
        st.booleans(), st.integers(0, 99), st.lists(st.integers(0, 9)), st.lists(st.sampled_from(["a", "b"]))
    )
)
def test_a_box_means_what_it_shows(value: object) -> None:
    assert candidates(spelled(value), value)[0] == value


def knob(value: int, low: int, high: int, scale: Scale) -> FormKnob:
    return FormKnob("budget", "budget", "knobs.budget", value, low, high, scale, True)


@given(st.integers(1, 5000), st.integers(1, 100_000), st.sampled_from(list(Scale)), st.data())
def test_a_slider_reaches_both_ends_and_never_leaves(
    low: int, span: int, scale: Scale, data: st.DataObject
) -> None:
    value = data.draw(st.integers(low, low + span))
    travel = travel_of(knob(value, low, low + span, scale))
    assert travel is not None
    assert (travel.value(0), travel.value(travel.places)) == (low, low + span)
    assert low <= travel.value(data.draw(st.integers(-5, travel.places + 5))) <= low + span
    more = travel.moved(value, 1)
    assert more == low + span if value == low + span else more > value
    less = travel.moved(value, -1)
    assert less == low if value == low else less < value


def test_a_slider_doubles_in_equal_steps() -> None:
    travel = travel_of(knob(64, 16, 1024, Scale.LOG2))
    assert travel is not None
    third = travel.places // 6
    assert [round(travel.value(third * n) / 16 / 2**n, 1) for n in range(7)] == [1.0] * 7


def test_a_knob_without_a_range_has_no_slider() -> None:
    assert travel_of(FormKnob("rate", "rate", "knobs.rate", "4Mpps", None, None, Scale.LINEAR, False)) is None
