"""What stands under the stations of a row: functions that really run there, on this CPU, on this path.

A row that polls a driver's NAPI hands lists up: `ip_list_rcv`. A row that runs a backlog handles packet after
packet: `process_backlog`, no GRO, `ip_rcv`. A row that does both has the entry into IP that it took last. What a
packet is in just now is named in place of its station's entry.
"""

from __future__ import annotations

import numpy as np

from viewer.picture.layout import Stage
from viewer.picture.reading.desk import BACK, Desk, among
from viewer.picture.reading.processors import by_cpu

NO_PROGRAM = "no prog"
NO_TAPS = "no taps"
IP_ENTRIES = ("ip_rcv", "ip_list_rcv")
TAP, TAP_CLASS = "tpacket_rcv", "packet_sock"
"""What runs for each frame where a tap is open, and what a tap is."""


def path_names(desk: Desk, cpu: int, driver: str) -> dict[Stage, str]:
    """The entry of each stage on the path that a CPU ran last, and what hangs at its gates."""
    backlog = runs_backlog(desk, cpu, driver)
    return {
        Stage.POLL: "process_backlog" if backlog else f"{driver}_poll" if driver else "",
        Stage.XDP: NO_PROGRAM,
        Stage.GRO: "" if backlog else _gro(desk),
        Stage.TAP: TAP if desk.rows(TAP_CLASS) else NO_TAPS,
        Stage.IP: _last_of(desk, cpu, IP_ENTRIES) or IP_ENTRIES[0 if backlog else 1],
        Stage.L4: "udp_rcv",
    }


def _last_of(desk: Desk, cpu: int, names: tuple[str, ...]) -> str:
    """Which of some functions a CPU ran last, "" when none is among the recent steps."""
    end = desk.step + 1
    functions, where = desk.span(max(0, end - BACK), end, "fn", "where")
    wanted = desk.numbers(*names)
    if not wanted:
        return ""
    hits = np.flatnonzero(among(functions, np.array(sorted(wanted))) & (where >> 8 == cpu))
    return desk.function(int(functions[hits[-1]])) if len(hits) else ""


def last_napi(desk: Desk, cpu: int) -> int:
    """The NAPI that a CPU polls, or polled last; 0 before the first poll."""
    uid, sd = by_cpu(desk, "softnet_data").get(cpu, (0, None))
    if sd is None:
        return 0
    if sd["polling_napi"]:
        return sd["polling_napi"]
    before = desk.cursor.previous(uid, "polling_napi")
    return before if isinstance(before, int) else 0


def runs_backlog(desk: Desk, cpu: int, driver: str) -> bool:
    """Whether a CPU's softirq works off its backlog instead of a driver's ring."""
    napi = last_napi(desk, cpu)
    if napi and desk.cursor.exists(napi):
        return not desk.known(napi, "dev")
    return f"{driver}_poll" not in desk.function_names


def name_at(stage: Stage, entry: str, ran: tuple[str, ...], here: str) -> str:
    """The name under a stage: what runs there now, the path's entry, or what the packet really went through.

    Args:
        stage: which.
        entry: the entry of the row's path.
        ran: functions that the packet on the track entered at this stage, in order.
        here: the function it is in, when it stands at this stage.
    """
    if here:
        return here
    if not ran or entry in ran:
        return entry
    if stage is Stage.IP:
        return "ip_rcv" if "ip_rcv" in ran else entry
    return ran[0] if not entry or entry == "process_backlog" else entry


def _gro(desk: Desk) -> str:
    """From 6.15 on `napi_gro_receive` is inlined into its callers."""
    rules = desk.timeline.facts.get("rules", {})
    return "gro_receive_skb" if rules.get("gro_node") else "napi_gro_receive"
