"""What a step changed beside what its sentence said: endings, moves between lists, fields."""

from __future__ import annotations

from collections import Counter

from engine.narration.telling import Telling
from engine.narration.words import value_text
from engine.timeline.schema import Kind
from engine.timeline.views import Change

MOST = 3
"""Changes that are said; further ones are counted."""

QUIET = frozenset({
    "idle_ns", "irq_ns", "softirq_ns", "user_ns", "nice_ns", "system_ns", "sum_exec_runtime",
    "started", "deadline", "net_rx_started", "time_limit", "runnable_since", "next_to_alloc",
})  # fmt: skip
"""Fields that say when something was or how long it took; a sentence is about what happened."""

LOSSES = frozenset({
    "sk_drops", "dropped", "time_squeeze", "drops", "mpc", "rnbc", "roc", "crcerrs", "flow_limit_count",
    "rx_dropped", "rx_nohandler", "rx_otherhost_dropped",
    "UdpRcvbufErrors", "UdpInErrors", "UdpNoPorts", "UdpInCsumErrors", "UdpMemErrors", "UdpIgnoredMulti",
    "IpInHdrErrors", "IpInAddrErrors", "IpInDiscards", "IpInUnknownProtos",
    "IpExtInNoRoutes", "IpExtInTruncatedPkts", "IpExtInCsumErrors",
})  # fmt: skip
"""Counters of what went wrong; said first."""


def rest(telling: Telling, lead: str) -> list[str]:
    """Return what is left to say after the lead, at most `MOST` things and how many more there are."""
    fields = [
        change
        for key, change in telling.changes.items()
        if key not in telling.told and isinstance(change.old, int) and change.field not in QUIET
    ]
    said = _endings(telling)
    plain = [change for change in fields if change.field not in ("uid", "link")]
    plain.sort(key=lambda change: change.field not in LOSSES)
    named = telling.uid if telling.it and telling.it in lead else 0
    said += [_field(telling, change, named) for change in plain if change.field in LOSSES]
    said += _moves(telling, [change for change in fields if change.field == "link"])
    said += [_field(telling, change, named) for change in plain if change.field not in LOSSES]
    if len(said) > MOST + 1:
        more = len(said) - MOST
        said = [*said[:MOST], f"and {more} more changes"]
    return said


def _field(telling: Telling, change: Change, named: int) -> str:
    """Return "field of owner is now value"; the owner that the sentence is about needs no name again."""
    kind = telling.book.class_of(change.uid)
    schema = telling.book.fields[kind, change.field]
    value = value_text(telling.timeline, schema, change.new)
    if kind == "cpu" and change.field == "context":
        name = telling.book.name(change.uid)
        before = value_text(telling.timeline, schema, change.old)
        return f"{name} goes from {before} to {value}"
    if schema.kind is Kind.UID and change.new:
        value = telling.book.name(int(str(change.new)))
    owner = "" if change.uid == named else telling.book.owner(change.uid, telling.cpu)
    return f"{change.field}{owner} is now {value}"


def _moves(telling: Telling, links: list[Change]) -> list[str]:
    """Return what went from one list to another; several of a kind as a number."""
    groups: dict[tuple[str, str, str], list[int]] = {}
    for change in links:
        if not isinstance(change.old, int) or not isinstance(change.new, int):
            continue
        kind = telling.book.class_of(change.uid)
        key = (kind, telling.book.list_name(change.old), telling.book.list_name(change.new))
        groups.setdefault(key, []).append(change.uid)
    said = []
    for (kind, old, new), uids in groups.items():
        if old == new:
            continue
        one = len(uids) == 1
        who = telling.book.name(uids[0]) if one else f"{len(uids)} {_plural(kind)}"
        if not new:
            said.append(f"{who} {'leaves' if one else 'leave'} {old}")
        elif not old:
            said.append(f"{who} {'goes' if one else 'go'} on {new}")
        else:
            said.append(f"{who} {'goes' if one else 'go'} from {old} to {new}")
    return said


def _plural(kind: str) -> str:
    """Return a class's name for several of its objects."""
    return f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"


def _endings(telling: Telling) -> list[str]:
    """Return how frames ended here; several of a kind as a number."""
    told = telling.told
    rows = [row for row in telling.endings if (row[0], "uid") not in told]
    if len(rows) > MOST:
        counts = Counter(fate for _, fate, _ in rows)
        return [f"{count} frames end as {words(fate)}" for fate, count in counts.items()]
    said = []
    for frame, fate, reason in rows:
        name = telling.book.name(frame)
        why = f": {reason.removeprefix('skb:')}" if reason else ""
        said.append(
            f"a copy of {name} is lost{why}" if fate == "copies_lost" else f"{name} is {words(fate)}{why}"
        )
    return said


def words(fate: str) -> str:
    """Return a fate as a sentence says it."""
    return {"in_flight": "in flight", "copies_lost": "copies lost"}.get(fate, fate)
