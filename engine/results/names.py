"""Every path that an expression can use, with its value at the end of a run and its meaning.

Meanings of recorded fields come from the classes that declare them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from engine.results.machine import NAPI, THREAD
from engine.results.network import SOCKET
from engine.results.places import LOST_PLACES
from engine.results.results import results
from engine.timeline.timeline import Timeline

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BY_CPU: Final = ("softnet_stat", "cpus")
NOT_PATHS: Final = ("expect", "invariants", "qdisc")
"""Keys of the results below which no path of an expression leads."""

_TOP: Final = {
    "format": "version of these results",
    "skbscope": "version of the program",
    "source": "the scene",
    "title": "the scene's title",
    "variant": "the variant that ran; unknown for the scene itself",
    "kernel": "whose rules hold",
    "simulated_ns": "simulated time (ns)",
    "steps": "recorded steps (steps)",
    "complete": "whether the run came to its end",
    "digest": "SHA-256 of the timeline's columns",
}
_PACKETS: Final = {
    "offered": "all frames: the sum of the endings (frames)",
    "delivered": "read, or waiting in a socket's queue (frames)",
    "queued": "the part of delivered that waits (frames)",
    "absorbed": "taken in by the stack itself (frames)",
    "forwarded": "sent on (frames)",
    "refused": "turned away by a verdict (frames)",
    "in_flight": "still on their way (frames)",
    "lost": "lost at any place (frames)",
    "copies_lost": "copies of multicast frames that did not arrive (copies)",
    "read": "readings, one for each reader of a frame (readings)",
}
_LATENCY: Final = {"p50": "median", "p99": "99th percentile", "p999": "99.9th percentile", "max": "greatest"}
_LATENCY_TEXT: Final = "latency, last bit on the wire to return of the reading call (ns)"
_ARCH: Final = {
    "LOC": "local timer interrupts",
    "RES": "rescheduling interrupts",
    "CAL": "function call interrupts",
}
_OTHER: Final = {
    "backlog_len": "skbs on both queues of the backlog (skbs)",
    "switches": "context switches, voluntary and not (switches)",
    "app": "program that owns it",
    "local": "bound address and port",
    "peer": "connected address and port",
}
_UNMOVED: Final = "no modelled code moves it"


class Described(NamedTuple):
    """A path as an expression spells it, what stands there at the end, and what it means."""

    path: str
    value: Any
    meaning: str


def described(timeline: Timeline) -> list[Described]:
    """Return every path into the results of a run, in their order; places without a loss are there too."""
    table = results(timeline)
    for key in ("lost", "copies_lost"):
        table["packets"][key] = dict.fromkeys(LOST_PLACES, 0) | table["packets"][key]
    meanings = _Meanings(timeline)
    return [
        Described(text, value, meanings.of(keys))
        for name, below in table.items()
        if name not in NOT_PATHS
        for keys, text, value in leaves(below, (name,), name)
    ]


def leaves(value: Any, keys: tuple[str, ...], text: str) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    """Yield the leaves below a value of the results: their keys, their path, what stands there.

    Args:
        value: what stands at `keys`: a table, a list, or a leaf itself.
        keys: the way to it; the first is a key of the results.
        text: the same as an expression spells it.
    """
    if isinstance(value, dict):
        for key, below in value.items():
            part = f".{key}" if _NAME.fullmatch(key) else f"['{key}']"
            yield from leaves(below, (*keys, key), text + part)
    elif isinstance(value, list):
        for index, below in enumerate(value):
            row = f"[cpu={below['cpu']}]" if keys[0] in _BY_CPU else f"[{index}]"
            yield from leaves(below, (*keys, str(index)), text + row)
    else:
        yield keys, text, value


class _Meanings:
    """Meanings by keys, those of recorded fields taken from the run's schemas."""

    def __init__(self, timeline: Timeline) -> None:
        self._fields = {
            (schema.name, field.name): f"{field.meaning} ({field.unit})" if field.unit else field.meaning
            for schema in timeline.classes
            for field in schema.fields
        }

    def of(self, keys: tuple[str, ...]) -> str:
        """Return the meaning of the leaf at some keys."""
        match keys:
            case (name,):
                return _TOP[name]
            case ("packets", "lost" | "copies_lost" as fate, place):
                what = "lost" if fate == "lost" else "copies lost"
                return f"{what}: {LOST_PLACES.get(place, place)} (frames)"
            case ("packets", name) | ("flows", _, name):
                return _PACKETS[name]
            case ("flows", _, "latency_ns", name):
                return f"{_LATENCY[name]} of {_LATENCY_TEXT}"
            case ("softnet_stat", _, name):
                return self._field("softnet_data", name)
            case ("cpus", _, name):
                return self._field("cpu", "number" if name == "cpu" else name)
            case ("interrupts", name, cpu):
                return f"{_ARCH.get(name, 'interrupts')} taken by CPU {cpu} (interrupts)"
            case ("softirqs", name, cpu):
                return f"{name} handler runs on CPU {cpu} (runs)"
            case ("napi", _, name):
                return self._field("napi_struct", NAPI[name])
            case ("sockets", _, name):
                return self._field("sock", SOCKET.get(name, name))
            case ("threads", _, name):
                return self._field("task_struct", THREAD.get(name, name))
            case ("snmp" | "netstat", proto, name):
                return self._fields.get(("mib", proto + name), _UNMOVED)
            case ("ethtool", _, name):
                return f"as ethtool -S prints {name}"
            case _:
                return f"as /sys/class/net/DEV/statistics/{keys[-1]} has it"

    def _field(self, class_name: str, name: str) -> str:
        return _OTHER.get(name) or self._fields[class_name, name]
