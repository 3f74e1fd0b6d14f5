"""A small host for unit tests: booted, with hand-made datagrams that arrive in a softirq, and steps by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.hardware.acts import ACTS
from engine.hardware.calendar import INTERRUPT, Calendar
from engine.hardware.context import SYSCALL, Work
from engine.hardware.processor import run
from engine.hardware.records import Flow, Frame
from engine.linux import fn
from engine.linux.boot import boot, give_work, new_task
from engine.linux.cpu import Cpu
from engine.linux.include.interrupt import NET_RX_SOFTIRQ
from engine.linux.include.sched import TASK_SLEEPING, Task
from engine.linux.include.skbuff import PACKET_HOST, PACKET_MULTICAST, Skb
from engine.linux.include.sock import Sock
from engine.linux.kernel.sched import call_from_outside, schedule, try_to_wake_up
from engine.linux.kernel.softirq import irq_exit_rcu, raise_softirq_irqoff
from engine.linux.net.core.sock import setsockopt_rcvbuf, sock_init_data
from engine.linux.net.ipv4.route import is_multicast
from engine.linux.net.ipv4.udp_lookup import udp_table
from engine.linux.net.socket import sys_recvfrom
from engine.linux.rules import rules_of
from engine.timeline.functions import total_costs
from engine.timeline.recorder import Recorder
from engine.timeline.schema import NOTHING

NAMES = {row.number: row.name for row in (*fn.FUNCTIONS, *ACTS)}
CALLS = {row.number: row.calls for row in (*fn.FUNCTIONS, *ACTS)}
"""All functions that a step of a row enters."""
ADDRESS = 0x0A000002
PEER = 0x0A000001
PORT = 9000
UDP_HEADER = 8
NO_CAUSE = -1


class Bench:
    """A host of `cpus` CPUs that obeys the rules of `kernel`.

    Attributes:
        frames: of all datagrams made, by number.
    """

    def __init__(
        self,
        kernel: str = "6.12",
        cpus: int = 2,
        preempt: str = "voluntary",
        rules: dict[str, object] | None = None,
    ) -> None:
        self.costs = costs = total_costs((*ACTS, *fn.FUNCTIONS))
        self.recorder = Recorder()
        self.calendar = Calendar()
        self.recorder.step(0, 0, ACTS[0].number, 255 << 8)
        self.host = boot(
            self.recorder,
            self.calendar,
            rules_of(kernel, rules or {}),
            cpus=cpus,
            hz=250,
            preempt=preempt,
            isolcpus=(),
            costs=costs,
        )
        self.arrived: dict[int, list[Skb]] = {number: [] for number in range(cpus)}
        self.host.softirq_vec[NET_RX_SOFTIRQ] = self._receive
        self.frames: list[Frame] = []
        self.flow = Flow(self.recorder, name="A", protocol=17, ended=0)

    # -- traffic ----------------------------------------------------------------------------------------

    def datagram(
        self,
        payload: int = 18,
        truesize: int = 832,
        *,
        daddr: int = ADDRESS,
        dport: int = PORT,
        saddr: int = PEER,
        sport: int = 40_000,
        bad_csum: bool = False,
        alloc_cpu: int = 0,
    ) -> Skb:
        """Make a frame and its skb, as the IP layer hands it to UDP."""
        number = len(self.frames)
        frame = Frame(
            self.recorder,
            flow=self.flow.uid,
            number=number,
            len=payload + 42,
            arrived=self.calendar.now,
            saddr=saddr,
            daddr=daddr,
            sport=sport,
            dport=dport,
            copies=1,
            delivered=0,
            sender=self.flow,
        )
        self.frames.append(frame)
        return Skb(
            self.recorder,
            parent=frame.uid,
            number=number,
            len=payload + UDP_HEADER,
            truesize=truesize,
            pkt_type=PACKET_MULTICAST if is_multicast(daddr) else PACKET_HOST,
            gso_segs=1,
            alloc_cpu=alloc_cpu,
            frame=frame,
            saddr=saddr,
            daddr=daddr,
            sport=sport,
            dport=dport,
            payload=payload,
            bad_csum=bad_csum,
        )

    def arrive(self, time: int, skbs: Sequence[Skb], cpu: int = 0) -> None:
        """Have datagrams handed to UDP in one softirq of a CPU, from `time` on."""

        def interrupt(_: object) -> None:
            self.host.cpus[cpu].interrupt(self._interrupt, list(skbs))

        self.calendar.at(time, INTERRUPT, interrupt)

    def _interrupt(self, cpu: Cpu, skbs: list[Skb]) -> Work[None]:
        yield fn.common_interrupt, NOTHING
        self.arrived[cpu.number].extend(skbs)
        yield from raise_softirq_irqoff(cpu, NET_RX_SOFTIRQ)
        yield from irq_exit_rcu(cpu)

    def _receive(self, cpu: Cpu) -> Work[None]:
        waiting = self.arrived[cpu.number]
        while waiting:
            yield from self.host.inet_protos[17](cpu, waiting.pop(0))

    # -- sockets without a program ------------------------------------------------------------------------

    def socket(
        self,
        address: int = ADDRESS,
        port: int = PORT,
        *,
        so_rcvbuf: int | None = None,
        peer: tuple[int, int] = (0, 0),
        reuseport: bool = False,
    ) -> Sock:
        """Open a socket that nobody reads."""
        sk = sock_init_data(self.host, f":{port}", protocol=17, fd=3, app=0, inode=1)
        if so_rcvbuf is not None:
            setsockopt_rcvbuf(self.host, sk, so_rcvbuf)
        sk.saddr, sk.sport = address, port
        sk.daddr, sk.dport = peer
        sk.reuseport = int(reuseport)
        udp_table(self.host).bind(sk)
        return sk

    def receive(self, *skbs: Skb, cpu: int = 0) -> None:
        """Have datagrams handed to UDP now and let everything settle."""
        self.arrive(self.calendar.now, skbs, cpu)
        self.run(self.calendar.now + 10_000_000)

    def read(self, sk: Sock, count: int, cpu: int = 1) -> list[int]:
        """Read `count` times without waiting; what the calls returned."""
        results: list[int] = []

        def reader(task: Task) -> Work[None]:
            for _ in range(count):
                results.append((yield from sys_recvfrom(task, sk, dontwait=True)))

        self.call(reader, cpu)
        self.run(self.calendar.now + 10_000_000)
        return results

    # -- running and looking ------------------------------------------------------------------------------

    def run(self, until: int) -> None:
        """Let time pass."""
        run(self.calendar, self.recorder, self.costs, until)

    def call(self, work: Callable[[Task], Work[None]], cpu: int = 0) -> Task:
        """Have a task of its own run some kernel code, from now on."""
        task = new_task(self.host, "bench", cpu, "app", pid=max(self.host.tasks) + 5000)
        task.affinity = 1 << cpu

        def body() -> Work[None]:
            yield from work(task)
            task.state = TASK_SLEEPING
            yield from schedule(task)

        give_work(task, body(), SYSCALL)

        def begin(_: object) -> None:
            call_from_outside(self.host.cpus[cpu], try_to_wake_up, task, NO_CAUSE)

        self.calendar.at(self.calendar.now, INTERRUPT, begin)
        return task

    def steps(self, *, cpu: int | None = None, since: int = 0) -> list[str]:
        """Names of the steps so far in order, of all CPUs or of one, from nanosecond `since` on."""
        rows = self.recorder.flat_steps()
        return [
            name
            for at in range(0, len(rows), 7)
            if rows[at] >= since and (cpu is None or rows[at + 3] >> 8 == cpu)
            for name in CALLS[rows[at + 2]]
        ]

    def span(self, name: str) -> int:
        """How long the last step of a name took."""
        rows = self.recorder.flat_steps()
        return [rows[at + 1] for at in range(0, len(rows), 7) if NAMES[rows[at + 2]] == name][-1]

    def named_steps(self, *, cpu: int) -> list[tuple[str, int]]:
        """Name and packet of the steps of one CPU, in order."""
        rows = self.recorder.flat_steps()
        return [
            (name, rows[at + 4])
            for at in range(0, len(rows), 7)
            if rows[at + 3] >> 8 == cpu
            for name in CALLS[rows[at + 2]]
        ]

    def sockets(self, name: str) -> list[Sock]:
        """A program's sockets."""
        return self.host.apps[name].socks
