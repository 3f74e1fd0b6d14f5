"""Sentences for interrupts, softirqs, NAPI and the drivers' polls: budgets, passes, work."""

from __future__ import annotations

from collections.abc import Callable

from engine.narration.contexts import softirq_name, softirq_of
from engine.narration.hardware import fires
from engine.narration.telling import Telling
from engine.narration.words import joined, listed

Template = Callable[[Telling], str]
TAKERS = ("napi_build_skb", "igb_poll", "ixgbe_poll")
"""Functions in whose step a descriptor is taken, one frame a step."""

BUILDERS = TAKERS[:1]
"""Those of them that are not the driver's own: it has taken the descriptor and has an sk_buff built."""


def common_interrupt(telling: Telling) -> str:
    """A CPU takes a device's interrupt."""
    irq = telling.text(telling.uid, "irq")
    if not irq:
        return ""
    count = telling.now(telling.changed("irq_count", "count"), "count")
    said = f"{telling.name} takes interrupt {irq}, {telling.it}"
    return listed((said, f"number {count} on this CPU" if count is not None else ""))


def raise_softirq(telling: Telling) -> str:
    """A softirq becomes pending."""
    change = telling.take(telling.own("cpu"), "softirq_pending")
    if change is None:
        return f"{telling.name} finds its softirq pending already"
    fresh = change[1] & ~change[0]
    names = [softirq_name(telling, bit) for bit in range(fresh.bit_length()) if fresh >> bit & 1]
    return f"{telling.name} raises softirq {' '.join(names)}" if all(names) and names else ""


def handle_softirqs(telling: Telling) -> str:
    """A round of softirqs begins."""
    softirqs = telling.own("softirqs")
    passes = telling.get(softirqs, "passes")
    if passes is None:
        return ""
    telling.told.update(key for key in telling.changes if key[0] == softirqs)
    change = telling.take(telling.own("cpu"), "softirq_pending")
    names = [
        softirq_name(telling, bit) for bit in range(10) if change and (change[0] & ~change[1]) >> bit & 1
    ]
    return listed((f"{telling.name} begins pass {passes}", f"pending {' '.join(names)}" if names else ""))


def softirq_entry(telling: Telling) -> str:
    """A vector's handler begins."""
    softirqs = telling.own("softirqs")
    vector = softirq_of(telling)
    if not vector:
        return ""
    telling.hush(softirqs, "vector")
    runs = telling.now(softirqs, vector)
    return listed((f"{telling.name} of {vector}", f"run {runs} on this CPU" if runs is not None else ""))


def softirq_exit(telling: Telling) -> str:
    """A vector's handler has returned."""
    softirqs = telling.own("softirqs")
    vector = softirq_of(telling)
    if not vector:
        return ""
    telling.hush(softirqs, "vector", "running", "passes")
    again = telling.take(telling.own("cpu"), "softirq_pending")
    passes = telling.get(softirqs, "passes")
    return joined((f"{telling.name} of {vector}", f"pass {passes} begins" if again and passes else ""))


def net_rx_action(telling: Telling) -> str:
    """The receive softirq begins with a budget."""
    softnet = telling.own("softnet_data")
    budget = telling.get(softnet, "budget")
    if budget is None:
        return ""
    telling.hush(softnet, "budget", "pass_polls", "in_net_rx_action")
    return f"{telling.name}: {listed((_budget(telling, softnet), _pass(telling)))}"


def _budget(telling: Telling, softnet: int) -> str:
    """Return "budget 236 of 300 left"; the whole is the sysctl's, which may have been changed since."""
    budget, whole = telling.get(softnet, "budget"), telling.setting("netdev_budget")
    if budget is None:
        return ""
    return (
        f"budget {budget} of {whole} left"
        if whole is not None and budget <= whole
        else f"budget {budget} left"
    )


def _pass(telling: Telling) -> str:
    passes = telling.get(telling.own("softirqs"), "passes")
    return f"pass {passes}" if passes else ""


def napi_poll(telling: Telling) -> str:
    """A poll is over: its work, and what is left of the budget."""
    napi, softnet = telling.uid, telling.own("softnet_data")
    work, weight = telling.get(napi, "work"), telling.get(napi, "weight")
    if work is None or weight is None:
        return ""
    telling.hush(napi, "work", "polls", "packets", "full_polls")
    telling.hush(softnet, "budget", "pass_polls", "polling_napi", "in_net_rx_action")
    for number in range(1, 11):
        telling.hush(telling.own("softirqs"), f"work_{number}")
    squeezed = telling.now(softnet, "time_squeeze")
    numbers = listed((_budget(telling, softnet), _poll(telling, softnet), _pass(telling)))
    return joined(
        (
            f"{telling.name}: {telling.it} did {work} of {weight}",
            numbers,
            f"time_squeeze is now {squeezed}" if squeezed is not None else "",
        )
    )


def _poll(telling: Telling, softnet: int) -> str:
    polls = telling.get(softnet, "pass_polls")
    return f"poll {polls}" if polls else ""


def start_poll(telling: Telling) -> str:
    """net_rx_action turns to an instance."""
    weight = telling.get(telling.uid, "weight")
    if weight is None:
        return ""
    telling.hush(telling.own("softnet_data"), "polling_napi")
    telling.hush(telling.uid, "work")
    return f"{telling.name} polls {telling.it} for at most {weight}"


def take_descriptor(telling: Telling) -> str:
    """The driver takes a written-back descriptor."""
    ring = telling.changed("rx_ring", "filled")
    change = telling.changes.get((ring, "filled"))
    if not ring or change is None or not telling.is_packet(telling.uid):
        return ""
    if isinstance(change.old, int) and isinstance(change.new, int) and change.new > change.old:
        return ""  # a write-back that fell into the same step
    telling.hush(telling.uid, "link")
    telling.hush(ring, "next_to_clean")
    for uid, _ in list(telling.changes):
        if telling.book.class_of(uid) == "sk_buff" and telling.timeline.frame_of(uid) == telling.uid:
            telling.hush_birth(uid)
    filled = telling.now(ring, "filled")
    does = "builds an sk_buff for" if telling.name in BUILDERS else "takes"
    said = f"{telling.name} {does} packet {telling.it} from {telling.book.name(ring)}"
    return joined((listed((said, _place_in_poll(telling))), f"{filled} left there"))


def _place_in_poll(telling: Telling) -> str:
    """Return "39 of 64 in this poll": how many descriptors this poll has taken, and how many it may."""
    softnet = telling.own("softnet_data")
    napi = telling.get(softnet, "polling_napi")
    weight = telling.get(napi, "weight") if napi else None
    began = telling.cursor.changed_at(softnet, "polling_napi") if weight else None
    if began is None:
        return ""
    return (
        f"{telling.steps_since(began, *TAKERS[:1])} of {weight} in this poll"
        if telling.name in TAKERS[:1]
        else ""
    )


def napi_schedule_prep(telling: Telling) -> str:
    """Somebody wants an instance polled: it is taken, or its owner is told to look again."""
    change = telling.take(telling.uid, "state")
    field = telling.book.fields.get(("napi_struct", "state"))
    if not telling.it or field is None:
        return ""
    if change is None:
        return f"{telling.name} finds {telling.it} taken"
    fresh = change[1] & ~change[0]
    names = [name for bit, name in enumerate(field.names) if fresh >> bit & 1]
    return f"{telling.name} sets {' '.join(names)} of {telling.it}" if names else ""


def napi_schedule(telling: Telling) -> str:
    """An instance goes on this CPU's poll list."""
    if telling.now(telling.uid, "list_owner") is None:
        return ""
    telling.hush(telling.uid, "link")
    return f"{telling.name} puts {telling.it} on the poll_list"


def unmask(telling: Telling) -> str:
    """The driver writes EIMS: the vector may fire again, or does at once."""
    if not telling.it:
        return ""
    if telling.now(telling.uid, "enabled") == 1:
        return f"{telling.name} unmasks {telling.it}"
    return joined((f"{telling.name} unmasks {telling.it}", fires(telling)))


def refill(telling: Telling) -> str:
    """The driver posts fresh descriptors."""
    change = telling.take(telling.uid, "next_to_use")
    count = telling.get(telling.uid, "count")
    if change is None or not count:
        return ""
    posted = (change[1] - change[0]) % count
    fresh = f"{posted} descriptor{'s' if posted != 1 else ''}"
    return f"{telling.name} posts {fresh} to {telling.it}; next_to_use is now {change[1]}"


def gro_normal_one(telling: Telling) -> str:
    """An skb is parked for the stack."""
    napi = telling.changed("napi_struct", "rx_count")
    if not napi or not telling.it:
        return ""
    count, batch = telling.now(napi, "rx_count"), telling.setting("gro_normal_batch")
    telling.hush(telling.uid, "link")
    of = f" of {batch}" if batch is not None else ""
    return f"{telling.name} puts {telling.it} on the rx_list of {telling.book.name(napi)}, {count}{of}"


def gro_normal_list(telling: Telling) -> str:
    """The parked skbs go up as one list."""
    change = telling.take(telling.uid, "rx_count")
    if change is None:
        return ""
    return f"{telling.name} passes {change[0]} on rx_list of {telling.it} to the stack"


SOFTIRQS: dict[str, Template] = {
    "common_interrupt": common_interrupt,
    "__raise_softirq_irqoff": raise_softirq,
    "handle_softirqs": handle_softirqs,
    "softirq_entry": softirq_entry,
    "softirq_exit": softirq_exit,
    "net_rx_action": net_rx_action,
    "__napi_poll": start_poll,
    "napi_poll": napi_poll,
    "napi_schedule_prep": napi_schedule_prep,
    "__napi_schedule": napi_schedule,
    "__napi_schedule_irqoff": napi_schedule,
    "igb_ring_irq_enable": unmask,
    "ixgbe_irq_enable_queues": unmask,
    "igb_alloc_rx_buffers": refill,
    "ixgbe_alloc_rx_buffers": refill,
    "legacy_rx": take_descriptor,
    **dict.fromkeys(TAKERS, take_descriptor),
    "gro_normal_one": gro_normal_one,
    "gro_normal_list": gro_normal_list,
}
