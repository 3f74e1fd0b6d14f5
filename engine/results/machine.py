"""The results' tables of CPUs, interrupts, softirqs, NAPI instances and threads."""

from __future__ import annotations

from engine.console.read.proc_counts import irq_counts, irq_lines, softirq_counts
from engine.console.read.source import Host

SOFTNET = ("processed", "dropped", "time_squeeze", "received_rps", "flow_limit_count")
NAPI = {
    "polls": "polls",
    "work": "packets",
    "full_polls": "full_polls",
    "completions": "completions",
    "timer_polls": "timer_polls",
}
"""Keys of a NAPI's row, and the fields that they show."""
CPU_TIMES = ("user_ns", "nice_ns", "system_ns", "irq_ns", "softirq_ns", "idle_ns")
ARCH_INTERRUPTS = {"LOC": "loc", "RES": "res", "CAL": "cal"}
THREAD = {
    "cpu_ns": "sum_exec_runtime",
    "wakeups": "wakeups",
    "messages": "messages",
    "returns": "returns",
}
"""Keys of a thread's row, and the fields that they show; `switches` is the sum of two."""
IDLE_KIND = 0


def softnet_stat(host: Host) -> list[dict[str, int]]:
    """Return a row for each CPU, named as the columns of /proc/net/softnet_stat."""
    rows = []
    for cpu, row in sorted(host.per_cpu("softnet_data", "cpu").items()):
        backlog, process = row["input_qlen"], row["process_qlen"]
        lengths = {"backlog_len": backlog + process, "input_qlen": backlog, "process_qlen": process}
        rows.append({"cpu": cpu} | {name: row[name] for name in SOFTNET} | lengths)
    return rows


def interrupts(host: Host) -> dict[str, list[int]]:
    """Return interrupts taken by action, a number for each CPU; LOC, RES and CAL as /proc/interrupts has them."""
    counts = irq_counts(host)
    found: dict[str, list[int]] = {}
    for line in irq_lines(host):
        mine = counts.get(line.uid, {})
        numbers = [mine.get(cpu, 0) for cpu in range(host.cpus)]
        action = host.text(line["action"]) or str(line["irq"])
        before = found.get(action, [0] * host.cpus)
        found[action] = [one + other for one, other in zip(before, numbers, strict=True)]
    states = host.per_cpu("cpu", "number")
    for label, field in ARCH_INTERRUPTS.items():
        found[label] = [states[cpu].get(field) if cpu in states else 0 for cpu in range(host.cpus)]
    return found


def softirqs(host: Host) -> dict[str, list[int]]:
    """Return handler runs by vector, a number for each CPU."""
    return softirq_counts(host)


def napi(host: Host) -> dict[str, dict[str, int]]:
    """Return the counts of each NAPI instance by its name; backlogs are among them."""
    return {
        row.name or f"napi {row['napi_id']}": {key: row[field] for key, field in NAPI.items()}
        for row in host.rows("napi_struct")
    }


def cpus(host: Host) -> list[dict[str, int]]:
    """Return a row for each CPU: where its time went."""
    rows = sorted(host.per_cpu("cpu", "number").items())
    return [{"cpu": cpu} | {name: row[name] for name in CPU_TIMES} for cpu, row in rows]


def threads(host: Host) -> dict[str, dict[str, int]]:
    """Return the counts of each task by its name, idle tasks left out; a name taken twice gets its pid."""
    found: dict[str, dict[str, int]] = {}
    for row in host.rows("task_struct"):
        if row["kind"] == IDLE_KIND:
            continue
        counts = {key: row[field] for key, field in THREAD.items()}
        name = row.name if row.name not in found else f"{row.name} {row['pid']}"
        found[name] = counts | {"switches": row["nvcsw"] + row["nivcsw"]}
    return found
