"""Declaring what a step can be: a function of the kernel, an act of the hardware or of a program.

A table is a class whose attributes are numbers::

    class Fn:
        ip_rcv_core = declare("net/ipv4/ip_input.c", Station.IP, 60, "...")

    FUNCTIONS = seal(Fn, declare)
"""

from __future__ import annotations

from engine.timeline.schema import FunctionInfo


class Declare:
    """Hands out the numbers of one table.

    Args:
        first: the first number; tables must not overlap.
        limit: one past the last number allowed.
    """

    def __init__(self, first: int, limit: int) -> None:
        self.first = first
        self.limit = limit
        self.rows: list[tuple[str, str, str, int, str]] = []

    def __call__(
        self, file: str, station: str, cost_ns: int, source: str = "", *, kind: str = "function"
    ) -> int:
        """Declare the next row; see `schema.FunctionInfo`."""
        number = self.first + len(self.rows)
        if number >= self.limit:
            raise OverflowError(f"the table from {self.first} is full at {self.limit}")
        self.rows.append((file, station, kind, cost_ns, source))
        return number


def seal(table: type, declare: Declare, rename: dict[str, str] | None = None) -> tuple[FunctionInfo, ...]:
    """Return the rows of a table with their names; a trailing underscore (a Python keyword) is dropped."""
    names = {number: name for name, number in vars(table).items() if type(number) is int}
    rows = []
    for offset, (file, station, kind, cost, source) in enumerate(declare.rows):
        number = declare.first + offset
        name = names[number]
        if rename and name in rename:
            name = rename[name]
        rows.append(FunctionInfo(number, name, file, str(station), kind, cost, source))
    return tuple(rows)
