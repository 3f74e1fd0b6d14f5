"""Sentences for a packet on its way up: backlog, socket, drops."""

from __future__ import annotations

from collections.abc import Callable

from engine.narration.telling import Telling
from engine.narration.words import joined, listed

Template = Callable[[Telling], str]
LOOK_BACK = 4
"""Steps of its packet that a drop looks back for the counter that belongs to it."""


def enqueue_to_backlog(telling: Telling) -> str:
    """An skb goes on a CPU's backlog, or finds it full."""
    full = telling.changed("softnet_data", "dropped")
    softnet = full or telling.changed("softnet_data", "input_qlen")
    if not softnet or not telling.it:
        return ""
    queue = f"input_pkt_queue of CPU {telling.book.cpu_of(softnet)}"
    if full:
        return f"{telling.name} refuses {telling.it}, {queue} is full; dropped is now {telling.now(full, 'dropped')}"
    length = telling.now(softnet, "input_qlen")
    telling.hush(softnet, "input_queue_tail")
    telling.hush(telling.uid, "link")
    limit = telling.setting("netdev_max_backlog")
    of = f" of {limit}" if limit is not None else ""
    return f"{telling.name} puts {telling.it} on {queue}, {length}{of}"


def core(telling: Telling) -> str:
    """An skb comes to layer 2."""
    processed = telling.now(telling.own("softnet_data"), "processed")
    if not telling.it:
        return ""
    return joined(
        (
            f"{telling.name} takes {telling.it}",
            f"processed is now {processed}" if processed is not None else "",
        )
    )


def step_over(telling: Telling) -> str:
    """A header has been read; the data begins behind it."""
    change = telling.take(telling.uid, "data")
    length = telling.now(telling.uid, "len")
    header = _HEADERS[telling.name]
    if change is None or not telling.it:
        return ""
    said = f"{telling.name} steps over {telling.it}'s {header} header, {change[1] - change[0]} B"
    return joined((said, f"{length} B remain" if length is not None else ""))


_HEADERS = {"eth_type_trans": "Ethernet", "ip_local_deliver_finish": "IP", "skb_pull_rcsum": "UDP"}


def enqueue(telling: Telling) -> str:
    """A datagram is queued to its socket, or finds the receive buffer full."""
    full = telling.changed("sock", "sk_drops")
    if not telling.it:
        return ""
    if full:
        alloc, limit = telling.get(full, "sk_rmem_alloc"), telling.text(full, "sk_rcvbuf")
        name, drops = telling.book.name(full), telling.now(full, "sk_drops")
        size = telling.text(telling.uid, "truesize") if _fits(telling, full) else ""
        why = listed(
            (f"sk_rmem_alloc of {name} is {alloc} of {limit}", f"its truesize is {size}" if size else "")
        )
        return f"{telling.name} refuses {telling.it}: {why}; sk_drops is now {drops}"
    sock = telling.changed("sock", "queued")
    if not sock:
        return ""
    telling.hush(telling.uid, "link")
    return f"{telling.name} queues {telling.it} to {telling.book.name(sock)}, {telling.now(sock, 'queued')} queued"


def _fits(telling: Telling, sock: int) -> bool:
    """Return whether what is charged is within the limit, so that only the newcomer is too much."""
    alloc, limit = telling.get(sock, "sk_rmem_alloc"), telling.get(sock, "sk_rcvbuf")
    return alloc is not None and limit is not None and alloc <= limit


def release(telling: Telling) -> str:
    """What was read is no longer charged to the socket, or only noted until there is more of it."""
    if not telling.it:
        return ""
    change = telling.take(telling.uid, "sk_rmem_alloc")
    owed = telling.now(telling.uid, "forward_deficit")
    if change is not None:
        return f"{telling.name} takes {change[0] - change[1]} B off {telling.it}; sk_rmem_alloc is now {change[1]} B"
    if owed is not None:
        return f"{telling.name} leaves what was read charged to {telling.it}; forward_deficit is now {owed} B"
    return f"{telling.name} sees to what was read from {telling.it}"


def drop(telling: Telling) -> str:
    """An skb is thrown away: why, and what the socket counted for it."""
    if not telling.it:
        return ""
    frame = telling.timeline.frame_of(telling.uid)
    mine = [
        reason for uid, fate, reason in telling.endings if uid == frame and fate in ("lost", "copies_lost")
    ]
    reason = mine[-1].removeprefix("skb:") if mine else ""
    copy = telling.get(telling.uid, "cloned") or (not mine and telling.changes.get((telling.uid, "uid")))
    telling.hush(telling.uid, "uid", "link")
    telling.hush(frame, "uid")
    said = f"{telling.name} drops {'a copy of ' if copy else ''}{telling.it}"
    said += f" with {reason}" if reason else ""
    return joined((said, _counted(telling) if reason in ("SOCKET_RCVBUFF", "") else ""))


def _counted(telling: Telling) -> str:
    """Return the socket's counter that the steps before raised for this skb; "" when none did."""
    step = telling.view.number
    if telling.changed("sock", "sk_drops"):
        return ""  # it changed in this very step and is said with what else changed
    for _ in range(LOOK_BACK):
        before = telling.timeline.previous_of_packet(step)
        if before is None:
            break
        step = before
        sock = telling.wrote(step, "sock", "sk_drops")
        if sock:
            return f"sk_drops of {telling.book.name(sock)} is now {telling.get(sock, 'sk_drops')}"
    return ""


def free(telling: Telling) -> str:
    """An skb that was read is given back."""
    if not telling.it or telling.changes.get((telling.uid, "uid")) is None:
        return ""
    telling.hush(telling.uid, "uid", "link")
    return f"{telling.name} frees the sk_buff of {telling.it}"


STACK: dict[str, Template] = {
    "enqueue_to_backlog": enqueue_to_backlog,
    "__netif_receive_skb_core": core,
    **dict.fromkeys(_HEADERS, step_over),
    "__udp_enqueue_schedule_skb": enqueue,
    "udp_rmem_release": release,
    "sk_skb_reason_drop": drop,
    "kfree_skb_reason": drop,
    "kfree_skbmem": free,
    "napi_consume_skb": free,
}
