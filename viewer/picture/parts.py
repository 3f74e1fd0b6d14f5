"""The values of a moment's parts: every part read once, and again for each level of detail that shows more of it."""

from __future__ import annotations

from dataclasses import replace

from engine.topology import Station
from viewer.picture.choice import Choice
from viewer.picture.density import handled
from viewer.picture.layer import Rect
from viewer.picture.layout import Layout, Mode, Row, Stage, layout
from viewer.picture.level import Level
from viewer.picture.losing import loss_layers
from viewer.picture.places import Ground, packet_spot
from viewer.picture.reading.adapter import Adapter, read_adapter
from viewer.picture.reading.bays import read_bays
from viewer.picture.reading.close import read_close
from viewer.picture.reading.desk import Desk
from viewer.picture.reading.flights import (
    STAGE_OF,
    Carried,
    Visits,
    carried,
    stops,
    upcoming,
    visits,
)
from viewer.picture.reading.headers import (
    flow_rows,
    frame_in_view,
    headers_of,
    read_descriptor,
    read_toeplitz,
)
from viewer.picture.reading.lanes import read_lanes, read_paces, read_queue_rate
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
from viewer.picture.reading.sockets import read_sockets
from viewer.picture.regions.apps import Apps, apps_slots
from viewer.picture.regions.bays import Backlog, Bays
from viewer.picture.regions.cpu import Cpu
from viewer.picture.regions.heat import Cell, Queue
from viewer.picture.regions.minimap import Minimap
from viewer.picture.regions.nic import TABLE_TOP, Nic
from viewer.picture.regions.ring import Ring
from viewer.picture.regions.row import RowState
from viewer.picture.regions.sockets import Socket, socket_heights, socket_slots
from viewer.picture.regions.track import Track
from viewer.picture.regions.wire import Lane
from viewer.picture.traffic import (
    Way,
    way_of,
)
from viewer.picture.view import View
from viewer.score.moment import Moment

EMPTY_NIC = Nic("–", 0, "", (), (), 0, (), None, None, None)


BEYOND_PX = 24.0
"""So far outside the window, in the scene, things still stand close: their words may reach in."""


def _seen(view: View) -> Rect:
    """The part of the scene that the window shows, with a rim."""
    x, y = view.camera.to_scene(0.0, 0.0)
    zoom = view.camera.zoom
    return Rect(x, y, view.width / zoom, view.height / zoom).inset(-BEYOND_PX)


class Parts:
    """What a moment shows under a view, part by part."""

    def __init__(self, desk: Desk, moment: Moment, view: View, *, whole: bool = False) -> None:
        self.desk = desk
        self.seen = None if whole else _seen(view)
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
        self.steered = steered_cpus(desk)
        self.backlogs = {cpu: self._backlog(cpu) for cpu in self.cpus}
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
        self.choice = Choice(desk, view)
        self.wanted = self._wanted()
        self.quick = {cpu: flows for cpu in self.cpus if (flows := handled(desk, cpu, view.speed))}
        nic = self.adapter.card.uid if self.adapter is not None else 0
        self.lanes = read_lanes(desk, nic)
        self.paces = read_paces(desk, nic) if view.speed > 0.0 else {}
        self.tasks = self._task_slots()
        self.drops, self.drop_spots = loss_layers(self.losses, self.ground, self.adapter)

    def near(self, rect: Rect, level: Level) -> Level:
        """How much of what stands in a rectangle is read: the summary where it lies outside the window."""
        return level if self.seen is None or self.seen.crosses(rect) else Level.OVERVIEW

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

    def _backlog(self, cpu: int, level: Level = Level.OVERVIEW) -> Backlog | None:
        packet = self.held.get(cpu)
        return read_backlog(
            self.desk, cpu, self.steered, packet.uid if packet is not None else 0, level=level
        )

    def _wanted(self) -> frozenset[int]:
        """The selected and the followed packet in all forms; nothing for what is no packet."""
        packets = [uid for uid in (self.view.selected, self.view.followed) if uid]
        packets = [uid for uid in packets if self.desk.letter(uid) >= 0]
        return frozenset(kin for uid in packets for kin in self.desk.kin(uid).tolist())

    def _task_slots(self) -> dict[int, Rect]:
        """Task to the card that shows it."""
        if not self.place.apps:
            return {}
        _, cards, _ = apps_slots(self.apps, self.place.apps)
        return {task.uid: slot for task, slot in zip(self.apps.tasks, cards, strict=False)}

    def lanes_at(self, level: Level) -> tuple[Lane, ...]:
        """The lanes; close up with the headers of the wanted frame, else of the one that arrives next."""
        if not self.near(self.place.wire, level).fields:
            return self.lanes
        flows = flow_rows(self.desk)
        near = {coming.flow: coming.frames.tolist() for coming in upcoming(self.desk, 0)}
        lanes: list[Lane] = []
        for lane in self.lanes:
            frames = near.get(lane.flow, [0])
            frame = next((one for one in frames if one in self.wanted), frames[0])
            headers = headers_of(self.desk, frame, flows[lane.flow]) if frame else None
            lanes.append(replace(lane, headers=headers))
        return tuple(lanes)

    def card_at(self, level: Level) -> Nic:
        """The adapter's card; close up with how one hash came about."""
        if self.adapter is None:
            return EMPTY_NIC
        card = self.adapter.card
        if not self.near(self.place.nic._replace(h=TABLE_TOP), level).fields:
            return card
        frame = frame_in_view(self.desk, self.view.selected, self.view.followed)
        return replace(card, toeplitz=read_toeplitz(self.desk, card.uid, card.table, frame))

    def row_at(self, row: Row, level: Level) -> RowState:
        """The values of one CPU's row."""
        desk, place = self.desk, self.place
        level = self.near(row.card, level)
        head = self.near(row.card._replace(w=place.head_right - row.card.x), level)
        track = self.near(place.track_of(row), level)
        cpu = read_cpu(desk, row.cpu) or Cpu(row.cpu, 0, "idle", "–")
        held = self.held.get(row.cpu)
        expanded = row.mode is Mode.EXPANDED
        bays = read_bays(desk, row.cpu, held, level=track) if expanded else Bays()
        return RowState(
            cpu.polled(bays.work),
            self._ring(row, level),
            self._track(row, held),
            bays,
            self.backlogs[row.cpu] if track is Level.OVERVIEW else self._backlog(row.cpu, track),
            self._note(row, held),
            read_close(desk, self.moment, row, held, (head, track)),
        )

    def _ring(self, row: Row, level: Level) -> Ring | None:
        """A CPU's ring; of several the one that it polls, or polled last; close up with a descriptor."""
        rings = self.adapter.rings.get(row.cpu, ()) if self.adapter is not None else ()
        if not rings:
            return None
        polled = last_napi(self.desk, row.cpu) if len(rings) > 1 else 0
        shown = next((ring for ring in rings if ring.napi and ring.napi == polled), rings[0])
        if self.ring_level(row, level).fields and row.mode is Mode.EXPANDED:
            frame = frame_in_view(self.desk, self.view.selected, self.view.followed)
            shown = replace(shown, descriptor=read_descriptor(self.desk, shown, frame))
        return shown.with_more(len(rings) - 1)

    def ring_level(self, row: Row, level: Level) -> Level:
        """How much of a row's ring is drawn."""
        return self.near(row.card._replace(w=self.place.ring_right - row.card.x), level)

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
        inside = spot[0] <= right
        return Track(stops(labels, held, seen), held.flow, reach, leaves, self._begin(held, seen), inside)

    def _begin(self, held: Carried, seen: Visits) -> float:
        """Where a packet entered a track: at its left end, or at the backlog."""
        stages = {STAGE_OF.get(held.station), *seen.first}
        polled = not stages.isdisjoint((Stage.POLL, Stage.XDP, Stage.GRO)) or held.station == Station.BACKLOG
        return self.place.track_left if polled else self.place.stage(Stage.TAP) - 20.0

    def _note(self, row: Row, held: Carried | None) -> str:
        """Kernel words under a compact track: the function in progress, unless a loss needs the room."""
        losing = any(loss.cpu == row.cpu and not loss.sock for loss in self.losses)
        return "" if held is None or losing else f"{held.function}()"

    def heat_at(self, level: Level) -> tuple[Cell, ...]:
        """All CPUs; close up with their queues."""
        cells: list[Cell] = []
        softnet = by_cpu(self.desk, "softnet_data")
        for uid, row in self.desk.rows("cpu"):
            cpu = row["number"] or 0
            rings = self.adapter.rings.get(cpu, ()) if self.adapter is not None else ()
            fill = max((ring.filled / ring.count for ring in rings), default=0.0)
            backlog = softnet[cpu][1]["input_qlen"] or 0 if cpu in softnet else 0
            queues = tuple(self._queue(ring) for ring in rings) if level.slots else ()
            shown = self.place.row(cpu) is not None
            cells.append(Cell(cpu, context_of(row), fill, backlog, shown, queues, uid))
        return tuple(cells)

    def _queue(self, ring: Ring) -> Queue:
        """A queue with the rate at which its ring was filled lately."""
        name = ring.name.removeprefix("rx-")
        number = int(name) if name.isdigit() else 0
        return Queue(number, ring.filled, ring.count, read_queue_rate(self.desk, ring.uid))

    def minimap(self) -> Minimap:
        """What the minimap shows."""
        camera, view = self.view.camera, self.view
        contexts = {row["number"] or 0: context_of(row) for _, row in self.desk.rows("cpu")}
        x, y = camera.to_scene(0.0, 0.0)
        window = Rect(x, y, view.width / camera.zoom, view.height / camera.zoom)
        whole = x <= 0.0 and y <= 0.0 and window.right >= view.width and window.bottom >= view.height
        shown = tuple(contexts.get(row.cpu, "idle") for row in self.place.rows)
        zoom = round(camera.zoom * 100)
        return Minimap(shown, self.drop_spots, None if whole else window, zoom, view.level)
