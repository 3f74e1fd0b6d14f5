"""`[host]`, `record` and `knobs`: the machine, how much is kept, and the values a person may turn."""

from enum import StrEnum
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, field_validator, model_validator

from engine.scenario.errors import Refused
from engine.scenario.table import TIME_SCHEMA, Table, Written, one_of
from engine.scenario.units import parse_time

MAX_CPUS: Final = 256
"""As many CPUs as a host may have; pictures and masks are made for that many."""


class Preempt(StrEnum):
    """When a running task may lose its CPU; the kernel's models."""

    NONE = "none"
    VOLUNTARY = "voluntary"
    FULL = "full"
    RT = "rt"


class Dma(StrEnum):
    """Whether devices and CPUs see the same memory without being told."""

    COHERENT = "coherent"
    NON_COHERENT = "non-coherent"


class Level(StrEnum):
    """How much a run records."""

    ALL = "all"
    PACKETS = "packets"
    COUNTERS = "counters"


class Host(Table):
    """The machine under the kernel."""

    cpus: int = Field(default=4, ge=1, le=MAX_CPUS)
    """Number of CPUs."""
    hz: Literal[100, 250, 300, 1000] = 250
    """CONFIG_HZ: timer ticks in a second."""
    preempt: Annotated[Preempt, one_of(Preempt, later=[Preempt.RT])] = Preempt.VOLUNTARY
    """The kernel's preemption model."""
    isolcpus: tuple[int, ...] = ()
    """CPUs on which the scheduler places nothing by itself."""
    nodes: tuple[tuple[int, ...], ...] = ()
    """NUMA nodes as lists of CPUs; empty is one node. More than one: not built yet."""
    dma: Annotated[Dma, one_of(Dma, later=[Dma.NON_COHERENT])] = Dma.COHERENT
    """Coherence of device memory."""
    rules: dict[str, bool | int | str] = Field(default_factory=dict)
    """Single rows of the table of kernel versions, set to another version's behaviour."""
    costs: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    """Single entries of the cost table, in nanoseconds."""

    @field_validator("nodes", mode="after")
    @classmethod
    def _one_node(cls, nodes: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
        if len(nodes) > 1:
            raise Refused("more than one NUMA node is not built yet")
        return nodes

    @model_validator(mode="after")
    def _cpus_exist(self) -> "Host":
        lists: list[tuple[tuple[str | int, ...], tuple[int, ...]]] = [(("isolcpus",), self.isolcpus)]
        lists += [(("nodes", index), node) for index, node in enumerate(self.nodes)]
        for key, cpus in lists:
            for index, cpu in enumerate(cpus):
                if not 0 <= cpu < self.cpus:
                    raise Refused(f"there is no CPU {cpu}; host.cpus = {self.cpus}", key=(*key, index))
                if cpu in cpus[:index]:
                    raise Refused(f"CPU {cpu} stands here twice", key=(*key, index))
        if len(self.isolcpus) == self.cpus:
            raise Refused("must leave at least one CPU to the scheduler", key=("isolcpus",))
        return self


def parse_window_edge(value: object) -> int | Literal["end"]:
    """Return an edge of the recorded window: a time in nanoseconds, or the end.

    Raises:
        Refused: Neither a time nor `end`.
    """
    return "end" if value == "end" else parse_time(value)


WindowEdge: TypeAlias = Annotated[
    int | Literal["end"], Written(parse_window_edge, {"anyOf": [TIME_SCHEMA, {"const": "end"}]})
]


class Record(Table):
    """How much of the run the timeline keeps; past it only counters are."""

    steps: int = Field(default=4_000_000, ge=1)
    """Most steps kept."""
    window: tuple[WindowEdge, WindowEdge] = (0, "end")
    """From when to when everything is kept."""
    level: Annotated[Level, one_of(Level)] = Level.ALL
    """What is kept: all, packets or counters."""

    @model_validator(mode="after")
    def _window_is_ordered(self) -> "Record":
        start, end = self.window
        if start == "end" or (end != "end" and end <= start):
            raise Refused("must begin before it ends", key=("window",))
        return self


class Scale(StrEnum):
    """How a knob's slider maps its travel to values."""

    LINEAR = "linear"
    LOG2 = "log2"
    LOG10 = "log10"


class Knob(Table):
    """A value that `${name}` stands for in any string, and that the window shows as a slider."""

    value: bool | int | float | str
    """What `${name}` becomes."""
    range: tuple[int | float, int | float] | None = None
    """Least and greatest value, both allowed."""
    scale: Annotated[Scale, one_of(Scale)] = Scale.LINEAR
    """The slider's scale."""
    label: str = ""
    """What the slider is called; the knob's name if empty."""

    @model_validator(mode="after")
    def _value_in_range(self) -> "Knob":
        if self.range is None:
            return self
        low, high = self.range
        if low > high:
            raise Refused("must be the least value, then the greatest", key=("range",))
        if self.scale is not Scale.LINEAR and low <= 0:
            raise Refused(f"must be above zero on a {self.scale} scale", key=("range", 0))
        if isinstance(self.value, bool | str):
            raise Refused("must be a number, because the knob has a range", key=("value",))
        if not low <= self.value <= high:
            raise Refused(f"must be within the knob's range, {low} to {high}", key=("value",))
        return self
