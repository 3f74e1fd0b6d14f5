"""What the hardware does, as steps: the wire, the adapter's DMA, its interrupts."""

from __future__ import annotations

from engine.timeline.functions import Declare, seal
from engine.topology import Station

_act = Declare(1, 64)
_GUESS = "order of magnitude"


class Act:
    """Acts of hardware; they take simulated time but no CPU."""

    power_on = _act("", "", 0, kind="hardware")
    frame_arrives = _act("", Station.WIRE, 0, kind="hardware")
    fifo_full = _act("", Station.FIFO, 0, kind="hardware")
    dma_write_back = _act(
        "", Station.RING, 400, f"NIC write and descriptor write-back visible: {_GUESS}", kind="hardware"
    )
    queue_drop = _act("", Station.RING, 0, kind="hardware")
    msix_message = _act("", Station.IRQ, 700, f"MSI-X to handler start, CPU awake: {_GUESS}", kind="hardware")
    throttle_expires = _act("", Station.IRQ, 0, kind="hardware")
    timer_fires = _act("", Station.IRQ, 0, kind="hardware")
    ipi_delivered = _act("", Station.IRQ, 1000, f"IPI delivery: {_GUESS}", kind="hardware")
    administrator = _act("", "", 0, kind="hardware")
    counters_only = _act("", "", 0, kind="hardware")
    end_of_run = _act("", "", 0, kind="hardware")


ACTS = seal(vars(Act), _act)
