"""The scene's flows as senders on the wires of its adapters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.hardware.arrivals import Limits, Pace, Sizes, Source, bursts, constant, poisson
from engine.hardware.pcap import Capture, CaptureError, read_capture, replay
from engine.hardware.records import Flow
from engine.hardware.streams import Stream
from engine.hardware.wire import Wire, synthetic
from engine.scenario import flow as written
from engine.scenario.errors import Refused
from engine.scenario.schema import Scene, letter
from engine.scenario.units import Rate, RateKind
from engine.timeline.recorder import Recorder

UDP = 17


@dataclass(frozen=True, slots=True)
class Point:
    """An address and a port."""

    address: int
    port: int


@dataclass(frozen=True, slots=True)
class Letter:
    """A flow of the run, as pictures and results call it.

    Attributes:
        name: the scene's name; a capture with several tuples adds a number.
        letter: "A", "B", ...
        nic: where it arrives.
        flow: its record.
        note: what was skipped of a capture; "" for none.
    """

    name: str
    letter: str
    nic: str
    flow: Flow
    note: str = ""


class Traffic:
    """Builds the flows of a scene.

    Args:
        scene: the scenario.
        recorder: where their records go.
        wires: by interface.
        nics: uid of each adapter, by interface.
        captures: path of the capture of each flow that has one, by position.
    """

    def __init__(
        self,
        scene: Scene,
        recorder: Recorder,
        wires: dict[str, Wire],
        nics: dict[str, int],
        captures: dict[int, Path],
    ) -> None:
        self.scene = scene
        self.recorder = recorder
        self.wires = wires
        self.nics = nics
        self.captures = captures
        self.letters: list[Letter] = []

    def attach(self) -> None:
        """Connect every flow to its wire.

        Raises:
            Refused: a capture cannot be read; its key says which flow.
        """
        for index, each in enumerate(self.scene.flow):
            if each.arrival is written.Arrival.PCAP:
                self._attach_capture(index, each)
            else:
                self._attach_source(each)

    def _attach_source(self, each: written.Flow) -> None:
        source, destination = each.addresses
        record = self._record(
            each,
            each.name,
            int(source.address),
            source.port,
            Point(int(destination.address), destination.port),
            "",
        )
        self.wires[each.nic].attach(synthetic(record, self._source(each)))

    def _source(self, each: written.Flow) -> Source:
        stream = Stream(self.scene.seed, f"flow {each.name}")
        sizes = Sizes(each.frame, Stream(self.scene.seed, f"sizes {each.name}"))
        limits = Limits(each.start, each.count, each.stop)
        line = Pace.line(self.scene.nic[self._nic(each)].speed)
        if each.burst is not None:
            return bursts(sizes, line, each.burst.frames, each.burst.every, limits)
        pace = self._pace(each)
        if each.arrival is written.Arrival.POISSON:
            return poisson(sizes, pace or line, stream, limits)
        return constant(sizes, pace or line, limits)

    def _nic(self, each: written.Flow) -> int:
        return [nic.name for nic in self.scene.nic].index(each.nic)

    def _pace(self, each: written.Flow) -> Pace | None:
        rate: Rate | None = each.rate
        if rate is None:
            return None
        match rate.kind:
            case RateKind.LINE:
                return Pace.line(self.scene.nic[self._nic(each)].speed)
            case RateKind.BITS:
                return Pace.bps(rate.per_second)
            case _:
                return Pace.pps(rate.per_second)

    def _attach_capture(self, index: int, each: written.Flow) -> None:
        try:
            capture = read_capture(self.captures[index])
        except CaptureError as error:
            raise Refused(str(error), key=("flow", index, "pcap")) from error
        records = self._capture_flows(each, capture)
        limits = Limits(each.start, each.count, each.stop)
        self.wires[each.nic].attach(replay(capture, records, self._pace(each), limits))

    def _capture_flows(self, each: written.Flow, capture: Capture) -> list[Flow]:
        records = []
        for number, tuple_ in enumerate(capture.flows):
            name = each.name if len(capture.flows) == 1 else f"{each.name}-{number + 1}"
            where = Point(tuple_.daddr, tuple_.dport)
            note = capture.note if number == 0 else ""
            records.append(self._record(each, name, tuple_.saddr, tuple_.sport, where, note))
        return records

    def _record(
        self, each: written.Flow, name: str, saddr: int, sport: int, destination: Point, note: str
    ) -> Flow:
        position = len(self.letters)
        record = Flow(
            self.recorder,
            name=name,
            letter=position,
            protocol=UDP,
            saddr=saddr,
            daddr=destination.address,
            sport=sport,
            dport=destination.port,
            many=each.many,
            sources=each.sources,
            nic=self.nics[each.nic],
            ended=0,
        )
        self.letters.append(Letter(name, letter(position), each.nic, record, note))
        return record
