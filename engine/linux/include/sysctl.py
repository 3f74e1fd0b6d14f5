"""The sysctls of the receive path, as recorded fields: a change on the way is a step like any other."""

from __future__ import annotations

from engine.timeline.record import Record, field


class Sysctl(Record, kernel_name="sysctl", meaning="net.core and net.ipv4 settings in force."):
    """Names are the last part of the sysctl's; `net.core` unless the meaning says otherwise."""

    netdev_budget: int = field("packets a net_rx_action call", unit="packets")
    netdev_budget_usecs: int = field("time a net_rx_action call", unit="us")
    dev_weight: int = field("weight of the backlog's poll", unit="packets")
    dev_weight_rx_bias: int = field("multiplies dev_weight for receive")
    dev_weight_tx_bias: int = field("multiplies dev_weight for the qdisc run")
    netdev_max_backlog: int = field("length of input_pkt_queue beyond which it refuses", unit="skbs")
    gro_normal_batch: int = field("segments parked before they are passed up", unit="segments")
    rmem_default: int = field("receive buffer of a new socket", unit="B")
    rmem_max: int = field("largest SO_RCVBUF", unit="B")
    wmem_default: int = field("send buffer of a new socket", unit="B")
    wmem_max: int = field("largest SO_SNDBUF", unit="B")
    skb_defer_max: int = field("skbs kept for the CPU that allocated them", unit="skbs")
    netdev_tstamp_prequeue: int = field("receive timestamp before RPS")
    flow_limit_cpu_bitmap: int = field("CPUs with a flow limit")
    flow_limit_table_len: int = field("buckets of the flow limit")
    rps_sock_flow_entries: int = field("entries of the RFS socket table")
    busy_read: int = field("SO_BUSY_POLL of a new socket", unit="us")
    busy_poll: int = field("busy polling of poll and select", unit="us")
    somaxconn: int = field("largest listen backlog")
    optmem_max: int = field("ancillary memory of a socket", unit="B")
    ip_early_demux: int = field("net.ipv4: socket lookup before the route")
    udp_early_demux: int = field("net.ipv4: the same for UDP")
    tcp_early_demux: int = field("net.ipv4: the same for TCP")
    udp_rmem_min: int = field("net.ipv4: receive memory that is always granted", unit="B")
    sched_rt_runtime_us: int = field("kernel: real-time time in a period", unit="us")
    default_smp_affinity: int = field("CPUs of interrupts requested later; 0 is all of them")
