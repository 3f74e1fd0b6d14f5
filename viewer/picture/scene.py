"""The layers of a moment at any level of detail.

What differs between levels is built for each that is asked for; what does not is the same layer, since layers are
memoised by their values.
"""

from __future__ import annotations

from dataclasses import replace

from viewer.picture.density import track_layer
from viewer.picture.layer import Layer, Rect
from viewer.picture.layout import HEAD_RULE, Mode
from viewer.picture.level import Level
from viewer.picture.onwire import Showing, stamp_wire
from viewer.picture.parts import Parts
from viewer.picture.places import Point
from viewer.picture.reading.flights import (
    signals,
)
from viewer.picture.reading.packets import read_card
from viewer.picture.reading.programs import read_apps
from viewer.picture.reading.sockets import read_reader, with_close
from viewer.picture.regions.apps import apps_layer
from viewer.picture.regions.arrows import arrows_layer
from viewer.picture.regions.heat import heat_layer
from viewer.picture.regions.nic import nic_layers
from viewer.picture.regions.packet_card import card_rect, packet_card_layer
from viewer.picture.regions.row import row_layers
from viewer.picture.regions.sockets import sockets_layer
from viewer.picture.regions.transmit import transmit_layer
from viewer.picture.regions.wire import wire_layer
from viewer.picture.stamps import Stamps
from viewer.picture.traffic import (
    fan_arrows,
    signal_arrows,
    stamp_carried,
    stamp_dma,
)
from viewer.picture.whereabouts import ring_layer, waiting_spot
from viewer.theme.tokens import Z

BESIDE_PX = 36.0


class Scene(Parts):
    """The parts as layers."""

    def layers(self, level: Level) -> list[Layer]:
        """Everything under the camera at a level of detail, unsorted."""
        place = self.place
        still = self._columns(level)
        for row in place.rows:
            here = self.near(row.card, level)
            ring = self.ring_level(row, here)
            still += row_layers(self.row_at(row, here), row, place, level=here, ring_level=ring)
        if place.heat is not None:
            here = self.near(place.heat, level)
            still.append(heat_layer(self.heat_at(here), place.heat, here))
        return [*(self.choice.shown(layer) for layer in still), *self._moving(level)]

    def _columns(self, level: Level) -> list[Layer]:
        """Wire, adapter, sockets, programs, transmit deck."""
        place = self.place
        layers: list[Layer] = []
        if place.wire.w >= 24.0:
            here = self.near(self.wire_rect(), level)
            layers.append(wire_layer(self.lanes_at(here), place.wire, place.nic.x, here))
        deck_y = place.deck.y if place.deck is not None else place.nic.bottom
        here = self.near(place.nic, level)
        layers += nic_layers(self.card_at(here), place.nic, deck_y, level=here)
        slots = self.ground.sock_slots
        sockets = tuple(
            with_close(self.desk, socket, self.near(slots.get(socket.uid, place.sockets[0]), level))
            for socket in self.sockets
        )
        reader = read_reader(self.desk, self.held, level=self.near(place.sockets[-1], level))
        layers.append(sockets_layer(sockets, reader, place.sockets, self.losing))
        if place.apps:
            here = self.near(place.app_column, level)
            apps = self.apps if here is Level.OVERVIEW else read_apps(self.desk, level=here)
            layers.append(apps_layer(apps, place.apps))
        if place.deck is not None:
            layers.append(transmit_layer(place.deck, place.nic, place.apps[0] if place.apps else None))
        return layers

    def _moving(self, level: Level) -> list[Layer]:
        """Packets, ways, signals and losses."""
        desk, place, choice = self.desk, self.place, self.choice
        how = Showing(level, choice, self.wanted, self.view.reduced, frozenset(self.quick), self.view.speed)
        beyond = replace(how, level=self.near(self.wire_rect(), level))
        wire = Stamps("packets on the wire", Z.PACKET)
        lanes = {lane.flow: at for at, lane in enumerate(self.lanes)}
        layers = list(stamp_wire(desk, wire, place, lanes, self.paces, beyond))
        stamp_dma(desk, self.moment, wire, place, self.adapter, how)
        moving = Stamps("packets", Z.PACKET_SELECTED)
        ways = stamp_carried(desk, moving, self.ground, self.held, self.ways, how)
        for row in place.rows:
            if row.cpu in self.quick:
                band = track_layer(
                    self.quick[row.cpu], row.cpu, place.track_left, place.track_right, row.track_y
                )
                layers.append(choice.shown(band))
        signalled = signal_arrows(signals(desk, self.moment), self.ground, self.tasks)
        named = ((fan_arrows(self.adapter, place), "fans"), (ways, "ways"), (signalled, "arrows"))
        layers += [choice.shown(arrows_layer(arrows, name)) for arrows, name in named if arrows]
        layers += [stamps.layer() for stamps in (wire, moving) if len(stamps)]
        layers += self._waiting(level)
        if level.fields:
            layers += self._carried_cards(moving.spots())
        return [*layers, *self.drops]

    def _waiting(self, level: Level) -> list[Layer]:
        """Where the selected and the followed packet wait, unless a CPU handles them; close up their cards."""
        desk, view = self.desk, self.view
        layers: list[Layer] = []
        for packet in dict.fromkeys((view.selected, view.followed)):
            if not packet or desk.letter(packet) < 0:
                continue
            kin = desk.kin(packet).tolist()
            if any(held is not None and held.uid in kin for held in self.held.values()):
                continue
            found = waiting_spot(desk, packet, self.ground, self.adapter)
            if found is not None:
                form, spot = found
                layers.append(ring_layer(form, spot, level))
                room = self._whole()._replace(
                    w=spot[0] + BESIDE_PX
                )  # what stands at the right stays to be read
                layers += self._packet_card(form, spot, room) if level.fields else []
        return layers

    def _carried_cards(self, spots: dict[int, Point]) -> list[Layer]:
        """The cards of the packets at work that are wanted, and of the focused CPU's."""
        layers: list[Layer] = []
        for cpu, packet in self.held.items():
            row = self.ground.place.row(cpu)
            if packet is None or row is None or packet.uid not in spots or row.mode is Mode.STRIP:
                continue
            spot, wanted = spots[packet.uid], not self.wanted.isdisjoint(packet.kin)
            here = row.card.holds(*spot)
            if wanted or (here and row.mode is Mode.EXPANDED):
                layers += self._packet_card(packet.uid, spot, row.card if here else self._whole())
        return layers

    def _packet_card(self, packet: int, spot: Point, room: Rect) -> list[Layer]:
        card = read_card(self.desk, packet)
        return [] if card is None else [packet_card_layer(card, card_rect(spot, room))]

    def wire_rect(self) -> Rect:
        """The wire, from the window's left edge to the adapter."""
        return Rect(0.0, self.place.wire.y, self.place.nic.x, self.place.wire.h)

    def _whole(self) -> Rect:
        return Rect(0.0, HEAD_RULE, self.place.width, self.place.height - HEAD_RULE)
