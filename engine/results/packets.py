"""The packet filter: expressions over the wire frames of a run.

The grammar is that of claims and breakpoints; the names are `PACKET_FIELDS`, a frame's own at a step:
`flow == 'md' and length > 200`, `latency_ns > 80us`, `place == 'ring'`. What is not known of a frame fits nothing,
neither a comparison nor its opposite. A text that no packet can have is no empty choice but a mistake: it is refused
with the nearest one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.results.packet_table import ENDED, PLACES, PacketTable, Whereabouts, packet_table
from engine.results.places import LOST_PLACES
from engine.scenario.errors import Refused, listed, nearest_name
from engine.scenario.evaluate import refusal
from engine.scenario.expression import parse
from engine.scenario.tree import Call, Compare, Expression, Key, Literal, Logic, Not, Part, Path
from engine.scenario.values import EVERYWHERE, Sort, Truths, Vector
from engine.scenario.vector import truths
from engine.timeline.chunk import FATES

__all__ = ["ENDED", "PACKET_FIELDS", "PLACES", "PacketTable", "Whereabouts", "packet_table", "select"]

PACKET_FIELDS: Final[Mapping[str, str]] = {
    "number": "the number of its object in the run: frame #649, `packet 649` of a moment",
    "nth": "its number in its flow, counted from 1, as it is shown: A 163 is letter == 'A' and nth == 163",
    "flow": "the name of its flow",
    "letter": "the letter of its flow: A, B, ...",
    "length": "Ethernet frame without FCS (B)",
    "arrived": "last bit on the wire (ns)",
    "latency_ns": "last bit on the wire to return of the first reading call (ns); unknown if nobody read it",
    "fate": f"how it ended, as far as the run is known: {', '.join(FATES[:-1])}",
    "reason": "the place where it was lost, as in packets.lost; '' if it was not",
    "place": f"the station where it is now: {', '.join(PLACES[1:-1])}; '' before it arrives, '{ENDED}' afterwards",
    "cpu": "the CPU that handled it last; unknown before one did, and when it has ended",
    "queue": "the receive queue that the adapter chose",
}
"""Names of the packet filter, and their meanings."""

_NUMBERS: Final = {
    "number": "number",
    "nth": "nth",
    "length": "length",
    "arrived": "arrived",
    "latency_ns": "latency",
}
_parsed = lru_cache(maxsize=64)(parse)


def select(table: PacketTable, text: str, step: int | None = None) -> NDArray[np.int64]:
    """Return the uids of the frames that fit a filter, in order.

    Args:
        table: the frames.
        text: the filter.
        step: after which step, for what changes (`place`, `cpu`); None for the last.

    Raises:
        Refused: it is no expression, says nothing true or false, names something a packet has not, or compares a name
            with a text that it never is.
    """
    source = _Packets(table, table.timeline.last if step is None else step)
    parsed = _parsed(text)
    for name, literal in _compared(parsed):
        source.check(name, literal)
    fits = np.broadcast_to(truths(parsed, source), (len(table),))
    return np.sort(table["number"][fits])


def _compared(node: Expression) -> Iterator[tuple[str, Literal]]:
    """Yield each name of a packet with the texts that it is compared with."""
    match node:
        case Compare():
            sides = (node.first, *(right for _, right in node.rest))
            firsts = [side.parts[0] for side in sides if isinstance(side, Path)]
            names = [first.name for first in firsts if isinstance(first, Key)]
            texts = [side for side in sides if isinstance(side, Literal) and isinstance(side.value, str)]
            yield from ((name, text) for name in names for text in texts)
        case Logic(operands=below) | Call(arguments=below):
            for each in below:
                yield from _compared(each)
        case Not(operand=operand):
            yield from _compared(operand)


class _Packets:
    """Answers names with columns of a table at a step."""

    def __init__(self, table: PacketTable, step: int) -> None:
        self._table = table
        self._step = step
        self._where: Whereabouts | None = None

    def path(self, parts: tuple[Part, ...]) -> Vector:
        """See `Source.path`."""
        name = parts[0].name if isinstance(parts[0], Key) else ""
        if name not in PACKET_FIELDS:
            raise Refused(
                f"a packet has no {name}; known: {listed(PACKET_FIELDS)}", nearest=self._nearest(name)
            )
        if len(parts) > 1:
            raise Refused(f"{name} has nothing below it")
        return self._column(name)

    def check(self, name: str, literal: Literal) -> None:
        """Refuse a text that a name never is; what may still come of a run is not refused."""
        known = self._texts(name)
        if known and literal.value not in known:
            what = "place of a loss" if name == "reason" else name
            nearest = nearest_name(str(literal.value), known)
            some = "" if nearest else f"; known: {listed(each for each in known if each)}"
            raise refusal(literal, f"is no {what}{some}", f"'{nearest}'" if nearest else "")

    def _texts(self, name: str) -> list[str]:
        """Return every text that a name can be; none where that is not known, or it is a number."""
        match name:
            case "flow":
                return list(dict.fromkeys((*self._names().values(), *self._letters())))
            case "letter":
                return [letter for letter in self._letters().values() if letter]
            case "fate":
                return list(FATES)
            case "place":
                return list(PLACES)
            case "reason":
                names, rows = self._table.timeline.names, np.unique(self._table["reason"]).tolist()
                return list(dict.fromkeys((*LOST_PLACES, *(names[row] for row in rows), "")))
        return []

    def run(self, variant: str) -> _Packets:
        """See `Source.run`."""
        raise Refused(
            f'the packets of another run cannot be asked for, so run("{variant}") means nothing here'
        )

    def _nearest(self, name: str) -> str:
        """Return the name that was meant, or the text if it lacks its quotes."""
        texts = (*PLACES, *FATES, *self._names().values())
        return f"'{name}'" if name in texts else nearest_name(name, PACKET_FIELDS)

    def _column(self, name: str) -> Vector:
        table = self._table
        if name in _NUMBERS:
            values = table[_NUMBERS[name]]
            if name == "nth":  # the table counts from 0, people from 1
                values = np.where(values >= 0, values + 1, values)
            return Vector(Sort.NUMBER, values, np.asarray(values >= 0))
        match name:
            case "flow":
                return _named(table["flow"], self._names())
            case "letter":
                letters = self._letters()
                return _named(table["flow"], {uid: letters.get(n, "") for uid, n in self._names().items()})
            case "fate":
                return Vector(Sort.TEXT, table["fate"], self._offered(), FATES)
            case "reason":
                return _named(table["reason"], dict(enumerate(table.timeline.names)), known=self._offered())
            case "queue":
                return Vector(Sort.NUMBER, table["queue"], self._offered() & (table["queue"] >= 0))
            case "cpu":
                cpu = self._places().cpu
                return Vector(Sort.NUMBER, cpu.astype(np.int64), np.asarray(cpu >= 0))
            case _:
                place = self._places().place
                return Vector(Sort.TEXT, np.maximum(place, 0), np.asarray(place >= 0), PLACES)

    def _offered(self) -> Truths:
        """Return which frames have arrived as far as the run is known: nothing has come of the others yet."""
        return np.asarray(self._table["arrived"] <= self._table.timeline.until)

    def _places(self) -> Whereabouts:
        if self._where is None:
            self._where = self._table.places(self._step)
        return self._where

    def _names(self) -> dict[int, str]:
        """Return the names of the flows by uid."""
        uids = np.unique(self._table["flow"]).tolist()
        return {uid: self._table.timeline.label(uid) for uid in uids}

    def _letters(self) -> dict[str, str]:
        """Return the letters of the flows by name."""
        facts: list[Mapping[str, Any]] = list(self._table.timeline.facts.get("flows", ()))
        return {str(flow.get("name", "")): str(flow.get("letter", "")) for flow in facts}


def _named(numbers: NDArray[np.int64], names: Mapping[int, str], known: Truths = EVERYWHERE) -> Vector:
    """Return numbers as the texts that they stand for."""
    there, rows = np.unique(numbers, return_inverse=True)
    return Vector(Sort.TEXT, rows, known, tuple(names.get(number, "") for number in there.tolist()))
