"""The results' tables of frames: how they ended, by flow and in all, and how long readers waited for them."""

from __future__ import annotations

from typing import Any

from engine.console.read.source import Host
from engine.timeline.ledger import Latency, Packets, flows, latencies, packets
from engine.timeline.timeline import Timeline

NO_PACKETS = Packets(0, 0, 0, 0, 0, 0, 0)
PERCENTILES = ("p50", "p99", "p999", "max")


def packet_counts(timeline: Timeline, step: int | None = None) -> dict[str, Any]:
    """Return how all frames ended; `offered` is the sum of the endings."""
    counts = packets(timeline, step)
    return {
        "offered": counts.offered,
        "delivered": counts.delivered,
        "queued": counts.queued,
        "absorbed": counts.absorbed,
        "forwarded": counts.forwarded,
        "refused": counts.refused,
        "in_flight": counts.in_flight,
        "lost": dict(counts.lost),
        "copies_lost": dict(counts.copies_lost),
    }


def flow_rows(timeline: Timeline, step: int | None = None) -> dict[str, dict[str, Any]]:
    """Return the same for each flow by its name, with latencies; flows that sent nothing yet are there too."""
    counts = flows(timeline, step)
    waits = latencies(timeline, step)
    names = [str(flow.get("name", "")) for flow in timeline.facts.get("flows", ())]
    every = dict.fromkeys([name for name in names if name] + list(counts))
    return {name: _flow(counts.get(name, NO_PACKETS), waits.get(name)) for name in every}


def unaccounted(host: Host, rows: dict[str, dict[str, Any]]) -> list[str]:
    """Return the flows of a finished run whose frames on the wire are not those that ended.

    The wire counts what it carries; the ledger counts what ended. Neither knows of the other.
    """
    return [
        f"flow {row.name}: {row['frames']} frames came by wire, {rows[row.name]['offered']} are accounted for"
        for row in host.rows("flow")
        if row.name in rows and row["frames"] != rows[row.name]["offered"]
    ]


def _flow(counts: Packets, wait: Latency | None) -> dict[str, Any]:
    return {
        "offered": counts.offered,
        "delivered": counts.delivered,
        "queued": counts.queued,
        "refused": counts.refused,
        "in_flight": counts.in_flight,
        "lost": counts.lost_total,
        "copies_lost": sum(counts.copies_lost.values()),
        "read": wait.count if wait else 0,
        "latency_ns": {name: getattr(wait, name) if wait else None for name in PERCENTILES},
    }
