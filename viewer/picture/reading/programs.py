"""Reading programs: threads, epoll instances, select and poll sweeps."""

from __future__ import annotations

import numpy as np

from viewer.picture.level import Level
from viewer.picture.reading.desk import BACK, Desk, Row
from viewer.picture.reading.fields import read_fields
from viewer.picture.reading.processors import context_of
from viewer.picture.reading.sockets import latest_flow, waiting
from viewer.picture.reading.waits import read_poller_close, read_sweep_close, sleeps_on
from viewer.picture.regions.apps import Apps, Task, TaskState
from viewer.picture.regions.apps_close import TaskClose
from viewer.picture.regions.waits import Poller, Sweep
from viewer.picture.words import micros

APP_KIND = 1
STATES = (TaskState.RUNNING, TaskState.RUNNABLE, TaskState.SLEEPING, TaskState.DEAD)
SCANNING = ("select", "poll", "pselect6", "ppoll")
MOST_WATCHED = 64
STEPS_A_SCAN = 64
"""The model's scan is at most so many steps, however many descriptors there are."""


TASK_FIELDS = (
    "policy", "nice", "cpu", "affinity", "sum_exec_runtime", "rt_priority", "pid", "fd", "retval", "wakeups", "nvcsw",
    "nivcsw", "messages", "returns", "runnable_since",
)  # fmt: skip


def read_apps(desk: Desk, *, level: Level = Level.OVERVIEW) -> Apps:
    """The column's values; close up with wait entries, times in calls, and fields."""
    return Apps(_pollers(desk, level), _sweeps(desk, level), _tasks(desk, level))


def _tasks(desk: Desk, level: Level) -> tuple[Task, ...]:
    contexts = {row["number"] or 0: context_of(row) for _, row in desk.rows("cpu")}
    return tuple(
        Task(
            desk.label(uid),
            uid,
            desk.text(row["syscall"]),
            STATES[min(max(row["state"] or 0, 0), len(STATES) - 1)],
            row["cpu"] or 0,
            _own(contexts.get(row["cpu"] or 0, "idle"), row),
            row["messages"] or 0,
            _close(desk, uid, row, level) if level.slots else None,
        )
        for uid, row in desk.rows("task_struct")
        if row["kind"] == APP_KIND
    )


def _close(desk: Desk, uid: int, row: Row, level: Level) -> TaskClose:
    """The call with the time since it was entered, and the fields of task_struct."""
    call = desk.text(row["syscall"])
    entered = desk.cursor.changed_at(uid, "syscall") if call else None
    since = "" if entered is None else f"{micros(desk.now - desk.timeline.time(entered))} µs"
    if not level.fields:
        return TaskClose(level, call, since)
    within = (("syscall", f"{call} {since}"),) if call else ()
    return TaskClose(level, call, since, within + sleeps_on(desk, uid) + read_fields(desk, uid, *TASK_FIELDS))


def _own(context: str, row: Row) -> str:
    """The task's own kind of work: an interrupt on top of it is not its colour."""
    if context in ("syscall", "user"):
        return context
    return "syscall" if row["syscall"] else "user"


def _pollers(desk: Desk, level: Level) -> tuple[Poller, ...]:
    return tuple(_poller(desk, uid, row, level) for uid, row in desk.rows("eventpoll"))


def _poller(desk: Desk, uid: int, row: Row, level: Level) -> Poller:
    items, socks = desk.column("epitem", "sock")
    owners = desk.values_of("epitem", "ep", items)
    mine = owners == uid
    watched = socks[mine & (socks > 0)][:MOST_WATCHED]
    flows = tuple(_flow(desk, sock) for sock in watched.tolist())
    ready = desk.list(uid, "rdllist")[:8]
    ready_socks = desk.values_of("epitem", "sock", ready).tolist()
    return Poller(
        uid,
        row["fd"] or 0,
        tuple((_flow(desk, sock), desk.label(sock)) for sock in ready_socks),
        row["ready"] or 0,
        _sleepers(desk, uid),
        flows,
        row["items"] or 0,
        bool(row["scanning"]),
        desk.label(row["app"]),
        read_poller_close(desk, uid, items[mine], _flow, level) if level.slots else None,
    )


def _flow(desk: Desk, sock: int) -> int:
    """Flow of a socket's oldest datagram; of none, that of the last one read."""
    if sock <= 0:
        return -1
    skbs = waiting(desk, sock)
    if len(skbs):
        return desk.letter(int(skbs[0]))
    row = next((row for uid, row in desk.rows("sock") if uid == sock), None)
    return -1 if row is None else latest_flow(desk, sock, row)


def _sleepers(desk: Desk, owner: int) -> tuple[str, ...]:
    """Names of the tasks in the wait queues of an object."""
    names: list[str] = []
    for head in desk.timeline.children(owner).tolist():
        if desk.timeline.object(head).cls.name == "wait_queue_head":
            for entry in desk.members(head).tolist():
                task = desk.cursor.get(entry, "task")
                if isinstance(task, int) and task:
                    names.append(desk.label(task))
    return tuple(names)


def _sweeps(desk: Desk, level: Level) -> tuple[Sweep, ...]:
    """A sweep for each thread of a program that waits with select or poll."""
    waits = {uid: desk.text(row["wait"]) for uid, row in desk.rows("app")}
    result: list[Sweep] = []
    for uid, row in desk.rows("task_struct"):
        app = row["app"] or 0
        if row["kind"] != APP_KIND or waits.get(app) not in SCANNING:
            continue
        socks = [(sock, fields) for sock, fields in desk.rows("sock") if fields["app"] == app]
        fds = len(socks) + _idle_fds(desk, app)
        ready = [sock for sock, fields in socks if fields["queued"]]
        scanned = min(fds, _scans(desk, row["cpu"] or 0) * max(1, -(-fds // STEPS_A_SCAN)))
        asked = desk.text(row["syscall"])
        call = asked if asked in SCANNING else waits[app]
        flow = _flow(desk, ready[0]) if ready else -1
        uids = tuple(sock for sock, _ in socks)
        close = read_sweep_close(desk, uid, uids, _flow, level) if level.slots else None
        result.append(Sweep(desk.label(uid), uid, call, fds, scanned, len(ready), flow, close))
    return tuple(result)


def _idle_fds(desk: Desk, app: int) -> int:
    """Descriptors of a program that never become ready, as the run's facts tell."""
    for fact in desk.timeline.facts.get("apps", ()):
        if fact.get("uid") == app:
            return int(fact.get("idle_fds") or 0)
    return 0


def _scans(desk: Desk, cpu: int) -> int:
    """Steps of the scan in progress on a CPU, or of its last one."""
    end = desk.step + 1
    functions, where = desk.span(max(0, end - BACK), end, "fn", "where")
    mine = functions[where >> 8 == cpu]
    begins = desk.numbers("do_select", "do_sys_poll", "schedule_hrtimeout_range")
    starts = np.flatnonzero(np.isin(mine, np.array(sorted(begins), mine.dtype)))
    scan = min(desk.numbers("poll_scan"), default=-1)
    if len(starts) == 0:  # it has slept since before the run began
        starts = np.flatnonzero(
            np.isin(mine, np.array(sorted(desk.numbers("finish_task_switch")), mine.dtype))
        )
    return int((mine[int(starts[-1]) :] == scan).sum()) if len(starts) else 0
