"""The stations of the datapath and the ways between them, declared once.

Answers "how can a packet get from here to there" and "what is upstream of this drop". Where a station is drawn is the
visual specification's matter.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx


class Station(StrEnum):
    """A place on the datapath; the value is what functions and pictures call it."""

    WIRE = "wire"
    FIFO = "fifo"
    RING = "ring"
    IRQ = "irq"
    SOFTIRQ = "softirq"
    POLL = "poll"
    XDP = "xdp"
    GRO = "gro"
    BACKLOG = "backlog"
    TAP = "tap"
    IP = "ip"
    UDP = "udp"
    SOCKET = "socket"
    WAKE = "wake"
    SYSCALL = "syscall"
    APP = "app"
    SCHED = "sched"


PACKET_EDGES: tuple[tuple[Station, Station], ...] = (
    (Station.WIRE, Station.FIFO),
    (Station.FIFO, Station.RING),
    (Station.RING, Station.POLL),
    (Station.POLL, Station.XDP),
    (Station.POLL, Station.GRO),
    (Station.POLL, Station.BACKLOG),  # a driver without NAPI hands frames to netif_rx
    (Station.XDP, Station.GRO),
    (Station.GRO, Station.TAP),
    (Station.GRO, Station.BACKLOG),
    (Station.BACKLOG, Station.TAP),
    (Station.TAP, Station.IP),
    (Station.IP, Station.UDP),
    (Station.UDP, Station.SOCKET),
    (Station.SOCKET, Station.WAKE),
    (Station.SOCKET, Station.SYSCALL),
    (Station.WAKE, Station.SYSCALL),
    (Station.SYSCALL, Station.APP),
    (Station.SYSCALL, Station.SOFTIRQ),  # a read sk_buff goes home to be freed
)
"""Where a packet can go next."""

CONTROL_EDGES: tuple[tuple[Station, Station], ...] = (
    (Station.RING, Station.IRQ),
    (Station.IRQ, Station.SOFTIRQ),
    (Station.SOFTIRQ, Station.POLL),
    (Station.BACKLOG, Station.IRQ),  # the RPS interrupt
    (Station.WAKE, Station.SCHED),
    (Station.SCHED, Station.SYSCALL),
)
"""What sets what in motion."""


def graph() -> nx.DiGraph:
    """Return the datapath as a directed graph; each edge has `kind` "packet" or "control"."""
    import networkx as nx

    result = nx.DiGraph()
    result.add_nodes_from(Station)
    result.add_edges_from(PACKET_EDGES, kind="packet")
    result.add_edges_from(CONTROL_EDGES, kind="control")
    return result


def upstream(station: Station) -> set[Station]:
    """Return every station that a packet may have passed before this one."""
    import networkx as nx

    packets = nx.DiGraph()
    packets.add_nodes_from(Station)
    packets.add_edges_from(PACKET_EDGES)
    return set(nx.ancestors(packets, station))
