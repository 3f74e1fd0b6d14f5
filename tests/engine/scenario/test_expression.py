"""Expressions: parsed, evaluated over results, explained, refused."""

import operator
from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.scenario.errors import Refused
from engine.scenario.evaluate import Value, evaluate, explain, holds
from engine.scenario.expression import MAX_LENGTH, parse
from engine.scenario.results import LOST, Results
from engine.scenario.tree import Key, Part, Path

RESULTS: Mapping[str, Value] = {
    "complete": True,
    "kernel": "6.18",
    "simulated_ns": 2_000_000,
    "variant": None,
    "packets": {"offered": 600, "lost": {"skb:SOCKET_RCVBUFF": 2}},
    "flows": {"md": {"latency_ns": {"p50": 1_500, "p99": 79_999, "mean": 1.5}}, "a-b": {"lost": 0}},
    "softnet_stat": [{"cpu": 0, "time_squeeze": 3, "processed": 600}, {"cpu": 1, "time_squeeze": 0, "processed": 4}],
    "interrupts": {"eth0-TxRx-0": [2, 0, 0, 0], "eth0-TxRx-1": [0, 5, 0, 0]},
    "napi": {"eth0-TxRx-0": {"polls": 11}},
    "qdisc": [{"dev": "eth0", "kind": "mq"}, {"dev": "eth0", "kind": "fq"}],
    "snmp": {"Udp": {"RcvbufErrors": 2}},
    "sockets": [],
}  # fmt: skip


def variant(name: str) -> Mapping[str, Value]:
    if name != "control":
        raise Refused(f'unknown variant "{name}"')
    return {"snmp": {"Udp": {"RcvbufErrors": 7}}}


SOURCE = Results(RESULTS, variants=variant, zero={LOST: ["skb:SOCKET_RCVBUFF", "nic:rx_missed_errors"]})


def value(text: str) -> Value:
    return evaluate(parse(text), SOURCE)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("softnet_stat[cpu=0].time_squeeze", 3),
        ("softnet_stat[1].processed", 4),
        ("softnet_stat[-1].cpu", 1),
        ("flows.md.latency_ns.p99 < 80us", True),
        ("flows.md.latency_ns.p50 == 1.5µs", True),
        ("flows['a-b'].lost", 0),
        ('napi["eth0-TxRx-0"].polls', 11),
        ("interrupts['eth0-TxRx-0'][0]", 2),
        ("run('control').snmp.Udp.RcvbufErrors - snmp.Udp.RcvbufErrors", 5),
        ("sum(interrupts['eth0-TxRx-0'])", 2),
        ("sum(interrupts[*][1])", 5),
        ("sum(softnet_stat[*].processed)", 604),
        ("max(softnet_stat[*].time_squeeze)", 3),
        ("min(3, 2, 5)", 2),
        ("len(softnet_stat) + len(sockets) + len(kernel)", 6),
        ("sum(sockets)", 0),
        ("sum(packets.lost)", 2),
        ("packets.lost['nic:rx_missed_errors']", 0),
        ("abs(2 - 5)", 3),
        ("qdisc[dev='eth0', kind=fq].kind == 'fq'", True),
        ("complete", True),
        ("complete == true and not false", True),
        ("kernel == '6.18'", True),
        ("kernel != '6.12'", True),
        ("1 + 2 * 3 - 4 / 2", 5),
        ("7 // 2 + 7 % 2", 4),
        ("-2 * -3", 6),
        ("10 - 4 - 3", 3),
        ("(10 - 4) * 3", 18),
        ("1 / 3 * 3 == 1", True),
        ("0.1 + 0.2 == 0.3", True),
        ("1 / 4", 0.25),
        ("0 < softnet_stat[cpu=0].time_squeeze < 3", False),
        ("3 > 2 > 1", True),
        ("64KiB == 65536 and 250kpps == 250000 and 1_000 == 1000", True),
        ("false and nonsense.path", False),
        ("true or nonsense.path", True),
        ("true or false and false", True),
        ("not true or true", True),
        ("flows.md.latency_ns.mean * 2", 3.0),
        ("2s", 2_000_000_000),
    ],
)
def test_values(text: str, result: Value) -> None:
    assert value(text) == result
    assert type(value(text)) is type(result)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "ends too early"),
        ("1 +", "ends too early"),
        ("a[cpu=0", "ends too early"),
        ("a = 1", '"=" at column 3 (did you mean "=="?)'),
        ("a && b", '"&" at column 3 (did you mean "and"?)'),
        ("a nd b", '(did you mean "and"?)'),
        ("a b", '"b" at column 3'),
        ("a..b", '"." at column 3'),
        ("a.b-c['x", "column 7"),
        ("80uss", '(did you mean "80us"?)'),
        ("__import__('os')", "column 11"),
        ("a.b()", "column 4"),
        ("lambda: 1", "column 7"),
        ("avg(a)", "column 4"),
        ("1" * (MAX_LENGTH + 1), "at most 2000 characters"),
        ("-" * 100 + "1", "nested at most 60 deep"),
        ("not " * 100 + "true", "nested at most 60 deep"),
    ],
)
def test_what_is_no_expression(text: str, says: str) -> None:
    with pytest.raises(Refused) as caught:
        parse(text)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("flows.mb.lost", "flows.mb.lost (column 1) has no value: there is no mb in flows; known: md, a-b"),
        ("packets.ofered", '(did you mean "offered"?)'),
        ("1 + softnet_sta[0].cpu", 'column 5) has no value: there is no softnet_sta in the results'),
        ("softnet_stat[cpu=7].cpu", "no row with cpu=7; there is 0, 1"),
        ("softnet_stat[cup=0].cpu", '(did you mean "cpu"?)'),
        ("softnet_stat[9].cpu", "has 2 elements"),
        ("softnet_stat.cpu", "is a list; choose a row"),
        ("qdisc[dev='eth0'].kind", "has 2 such rows"),
        ("kernel.x", "kernel has nothing below it"),
        ("kernel[0]", "kernel is no list"),
        ("packets.lost['skb:SOCKET_RCVBUF']", '(did you mean "skb:SOCKET_RCVBUFF"?)'),
        ("run('x').complete", 'unknown variant "x"'),
        ("kernel + 1", "kernel (column 1) must be a number; it is a text"),
        ("complete + 1", "it is true or false"),
        ("kernel == 6.18", "is a number, but kernel is a text"),
        ("complete == 1", "is a number, but complete is true or false"),
        ("variant == 'x'", "unknown in this source"),
        ("variant > 1", "unknown in this source"),
        ("1 and true", "must be true or false; it is a number"),
        ("not 1", "must be true or false"),
        ("1 / 0", "0 (column 5) is zero"),
        ("1 % (2 - 2)", "is zero"),
        ("max(sockets)", "nothing to choose from"),
        ("sum(softnet_stat)", "needs numbers; one element is a table"),
        ("len(3)", "needs a list"),
        ("len(1, 2)", "takes one argument, not 2"),
        ("abs('x')", "must be a number"),
    ],
)  # fmt: skip
def test_what_has_no_value(text: str, says: str) -> None:
    with pytest.raises(Refused) as caught:
        value(text)
    assert says in str(caught.value)


def test_a_statement_is_true_or_false() -> None:
    assert holds(parse("1 < 2"), SOURCE)
    with pytest.raises(Refused, match="must be true or false"):
        holds(parse("1 + 2"), SOURCE)


def test_an_explanation_tells_what_each_path_was() -> None:
    text = (
        "softnet_stat[cpu=0].time_squeeze == 0 and flows.md.latency_ns.p99 < 80us or sum(packets.lost) > nope"
    )
    assert explain(parse(text), SOURCE) == {
        "softnet_stat[cpu=0].time_squeeze": 3,
        "flows.md.latency_ns.p99": 79_999,
        "sum(packets.lost)": 2,
    }


def test_without_other_variants_run_is_refused() -> None:
    with pytest.raises(Refused, match="no other variant is at hand"):
        evaluate(parse("run('control').x"), Results(RESULTS))


class Counting:
    """A resolver of another kind: answers every path with the number of its parts."""

    def path(self, parts: tuple[Part, ...]) -> Value:
        return len(parts)

    def run(self, variant: str) -> "Counting":
        raise Refused(variant)


def test_the_same_tree_serves_any_resolver() -> None:
    tree = parse("a.b.c[0] + d")
    assert evaluate(tree, Counting()) == 5
    assert parse("a.b") == Path("a.b", 1, None, (Key("a"), Key("b")))


OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(OPERATORS)), st.integers(0, 99)), max_size=8),
    st.integers(0, 99),
)
def test_arithmetic_is_that_of_fractions(steps: list[tuple[str, int]], first: int) -> None:
    text, wanted = f"{first}", Fraction(first)
    for sign, number in steps:
        text = f"({text}) {sign} {number}"
        if sign == "/" and number == 0:
            with pytest.raises(Refused, match="is zero"):
                value(text)
            return
        wanted = OPERATORS[sign](wanted, Fraction(number))
    assert value(f"{text} == {wanted.numerator} / {wanted.denominator}") is True


@settings(deadline=None)
@given(st.text(alphabet="ab.[]()='*+-/<>0123 usnotrdly", max_size=30))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    try:
        tree = parse(text)
    except Refused:
        return
    assert type(parse(f"({text})")) is type(tree)
