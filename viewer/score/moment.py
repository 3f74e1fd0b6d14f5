"""A moment of the showing: the last step taken, and the acts that are under way."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Act:
    """A step whose effect is still to come.

    Attributes:
        step: its number; always greater than the moment's step.
        phase: how much of it has passed, 0 to 1.
        cpu: who does it; `schema.NO_CPU` for wire and NIC.
        function: row of the function table.
        packet: number of the frame or skb it handles, 0 for none.
        held: whether it takes no simulated time and plays while that time stands still.
    """

    step: int
    phase: float
    cpu: int
    function: int
    packet: int
    held: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """What a picture is a picture of.

    Attributes:
        step: the last step whose effect has happened; -1 before the first.
        time_ns: simulated time.
        acts: what is under way, by step; at most one for each CPU.
    """

    step: int
    time_ns: int
    acts: tuple[Act, ...] = ()

    @property
    def at_rest(self) -> bool:
        """Whether nothing is under way: the moment right after its step."""
        return not self.acts

    def act_of(self, cpu: int) -> Act | None:
        """What a CPU is doing, if anything."""
        return next((act for act in self.acts if act.cpu == cpu), None)
