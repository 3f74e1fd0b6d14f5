"""Composing the Explore canvas: from a timeline, a moment and a view to a display list.

A pure function: the same three give the same records, whatever was composed before. The parts' layers are memoised
by their values, so what did not change is neither built nor painted again.

Simplified: one adapter is drawn (the view names it). Close up the ring shows its next slots, the vectors their CPUs
and every row its functions; there is no third level with single fields, which the inspector has.
"""

from __future__ import annotations

import numpy as np

from engine.timeline.timeline import Timeline
from engine.topology import Station
from viewer.picture.display import DisplayList, Placed
from viewer.picture.layer import Layer, Rect, Sketch
from viewer.picture.layout import Layout, Mode, Row, Stage, layout
from viewer.picture.losing import loss_layers
from viewer.picture.places import Ground, packet_spot
from viewer.picture.reading.adapter import Adapter, read_adapter
from viewer.picture.reading.bays import read_bays
from viewer.picture.reading.desk import Desk, desk_at
from viewer.picture.reading.flights import (
    STAGE_OF,
    Carried,
    Visits,
    carried,
    signals,
    stops,
    visits,
)
from viewer.picture.reading.lanes import read_lanes
from viewer.picture.reading.losses import read_losses
from viewer.picture.reading.names import last_napi, path_names
from viewer.picture.reading.processors import (
    by_cpu,
    context_of,
    cpu_numbers,
    read_backlog,
    read_cpu,
    steered_cpus,
)
from viewer.picture.reading.programs import read_apps
from viewer.picture.reading.sockets import read_reader, read_sockets
from viewer.picture.regions.apps import Apps, apps_layer, apps_slots
from viewer.picture.regions.arrows import Arrow, arrows_layer
from viewer.picture.regions.bays import Bays
from viewer.picture.regions.cpu import Cpu
from viewer.picture.regions.ground import ground_layer, heads_layer
from viewer.picture.regions.heat import Cell, heat_layer
from viewer.picture.regions.minimap import Minimap, minimap_layer
from viewer.picture.regions.nic import Nic, nic_layers
from viewer.picture.regions.ring import Ring
from viewer.picture.regions.row import RowState, row_layers
from viewer.picture.regions.sockets import Socket, socket_heights, socket_slots, sockets_layer
from viewer.picture.regions.track import Track
from viewer.picture.regions.transmit import transmit_layer
from viewer.picture.regions.wire import wire_layer
from viewer.picture.stamps import Stamps
from viewer.picture.traffic import (
    Way,
    fan_arrows,
    signal_arrows,
    stamp_carried,
    stamp_dma,
    stamp_wire,
    way_of,
)
from viewer.picture.view import View
from viewer.picture.whereabouts import whereabouts_layer
from viewer.score.moment import Moment
from viewer.theme.tokens import Role, Z

EMPTY_NIC = Nic("–", 0, "", (), (), 0, (), None, None, None)


def compose(timeline: Timeline, moment: Moment, view: View) -> DisplayList:
    """The picture of a moment under a view."""
    step = min(moment.step, timeline.steps - 1)
    return _Canvas(desk_at(timeline, step, moment.time_ns), moment, view).display()


class _Canvas:
    """One composition: reads every part once, then builds the layers."""

    def __init__(self, desk: Desk, moment: Moment, view: View) -> None:
        self.desk = desk
        self.moment = moment
        self.view = view
        self.cpus = cpu_numbers(desk) or (0,)
        focused = view.focused if view.focused in self.cpus else self.cpus[0]
        self.place: Layout = layout(view.width, view.height, len(self.cpus), focused)
        self.adapter: Adapter | None = read_adapter(desk, view.nic, self._fired())
        self.sockets: tuple[Socket, ...] = read_sockets(desk)
        self.apps: Apps = read_apps(desk)
        self.held: dict[int, Carried | None] = {cpu: carried(desk, moment, cpu) for cpu in self._busy()}
        self.losses = read_losses(desk)
        steered = steered_cpus(desk)
        self.backlogs = {cpu: read_backlog(desk, cpu, steered, self._in_hand(cpu)) for cpu in self.cpus}
        self.losing = frozenset(loss.sock for loss in self.losses if loss.sock)
        socks = tuple(socket.uid for socket in self.sockets)
        self.ground = Ground(
            self.place,
            socket_slots(socks, self.place.sockets),
            {socket.uid: socket.share for socket in self.sockets},
            socket_heights(socks, self.place.sockets, self.losing),
            frozenset(cpu for cpu, backlog in self.backlogs.items() if backlog is not None),
        )
        self.ways = {cpu: self._way(packet) for cpu, packet in self.held.items() if packet is not None}
        self.layers: list[Layer] = []

    def _fired(self) -> frozenset[int]:
        """Vectors whose message is on its way, or was sent in this very step."""
        message = self.desk.numbers("msix_message")
        fired = {act.packet for act in self.moment.acts if act.function in message}
        if self.desk.step >= 0 and not self.moment.acts:
            (function,), (packet,) = self.desk.span(self.desk.step, self.desk.step + 1, "fn", "packet")
            if int(function) in message:
                fired.add(int(packet))
        return frozenset(fired)

    def _busy(self) -> tuple[int, ...]:
        """CPUs that are not idle, or about to do something."""
        acting = {act.cpu for act in self.moment.acts}
        return tuple(
            row["number"] or 0
            for _, row in self.desk.rows("cpu")
            if context_of(row) != "idle" or row["number"] in acting
        )

    def _way(self, packet: Carried) -> Way:
        """Where a packet goes; a lost one went to the socket that refused it."""
        refused = next((loss.sock for loss in self.losses if loss.frame in packet.kin), 0)
        return Way(refused, -1) if refused else way_of(self.desk, packet)

    def _in_hand(self, cpu: int) -> int:
        packet = self.held.get(cpu)
        return packet.uid if packet is not None else 0

    def display(self) -> DisplayList:
        """All layers, placed under the camera."""
        place, view = self.place, self.view
        self._columns()
        for row in place.rows:
            self.layers += row_layers(self._row(row), row, place, level=view.level)
        if place.heat is not None:
            self.layers.append(heat_layer(self._heat(), place.heat))
        drops = self._moving()
        camera = view.camera
        placed = [Placed(ground_layer(view.width, view.height))]
        placed += [Placed(layer, camera.zoom, camera.x, camera.y) for layer in self.layers]
        if view.selected:
            placed += self._selection(placed)
        placed.append(Placed(heads_layer(place, camera.zoom, camera.x)))
        if place.minimap is not None:
            placed.append(Placed(minimap_layer(self._minimap(drops), place)))
        placed.sort(key=lambda one: one.layer.z)
        return DisplayList(view.width, view.height, view.ratio, view.theme, Role.CANVAS, tuple(placed))

    def _columns(self) -> None:
        """Wire, adapter, sockets, programs, transmit deck."""
        place, desk = self.place, self.desk
        self.lanes = read_lanes(desk, self.adapter.card.uid if self.adapter is not None else 0)
        if place.wire.w >= 24.0:
            self.layers.append(wire_layer(self.lanes, place.wire, place.nic.x))
        card = self.adapter.card if self.adapter is not None else EMPTY_NIC
        deck_y = place.deck.y if place.deck is not None else place.nic.bottom
        self.layers += nic_layers(card, place.nic, deck_y, level=self.view.level)
        self.layers.append(self._socket_column())
        self.tasks: dict[int, Rect] = {}
        if place.apps:
            self.layers.append(apps_layer(self.apps, place.apps))
            _, cards, _ = apps_slots(self.apps, place.apps)
            self.tasks = {task.uid: slot for task, slot in zip(self.apps.tasks, cards, strict=False)}
        if place.deck is not None:
            self.layers.append(transmit_layer(place.deck, place.nic, place.apps[0] if place.apps else None))

    def _socket_column(self) -> Layer:
        reader = read_reader(self.desk, self.held)
        return sockets_layer(self.sockets, reader, self.place.sockets, self.losing)

    def _row(self, row: Row) -> RowState:
        """The values of one CPU's row."""
        desk = self.desk
        cpu = read_cpu(desk, row.cpu) or Cpu(row.cpu, 0, "idle", "–")
        ring = self._ring(row.cpu)
        held = self.held.get(row.cpu)
        bays = read_bays(desk, row.cpu, held) if row.mode is Mode.EXPANDED else Bays()
        return RowState(
            cpu.polled(bays.work),
            ring,
            self._track(row, held),
            bays,
            self.backlogs.get(row.cpu),
            self._note(row, held),
        )

    def _ring(self, cpu: int) -> Ring | None:
        """A CPU's ring; of several the one that it polls, or polled last."""
        rings = self.adapter.rings.get(cpu, ()) if self.adapter is not None else ()
        if not rings:
            return None
        polled = last_napi(self.desk, cpu) if len(rings) > 1 else 0
        shown = next((ring for ring in rings if ring.napi and ring.napi == polled), rings[0])
        return shown.with_more(len(rings) - 1)

    def _track(self, row: Row, held: Carried | None) -> Track:
        desk = self.desk
        driver = self.adapter.card.driver if self.adapter is not None else ""
        labels = path_names(desk, row.cpu, driver)
        seen: Visits | None = None
        if held is not None:
            seen = visits(desk, held.uid, row.cpu, desk.step)
        if held is None or seen is None or (not seen.first and held.phase >= 1.0):
            return Track(stops(labels, None, None))
        way = self.ways[row.cpu]
        spot = packet_spot(self.ground, row, held, way.sock, reduced=self.view.reduced)
        right = self.place.track_right
        leaves = held.station in ("socket", "wake", "syscall", "app")
        if held.station == Station.BACKLOG:
            spot = (min(spot[0], self.place.stage(Stage.TAP) - 48.0), spot[1])
        reach = right if leaves else min(right, spot[0])
        if held.station in ("syscall", "app", "sched") and Stage.L4 not in seen.first:
            return Track(stops(labels, None, None))
        return Track(stops(labels, held, seen), held.flow, reach, leaves, self._begin(held, seen))

    def _begin(self, held: Carried, seen: Visits) -> float:
        """Where a packet entered a track: at its left end, or at the backlog."""
        stages = {STAGE_OF.get(held.station), *seen.first}
        polled = not stages.isdisjoint((Stage.POLL, Stage.XDP, Stage.GRO)) or held.station == Station.BACKLOG
        return self.place.track_left if polled else self.place.stage(Stage.TAP) - 20.0

    def _note(self, row: Row, held: Carried | None) -> str:
        """Kernel words under a compact track: the function in progress, unless a loss needs the room."""
        losing = any(loss.cpu == row.cpu and not loss.sock for loss in self.losses)
        return "" if held is None or losing else f"{held.function}()"

    def _heat(self) -> tuple[Cell, ...]:
        cells: list[Cell] = []
        softnet = by_cpu(self.desk, "softnet_data")
        for _, row in self.desk.rows("cpu"):
            cpu = row["number"] or 0
            rings = self.adapter.rings.get(cpu, ()) if self.adapter is not None else ()
            fill = max((ring.filled / ring.count for ring in rings), default=0.0)
            backlog = softnet[cpu][1]["input_qlen"] or 0 if cpu in softnet else 0
            cells.append(Cell(cpu, context_of(row), fill, backlog, self.place.row(cpu) is not None))
        return tuple(cells)

    def _moving(self) -> tuple[tuple[float, float], ...]:
        """Packets, ways and losses; returns where packets are being lost."""
        desk, place, view = self.desk, self.place, self.view
        wire = Stamps("packets on the wire", Z.PACKET)
        lanes = {lane.flow: at for at, lane in enumerate(self.lanes)}
        self.layers += stamp_wire(desk, wire, place, lanes)
        stamp_dma(desk, self.moment, wire, place, self.adapter)
        moving = Stamps("packets", Z.PACKET_SELECTED)
        ways = stamp_carried(moving, self.ground, self.held, self.ways, view)
        self._arrows(fan_arrows(self.adapter, place), "fans")
        self._arrows(ways, "ways")
        self._arrows(signal_arrows(signals(desk, self.moment), self.ground, self.tasks), "arrows")
        self.layers += [stamps.layer() for stamps in (wire, moving) if len(stamps)]
        self._wanted()
        layers, spots = loss_layers(self.losses, self.ground, self.adapter)
        self.layers += layers
        return spots

    def _wanted(self) -> None:
        """Where the selected and the followed packet wait, unless a CPU handles them."""
        desk, view = self.desk, self.view
        for packet in dict.fromkeys((view.selected, view.followed)):
            if packet and desk.letter(packet) >= 0:
                kin = desk.kin(packet).tolist()
                if not any(held is not None and held.uid in kin for held in self.held.values()):
                    layer = whereabouts_layer(desk, packet, self.ground, self.adapter)
                    self.layers += [layer] if layer is not None else []

    def _arrows(self, arrows: tuple[Arrow, ...], name: str) -> None:
        if arrows:
            self.layers.append(arrows_layer(arrows, name))

    def _minimap(self, drops: tuple[tuple[float, float], ...]) -> Minimap:
        camera, view = self.view.camera, self.view
        contexts = {row["number"] or 0: context_of(row) for _, row in self.desk.rows("cpu")}
        x, y = camera.to_scene(0.0, 0.0)
        window = Rect(x, y, view.width / camera.zoom, view.height / camera.zoom)
        whole = x <= 0.0 and y <= 0.0 and window.right >= view.width and window.bottom >= view.height
        shown = tuple(contexts.get(row.cpu, "idle") for row in self.place.rows)
        return Minimap(shown, drops, None if whole else window, round(camera.zoom * 100))

    def _selection(self, placed: list[Placed]) -> list[Placed]:
        """A ring around the selected object, where it is drawn."""
        rect: Rect | None = None
        for one in placed:
            for item in one.layer.items:
                if item.of.uid == self.view.selected:
                    left, top, right, bottom = item.bounds()
                    if right > left and (rect is None or (right - left) * (bottom - top) > rect.w * rect.h):
                        rect = Rect(left, top, right - left, bottom - top)
        if rect is None:
            return []
        sketch = Sketch("selection", rect.inset(-8.0), Z.PACKET_SELECTED)
        radius = 12.0 if rect.h > 40.0 else 6.0  # a small thing's ring must not cut its corners
        sketch.box(rect.inset(-3.0), z=Z.PACKET_SELECTED, radius=radius, stroke=Role.SELECT, width=2.0)
        camera = self.view.camera
        return [Placed(sketch.layer(), camera.zoom, camera.x, camera.y)]


def sprite_count(display: DisplayList) -> int:
    """How many packets a display list draws as sprites."""
    return int(np.sum([len(batch.look) for one in display.placed for batch in one.layer.sprites]))
