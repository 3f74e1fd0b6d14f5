"""A booted host with one card and a wire, for tests of drivers: send frames, run, look at steps by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Interface
from typing import Any

from engine.hardware.acts import ACTS
from engine.hardware.arrivals import Arrival
from engine.hardware.calendar import Calendar
from engine.hardware.nic import Adapter
from engine.hardware.processor import run
from engine.hardware.records import Flow, MsixVector, RxRing
from engine.hardware.wire import Wire, synthetic
from engine.linux import fn
from engine.linux.boot import boot
from engine.linux.drivers import PROBES
from engine.linux.drivers.ethtool import EthtoolPort
from engine.linux.include.netdevice import NapiStruct
from engine.linux.rules import rules_of
from engine.timeline.chunk import FATES
from engine.timeline.functions import total_costs
from engine.timeline.recorder import Recorder

NUMBERS = {row.name: row.number for row in (*fn.FUNCTIONS, *ACTS)}
CALLS = {row.number: row.calls for row in (*fn.FUNCTIONS, *ACTS)}
PEER, ADDRESS = 0x0A000001, 0x0A000002
GIGABIT = 10**9
HERE = IPv4Interface("10.0.0.2/24")
RSS_KEY = bytes.fromhex("6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa")


@dataclass(frozen=True)
class Card:
    """What a scene says of a card."""

    name: str = "eth0"
    speed: int = GIGABIT
    queues: int = 1
    address: IPv4Interface = HERE
    rss_key: bytes | None = RSS_KEY


@dataclass(frozen=True)
class Step:
    """A row of the log with its function's name."""

    time: int
    span: int
    name: str
    cpu: int
    packet: int
    cause: int


class Machine:
    """A host of `cpus` CPUs with a card.

    Attributes:
        flow: what `send` sends.
    """

    def __init__(
        self,
        driver: str = "igb",
        *,
        queues: int = 1,
        cpus: int = 2,
        speed: int = GIGABIT,
        kernel: str = "6.12",
        costs: dict[str, int] | None = None,
    ) -> None:
        self.costs = table = total_costs((*ACTS, *fn.FUNCTIONS))
        for name, cost in (costs or {}).items():
            table[NUMBERS[name]] = cost
        self.recorder = Recorder()
        self.calendar = Calendar()
        self.recorder.step(0, 0, NUMBERS["power_on"], 255 << 8)
        self.host = boot(
            self.recorder,
            self.calendar,
            rules_of(kernel, {}),
            cpus=cpus,
            hz=250,
            preempt="voluntary",
            isolcpus=(),
            costs=table,
        )
        self.dev = PROBES[driver](self.host, Card(queues=queues, speed=speed), 1)
        self.adapter: Adapter = self.dev.hw
        self.port: EthtoolPort = self.dev.ops
        self.wire = Wire(self.calendar, self.adapter, speed)
        self.flow = self.new_flow()
        self.checks: list[int] = []

    def new_flow(self, **changed: int) -> Flow:
        """Return a UDP flow to the host."""
        fields: dict[str, Any] = {
            "saddr": PEER,
            "daddr": ADDRESS,
            "sport": 40_000,
            "dport": 9000,
            "many": 1,
            "sources": 1,
        }
        return Flow(self.recorder, name="A", protocol=17, ended=0, **(fields | changed))

    def send(self, times: Iterable[int], length: int = 60, flow: Flow | None = None) -> None:
        """Have the sender ready with a frame at each of the times."""
        arrivals = [Arrival(time, number, length) for number, time in enumerate(times)]
        self.wire.attach(synthetic(flow or self.flow, iter(arrivals)))

    def run(self, until: int, *, start: bool = True) -> None:
        """Put the senders' frames on the wire (the first time) and let time pass."""
        if start:
            self.wire.start()
        run(self.calendar, self.recorder, self.costs, until, watch=self._owned)

    def _owned(self) -> bool:
        """After each event: no ring owns more than its size less one."""
        for ring in self.adapter.rings:
            owned = (ring.next_to_use - ring.head) % ring.count
            assert owned + ring.filled + ring.unposted == ring.count - 1
            assert 0 <= ring.free <= owned < ring.count
            assert ring.filled == len(ring.frames)
        return False

    def steps(self, *names: str) -> list[Step]:
        """The rows of some functions, or of all."""
        rows = self.recorder.flat_steps()
        found = []
        for at in range(0, len(rows), 7):
            time, span, function, where, packet, cause, _ = rows[at : at + 7]
            for name in CALLS[function]:
                if not names or name in names:
                    found.append(Step(time, span, name, where >> 8, packet, cause))
        return found

    def endings(self) -> list[tuple[str, str]]:
        """Fate and reason of every frame that has ended."""
        tables = self.recorder._tables
        names = ["", *tables.names]
        return [(FATES[row[3]], names[row[4]]) for row in tables.endings]

    @property
    def ring(self) -> RxRing:
        """The first receive ring."""
        ring: RxRing = self.dev.rings[0]
        return ring

    @property
    def vector(self) -> MsixVector:
        """The first queue's vector."""
        vector: MsixVector = self.dev.vectors[0]
        return vector

    @property
    def napi(self) -> NapiStruct:
        """The first NAPI instance."""
        return self.dev.napis[0]
