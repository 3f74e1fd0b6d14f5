"""A small recorded host, written by hand with the recorder: what a run looks like, without running anything.

One NIC with two rings, two CPUs, one socket with one reader. Frames come in bursts; CPU 0 takes the interrupt,
polls and queues; CPU 1 reads. Every seventh datagram is lost at the socket.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.hardware.acts import ACTS, Act
from engine.hardware.records import CpuState, Flow, Frame, MsixVector, Nic, RxRing
from engine.linux import fn
from engine.linux.include.netdevice import NapiStruct, NetDevice, SoftnetData
from engine.linux.include.sched import App, Task
from engine.linux.include.skbuff import Skb
from engine.linux.include.snmp import Mib
from engine.linux.include.sock import Sock
from engine.timeline.chunk import FATES, Chunk, Prologue
from engine.timeline.lists import RecordedList
from engine.timeline.record import CLASSES
from engine.timeline.recorder import Recorder
from engine.timeline.schema import NO_CPU, WHERES, Where
from engine.timeline.timeline import Timeline

BURST = 8
GAP_NS = 60_000
FACTS: dict[str, Any] = {
    "title": "A small host",
    "question": "What does a run look like?",
    "kernel": "6.18",
    "hz": 250,
    "cpus": 2,
    "preempt": "voluntary",
    "hostname": "skbscope",
    "seed": 1,
    "variant": None,
    "nics": [{"name": "eth0", "driver": "igb", "speed_bps": 1_000_000_000, "queues": 2}],
    "flows": [{"name": "md", "letter": "A", "protocol": "udp"}],
    "chapters": [
        {"at": "10us", "title": "A burst arrives", "caption": "Eight frames, one interrupt."},
        {"at": "first drop", "title": "The socket is full", "caption": "The ring is fine."},
    ],
}


def where(cpu: int, context: Where) -> int:
    return cpu << 8 | WHERES.index(context)


@dataclass
class SmallHost:
    """The recorder and the objects that live for the whole run."""

    recorder: Recorder = field(default_factory=Recorder)
    now: int = 0

    def __post_init__(self) -> None:
        recorder = self.recorder
        recorder.step(0, 0, Act.power_on, where(NO_CPU, Where.HARDWARE))
        self.nic = Nic(recorder, name="eth0", speed_bps=1_000_000_000, fifo_size=65_536)
        self.wire: RecordedList[Frame] = RecordedList(recorder, self.nic.uid, "wire")
        self.device = NetDevice(recorder, name="eth0", ifindex=2, mtu=1500, up=1, nic=self.nic.uid)
        self.flow = Flow(recorder, name="md", letter=0, protocol=17, sport=5001, dport=9000, nic=self.nic.uid)
        self.cpus = [CpuState(recorder, name=f"CPU {n}", number=n) for n in range(2)]
        self.softnet = [
            SoftnetData(recorder, parent=cpu.uid, name=f"softnet_data CPU {n}", cpu=n)
            for n, cpu in enumerate(self.cpus)
        ]
        self.vector = MsixVector(recorder, parent=self.nic.uid, name="eth0-TxRx-0", irq=40, enabled=1)
        self.ring = RxRing(recorder, parent=self.device.uid, name="rx-0", count=256, vector=self.vector.uid)
        self.filled: RecordedList[Frame] = RecordedList(recorder, self.ring.uid, "frames")
        self.napi = NapiStruct(recorder, parent=self.device.uid, name="eth0-TxRx-0", weight=64, list_owner=-1)
        self.ring.napi = self.napi.uid
        self.app = App(recorder, name="feed", threads=1, pid=400)
        self.task = Task(recorder, name="feed/0", pid=401, tgid=400, kind=1, app=self.app.uid, state=2, cpu=1)
        self.sock = Sock(
            recorder, parent=self.app.uid, name="10.0.0.2:9000", protocol=17, sport=9000, sk_rcvbuf=4 * 2304,
            app=self.app.uid,
        )  # fmt: skip
        self.queue: RecordedList[Skb] = RecordedList(recorder, self.sock.uid, "sk_receive_queue")
        self.mib = Mib(recorder, name="mib")
        for cpu in range(2):
            recorder.switch(0, where(cpu, Where.IDLE), 0)  # type: ignore[arg-type]  # plain number

    def step(
        self, gap: int, function: int, cpu: int, context: Where, packet: int = 0, cause: int = -1
    ) -> int:
        self.now += gap
        span = gap if context is not Where.HARDWARE else 0
        self.recorder.step(self.now, span, function, where(cpu, context), packet, cause)
        return int(self.recorder.last_step)

    def enter(self, cpu: int, context: Where, task: int = 0) -> None:
        self.recorder.switch(self.now, where(cpu, context), task)  # type: ignore[arg-type]  # plain number

    def burst(self, first: int) -> None:
        """Eight frames: interrupt, one poll, delivery or loss, a reader."""
        frames = [self.arrive(first + n) for n in range(BURST)]
        fired = self.step(100, Act.msix_message, NO_CPU, Where.HARDWARE)
        self.vector.enabled = 0
        self.enter(0, Where.HARDIRQ)
        self.step(120, fn.irq_handler_entry, 0, Where.HARDIRQ, cause=fired)
        self.vector.fired += 1
        raised = self.step(60, fn.__dict__["__napi_schedule"], 0, Where.HARDIRQ)
        self.napi.list_owner = 0
        self.enter(0, Where.SOFTIRQ)
        self.step(60, fn.softirq_entry, 0, Where.SOFTIRQ, cause=raised)
        self.step(80, fn.net_rx_action, 0, Where.SOFTIRQ)
        self.softnet[0].budget = 300
        woken = -1
        for number, frame in enumerate(frames):
            woken = self.deliver(first + number, frame) or woken
        self.step(40, fn.napi_poll, 0, Where.SOFTIRQ)
        self.napi.work = BURST
        self.napi.polls += 1
        self.step(60, fn.napi_complete_done, 0, Where.SOFTIRQ)
        self.napi.list_owner = -1
        self.vector.enabled = 1
        self.step(20, fn.softirq_exit, 0, Where.SOFTIRQ)
        self.enter(0, Where.IDLE)
        self.read(woken)

    def arrive(self, number: int) -> Frame:
        self.step(400, Act.frame_arrives, NO_CPU, Where.HARDWARE)
        frame = Frame(self.recorder, parent=self.flow.uid, flow=self.flow.uid, number=number, len=128)
        frame.arrived = self.now
        self.wire.append(frame)
        self.step(300, Act.dma_write_back, NO_CPU, Where.HARDWARE, frame.uid)
        self.wire.remove(frame)
        self.filled.append(frame)
        self.ring.filled += 1
        self.ring.head += 1
        return frame

    def deliver(self, number: int, frame: Frame) -> int | None:
        self.step(80, fn.igb_poll, 0, Where.SOFTIRQ, frame.uid)
        self.filled.remove(frame)
        self.ring.filled -= 1
        self.ring.packets += 1
        skb = Skb(
            self.recorder, flow=self.flow.uid, number=number, len=114, truesize=2304, hash=0x7FB25C54,
            data=206, network_header=206, transport_header=226,
        )  # fmt: skip
        self.recorder.part(skb.uid, frame.uid)
        self.softnet[0].processed += 1
        self.softnet[0].budget -= 1
        self.step(15, fn.napi_gro_receive, 0, Where.SOFTIRQ, skb.uid)
        self.step(50, fn.ip_rcv, 0, Where.SOFTIRQ, skb.uid)
        self.mib.IpInReceives += 1
        self.step(40, fn.udp_rcv, 0, Where.SOFTIRQ, skb.uid)
        self.step(45, fn.__dict__["__udp_enqueue_schedule_skb"], 0, Where.SOFTIRQ, skb.uid)
        if number % 7 == 6:
            self.lose(number, frame, skb)
            return None
        self.queue.append(skb)
        self.sock.queued += 1
        self.sock.sk_rmem_alloc += 2304
        woken = self.step(250, fn.try_to_wake_up, 0, Where.SOFTIRQ, skb.uid)
        self.task.state = 1
        return woken

    def lose(self, number: int, frame: Frame, skb: Skb) -> None:
        self.step(60, fn.sk_skb_reason_drop, 0, Where.SOFTIRQ, skb.uid)
        self.sock.sk_drops += 1
        self.mib.UdpRcvbufErrors += 1
        self.mib.UdpInErrors += 1
        uids = (int(frame.uid), int(self.flow.uid))
        arrived, now = frame.arrived, self.now
        self.recorder.ending(*uids, number, FATES.index("lost"), "skb:SOCKET_RCVBUFF", arrived, now)  # type: ignore[arg-type]  # plain numbers
        skb.release()
        frame.release()

    def read(self, woken: int) -> None:
        self.enter(1, Where.SYSCALL, int(self.task.uid))
        self.step(200, fn.finish_task_switch, 1, Where.SYSCALL, cause=woken)
        self.task.state = 0
        while len(self.queue):
            skb = self.queue.items[0]
            self.step(100, fn.udp_recvmsg, 1, Where.SYSCALL, skb.uid)
            self.queue.popleft()
            self.sock.queued -= 1
            self.sock.sk_rmem_alloc -= 2304
            self.mib.UdpInDatagrams += 1
            self.enter(1, Where.USER, int(self.task.uid))
            self.step(300, fn.user_work, 1, Where.USER, skb.uid)
            skb.release()
            self.enter(1, Where.SYSCALL, int(self.task.uid))
        self.step(100, fn.schedule, 1, Where.SYSCALL)
        self.task.state = 2
        self.enter(1, Where.IDLE)


def prologue(facts: dict[str, Any] | None = None) -> Prologue:
    classes = tuple(record.schema for record in CLASSES)
    return Prologue(classes, (*ACTS, *fn.FUNCTIONS), FACTS if facts is None else facts)


def chunks(bursts: int = 4, each: int = 2) -> list[Chunk]:
    """A run of so many bursts, drained every `each`."""
    host = SmallHost()
    made = []
    for burst in range(bursts):
        host.now += GAP_NS
        host.burst(burst * BURST)
        if burst % each == each - 1 or burst == bursts - 1:
            made.append(host.recorder.drain(host.now))  # type: ignore[arg-type]  # plain number
    return made


def timeline(bursts: int = 4, facts: dict[str, Any] | None = None) -> Timeline:
    """The whole run."""
    made = Timeline(prologue(facts))
    for chunk in chunks(bursts):
        made.append(chunk)
    return made
