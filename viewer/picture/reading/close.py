"""Reading what a row shows close up: the packets of each pass, fields of the round, the call stack, the stations.

The stack is what is recorded of it: handle_softirqs, net_rx_action and the poll while they run or wait under a hard
interrupt, the system call that a task is in, and the functions of the step in progress. What lies between them is not
recorded and left out.
"""

from __future__ import annotations

import numpy as np

from engine.topology import Station
from viewer.picture.layout import Mode, Row, Stage
from viewer.picture.level import Level
from viewer.picture.reading.desk import Desk
from viewer.picture.reading.desk import Row as Values
from viewer.picture.reading.fields import members, read_fields
from viewer.picture.reading.flights import LOOK_BACK, STAGE_OF, Carried, visits
from viewer.picture.reading.names import TAP_CLASS
from viewer.picture.reading.processors import by_cpu, context_of, waiting_napis
from viewer.picture.regions.close import Pairs
from viewer.picture.regions.cpu_close import Close, Detail, HeadClose, Polled, TrackClose
from viewer.score.moment import Moment

LOOKUPS = ("lookup", "route", "demux")
MOST_NAMES = 3


def read_close(
    desk: Desk, moment: Moment, row: Row, held: Carried | None, levels: tuple[Level, Level]
) -> Close | None:
    """What a CPU's row shows close up, its head and its track; None from afar, or in a row of one line."""
    head, track = levels
    if row.mode is Mode.STRIP or not (head.slots or track.slots):
        return None
    return Close(
        _head(desk, row, head) if head.slots else None,
        _track(desk, moment, row.cpu, held, track) if track.slots else None,
    )


def _head(desk: Desk, row: Row, level: Level) -> HeadClose:
    sd_uid, sd = by_cpu(desk, "softnet_data").get(row.cpu, (0, None))
    if sd is None:
        return HeadClose(level)
    napis = waiting_napis(desk, sd_uid, sd)
    polled = tuple(
        Polled(
            desk.label(uid), desk.known(uid, "weight") or 0, dict(read_fields(desk, uid, "state"))["state"]
        )
        for uid in napis[:MOST_NAMES]
    )
    ticks = pass_ticks(desk, row.cpu) if row.mode is Mode.EXPANDED else ()
    if not level.fields:
        return HeadClose(level, ticks, polled)
    cpu_uid = next((uid for uid, values in desk.rows("cpu") if values["number"] == row.cpu), 0)
    round_uid, softirqs = by_cpu(desk, "softirqs").get(row.cpu, (0, None))
    running = bool(softirqs and softirqs["running"])
    acting = running and bool(sd["in_net_rx_action"])
    return HeadClose(
        level,
        ticks,
        polled,
        read_fields(desk, cpu_uid, "softirq_pending", "nr_running", "need_resched", "bh_off", "task"),
        read_fields(desk, round_uid, "deadline", "started") if running else (),
        read_fields(desk, sd_uid, "budget", "pass_polls") if acting else (),
        read_fields(desk, sd_uid, "time_limit", "net_rx_started") if acting else (),
        _lists(desk, sd_uid, napis),
        read_fields(desk, sd_uid, "processed", "dropped", "time_squeeze", "received_rps", "flow_limit_count"),
    )


def _lists(desk: Desk, sd_uid: int, napis: tuple[int, ...]) -> Pairs:
    """Who is on which list, and the first NAPI's fields."""
    names = ("poll_list", "repoll", "polling")
    lists = tuple(pair for name in names for pair in members(desk, sd_uid, name, MOST_NAMES))
    if not napis:
        return lists or (("poll_list", "empty"), ("repoll", "empty"))
    fields = ("state", "weight", "work", "list_owner", "napi_id", "rx_count", "defer_hard_irqs_count", "irq")
    return (*(lists or (("repoll", "empty"),)), *read_fields(desk, napis[0], *fields))


def pass_ticks(desk: Desk, cpu: int) -> tuple[tuple[int, ...], ...]:
    """Flows of the packets that each pass of the round in progress has handled, in order."""
    uid, values = by_cpu(desk, "softirqs").get(cpu, (0, None))
    if values is None or not values["running"]:
        return ()
    begun = desk.cursor.changed_at(uid, "running")
    first = max(begun or 0, desk.step + 1 - 4 * LOOK_BACK)
    starts, _, numbers = desk.timeline.changes(uid, "passes", first, desk.step + 1)
    starts = starts[numbers > 0]
    functions, packets, where = desk.span(first, desk.step + 1, "fn", "packet", "where")
    here = (where >> 8 == cpu) & (packets > 0)
    at = _taken(desk, np.flatnonzero(here), functions, packets)
    letters = desk.letters(packets[at])
    passes = np.searchsorted(starts, at[letters >= 0] + first, "right")
    letters = letters[letters >= 0]
    return tuple(tuple(letters[passes == one].tolist()) for one in range(1, (values["passes"] or 0) + 1))


def _taken(desk: Desk, rows: np.ndarray, functions: np.ndarray, packets: np.ndarray) -> np.ndarray:
    """The rows at which packets were taken off a ring, or off the backlog if not off a ring here."""
    frames = desk.timeline.frames_of(packets[rows])
    polled = desk.at_stations(Station.POLL)[functions[rows]]
    tapped = desk.at_stations(Station.TAP)[functions[rows]]
    from_ring, first_polls = np.unique(frames[polled], return_index=True)
    tapped &= ~np.isin(frames, from_ring)
    _, first_taps = np.unique(frames[tapped], return_index=True)
    return np.sort(np.concatenate([rows[polled][first_polls], rows[tapped][first_taps]]))


# -- the track -----------------------------------------------------------------------------------------


def _track(desk: Desk, moment: Moment, cpu: int, held: Carried | None, level: Level) -> TrackClose:
    act = moment.act_of(cpu)
    last = desk.last_of_cpu(cpu)
    function = act.function if act is not None else int(desk.timeline.column("fn")[last]) if last >= 0 else -1
    here = _stage(desk.station(function))
    details = (*_stations(desk, cpu, held, level), *_taps(desk, level))
    return TrackClose(level, details, _stack(desk, cpu, function, here) if level.fields else ())


def _stations(desk: Desk, cpu: int, held: Carried | None, level: Level) -> tuple[Detail, ...]:
    """The functions that the packet in hand went through at each stage: lookups first, or in order close by."""
    if held is None:
        return tuple(Detail(stage) for stage in Stage if stage is not Stage.TAP)
    seen = visits(desk, held.uid, cpu, desk.step)
    here = STAGE_OF.get(held.station)
    result: list[Detail] = []
    for stage in Stage:
        if stage is Stage.TAP:
            continue
        ran = tuple(dict.fromkeys(seen.ran.get(stage, ())))
        if not level.fields:
            looked = tuple(name for name in ran if any(part in name for part in LOOKUPS))
            result.append(Detail(stage, looked or ran))
            continue
        result.append(Detail(stage, ran[::-1] if stage is here else ran))
    return tuple(result)


def _taps(desk: Desk, level: Level) -> tuple[Detail, ...]:
    """What hangs at the gate of the taps, and how much it took."""
    taps = desk.rows(TAP_CLASS)
    names = ("tp_packets", "bytes", "dev") if level.fields else ("tp_packets",)
    return (Detail(Stage.TAP, (), read_fields(desk, taps[0][0], *names) if taps else ()),)


def _stage(station: str) -> Stage | None:
    """The stage at which a station's functions stand: what runs beyond the last one stands there."""
    return Stage.L4 if station in (Station.SOCKET, Station.WAKE) else STAGE_OF.get(station)


Calls = tuple[tuple[str, Stage | None], ...]


def _stack(desk: Desk, cpu: int, function: int, here: Stage | None) -> Calls:
    """What is recorded of a CPU's stack, outermost first."""
    values = next((row for _, row in desk.rows("cpu") if row["number"] == cpu), None)
    if values is None or function < 0:
        return ()
    context = context_of(values)
    if context in ("idle", "hardware", "user"):
        return ()
    calls = desk.calls(function)
    around = _around(desk, cpu, context, values)
    kind = desk.timeline.function(function).kind
    inside = calls if kind == "function" else calls[:-1]
    outer = tuple(pair for pair in around if pair[0] not in inside)
    place = here if context in ("softirq", "ksoftirqd", "napi_thread") else outer[-1][1] if outer else None
    return (*outer, *((name, place) for name in inside))


def _around(desk: Desk, cpu: int, context: str, values: Values) -> Calls:
    """The functions that run around the step in progress, as states of the CPU tell."""
    found: list[tuple[str, Stage | None]] = []
    call = desk.text(desk.known(values["task"], "syscall")) if values["task"] else ""
    entry = f"__x64_sys_{call}"
    if call and entry in desk.function_names and context in ("syscall", "softirq", "hardirq"):
        found.append((entry, None))
    _, softirqs = by_cpu(desk, "softirqs").get(cpu, (0, None))
    if context == "syscall" or softirqs is None or not softirqs["running"]:
        return tuple(found)
    within = desk.label(values["task"]) if context == "hardirq" and values["task"] else ""
    in_thread = context == "ksoftirqd" or within.startswith("ksoftirqd")
    found += [("run_ksoftirqd", None)] if in_thread else []
    found.append(("handle_softirqs", None))
    _, sd = by_cpu(desk, "softnet_data").get(cpu, (0, None))
    if sd is not None and sd["in_net_rx_action"] and softirqs["vector"] == 3:
        found.append(("net_rx_action", None))
        found += _poll(desk, sd["polling_napi"] or 0)
    return tuple(found)


def _poll(desk: Desk, napi: int) -> Calls:
    """The poll that runs: of the driver, or of the backlog."""
    if not napi:
        return ()
    device = desk.known(napi, "dev") or 0
    driver = desk.text(desk.known(device, "driver")) if device else ""
    name = f"{driver}_poll" if driver else "process_backlog"
    names = ("__napi_poll", name)
    return tuple((one, Stage.POLL) for one in names if one in desk.function_names)
