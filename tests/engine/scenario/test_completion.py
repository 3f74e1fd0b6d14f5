"""What the editor offers and what it marks, in whole texts and in half-written ones."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.scenario.completion import Completions, Diagnostic, complete, diagnose
from engine.scenario.document import load
from engine.scenario.errors import SceneError
from engine.scenario.shape import table_at
from engine.scenario.templates import templates
from tests.engine.scenario.samples import SCENE, changed, line

HEAD = """\
title = "x"
[knobs]
frames = { value = 300 }
rate = { value = "1Mpps" }
[[nic]]
name = "eth0"
driver = "igb"
[[nic]]
name = "eth1"
[[app]]
name = "feed"
[[variant]]
name = "control"
"""


def at(text: str) -> Completions:
    """Complete where a | stands."""
    before, _, after = text.partition("|")
    return complete(before + after, len(before))


def offered(text: str) -> list[str]:
    return [item.text for item in at(text).items]


def taken(text: str, word: str) -> str:
    """Return the line of the | after an item was taken."""
    before, _, after = text.partition("|")
    found = at(text)
    (item,) = (each for each in found.items if each.text == word)
    whole = before[: found.start] + item.text + after
    return whole[whole.rfind("\n", 0, found.start) + 1 :].split("\n")[0]


# -- keys ---------------------------------------------------------------------------------------------------


def test_the_keys_of_a_table_are_offered_those_it_needs_first() -> None:
    items = at("[[nic]]\n|").items
    assert [item.text for item in items[:3]] == ["name", "driver", "address"]
    assert {item.text for item in items} == {key.name for key in table_at("nic") if key.built}
    assert all(item.kind == "key" and item.detail for item in items)
    schema = json.loads((files("scenes") / "schema.json").read_text(encoding="utf-8"))
    assert items[1].detail == schema["$defs"]["Nic"]["properties"]["driver"]["description"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[nic]]\nname = \"eth0\"\nd|\naddress = \"10.0.0.2/24\"\n[host]\n", ["driver", "speed"]),
        ("[[nic]]\nadd|", ["address"]),
        ("[host]\ncpus = 2\n|\nhz = 100\n[[nic]]\npreempt = 3\n",
         ["preempt", "isolcpus", "nodes", "dma", "rules", "costs"]),
        ("[host]\npre|empt = 3\n", ["preempt"]),
        ("ti|\n[[nic]]\ntitle = 3\n", ["title", "question", "until"]),
        ("k|\n[knobs]\n", ["kernel"]),
        ("[[app]]\nlisten = [{ r|", ["rcvbuf"]),
        ("[[app]]\nlisten = [{ udp = \"1.2.3.4:5\", |", ["rcvbuf", "epoll", "setsockopt", "count"]),
        ("[[app]]\nlisten = [\n  { udp = \"1.2.3.4:5\" },\n  { co| , epoll = [] }\n]\nname = \"x\"", ["count"]),
        ("[[flow]]\nburst = { |every = \"1ms\" }", ["frames", "every"]),
        ("[[flow]]\nburst = { fr|, every = \"1ms\" }", ["frames"]),
        ("[flow.burst]\n|", ["frames", "every"]),
        ("[knobs]\nx = { va|", ["value"]),
        ("[knobs.x]\nsc|", ["scale"]),
        ("[[variant]]\nat = [{ time = \"1ms\", r|", ["run"]),
        ("[[at]]\napp = { name = \"feed\", |", ["do", "move"]),
        ("[host.costs]\n|", []),
        ("[nonsense]\n|", []),
        ("[[nic]]\nname = \"eth0\" |", []),
        ("[[nic]]\n# dri|", []),
        ("[[nic]] |", []),
    ],
)  # fmt: skip
def test_keys(text: str, words: list[str]) -> None:
    assert offered(text) == words


def test_what_holds_the_word_comes_after_what_begins_with_it() -> None:
    assert offered("[[flow]]\nna|")[0] == "name"
    assert offered("[[flow]]\nour|") == ["source", "sources"]


def test_a_key_takes_the_place_of_its_word_only() -> None:
    assert taken("[[nic]]\n  dri|\n", "driver") == "  driver"
    path = HEAD + 'set = { "knobs.r|" = 3 }'
    assert taken(path, '"knobs.rate') == 'set = { "knobs.rate" = 3 }'


# -- values -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[nic]]\ndriver = |", ['"igb"', '"ixgbe"', '"legacy"']),
        ("[[nic]]\ndriver = \"i|", ["igb", "ixgbe"]),
        ("[[nic]]\ndriver = \"i|\"\n", ["igb", "ixgbe"]),
        ("[[nic]]\ntap = |", ["true", "false"]),
        ("[[nic]]\ntap = t|\n", ["true"]),
        ("[[nic]]\ntap = \"t|", []),
        ("[host]\nhz = |", ["100", "250", "300", "1000"]),
        ("[host]\nhz = \"|", []),
        ("host = { preempt = |", ['"none"', '"voluntary"', '"full"']),
        ("kernel = \"6.1|", ["6.12", "6.13", "6.14", "6.15", "6.16", "6.17", "6.18"]),
        ("[[app]]\nwait = \"e|\"", ["epoll", "select", "none"]),
        ("[[app]]\nlisten = [{ epoll = [|", ['"EPOLLET"', '"EPOLLEXCLUSIVE"', '"EPOLLONESHOT"']),
        ("[[app]]\nlisten = [{ epoll = [\"EPOLLET\", \"EPOLLO|", ["EPOLLONESHOT"]),
        ("[[flow]]\nrate = |", ['"250kpps"', '"1.6Gbps"', '"line"']),
        ("[[flow]]\nstop = \"1.|", ["1.5ms"]),
        (HEAD + "[[flow]]\nnic = |", ['"eth0"', '"eth1"']),
        (HEAD + "[[flow]]\nnic = \"|\nname = \"x\"", ["eth0", "eth1"]),
        (HEAD + "[[at]]\napp = { name = \"|", ["feed"]),
        (HEAD + "[[flow]]\nrate = \"${|", ["frames}", "rate}"]),
        (HEAD + "[[flow]]\nrate = \"${r|}\"", ["rate", "frames"]),
        (HEAD + "setup = \"\"\"\nsysctl -w net.core.netdev_budget=${f|", ["frames}"]),
        (HEAD + "setup = \"\"\"\nethtool |", []),
        (HEAD + "[[expect]]\nthat = \"run('|", ["control"]),
        (HEAD + "[[expect]]\nthat = \"run('con|').steps > 0\"", ["control"]),
        (HEAD + "set = { \"knobs.f|", ["\"knobs.frames\""]),
        (HEAD + "set = { \"nic.eth1.driver\" = |", ['"igb"', '"ixgbe"', '"legacy"']),
        (HEAD + "set = { \"knobs.frames\" = |", []),
        ("[[chapter]]\nat = \"first t|", ["first time_squeeze"]),
        ("[[chapter]]\nat = \"en|", ["end"]),
        ("[[expect]]\nat = \"last ir|", ["last irq"]),
        ("[[chapter]]\nbeats = [{ to = \"first dr|", ["first drop"]),
        ("title = \"a|", []),
        ("title = 'a|", []),
    ],
)  # fmt: skip
def test_values(text: str, words: list[str]) -> None:
    assert offered(text) == words


def test_values_tell_what_they_are() -> None:
    kinds = {
        item.kind
        for text in ("[[nic]]\ndriver = |", "[host]\nhz = |", "[[flow]]\nrate = |")
        for item in at(text).items
    }
    assert kinds == {"value", "number", "example"}
    (default,) = (item for item in at("[[flow]]\narrival = |").items if item.text == '"constant"')
    assert default.detail == "what holds if it is left out"
    assert taken(HEAD + '[[flow]]\nrate = "${r|}"', "rate") == 'rate = "${rate}"'
    assert taken("[[nic]]\ndriver = ix|", '"ixgbe"') == 'driver = "ixgbe"'
    assert taken('[[nic]]\ndriver = "ix|"', "ixgbe") == 'driver = "ixgbe"'


# -- headers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[n|", ["nic]]", "app.listen]]", "variant]]"]),
        ("[[nic|]]", ["nic"]),
        ("[hos|", ["host]", "host.rules]", "host.costs]"]),
        ("[host]\n[re|]", ["record"]),
        ("[host]\n[hos|", ["host.rules]", "host.costs]"]),
        ("[[app.|", ["app.listen]]"]),
        ("[flow.|", ["flow.burst]"]),
    ],
)
def test_headers(text: str, words: list[str]) -> None:
    assert offered(text) == words


def test_every_table_of_the_format_can_be_opened() -> None:
    arrays, every = offered("[[|"), offered("[|")
    assert {"nic]]", "flow]]", "app]]", "at]]", "variant]]", "expect]]", "chapter]]"} <= set(arrays)
    assert {"host]", "record]", "knobs]", "[nic]]"} <= set(every)
    assert not [word for word in every if "race" in word or "bpf" in word]
    assert taken("[|", "[nic]]") == "[[nic]]"
    assert taken("[|", "host]") == "[host]"


# -- broken texts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        'nic = "eth',
        "listen = [{ udp = ",
        "listen = [",
        "burst = { frames",
        "work",
        "work =",
        "= 3",
        "]",
        '"""'[:2],
    ],
)
def test_a_broken_line_does_not_hide_what_follows(broken: str) -> None:
    text = f'{HEAD}[[app]]\n{broken}\n[[flow]]\nnic = "|'
    assert offered(text) == ["eth0", "eth1"]
    assert offered(f"{HEAD}[[app]]\n{broken}\n[host]\nhz = 100\ncp|\n") == ["cpus", "isolcpus"]


TEXTS = [SCENE, *(each.text for each in templates())]


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(TEXTS), st.data())
def test_any_text_and_any_place_get_an_answer(text: str, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(text)))
    last = data.draw(st.integers(first, min(first + 40, len(text))))
    put = data.draw(st.text("[]{}=\"'#,.\n\\$ abé", max_size=6))
    broken = text[:first] + put + text[last:]
    place = data.draw(st.integers(0, len(broken)))
    found = complete(broken, place)
    assert 0 <= found.start <= place
    assert "\n" not in broken[found.start : place] or not found.items
    assert len({item.text for item in found.items}) == len(found.items)
    for mark in diagnose(broken, "x"):
        lines = broken.split("\n")
        assert 1 <= mark.line <= len(lines) + 1
        shown = lines[min(mark.line, len(lines)) - 1]
        assert 1 <= mark.column_start < mark.column_end <= len(shown) + 2


@pytest.mark.parametrize("text", TEXTS)
def test_what_a_scene_says_is_offered_where_it_says_it(text: str) -> None:
    """Every key of the scene is offered where it stands, once it is taken away."""
    for match in re.finditer(r"^([a-z_]+) *= ", text, re.MULTILINE):
        rest = text[match.end() :]
        without = text[: match.start()] + text[match.start() + len(text[match.start() :].split("\n")[0]) :]
        if rest.startswith(('"""', "[\n")):
            continue
        header = re.findall(r"^\[\[?([\w.]+)", text[: match.start()], re.MULTILINE)
        if header[-1:] in (["knobs"], ["host.costs"]):
            continue
        assert match[1] in [item.text for item in complete(without, match.start()).items], match[0]


# -- diagnoses ----------------------------------------------------------------------------------------------


def marked(text: str) -> tuple[str, Diagnostic]:
    """Return the marked piece of a text with one fault."""
    (found,) = diagnose(text, "x.toml")
    written = text.split("\n")[found.line - 1]
    return written[found.column_start - 1 : found.column_end - 1], found


def test_a_scene_has_nothing_to_mark() -> None:
    for text in TEXTS:
        assert diagnose(text, "x") == ()


@pytest.mark.parametrize(
    ("old", "new", "piece", "words", "nearest"),
    [
        ('"ixgbe"', '"ixgb"', '"ixgb"', "must be one of igb", "ixgbe"),
        ('driver = "ixgbe"', 'drvier = "ixgbe"', "drvier", "unknown key", "driver"),
        ('driver = "ixgbe"\n', "", "[[nic]]", "missing", ""),
        ("frame = 0x80", "frame = 59", "59", "flow[0].frame = 59: ", ""),
        ('["EPOLLET"]', '["EPOLLE"]', '"EPOLLE"', "must be one of", "EPOLLET"),
        ('every = "1ms"', 'every = "1"', '"1"', "needs a unit", "1us"),
        ("flips = true", 'flips = "yes"', '"yes"', "must be true or false", ""),
        (
            'nic = "eth0"\nsource = "10.0.0.15',
            'nic = "eth7"\nsource = "10.0.0.15',
            '"eth7"',
            "unknown nic",
            "eth0",
        ),
        ("cpus = { value = 2 }", "cpus = { value = 2, ragne = [1, 2] }", "ragne", "unknown key", "range"),
        (
            "${frames} frames",
            "${farmes} frames",
            '"How many polls for ${farmes} frames?"',
            "unknown knob",
            "frames",
        ),
        ("    [1518, 1],", "    [1518, 0],", "0", "", ""),
    ],
)
def test_the_key_or_the_value_at_fault_is_marked(
    old: str, new: str, piece: str, words: str, nearest: str
) -> None:
    text = changed(old, new)
    found, mark = marked(text)
    with pytest.raises(SceneError) as error:
        load(text)
    assert mark.line == error.value.line
    assert words in mark.message
    assert mark.nearest == nearest
    assert found == piece or (piece == "0" and found.startswith("["))


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("title = \n", (1, 9, 10)),
        ("title = x\n", (1, 9, 10)),
        ('a = 1\ntitle = "abc\n', (2, 13, 14)),
        ("[[nic]\n", (1, 6, 7)),
        ("a = [1,", (1, 8, 9)),
        ("a = 1979-05-27\n", (1, 1, 2)),
        ("a = 1\na = 2\n", (2, 6, 7)),
    ],
)
def test_what_is_no_toml_is_marked_where_the_parser_stopped(text: str, mark: tuple[int, int, int]) -> None:
    (found,) = diagnose(text, "x")
    assert found[:3] == mark
    assert "(column" not in found.message


def test_each_broken_variant_is_told() -> None:
    text = (
        SCENE
        + '[[variant]]\nname = "b"\nset = { "host.cpus" = 0 }\n'
        + '[[variant]]\nname = "c"\nat = [{ time = "x", run = "y" }]\n'
    )
    first, second = diagnose(text, "x")
    assert (first.line, second.line) == (line(text, '"host.cpus" = 0'), line(text, 'time = "x"'))
    assert text.split("\n")[first.line - 1][first.column_start - 1 : first.column_end - 1] == "0"
    assert text.split("\n")[second.line - 1][second.column_start - 1 : second.column_end - 1] == '"x"'


def test_windows_line_ends_count_for_nothing() -> None:
    text = changed('"ixgbe"', '"ixgb"')
    assert diagnose(text.replace("\n", "\r\n"), "x") == diagnose(text, "x")
