"""`taskset -p`, `chrt -p` (util-linux) and `pgrep`: what they print about the simulated tasks."""

from __future__ import annotations

from collections.abc import Sequence

from engine.console import pids
from engine.console.masks import taskset_list
from engine.console.output import Output, refused
from engine.console.read.source import Host, Row

POLICIES = ("SCHED_OTHER", "SCHED_FIFO", "SCHED_RR")
NO_PROCESS = "No such process"


def task(host: Host, pid: int) -> Row | None:
    """Return a living task by pid, None when there is none."""
    return next((row for row in host.rows("task_struct") if row["pid"] == pid and pid), None)


def taskset(host: Host, words: Sequence[str]) -> Output:
    """Print a task's affinity: a mask, or a list with -c."""
    letters = "".join(word.lstrip("-") for word in words if word.startswith("-"))
    rest = [word for word in words if not word.startswith("-")]
    if "p" not in letters or len(rest) != 1:
        return refused("taskset: bad usage\nTry 'taskset --help' for more information.")
    if not rest[0].isdecimal():
        return refused(f"taskset: invalid PID argument: '{rest[0]}'")
    found = task(host, int(rest[0]))
    if found is None:
        return refused(f"taskset: failed to get pid {rest[0]}'s affinity: {NO_PROCESS}")
    return Output(affinity_text(int(rest[0]), "current", found["affinity"], "c" in letters))


def affinity_text(pid: int, when: str, mask: int, listed: bool) -> str:
    """Return taskset's line for a task's affinity."""
    kind, value = ("list", taskset_list(mask)) if listed else ("mask", f"{mask:x}")
    return f"pid {pid}'s {when} affinity {kind}: {value}\n"


def chrt(host: Host, words: Sequence[str]) -> Output:
    """Print a task's policy and priority."""
    if list(words) in (["-m"], ["--max"]):
        return Output(
            "SCHED_OTHER min/max priority\t: 0/0\nSCHED_FIFO min/max priority\t: 1/99\n"
            "SCHED_RR min/max priority\t: 1/99\nSCHED_BATCH min/max priority\t: 0/0\n"
            "SCHED_IDLE min/max priority\t: 0/0\nSCHED_DEADLINE min/max priority\t: 0/0\n"
        )
    rest = [word for word in words if not word.startswith("-")]
    if [word for word in words if word.startswith("-")] not in (["-p"], ["--pid"]) or len(rest) != 1:
        return refused("chrt: bad usage\nTry 'chrt --help' for more information.")
    if not rest[0].isdecimal():
        return refused(f"chrt: invalid PID argument: '{rest[0]}'")
    found = task(host, int(rest[0]))
    if found is None:
        return refused(f"chrt: failed to get pid {rest[0]}'s policy: {NO_PROCESS}")
    policy = POLICIES[found["policy"]]
    return Output(
        f"pid {rest[0]}'s current scheduling policy: {policy}\n"
        f"pid {rest[0]}'s current scheduling priority: {found['rt_priority']}\n"
    )


def named_tasks(host: Host) -> list[tuple[int, str]]:
    """Return the pids and names of all tasks but the idle ones."""
    return [(row["pid"], row.name) for row in host.rows("task_struct") if row["pid"]]


def pgrep(host: Host, words: Sequence[str]) -> Output:
    """Print the pids of the tasks whose name matches."""
    return pids.pgrep(words, named_tasks(host))
