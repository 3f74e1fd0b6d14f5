"""`mpstat [-P ALL|LIST] [INTERVAL [COUNT]]`, as sysstat 12.7.5 prints it.

Without an interval the shares are since the run began; with one, COUNT intervals that end at the moment (an interval
reaches back to the start of the run at most). Simplified: shares come from nanoseconds, not from ticks, so they mean
something in runs of a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.console.masks import MaskError, parse_list
from engine.console.output import Output, not_built, refused
from engine.console.read.proc_counts import cpu_times, wall_clock
from engine.console.read.source import Host
from engine.timeline.cursor import Cursor

HEAD = "CPU    %usr   %nice    %sys %iowait    %irq   %soft  %steal  %guest  %gnice   %idle"
USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ = range(7)
SHOWN = (USER, NICE, SYSTEM, IOWAIT, IRQ, SOFTIRQ)
NS = 1_000_000_000
USAGE = (
    "Usage: mpstat [ options ] [ <interval> [ <count> ] ]\n"
    "Options are:\n"
    "[ -A ] [ -H ] [ -n ] [ -T ] [ -u ] [ -V ]\n"
    "[ -I { SUM | CPU | SCPU | ALL } ] [ -N { <node_list> | ALL } ]\n"
    "[ --dec={ 0 | 1 | 2 } ] [ -o JSON ] [ -P { <cpu_list> | ALL } ]\n"
)


def banner(host: Host) -> str:
    """Return sysstat's first line."""
    date = wall_clock(host)
    stamp = f"{date.tm_mon:02}/{date.tm_mday:02}/{date.tm_year % 100:02}"
    return f"Linux {host.release} ({host.hostname}) \t{stamp} \t_x86_64_\t({host.cpus} CPU)\n"


def shares(times: Sequence[int]) -> list[str]:
    """Return the ten percentages of a CPU's times; one that has not run yet was idle."""
    total = sum(times)
    hundredths = [times[column] * 10_000 * 2 // total + 1 >> 1 if total else 0 for column in SHOWN]
    idle = times[IDLE] * 10_000 * 2 // total + 1 >> 1 if total else 10_000
    return [f"{each // 100}.{each % 100:02}" for each in (*hundredths, 0, 0, 0, idle)]


def block(
    label: str, then: Sequence[Sequence[int]], now: Sequence[Sequence[int]], chosen: Sequence[int]
) -> str:
    """Return a header and a line for all CPUs and for each chosen one (-1 is all)."""
    spent = [[b - a for a, b in zip(*pair, strict=True)] for pair in zip(then, now, strict=True)]
    lines = []
    for cpu in chosen:
        times = [sum(column) for column in zip(*spent, strict=True)] if cpu < 0 else spent[cpu]
        numbers = "".join(f" {share:>7}" for share in shares(times))
        lines.append(f"{label:<11} {'all' if cpu < 0 else cpu:>4}{numbers}\n")
    return "".join(lines)


def _chosen(text: str, cpus: int) -> list[int] | Output:
    if text in ("", "ALL", "ON"):
        return [-1, *(range(cpus) if text else ())]
    found: list[int] = [-1] if "all" in text.split(",") else []
    listed = ",".join(part for part in text.split(",") if part != "all")
    try:
        mask = parse_list(listed, cpus) if listed else 0
    except MaskError:
        return refused(USAGE)
    return found + [cpu for cpu in range(cpus) if mask >> cpu & 1]


def mpstat(host: Host, words: Sequence[str]) -> Output:
    """Run `mpstat`."""
    cpus, numbers = "", []
    queue = list(words)
    while queue:
        word = queue.pop(0)
        if word == "-P":
            if not queue:
                return refused(USAGE)
            cpus = queue.pop(0)
        elif word.isdecimal():
            numbers.append(int(word))
        elif word.startswith("-") and word != "-u":
            return not_built(f"mpstat {word}")
        elif word != "-u":
            return refused(USAGE)
    if len(numbers) > 2 or (numbers[:1] == [0] and len(numbers) == 2) or numbers[1:] == [0]:
        return refused(USAGE)
    chosen = _chosen(cpus, host.cpus)
    if isinstance(chosen, Output):
        return chosen
    if not numbers or numbers == [0]:
        nothing = [[0] * 10 for _ in range(host.cpus)]
        stamp = _stamp(host)
        return Output(
            f"{banner(host)}\n{stamp:<11}  {HEAD}\n" + block(stamp, nothing, cpu_times(host), chosen)
        )
    if len(numbers) == 1:
        return not_built("mpstat without end; give a count")
    return Output(_intervals(host, numbers[0] * NS, numbers[1], chosen))


def _stamp(host: Host) -> str:
    clock = wall_clock(host)
    return f"{clock.tm_hour:02}:{clock.tm_min:02}:{clock.tm_sec:02}"


def _intervals(host: Host, length: int, count: int, chosen: Sequence[int]) -> str:
    moments = [_at(host, max(0, host.now - length * back)) for back in range(count, 0, -1)]
    points = [*moments, host]
    times = [cpu_times(point) for point in points]
    text = banner(host)
    for at in range(count):
        before = _stamp(points[at])
        stamp = _stamp(points[at + 1])
        text += f"\n{before:<11}  {HEAD}\n" + block(stamp, times[at], times[at + 1], chosen)
    return f"{text}\n{'Average:':<11}  {HEAD}\n" + block("Average:", times[0], times[-1], chosen)


def _at(host: Host, time: int) -> Host:
    """Return the host at another time, through a cursor of its own."""
    return Host(Cursor(host.timeline, host.timeline.moment(time)), host.timeline, time)
