"""Small recorded hosts: the records a booted host would have, with numbers that a test chooses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import engine.linux.include  # noqa: F401  # declares the records in their one order
from engine.console.drivers import DRIVERS
from engine.console.features import ON, RECORDED
from engine.console.output import Output
from engine.console.read import CursorFacts, facts, run
from engine.console.read.source import Host
from engine.console.write import settings
from engine.hardware.records import CpuState, IrqCount, IrqDesc, Nic, NtupleRule, Reta, RxRing
from engine.linux.include.interrupt import Softirqs
from engine.linux.include.netdevice import FEATURES, TX_OFFLOADS, NetDevice, RpsMap, SoftnetData
from engine.linux.include.sched import POLICIES, TASK_KINDS, App, Task
from engine.linux.include.snmp import Mib
from engine.linux.include.sock import Sock
from engine.linux.include.sysctl import Sysctl
from engine.timeline import Cursor, Prologue, Timeline
from engine.timeline.record import CLASSES
from engine.timeline.recorder import Recorder
from engine.timeline.schema import NO_CPU, FunctionInfo, Ns

VECTORS = Path(__file__).parents[2] / "vectors" / "formats"
RELEASE = "6.12.107+deb13-amd64"


def sample(name: str) -> str:
    """Return a text of a real host: "linux-6.12-igb/softirqs"."""
    return (VECTORS / name).read_text(encoding="utf-8")


class Card:
    """A recorded interface and what belongs to it."""

    def __init__(self, device: NetDevice, nic: Nic) -> None:
        self.device = device
        self.nic = nic
        self.rings: list[RxRing] = []
        self.reta: list[Reta] = []
        self.rps: list[RpsMap] = []
        self.rules: list[NtupleRule] = []


class Made:
    """A host under construction, read through a timeline of its own."""

    def __init__(self, kernel: str = "6.12", cpus: int = 8, **known: Any) -> None:
        self.recorder = Recorder()
        self.recorder.step(0, 0, 0, NO_CPU << 8)
        self.facts: dict[str, Any] = {"kernel": kernel, "cpus": cpus, "hz": 250, "nics": [], **known}
        self.cpus = cpus
        self.cards: dict[str, Card] = {}
        self.irqs: dict[int, IrqDesc] = {}
        self.tasks: dict[int, Task] = {}
        self.states = [CpuState(self.recorder, name=f"CPU {number}", number=number) for number in range(cpus)]
        self.softnet = [SoftnetData(self.recorder, name=f"softnet {cpu}", cpu=cpu) for cpu in range(cpus)]
        self.softirqs = [Softirqs(self.recorder, name=f"softirqs {cpu}", cpu=cpu) for cpu in range(cpus)]
        self.mib = Mib(self.recorder, name="mib")
        self.sysctl = Sysctl(
            self.recorder,
            name="sysctl",
            netdev_budget=300,
            netdev_budget_usecs=8000,
            dev_weight=64,
            dev_weight_rx_bias=1,
            dev_weight_tx_bias=1,
            netdev_max_backlog=1000,
            gro_normal_batch=8,
            rmem_default=212_992,
            rmem_max=212_992,
            wmem_default=212_992,
            wmem_max=212_992,
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
        self._timeline: Timeline | None = None
        self._now = 0

    # -- building ---------------------------------------------------------------------------------------

    def card(
        self, name: str = "eth0", driver: str = "igb", queues: int = 8, index: int = 4, **values: int
    ) -> Card:
        """Add an interface with its adapter, rings, table and steering."""
        limits = DRIVERS[driver]
        nic = Nic(self.recorder, name=name, speed_bps=10**9)
        features = sum(1 << bit for bit, each in enumerate(FEATURES) if each in ON[driver] & RECORDED)
        usecs = max(0, limits.rx_usecs)
        device = NetDevice(
            self.recorder,
            name=name,
            ifindex=index,
            mtu=1500,
            up=1,
            features=features,
            rx_usecs=usecs,
            nic=nic.uid,
        )
        for field, value in values.items():
            setattr(device, field, value)
        self.facts["nics"].append({"name": name, "driver": driver, "bus": "0000:01:00.0"})
        self.cards[name] = card = Card(device, nic)
        table = limits.default_table(queues) if limits.reta_size else ()
        card.reta = [Reta(self.recorder, parent=nic.uid, first=first) for first in range(0, len(table), 8)]
        self._set_table(card, table)
        self.make_queues(card, queues, limits.ring)
        return card

    def make_queues(self, card: Card, queues: int, count: int) -> None:
        """Give an interface new rings and steering, releasing the old ones."""
        for old in (*card.rings, *card.rps):
            old.release()
        card.rings = [
            RxRing(self.recorder, parent=card.nic.uid, name=f"rx-{queue}", queue=queue, count=count)
            for queue in range(queues)
        ]
        card.rps = [RpsMap(self.recorder, parent=card.device.uid, queue=queue) for queue in range(queues)]

    def irq(
        self, number: int, counts: list[int], chip: str, hwirq: int, action: str, effective: int = 1
    ) -> None:
        """Add an interrupt line with its counts per CPU."""
        recorder = self.recorder
        desc = IrqDesc(
            recorder,
            irq=number,
            hwirq=hwirq,
            affinity=(1 << self.cpus) - 1,
            effective=effective,
            action=recorder.name(action),
            chip=recorder.name(chip),
        )
        self.irqs[number] = desc
        for cpu, count in enumerate(counts):
            IrqCount(recorder, parent=desc.uid, cpu=cpu, count=count)

    def task(self, pid: int, name: str, kind: str = "app", affinity: int = 0xFF) -> Task:
        """Add a task."""
        self.tasks[pid] = Task(
            self.recorder, name=name, pid=pid, tgid=pid, kind=TASK_KINDS.index(kind), affinity=affinity
        )
        return self.tasks[pid]

    def sock(self, port: int, app: App | None = None, **values: int) -> Sock:
        """Add a UDP socket."""
        sock = Sock(self.recorder, protocol=17, sport=port, app=app.uid if app else 0, sk_rcvbuf=212_992)
        for field, value in values.items():
            setattr(sock, field, value)
        return sock

    # -- reading and changing -----------------------------------------------------------------------------

    def timeline(self) -> Timeline:
        """Return all that was recorded so far."""
        if self._timeline is None:
            function = FunctionInfo(0, "boot", "", "", "mark", 0, "")
            classes = tuple(each.schema for each in CLASSES)
            self._timeline = Timeline(Prologue(classes, (function,), self.facts))
        self._timeline.append(self.recorder.drain(Ns(self._now)))
        return self._timeline

    def cursor(self) -> Cursor:
        """Return a cursor at the end."""
        timeline = self.timeline()
        return Cursor(timeline, timeline.last)

    def host(self) -> Host:
        """Return the host at the end, as the tools see it."""
        cursor = self.cursor()
        return Host(cursor, cursor.timeline)

    def known(self) -> CursorFacts:
        """Return the facts at the end."""
        cursor = self.cursor()
        return facts(cursor, cursor.timeline)

    def run(self, command: str) -> Output:
        """Run a command at the end."""
        cursor = self.cursor()
        return run(command, cursor, cursor.timeline)

    def step(self, time: int) -> None:
        """Begin a step; what is assigned from now on are its effects."""
        self._now = time
        self.recorder.step(time, 0, 0, NO_CPU << 8)

    def apply(self, setting: settings.Setting) -> None:
        """Let a setting take effect on the records, as the kernel's side would."""
        self.step(self._now + 1)
        match setting:
            case settings.Sysctl(key, value):
                setattr(self.sysctl, key.rpartition(".")[2], value)
            case settings.IrqAffinity(irq, mask):
                desc = self.irqs[irq]
                desc.affinity = mask
                desc.effective = desc.effective if desc.effective & mask else mask & -mask
            case settings.DefaultIrqAffinity(mask):
                self.sysctl.default_smp_affinity = mask
            case settings.TaskAffinity(pid, mask):
                self.tasks[pid].affinity = mask
            case settings.TaskPolicy(pid, policy, priority):
                self.tasks[pid].policy = POLICIES.index(policy)
                self.tasks[pid].rt_priority = priority
            case _:
                self._apply_to_card(self.cards[setting.nic], setting)

    @staticmethod
    def _set_table(card: Card, table: tuple[int, ...]) -> None:
        for entry, queue in enumerate(table):
            setattr(card.reta[entry // 8], f"e{entry % 8}", queue)

    def _apply_to_card(self, card: Card, setting: settings.Setting) -> None:
        device = card.device
        match setting:
            case settings.RingSize(_, rx, tx):
                for ring in card.rings:
                    ring.count = rx if rx is not None else ring.count
                device.tx_count = tx if tx is not None else device.tx_count
            case settings.Coalesce(_, rx, tx):
                device.rx_usecs = rx if rx is not None else device.rx_usecs
                device.tx_usecs = tx if tx is not None else device.tx_usecs
            case settings.ChannelCount(_, combined):
                self.make_queues(card, combined, card.rings[0].count)
                driver = DRIVERS[self.facts["nics"][0]["driver"]]
                self._set_table(card, driver.default_table(combined))
            case settings.RssTable(_, table):
                self._set_table(card, table)
            case settings.RssKey(_, key):
                card.nic.rss_key = self.recorder.name(key.hex(":"))
            case settings.RxFlowHash(_, ports):
                device.udp4_ports_hashed = ports
            case settings.Features(_, wanted_on, wanted_off, _, _):
                for name in (*wanted_on, *wanted_off):
                    self._apply_feature(device, name, name in wanted_on)
            case _:
                self._apply_steering(card, setting)

    def _apply_steering(self, card: Card, setting: settings.Setting) -> None:
        device = card.device
        match setting:
            case settings.RpsCpus(_, queue, mask):
                card.rps[queue].rps_cpus = mask
            case settings.NapiDeferHardIrqs(_, value):
                device.napi_defer_hard_irqs = value
            case settings.GroFlushTimeout(_, value):
                device.gro_flush_timeout = value
            case settings.NtupleInsert(_, rule):
                fields = {name: getattr(rule, name) for name in rule.__slots__}
                card.rules.append(NtupleRule(self.recorder, parent=card.nic.uid, **fields))
            case settings.NtupleDelete(_, location):
                gone = next(rule for rule in card.rules if rule.location == location)
                card.rules.remove(gone)
                gone.release()
            case _:
                raise AssertionError(setting)

    def _apply_feature(self, device: NetDevice, name: str, on: bool) -> None:
        if name in FEATURES:
            bit = 1 << FEATURES.index(name)
            device.features = device.features | bit if on else device.features & ~bit
        else:
            bit = 1 << TX_OFFLOADS.index(name)
            device.tx_off = device.tx_off & ~bit if on else device.tx_off | bit
