"""Reading sockets: what waits in them, against their limits; and who reads."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from engine.topology import Station
from viewer.picture.level import Level
from viewer.picture.reading.desk import Desk, Row, Uids
from viewer.picture.reading.fields import lengths, read_fields
from viewer.picture.reading.flights import Carried
from viewer.picture.regions.sockets import MOST_LAYERS, Reader, Socket
from viewer.picture.regions.sockets_close import Queued, SocketClose

PROTOCOLS = {6: "TCP", 17: "UDP"}
MOST_READS = 256
MOST_SHOWN = 64
SOCK_FIELDS = (
    "sk_rmem_alloc", "sk_rcvbuf", "sk_forward_alloc", "forward_deficit", "sk_drops", "queued", "delivered",
    "waiters", "sk_incoming_cpu", "sk_napi_id", "reuseport", "fd",
)  # fmt: skip
SOCK_LISTS = ("reader_queue", "sk_receive_queue", "udp_prod_queue")
RECEIVING = ("recvfrom", "recvmsg", "recvmmsg", "read")


def waiting(desk: Desk, sock: int) -> Uids:
    """The skbs of a socket, oldest first."""
    lists = [desk.list(sock, name) for name in ("reader_queue", "sk_receive_queue")]
    return np.concatenate(lists)


def layers_of(desk: Desk, skbs: Uids) -> tuple[tuple[int, int], ...]:
    """(flow, truesize) of each skb; neighbours are put together where there are more than can be drawn."""
    flows = np.maximum(desk.letters(skbs), 0)
    sizes = desk.values_of("sk_buff", "truesize", skbs)
    if len(skbs) > MOST_LAYERS:
        edges = np.flatnonzero(np.diff(flows)) + 1
        every = np.arange(0, len(skbs), -(-len(skbs) // (MOST_LAYERS // 2)))
        starts = np.unique(np.concatenate([every, edges[: MOST_LAYERS // 2], [0]]))
        sizes = np.add.reduceat(sizes, starts)
        flows = flows[starts]
    return tuple(zip(flows.tolist(), sizes.tolist(), strict=True))


def read_sockets(desk: Desk) -> tuple[Socket, ...]:
    """Every socket, in order of birth."""
    rows = desk.rows("sock")
    ports = Counter(_port(row) for _, row in rows)
    return tuple(_socket(desk, uid, row, alone=ports[_port(row)] == 1) for uid, row in rows)


def with_close(desk: Desk, socket: Socket, level: Level) -> Socket:
    """A socket; close up with the skbs at the head of its queue and its fields."""
    if not level.slots:
        return socket
    return replace(socket, close=_close(desk, socket.uid, waiting(desk, socket.uid)[:MOST_SHOWN], level))


def _port(row: Row) -> str:
    return f"{PROTOCOLS.get(row['protocol'] or 0, 'IP')} :{row['sport'] or 0}"


def _socket(desk: Desk, uid: int, row: Row, *, alone: bool) -> Socket:
    skbs = waiting(desk, uid)
    layers = layers_of(desk, skbs)
    owner = desk.label(row["app"])
    name = _port(row) if alone else f"{_port(row)} {owner}"
    return Socket(
        name,
        uid,
        layers[0][0] if layers else latest_flow(desk, uid, row),
        layers,
        row["queued"] or 0,
        row["sk_rmem_alloc"] or 0,
        row["sk_rcvbuf"] or 0,
        row["sk_drops"] or 0,
        owner,
        bool(desk.moved(uid, "sk_rmem_alloc")),
    )


def _close(desk: Desk, uid: int, skbs: Uids, level: Level) -> SocketClose:
    """The skbs that are read next, and the fields of struct sock."""
    lens = desk.values_of("sk_buff", "len", skbs).tolist()
    sizes = desk.values_of("sk_buff", "truesize", skbs).tolist()
    columns = (skbs.tolist(), desk.letters(skbs).tolist(), lens, sizes)
    queue = tuple(Queued(*values) for values in zip(*columns, strict=True))
    if not level.fields:
        return SocketClose(level, queue)
    return SocketClose(level, queue, read_fields(desk, uid, *SOCK_FIELDS) + lengths(desk, uid, *SOCK_LISTS))


def latest_flow(desk: Desk, uid: int, row: Row) -> int:
    """Flow of the last datagram read from a socket; -1 before the first."""
    if not row["delivered"]:
        return -1
    key = ("latest", uid, row["delivered"])
    if key not in desk.kept:
        desk.kept[key] = _last_read(desk, uid)
    flow: int = desk.kept[key]
    return flow


def _last_read(desk: Desk, uid: int) -> int:
    samples = desk.timeline.samples
    end = int(np.searchsorted(samples["step"], desk.step, "right"))
    hits = np.flatnonzero(samples["sock"][max(0, end - 4096) : end] == uid)
    if len(hits) == 0:
        return -1
    return desk.letter(int(samples["frame"][max(0, end - 4096) + int(hits[-1])]))


def read_reader(
    desk: Desk, held: dict[int, Carried | None], *, level: Level = Level.OVERVIEW
) -> Reader | None:
    """The reading station: the receiving function under way, else who would read; None without a program."""
    for cpu, packet in held.items():
        if packet is not None and packet.station == Station.SYSCALL:
            uid = next((row["task"] or 0 for _, row in desk.rows("cpu") if row["number"] == cpu), 0)
            task = desk.label(uid)
            close = read_fields(desk, uid, "syscall", "fd", "retval", "messages") if level.fields else ()
            return Reader(packet.function, f"{task} · CPU {cpu}", packet.flow, task, close)
    if not desk.rows("app"):
        return None
    return Reader("udp_recvmsg", _pace(desk) or _waiters(desk) or "nobody reads now")


def _pace(desk: Desk) -> str:
    """How long the reader at work takes for a datagram: between its last two reads, while it goes on so."""
    samples = desk.timeline.samples
    end = int(np.searchsorted(samples["step"], desk.step, "right"))
    if end == 0:
        return ""
    task = int(samples["task"][end - 1])
    begin = max(0, end - MOST_READS)
    steps = samples["step"][begin:end][samples["task"][begin:end] == task]
    if len(steps) < 2:
        return ""
    before, last = (int(time) for time in desk.timeline.column("time")[steps[-2:]])
    if desk.now - last > 2 * (last - before) or last == before or _slept(desk, task, int(steps[-2])):
        return ""
    hundredths = (last - before) // 10
    return f"{desk.label(task)} · {hundredths // 100}.{hundredths % 100:02d} µs each"


def _slept(desk: Desk, task: int, since: int) -> bool:
    """Whether a task slept at any time from a step on, or does so now."""
    cls = desk.timeline.object(task).cls
    sleeping = cls.fields[cls.position("state")].names.index("sleeping")
    _, _, states = desk.timeline.changes(task, "state", since, desk.step + 1)
    return sleeping in states.tolist()


def _waiters(desk: Desk) -> str:
    """Who sleeps in a receiving call."""
    names = [
        desk.label(uid)
        for uid, row in desk.rows("task_struct")
        if row["app"] and desk.text(row["syscall"]) in RECEIVING
    ]
    return "" if not names else f"{names[0]} waits" if len(names) == 1 else f"{len(names)} wait"
