"""include/linux/interrupt.h: softirq vectors, their counts, and the round that a CPU is in."""

from __future__ import annotations

from engine.timeline.record import Record, field
from engine.timeline.schema import Kind

SOFTIRQ_NAMES = ("HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU")
(
    HI_SOFTIRQ,
    TIMER_SOFTIRQ,
    NET_TX_SOFTIRQ,
    NET_RX_SOFTIRQ,
    BLOCK_SOFTIRQ,
    IRQ_POLL_SOFTIRQ,
    TASKLET_SOFTIRQ,
    SCHED_SOFTIRQ,
    HRTIMER_SOFTIRQ,
    RCU_SOFTIRQ,
) = range(10)
MAX_SOFTIRQ_RESTART = 10
MAX_SOFTIRQ_TIME_MS = 2


class Softirqs(
    Record, kernel_name="softirqs", meaning="One CPU's column of /proc/softirqs, and its current round."
):
    """Handler runs by vector; `restart` and the `work` fields describe the round of handle_softirqs in progress."""

    cpu: int = field("CPU number")
    HI: int = field("handler runs")
    TIMER: int = field("handler runs")
    NET_TX: int = field("handler runs")
    NET_RX: int = field("handler runs")
    BLOCK: int = field("handler runs")
    IRQ_POLL: int = field("handler runs")
    TASKLET: int = field("handler runs")
    SCHED: int = field("handler runs")
    HRTIMER: int = field("handler runs")
    RCU: int = field("handler runs")
    running: int = field("handle_softirqs is on this CPU's stack", kind=Kind.BOOL)
    vector: int = field("vector whose handler runs; -1 none", default=-1)
    passes: int = field("passes of handle_softirqs begun in this round", unit="passes")
    started: int = field("when the round began", kind=Kind.NS, unit="ns")
    deadline: int = field("no further pass from", kind=Kind.NS, unit="ns")
    work_1: int = field("packets of pass 1", unit="packets")
    work_2: int = field("packets of pass 2", unit="packets")
    work_3: int = field("packets of pass 3", unit="packets")
    work_4: int = field("packets of pass 4", unit="packets")
    work_5: int = field("packets of pass 5", unit="packets")
    work_6: int = field("packets of pass 6", unit="packets")
    work_7: int = field("packets of pass 7", unit="packets")
    work_8: int = field("packets of pass 8", unit="packets")
    work_9: int = field("packets of pass 9", unit="packets")
    work_10: int = field("packets of pass 10", unit="packets")
