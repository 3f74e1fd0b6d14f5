"""Reading wait queues close up: epitems, sleepers and callbacks, and whose queue an entry is on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.timeline.schema import LINK_SHIFT
from viewer.picture.level import Level
from viewer.picture.reading.desk import Desk, Uids
from viewer.picture.reading.fields import lengths, read_fields
from viewer.picture.regions.close import Pairs
from viewer.picture.regions.waits_close import Asked, Entry, Item, PollerClose, SweepClose

MOST_ITEMS = 24
ENTRY, HEAD = "wait_queue_entry", "wait_queue_head"

FlowOf = Callable[[Desk, int], int]
"""The flow of a socket's oldest or latest datagram."""


def read_poller_close(desk: Desk, uid: int, items: Uids, flow_of: FlowOf, level: Level) -> PollerClose:
    """The items of an epoll instance, those on a list first, and the entries of its wait queue."""
    on = [_list_of(desk, int(item)) for item in items]
    order = sorted(range(len(items)), key=lambda at: not on[at])[:MOST_ITEMS]
    shown = tuple(_item(desk, int(items[at]), on[at], flow_of, level) for at in order)
    entries = tuple(_entry(desk, entry) for entry in _queued(desk, uid))
    if not level.fields:
        return PollerClose(level, shown, entries)
    fields = (
        *read_fields(desk, uid, "ready", "sleepers", "scanning", "items"),
        *lengths(desk, uid, "rdllist", "ovflist", "txlist"),
    )
    return PollerClose(level, shown, entries, fields)


def read_sweep_close(
    desk: Desk, task: int, socks: tuple[int, ...], flow_of: FlowOf, level: Level
) -> SweepClose:
    """The sockets that a select or poll call asks, and the entries that it has on their wait queues."""
    mine = {_owner(desk, entry): entry for entry in waits_of(desk, task).tolist()}
    rows = dict(desk.rows("sock"))
    asked = tuple(
        Asked(
            rows[sock]["fd"] or 0,
            flow_of(desk, sock),
            desk.label(sock),
            rows[sock]["queued"] or 0,
            desk.cursor.value(mine[sock], "func") if level.fields and sock in mine else "",
        )
        for sock in socks[:MOST_ITEMS]
    )
    if not level.fields:
        return SweepClose(level, asked)
    fields = read_fields(desk, task, "fd", "retval", "returns", "wakeups")
    return SweepClose(level, asked, (("wait entries", str(len(mine))), *fields))


def waits_of(desk: Desk, task: int) -> Uids:
    """The entries of a task that are on a wait queue."""
    entries, tasks = desk.column(ENTRY, "task")
    mine = entries[tasks == task]
    linked: Uids = mine[desk.values_of(ENTRY, "link", mine) > 0]
    return linked


def sleeps_on(desk: Desk, task: int) -> Pairs:
    """What a task waits for: the owners of the queues that its entries are on."""
    owners = [desk.label(_owner(desk, entry)) for entry in waits_of(desk, task).tolist()]
    return (("waits on", " ".join(dict.fromkeys(owners))),) if owners else ()


def _item(desk: Desk, item: int, on: str, flow_of: FlowOf, level: Level) -> Item:
    sock = desk.known(item, "sock") or 0
    name = desk.label(sock) if sock else "never ready"
    func = events = ""
    if level.fields:
        events = desk.cursor.value(item, "events").replace(" ", "|")
        entries = [child for child in desk.timeline.children(item).tolist() if desk.cursor.exists(child)]
        func = desk.cursor.value(entries[0], "func") if entries else ""
    return Item(desk.known(item, "fd") or 0, flow_of(desk, sock), name, on, events, func)


def _list_of(desk: Desk, item: int) -> str:
    """Name of the list that an object is on, "" for none."""
    link = desk.known(item, "link") or 0
    return desk.timeline.table.lists[link >> LINK_SHIFT].name if link > 0 else ""


def _queued(desk: Desk, owner: int) -> list[int]:
    """The entries of an object's wait queues, in order."""
    heads = [
        head for head in desk.timeline.children(owner).tolist() if desk.timeline.object(head).cls.name == HEAD
    ]
    found = [desk.members(head) for head in heads]
    return np.concatenate(found).tolist() if found else []


def _entry(desk: Desk, entry: int) -> Entry:
    task = desk.known(entry, "task") or 0
    func = desk.cursor.value(entry, "func")
    return Entry(desk.label(task) if task else "callback", func, bool(desk.known(entry, "exclusive")))


def _owner(desk: Desk, entry: int) -> int:
    """The object whose wait queue an entry is on."""
    found = desk.cursor.where(entry)
    if found is None:
        return 0
    head = desk.timeline.table.lists[found[0]].owner
    return desk.timeline.object(head).parent
