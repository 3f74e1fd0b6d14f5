"""What does not change in a run, as plain JSON values for the prologue."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from engine.linux.host import Host
from engine.scenario.document import SceneDocument
from engine.scenario.moment import moment_text
from engine.scenario.schema import Scene
from engine.scenario.talk import Chapter
from engine.simulation.simplified import simplified
from engine.simulation.traffic import Letter

HOSTNAME = "skbscope"


def facts_of(
    document: SceneDocument, scene: Scene, variant: str | None, host: Host, letters: list[Letter]
) -> dict[str, Any]:
    """Return the facts; their names are those that `engine.console.read` and the viewer look for."""
    return {
        "title": scene.title,
        "question": scene.question,
        "lesson": scene.lesson,
        "source": document.name,
        "text": document.text,
        "variant": variant,
        "variants": [
            {"name": each.name, "title": each.title, "control": each.control} for each in scene.variant
        ],
        "kernel": str(scene.kernel),
        "seed": scene.seed,
        "hz": scene.host.hz,
        "cpus": scene.host.cpus,
        "preempt": str(scene.host.preempt),
        "isolcpus": list(scene.host.isolcpus),
        "hostname": HOSTNAME,
        "until": scene.until,
        "rules": asdict(host.rules),
        "nics": [_nic(host, nic.name, str(nic.driver), nic.speed) for nic in scene.nic],
        "flows": [
            {
                "uid": each.flow.uid,
                "name": each.name,
                "letter": each.letter,
                "nic": each.nic,
                "note": each.note,
            }
            for each in letters
        ],
        "apps": [
            {
                "uid": host.apps[each.name].uid,
                "name": each.name,
                "wait": str(each.wait),
                "threads": each.threads,
                "idle_fds": each.idle_fds,
            }
            for each in scene.app
        ],
        "knobs": {
            name: {"value": knob.value, "label": knob.label or name} for name, knob in scene.knobs.items()
        },
        "chapters": [_chapter(each) for each in scene.chapter],
        "expect": [
            {"that": each.that, "at": moment_text(each.at), "flips": each.flips} for each in scene.expect
        ],
        "simplified": simplified(str(nic.driver) for nic in scene.nic),
    }


def _nic(host: Host, name: str, driver: str, speed_bps: int) -> dict[str, Any]:
    dev = host.devices[name]
    return {
        "name": name,
        "uid": dev.uid,
        "driver": driver,
        "speed_bps": speed_bps,
        "queues": len(dev.rings),
        "bus": f"0000:{dev.ifindex - 1:02x}:00.0",
        "mac": f"52:54:00:00:00:{dev.ifindex & 0xFF:02x}",
    }


def _chapter(each: Chapter) -> dict[str, Any]:
    speed = each.speed
    return {
        "at": moment_text(each.at),
        "title": each.title,
        "caption": each.caption,
        "notes": each.notes,
        "focus": list(each.focus),
        "speed": None if speed is None else [speed.simulated_ns, speed.shown_ns],
    }
