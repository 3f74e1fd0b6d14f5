"""The results of a run as one table of plain JSON values.

A number comes from the same place as in the console, so `ethtool -S` and `ethtool.eth0` agree. Transmit is not
modelled yet: `qdisc` is empty. Loopback is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version
from typing import Any, Final

from engine.console.read.source import Host
from engine.results.machine import cpus, interrupts, napi, softirqs, softnet_stat, threads
from engine.results.network import ethtool, link, netstat, qdisc, snmp, sockets
from engine.results.traffic import flow_rows, packet_counts, unaccounted
from engine.timeline.cursor import Cursor
from engine.timeline.ledger import violations
from engine.timeline.timeline import Timeline

FORMAT = 1
VERSION = version("skbscope")

HOST_TABLES: Final[Mapping[str, Callable[[Host], Any]]] = {
    "softnet_stat": softnet_stat,
    "interrupts": interrupts,
    "softirqs": softirqs,
    "napi": napi,
    "cpus": cpus,
    "ethtool": ethtool,
    "link": link,
    "qdisc": qdisc,
    "snmp": snmp,
    "netstat": netstat,
    "sockets": sockets,
    "threads": threads,
}
"""The tables that are read from the host's objects, in order; `engine.results.series` follows them over a run."""


def results(
    timeline: Timeline,
    step: int | None = None,
    *,
    expect: Iterable[Mapping[str, Any]] = (),
    invariants: Iterable[str] = (),
) -> dict[str, Any]:
    """Return what had come of the run after a step.

    Args:
        timeline: the run.
        step: the moment; None for the end of what is known.
        expect: judged expectations (`judged`), to stand in the table.
        invariants: broken rules that the host itself reported, to stand beside those of the ledger.
    """
    here = timeline.last if step is None else step
    host = Host(Cursor(timeline, here), timeline)
    flows = flow_rows(timeline, step)
    complete = timeline.complete and here == timeline.last
    return {
        **of_run(timeline),
        "simulated_ns": int(timeline.until if step is None else timeline.time(here)),
        "steps": here + 1,
        "complete": complete,
        "digest": timeline.digest(),
        "packets": packet_counts(timeline, step),
        "flows": flows,
        **{name: table(host) for name, table in HOST_TABLES.items()},
        "expect": [dict(row) for row in expect],
        "invariants": [*violations(timeline), *(unaccounted(host, flows) if complete else ()), *invariants],
    }


def of_run(timeline: Timeline) -> dict[str, Any]:
    """Return what the results say of the run as such, at any step."""
    facts = timeline.facts
    return {
        "format": FORMAT,
        "skbscope": VERSION,
        "source": str(facts.get("source", "")),
        "title": str(facts.get("title", "")),
        "variant": facts.get("variant"),
        "kernel": str(facts.get("kernel", "")),
    }
