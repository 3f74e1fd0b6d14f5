"""`skbscope steps`: the timeline as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import click

from engine.scenario.errors import Refused, nearest_name
from viewer.cli.options import scene_argument, scene_options

if TYPE_CHECKING:
    from engine.timeline.cursor import Cursor
    from engine.timeline.timeline import Timeline
    from engine.timeline.views import Change, StepView
    from viewer.cli.simulate import Ran

NS_PER_US = 1000
PACKETS = ("frame", "sk_buff")
"""Classes of the objects that `--packet` can name."""


class Format(StrEnum):
    """How steps are written."""

    TABLE = "table"
    FTRACE = "ftrace"
    JSON = "json"


@click.command()
@scene_argument
@scene_options
@click.option(
    "--from", "begin", metavar="MOMENT", help="Begin there; 1.25ms, #1234, `first drop`, chapter:2."
)
@click.option("--to", "end", metavar="MOMENT", help="End there, itself included.")
@click.option(
    "--packet", type=int, metavar="N", help="Only steps of this frame or skb, in whatever form it travels."
)
@click.option("--function", "pattern", metavar="GLOB", help="Only these functions, such as 'napi_*'.")
@click.option(
    "--format", "layout", type=click.Choice([each.value for each in Format]), default=Format.TABLE.value
)
def command(
    source: str,
    variant: str | None,
    sets: tuple[str, ...],
    begin: str | None,
    end: str | None,
    packet: int | None,
    pattern: str | None,
    layout: str,
) -> None:
    """Print what happened, a step a line.

    `ftrace` is what trace-cmd report prints for the function tracer and the tracepoints; `json` is a list with an
    object a line.
    """
    from viewer.cli.simulate import simulate
    from viewer.cli.sources import load_source

    ran = simulate(load_source(source), variant, sets)
    chosen = selected(ran, begin, end, packet, pattern)
    match Format(layout):
        case Format.TABLE:
            lines: Iterable[str] = table_lines(ran.timeline, chosen)
        case Format.JSON:
            lines = json_lines(ran.timeline, chosen)
        case Format.FTRACE:
            lines = ftrace_lines(ran.timeline, chosen)
    for line in lines:
        click.echo(line)


def selected(
    ran: Ran, begin: str | None, end: str | None, packet: int | None, pattern: str | None
) -> Sequence[int]:
    """Return the numbers of the steps that are asked for, in order.

    Raises:
        Refused: A moment that does not come, an end before the begin, a packet that is not there, or a pattern
            that no function has.
    """
    from engine.moments import step_at
    from engine.timeline.query import And, AnyStep, ByFunction, ByPacket, Query

    timeline = ran.timeline
    first = _first(ran, begin) if begin is not None else 0
    last = step_at(end, timeline, ran.chapters) if end is not None else timeline.last
    if begin is not None and end is not None and last + 1 < first:
        raise Refused(f'--to "{end}" comes before --from "{begin}"')
    queries: list[Query] = [AnyStep()]
    if pattern is not None:
        _must_be_a_function(pattern, timeline)
        queries.append(ByFunction((pattern,)))
    if packet is not None:
        _must_be_a_packet(packet, timeline)
        queries.append(ByPacket(packet))
    numbers: list[int] = timeline.find_all(And(tuple(queries)), first, last + 1).tolist()
    return numbers


def _must_be_a_function(pattern: str, timeline: Timeline) -> None:
    """Refuse a pattern that fits no function of the model; one that only was not called here is none the less right."""
    names = {name: None for info in timeline.functions for name in info.calls}
    if not any(fnmatchcase(name, pattern) for name in names):
        raise Refused(
            f'--function "{pattern}": no function is called so', nearest=nearest_name(pattern, names)
        )


def _must_be_a_packet(number: int, timeline: Timeline) -> None:
    """Refuse a number that is no frame's and no skb's, and tell what the number is of."""
    try:
        info = timeline.object(number)
    except KeyError:
        raise Refused(f"there is no packet {number} in this run") from None
    if info.cls.name not in PACKETS:
        raise Refused(
            f"number {number} is no packet but {timeline.label(number)}; `steps` has a column of them"
        )


def _first(ran: Ran, begin: str) -> int:
    """Return the first step of a range: for a time, the first step that takes effect then or later."""
    from engine.moments import step_of, written_moment
    from engine.scenario.moment import AtTime

    moment = written_moment(begin)
    if isinstance(moment, AtTime):
        return int(ran.timeline.moment(moment.ns - 1)) + 1
    return step_of(moment, ran.timeline, ran.chapters)


# -- table --------------------------------------------------------------------------------------------------


def table_lines(timeline: Timeline, steps: Sequence[int]) -> Iterator[str]:
    """Yield the aligned lines of some steps; a line can be written before the next is worked out."""
    from engine.timeline.cursor import Cursor

    yield f"{'step':>8} {'time us':>14} {'cpu':>3} {'context':9} {'task':16} {'packet':>8}  {'function':32} effects"
    cursor = Cursor(timeline)
    for number in steps:
        cursor.seek(number)
        view = timeline.step(number)
        time = f"{view.time // NS_PER_US}.{view.time % NS_PER_US:03}"
        cpu = "–" if view.cpu is None else str(view.cpu)
        packet = str(view.packet) if view.packet else ""
        yield (
            f"{number:8} {time:>14} {cpu:>3} {view.where:9} {timeline.label(view.task):16} {packet:>8}  "
            f"{view.function.name:32} {_effects(timeline, cursor)}"
        ).rstrip()


def _effects(timeline: Timeline, cursor: Cursor) -> str:
    """Return what a step changed, as `object field old>new`; objects that came or went only by their name."""
    from engine.timeline.views import Unknown

    words: list[str] = []
    for change in cursor.changed():
        label = timeline.label(change.uid)
        if change.field == "uid":
            words.append(f"{'+' if change.new else '-'}{label}")
        elif not isinstance(change.old, Unknown):
            old, new = (_text(timeline, change, value) for value in (change.old, change.new))
            words.append(f"{label}.{change.field} {old}>{new}")
    return ", ".join(words)


def _text(timeline: Timeline, change: Change, value: Any) -> str:
    """Return a value of a change as people read it."""
    from engine.timeline.form import formatted

    info = timeline.object(change.uid)
    return formatted(timeline, info.cls.fields[timeline.position(info.cls.name, change.field)], value)


# -- JSON ---------------------------------------------------------------------------------------------------


def json_lines(timeline: Timeline, steps: Sequence[int]) -> Iterator[str]:
    """Yield a JSON list, an object a line."""
    from engine.timeline.cursor import Cursor

    cursor = Cursor(timeline)
    if not steps:
        yield "[]"
        return
    for position, number in enumerate(steps):
        cursor.seek(number)
        text = json.dumps(step_object(timeline, timeline.step(number), cursor), ensure_ascii=False)
        yield f"{'[' if position == 0 else ' '}{text}{',' if position + 1 < len(steps) else ']'}"


def step_object(timeline: Timeline, view: StepView, cursor: Cursor) -> dict[str, Any]:
    """Return a step as plain values."""
    from engine.timeline.views import Unknown

    return {
        "step": view.number,
        "time_ns": view.time,
        "span_ns": view.span,
        "cpu": view.cpu,
        "context": str(view.where),
        "task": timeline.label(view.task) or None,
        "function": view.function.name,
        "file": view.function.file,
        "packet": view.packet or None,
        "cause": view.cause,
        "changes": [
            {
                "uid": change.uid,
                "object": timeline.label(change.uid),
                "field": change.field,
                "old": None if isinstance(change.old, Unknown) else change.old,
                "new": None if isinstance(change.new, Unknown) else change.new,
            }
            for change in cursor.changed()
        ],
    }


# -- ftrace -------------------------------------------------------------------------------------------------


def ftrace_lines(timeline: Timeline, steps: Sequence[int]) -> Iterator[str]:
    """Yield the lines of trace-cmd report; steps left out between two that are asked for cut it into pieces."""
    from engine.traces.ftrace import lines

    begin = 0
    for position in range(1, len(steps) + 1):
        if position == len(steps) or steps[position] != steps[position - 1] + 1:
            piece = lines(timeline, steps[begin], steps[position - 1] + 1)
            if begin:
                next(piece)  # the head of the report, which stands once
            yield from piece
            begin = position
