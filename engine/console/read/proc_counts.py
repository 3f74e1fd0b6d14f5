"""/proc/interrupts, /proc/softirqs, /proc/stat, /proc/version, /proc/uptime.

Simplified: the lines of interrupts without a device are those of a bare-metal x86 host, and only LOC, RES and CAL
move. Times in /proc/stat are whole hundredths of a second, as on a real host, so they stay 0 in short runs.
"""

from __future__ import annotations

import time

import numpy as np

from engine.console.kernels import version
from engine.console.read.source import Host, Row
from engine.timeline.schema import WHERES, Where

SOFTIRQS = ("HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU")
U32 = (1 << 32) - 1
USER_HZ_NS = 10_000_000
ONE_BLANK_FEWER = (6, 18)
"""From this version on /proc/interrupts has one blank before the chip's name, not two."""

ARCH = (
    ("NMI", "Non-maskable interrupts", ""),
    ("LOC", "Local timer interrupts", "loc"),
    ("SPU", "Spurious interrupts", ""),
    ("PMI", "Performance monitoring interrupts", ""),
    ("IWI", "IRQ work interrupts", ""),
    ("RTR", "APIC ICR read retries", ""),
    ("RES", "Rescheduling interrupts", "res"),
    ("CAL", "Function call interrupts", "cal"),
    ("TLB", "TLB shootdowns", ""),
    ("TRM", "Thermal event interrupts", ""),
    ("THR", "Threshold APIC interrupts", ""),
    ("DFR", "Deferred Error APIC interrupts", ""),
    ("MCE", "Machine check exceptions", ""),
    ("MCP", "Machine check polls", ""),
)
TOTALS = ("ERR", "MIS")
POSTED = (
    ("PIN", "Posted-interrupt notification event"),
    ("NPI", "Nested posted-interrupt event"),
    ("PIW", "Posted-interrupt wakeup event"),
)
CPU_TIMES = ("user_ns", "nice_ns", "system_ns", "idle_ns", "", "irq_ns", "softirq_ns", "", "", "")
"""The columns of /proc/stat's cpu lines; iowait, steal and guests are not modelled."""

BOOKED = {
    Where.IDLE: "idle_ns",
    Where.HARDIRQ: "irq_ns",
    Where.SOFTIRQ: "softirq_ns",
    Where.KSOFTIRQD: "softirq_ns",
    Where.USER: "user_ns",
}
"""Where the time of each context is booked; all others are system time, threaded NAPI among them."""

DEFAULT_CLOCK = 1_767_225_600
"""Wall-clock seconds at simulated time 0, unless the facts say otherwise: 2026-01-01 00:00:00 UTC."""


def wall_clock(host: Host) -> time.struct_time:
    """Return the simulated host's date and time at the moment, UTC."""
    return time.gmtime(int(host.facts.get("clock", DEFAULT_CLOCK)) + host.now // 1_000_000_000)


def irq_counts(host: Host) -> dict[int, dict[int, int]]:
    """Return the interrupts taken, by uid of the line and by CPU."""
    counts: dict[int, dict[int, int]] = {}
    for row in host.rows("irq_count"):
        counts.setdefault(row.parent, {})[row["cpu"]] = row["count"]
    return counts


def irq_lines(host: Host) -> list[Row]:
    """Return the interrupt lines that have a handler, by number."""
    return sorted(host.rows("irq_desc"), key=lambda row: row["irq"])


def possible_irqs(host: Host) -> int:
    """Return `nr_irqs` of an x86 host with 24 interrupt pins."""
    return 424 + 8 * host.cpus


def interrupts(host: Host) -> str:
    """Return /proc/interrupts (kernel/irq/proc.c, arch/x86/kernel/irq.c)."""
    width = 3 if possible_irqs(host) < 1000 else 4
    gap = " " if version(host.kernel) >= ONE_BLANK_FEWER else "  "
    counts = irq_counts(host)
    lines = [" " * (width + 8) + "".join(f"CPU{cpu:<8}" for cpu in range(host.cpus)) + "\n"]
    for row in irq_lines(host):
        mine = counts.get(row.uid, {})
        numbers = "".join(f" {mine.get(cpu, 0) & U32:10}" for cpu in range(host.cpus))
        chip = f"{gap}{host.text(row['chip']):>8} {row['hwirq']:{width}}-edge    "
        lines.append(f"{row['irq']:{width}}:{numbers}{chip}  {host.text(row['action'])}\n")
    lines += _arch_lines(host, width)
    return "".join(lines)


def _arch_lines(host: Host, width: int) -> list[str]:
    cpus = host.per_cpu("cpu", "number")
    lines = []
    for label, words, field in ARCH:
        counts = [cpus[cpu].get(field) if field and cpu in cpus else 0 for cpu in range(host.cpus)]
        lines.append(f"{label:>{width}}: {''.join(f'{count & U32:10} ' for count in counts)}  {words}\n")
    lines += [f"{label:>{width}}: {0:10}\n" for label in TOTALS]
    for label, words in POSTED:
        lines.append(f"{label:>{width}}: {f'{0:10} ' * host.cpus}  {words}\n")
    return lines


def softirq_counts(host: Host) -> dict[str, list[int]]:
    """Return handler runs by vector, a number per CPU."""
    rows = host.per_cpu("softirqs", "cpu")
    return {
        name: [rows[cpu].get(name) if cpu in rows else 0 for cpu in range(host.cpus)] for name in SOFTIRQS
    }


def softirqs(host: Host) -> str:
    """Return /proc/softirqs (fs/proc/softirqs.c)."""
    lines = [" " * 20 + "".join(f"CPU{cpu:<8}" for cpu in range(host.cpus)) + "\n"]
    for name, counts in softirq_counts(host).items():
        lines.append(f"{name:>12}:" + "".join(f" {count & U32:10}" for count in counts) + "\n")
    return "".join(lines)


def cpu_times(host: Host) -> list[list[int]]:
    """Return nanoseconds by CPU in the columns of /proc/stat: from the slices, else from the CPUs' counters.

    Slices are exact at any moment; the counters, all there is at level "counters", move when a CPU switches.
    """
    rows = host.per_cpu("cpu", "number")
    return [
        _sliced(host, cpu) or [rows[cpu].get(field) if field and cpu in rows else 0 for field in CPU_TIMES]
        for cpu in range(host.cpus)
    ]


def _sliced(host: Host, cpu: int) -> list[int]:
    """Return a CPU's times from what it ran up to the moment; empty when that is not known."""
    if not host.cursor.detailed or cpu not in host.timeline.cpus:
        return []
    slices = host.timeline.slices(cpu, 0, host.now)
    lengths = np.diff(np.append(slices.start, host.now))
    sums = np.zeros(len(WHERES), np.int64)
    np.add.at(sums, slices.context, lengths)
    times = dict.fromkeys(CPU_TIMES, 0)
    for where, spent in zip(WHERES, sums.tolist(), strict=True):
        times[BOOKED.get(where, "system_ns")] += spent
    return [times[field] if field else 0 for field in CPU_TIMES]


def stat(host: Host) -> str:
    """Return /proc/stat (fs/proc/stat.c)."""
    ticks = [[each // USER_HZ_NS for each in row] for row in cpu_times(host)]
    sums = [sum(column) // USER_HZ_NS for column in zip(*cpu_times(host), strict=True)]
    lines = ["cpu  " + " ".join(str(each) for each in sums) + "\n"]
    lines += [f"cpu{cpu} " + " ".join(str(each) for each in row) + "\n" for cpu, row in enumerate(ticks)]
    taken = {row["irq"]: sum(irq_counts(host).get(row.uid, {}).values()) for row in irq_lines(host)}
    arch = sum(row.get(field) for row in host.rows("cpu") for field in ("loc", "res", "cal"))
    total = sum(taken.values()) + arch
    numbers = " ".join(str(taken.get(irq, 0)) for irq in range(possible_irqs(host)))
    tasks = host.rows("task_struct")
    switches = sum(row.get("nvcsw") + row.get("nivcsw") for row in tasks)
    running = sum(row.get("state", 2) in (0, 1) and row.get("kind", 1) != 0 for row in tasks)
    soft = [sum(counts) for counts in softirq_counts(host).values()]
    lines.append(f"intr {total} {numbers}\nctxt {switches}\n")
    lines.append(f"btime {int(host.facts.get('clock', DEFAULT_CLOCK))}\nprocesses {len(tasks)}\n")
    lines.append(f"procs_running {running}\nprocs_blocked 0\n")
    lines.append(f"softirq {sum(soft)} {' '.join(str(each) for each in soft)}\n")
    return "".join(lines)


def proc_version(host: Host) -> str:
    """Return /proc/version (fs/proc/version.c); the builder and compiler are the facts' `built_by`."""
    model = "PREEMPT_RT" if host.facts.get("preempt") == "rt" else "PREEMPT_DYNAMIC"
    built = host.facts.get("built_by", "(root@skbscope) (gcc 14.2.0, GNU ld 2.44)")
    stamp = host.facts.get("build_stamp", "Thu Jan  1 00:00:00 UTC 2026")
    return f"Linux version {host.release} {built} #1 SMP {model} {stamp}\n"


def uptime(host: Host) -> str:
    """Return /proc/uptime: seconds since the run began, and idle seconds of all CPUs."""
    idle = sum(row[3] for row in cpu_times(host))
    return f"{_seconds(host.now)} {_seconds(idle)}\n"


def _seconds(nanoseconds: int) -> str:
    return f"{nanoseconds // 1_000_000_000}.{nanoseconds % 1_000_000_000 // USER_HZ_NS:02}"
