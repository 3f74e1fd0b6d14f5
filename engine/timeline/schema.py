"""What a recorded object looks like: its class, its fields, their kinds, units and meanings.

Schemas travel with the timeline (`Prologue`), so a reader knows nothing of the simulated kernel and still
names every number.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

Ns = NewType("Ns", int)
"""Simulated time in integer nanoseconds since the start of the run."""

Uid = NewType("Uid", int)
"""The number of an object, unique in a run; 0 is no object."""

StepNo = NewType("StepNo", int)
"""A row of the step table; step 0 creates the host."""

NOTHING = Uid(0)
"""The packet of a step that has none, the reference that points nowhere."""

UNKNOWN = -(1 << 63)
"""The value of a field that a trace could not know; a simulated host never writes it."""

LINK_SHIFT = 32
"""A link is `list id << LINK_SHIFT | order key`; 0 is on no list."""


class Kind(StrEnum):
    """How the integer of a field is to be read."""

    INT = "int"
    BOOL = "bool"
    NS = "ns"  # a moment or a duration in nanoseconds
    UID = "uid"  # another object
    LINK = "link"  # which list, and where in it
    HEX = "hex"
    FLAGS = "flags"  # `names[n]` is the name of bit n
    ENUM = "enum"  # `names[value]`
    FN = "fn"  # a row of the function table
    NAME = "name"  # a row of the string table
    IPV4 = "ipv4"
    CPUS = "cpus"  # a bitmap of CPUs


@dataclass(frozen=True, slots=True)
class FieldSchema:
    """One field: its name is the kernel's, its meaning one line."""

    name: str
    meaning: str
    kind: Kind = Kind.INT
    unit: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClassSchema:
    """One class of objects; field 0 of every class is `uid`.

    Attributes:
        number: position in the prologue's table.
        name: as the kernel's struct where there is one ("sk_buff", "napi_struct").
        meaning: one line.
        fields: in slot order; a field's slot is the object's base plus its position.
        transient: packets, of which there are many; they are not kept at level "counters".
    """

    number: int
    name: str
    meaning: str
    fields: tuple[FieldSchema, ...]
    transient: bool = False

    def position(self, field: str) -> int:
        """Return the position of a field.

        Raises:
            KeyError: no such field.
        """
        for position, schema in enumerate(self.fields):
            if schema.name == field:
                return position
        raise KeyError(f"{self.name} has no field {field!r}")


class Where(StrEnum):
    """What kind of context a step or a slice belongs to; the code is the position."""

    HARDWARE = "hardware"  # wire and NIC: no CPU is busy with it
    IDLE = "idle"
    HARDIRQ = "hardirq"
    SOFTIRQ = "softirq"
    SYSCALL = "syscall"
    USER = "user"
    KSOFTIRQD = "ksoftirqd"
    NAPI_THREAD = "napi_thread"
    KTHREAD = "kthread"


WHERES: tuple[Where, ...] = tuple(Where)
NO_CPU = 255
"""The CPU of a step that no CPU takes."""


@dataclass(frozen=True, slots=True)
class FunctionInfo:
    """A row of the function table.

    Attributes:
        name: the kernel's symbol, or what the hardware or the program does.
        file: the kernel's file, "" for hardware and programs.
        station: where on the datapath it is drawn (`engine.topology.Station`), "" for none.
        kind: "function", "hardware", "user", or "mark" for acts that no symbol names (a tracepoint's moment).
        cost_ns: what it costs by default in this run.
        source: where the cost comes from.
        via: names of functions entered on the way to it in the same step, in order: they have no effect of their own.
        then: names of functions that it enters in the same step.
    """

    number: int
    name: str
    file: str
    station: str
    kind: str
    cost_ns: int
    source: str
    via: tuple[str, ...] = ()
    then: tuple[str, ...] = ()

    @property
    def calls(self) -> tuple[str, ...]:
        """All functions entered in a step of this row, in order."""
        return (*self.via, self.name, *self.then)
