"""What must hold in any scene: conservation of frames, of time, of memory; what counters say agrees."""

from __future__ import annotations

import pytest

from engine.scenario.document import load
from tests.scenes.drawn import scene_text
from viewer.cli.simulate import simulate

SEEDS = range(40)
TIMES = ("user_ns", "nice_ns", "system_ns", "irq_ns", "softirq_ns", "idle_ns")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_drawn_scene_keeps_its_books(seed: int) -> None:
    text = scene_text(seed)
    table = simulate(load(text, name=f"drawn-{seed}.toml"), checking=True).results()
    assert table["invariants"] == []
    packets = table["packets"]
    ended = sum(packets[key] for key in ("delivered", "absorbed", "forwarded", "refused", "in_flight"))
    assert ended + sum(packets["lost"].values()) == packets["offered"]
    assert sum(flow["offered"] for flow in table["flows"].values()) == packets["offered"]
    for cpu in table["cpus"]:
        assert sum(cpu[key] for key in TIMES) == table["simulated_ns"]
    udp = table["snmp"]["Udp"]
    assert udp["InDatagrams"] == sum(thread["messages"] for thread in table["threads"].values())
    assert udp["RcvbufErrors"] == sum(socket["drops"] for socket in table["sockets"])
    if table["simulated_ns"] and 'until = "idle"' in text:
        assert packets["in_flight"] == 0
    for napi in table["napi"].values():
        assert napi["full_polls"] + napi["completions"] <= napi["polls"]
