"""Reading programs: threads, epoll instances, select and poll sweeps."""

from __future__ import annotations

import numpy as np

from viewer.picture.reading.desk import Desk, Row
from viewer.picture.reading.processors import context_of
from viewer.picture.reading.sockets import waiting
from viewer.picture.regions.apps import Apps, Poller, Sweep, Task, TaskState

APP_KIND = 1
STATES = (TaskState.RUNNING, TaskState.RUNNABLE, TaskState.SLEEPING, TaskState.DEAD)
SCANNING = ("select", "poll", "pselect6", "ppoll")
MOST_WATCHED = 64


def read_apps(desk: Desk) -> Apps:
    """The column's values."""
    return Apps(_pollers(desk), _sweeps(desk), _tasks(desk))


def _tasks(desk: Desk) -> tuple[Task, ...]:
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
        )
        for uid, row in desk.rows("task_struct")
        if row["kind"] == APP_KIND
    )


def _own(context: str, row: Row) -> str:
    """The task's own kind of work: an interrupt on top of it is not its colour."""
    if context in ("syscall", "user"):
        return context
    return "syscall" if row["syscall"] else "user"


def _pollers(desk: Desk) -> tuple[Poller, ...]:
    return tuple(_poller(desk, uid, row) for uid, row in desk.rows("eventpoll"))


def _poller(desk: Desk, uid: int, row: Row) -> Poller:
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
    )


def _flow(desk: Desk, sock: int) -> int:
    """Flow of a socket's oldest datagram; of none, that of the last one that came."""
    if sock <= 0:
        return -1
    skbs = waiting(desk, sock)
    return desk.letter(int(skbs[0])) if len(skbs) else -1


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


def _sweeps(desk: Desk) -> tuple[Sweep, ...]:
    """A sweep for each thread that is in select or poll: descriptors scanned since its call or last wake-up."""
    result: list[Sweep] = []
    for uid, row in desk.rows("task_struct"):
        call = desk.text(row["syscall"])
        if row["kind"] != APP_KIND or call not in SCANNING:
            continue
        fds = int((desk.values_of("wait_queue_entry", "task", _entries(desk)) == uid).sum())
        result.append(Sweep(desk.label(uid), uid, call, fds, fds if row["state"] == 0 else 0, 0))
    return tuple(result)


def _entries(desk: Desk) -> np.ndarray:
    return desk.column("wait_queue_entry", "task")[0]
