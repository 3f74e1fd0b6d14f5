"""Where the time of packets went, station by station: many packets at once, and one packet's longest wait.

As in `viewer.panels.story` the time from one of a packet's steps to the next belongs to the station of the earlier one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.timeline.timeline import Timeline
from viewer.panels.story import WAITING, WAITS, passed


class Stage(NamedTuple):
    """A station, and the mean time that packets spent there.

    Attributes:
        station: its name.
        ns: of the packets that were asked about.
        usual: of the packet that they are compared with.
    """

    station: str
    ns: float
    usual: float

    @property
    def word(self) -> str:
        """What people call it."""
        return WAITS.get(self.station, self.station)

    @property
    def by(self) -> float:
        """How much longer."""
        return self.ns - self.usual


class Wait(NamedTuple):
    """The longest stretch of a packet's way: where, how long, its first step and the one that ended it."""

    station: str
    ns: int
    begin: int
    end: int

    @property
    def word(self) -> str:
        """What people call the station."""
        return WAITS.get(self.station, self.station)


class Stages:
    """Adds up the stations of packets of a run."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.names = sorted({passed(info) for info in timeline.functions})
        codes = {name: code for code, name in enumerate(self.names)}
        self._code = np.zeros(1 + max((info.number for info in timeline.functions), default=0), np.int64)
        for info in timeline.functions:
            self._code[info.number] = codes[passed(info)]

    def recorded(self, frames: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether the steps of frames are in the record; shape as given. Those before its window are not."""
        return np.isin(frames, self.timeline.objects("frame"))

    def means(self, frames: NDArray[np.int64], ends: NDArray[np.int64]) -> dict[str, float]:
        """Mean nanoseconds at each station of frames, each up to and with a step of its own.

        Args:
            frames: numbers of wire frames that are in the record, none twice; shape (n,).
            ends: the last step that counts of each; shape (n,).
        """
        timeline = self.timeline
        if len(frames) == 0:
            return {}
        order = np.argsort(frames)
        frames, ends = frames[order], ends[order]
        first = max(min(int(timeline.object(int(frames[0])).born), int(ends.min())), 0)
        packets = timeline.column("packet")[first : int(ends.max()) + 1]
        # Whose every packet is, looked up once a packet: there are far fewer of them than steps.
        owners = timeline.frames_of(np.arange(int(packets.max(initial=0)) + 1, dtype=np.int32))
        at = np.minimum(np.searchsorted(frames, owners), len(frames) - 1)
        place_of = np.where(frames[at] == owners, at, -1)
        place_of[0] = -1
        places = place_of[packets]
        steps = np.flatnonzero(places >= 0)
        place = places[steps]
        steps += first
        mine = steps <= ends[place]
        steps, place = steps[mine], place[mine]
        by_frame = np.argsort(place, kind="stable")
        steps, place = steps[by_frame], place[by_frame]
        times = timeline.column("time")[steps]
        spent = np.where(place[1:] == place[:-1], times[1:] - times[:-1], 0)
        codes = self._code[timeline.column("fn")[steps[:-1]]]
        sums = np.bincount(codes, weights=spent, minlength=len(self.names))
        return {name: float(ns) / len(frames) for name, ns in zip(self.names, sums, strict=True) if ns > 0}

    def against(
        self, frames: NDArray[np.int64], ends: NDArray[np.int64], usual: tuple[int, int]
    ) -> list[Stage]:
        """The stations of frames beside those of one frame, the greatest difference first.

        Args:
            frames: as for `means`.
            ends: as for `means`.
            usual: the frame to compare with, and the step at which it was read.
        """
        mine = self.means(frames, ends)
        median = self.means(np.array([usual[0]]), np.array([usual[1]]))
        stages = [
            Stage(name, mine.get(name, 0.0), median.get(name, 0.0))
            for name in dict.fromkeys((*mine, *median))
        ]
        return sorted(stages, key=lambda stage: -abs(stage.by))

    def longest(self, frame: int, end: int) -> Wait | None:
        """The longest wait of a frame up to a step, else its longest stretch of any kind; None with none."""
        timeline = self.timeline
        if not self.recorded(np.array([frame])).all():
            return None
        path = timeline.path(frame)
        path = path[path <= end]
        if len(path) < 2:
            return None
        spent = np.diff(timeline.column("time")[path])
        codes = self._code[timeline.column("fn")[path[:-1]]]
        waits = np.isin(codes, [code for code, name in enumerate(self.names) if name in WAITING])
        ranked = np.where(waits, spent, -1) if waits.any() and spent[waits].max() > 0 else spent
        at = int(ranked.argmax())
        return Wait(self.names[int(codes[at])], int(spent[at]), int(path[at]), int(path[at + 1]))
