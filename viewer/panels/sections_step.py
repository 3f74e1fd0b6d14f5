"""The step of the moment: its function with a link to its source, what it enters, where it runs, what led to it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint

from engine.scenario.units import format_ns
from engine.timeline.schema import FunctionInfo
from engine.timeline.timeline import Timeline
from engine.timeline.views import StepView
from viewer.panels.sections import gap, heading
from viewer.panels.sections_source import SITE_NAME, open_source, source_url
from viewer.panels.sheet import Cell, Row, Span, mono, words
from viewer.theme.fonts import Type, ui_scaled
from viewer.theme.tokens import Role

CHAIN_MOST = 8
LINK = " ›"
"""Behind what selects another object when it is clicked."""

OUT = " ↗"
"""Behind what opens outside of the window."""


def step_rows(
    step: StepView,
    task: str,
    kernel: str,
    room: float,
    menu: Callable[[QPoint], None],
    pick: Callable[[], None],
    told: Callable[[str], None],
) -> list[Row]:
    """The function of the current step, its file, what else it enters, and where it runs.

    Args:
        step: the current one.
        task: what the current task is called, "" for none.
        kernel: the release whose sources the link opens.
        room: width of a row in px.
        menu: shows the menu of the function.
        pick: selects the task.
        told: says a sentence.
    """
    function = step.function
    url = source_url(function, kernel)
    call = f"{function.name}()" if function.kind == "function" else function.name
    tip = f"{call}: {cost_text(function)}"
    opens = (lambda: open_source(function, kernel, told)) if url else None
    file = function.file or {"user": "the program"}.get(function.kind, function.kind)
    where = step.where.value.replace("_", " ")
    place = f"{where}, CPU {step.cpu}" if step.cpu is not None else "hardware"
    name = (mono(file, Role.TEXT_TERTIARY), *((words(OUT, Role.TEXT_TERTIARY),) if url else ()))
    link = f"{file}: click to read {function.name} at {SITE_NAME}" if url else file
    number = words(f"#{step.number}", Role.TEXT_TERTIARY)
    left = [Cell((number,), tip=f"step {step.number} at {format_ns(int(step.time))}")]
    if task:
        spans = (mono(task, Role.TEXT_TERTIARY), words(LINK, Role.TEXT_TERTIARY))
        left.append(
            Cell(spans, x=number.width() + 10.0, tip=f"{task}: the current task of this CPU", do=pick)
        )
    took = words(f"took {format_ns(step.span)}", Role.TEXT_TERTIARY)
    return [
        Row((Cell((mono(call, kind=Type.EMPHASIS, weight=600),), tip=tip, menu=menu),), height=24.0),
        Row(
            (
                Cell(name, tip=link, do=opens, menu=menu),
                Cell((words(place, Role.TEXT_SECONDARY, Type.SMALL),), at=1.0, right=True),
            )
        ),
        Row((*left, Cell((took,), at=1.0, right=True))),
        *_calls(function, room, menu),
    ]


def cost_text(function: FunctionInfo) -> str:
    """What sort of thing a function is, and what it costs by whose word."""
    kind = {"mark": "the moment of a tracepoint, no function"}.get(function.kind, function.kind)
    source = f" ({function.source})" if function.source else ""
    return f"{kind}; costs {function.cost_ns} ns by default{source}"


def _calls(function: FunctionInfo, room: float, menu: Callable[[QPoint], None]) -> list[Row]:
    """All functions that a step enters, in order; nothing when it is one."""
    if len(function.calls) < 2:
        return []
    lines: list[list[Span]] = []
    taken = room
    for place, name in enumerate(function.calls):
        here = name == function.name
        span = mono(name, Role.TEXT if here else Role.TEXT_TERTIARY, 600 if here else 500)
        arrow = words("  ›  " if place + 1 < len(function.calls) else "", Role.TEXT_TERTIARY)
        if taken + span.width() + arrow.width() > room:
            lines.append([])
            taken = 0.0
        lines[-1] += [span, arrow]
        taken += span.width() + arrow.width()
    tip = "entered in this step: those before and after the bold one have no effect of their own"
    return [Row((Cell(tuple(line), tip=tip, menu=menu),), height=18.0) for line in lines]


def chain_rows(timeline: Timeline, step: int, go: Callable[[int], None]) -> list[Row]:
    """What led here, each a click away."""
    chain = [int(one) for one in timeline.chain(step, CHAIN_MOST + 1)][1:]
    if not chain:
        return []
    rows = [heading("What led here")]
    now = int(timeline.time(step))
    for number in chain:
        view = timeline.step(number)
        before = format_ns(now - int(view.time), 3)
        cpu = f"CPU {view.cpu}" if view.cpu is not None else "hardware"
        tip = f"{view.function.name}, {view.function.file or view.function.kind}: go to {format_ns(int(view.time))}"
        rows.append(
            Row(
                (
                    Cell((mono(view.function.name),), do=_go(go, number), tip=tip),
                    Cell((words(cpu, Role.TEXT_TERTIARY),), x=-float(ui_scaled(84)), at=1.0, right=True),
                    Cell((words(f"−{before}", Role.TEXT_TERTIARY),), at=1.0, right=True),
                ),
                height=22.0,
                rule=True,
            )
        )
    return [*rows, gap(12.0)]


def _go(go: Callable[[int], None], step: int) -> Callable[[], None]:
    return lambda: go(step)
