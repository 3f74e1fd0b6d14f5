"""The scene's network cards, probed by their drivers, each with its wire; and the captures it replays."""

from __future__ import annotations

from pathlib import Path

from engine.hardware.wire import Wire
from engine.linux.drivers import PROBES
from engine.linux.host import Host
from engine.linux.net.packet.af_packet import packet_create
from engine.scenario.assets import relative_file
from engine.scenario.document import SceneDocument
from engine.scenario.errors import Refused
from engine.scenario.schema import Scene


def attach_adapters(host: Host, scene: Scene) -> dict[str, Wire]:
    """Probe every adapter; return its wire by interface name."""
    wires = {}
    for nic in scene.nic:
        dev = PROBES[nic.driver.value](host, nic, scene.seed)
        if nic.tap:
            packet_create(host, dev)
        wires[nic.name] = Wire(host.calendar, dev.hw, nic.speed)
    return wires


def captures_of(document: SceneDocument, scene: Scene) -> dict[int, Path]:
    """Path of the capture of each flow that replays one, by the flow's position.

    Raises:
        SceneError: there is no such file below the scene's folder or the assets.
    """
    return {
        index: _capture(document, index, each.pcap)
        for index, each in enumerate(scene.flow)
        if each.pcap is not None
    }


def _capture(document: SceneDocument, index: int, name: str) -> Path:
    try:
        return Path(str(relative_file(document, name)))
    except Refused as refused:
        raise Refused(refused.problem, key=("flow", index, "pcap")) from refused
