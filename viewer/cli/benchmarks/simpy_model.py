"""The same traffic in SimPy, with nothing recorded: the yardstick for the speed of this machine.

Arrivals in bursts, a descriptor ring, an interrupt that starts polls of 64, a socket's queue and a consumer. SimPy
knows nothing of a kernel, so an event here is far less work than a step there; the ratio is what is compared.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

from viewer.cli.benchmarks.traffic import BURST, EVERY_US, READ_NS, RING, WEIGHT

WIRE_NS = 672
"""A minimal frame at 1 Gbit/s, gap and preamble included."""
IRQ_NS = 2000
PER_PACKET_NS = 700


class Model:
    """One run of the model."""

    def __init__(self, simpy: Any, count: int) -> None:
        self.environment = simpy.Environment()
        self.ring = simpy.Store(self.environment, capacity=RING)
        self.queue = simpy.Store(self.environment)
        self.delivered = 0
        self._kick = self.environment.event()
        self._count = count
        for process in (self._arrivals(), self._polling(), self._consumer()):
            self.environment.process(process)

    def _arrivals(self) -> Generator[Any, Any, None]:
        environment = self.environment
        for number in range(self._count):
            yield environment.timeout(WIRE_NS if number % BURST else EVERY_US * 1000 - WIRE_NS * (BURST - 1))
            if len(self.ring.items) < RING:
                yield self.ring.put(number)
                if not self._kick.triggered:
                    self._kick.succeed()

    def _polling(self) -> Generator[Any, Any, None]:
        environment = self.environment
        while True:
            yield self._kick
            yield environment.timeout(IRQ_NS)
            while self.ring.items:
                for _ in range(min(WEIGHT, len(self.ring.items))):
                    packet = yield self.ring.get()
                    yield environment.timeout(PER_PACKET_NS)
                    yield self.queue.put(packet)
            self._kick = environment.event()

    def _consumer(self) -> Generator[Any, Any, None]:
        while True:
            yield self.queue.get()
            yield self.environment.timeout(READ_NS)
            self.delivered += 1


def count_events(simpy: Any, count: int) -> int:
    """Return how many events the model takes for so many packets."""
    model = Model(simpy, count)
    events = 0
    while model.environment.peek() != float("inf"):
        model.environment.step()
        events += 1
    if model.delivered != count:
        raise AssertionError(f"the SimPy model delivered {model.delivered} of {count} packets")
    return events


def seconds(simpy: Any, count: int) -> float:
    """Return the processor time of one run."""
    model = Model(simpy, count)
    began = time.process_time()
    model.environment.run()
    return time.process_time() - began
