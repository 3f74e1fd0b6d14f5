"""`taskset -p MASK|LIST PID` and `chrt -f|-r|-o -p PRIORITY PID` (util-linux)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.console.masks import INVALID, MaskError, parse_list, taskset_list
from engine.console.write.facts import HostFacts
from engine.console.write.outcome import Planned, done, later, no
from engine.console.write.settings import TaskAffinity, TaskPolicy

NO_PROCESS = "No such process"
MOST_CPUS = 8192
POLICIES = {"f": "SCHED_FIFO", "fifo": "SCHED_FIFO", "r": "SCHED_RR", "rr": "SCHED_RR"}
POLICIES |= {"o": "SCHED_OTHER", "other": "SCHED_OTHER"}
NOT_BUILT = {
    "b": "batch",
    "batch": "batch",
    "i": "idle",
    "idle": "idle",
    "d": "deadline",
    "deadline": "deadline",
}
PRIORITIES = {"SCHED_FIFO": range(1, 100), "SCHED_RR": range(1, 100), "SCHED_OTHER": range(1)}


def _letters(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split options (short ones letter by letter, long ones whole) from the rest."""
    options: list[str] = []
    rest: list[str] = []
    for word in words:
        if word.startswith("--"):
            options.append(word[2:])
        elif word.startswith("-") and not word[1:].isdecimal():
            options += list(word[1:])
        else:
            rest.append(word)
    return options, rest


def is_change(tool: str, words: Sequence[str]) -> bool:
    """Whether `taskset` or `chrt` is told more than the pid."""
    options, rest = _letters(words)
    asked = tool == "chrt" and any(option in POLICIES or option in NOT_BUILT for option in options)
    return asked or len(rest) > 1 or (bool(rest) and not ({"p", "pid"} & set(options)))


def taskset(words: list[str], facts: HostFacts) -> Planned:
    """Set the affinity of a task; prints the old and the new one."""
    options, rest = _letters(words)
    if not {"p", "pid"} & set(options):
        return later("starting a program with taskset")
    if len(rest) != 2:
        return no("taskset: bad usage\nTry 'taskset --help' for more information.")
    listed = bool({"c", "cpu-list"} & set(options))
    try:
        mask = parse_list(rest[0], MOST_CPUS) if listed else _hex(rest[0])
    except MaskError:
        return no(f"taskset: failed to parse CPU {'list' if listed else 'mask'}: {rest[0]}")
    if not rest[1].isdecimal():
        return no(f"taskset: invalid PID argument: '{rest[1]}'")
    pid = int(rest[1])
    task = facts.task(pid)
    if task is None:
        return no(f"taskset: failed to get pid {pid}'s affinity: {NO_PROCESS}")
    kept = mask & (1 << facts.cpus) - 1
    before = _line(pid, "current", task.affinity, listed)
    if task.bound or not kept:
        return no(f"taskset: failed to set pid {pid}'s affinity: {INVALID}", stdout=before)
    return done(TaskAffinity(pid, kept), stdout=before + _line(pid, "new", kept, listed))


def _hex(text: str) -> int:
    digits = re.sub(r"^0[xX]", "", text.replace(",", ""))
    if not re.fullmatch(r"[0-9a-fA-F]+", digits):
        raise MaskError(INVALID)
    return int(digits, 16)


def _line(pid: int, when: str, mask: int, listed: bool) -> str:
    kind, value = ("list", taskset_list(mask)) if listed else ("mask", f"{mask:x}")
    return f"pid {pid}'s {when} affinity {kind}: {value}\n"


def chrt(words: list[str], facts: HostFacts) -> Planned:
    """Set policy and real-time priority of a task; silent."""
    options, rest = _letters(words)
    for option in options:
        if option in NOT_BUILT:
            return later(f"chrt --{NOT_BUILT[option]}")
    if not {"p", "pid"} & set(options):
        return later("starting a program with chrt")
    chosen = [POLICIES[option] for option in options if option in POLICIES]
    policy = chosen[-1] if chosen else "SCHED_RR"
    if len(rest) == 1 and policy == "SCHED_OTHER":
        rest = ["0", *rest]
    if len(rest) != 2:
        return no("chrt: bad usage\nTry 'chrt --help' for more information.")
    if not rest[1].isdecimal():
        return no(f"chrt: invalid PID argument: '{rest[1]}'")
    if not rest[0].isdecimal():
        return no(f"chrt: invalid priority argument: '{rest[0]}'")
    pid, priority = int(rest[1]), int(rest[0])
    if priority not in PRIORITIES[policy]:
        return no(f"chrt: unsupported priority value for the policy: {priority}: see --max for valid range")
    if facts.task(pid) is None:
        return no(f"chrt: failed to set pid {pid}'s policy: {NO_PROCESS}")
    return done(TaskPolicy(pid, policy, priority))
