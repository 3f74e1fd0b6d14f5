"""Comparing our trace with one of a running kernel: functions in order, tracepoints with their fields.

Everything that a capture has and ours has not is in a table here, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from engine.scenario.document import load
from engine.simulation import prepare
from engine.timeline import Timeline
from engine.traces.ftrace import lines
from tests.engine.linux.captures import VECTORS

RCU = "read-side sections of RCU cost nothing and never wait"
LOCK = "a lock that nobody else has costs nothing"
SLAB = "slabs and pages are not modelled"
LSM = "security modules allow everything"
FILES = "descriptors are looked up for free"
TIMEOUT = "the captured program waits with a timeout, ours for ever"
CLASS = "the inside of a scheduling class; CPU time is weighed in __schedule"
HARDENING = "checks of the user's buffer find nothing"
APIC = "one step sends an interrupt to another CPU, whatever the APIC's driver"
TRACER = "the tracer's own"

NOT_MODELLED = {
    "__rcu_read_lock": RCU,
    "__rcu_read_unlock": RCU,
    "rcu_note_context_switch": RCU,
    "_raw_spin_lock": LOCK,
    "_raw_spin_unlock": LOCK,
    "_raw_spin_lock_bh": LOCK,
    "_raw_spin_unlock_bh": LOCK,
    "_raw_spin_lock_irq": LOCK,
    "_raw_spin_unlock_irq": LOCK,
    "_raw_spin_lock_irqsave": LOCK,
    "_raw_spin_unlock_irqrestore": LOCK,
    "__local_bh_enable_ip": "a step only where softirqs wait for it",
    "__cond_resched": "looks at need_resched, which has a step only where it is set",
    "kmem_cache_size": SLAB,
    "kmem_cache_free": SLAB,
    "__slab_free": SLAB,
    "page_frag_free": SLAB,
    "kmem_cache_alloc_noprof": SLAB,
    "kfree": SLAB,
    "security_sock_rcv_skb": LSM,
    "apparmor_socket_sock_rcv_skb": LSM,
    "bpf_lsm_socket_sock_rcv_skb": LSM,
    "security_socket_recvmsg": LSM,
    "apparmor_socket_recvmsg": LSM,
    "aa_sk_perm": LSM,
    "bpf_lsm_socket_recvmsg": LSM,
    "skb_defer_rx_timestamp": "no hardware stamps packets",
    "make_kuid": "no user owns a rule of the routing policy",
    "map_id_range_down": "no user owns a rule of the routing policy",
    "sk_leave_memory_pressure": "the protocol's memory never runs out",
    "default_send_IPI_single_phys": APIC,
    "epi_fget": FILES,
    "fdget": FILES,
    "fput": FILES,
    "hrtimer_active": TIMEOUT,
    "hrtimer_try_to_cancel": TIMEOUT,
    "hrtimer_start_range_ns": TIMEOUT,
    "__remove_hrtimer": TIMEOUT,
    "__hrtimer_init": TIMEOUT,
    "enqueue_hrtimer": TIMEOUT,
    "get_nohz_timer_target": TIMEOUT,
    "idle_cpu": TIMEOUT,
    "ktime_get": TIMEOUT,
    "ktime_get_ts64": TIMEOUT,
    "timespec64_add_safe": TIMEOUT,
    "set_normalized_timespec64": TIMEOUT,
    "select_estimate_accuracy": TIMEOUT,
    "__mod_timer": TIMEOUT,
    "enqueue_timer": TIMEOUT,
    "__msecs_to_jiffies": CLASS,
    "__pm_relax": "no wakeup source keeps the machine from sleeping",
    "__check_object_size": HARDENING,
    "check_stack_object": HARDENING,
    "is_vmalloc_addr": HARDENING,
    "__virt_addr_valid": HARDENING,
    "update_rq_clock": CLASS,
    "arch_scale_cpu_capacity": CLASS,
    "dequeue_task_fair": CLASS,
    "dequeue_entities": CLASS,
    "dequeue_entity": CLASS,
    "update_curr": CLASS,
    "update_curr_se": CLASS,
    "update_deadline": CLASS,
    "cpuacct_charge": CLASS,
    "dl_server_update": CLASS,
    "update_curr_dl_se": CLASS,
    "start_dl_timer": CLASS,
    "vruntime_eligible": CLASS,
    "__update_load_avg_se": CLASS,
    "__update_load_avg_cfs_rq": CLASS,
    "update_entity_lag": CLASS,
    "avg_vruntime": CLASS,
    "update_cfs_group": CLASS,
    "hrtick_update": CLASS,
    "pick_next_task_fair": CLASS,
    "pick_task_fair": CLASS,
    "sched_balance_newidle": "no load balancing",
    "pick_task_idle": CLASS,
    "put_prev_task_fair": CLASS,
    "put_prev_entity": CLASS,
    "set_next_task_idle": CLASS,
    "psi_task_switch": "pressure is not accounted",
    "psi_flags_change": "pressure is not accounted",
    "psi_group_change": "pressure is not accounted",
    "record_times": "pressure is not accounted",
    "__traceiter_sched_switch": TRACER,
    "enter_lazy_tlb": "address spaces are not modelled",
    "save_fpregs_to_fpstate": "registers are not modelled",
    "xfd_validate_state": "registers are not modelled",
}
"""Functions that a capture shows and ours leaves out on purpose."""

INLINED = "inlined into its caller in the captured build"
UNTRACEABLE = "entry code and the core of the scheduler cannot be traced"
NOT_SHOWN = {
    "common_interrupt": UNTRACEABLE,
    "irq_exit_rcu": UNTRACEABLE,
    "handle_softirqs": UNTRACEABLE,
    "sysvec_call_function_single": UNTRACEABLE,
    "schedule_idle": UNTRACEABLE,
    "__schedule": UNTRACEABLE,
    "__raise_softirq_irqoff": INLINED,
    "gro_normal_one": INLINED,
    "gro_normal_list": INLINED,
    "ep_poll": INLINED,
    "ep_send_events": INLINED,
    "copy_linear_skb": INLINED,
    "igb_ring_irq_enable": INLINED,
}
"""Functions that ours shows and the capture does not."""


BURST = """
kernel = "KERNEL"
until = "1ms"
setup = '''
ethtool -C eth0 rx-usecs 0
sysctl -w net.core.gro_normal_batch=BATCH
'''
[host]
cpus = 2
rules = { RULES }
[host.costs]
common_interrupt = 80000
[[nic]]
name = "eth0"
driver = "igb"
queues = 1
address = "10.0.0.2/24"
[[flow]]
name = "burst"
nic = "eth0"
source = "10.0.0.1:40000"
destination = "10.0.0.2:9000"
frame = 60
count = COUNT
arrival = "burst"
burst = { frames = COUNT, every = "10ms" }
start = "100us"
[[app]]
name = "reader"
cpu = 1
wait = "epoll"
work = "100us"
listen = [{ udp = "0.0.0.0:9000", rcvbuf = 200000 }]
"""


def burst_lines(count: int, kernel: str, batch: int = 8, rules: str = "") -> list[Line]:
    """What the receiving CPU does when so many datagrams meet one poll of igb, the reader being on the other CPU."""
    scene = BURST.replace("COUNT", str(count)).replace("KERNEL", kernel)
    scene = scene.replace("BATCH", str(batch)).replace("RULES", rules)
    return [line for line in our_lines(run(scene)) if line.cpu == 0]


def folded(letters: Iterable[str]) -> str:
    """Letters with the length of each run of one letter behind it: "GGR" is "G2R"."""
    runs = [(letter, len(list(same))) for letter, same in groupby(letters)]
    return "".join(f"{letter}{length}" if length > 1 else letter for letter, length in runs)


def run(scene: str) -> Timeline:
    """Run a scene's text to its end."""
    simulation = prepare(load(scene, name="capture.toml"))
    timeline = Timeline(simulation.prologue)
    for chunk in simulation.chunks():
        timeline.append(chunk)
        assert simulation.invariants() == []
    return timeline


@dataclass(frozen=True)
class Line:
    """One line of a trace.

    Attributes:
        task: comm of the task that is current.
        cpu: CPU number.
        context: need_resched (`N` or `.`) and context (`h`, `s` or `.`).
        event: name of the tracepoint; "function" for a function.
        text: the rest.
    """

    task: str
    cpu: int
    context: str
    event: str
    text: str


_LINE = re.compile(
    r" *(?P<task>.+)-\d+ +\[(?P<cpu>\d+)\] (?P<flags>\S{5})? +[\d.]+: (?P<event>\w+): *(?P<text>.*)"
)


def parsed(text: Iterable[str]) -> list[Line]:
    """Lines of `trace-cmd report`, comments left out."""
    found = []
    for line in text:
        if line.startswith(("#", "cpus=")):
            continue
        match = _LINE.fullmatch(line.rstrip("\n"))
        assert match, line
        flags = match["flags"] or "....."
        found.append(Line(match["task"], int(match["cpu"]), flags[1:3], match["event"], match["text"]))
    return found


def our_lines(timeline: Timeline, since: int = 0) -> list[Line]:
    """Our trace of the steps from a moment on."""
    return parsed(lines(timeline, int(timeline.moment(since)), timeline.steps))


def captured_lines(name: str) -> list[Line]:
    """A captured `trace-cmd report` below `tests/vectors`."""
    return parsed((VECTORS / name).read_text(encoding="utf-8").splitlines())


def missing_from(captured: Sequence[str], ours: Sequence[str]) -> list[str]:
    """Captured names for which there is none of ours in order: empty for an ordered subsequence."""
    at = 0
    missing = []
    for name in captured:
        try:
            at = ours.index(name, at) + 1
        except ValueError:
            missing.append(name)
    return missing


class Stable:
    """Brings a line to what two machines agree on: numbers of objects by first appearance, names by a table."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self.objects: dict[str, int] = {}

    def text(self, line: Line) -> str:
        """Return a line's text without what differs between machines."""
        text = (
            re.sub(r"0x[0-9a-f]{9,16}\b", self._number, line.text) if "exit" not in line.event else line.text
        )
        text = re.sub(r"\+0x[0-9a-f]+", "", text)
        text = re.sub(r"\b(pid|irq|napi_id)=\w+", r"\1=*", text)
        for name, common in self.names.items():
            text = re.sub(rf"\b{re.escape(name)}(?!\w)", common, text)
        return re.sub(r"\b([\w/]+):\d+ \[", r"\1 [", text)

    def _number(self, match: re.Match[str]) -> str:
        return f"#{self.objects.setdefault(match[0], len(self.objects))}"


def fields(text: str) -> list[str]:
    """Arguments of a system call: "fd: 0x3, flags: 0x40" in pieces."""
    return [piece.strip() for piece in text.split(",") if piece.strip()]
