"""`echo VALUE > FILE`: /proc/sys, /proc/irq and /sys/class/net.

A write that the kernel refuses fails in the shell's builtin: `bash: echo: write error: Invalid argument`.
"""

from __future__ import annotations

import re

from engine.console.kernels import sysctl_defaults
from engine.console.masks import INVALID, OUT_OF_RANGE, MaskError, parse_hex, parse_list
from engine.console.output import NOT_BUILT_STATUS, Output
from engine.console.sysctls import READ_ONLY, SysctlError, key_of
from engine.console.write import sysctl
from engine.console.write.facts import HostFacts, NicFacts
from engine.console.write.outcome import Planned, done, later, no
from engine.console.write.settings import (
    DefaultIrqAffinity,
    GroFlushTimeout,
    IrqAffinity,
    NapiDeferHardIrqs,
    RpsCpus,
)

ULONG_MAX = (1 << 64) - 1
S32_MAX = (1 << 31) - 1
PERMISSION = "Permission denied"
NO_FILE = "No such file or directory"
IO_ERROR = "Input/output error"
UNSUPPORTED = "Operation not supported"

PROC_READ_ONLY = (
    *("/proc/interrupts", "/proc/softirqs", "/proc/stat", "/proc/version", "/proc/uptime"),
    *(f"/proc/net/{name}" for name in ("softnet_stat", "snmp", "netstat", "snmp6", "dev", "udp", "sockstat")),
)
IRQ_MASKS = ("smp_affinity", "smp_affinity_list")
IRQ_READ_ONLY = ("effective_affinity", "effective_affinity_list", "affinity_hint", "node", "spurious")
DEVICE_READ_ONLY = frozenset(
    {
        *("address", "operstate", "speed", "duplex", "ifindex", "iflink", "type", "addr_len", "broadcast"),
        *(
            "dev_id",
            "dormant",
            "link_mode",
            "uevent",
            "carrier_changes",
            "testing",
            "addr_assign_type",
            "name_assign_type",
        ),
        *("carrier_up_count", "carrier_down_count"),
    }
)
DEVICE_LATER = frozenset(
    {"mtu", "tx_queue_len", "carrier", "flags", "netdev_group", "proto_down", "ifalias", "dev_port"}
)
QUEUE_LATER = frozenset({"xps_cpus", "xps_rxqs", "tx_maxrate"})


def plan(words: list[str], path: str, facts: HostFacts) -> Planned:
    """Write the words of `echo` into a file."""
    text = " ".join(words[1:] if words[:1] == ["-n"] else words)
    path = re.sub(r"/+", "/", path)
    if path.startswith("/proc/sys/"):
        return _sysctl(path, text, facts)
    if path == "/proc/irq/default_smp_affinity":
        return _default_affinity(text, facts)
    irq = re.fullmatch(r"/proc/irq/(\d+)/(\w+)", path)
    if irq:
        return _irq(int(irq[1]), irq[2], path, text, facts)
    device = re.fullmatch(r"/sys/class/net/([^/]+)/(.+)", path)
    if device:
        return _device(device[1], device[2], path, text, facts)
    if path in PROC_READ_ONLY:
        return failed(IO_ERROR)
    if path.rstrip("/") in ("/proc", "/proc/net", "/proc/irq", "/proc/sys", "/sys", "/sys/class/net"):
        return unopened(path, "Is a directory")
    if path.startswith(("/proc/", "/sys/")):
        return unopened(path, NO_FILE)
    return later(f"writing into {path}")


def tee(words: list[str], operands: list[str], facts: HostFacts) -> Planned:
    """Run `echo VALUE | tee FILE`: prints the value too, and complains as tee does."""
    files = [word for word in operands if not word.startswith("-")]
    if len(files) != 1 or operands[: -len(files)] not in ([], ["-a"]):
        return later("this form of tee")
    planned = plan(words, files[0], facts)
    text = " ".join(words) + "\n"
    if planned.output.status == 0:
        return Planned(planned.settings, Output(text))
    if planned.output.status == NOT_BUILT_STATUS:
        return planned
    errno = planned.output.stderr.rpartition(": ")[2]
    return no(f"tee: {files[0]}: {errno}", stdout=text)


def failed(errno: str) -> Planned:
    """Return the builtin's complaint about a refused write."""
    return no(f"bash: echo: write error: {errno}")


def unopened(path: str, errno: str) -> Planned:
    """Return the shell's complaint about a file that it cannot open for writing."""
    return no(f"bash: {path}: {errno}")


def _sysctl(path: str, text: str, facts: HostFacts) -> Planned:
    key = key_of(path.rstrip("/"))
    if any(each.startswith(key + ".") for each in sysctl_defaults(facts.kernel)):
        return unopened(path, "Is a directory")
    if not sysctl.exists(key, facts):
        return unopened(path, NO_FILE)
    if key in READ_ONLY:
        return unopened(path, PERMISSION)
    try:
        return done(*sysctl.store(key, text, facts))
    except SysctlError as error:
        return failed(str(error))
    except sysctl.NotBuiltError as error:
        return later(str(error))


def _default_affinity(text: str, facts: HostFacts) -> Planned:
    try:
        mask = parse_hex(text, facts.cpus)
    except MaskError as error:
        return failed(str(error))
    return done(DefaultIrqAffinity(mask)) if mask else failed(INVALID)


def _irq(number: int, name: str, path: str, text: str, facts: HostFacts) -> Planned:
    line = facts.irq(number)
    if (line is None and number) or name not in (*IRQ_MASKS, *IRQ_READ_ONLY):
        return unopened(path, NO_FILE)
    if name in IRQ_READ_ONLY:
        return failed(IO_ERROR)
    if line is None:  # the timer, which every x86 host has and nobody may move
        return failed("Operation not permitted")
    try:
        mask = parse_list(text, facts.cpus) if name.endswith("_list") else parse_hex(text, facts.cpus)
    except MaskError as error:
        return failed(str(error))
    return done(IrqAffinity(number, mask)) if mask else failed(INVALID)


def _device(name: str, file: str, path: str, text: str, facts: HostFacts) -> Planned:
    nic = facts.nic(name)
    if nic is None:
        return later("a setting of lo") if name == "lo" else unopened(path, NO_FILE)
    queue = re.fullmatch(r"queues/(rx|tx)-(\d+)/([\w/]+)", file)
    if queue:
        return _queue(nic, queue[1], int(queue[2]), queue[3], path, text, facts)
    if file in DEVICE_READ_ONLY or file.startswith("statistics/"):
        return unopened(path, PERMISSION)
    if file in DEVICE_LATER:
        return later(f"{file} of {name}")
    match file:
        case "napi_defer_hard_irqs":
            value = unsigned(text)
            if value is None:
                return failed(INVALID)
            return done(NapiDeferHardIrqs(name, value)) if value <= S32_MAX else failed(OUT_OF_RANGE)
        case "gro_flush_timeout":
            value = unsigned(text)
            return failed(INVALID) if value is None else done(GroFlushTimeout(name, value))
        case "threaded":
            return _threaded(nic, text)
    return unopened(path, NO_FILE)


def _threaded(nic: NicFacts, text: str) -> Planned:
    value = unsigned(text)
    if value is None:
        return failed(INVALID)
    if value > 1:
        return failed(UNSUPPORTED)
    return later(f"threaded NAPI of {nic.name}") if value != nic.threaded else done()


def _queue(
    nic: NicFacts, side: str, queue: int, file: str, path: str, text: str, facts: HostFacts
) -> Planned:
    if queue >= nic.queues:
        return unopened(path, NO_FILE)
    if side == "tx":
        if file in QUEUE_LATER or file.startswith("byte_queue_limits/"):
            return later(f"{file} of {nic.name}'s transmit queues")
        known = ("traffic_class", "tx_timeout")
        return unopened(path, PERMISSION if file in known else NO_FILE)
    if file == "rps_flow_cnt":
        value = unsigned(text)
        if value is None or value > (1 << 32):
            return failed(INVALID)
        return later("receive flow steering (rps_flow_cnt)") if value else done()
    if file != "rps_cpus":
        return unopened(path, NO_FILE)
    try:
        mask = parse_hex(text, facts.cpus)
    except MaskError as error:
        return failed(str(error))
    kept = mask & ~facts.isolated
    return done(RpsCpus(nic.name, queue, kept)) if kept or not mask else failed(INVALID)


def unsigned(text: str) -> int | None:
    """Return what the kernel's `kstrtoul` reads (decimal, 0x hex, 0 octal), None for what it refuses."""
    digits = text.strip().removeprefix("+")
    if re.fullmatch(r"0[xX][0-9a-fA-F]+", digits):
        value = int(digits, 16)
    elif re.fullmatch(r"0[0-7]*", digits):
        value = int(digits, 8)
    elif re.fullmatch(r"[1-9][0-9]*", digits):
        value = int(digits)
    else:
        return None
    return value if value <= ULONG_MAX else None
