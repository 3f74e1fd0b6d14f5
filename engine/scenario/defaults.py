"""What a scene means by what it leaves out.

Plain defaults stand beside their keys in the models: kernel 6.18, seed 1, until idle, four CPUs at 250 Hz
with voluntary preemption, four million recorded steps, UDP at constant spacing, one thread that blocks and
reads until nothing is left. Two depend on other keys and are filled in here, before the scene is checked: a
NIC's `speed` follows its driver, and its `queues` are one a CPU, as many as the driver can have.
"""

from typing import Any

from engine.scenario.host import Host
from engine.scenario.nic import LINK_SPEED, MAX_QUEUES, Driver


def filled(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data of a scene with each NIC's speed and queues; what is wrong already stays as it is."""
    nics = data.get("nic")
    if not isinstance(nics, list):
        return data
    host = data.get("host")
    cpus = host.get("cpus") if isinstance(host, dict) else None
    if not isinstance(cpus, int) or cpus < 1:
        cpus = Host().cpus
    return {**data, "nic": [_filled_nic(nic, cpus) for nic in nics]}


def _filled_nic(nic: object, cpus: int) -> object:
    """Return one NIC's table with what its driver decides."""
    if not isinstance(nic, dict) or nic.get("driver") not in list(MAX_QUEUES):
        return nic
    driver = Driver(nic["driver"])
    return {"speed": f"{LINK_SPEED[driver] // 10**9}G", "queues": min(cpus, MAX_QUEUES[driver]), **nic}
