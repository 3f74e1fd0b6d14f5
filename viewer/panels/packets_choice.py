"""The packets that a filter chooses at a moment, and what a row says of each."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.narration.words import letter as letter_of
from engine.results.packets import PACKET_FIELDS, PLACES, PacketTable, Whereabouts, packet_table, select
from engine.scenario.units import format_ns
from engine.timeline.chunk import FATES
from engine.timeline.timeline import Timeline
from viewer.panels.packets_marks import letters
from viewer.panels.story import WAITS, loss_place

_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_LOST: Final = FATES.index("lost")
SORTS: Final = ("number", "length", "arrived", "latency")


class Facts(NamedTuple):
    """What a row says of a packet.

    Attributes:
        uid: the number of its object.
        name: what people call it: its flow's letter and its number there from 1, as `letter` and `nth` of a filter.
        letter: that of its flow, 0 is A; -1 for none.
        length: bytes, as text.
        arrived: when its last bit was there; "" when that is still to come.
        latency: to the first reading; "" where nobody reads it.
        read: whether that has happened.
        place: where it is, or how it ended.
        lost: whether `place` is where it was lost.
    """

    uid: int
    name: str
    letter: int
    length: str
    arrived: str
    latency: str
    read: bool
    place: str
    lost: bool

    @property
    def sentence(self) -> str:
        """All of it for a screen reader."""
        said = [self.name, f"{self.length} bytes", self.arrived and f"arrived {self.arrived}"]
        said += [self.latency and f"latency {self.latency}", f"{'lost: ' if self.lost else ''}{self.place}"]
        return ", ".join(part for part in said if part)


class Packets:
    """The wire frames of a run, a filter on them, and where they are at a step.

    Attributes:
        rows: rows of the table that are listed, in their order.
        uids: numbers of those that the filter chose, in order.
        table: all wire frames.
    """

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.table: PacketTable = packet_table(timeline)
        self._grown = timeline.steps
        self._letters = letters(timeline)
        self._where: Whereabouts | None = None
        self._step = -2
        self.uids: NDArray[np.int64] = np.empty(0, np.int64)
        self.rows: NDArray[np.int64] = np.empty(0, np.int64)

    def choose(self, text: str, step: int, sort: str = "number", *, down: bool = False) -> None:
        """Choose what fits a filter after a step, an empty one all, and order it.

        Raises:
            Refused: the text is no filter; what was chosen stays.
        """
        if self._grown != self.timeline.steps:
            self.table.grow()
            self._grown, self._step = self.timeline.steps, -2
            self._letters = letters(self.timeline)
        if step != self._step:
            self._where, self._step = self.table.places(step), step
        chosen = np.sort(self.table["number"]) if not text.strip() else select(self.table, text, step)
        self.uids = chosen.astype(np.int64)
        rows = self.table.rows(self.uids)
        keys = self.table[sort][rows]
        order = np.argsort(-keys if down else keys, kind="stable")
        self.rows = rows[order]

    def row_of(self, uid: int) -> int:
        """Where a packet is listed, by the number of its frame or of an skb of it; -1 when it is not."""
        try:
            frame = int(self.timeline.frame_of(uid))
        except KeyError:
            return -1
        found = np.flatnonzero(self.table["number"][self.rows] == frame)
        return int(found[0]) if len(found) else -1

    def facts(self, place: int) -> Facts:
        """What the row at a place of the list says."""
        table, row = self.table, int(self.rows[place])
        arrived, latency = int(table["arrived"][row]), int(table["latency"][row])
        here = int(self._where.place[row]) if self._where is not None else -1
        come = here != 0
        where, lost = self._told(row, here)
        length, nth = int(table["length"][row]), int(table["nth"][row])
        uid, letter = int(table["number"][row]), self._letters.get(int(table["flow"][row]), -1)
        return Facts(
            uid,
            f"{letter_of(letter)} {nth + 1}" if letter >= 0 and nth >= 0 else f"frame #{uid}",
            letter,
            str(length) if length >= 0 else "–",
            _aligned(format_ns(arrived, 3), 3) if arrived >= 0 and come else "",
            _aligned(format_ns(latency, 2), 2) if latency >= 0 and come else "",
            here >= 0 and PLACES[here] == "ended",
            where,
            lost,
        )

    def _told(self, row: int, here: int) -> tuple[str, bool]:
        """Where a packet is, or what became of it, and whether that is a loss."""
        place = PLACES[here] if here >= 0 else ""
        if here == 0:
            return "to come", False
        if place != "ended" and here > 0:
            return WAITS.get(place, place), False
        fate = int(self.table["fate"][row])
        if fate == _LOST:
            return loss_place(self.timeline.names[int(self.table["reason"][row])])[1], True
        return FATES[fate].replace("_", " "), False


def follows_moment(text: str) -> bool:
    """Whether what a filter chooses changes from moment to moment."""
    named = _WORD.findall(_QUOTED.sub("", text))
    return "place" in named or "cpu" in named


def completions(before: str, timeline: Timeline | None) -> list[tuple[str, str]]:
    """What the word at the end of a text may become, each with its meaning.

    After `place ==`, `fate ==` and `flow ==` that is a text in quotes, else a name of the filter.
    """
    texts = re.search(r"(place|fate|flow|letter|reason)\s*[=!]=\s*('?[^'\s]*)$", before)
    if texts is not None:
        typed = texts[2].strip("'").casefold()
        known = _texts(texts[1], timeline)
        return [(f"'{text}'", WAITS.get(text, "")) for text in known if text.casefold().startswith(typed)]
    word = re.search(r"[A-Za-z_][A-Za-z0-9_]*$", before)
    if word is None:
        return []
    typed = word[0].casefold()
    found = [(name, meaning) for name, meaning in PACKET_FIELDS.items() if name.startswith(typed)]
    return [] if [name for name, _ in found] == [word[0]] else found


def _texts(name: str, timeline: Timeline | None) -> list[str]:
    """What a name of the filter may be equal to."""
    flows = timeline.facts.get("flows") or [] if timeline is not None else []
    match name:
        case "place":
            return list(PLACES[1:])
        case "fate":
            return list(FATES[:-1])
        case "flow" | "letter":
            return [str(flow.get("name" if name == "flow" else "letter", "")) for flow in flows]
        case _:
            numbers = np.unique(timeline.endings["reason"]).tolist() if timeline is not None else []
            return [timeline.names[number] for number in numbers if number] if timeline is not None else []


def _aligned(time: str, places: int) -> str:
    """A time with all its places, so that points stand under each other in a column."""
    number, _, unit = time.partition(" ")
    whole, _, part = number.partition(".")
    return time if unit == "ns" else f"{whole}.{part.ljust(places, '0')} {unit}"
