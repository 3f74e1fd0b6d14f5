"""Every hop of every packet of every scene is an edge of the datapath."""

from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

from engine.timeline import Timeline
from engine.topology import CONTROL_EDGES, PACKET_EDGES, Station, graph, upstream
from tests.recorded import recorded

SCENES = sorted(path.name for path in files("scenes").iterdir() if path.name.endswith(".toml"))


PASSED_WITHOUT_A_STEP = (Station.FIFO,)
"""A frame lies in the FIFO between its arrival and its write-back; neither is a step there."""


def hops(timeline: Timeline, packet: int) -> set[tuple[Station, Station]]:
    """The changes of station on the way of one frame or sk_buff, its own steps only."""
    numbers = timeline.column("fn")[timeline.column("packet") == packet].tolist()
    visited = [Station(station) for number in numbers if (station := timeline.function(number).station)]
    return {(one, other) for one, other in pairwise(visited) if one is not other}


def ways() -> set[tuple[Station, Station]]:
    """The edges, and those that lead through a station without a step."""
    edges = set(PACKET_EDGES)
    for station in PASSED_WITHOUT_A_STEP:
        into = [one for one, other in PACKET_EDGES if other is station]
        out = [other for one, other in PACKET_EDGES if one is station]
        edges |= {(one, other) for one in into for other in out}
    return edges


@pytest.mark.parametrize("name", SCENES)
def test_every_hop_is_an_edge(name: str) -> None:
    timeline = recorded(Path(str(files("scenes") / name)))
    packets = [*timeline.objects("frame").tolist()[:400], *timeline.objects("sk_buff").tolist()[:400]]
    found: set[tuple[Station, Station]] = set()
    for packet in packets:
        found |= hops(timeline, packet)
    assert found
    assert found - ways() == set()


def test_what_is_upstream_of_a_drop_at_the_socket() -> None:
    before = upstream(Station.SOCKET)
    assert {
        Station.WIRE,
        Station.RING,
        Station.POLL,
        Station.GRO,
        Station.BACKLOG,
        Station.IP,
        Station.UDP,
    } <= before
    assert not before & {Station.APP, Station.SYSCALL}


def test_the_graph_holds_both_kinds_of_edges() -> None:
    datapath = graph()
    assert set(datapath.nodes) == set(Station)
    kinds = {(one, other): data["kind"] for one, other, data in datapath.edges(data=True)}
    assert all(kinds[edge] == "packet" for edge in PACKET_EDGES)
    assert all(kinds[edge] == "control" for edge in CONTROL_EDGES)
