"""What changed between kernels: one table, a row a rule, with the version that changed it.

A scene's `rules` overrides single rows; no other place asks for the version.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

KERNELS = ("6.12", "6.13", "6.14", "6.15", "6.16", "6.17", "6.18")


class RuleError(ValueError):
    """A rule that is not in the table."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules in force.

    Attributes:
        ksoftirqd_defers_inline: interrupts do not run softirqs while ksoftirqd is runnable (4.9 to 6.4).
        schedule_wakes_ksoftirqd: `____napi_schedule` raises NET_RX so that ksoftirqd is woken outside irq and BH
            context (6.14); before it only set the bit.
        gro_node: napi_gro_receive is a wrapper of gro_receive_skb (6.15).
        igb_watchdog_interrupts: igb's watchdog triggers every queue's interrupt (to 6.15); from 6.16 on only that of a
            ring whose refill failed, which never happens here.
        udp_rcvbuf: "before": full when the charge already exceeds sk_rcvbuf (to 6.14); "both": when it does with and
            without the new skb (6.15); "strict": when it would with the new skb, unless the queue is empty (6.18).
        udp_producer_list: softirqs push on a lock-free list, the first one moves all of it and wakes once a datagram
            (6.18); before, a lock a datagram.
        udp_wake_when_empty: sleepers are told of a datagram only when the queue was empty (6.12.0; taken back in 6.13
            and, as the capture of 6.12.107 shows, within 6.12.y, so it is off unless a scene asks for it).
        udp_hash4: connected sockets have a four-tuple table (6.13).
        udp_defer_free: a read skb is freed on the CPU that allocated it (6.18).
        rmem_max: largest SO_RCVBUF request (raised in 6.18).
    """

    ksoftirqd_defers_inline: bool = False
    schedule_wakes_ksoftirqd: bool = False
    gro_node: bool = False
    igb_watchdog_interrupts: bool = True
    udp_rcvbuf: str = "before"
    udp_producer_list: bool = False
    udp_wake_when_empty: bool = False
    udp_hash4: bool = False
    udp_defer_free: bool = False
    rmem_max: int = 212_992


_SINCE: tuple[tuple[str, dict[str, bool | str | int]], ...] = (
    ("6.13", {"udp_hash4": True}),
    ("6.14", {"schedule_wakes_ksoftirqd": True}),
    ("6.15", {"gro_node": True, "udp_rcvbuf": "both"}),
    ("6.16", {"igb_watchdog_interrupts": False}),
    (
        "6.18",
        {
            "udp_rcvbuf": "strict",
            "udp_producer_list": True,
            "udp_defer_free": True,
            "rmem_max": 4_194_304,
        },
    ),
)


def rules_of(kernel: str, overrides: dict[str, object]) -> Rules:
    """Return the rules of a kernel version with a scene's overrides.

    Raises:
        RuleError: a version or a rule that the table does not have, or a value of the wrong type.
    """
    if kernel not in KERNELS:
        raise RuleError(f"kernel {kernel} is not one of {', '.join(KERNELS)}")
    rules = Rules()
    for version, changes in _SINCE:
        if KERNELS.index(kernel) >= KERNELS.index(version):
            rules = replace(rules, **changes)  # type: ignore[arg-type]  # the table's rows name fields
    known = {field.name: getattr(rules, field.name) for field in fields(Rules)}
    for name, value in overrides.items():
        if name not in known:
            raise RuleError(f"rules.{name} is not one of {', '.join(known)}")
        if type(value) is not type(known[name]):
            raise RuleError(f"rules.{name} = {value!r}: must be a {type(known[name]).__name__}")
        if name == "udp_rcvbuf" and value not in ("before", "both", "strict"):
            raise RuleError(f'rules.udp_rcvbuf = {value!r}: must be "before", "both" or "strict"')
        rules = replace(rules, **{name: value})  # type: ignore[arg-type]  # checked above
    return rules
