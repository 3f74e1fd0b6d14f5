"""What the hardware has that can be seen: flows, frames, the NIC's registers, rings and vectors, the CPUs."""

from __future__ import annotations

from typing import Any

from engine.timeline.lists import RecordedList
from engine.timeline.record import Record, field
from engine.timeline.schema import Kind

CONTEXT_NAMES = (
    "hardware",
    "idle",
    "hardirq",
    "softirq",
    "syscall",
    "user",
    "ksoftirqd",
    "napi_thread",
    "kthread",
)


class Flow(Record, kernel_name="flow", meaning="What arrives on the wire: one letter."):
    """A traffic source; the n-th frame's tuple is (saddr + n % sources, sport + n % many)."""

    letter: int = field("letter, 0 is A")
    protocol: int = field("IP protocol number")
    saddr: int = field("source address", kind=Kind.IPV4)
    daddr: int = field("destination address", kind=Kind.IPV4)
    sport: int = field("source port")
    dport: int = field("destination port")
    many: int = field("source ports it spreads over")
    sources: int = field("source addresses it spreads over")
    frames: int = field("frames put on the wire so far", unit="frames")
    nic: int = field("where it arrives", kind=Kind.UID)
    ended: int


class Frame(
    Record,
    kernel_name="frame",
    meaning="An Ethernet frame, from shortly before its last bit.",
    transient=True,
):
    """One frame of a flow; it lives until its data was read or lost."""

    link: int = field("which list, and where in it", kind=Kind.LINK)
    flow: int = field("its flow", kind=Kind.UID)
    number: int = field("its number in the flow, from 0")
    len: int = field("Ethernet frame without FCS", unit="B")
    hash: int = field("RSS hash the NIC computed", kind=Kind.HEX)
    queue: int = field("RX queue the NIC chose")
    arrived: int = field("last bit on the wire", kind=Kind.NS, unit="ns")
    saddr: int
    daddr: int
    sport: int
    dport: int
    copies: int
    delivered: int
    lost: list[str] | None
    sender: Flow


class Nic(Record, kernel_name="nic", meaning="The adapter's registers and its receive FIFO."):
    """Counters as the hardware keeps them, before any driver reads them."""

    speed_bps: int = field("link speed", unit="bit/s")
    fifo_bytes: int = field("bytes waiting in the receive FIFO", unit="B")
    fifo_frames: int = field("frames waiting in the receive FIFO", unit="frames")
    fifo_size: int = field("size of the receive FIFO", unit="B")
    gprc: int = field("good packets received", unit="frames")
    gorc: int = field("good octets received", unit="B")
    mprc: int = field("multicast packets received", unit="frames")
    bprc: int = field("broadcast packets received", unit="frames")
    mpc: int = field("missed: the FIFO had no room (rx_missed_errors)", unit="frames")
    roc: int = field("longer than the receive limit (rx_long_length_errors)", unit="frames")
    rnbc: int = field("arrived while no descriptor was free (rx_no_buffer_count)", unit="frames")
    crcerrs: int = field("frames with a bad checksum on the wire", unit="frames")
    rss_key: int = field("RSS hash key, 40 bytes as text", kind=Kind.NAME)
    fifo: RecordedList[Frame]
    wire: RecordedList[Frame]


class Reta(Record, kernel_name="reta", meaning="A row of eight entries of the RSS indirection table."):
    """Sixteen of these make the 128 entries of an 82576 or 82599."""

    first: int = field("index of its first entry")
    e0: int = field("queue of entry first + 0")
    e1: int = field("queue of entry first + 1")
    e2: int = field("queue of entry first + 2")
    e3: int = field("queue of entry first + 3")
    e4: int = field("queue of entry first + 4")
    e5: int = field("queue of entry first + 5")
    e6: int = field("queue of entry first + 6")
    e7: int = field("queue of entry first + 7")


class NtupleRule(Record, kernel_name="ntuple_rule", meaning="A classification rule, looked at before RSS."):
    """A row of `ethtool -n`; a mask has ones where the packet's bits do not matter."""

    location: int = field("number of the rule")
    protocol: int = field("IP protocol number, 0 for any")
    saddr: int = field("source address", kind=Kind.IPV4)
    saddr_mask: int = field("bits of it that do not matter", kind=Kind.HEX)
    daddr: int = field("destination address", kind=Kind.IPV4)
    daddr_mask: int = field("bits of it that do not matter", kind=Kind.HEX)
    sport: int = field("source port")
    sport_mask: int = field("bits of it that do not matter", kind=Kind.HEX)
    dport: int = field("destination port")
    dport_mask: int = field("bits of it that do not matter", kind=Kind.HEX)
    action: int = field("receive queue; -1 drops")


class RxRing(Record, kernel_name="rx_ring", meaning="A receive descriptor ring, with the driver's indices."):
    """Descriptors from `next_to_clean` on were written back; from `head` to `next_to_use` the NIC owns them.

    Not recorded: `free` (owned by the NIC and not yet taken for a frame), `unposted` (what the driver could post),
    `irq` and `q_vector` (its vector, and the driver's structure around it).
    """

    queue: int = field("number of the queue")
    count: int = field("descriptors", unit="descriptors")
    next_to_use: int = field("next slot the driver will post (the tail register)")
    next_to_clean: int = field("next slot the driver will inspect")
    next_to_alloc: int = field("next slot whose page is reused")
    head: int = field("next slot the NIC will fill (RDH)")
    filled: int = field("written back, not yet cleaned", unit="descriptors")
    packets: int = field("rx_queue_N_packets", unit="packets")
    bytes: int = field("rx_queue_N_bytes", unit="B")
    drops: int = field("rx_queue_N_drops: no descriptor, drop enabled", unit="packets")
    csum_err: int = field("rx_queue_N_csum_err", unit="packets")
    alloc_failed: int = field("rx_queue_N_alloc_failed", unit="pages")
    vector: int = field("its interrupt vector", kind=Kind.UID)
    napi: int = field("the napi_struct that polls it", kind=Kind.UID)
    frames: RecordedList[Frame]
    free: int
    unposted: int
    irq: MsixVector
    q_vector: Any


class MsixVector(Record, kernel_name="msix_vector", meaning="An MSI-X vector: cause, mask, throttle."):
    """Auto-masked when it fires; unmasked by the driver's write to EIMS after a completed poll.

    Not recorded: `waits` (the end of its throttle is on the calendar), `cause` (the step that latched its cause).
    """

    index: int = field("vector number on the card")
    irq: int = field("Linux interrupt number")
    enabled: int = field("EIMS bit: armed", kind=Kind.BOOL)
    pending: int = field("EICR bit: a cause waits", kind=Kind.BOOL)
    itr_ns: int = field("minimum gap between two interrupts (EITR)", kind=Kind.NS, unit="ns")
    throttled_until: int = field("no interrupt before", kind=Kind.NS, unit="ns")
    fired: int = field("messages sent", unit="interrupts")
    masked: int = field("masked in the MSI-X table by the kernel", kind=Kind.BOOL)
    waits: bool
    cause: int


class IrqDesc(Record, kernel_name="irq_desc", meaning="A Linux interrupt line."):
    """Name and routing of one interrupt, as /proc/irq and /proc/interrupts show it."""

    irq: int = field("number")
    hwirq: int = field("index within the chip")
    affinity: int = field("smp_affinity", kind=Kind.CPUS)
    effective: int = field("effective_affinity: the CPU that takes it", kind=Kind.CPUS)
    action: int = field("name of the action", kind=Kind.NAME)
    chip: int = field("name of the chip", kind=Kind.NAME)
    handler: Any
    dev_id: Any
    counts: list[IrqCount]


class IrqCount(Record, kernel_name="irq_count", meaning="How often one CPU took one interrupt."):
    """A cell of /proc/interrupts; its parent is the `irq_desc`."""

    cpu: int = field("CPU")
    count: int = field("interrupts taken", unit="interrupts")


class CpuState(
    Record, kernel_name="cpu", meaning="A CPU: what it runs, what it must not run, where its time went."
):
    """One CPU. Disabled interrupts show in the context; `bh_off` is what holds softirqs up."""

    number: int = field("CPU number")
    context: int = field("what runs", kind=Kind.ENUM, names=CONTEXT_NAMES)
    task: int = field("the current task", kind=Kind.UID)
    bh_off: int = field("nesting of disabled bottom halves")
    need_resched: int = field("TIF_NEED_RESCHED", kind=Kind.BOOL)
    softirq_pending: int = field(
        "raised softirqs",
        kind=Kind.FLAGS,
        names=("HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU"),
    )
    nr_running: int = field("runnable tasks, the running one included", unit="tasks")
    user_ns: int = field("time in user mode", kind=Kind.NS, unit="ns")
    nice_ns: int = field("time in user mode of niced tasks", kind=Kind.NS, unit="ns")
    system_ns: int = field("time in the kernel for tasks", kind=Kind.NS, unit="ns")
    irq_ns: int = field("time in hard interrupts", kind=Kind.NS, unit="ns")
    softirq_ns: int = field("time in softirqs, ksoftirqd's included", kind=Kind.NS, unit="ns")
    idle_ns: int = field("time idle", kind=Kind.NS, unit="ns")
    loc: int = field("LOC: local timer interrupts", unit="interrupts")
    res: int = field("RES: rescheduling interrupts", unit="interrupts")
    cal: int = field("CAL: function call interrupts", unit="interrupts")
