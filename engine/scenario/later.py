"""`[[bpf]]`, `[race]` and `[skb]`: parts of the format that are described but not built yet."""

from typing import Any, Literal

from pydantic import Field

from engine.scenario.table import Table


class BpfRule(Table):
    """A match with its verdict."""

    match: str
    """Which packets, such as `udp dst port 9000`, or `any`."""
    do: Literal["pass", "drop", "aborted", "tx", "redirect"]
    """The verdict."""
    map: str | None = None
    """The map of a redirect."""
    fallback: Literal["aborted", "drop", "pass", "tx"] | None = None
    """The verdict when the map has no entry."""


class BpfMap(Table):
    """A map of a program."""

    name: str
    """Its name."""
    type: Literal["xskmap", "devmap", "cpumap"]
    """Its kind."""
    entries: int = Field(ge=1)
    """How many entries it has."""
    fill: dict[str, Any] = Field(default_factory=dict)
    """Entries from the start."""


class Bpf(Table):
    """A program for XDP or tc, attached by name in `setup`. Not built yet."""

    name: str
    """What `ip link` and `tc` call it."""
    type: Literal["xdp", "tc"]
    """Where it may be attached."""
    rules: tuple[BpfRule, ...] = ()
    """Its rules, the first that matches decides."""
    maps: tuple[BpfMap, ...] = ()
    """Its maps."""


class Race(Table):
    """The memory-ordering explorer instead of traffic. Not built yet."""

    program: str
    """txq_stop_wake, bql, tsq, or a program written here."""
    model: Literal["sc", "tso", "weak"] = "weak"
    """The memory model."""
    a: str = ""
    """The first barrier."""
    b: str = ""
    """The second barrier."""


class SkbSandbox(Table):
    """The sk_buff sandbox instead of traffic, a call a line. Not built yet."""

    script: str
    """The calls."""
