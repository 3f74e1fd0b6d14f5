"""From nothing to a booted host: CPUs, their tasks and softnet_data, sysctls, counters."""

from __future__ import annotations

from engine.hardware.calendar import Calendar
from engine.hardware.context import IDLE, KSOFTIRQD, Context, Work
from engine.linux.cpu import Cpu
from engine.linux.host import Host
from engine.linux.include.interrupt import NET_RX_SOFTIRQ, Softirqs
from engine.linux.include.netdevice import SoftnetData
from engine.linux.include.sched import TASK_KINDS, TASK_RUNNING_ON_CPU, TASK_SLEEPING, Task
from engine.linux.include.snmp import Mib
from engine.linux.include.sysctl import Sysctl
from engine.linux.kernel.locking import SpinLock
from engine.linux.kernel.sched import RunQueue, idle_work
from engine.linux.kernel.softirq import ksoftirqd
from engine.linux.kernel.tick import Tick
from engine.linux.net.core.dev.backlog import process_backlog
from engine.linux.net.core.dev.napi import net_rx_action, netif_napi_add
from engine.linux.net.ipv4.ip_input import ip_init
from engine.linux.net.ipv4.udp import udp_init
from engine.linux.rules import Rules
from engine.timeline.lists import RecordedList
from engine.timeline.recorder import Recorder
from engine.timeline.schema import NOTHING

FIRST_KTHREAD_PID = 15
"""ksoftirqd/0 of a freshly booted machine; the others follow in steps."""
KTHREAD_PID_STEP = 6

SOCKET_BUFFER = 212_992
"""net.core.rmem_default and its like: 256 skbs of the smallest size class."""


def boot(
    recorder: Recorder,
    calendar: Calendar,
    rules: Rules,
    *,
    cpus: int,
    hz: int,
    preempt: str,
    isolcpus: tuple[int, ...],
    costs: list[int],
) -> Host:
    """Return a host whose CPUs are idle and whose network stack is up, without interfaces."""
    host = Host(recorder, calendar, rules, hz, preempt, costs)
    host.isolcpus = frozenset(isolcpus)
    host.tick = Tick()
    host.sysctl = _sysctls(recorder, rules, hz)
    host.mib = Mib(recorder, name="mib")
    host.softirq_vec[NET_RX_SOFTIRQ] = net_rx_action
    ip_init(host)
    udp_init(host)
    for number in range(cpus):
        host.cpus.append(Cpu(number, host))
    for cpu in host.cpus:
        _bring_up(cpu)
    return host


def _sysctls(recorder: Recorder, rules: Rules, hz: int) -> Sysctl:
    return Sysctl(
        recorder,
        name="sysctl",
        netdev_budget=300,
        netdev_budget_usecs=2 * 1_000_000 // hz,
        dev_weight=64,
        dev_weight_rx_bias=1,
        dev_weight_tx_bias=1,
        netdev_max_backlog=1000,
        gro_normal_batch=8,
        rmem_default=SOCKET_BUFFER,
        rmem_max=rules.rmem_max,
        wmem_default=SOCKET_BUFFER,
        wmem_max=rules.rmem_max,
        skb_defer_max=64,
        netdev_tstamp_prequeue=1,
        flow_limit_table_len=4096,
        somaxconn=4096,
        optmem_max=131_072,
        ip_early_demux=1,
        udp_early_demux=1,
        tcp_early_demux=1,
        udp_rmem_min=4096,
        sched_rt_runtime_us=950_000,
    )


def _bring_up(cpu: Cpu) -> None:
    host, recorder, number = cpu.host, cpu.recorder, cpu.number
    cpu.softirqs = Softirqs(recorder, parent=cpu.state.uid, name=f"softirqs CPU {number}", cpu=number)
    cpu.softnet_data = sd = SoftnetData(
        recorder, parent=cpu.state.uid, name=f"softnet_data CPU {number}", cpu=number
    )
    sd.poll_list = RecordedList(recorder, sd.uid, "poll_list")
    sd.polling = RecordedList(recorder, sd.uid, "polling")
    sd.repoll = RecordedList(recorder, sd.uid, "repoll")
    sd.input_pkt_queue = RecordedList(recorder, sd.uid, "input_pkt_queue")
    sd.process_queue = RecordedList(recorder, sd.uid, "process_queue")
    sd.defer_list = RecordedList(recorder, sd.uid, "defer_list")
    sd.rps_ipi_list = []
    sd.defer_ipi_scheduled = False
    sd.lock = SpinLock("input_pkt_queue.lock")
    sd.backlog = netif_napi_add(host, None, f"backlog CPU {number}", process_backlog)
    idle = new_task(host, f"swapper/{number}", number, "idle", pid=0)
    idle.state = TASK_RUNNING_ON_CPU
    idle.on_cpu = True
    idle.context = Context(idle_work(cpu), IDLE, idle.uid)
    cpu.rq = RunQueue(cpu, idle)
    cpu.leaving = idle
    cpu.state.task = idle.uid
    thread = new_task(
        host, f"ksoftirqd/{number}", number, "ksoftirqd", pid=FIRST_KTHREAD_PID + KTHREAD_PID_STEP * number
    )
    thread.affinity = 1 << number
    cpu.ksoftirqd = thread
    give_work(thread, ksoftirqd(thread), KSOFTIRQD)
    cpu.start(idle.context)


def new_task(host: Host, comm: str, cpu: int, kind: str, *, pid: int, parent: int = NOTHING) -> Task:
    """Create a task that sleeps; it may run on every CPU."""
    task = Task(
        host.recorder,
        parent=parent,
        name=comm,
        pid=pid,
        tgid=pid,
        kind=TASK_KINDS.index(kind),
        state=TASK_SLEEPING,
        cpu=cpu,
        affinity=(1 << len(host.cpus)) - 1,
        vruntime=0,
        slice_start=0,
        processor=host.cpus[cpu],
        on_cpu=False,
        comm=comm,
        wake_cause=-1,
        fds={},
        paused=False,
    )
    if pid:
        host.tasks[pid] = task
    return task


def give_work(task: Task, work: Work[None], kind: int) -> None:
    """Give a task the code it runs when it first gets a CPU."""
    task.context = Context(work, kind, task.uid)
