"""Reading CPUs: context, softirq round, net_rx_action, poll list, backlog."""

from __future__ import annotations

import numpy as np

from engine.timeline.schema import WHERES
from viewer.picture.level import Level
from viewer.picture.reading.desk import Desk, Row
from viewer.picture.reading.fields import read_fields
from viewer.picture.regions.bays import Backlog
from viewer.picture.regions.bays_close import BacklogClose
from viewer.picture.regions.cpu import PASSES, Cpu
from viewer.picture.words import plain

SOFTIRQS = ("HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU")
WEIGHT = 64


def by_cpu(desk: Desk, name: str) -> dict[int, tuple[int, Row]]:
    """Per-CPU objects of a class, by CPU number."""
    return {row["cpu"] or 0: (uid, row) for uid, row in desk.rows(name)}


def cpu_numbers(desk: Desk) -> tuple[int, ...]:
    """The host's CPUs."""
    return tuple(row["number"] or 0 for _, row in desk.rows("cpu"))


def context_of(row: Row) -> str:
    """The kind of context that runs, as ``schema.Where`` spells it."""
    context = row["context"]
    known = context is not None and 0 < context < len(WHERES)
    return WHERES[context].value if known and context is not None else "idle"


def _words(desk: Desk, row: Row, context: str, softirqs: Row | None) -> str:
    task = desk.label(row["task"])
    match context:
        case "idle" | "hardware":
            return "idle"
        case "softirq":
            vector = softirqs["vector"] if softirqs else None
            named = vector is not None and 0 <= vector < len(SOFTIRQS)
            return f"softirq · {SOFTIRQS[vector or 0]}" if named else "softirq"
        case "hardirq":
            return "hardirq"
        case "syscall":
            call = desk.text(_task_field(desk, row["task"], "syscall"))
            return f"{task} · {call}" if call else task or "syscall"
        case "user":
            return f"{task} · user" if task else "user"
    return task or context


def _task_field(desk: Desk, uid: int | None, field: str) -> int | None:
    if not uid:
        return None
    value = desk.cursor.get(uid, field)
    return value if isinstance(value, int) else None


def read_cpu(desk: Desk, number: int) -> Cpu | None:
    """The values of one CPU; None when there is no such CPU at this step."""
    found = next(((uid, row) for uid, row in desk.rows("cpu") if row["number"] == number), None)
    if found is None:
        return None
    uid, row = found
    context = context_of(row)
    _, softirqs = by_cpu(desk, "softirqs").get(number, (0, None))
    sd_uid, sd = by_cpu(desk, "softnet_data").get(number, (0, None))
    sysctl = desk.first("sysctl") or {}
    words = _words(desk, row, context, softirqs)
    passes, works = _round(softirqs)
    if sd is None:
        return Cpu(number, uid, context, words)
    acting = bool(sd["in_net_rx_action"]) and bool(softirqs and softirqs["running"])
    started, limit = sd["net_rx_started"], sd["time_limit"]
    return Cpu(
        number,
        uid,
        context,
        words,
        passes,
        works,
        WEIGHT,
        sd["budget"] if acting else None,
        _budget_of(desk, started) if acting and started is not None else sysctl.get("netdev_budget"),
        desk.now - started if acting and started is not None else None,
        limit - started if acting and limit is not None and started is not None else _limit(sysctl),
        poll_list(desk, sd_uid, sd),
        next(iter(waiting_napis(desk, sd_uid, sd)), 0),
        sd["input_qlen"],
        sysctl.get("netdev_max_backlog"),
        desk.moved(sd_uid, "time_squeeze"),
    )


def _budget_of(desk: Desk, started: int) -> int | None:
    """The budget that a net_rx_action began with; a change of netdev_budget counts for the next one."""
    uid = next((uid for uid, _ in desk.rows("sysctl")), 0)
    if not uid:
        return None
    times, values = desk.timeline.series(uid, "netdev_budget")
    before = int(np.searchsorted(times, started)) - 1
    return int(values[max(before, 0)]) if len(values) else None


def _limit(sysctl: Row) -> int | None:
    usecs = sysctl.get("netdev_budget_usecs")
    return None if usecs is None else usecs * 1000


def _round(softirqs: Row | None) -> tuple[int, tuple[int, ...]]:
    """Passes of the round in progress and the packets of each."""
    if softirqs is None or not softirqs["running"]:
        return 0, ()
    passes = max(0, min(PASSES, softirqs["passes"] or 0))
    return passes, tuple(softirqs[f"work_{at}"] or 0 for at in range(1, passes + 1))


def poll_list(desk: Desk, sd_uid: int, sd: Row) -> tuple[str, ...]:
    """Names of the NAPIs that wait to be polled, the polled one first."""
    return tuple(desk.label(uid) for uid in waiting_napis(desk, sd_uid, sd))


def waiting_napis(desk: Desk, sd_uid: int, sd: Row) -> tuple[int, ...]:
    """The NAPIs that wait to be polled, the polled one first."""
    polled = sd["polling_napi"] or 0
    waiting = [
        *([polled] if polled else []),
        *desk.list(sd_uid, "polling").tolist(),
        *desk.list(sd_uid, "poll_list").tolist(),
        *desk.list(sd_uid, "repoll").tolist(),
    ]
    return tuple(dict.fromkeys(waiting))


def steered_cpus(desk: Desk) -> frozenset[int]:
    """CPUs that some queue steers packets to."""
    bits = 0
    for _, row in desk.rows("netdev_rx_queue"):
        bits |= row["rps_cpus"] or 0
    return frozenset(at for at in range(bits.bit_length()) if bits >> at & 1)


def read_backlog(
    desk: Desk, number: int, steered: frozenset[int], held: int, *, level: Level = Level.OVERVIEW
) -> Backlog | None:
    """A CPU's backlog without the packet that it holds in hand; None while it is empty and nobody steers to it."""
    uid, sd = by_cpu(desk, "softnet_data").get(number, (0, None))
    if sd is None:
        return None
    length = sd["input_qlen"] or 0
    process = sd["process_qlen"] or 0
    if not length and not process and number not in steered:
        return None
    name = "input_pkt_queue" if length or not process else "process_queue"
    waiting = desk.list(uid, name)
    waiting = waiting[waiting != held][: min(8, max(length, process))]
    flows = tuple(flow for flow in desk.letters(waiting).tolist() if flow >= 0)
    limit = (desk.first("sysctl") or {}).get("netdev_max_backlog")
    over = bool(desk.moved(uid, "dropped"))
    close = _close(desk, uid, waiting.tolist(), limit, level) if level.slots else None
    return Backlog(flows, length if length or not process else process, limit, name, over, close)


def _close(desk: Desk, uid: int, waiting: list[int], limit: int | None, level: Level) -> BacklogClose:
    limits = (("netdev_max_backlog", plain(limit)),)
    if not level.fields:
        return BacklogClose(level, (), limits)
    names = (
        "input_qlen",
        "process_qlen",
        "input_queue_head",
        "input_queue_tail",
        "dropped",
        "flow_limit_count",
    )
    return BacklogClose(level, tuple(waiting), limits + read_fields(desk, uid, *names))
