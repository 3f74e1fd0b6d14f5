"""The counters of `ethtool -S` in each driver's order.

igb as listed by Linux 6.12.107 on an 82576; ixgbe in the order of its table of strings, without FCoE; the simulated
`legacy` card lists the interface's statistics. What the model does not move is 0.
"""

from __future__ import annotations

from engine.console.kernels import text
from engine.console.read.device import Device

IGB_GLOBAL = text("ethtool-igb.txt").split()
IXGBE_GLOBAL = text("ethtool-ixgbe.txt").split()
IXGBE_PACKET_BUFFERS = 8
IGB_TX = ("packets", "bytes", "restart")
IGB_RX = ("packets", "bytes", "drops", "csum_err", "alloc_failed")


def statistics(device: Device) -> list[tuple[str, int]]:
    """Return names and values in the order in which ethtool prints them."""
    match device.driver.name:
        case "igb":
            return _igb(device)
        case "ixgbe":
            return _ixgbe(device)
        case _:
            return sorted(device.link_stats().items())


def _igb(device: Device) -> list[tuple[str, int]]:
    nic = device.nic
    values = device.link_stats() | {
        "rx_packets": nic.get("gprc"),
        "rx_bytes": nic.get("gorc"),
        "rx_broadcast": nic.get("bprc"),
        "rx_multicast": nic.get("mprc"),
        "rx_no_buffer_count": nic.get("rnbc"),
        "rx_long_length_errors": nic.get("roc"),
        "rx_long_byte_count": nic.get("gorc"),
    }
    found = [(name, values.get(name, 0)) for name in IGB_GLOBAL]
    found += [(f"tx_queue_{queue}_{name}", 0) for queue in range(device.queues) for name in IGB_TX]
    for queue, ring in enumerate(device.rings):
        found += [(f"rx_queue_{queue}_{name}", ring.get(name)) for name in IGB_RX]
    return found


def _ixgbe(device: Device) -> list[tuple[str, int]]:
    nic, rings = device.nic, device.rings
    values = device.link_stats() | {
        "rx_pkts_nic": nic.get("gprc"),
        "rx_bytes_nic": nic.get("gorc"),
        "broadcast": nic.get("bprc"),
        "rx_dropped": 0,
        "rx_long_length_errors": nic.get("roc"),
        "rx_csum_offload_errors": sum(ring.get("csum_err") for ring in rings),
        "alloc_rx_page_failed": sum(ring.get("alloc_failed") for ring in rings),
        "rx_no_dma_resources": sum(ring.get("drops") for ring in rings),
    }
    found = [(name, values.get(name, 0)) for name in IXGBE_GLOBAL]
    found += [(f"tx_queue_{queue}_{name}", 0) for queue in range(len(rings)) for name in ("packets", "bytes")]
    for queue, ring in enumerate(rings):
        found += [(f"rx_queue_{queue}_{name}", ring.get(name)) for name in ("packets", "bytes")]
    for side in ("tx", "rx"):
        names = [
            f"{side}_pb_{buffer}_{kind}"
            for buffer in range(IXGBE_PACKET_BUFFERS)
            for kind in ("pxon", "pxoff")
        ]
        found += [(name, 0) for name in names]
    return found
