"""A booted host for tests of net/core: an interface, NAPI instances with as much to poll as one says, and netif_rx."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.hardware.calendar import INTERRUPT
from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.include.interrupt import NET_RX_SOFTIRQ
from engine.linux.include.netdevice import NapiStruct, NetDevice, RpsMap
from engine.linux.include.sched import Task
from engine.linux.include.skbuff import Skb
from engine.linux.kernel.sched import call_from_outside
from engine.linux.kernel.softirq import local_bh_disable, local_bh_enable
from engine.linux.net.core.dev.napi import napi_complete_done, napi_schedule, net_rx_action, netif_napi_add
from engine.linux.net.core.dev.rps import netif_rx
from tests.engine.linux.bench_host import ADDRESS, NO_CAUSE, PORT, Bench

ETH_P_IP, IPPROTO_UDP = 0x0800, 17
IP_HEADER = 20
POLL_NS = 1_000
AWAKE_NS = 1
"""Just after the edge of a jiffy."""


class FakeNapi:
    """A NAPI of a device that always has `backlog` packets, which the stack never sees.

    Attributes:
        polls: work that each poll returned.
        budgets: what was left of net_rx_action's budget before each poll.
        on_poll: called in each poll, before it returns.
    """

    def __init__(
        self, stack: Stack, backlog: int, poll_ns: int = POLL_NS, dev: NetDevice | None = None
    ) -> None:
        self.stack = stack
        self.backlog = backlog
        self.poll_ns = poll_ns
        self.polls: list[int] = []
        self.budgets: list[int] = []
        self.unmasked = 0
        self.on_poll: Callable[[Cpu], Work[None] | None] | None = None
        self.napi = netif_napi_add(stack.host, dev, "fake", self.poll)

    def poll(self, cpu: Cpu, napi: NapiStruct, budget: int) -> Work[int]:
        """A driver's poll: up to `budget`; completes below it and unmasks when it may."""
        yield fn.igb_poll, napi.uid, self.poll_ns
        self.budgets.append(cpu.softnet_data.budget)
        work = min(self.backlog, budget)
        self.backlog -= work
        self.polls.append(work)
        if self.on_poll is not None:
            more = self.on_poll(cpu)
            if more is not None:
                yield from more
        if work < budget and (yield from napi_complete_done(cpu, napi, work)):
            self.unmasked += 1
        return work


class Stack(Bench):
    """The bench with the real receive softirq below it.

    Attributes:
        dev: an interface without a driver, with one receive queue.
    """

    def __init__(self, kernel: str = "6.12", cpus: int = 2, *, hz: int = 250) -> None:
        super().__init__(kernel, cpus)
        host = self.host
        host.hz = hz
        host.sysctl.netdev_budget_usecs = 2 * 1_000_000 // hz
        host.softirq_vec[NET_RX_SOFTIRQ] = net_rx_action
        self.dev = NetDevice(
            self.recorder,
            name="va",
            ifname="va",
            rps=[],
            ops=None,
            taps=[],
            rings=[],
            napis=[],
            udp4_ports_hashed=1,
        )
        self.dev.rps = [RpsMap(self.recorder, parent=self.dev.uid, name="rx-0", map=())]
        host.devices["va"] = self.dev
        host.local_addresses[ADDRESS] = self.dev

    # -- NAPI --------------------------------------------------------------------------------------------

    def interrupt(self, time: int, napis: Sequence[FakeNapi], cpu: int = 0) -> None:
        """At `time`, one hard interrupt on a CPU schedules some instances."""

        def handler(on: Cpu, _: object) -> Work[None]:
            for each in napis:
                yield from napi_schedule(on, each.napi)

        self.at(time, handler, cpu)

    def at(self, time: int, handler: Callable[[Cpu, object], Work[None]], cpu: int = 0) -> None:
        """At `time`, run kernel code in a hard interrupt of a CPU."""
        target = self.host.cpus[cpu]
        self.calendar.at(time, INTERRUPT, lambda _: call_from_outside(target, handler, None, NO_CAUSE))

    def passes(self, cpu: int = 0, until: str = "wakeup_softirqd") -> list[int]:
        """Polls in each run of net_rx_action, up to the first step of a name."""
        found: list[int] = []
        for name in self.steps(cpu=cpu):
            if name == until:
                break
            if name == "net_rx_action":
                found.append(0)
            elif name == "__napi_poll":
                found[-1] += 1
        return found

    # -- backlogs ----------------------------------------------------------------------------------------

    def skb(self, *, skb_hash: int = 1, port: int = PORT, daddr: int = ADDRESS) -> Skb:
        """A datagram as an adapter without NAPI hands it to the stack, its IP header in front."""
        skb = self.datagram(dport=port, daddr=daddr)
        skb.len += IP_HEADER
        skb.hash = skb_hash
        skb.queue_mapping = 1
        skb.dev = self.dev.uid
        skb.netdev = self.dev
        skb.protocol = ETH_P_IP
        skb.ip_protocol = IPPROTO_UDP
        skb.dst = None
        skb.socket = None
        return skb

    def burst(self, skbs: Sequence[Skb], cpu: int = 0, results: list[int] | None = None) -> None:
        """A task puts skbs on a backlog in one section with BH off; then let everything settle."""

        def work(task: Task) -> Work[None]:
            local_bh_disable(task.processor)
            for skb in skbs:
                result = yield from netif_rx(task.processor, skb)
                if results is not None:
                    results.append(result)
            yield from local_bh_enable(task.processor)

        self.call(work, cpu)
        self.run(self.calendar.now + 10_000_000)

    def watch_backlog(self, cpu: int) -> list[int]:
        """The list that will hold what each poll of a CPU's backlog returned."""
        napi = self.host.cpus[cpu].softnet_data.backlog
        original = napi.poll
        works: list[int] = []

        def poll(on: Cpu, one: NapiStruct, budget: int) -> Work[int]:
            work: int = yield from original(on, one, budget)
            works.append(work)
            return work

        napi.poll = poll
        return works
