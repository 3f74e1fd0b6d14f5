"""Where a step happens: the CPU and what it is in the middle of."""

from __future__ import annotations

from engine.narration.telling import Telling
from engine.timeline.schema import Where

SOFTIRQ_FIELD = ("cpu", "softirq_pending")
"""The field whose bits have the softirqs' names."""

_IN_SOFTIRQ = (Where.SOFTIRQ, Where.KSOFTIRQD)
_OF_TASK = (Where.SYSCALL, Where.USER, Where.KSOFTIRQD, Where.NAPI_THREAD, Where.KTHREAD)


def place_of(telling: Telling) -> str:
    """Return "hardware", or the CPU with its context: the softirq's name, the task and its system call."""
    where, cpu = telling.view.where, telling.cpu
    if cpu is None:
        return "hardware" if where is Where.HARDWARE else str(where)
    parts = [f"CPU {cpu}"]
    task = telling.book.name(telling.view.task) if where in _OF_TASK else ""
    match where:
        case Where.SYSCALL if task:
            parts.append(f"{task} in {call}" if (call := _call(telling)) else task)
        case Where.USER if task:
            parts.append(f"{task} in user mode")
        case _:
            parts.append(task or str(where))
    if where in _IN_SOFTIRQ and (vector := softirq_of(telling)):
        parts[-1] = f"softirq {vector}" if where is Where.SOFTIRQ else f"{parts[-1]}, softirq {vector}"
    return ", ".join(parts)


def softirq_of(telling: Telling) -> str:
    """Return the name of the softirq whose handler a step belongs to; "" for none.

    The step that leaves a handler belongs to it.
    """
    softirqs = telling.own("softirqs")
    change = telling.changes.get((softirqs, "vector"))
    vector = telling.get(softirqs, "vector")
    if change is not None and change.new == -1 and isinstance(change.old, int):
        vector = change.old
    return softirq_name(telling, vector) if vector is not None else ""


def softirq_name(telling: Telling, vector: int) -> str:
    """Return a softirq's name, "" for a number without one."""
    field = telling.book.fields.get(SOFTIRQ_FIELD)
    return field.names[vector] if field and 0 <= vector < len(field.names) else ""


def _call(telling: Telling) -> str:
    """Return the system call that a step's task is in; the step that leaves it belongs to it."""
    task = telling.view.task
    change = telling.changes.get((task, "syscall"))
    row = change.old if change is not None and change.new == 0 else telling.get(task, "syscall")
    names = telling.timeline.names
    return names[row] if isinstance(row, int) and 0 < row < len(names) else ""
