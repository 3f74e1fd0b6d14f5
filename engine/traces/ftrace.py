"""The timeline as `trace-cmd report` prints the function tracer and the tracepoints of the receive path.

A line is `comm-pid [cpu] flags seconds: event: text`. A modelled function prints a `function` line; the tracepoint that
fires in it follows, with the fields of Linux 6.12 to 6.18 in the kernel's order.

Left out, because the timeline does not hold them: callers (the tracer's `parent` option is off), preempt depth beyond
"in an interrupt", arguments of system calls beside the descriptor and MSG_DONTWAIT, the offset in a `location`, and
`ipi_send_cpu`'s call site. Addresses are made from object numbers: equal for one object, nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from engine.timeline import Cursor, Timeline, Where
from engine.timeline.views import StepView

SOFTIRQS = ("HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU")
SCHED_OTHER = 0
SLEEPING = 2
DEFAULT_PRIO = 120
MAX_RT_PRIO = 99
IN_HARDIRQ = (Where.HARDIRQ,)
IN_SOFTIRQ = (Where.SOFTIRQ, Where.KSOFTIRQD)
MSG_DONTWAIT = 0x40
BLOCKING = "blocking"
NOT_SPECIFIED = "NOT_SPECIFIED"

# Where skbs are dropped: by what ran before kfree_skb, the function that called it and the reason unless one is on
# record (a copy's is not, while the frame has other copies alive).
DROPPED_AFTER = {
    "udp_fail_queue_rcv_skb": ("udp_queue_rcv_one_skb", "SOCKET_RCVBUFF"),
    "enqueue_to_backlog": ("enqueue_to_backlog", "CPU_BACKLOG"),
    "__netif_receive_skb_core": ("__netif_receive_skb_core", "UNHANDLED_PROTO"),
    "deliver_skb": ("__netif_receive_skb_core", "UNHANDLED_PROTO"),
    "ip_rcv_core": ("ip_rcv_core", "OTHERHOST"),
    "ip_route_input_rcu": ("ip_rcv_finish_core", NOT_SPECIFIED),
    "ip_local_deliver_finish": ("ip_protocol_deliver_rcu", "IP_NOPROTO"),
    "raw_local_deliver": ("ip_protocol_deliver_rcu", "IP_NOPROTO"),
    "copy_linear_skb": ("udp_recvmsg", "UDP_CSUM"),
    "first_packet_length": ("__first_packet_length", "UDP_CSUM"),
    "__first_packet_length": ("__first_packet_length", "UDP_CSUM"),
}
DROPPED_FOR = {"IP_INADDRERRORS": "ip_error"}
DROPPED_ELSEWHERE = "__udp4_lib_rcv"

# Interrupts between CPUs and of the local timer, with their vectors on x86.
VECTORS = {
    "sysvec_call_function_single": ("call_function_single_entry", 251),
    "sysvec_reschedule_ipi": ("reschedule_entry", 253),
    "sysvec_apic_timer_interrupt": ("local_timer_entry", 236),
}


@dataclass(frozen=True, slots=True)
class Event:
    """A tracepoint that fired: its name, the rest of its line."""

    name: str
    text: str


def lines(timeline: Timeline, first: int, end: int, functions: bool = True) -> Iterator[str]:
    """Yield the trace lines of the steps from `first` up to, not including, `end`.

    Args:
        timeline: what happened.
        first: first step.
        end: one past the last step.
        functions: whether modelled functions print a line of their own.
    """
    writer = _Writer(timeline)
    yield f"cpus={len(timeline.objects('cpu'))}"
    for number in range(max(first, 0), min(end, timeline.steps)):
        yield from writer.step(number, functions)


class _Writer:
    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.cursor = Cursor(timeline)
        self.cpu_of: dict[int, int] = {}
        for uid in timeline.objects("cpu"):
            self.cursor.seek(0)
            self.cpu_of[int(self._get(int(uid), "number"))] = int(uid)
        self.cost = {info.name: info.cost_ns for info in timeline.functions}
        self.gro_entry = (
            "gro_receive_skb" if timeline.facts.get("rules", {}).get("gro_node") else "napi_gro_receive"
        )

    def step(self, number: int, functions: bool) -> Iterator[str]:
        view = self.timeline.step(number)
        if view.cpu is None:
            return
        self.cursor.seek(number)
        if view.function.kind == "function" and functions:
            calls = view.function.calls
            # Functions that share a step are entered one after the other, each when the one before has been paid for.
            for position, name in enumerate(calls):
                ahead = sum(self.cost[later] for later in calls[position + 1 :])
                yield f"{self._head(view, ahead)} {'function:':<21} {name}"
        for event in self._events(view):
            yield f"{self._head(view)} {event.name + ':':<21} {event.text}".rstrip()

    def _head(self, view: StepView, ahead: int = 0) -> str:
        cpu = self._cpu(view)
        task = self._running(view, cpu)
        comm, pid = self._comm(task), self._get(task, "pid")
        if pid == 0:
            comm = "<idle>"
        hard, soft = view.where in IN_HARDIRQ, view.where in IN_SOFTIRQ
        flags = (
            ("d" if hard else ".")
            + ("N" if self._get(cpu, "need_resched") else ".")
            + ("h" if hard else "s" if soft else ".")
            + ("1" if hard or soft else ".")
            + "."
        )
        seconds, rest = divmod(max(int(view.time) - ahead, int(view.start)), 1_000_000_000)
        return f"{comm:>16}-{pid:<5} [{view.cpu:03d}] {flags} {seconds:>5}.{rest // 1000:06d}:"

    def _cpu(self, view: StepView) -> int:
        """The record of the CPU a step is on; 0, which has no fields, for the hardware's steps."""
        return 0 if view.cpu is None else self.cpu_of[view.cpu]

    def _running(self, view: StepView, cpu: int) -> int:
        if view.function.name == "sched_switch":
            return int(self._before(cpu, "task"))
        return int(self._get(cpu, "task"))

    def _events(self, view: StepView) -> Iterator[Event]:
        name = view.function.name
        if name == self.gro_entry:
            yield Event("napi_gro_receive_entry", self._long(view.packet))
        elif name == "__netif_rx":
            yield Event("netif_rx_entry", self._long(view.packet))
        write = _TRACEPOINTS.get(name)
        if write is not None:
            event = write(self, view)
            if event is not None:
                yield event

    # -- what the tracepoints read --------------------------------------------------------------------

    def _get(self, uid: int, name: str) -> int:
        value = self.cursor.get(uid, name)
        return value if isinstance(value, int) else 0

    def _before(self, uid: int, name: str) -> int:
        value = self.cursor.previous(uid, name)
        return value if isinstance(value, int) else 0

    def _comm(self, task: int) -> str:
        return self.timeline.object(task).name

    def _prio(self, task: int) -> int:
        if self._get(task, "policy") == SCHED_OTHER:
            return DEFAULT_PRIO + self._get(task, "nice")
        return MAX_RT_PRIO - self._get(task, "rt_priority")

    def _device(self, uid: int) -> str:
        return self.timeline.object(uid).name if uid else "(no_device)"

    def _name(self, row: int) -> str:
        return self.timeline.names[row]

    # -- tracepoints ------------------------------------------------------------------------------------

    def irq_handler_entry(self, view: StepView) -> Event:
        action = self._name(self._get(view.packet, "action"))
        return Event("irq_handler_entry", f"irq={self._get(view.packet, 'irq')} name={action}")

    def irq_handler_exit(self, view: StepView) -> Event:
        return Event("irq_handler_exit", f"irq={self._get(view.packet, 'irq')} ret=handled")

    def _softirqs(self, view: StepView) -> int:
        return next(
            int(uid)
            for uid in self.timeline.children(self._cpu(view))
            if self.timeline.object(int(uid)).cls.name == "softirqs"
        )

    def softirq_raise(self, view: StepView) -> Event:
        cpu = self._cpu(view)
        pending = self._get(cpu, "softirq_pending")
        fresh = pending & ~self._before(cpu, "softirq_pending") or pending
        return Event("softirq_raise", _vector((fresh & -fresh).bit_length() - 1))

    def interrupt(self, view: StepView) -> Event:
        name, vector = VECTORS[view.function.name]
        return Event(name, f"vector={vector}")

    def softirq_entry(self, view: StepView) -> Event:
        return Event("softirq_entry", _vector(self._get(self._softirqs(view), "vector")))

    def softirq_exit(self, view: StepView) -> Event:
        return Event("softirq_exit", _vector(self._before(self._softirqs(view), "vector")))

    def napi_poll(self, view: StepView) -> Event:
        device = self._device(self._get(view.packet, "dev"))
        work, weight = self._get(view.packet, "work"), self._get(view.packet, "weight")
        text = f"napi poll on napi struct {_address(view.packet)} for device {device} work {work} budget {weight}"
        return Event("napi_poll", text)

    def _long(self, skb: int) -> str:
        """What the tracepoints at the stack's entries print of an skb."""
        dev = self._get(skb, "dev")
        return (
            f"dev={self._device(dev)} napi_id={_hex(self._get(skb, 'napi_id'))}"
            f" queue_mapping={self._get(skb, 'queue_mapping')} skbaddr={_address(skb)}"
            " vlan_tagged=0 vlan_proto=0x0000 vlan_tci=0x0000 protocol=0x0800"
            f" ip_summed={self._get(skb, 'ip_summed')} hash=0x{self._get(skb, 'hash'):08x}"
            f" l4_hash={self._get(dev, 'udp4_ports_hashed')} len={self._get(skb, 'len')} data_len=0"
            f" truesize={self._get(skb, 'truesize')} mac_header_valid=1 mac_header=-14 nr_frags=0 gso_size=0 gso_type=0"
        )

    def gro_exit(self, view: StepView) -> Event | None:
        """GRO_NORMAL; when it fills the batch, the tracepoint fires only after the list was delivered."""
        if view.function.name == "gro_normal_one":
            napi = self._napi_of(view.packet)
            if napi and self._get(napi, "rx_count") >= self._batch():
                return None
        return Event("napi_gro_receive_exit", "ret=3")

    def _napi_of(self, skb: int) -> int:
        place = self.cursor.where(skb)
        if place is None:
            return 0
        return next(
            (
                int(uid)
                for uid in self.timeline.objects("napi_struct")
                if self.timeline.list_id(int(uid), "rx_list") == place[0]
            ),
            0,
        )

    def _batch(self) -> int:
        return self._get(int(self.timeline.objects("sysctl")[0]), "gro_normal_batch")

    def netif_receive_skb(self, view: StepView) -> Event:
        return Event("netif_receive_skb", self._short(view.packet))

    def netif_rx(self, view: StepView) -> Event:
        return Event("netif_rx", self._short(view.packet))

    def netif_rx_exit(self, view: StepView) -> Event:
        return Event("netif_rx_exit", f"ret={int(self._ahead(view) == 'kfree_skb_reason')}")

    def _short(self, skb: int) -> str:
        return (
            f"dev={self._device(self._get(skb, 'dev'))} skbaddr={_address(skb)} len={self._get(skb, 'len')}"
        )

    def _ahead(self, view: StepView) -> str:
        """The function of the step that led to this one."""
        return "" if view.cause is None else self.timeline.step(view.cause).function.name

    def sk_data_ready(self, view: StepView) -> Event:
        return Event("sk_data_ready", "family=2 protocol=17 func=sock_def_readable")

    def sched_waking(self, view: StepView) -> Event | None:
        task = view.packet
        if not any(change.uid == task and change.field == "wakeups" for change in self.cursor.changed()):
            return None
        comm, pid, cpu = self._comm(task), self._get(task, "pid"), self._get(task, "cpu")
        return Event("sched_waking", f"comm={comm} pid={pid} prio={self._prio(task)} target_cpu={cpu:03d}")

    def sched_wakeup(self, view: StepView) -> Event:
        task = view.packet
        who = f"{self._comm(task)}:{self._get(task, 'pid')} [{self._prio(task)}]"
        return Event("sched_wakeup", f"{who} CPU:{self._get(task, 'cpu'):03d}")

    def sched_switch(self, view: StepView) -> Event:
        before, after = int(self._before(self._cpu(view), "task")), view.packet
        state = "S" if self._get(before, "state") == SLEEPING else "R"
        one = f"{self._comm(before)}:{self._get(before, 'pid')} [{self._prio(before)}] {state}"
        other = f"{self._comm(after)}:{self._get(after, 'pid')} [{self._prio(after)}]"
        return Event("sched_switch", f"{one} ==> {other}")

    def consume_skb(self, view: StepView) -> Event:
        return Event(
            "consume_skb", f"skbaddr={_address(view.packet)} location={CONSUMED_IN[view.function.name]}"
        )

    def kfree_skb(self, view: StepView) -> Event:
        ended = self.timeline.endings
        place, reason = DROPPED_AFTER.get(self._ahead(view), (DROPPED_ELSEWHERE, NOT_SPECIFIED))
        for row in ended[ended["step"] == view.number]:
            if self._name(int(row["reason"])).startswith("skb:"):
                reason = self._name(int(row["reason"])).removeprefix("skb:")
        place = DROPPED_FOR.get(reason, place)
        sk = self._before(view.packet, "sk")
        text = (
            f"skbaddr={_address(view.packet)} rx_sk={_address(sk) if sk else '(nil)'} protocol=2048"
            f" location={place} reason: {reason}"
        )
        return Event("kfree_skb", text)

    def udp_fail(self, view: StepView) -> Event:
        """The tuple is the flow's; of one flow from many senders the timeline does not hold the sender."""
        flow = self._get(view.packet, "flow")
        text = "rc=-12 family=AF_INET"
        if self._get(flow, "many") == 1:
            ends = (("src", "saddr", "sport"), ("dest", "daddr", "dport"))
            for word, address, port in ends:
                text += f" {word}={IPv4Address(self._get(flow, address))}:{self._get(flow, port)}"
        return Event("udp_fail_queue_rcv_skb", text)

    def syscall(self, view: StepView) -> Event | None:
        task = int(self._get(self._cpu(view), "task"))
        if view.function.name == "sys_enter":
            name = self._name(self._get(task, "syscall"))
            return Event(f"sys_enter_{name}", self._arguments(task, name))
        row = self._before(task, "syscall")
        if not row:  # the recording began in the middle of this call
            return None
        return Event(f"sys_exit_{self._name(row)}", _hex(self._get(task, "retval") & 0xFFFF_FFFF_FFFF_FFFF))

    def _arguments(self, task: int, name: str) -> str:
        fd = self._get(task, "fd")
        if fd < 0:
            return ""
        if name == "recvfrom":
            return f"fd: 0x{fd:08x}, flags: 0x{self._flags(task):08x}"
        return f"epfd: 0x{fd:08x}"

    def _flags(self, task: int) -> int:
        """Flags of a program's reading calls: after select, poll and epoll_wait they must not block."""
        return 0 if self._name(self._get(self._get(task, "app"), "wait")) == BLOCKING else MSG_DONTWAIT

    def recv_length(self, view: StepView) -> Event:
        task = int(self._get(self._cpu(view), "task"))
        text = (
            f"sk address = {_address(view.packet)}, family = AF_INET protocol = 0x11,"
            f" length = {self._get(task, 'retval')}, error = 0, flags = 0x{self._flags(task):x}"
        )
        return Event("sock_recv_length", text)


def _vector(number: int) -> str:
    return f"vec={number} [action={SOFTIRQS[number]}]"


def _address(uid: int) -> str:
    return f"0x{0xFFFF888100000000 + (uid << 8):x}"


def _hex(value: int) -> str:
    return f"0x{value:x}" if value else "0"


CONSUMED_IN = {
    "__consume_stateless_skb": "udp_recvmsg",
    "napi_consume_skb": "skb_defer_free_flush",
}

_TRACEPOINTS: dict[str, Callable[[_Writer, StepView], Event | None]] = {
    "irq_handler_entry": _Writer.irq_handler_entry,
    "irq_handler_exit": _Writer.irq_handler_exit,
    "__raise_softirq_irqoff": _Writer.softirq_raise,
    "softirq_entry": _Writer.softirq_entry,
    "softirq_exit": _Writer.softirq_exit,
    "napi_poll": _Writer.napi_poll,
    "gro_normal_one": _Writer.gro_exit,
    "napi_gro_receive_exit": _Writer.gro_exit,
    "__netif_receive_skb_core": _Writer.netif_receive_skb,
    "sock_def_readable": _Writer.sk_data_ready,
    "try_to_wake_up": _Writer.sched_waking,
    "ttwu_do_activate": _Writer.sched_wakeup,
    "ttwu_do_wakeup": _Writer.sched_wakeup,
    "sched_switch": _Writer.sched_switch,
    "__consume_stateless_skb": _Writer.consume_skb,
    "napi_consume_skb": _Writer.consume_skb,
    **dict.fromkeys(VECTORS, _Writer.interrupt),
    "__netif_rx": _Writer.netif_rx,
    "netif_rx_exit": _Writer.netif_rx_exit,
    "kfree_skb_reason": _Writer.kfree_skb,
    "sk_skb_reason_drop": _Writer.kfree_skb,
    "udp_fail_queue_rcv_skb": _Writer.udp_fail,
    "sys_enter": _Writer.syscall,
    "sys_exit": _Writer.syscall,
    "sock_recv_length": _Writer.recv_length,
}
