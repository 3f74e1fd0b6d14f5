"""include/linux/netdevice.h: net_device, napi_struct, softnet_data."""

from __future__ import annotations

from typing import Any

from engine.linux.include.skbuff import Skb
from engine.timeline.lists import RecordedList
from engine.timeline.record import Record, field
from engine.timeline.schema import Kind

NAPI_STATE_NAMES = (
    "SCHED",
    "MISSED",
    "DISABLE",
    "NPSVC",
    "LISTED",
    "NO_BUSY_POLL",
    "IN_BUSY_POLL",
    "PREFER_BUSY_POLL",
    "THREADED",
    "SCHED_THREADED",
)
(
    NAPIF_STATE_SCHED,
    NAPIF_STATE_MISSED,
    NAPIF_STATE_DISABLE,
    NAPIF_STATE_NPSVC,
    NAPIF_STATE_LISTED,
    NAPIF_STATE_NO_BUSY_POLL,
    NAPIF_STATE_IN_BUSY_POLL,
    NAPIF_STATE_PREFER_BUSY_POLL,
    NAPIF_STATE_THREADED,
    NAPIF_STATE_SCHED_THREADED,
) = (1 << bit for bit in range(len(NAPI_STATE_NAMES)))

NAPI_POLL_WEIGHT = 64
MAX_GRO_SKBS = 8
GRO_HASH_BUCKETS = 8

FEATURES = (
    "rx-checksum",
    "rx-gro",
    "rx-hashing",
    "rx-lro",
    "rx-ntuple-filter",
    "rx-gro-hw",
    "rx-gro-list",
    "rx-udp-gro-forwarding",
    "rx-vlan-hw-parse",
    "rx-vlan-filter",
)


TX_OFFLOADS = (
    "tx-scatter-gather",
    "tx-checksum-ip-generic",
    "tx-vlan-hw-insert",
    "tx-generic-segmentation",
    "tx-tcp-segmentation",
    "tx-tcp-mangleid-segmentation",
    "tx-tcp6-segmentation",
    "tx-gre-segmentation",
    "tx-gre-csum-segmentation",
    "tx-ipxip4-segmentation",
    "tx-ipxip6-segmentation",
    "tx-udp_tnl-segmentation",
    "tx-udp_tnl-csum-segmentation",
    "tx-gso-partial",
    "tx-esp-segmentation",
    "tx-udp-segmentation",
    "tx-checksum-sctp",
    "esp-hw-offload",
    "esp-tx-csum-hw-offload",
)


class NetDevice(Record, kernel_name="net_device", meaning="A network interface."):
    """One interface with its core counters; driver counters are read from rings and registers."""

    ifindex: int = field("interface index")
    mtu: int = field("largest IP packet", unit="B")
    up: int = field("IFF_UP and carrier", kind=Kind.BOOL)
    address: int = field("IPv4 address", kind=Kind.IPV4)
    prefix: int = field("prefix length")
    driver: int = field("driver", kind=Kind.NAME)
    features: int = field("offloads that are on", kind=Kind.FLAGS, names=FEATURES)
    rx_dropped: int = field("dropped by the stack after the driver delivered it", unit="packets")
    rx_nohandler: int = field("dropped for want of a handler", unit="packets")
    rx_otherhost_dropped: int = field("dropped: for another host", unit="packets")
    napi_defer_hard_irqs: int = field("empty polls tolerated before the interrupt is re-enabled")
    gro_flush_timeout: int = field(
        "timer of deferred interrupts and held GRO packets", kind=Kind.NS, unit="ns"
    )
    rx_usecs: int = field("ethtool -C rx-usecs", unit="us")
    tx_usecs: int = field("ethtool -C tx-usecs, where transmit has vectors of its own", unit="us", default=3)
    tx_count: int = field("descriptors of each transmit ring; 0 is the driver's default", unit="descriptors")
    tx_off: int = field("transmit offloads that were turned off", kind=Kind.FLAGS, names=TX_OFFLOADS)
    nic: int = field("the adapter", kind=Kind.UID)
    udp4_ports_hashed: int = field("rx-flow-hash udp4 sdfn", kind=Kind.BOOL)
    threaded: int = field("threaded NAPI", kind=Kind.BOOL)
    rings: list[Any]
    napis: list[NapiStruct]
    vectors: list[Any]
    rps: list[Any]
    hw: Any
    ops: Any
    taps: list[Any]
    ifname: str
    driver_name: str


class NapiStruct(
    Record, kernel_name="napi_struct", meaning="A polling instance: who owns it, what GRO holds."
):
    """One NAPI; `link` is its place on a poll list."""

    link: int = field("which poll list, and where in it", kind=Kind.LINK)
    state: int = field("ownership", kind=Kind.FLAGS, names=NAPI_STATE_NAMES)
    weight: int = field("most packets a poll may return", unit="packets")
    napi_id: int = field("number that sockets remember")
    list_owner: int = field("CPU whose list it is on, -1 none")
    work: int = field("packets of the poll in progress or just done", unit="packets")
    rx_count: int = field("segments parked on rx_list", unit="segments")
    gro_bitmask: int = field("buckets that hold packets", kind=Kind.HEX)
    defer_hard_irqs_count: int = field("empty polls left before the interrupt is re-enabled")
    timer_expires: int = field("napi_watchdog fires at; 0 not armed", kind=Kind.NS, unit="ns")
    polls: int = field("polls so far", unit="polls")
    packets: int = field("sum of work", unit="packets")
    full_polls: int = field("polls that returned their whole weight", unit="polls")
    completions: int = field("napi_complete_done that returned true", unit="completions")
    timer_polls: int = field("polls begun by napi_watchdog", unit="polls")
    dev: int = field("device; 0 is a backlog", kind=Kind.UID)
    irq: int = field("interrupt number")
    rx_list: RecordedList[Skb]
    gro_hash: list[RecordedList[Skb]]
    poll: Any
    netdev: Any
    ring: Any
    vector: Any
    q_vector: Any
    timer: Any
    thread: Any
    cause: int


class SoftnetData(Record, kernel_name="softnet_data", meaning="Per-CPU state of the receive path."):
    """One CPU's softnet_data. `budget`, `time_limit` and `pass_polls` are locals of net_rx_action, kept for the eye."""

    cpu: int = field("CPU number")
    processed: int = field("skbs through __netif_receive_skb_core", unit="skbs")
    dropped: int = field("refused by this CPU's backlog", unit="skbs")
    time_squeeze: int = field("net_rx_action calls stopped by budget or time", unit="calls")
    received_rps: int = field("RPS interrupts received", unit="IPIs")
    flow_limit_count: int = field("refused by the flow limit on this CPU", unit="skbs")
    in_net_rx_action: int = field("net_rx_action is running or owed", kind=Kind.BOOL)
    input_qlen: int = field("skbs on input_pkt_queue", unit="skbs")
    process_qlen: int = field("skbs on process_queue", unit="skbs")
    input_queue_head: int = field("dequeued so far")
    input_queue_tail: int = field("enqueued so far")
    budget: int = field("packets left in this net_rx_action", unit="packets")
    time_limit: int = field("net_rx_action stops at", kind=Kind.NS, unit="ns")
    pass_polls: int = field("polls of this net_rx_action", unit="polls")
    polling_napi: int = field("the napi_struct whose poll runs", kind=Kind.UID)
    net_rx_started: int = field("when this net_rx_action began", kind=Kind.NS, unit="ns")
    poll_list: RecordedList[NapiStruct]
    repoll: RecordedList[NapiStruct]
    polling: RecordedList[NapiStruct]
    input_pkt_queue: RecordedList[Skb]
    process_queue: RecordedList[Skb]
    defer_list: RecordedList[Skb]
    backlog: NapiStruct
    rps_ipi_list: list[SoftnetData]
    flow_limit: Any
    defer_ipi_scheduled: bool
    lock: Any


class RpsMap(
    Record, kernel_name="netdev_rx_queue", meaning="An RX queue's steering: rps_cpus and rps_flow_cnt."
):
    """Software steering of one RX queue."""

    queue: int = field("number of the queue")
    rps_cpus: int = field("CPUs that packets are steered to; 0 is off", kind=Kind.CPUS)
    rps_flow_cnt: int = field("entries of the RFS flow table; 0 is off")
    map: tuple[int, ...]
