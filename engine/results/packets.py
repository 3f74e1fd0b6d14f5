"""The packet filter: expressions over the wire frames of a run.

The grammar is that of claims and breakpoints; the names are `PACKET_FIELDS`, a frame's own at a step:
`flow == 'md' and length > 200`, `latency_ns > 80us`, `place == 'ring'`. What is not known of a frame fits nothing,
neither a comparison nor its opposite.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.results.packet_table import ENDED, PLACES, PacketTable, Whereabouts, packet_table
from engine.scenario.errors import Refused, listed, nearest_name
from engine.scenario.expression import parse
from engine.scenario.tree import Key, Part
from engine.scenario.values import EVERYWHERE, Sort, Truths, Vector
from engine.scenario.vector import truths
from engine.timeline.chunk import FATES

__all__ = ["ENDED", "PACKET_FIELDS", "PLACES", "PacketTable", "Whereabouts", "packet_table", "select"]

PACKET_FIELDS: Final[Mapping[str, str]] = {
    "number": "its number in the run, as `packet 17` has it",
    "nth": "its number in its flow, from 0",
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
        Refused: it is no expression, says nothing true or false, or names something a packet has not.
    """
    source = _Packets(table, table.timeline.last if step is None else step)
    fits = np.broadcast_to(truths(_parsed(text), source), (len(table),))
    return np.sort(table["number"][fits])


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
