"""A tiny recorded world, and a plain model that remembers every state of it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hypothesis import strategies as st

from engine.timeline import NOT_KNOWN, Prologue, Timeline, Value
from engine.timeline.chunk import Chunk
from engine.timeline.lists import RecordedList
from engine.timeline.record import Record, declared_apart
from engine.timeline.record import field as recorded
from engine.timeline.recorder import Recorder
from engine.timeline.schema import UNKNOWN, FunctionInfo, Kind, Ns

with declared_apart() as CLASSES:

    class Counter(Record, kernel_name="counter", meaning="Something that lasts."):
        """A lasting object that can be on a list, too."""

        link: int = recorded("place", kind=Kind.LINK)
        hits: int = recorded("hits")
        wide: int = recorded("any 64-bit number", default=7)

    class Parcel(Record, kernel_name="frame", meaning="Something that passes.", transient=True):
        """A transient object."""

        link: int = recorded("place", kind=Kind.LINK)
        flow: int = recorded("whose", kind=Kind.UID)
        note: int = recorded("anything")


def function(number: int, name: str, station: str = "") -> FunctionInfo:
    return FunctionInfo(number, name, "", station, "function", 10, "")


FUNCTIONS = (
    function(1, "power_on"),
    function(2, "irq_handler_entry", "irq"),
    function(3, "napi_poll", "poll"),
    function(4, "ip_rcv", "ip"),
    function(5, "ip_local_deliver", "ip"),
    function(6, "softirq_entry"),
    function(7, "softirq_exit"),
    function(9, "sample"),
)
PROLOGUE = Prologue(tuple(cls.schema for cls in CLASSES), FUNCTIONS, {"title": "test"})


class State(NamedTuple):
    """Everything after a step."""

    fields: dict[int, dict[str, Value]]
    lists: dict[int, list[int]]


@dataclass
class World:
    """Runs operations on recorded objects and keeps a copy of the state after each step.

    Attributes:
        hits: the steps that hit a counter which they had not made.
    """

    recorder: Recorder = field(default_factory=Recorder)
    time: int = 0
    chunks: list[Chunk] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    born: dict[int, int] = field(default_factory=dict)
    hits: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.recorder.step(0, 0, 1, 0)
        self.objects: list[Any] = [Counter(self.recorder, name=f"c{n}", hits=n) for n in range(2)]
        self.lists: list[RecordedList[Any]] = [
            RecordedList(self.recorder, self.objects[n].uid, "queue") for n in range(2)
        ]
        self.place: dict[int, RecordedList[Any]] = {}

    def state(self) -> State:
        """Copy the present."""
        fields = {
            record.uid: {
                schema.name: NOT_KNOWN if value == UNKNOWN else value
                for schema, value in zip(record.schema.fields, record.snapshot(), strict=True)
            }
            for record in self.objects
        }
        return State(fields, {one.id: [member.uid for member in one] for one in self.lists})

    def run(self, operation: tuple[Any, ...]) -> None:
        """Do one operation of `PROGRAMS`."""
        match operation:
            case ("step", wait, fn, where, packet):
                self.states.append(self.state())
                self.time += wait
                uid = self.pick(packet).uid if packet is not None else 0
                self.recorder.step(self.time, wait, fn, where, uid)
            case ("new", transient, value):
                kind = Parcel if transient else Counter
                self.objects.append(kind(self.recorder, **{"note" if transient else "wide": value}))
                self.born[self.objects[-1].uid] = len(self.states)
            case ("set", which, value):
                record = self.pick(which)
                if isinstance(record, Parcel):
                    record.note = value
                else:
                    record.wide = value
            case ("hit", which):
                record = self.pick(which)
                if isinstance(record, Counter):
                    record.hits += 1
                    if self.born.get(record.uid, 0) < len(self.states):
                        self.hits.append(len(self.states))
            case ("put", which, target, head):
                self.take_off(self.pick(which))
                self.put(self.pick(which), self.lists[target], head)
            case ("take", which):
                self.take_off(self.pick(which))
            case ("splice", head):
                self.splice(head)
            case ("release", which) if len(self.objects) > 2:
                record = self.objects.pop(2 + which % (len(self.objects) - 2))
                self.take_off(record)
                record.release()
            case ("drain",):
                self.chunks.append(self.recorder.drain(Ns(self.time)))

    def pick(self, which: int) -> Any:
        return self.objects[which % len(self.objects)]

    def put(self, record: Any, target: RecordedList[Any], head: bool) -> None:
        if head:
            target.appendleft(record)
        else:
            target.append(record)
        self.place[record.uid] = target

    def take_off(self, record: Any) -> None:
        here = self.place.pop(record.uid, None)
        if here is None:
            return
        if here.items[0] is record:
            here.popleft()
        else:
            here.remove(record)

    def splice(self, head: bool) -> None:
        source, target = self.lists
        for member in source:
            self.place[member.uid] = target
        if head:
            target.splice_head(source)
        else:
            target.splice_tail(source)

    def finish(self) -> Timeline:
        """Hand everything on, through bytes, and read it."""
        self.states.append(self.state())
        self.chunks.append(self.recorder.drain(Ns(self.time), last=True))
        timeline = Timeline(Prologue.from_bytes(PROLOGUE.to_bytes()))
        for chunk in self.chunks:
            timeline.append(Chunk.from_bytes(chunk.to_bytes()))
        return timeline


def run(program: list[tuple[Any, ...]]) -> World:
    """Run a program in a new world."""
    world = World()
    for operation in program:
        world.run(operation)
    return world


def long_program(seed: int, length: int = 3000) -> list[tuple[Any, ...]]:
    """Return a program in which some hundred objects live at a time."""
    rng = random.Random(seed)
    program: list[tuple[Any, ...]] = [("new", n % 4 != 0, n) for n in range(200)]
    for n in range(length):
        which, fn, where = rng.randrange(500), rng.choice((2, 3, 4, 5)), rng.choice((2, 3, 0x103))
        choices: tuple[tuple[Any, ...], ...] = (
            ("step", rng.randrange(50), fn, where, which),
            ("step", 0, fn, where, None),
            ("new", True, n << rng.randrange(40)),
            ("set", which, -n),
            ("hit", which),
            ("put", which, rng.randrange(2), rng.random() < 0.3),
            ("take", which),
            ("release", which),
        )
        program.append(rng.choice(choices))
        if n % 701 == 0:
            program += [("splice", n % 2 == 0), ("drain",)]
    return program


_which = st.integers(0, 30)
_values = st.one_of(
    st.integers(-3, 3),
    st.integers(-(1 << 31) - 2, -(1 << 30) + 2),
    st.integers(-(1 << 63), (1 << 63) - 1),
    st.just(UNKNOWN),
)
_operations = st.one_of(
    st.tuples(
        st.just("step"),
        st.integers(0, 40),
        st.sampled_from([2, 3, 4, 5]),
        st.sampled_from([0x0002, 0x0003, 0x0103, 0xFF00]),
        st.one_of(st.none(), _which),
    ),
    st.tuples(st.just("step"), st.just(0), st.just(3), st.just(3), st.none()),
    st.tuples(st.just("new"), st.booleans(), _values),
    st.tuples(st.just("set"), _which, _values),
    st.tuples(st.just("hit"), _which),
    st.tuples(st.just("put"), _which, st.integers(0, 1), st.booleans()),
    st.tuples(st.just("take"), _which),
    st.tuples(st.just("splice"), st.booleans()),
    st.tuples(st.just("release"), _which),
    st.tuples(st.just("drain")),
)
PROGRAMS = st.lists(_operations, max_size=120)
"""Sequences of operations; a person can read a failing one."""
