"""Every file that can be read: its path, and what makes its text.

Below /proc/irq, /proc/sys and /sys/class/net the paths follow from the scene; `catalogue` lists them all.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from engine.console.masks import cpu_list, hex_mask
from engine.console.read import proc_counts, proc_net
from engine.console.read.device import LINK_STATS, LOOPBACK, Device, devices
from engine.console.read.source import Host, Row
from engine.console.sysctls import path_of

Text = Callable[[], str]


class FileError(OSError):
    """A file that cannot be read; the text is the errno's."""


def catalogue(host: Host) -> dict[str, Text]:
    """Return the paths of all files with the functions that make their text."""
    found: dict[str, Text] = {path: partial(reader, host) for path, reader in WHOLE.items()}
    for row in proc_counts.irq_lines(host):
        found |= _irq_files(host, row)
    for key in host.sysctl_keys():
        found[path_of(key)] = partial(_sysctl, host, key)
    found |= _loopback_files(host)
    for device in devices(host):
        found |= _device_files(host, device)
    return found


def default_affinity(host: Host) -> str:
    """Return /proc/irq/default_smp_affinity."""
    every = (1 << host.cpus) - 1
    return hex_mask(host.sysctl_row.get("default_smp_affinity") or every, host.cpus) + "\n"


WHOLE: dict[str, Callable[[Host], str]] = {
    "/proc/net/softnet_stat": proc_net.softnet_stat,
    "/proc/net/snmp": proc_net.snmp,
    "/proc/net/netstat": proc_net.netstat,
    "/proc/net/snmp6": proc_net.snmp6,
    "/proc/net/dev": proc_net.dev,
    "/proc/net/udp": proc_net.udp,
    "/proc/net/sockstat": proc_net.sockstat,
    "/proc/interrupts": proc_counts.interrupts,
    "/proc/softirqs": proc_counts.softirqs,
    "/proc/stat": proc_counts.stat,
    "/proc/version": proc_counts.proc_version,
    "/proc/uptime": proc_counts.uptime,
    "/proc/irq/default_smp_affinity": default_affinity,
}
"""Files that every host has."""


def _sysctl(host: Host, key: str) -> str:
    return f"{host.sysctl(key)}\n"


def _irq_files(host: Host, row: Row) -> dict[str, Text]:
    cpus = host.cpus
    folder = f"/proc/irq/{row['irq']}"
    values = {
        "affinity_hint": hex_mask(_affinity_hint(host, row), cpus),
        "smp_affinity": hex_mask(row["affinity"], cpus),
        "smp_affinity_list": cpu_list(row["affinity"]),
        "effective_affinity": hex_mask(row["effective"], cpus),
        "effective_affinity_list": cpu_list(row["effective"]),
        "node": str(host.facts.get("node", -1)),
        "spurious": "count 0\nunhandled 0\nlast_unhandled 0 ms",
    }
    return _named(folder, values)


def _affinity_hint(host: Host, row: Row) -> int:
    """Return the hint: ixgbe gives vector N to CPU N, igb gives none."""
    name, _, queue = host.text(row["action"]).partition("-TxRx-")
    owner = next((device for device in devices(host) if device.name == name), None)
    if owner is None or owner.driver.name != "ixgbe" or not queue:
        return 0
    return 1 << int(queue) % host.cpus


def _static(name: str, index: int, kind: int, speed: str | None) -> dict[str, str]:
    loopback = kind != 1
    return {
        "addr_assign_type": "0",
        "addr_len": "6",
        "broadcast": "00:00:00:00:00:00" if loopback else "ff:ff:ff:ff:ff:ff",
        "dev_id": "0x0",
        "dev_port": "0",
        "dormant": "0",
        "duplex": "full" if speed else "",
        "flags": "0x9" if loopback else "0x1003",
        "ifindex": str(index),
        "iflink": str(index),
        "link_mode": "0",
        "name_assign_type": "2" if loopback else "4",
        "netdev_group": "0",
        "proto_down": "0",
        "testing": "0",
        "type": str(kind),
        "uevent": f"INTERFACE={name}\nIFINDEX={index}",
    }


def _named(folder: str, values: dict[str, str]) -> dict[str, Text]:
    return {f"{folder}/{name}": partial(str, text + "\n") for name, text in values.items()}


def _loopback_files(host: Host) -> dict[str, Text]:
    folder = f"/sys/class/net/{LOOPBACK}"
    values = _static(LOOPBACK, 1, 772, None)
    values |= {"address": "00:00:00:00:00:00", "carrier": "1", "gro_flush_timeout": "0", "mtu": "65536"}
    values |= {"napi_defer_hard_irqs": "0", "operstate": "unknown", "threaded": "0", "tx_queue_len": "1000"}
    values |= {f"statistics/{name}": "0" for name in LINK_STATS}
    values |= {"queues/rx-0/rps_cpus": hex_mask(0, host.cpus), "queues/rx-0/rps_flow_cnt": "0"}
    found = _named(folder, values)
    found[f"{folder}/speed"] = found[f"{folder}/duplex"] = _invalid
    return found


def _invalid() -> str:
    raise FileError("Invalid argument")


def _device_files(host: Host, device: Device) -> dict[str, Text]:
    folder = f"/sys/class/net/{device.name}"
    row = device.row
    up = row.get("up", 1)
    values = _static(device.name, device.index, 1, str(device.speed_mbps))
    values |= {
        "address": hardware_address(device),
        "carrier": str(int(bool(up))),
        "operstate": "up" if up else "down",
        "mtu": str(row.get("mtu", 1500)),
        "gro_flush_timeout": str(row.get("gro_flush_timeout")),
        "napi_defer_hard_irqs": str(row.get("napi_defer_hard_irqs")),
        "threaded": str(row.get("threaded")),
        "tx_queue_len": str(device.facts.get("tx_queue_len", 1000)),
    }
    changes = int(device.facts.get("carrier_changes", 2))
    values |= {"carrier_changes": str(changes), "carrier_down_count": str(changes // 2)}
    values["carrier_up_count"] = str(changes - changes // 2)
    for queue in range(device.queues):
        steering = device.rps_row(queue)
        values[f"queues/rx-{queue}/rps_cpus"] = hex_mask(steering.get("rps_cpus"), host.cpus)
        values[f"queues/rx-{queue}/rps_flow_cnt"] = str(steering.get("rps_flow_cnt"))
    found = _named(folder, values)
    found[f"{folder}/speed"] = partial(str, f"{device.speed_mbps}\n") if up else _invalid
    for name in LINK_STATS:
        found[f"{folder}/statistics/{name}"] = partial(_statistic, device, name)
    return found


def _statistic(device: Device, name: str) -> str:
    return f"{device.link_stats()[name]}\n"


def hardware_address(device: Device) -> str:
    """Return the MAC address: the facts' `mac`, else one made of the index."""
    return str(device.facts.get("mac", f"52:54:00:00:00:{device.index & 0xFF:02x}"))


def is_folder(paths: dict[str, Text], path: str) -> bool:
    """Whether a path is a folder that holds files."""
    prefix = path.rstrip("/") + "/"
    return any(each.startswith(prefix) for each in paths)
