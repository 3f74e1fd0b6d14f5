"""A full canvas from plain values: every part busy, as on the design's sheet, without a run."""

from __future__ import annotations

import numpy as np

from viewer.picture.display import DisplayList, Placed, Written
from viewer.picture.items import Box, Kind, Text
from viewer.picture.layer import Layer, Rect
from viewer.picture.layout import Layout, Mode, Row, Stage, layout
from viewer.picture.level import level_at
from viewer.picture.regions.apps import Apps, Task, TaskState, apps_layer
from viewer.picture.regions.bays import Backlog, Bays, Seat
from viewer.picture.regions.common import Lamp
from viewer.picture.regions.cpu import Cpu
from viewer.picture.regions.drops import Drop, drop_layer
from viewer.picture.regions.ground import ground_layer, heads_layer
from viewer.picture.regions.heat import Cell, heat_layer
from viewer.picture.regions.minimap import Minimap, minimap_layer
from viewer.picture.regions.nic import Nic, nic_layers
from viewer.picture.regions.ring import Ring
from viewer.picture.regions.row import RowState, row_layers
from viewer.picture.regions.rss import Hash
from viewer.picture.regions.sockets import Reader, Socket, sockets_layer
from viewer.picture.regions.track import Stop, Track
from viewer.picture.regions.transmit import transmit_layer
from viewer.picture.regions.vectors import Vector
from viewer.picture.regions.waits import Poller
from viewer.picture.regions.wire import Lane, lane_ys, wire_layer
from viewer.picture.sprites import Body, Form, Sprite
from viewer.picture.stamps import Stamps
from viewer.theme.tokens import Role, ThemeName, Z

NAMES = ("ixgbe_poll", "no prog", "napi_gro_receive", "no taps", "ip_rcv", "udp_rcv")
SINCE = (45_000, None, 45_100, None, 46_600, 47_200)
LANES = (Lane(0, 1, "1.6 Mpps", 300), Lane(1, 2, "250 kpps", 300, True), Lane(2, 3, "111 kpps", 4))
NIC = Nic(
    "eth0", 7, "ixgbe",
    (Hash(0, 0x7FB25C54, 84, 0), Hash(1, 0x3AB695B8, 56, 0), Hash(2, 0x6D1FDB35, 53, 1), Hash(3, 0x6163DB8E, 14, 2)),
    tuple(at * 7 // 3 % 4 for at in range(128)), 4,
    (
        Vector("TxRx-0", 1, Lamp.MASKED, 0, 30_000, 3), Vector("TxRx-1", 2, Lamp.MASKED, 0, 30_000, 3),
        Vector("TxRx-2", 3, Lamp.ARMED, 19_300, 30_000, 3), Vector("TxRx-3", 4, Lamp.FIRED, 0, 30_000, 3),
    ),
    1514, 524_288, 0, 0, (0, 1),
)  # fmt: skip
CONTEXTS = {
    1: ("softirq", "softirq · NET_RX"),
    2: ("syscall", "rpc/2 · sendmsg"),
    3: ("ksoftirqd", "ksoftirqd/3"),
}
SOCKETS = (
    Socket("UDP :9000", 5, 0, ((0, 2304),) * 93, 93, 214_272, 212_992, 1),
    Socket("UDP :8080", 6, 1, (), 0, 0, 131_072),
    Socket("UDP :9001", 7, 2, (), 1, 2304, 212_992),
    Socket("UDP :7000", 8, 3, (), 0, 0, 212_992),
)
APPS = Apps(
    (Poller(3, 7, ((0, "UDP :9000"),), 1, (), (0, 1, 2, 3), 4),),
    (),
    (
        Task("bulk/1", 21, "epoll_wait", TaskState.SLEEPING, 1),
        Task("rpc/2", 22, "recvfrom", TaskState.RUNNING, 2),
        Task("feed/3", 23, "recvfrom", TaskState.RUNNABLE, 3),
    ),
)


def busy_row(row: Row, place: Layout) -> RowState:
    stops = tuple(
        Stop(stage, name, True, since) for stage, name, since in zip(Stage, NAMES, SINCE, strict=True)
    )
    cpu = Cpu(
        row.cpu, 9, "softirq", "softirq · NET_RX", 4, (64, 64, 64, 48), 64, 252, 300, 154_700, 8_000_000,
        ("eth0-TxRx-0",), 0, 1000,
    )  # fmt: skip
    ring = Ring("rx-0", 3, 256, 80, tuple(int(at % 3 == 1 and at < 20) for at in range(80)), 183, 175, 7,
                "TxRx-0", Lamp.MASKED)  # fmt: skip
    seats = (Seat(gone=True), Seat(gone=True), Seat(0, 221, marked=True), *(Seat(0, at) for at in range(5)))
    bays = Bays("eth0-TxRx-0", tuple(int(at % 5 == 1) for at in range(48)), 48, 64, (1, *(-1,) * 7), (9, *(0,) * 7),
                seats, "rx_list", 8, 3)  # fmt: skip
    return RowState(cpu, ring, Track(stops, 0, place.track_right, exits=True), bays)


def quiet_row(row: Row, place: Layout) -> RowState:
    context, words = CONTEXTS.get(row.cpu, ("idle", "idle"))
    here = row.cpu == 1
    stops = tuple(
        Stop(stage, name, here and at < 3) for at, (stage, name) in enumerate(zip(Stage, NAMES, strict=True))
    )
    track = Track(stops, 2, place.stage(Stage.GRO)) if here else Track(stops)
    ring = Ring(f"rx-{row.cpu}", 3, 256, 0, (), 10, 9, 10, f"TxRx-{row.cpu}",
                Lamp.ARMED if row.cpu % 2 else Lamp.MASKED, 19_300, 30_000)  # fmt: skip
    backlog = Backlog((2, 2), 2, 1000) if row.cpu == 2 else None
    note = "get_rps_cpu() = 2" if here else ""
    return RowState(Cpu(row.cpu, 9, context, words), ring, track, Bays(), backlog, note)


def packets(place: Layout, drop: Drop) -> tuple[Layer, Layer]:
    stamps = Stamps("packets", Z.PACKET)
    ys = lane_ys(place.wire, len(LANES))
    for at in range(4):
        stamps.add(Sprite(0, Form.MARK, Body.FRAME), place.wire.x + 22.0 * at, ys[0], 100 + at)
    if len(place.rows) > 1:
        stamps.add(Sprite(2), place.stage(Stage.GRO), place.rows[1].track_y, 300)
    lost = Stamps("lost", Z.LOST)
    lost.add(drop.look(), drop.x, drop.y, drop.uid)
    return stamps.layer(), lost.layer()


def canvas(
    width: int = 1536, height: int = 776, cpus: int = 4, focused: int = 0, theme: ThemeName = ThemeName.DARK,
    ratio: float = 1.0, zoom: float = 1.0, dx: float = 0.0, dy: float = 0.0,
) -> DisplayList:  # fmt: skip
    place = layout(width, height, cpus, focused)
    layers = [wire_layer(LANES, place.wire, place.nic.x)] if place.wire.w >= 24.0 else []
    deck_y = place.deck.y if place.deck else place.nic.bottom
    layers += nic_layers(NIC, place.nic, deck_y, level=level_at(zoom))
    for row in place.rows:
        state = (
            busy_row(row, place) if row.cpu == focused or row.mode is Mode.EXPANDED else quiet_row(row, place)
        )
        layers += row_layers(state, row, place, level=level_at(zoom))
    if place.heat is not None:
        cells = tuple(Cell(cpu, "softirq", cpu % 5 / 5, 0, place.row(cpu) is not None) for cpu in range(cpus))
        layers.append(heat_layer(cells, place.heat))
    layers.append(sockets_layer(SOCKETS, Reader("udp_recvmsg", "feed/3 · CPU 3", 0), place.sockets))
    if place.apps:
        layers.append(apps_layer(APPS, place.apps))
    if place.deck is not None:
        layers.append(transmit_layer(place.deck, place.nic, place.apps[0] if place.apps else None))
    slot = place.sockets[0]
    drop = Drop(221, 0, "SOCKET_RCVBUFF", slot.x + 30.0, slot.bottom - 22.0, room_right=slot.right + 4.0)
    layers += [drop_layer(drop), *packets(place, drop)]
    placed = [Placed(ground_layer(width, height)), *(Placed(layer, zoom, dx, dy) for layer in layers)]
    placed.append(Placed(heads_layer(place, zoom, dx)))
    if place.minimap is not None:
        contexts = ("softirq",) * len(place.rows)
        placed.append(Placed(minimap_layer(Minimap(contexts, ((drop.x, drop.y),), None, 100), place)))
    placed.sort(key=lambda one: one.layer.z)
    return DisplayList(width, height, ratio, theme, Role.CANVAS, tuple(placed))


def crossing(display: DisplayList) -> list[tuple[str, str]]:
    """Pairs of texts whose ink overlaps by more than half a pixel on each side."""
    texts: list[Written] = list(display.texts())
    return [
        (one.text, other.text)
        for at, one in enumerate(texts)
        for other in texts[at + 1 :]
        if one.rect.inset(0.5).crosses(other.rect.inset(0.5))
    ]


def covered(display: DisplayList) -> list[tuple[str, str]]:
    """Texts that a later opaque box hides in part, with the box's owner; what a loss or a card covers is meant."""
    texts = {id(text.item): text for text in display.texts()}
    waiting: list[Written] = []
    found: list[tuple[str, str]] = []
    for placed in display.placed:
        for item in placed.layer.items:
            if isinstance(item, Text) and id(item) in texts:
                waiting.append(texts[id(item)])
            elif isinstance(item, Box) and item.fill is not None and item.opacity > 0.9:
                if item.of.kind in (Kind.DROP, Kind.PACKET):
                    continue
                left, top, right, bottom = item.bounds()
                rect = placed.map(Rect(left, top, right - left, bottom - top)).inset(1.0)
                found += [(text.text, item.of.name) for text in waiting if text.rect.crosses(rect)]
    return found


def outside(display: DisplayList) -> list[str]:
    """Texts that are cut by the window's edge."""
    return [
        text.text
        for text in display.texts()
        if text.rect.x < 0
        or text.rect.y < 0
        or text.rect.right > display.width
        or text.rect.bottom > display.height
    ]


def contents(display: DisplayList) -> list[object]:
    """Everything a display list says, in a form that compares by value."""
    said: list[object] = [display.width, display.height, display.ratio, display.theme, display.background]
    for one in display.placed:
        said.append(
            (one.layer.name, one.layer.z, one.layer.bounds, one.scale, one.dx, one.dy, one.layer.items)
        )
        for batch in one.layer.sprites:
            said.append(
                (batch.looks, batch.look.tolist(), np.asarray(batch.xy).tolist(), batch.uids.tolist())
            )
    return said
