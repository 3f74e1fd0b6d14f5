"""Declaring what a step can be: a function of the kernel, an act of the hardware or of a program.

A table is a class whose attributes are numbers::

    class Fn:
        ip_rcv_core = declare("net/ipv4/ip_input.c", Station.IP, 60, "...")

    FUNCTIONS = seal(vars(Fn), declare)
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.timeline.schema import FunctionInfo


def total_costs(table: tuple[FunctionInfo, ...]) -> list[int]:
    """Return nanoseconds by number: what a step of each row costs, the functions it enters included."""
    cost = {info.name: info.cost_ns for info in table}
    costs = [0] * (max(info.number for info in table) + 1)
    for info in table:
        costs[info.number] = sum(cost[name] for name in info.calls)
    return costs


class Declare:
    """Hands out the numbers of one table.

    Args:
        first: the first number; tables must not overlap.
        limit: one past the last number allowed.
    """

    def __init__(self, first: int, limit: int) -> None:
        self.first = first
        self.limit = limit
        self.rows: list[tuple[str, str, str, int, str, tuple[int, ...], tuple[int, ...]]] = []

    def __call__(
        self,
        file: str,
        station: str,
        cost_ns: int,
        source: str = "",
        *,
        kind: str = "function",
        via: tuple[int, ...] = (),
        then: tuple[int, ...] = (),
    ) -> int:
        """Declare the next row; see `schema.FunctionInfo`."""
        number = self.first + len(self.rows)
        if number >= self.limit:
            raise OverflowError(f"the table from {self.first} is full at {self.limit}")
        self.rows.append((file, station, kind, cost_ns, source, via, then))
        return number


def seal(table: Mapping[str, object], declare: Declare) -> tuple[FunctionInfo, ...]:
    """Return the rows of a table with their names; `table` maps names to numbers among other things."""
    names = {number: name for name, number in table.items() if type(number) is int}
    return tuple(
        FunctionInfo(
            declare.first + offset,
            names[declare.first + offset],
            file,
            str(station),
            kind,
            cost,
            source,
            tuple(names[number] for number in via),
            tuple(names[number] for number in then),
        )
        for offset, (file, station, kind, cost, source, via, then) in enumerate(declare.rows)
    )
