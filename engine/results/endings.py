"""How frames ended and how long readers waited, over a run: `packets` and `flows` of the results as leaves.

The rules are those of `engine.timeline.ledger`. Up to the level "counters" an ending counts from its step on, and a
frame is in flight from its last bit to its ending; from there on all goes by the times that the endings note.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.results.frames import frames, lives
from engine.results.leaves import Counted, Lazy, Noted, Steps, running_rank
from engine.timeline.chunk import FATES
from engine.timeline.timeline import Timeline

FATE: Final = {name: code for code, name in enumerate(FATES)}
RANKS: Final = {"p50": 500, "p99": 990, "p999": 999, "max": 1000}
"""Percentiles in thousandths, as `ledger.latency` has them."""


@dataclass(slots=True)
class Regime:
    """What counts from which step on, in one part of a run.

    Attributes:
        ended: for each ending, its step.
        begin: for each frame that is in flight for a while, the step from which on.
        end: the step from which on it is not.
        flow: its flow.
        first: for each flow the step of its first frame, once it was asked for.
    """

    ended: Steps
    begin: Steps
    end: Steps
    flow: NDArray[Any]
    first: dict[int, int] | None = None


class Endings:
    """The frames' tables of one run, as far as it is known when this is made."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._rows = timeline.endings
        self._samples = timeline.samples
        self._ranks: dict[tuple[int, str], NDArray[np.int64]] = {}
        limit = timeline.detail_until
        self.coarse = timeline.steps if limit is None else int(limit)
        """The first step that goes by times."""

    # -- tables -------------------------------------------------------------------------------------------

    def packets(self, step: int) -> dict[str, Any]:
        """Return the table of all frames for the stretch that begins with a step."""
        return self._counts(step, None) | {
            name: self._reasons(step, name) for name in ("lost", "copies_lost")
        }

    def flows(self, step: int) -> Mapping[str, dict[str, Any]]:
        """Return the tables of the flows for the stretch that begins with a step."""
        uids = {self._timeline.label(uid): uid for uid in self._firsts(step)}
        late = [self._timeline.label(uid) for uid, first in self._firsts(step).items() if first > step]
        read = {self._timeline.label(uid): uid for uid in np.unique(self._samples["flow"]).tolist()}
        every = dict.fromkeys([*self._named, *(name for name in uids if name not in late)])
        return Lazy(
            {name: partial(self._flow, step, uids.get(name, -1), read.get(name, -1)) for name in every}
        )

    def breaks(self, step: int) -> list[int]:
        """Return steps after one at which these tables get rows that they had not."""
        regime = self._regime(step)
        firsts = [int(regime.ended[mine].min()) for mine in self._by_reason.values()]
        for uid, first in self._firsts(step).items():
            if self._timeline.label(uid) not in self._named:
                firsts.append(first)
        return [each for each in (*firsts, self.coarse) if each > step]

    def _flow(self, step: int, uid: int, read: int) -> dict[str, Any]:
        counts = self._counts(step, uid)
        ended = self._regime(step).ended
        for name in ("lost", "copies_lost"):
            mine = (self._rows["flow"] == uid) & (self._rows["fate"] == FATE[name])
            counts[name] = Counted(np.sort(ended[mine]), _NOTHING)
        del counts["absorbed"], counts["forwarded"]
        steps = self._samples["step"][self._samples["flow"] == read].astype(np.int64)
        counts["read"] = Counted(steps, _NOTHING)
        counts["latency_ns"] = {name: Noted(steps, partial(self._latency, read, name)) for name in RANKS}
        return counts

    def _counts(self, step: int, flow: int | None) -> dict[str, Any]:
        """Return the counts by fate, of a flow or of all."""
        regime, fates = self._regime(step), self._rows["fate"]
        ours = np.ones(len(fates), bool) if flow is None else self._rows["flow"] == flow
        alive = np.ones(len(regime.flow), bool) if flow is None else regime.flow == flow
        begin, end = np.sort(regime.begin[alive]), np.sort(regime.end[alive])

        def of(*names: str) -> Steps:
            return np.sort(regime.ended[ours & np.isin(fates, [FATE[name] for name in names])])

        frames_ended = of(*(name for name in FATES if name != "copies_lost"))
        return {
            "offered": Counted(np.sort(np.concatenate([frames_ended, begin])), end),
            "delivered": Counted(of("delivered", "queued"), _NOTHING),
            **{name: Counted(of(name), _NOTHING) for name in ("queued", "absorbed", "forwarded", "refused")},
            "in_flight": Counted(np.sort(np.concatenate([of("in_flight"), begin])), end),
        }

    def _reasons(self, step: int, fate: str) -> dict[str, Counted]:
        """Return the losses by place, of places where something was lost up to a step."""
        regime = self._regime(step)
        found = {}
        for (kind, reason), mine in sorted(self._by_reason.items()):
            steps = np.sort(regime.ended[mine])
            if kind == fate and steps[0] <= step:
                found[reason] = Counted(steps, _NOTHING)
        return found

    def _latency(self, flow: int, name: str) -> NDArray[np.int64]:
        """Return a running percentile of a flow, a number for each of its samples."""
        if (flow, name) not in self._ranks:
            samples = self._samples["latency"][self._samples["flow"] == flow].astype(np.int64)
            running = np.maximum.accumulate(samples) if name == "max" else running_rank(samples, RANKS[name])
            self._ranks[flow, name] = running
        return self._ranks[flow, name]

    # -- when ---------------------------------------------------------------------------------------------

    def _regime(self, step: int) -> Regime:
        return self._detailed if step < self.coarse else self._timed

    @cached_property
    def _by_reason(self) -> dict[tuple[str, str], NDArray[np.bool_]]:
        """The endings that are losses, by fate and place."""
        names = self._timeline.names
        found = {}
        for fate in ("lost", "copies_lost"):
            mine = self._rows["fate"] == FATE[fate]
            for reason in np.unique(self._rows["reason"][mine]).tolist():
                found[fate, names[reason]] = mine & (self._rows["reason"] == reason)
        return found

    @cached_property
    def _named(self) -> list[str]:
        """The names of the flows that are there from the beginning."""
        named = [str(flow.get("name", "")) for flow in self._timeline.facts.get("flows", ())]
        return [name for name in named if name]

    def _firsts(self, step: int) -> dict[int, int]:
        """Return the flows that ever have a frame, in order, and the step at which each has its first."""
        regime = self._regime(step)
        if regime.first is None:
            uids, places = np.unique(np.concatenate([self._rows["flow"], regime.flow]), return_inverse=True)
            first = np.full(len(uids), np.iinfo(np.int64).max)
            np.minimum.at(first, places, np.concatenate([regime.ended, regime.begin]))
            regime.first = dict(zip(uids.tolist(), first.tolist(), strict=True))
        return regime.first

    @cached_property
    def _detailed(self) -> Regime:
        """Steps while every act is recorded."""
        timeline, rows = self._timeline, self._rows
        ended = rows["step"].astype(np.int64)
        known = frames(timeline)
        born, died = lives(timeline, known.uid)
        begin = np.maximum(born, np.searchsorted(timeline.column("time"), known.arrived, "left"))
        mine = rows["fate"] != FATE["copies_lost"]
        if len(known.uid) and mine.any():
            order = np.argsort(rows["frame"][mine], kind="stable")
            uids, steps = rows["frame"][mine][order].astype(np.int64), ended[mine][order]
            places = np.minimum(np.searchsorted(uids, known.uid), len(uids) - 1)
            died = np.where(uids[places] == known.uid, np.minimum(died, steps[places]), died)
        while_ = begin < died
        return Regime(ended, begin[while_], died[while_], known.flow[while_])

    @cached_property
    def _timed(self) -> Regime:
        """The same from the level "counters" on."""
        rows = self._rows
        mine = rows["fate"] != FATE["copies_lost"]
        begin = self._step_of(rows["arrived"][mine])
        end = self._step_of(np.maximum(rows["arrived"], rows["time"])[mine])
        while_ = begin < end
        return Regime(self._step_of(rows["time"]), begin[while_], end[while_], rows["flow"][mine][while_])

    def _step_of(self, times: NDArray[Any]) -> Steps:
        """Return the first steps of level "counters" that are not before some times."""
        steps = np.searchsorted(self._timeline.column("time"), times, "left").astype(np.int64)
        return np.maximum(steps, self.coarse)


_NOTHING: Final[Steps] = np.empty(0, np.int64)
