"""Sentences for what the hardware does: the wire, the adapter's DMA, its interrupts. They have no function in front."""

from __future__ import annotations

from collections.abc import Callable

from engine.narration.telling import Telling
from engine.narration.words import joined

Template = Callable[[Telling], str]
HARDIRQ = "hardirq"


def frame_arrives(telling: Telling) -> str:
    """The last bit of a frame is here: its length, where the NIC sends it."""
    frame = telling.uid
    receiver = _receiver(telling)
    nic = telling.book.name(receiver)
    length, queue = telling.text(frame, "len"), telling.get(frame, "queue")
    said = f"{telling.it} arrives at {nic}" if nic and telling.it else "a frame arrives"
    said += f", {length}" if length else ""
    waits = telling.take(frame, "link")
    fifo = telling.now(receiver, "fifo_bytes")
    if waits and fifo is not None:
        telling.hush(receiver, "fifo_frames")
        said += f", queue {queue}" if queue is not None else ""
        said += f"; {fifo} of {telling.text(receiver, 'fifo_size')} of FIFO are taken"
    telling.hush(frame, "hash", "queue")
    telling.hush(receiver, "gprc", "gorc", "mprc", "bprc")
    telling.hush(telling.changed("flow", "frames"), "frames")
    for uid, _ in list(telling.changes):  # a frame that comes into sight on the wire
        if uid != frame and telling.book.class_of(uid) == "frame":
            telling.hush_birth(uid)
    return said


def _receiver(telling: Telling) -> int:
    """Return the adapter that the frame's flow arrives at."""
    flow = telling.book.born(telling.uid, "flow") if telling.uid else None
    return (telling.book.born(flow, "nic") or 0) if flow else 0


def fifo_full(telling: Telling) -> str:
    """A frame that finds no room in the receive FIFO."""
    nic = telling.changed("nic", "mpc")
    if not nic or not telling.it:
        return "a frame finds no room in the FIFO"
    taken, size = telling.get(nic, "fifo_bytes"), telling.text(nic, "fifo_size")
    missed = telling.now(nic, "mpc")
    return (
        f"the FIFO of {telling.book.name(nic)} has no room for {telling.it}: {taken} of {size} are taken;"
        f" mpc is now {missed}"
    )


def dma_write_back(telling: Telling) -> str:
    """A frame is in memory, and its descriptor says so; the vector may fire."""
    ring = telling.changed("rx_ring", "filled")
    if not ring:
        return "a descriptor is written back"
    head = telling.take(ring, "head")
    filled = telling.now(ring, "filled")
    which = f"descriptor {head[0]}" if head else "a descriptor"
    with_it = f" with {telling.it}" if telling.is_packet(telling.uid) else ""
    telling.take(telling.uid, "link")
    for nic in telling.book.all("nic"):
        telling.hush(nic, "fifo_bytes", "fifo_frames")
    said = f"{telling.book.name(ring)}: {which} is written back{with_it} ({filled} filled)"
    return joined((said, fires(telling)))


def fires(telling: Telling) -> str:
    """Return which vector sent its message in this step, or latched a cause; "" for none."""
    vector = telling.changed("msix_vector", "fired")
    if vector:
        telling.hush(vector, "fired", "pending", "throttled_until")
        masked = telling.now(vector, "enabled") == 0
        return f"{telling.book.name(vector)} sends its message{' and masks itself' if masked else ''}"
    vector = telling.changed("msix_vector", "pending")
    if vector and telling.now(vector, "pending"):
        return f"the cause of {telling.book.name(vector)} waits"
    return ""


def queue_drop(telling: Telling) -> str:
    """A frame whose ring has no free descriptor, dropped alone."""
    ring = telling.changed("rx_ring", "drops")
    if not ring or not telling.it:
        return "a frame finds no free descriptor"
    telling.hush(telling.uid, "uid")
    return (
        f"{telling.book.name(ring)} has no free descriptor: {telling.it} is dropped;"
        f" drops is now {telling.now(ring, 'drops')}"
    )


def msix_message(telling: Telling) -> str:
    """A message reaches a CPU, which takes the interrupt now or when it has interrupts on."""
    vector = telling.it
    if not vector:
        return "an interrupt message arrives"
    cpu = _target(telling)
    if cpu is None:
        return f"{vector} fires"
    change = telling.take(telling.book.of_cpu("cpu", cpu), "context")
    names = telling.book.fields["cpu", "context"].names
    if change and change[1] < len(names) and names[change[1]] == HARDIRQ:
        return f"{vector} fires; CPU {cpu} is interrupted"
    return f"{vector} fires; the interrupt waits for CPU {cpu}"


def _target(telling: Telling) -> int | None:
    """Return the CPU that an interrupt goes to; None where it is not known."""
    irq = telling.get(telling.uid, "irq")
    for desc in telling.book.all("irq_desc"):
        if irq is not None and telling.cursor.exists(desc) and telling.get(desc, "irq") == irq:
            effective = telling.get(desc, "effective")
            return effective.bit_length() - 1 if effective else None
    return None


def throttle_expires(telling: Telling) -> str:
    """The least gap between two interrupts is over, and a cause waited."""
    if not telling.it:
        return "the throttle of a vector runs out"
    return joined((f"the throttle of {telling.it} runs out", fires(telling)))


def power_on(telling: Telling) -> str:
    """The host as the scene sets it up."""
    telling.told.update(telling.changes)
    return "the host is switched on"


def end_of_run(telling: Telling) -> str:
    """The last step closes all accounts."""
    telling.told.update(key for key in telling.changes if key[1] != "uid")
    return "the run ends"


def counters_only(telling: Telling) -> str:
    """A sample of the counters where no steps are kept."""
    telling.told.update(telling.changes)
    return "only counters are recorded here"


def administrator(_: Telling) -> str:
    """What the scene's commands change; the changes say it."""
    return "the administrator acts"


def timer_fires(_: Telling) -> str:
    """A timer of the hardware."""
    return "a timer fires"


def ipi_delivered(_: Telling) -> str:
    """An interrupt from another CPU."""
    return "an interrupt of another CPU arrives"


HARDWARE: dict[str, Template] = {
    "power_on": power_on,
    "frame_arrives": frame_arrives,
    "fifo_full": fifo_full,
    "dma_write_back": dma_write_back,
    "queue_drop": queue_drop,
    "msix_message": msix_message,
    "throttle_expires": throttle_expires,
    "timer_fires": timer_fires,
    "ipi_delivered": ipi_delivered,
    "administrator": administrator,
    "counters_only": counters_only,
    "end_of_run": end_of_run,
}
