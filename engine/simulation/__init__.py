"""A scenario becomes a host, and the host writes a timeline.

The only place that wires a host together::

    simulation = prepare(load(Path("scenes/n4-burst.toml")))
    timeline = Timeline(simulation.prologue)
    for chunk in simulation.chunks():
        timeline.append(chunk)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, repeat

from engine.hardware.acts import ACTS, Act
from engine.hardware.calendar import COMMAND, Calendar
from engine.hardware.context import HARDWARE
from engine.hardware.processor import run
from engine.hardware.records import Frame
from engine.hardware.wire import Wire
from engine.linux import fn
from engine.linux.boot import boot
from engine.linux.host import Host
from engine.linux.include.sock import Sock
from engine.linux.invariants import check
from engine.linux.ledger import close
from engine.linux.rules import RuleError, rules_of
from engine.scenario.document import SceneDocument, resolution
from engine.scenario.errors import Refused, SceneError, unknown_name
from engine.scenario.host import Level
from engine.scenario.resolving import Resolution
from engine.simulation.adapters import attach_adapters, captures_of
from engine.simulation.commands import Administrator, about_tasks, parsed
from engine.simulation.facts import facts_of
from engine.simulation.idle import nothing_is_owed, traffic_is_over
from engine.simulation.programs import change_program, start_programs
from engine.simulation.traffic import Letter, Traffic
from engine.timeline import Chunk, Ns, Prologue
from engine.timeline.functions import total_costs
from engine.timeline.record import CLASSES
from engine.timeline.recorder import STEP_BYTES, Recorder
from engine.timeline.schema import NO_CPU, ClassSchema, FunctionInfo

FOREVER = 1 << 62
FIRST_CHUNKS = (2_048, 8_192)
"""Steps of the first chunks: what is finished can be looked at early."""
CHUNK = 32_768
"""Steps of the others; a window takes one in without missing a frame or two."""
LOOK_NS = 10_000
"""How often a run without an end of its own is asked whether it is idle."""
SAMPLE_NS = 1_000_000
SAMPLES = 500
"""At level "counters": how often the counters are noted, at most."""
ELSEWHERE = NO_CPU << 8 | HARDWARE


def prepare(document: SceneDocument, variant: str | None = None, sets: Sequence[str] = ()) -> Simulation:
    """Build the host of a scene, ready to run.

    Raises:
        SceneError: the scene, its variant, a setting or a command of its `setup` is wrong.
    """
    return Simulation(document, resolution(document, variant, sets), variant)


class Simulation:
    """One run of one scene.

    Attributes:
        prologue: what a timeline must know first.
        complete: whether the run reached its end.
    """

    def __init__(self, document: SceneDocument, resolved: Resolution, variant: str | None) -> None:
        self._resolved = resolved
        self.scene = scene = resolved.scene
        self.complete = False
        self._recorder = recorder = Recorder()
        self._calendar = Calendar()
        recorder.step(0, 0, Act.power_on, ELSEWHERE)
        self._functions = _functions(resolved)
        self._host = self._boot()
        wires = attach_adapters(self._host, scene)
        self._wires = list(wires.values())
        self._administrator = Administrator(self._host, str(scene.kernel))
        setup = parsed(scene.setup, resolved.setup_error)
        self._administrator.run([each for each in setup if not about_tasks(each)], resolved.setup_error)
        self.letters = self._traffic(document, wires)
        self._hogs = start_programs(self._host, scene)
        self._administrator.run([each for each in setup if about_tasks(each)], resolved.setup_error)
        self._schedule()
        facts = facts_of(document, scene, variant, self._host, self.letters)
        self.prologue = Prologue(_classes(), self._functions, facts)

    # -- building -----------------------------------------------------------------------------------------

    def _boot(self) -> Host:
        scene = self.scene
        try:
            rules = rules_of(str(scene.kernel), dict(scene.host.rules))
        except RuleError as error:
            raise self._resolved.error(("host", "rules"), str(error)) from error
        return boot(
            self._recorder,
            self._calendar,
            rules,
            cpus=scene.host.cpus,
            hz=scene.host.hz,
            preempt=str(scene.host.preempt),
            isolcpus=scene.host.isolcpus,
            costs=total_costs(self._functions),
        )

    def _traffic(self, document: SceneDocument, wires: dict[str, Wire]) -> list[Letter]:
        try:
            nics = {name: dev.nic for name, dev in self._host.devices.items()}
            captures = captures_of(document, self.scene)
            traffic = Traffic(self.scene, self._recorder, wires, nics, captures)
            traffic.attach()
        except SceneError:
            raise
        except Refused as refused:
            raise self._resolved.refused(refused) from refused
        return traffic.letters

    def _schedule(self) -> None:
        for index, each in enumerate(self.scene.at):
            self._calendar.at(each.time, COMMAND, self._at, index)
        window = self.scene.record.window
        if window[0] != 0:
            raise self._resolved.error(("record", "window"), "a window that begins later is not built yet")
        if self.scene.record.level is Level.PACKETS:
            raise self._resolved.error(("record", "level"), 'level "packets" is not built yet')
        if window[1] != "end":
            self._calendar.at(int(window[1]), COMMAND, self._mute)

    # -- running --------------------------------------------------------------------------------------------

    @property
    def host(self) -> Host:
        """The simulated host."""
        return self._host

    @property
    def until_ns(self) -> int:
        """How far the run has come."""
        return self._calendar.now

    @property
    def of_ns(self) -> int | None:
        """How far it will go; None when it ends by itself."""
        return None if self.scene.until == "idle" else int(self.scene.until)

    def chunks(self) -> Iterator[Chunk]:
        """Run the host and yield what happened, a chunk at a time.

        Raises:
            SceneError: a command of an `[[at]]` failed; what was yielded before stands.
        """
        if self.scene.record.level is Level.COUNTERS:
            self._mute(None)
        limit = FOREVER if self.of_ns is None else self.of_ns
        for wire in self._wires:
            wire.start()
        if self.of_ns is None:
            self._look(None)
        recorder, calendar, costs = self._recorder, self._calendar, self._host.costs
        yield recorder.drain(Ns(0))
        rooms = chain(FIRST_CHUNKS, repeat(CHUNK))
        room = next(rooms)
        while not run(calendar, recorder, costs, limit, self._bytes_until(room)):
            if recorder.on and recorder.step_count >= self.scene.record.steps:
                self._mute(None)
            if len(recorder.steps) >= room * STEP_BYTES:
                room = next(rooms)
                yield recorder.drain(Ns(calendar.now))
            if calendar.interrupted and nothing_is_owed(self._host, self._hogs):
                break
        yield self._finish(limit)

    def _bytes_until(self, room: int) -> int:
        """Bytes of step rows that may wait: a chunk of `room` steps, or up to the last step that is to be kept."""
        recorder = self._recorder
        if not recorder.on:
            return room * STEP_BYTES
        left = self.scene.record.steps - recorder.step_count
        return min(room * STEP_BYTES, len(recorder.steps) + left * STEP_BYTES)

    def _look(self, _: object) -> None:
        """Have the main loop ask whether the host is idle, once all traffic has arrived."""
        self._calendar.interrupted = traffic_is_over(self._wires)
        self._calendar.after(LOOK_NS, COMMAND, self._look)

    def _finish(self, limit: int) -> Chunk:
        host, recorder = self._host, self._recorder
        if self.of_ns is not None:
            self._calendar.now = max(self._calendar.now, limit)
        for cpu in host.cpus:
            cpu.settle()
        if recorder.on:
            recorder.step(self._calendar.now, 0, Act.end_of_run, ELSEWHERE)
        else:
            recorder.sample_counters(Ns(self._calendar.now), Act.end_of_run)
        self._close_ledger()
        self.complete = True
        return recorder.drain(Ns(self._calendar.now), last=True)

    def _close_ledger(self) -> None:
        frames: list[Frame] = []
        queued: set[int] = set()
        for record in list(self._recorder.live.values()):
            if isinstance(record, Frame) and record.arrived <= self._calendar.now:
                frames.append(record)
            elif isinstance(record, Sock):
                for queue in (record.sk_receive_queue, record.reader_queue, record.udp_prod_queue):
                    queued.update(skb.frame.uid for skb in queue or ())
        close(self._host, frames, queued)

    # -- on the way ---------------------------------------------------------------------------------------------

    def _at(self, index: int) -> None:
        each = self.scene.at[index]
        self._recorder.step(self._calendar.now, 0, Act.administrator, ELSEWHERE)
        if each.run is not None:

            def complain(_: int, problem: str) -> SceneError:
                return self._resolved.error(("at", index, "run"), problem)

            self._administrator.run(parsed(each.run, complain), complain)
        elif each.app is not None:
            change_program(self._host, each.app)

    def _mute(self, _: object) -> None:
        """From here on only counters."""
        if self._recorder.on:
            self._recorder.mute_all()
            self._sample(None)

    def _sample(self, _: object) -> None:
        self._recorder.sample_counters(Ns(self._calendar.now), Act.counters_only)
        period = SAMPLE_NS if self.of_ns is None else max(self.of_ns // SAMPLES, 1)
        self._calendar.after(period, COMMAND, self._sample)

    def invariants(self) -> list[str]:
        """What is wrong with the host as it stands; nothing for a sound one."""
        return check(self._host)


def _classes() -> tuple[ClassSchema, ...]:
    return tuple(kind.schema for kind in CLASSES if kind.__module__.startswith("engine."))


def _functions(resolved: Resolution) -> tuple[FunctionInfo, ...]:
    """The function table with the scene's costs."""
    table = ACTS + fn.FUNCTIONS
    costs = resolved.scene.host.costs
    names = [info.name for info in table]
    for name in costs:
        if name not in names:
            raise resolved.refused(unknown_name("cost", name, names), ("host", "costs"))
    changed = []
    for info in table:
        cost = costs.get(info.name)
        changed.append(info if cost is None else replace(info, cost_ns=cost, source="the scene"))
    return tuple(changed)
