"""A run cut into stretches of steps in which every table of the results has the same rows.

At the first step of a stretch the results are evaluated over a host whose numbers remember where they were read
(`engine.results.traced`). The stretch ends where an object of a class that was looked at is born or dies, where a
field changes that something was decided by, or where a table of frames gets a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.console.read.source import UnknownValueError
from engine.results.endings import Endings
from engine.results.expect import resolver
from engine.results.frames import lives
from engine.results.leaves import EveryStep, Lazy, Steps
from engine.results.results import HOST_TABLES, of_run
from engine.results.traced import Field, TracedHost
from engine.scenario.errors import Refused
from engine.scenario.evaluate import resolved
from engine.scenario.tree import Expression, Path
from engine.scenario.values import Sort
from engine.scenario.vector import paths
from engine.timeline.cursor import Cursor
from engine.timeline.schema import UNKNOWN
from engine.timeline.timeline import Timeline

MOST_STRETCHES: Final = 20_000


class Stretch(NamedTuple):
    """The steps first, ..., end - 1, and what stands at paths there: leaves, scalars, lists and tables of them.

    A path that leads nowhere here, or whose way is not known, is not in `found`.
    """

    first: int
    end: int
    found: Mapping[Path, Any]


class Stretches:
    """The stretches of a run from a step on.

    Attributes:
        reached: the paths that led somewhere in at least one stretch.
        refused: why others did not, the last time.
    """

    def __init__(self, timeline: Timeline, first: int = 0) -> None:
        self._timeline = timeline
        self._first = first
        self._cursor = Cursor(timeline, min(first, timeline.last))
        self._changes: dict[Field, tuple[Steps, NDArray[np.int64]]] = {}
        self._lives: dict[str, Steps] = {}
        self._counting = False
        self.reached: set[Path] = set()
        self.refused: dict[Path, Refused] = {}

    def of(self, tree: Expression) -> Iterator[Stretch]:
        """Yield the stretches for the paths of an expression, in order.

        Raises:
            Refused: there are more than `MOST_STRETCHES`.
        """
        asked = list(dict.fromkeys(paths(tree)))
        here = self._first
        for _ in range(MOST_STRETCHES):
            if here >= self._timeline.steps:
                return
            self._cursor.seek(here)
            host = TracedHost(self._cursor, self._timeline, self)
            source = resolver(self.table(host))
            found = {path: value for path in asked for value in self._resolved(path, source)}
            end = self._end(host, here)
            yield Stretch(here, end, found)
            here = end
        raise Refused(f"{tree.text} changes its rows more than {MOST_STRETCHES} times in this run")

    def table(self, host: TracedHost | None = None) -> Lazy:
        """Return the results at the host's step, or at the first, with leaves for numbers that go with the steps."""
        if host is None:
            host = TracedHost(self._cursor, self._timeline, self)
        timeline, step = self._timeline, int(host.cursor.step)
        make: dict[str, Callable[[], Any]] = {
            name: partial(_same, value) for name, value in of_run(timeline).items()
        }
        make["simulated_ns"] = partial(EveryStep, Sort.NUMBER, lambda steps: timeline.column("time")[steps])
        make["steps"] = partial(EveryStep, Sort.NUMBER, lambda steps: steps + 1)
        make["complete"] = partial(EveryStep, Sort.TRUTH, self._complete)
        make["digest"] = timeline.digest
        make["packets"] = lambda: self._counted.packets(step)
        make["flows"] = lambda: self._counted.flows(step)
        return Lazy(make | {name: partial(read, host) for name, read in HOST_TABLES.items()})

    def changes(self, field: Field) -> tuple[Steps, NDArray[np.int64]]:
        """Return the steps that write a field, in order, and what stands there from then on; see `History`."""
        if field not in self._changes:
            self._changes[field] = self._read(field)
        return self._changes[field]

    # -- reading ------------------------------------------------------------------------------------------

    def _resolved(self, path: Path, source: Any) -> Iterator[Any]:
        """Yield what stands at a path, if anything does."""
        try:
            value = resolved(path, source)
        except Refused as refused:
            self.refused[path] = refused
            return
        except UnknownValueError:  # a trace does not know by what a row would be chosen
            value = None
        self.reached.add(path)
        yield value

    def _read(self, field: Field) -> tuple[Steps, NDArray[np.int64]]:
        uid, name = field
        info = self._timeline.object(uid)
        begin = self._first
        steps, values = np.empty(0, np.int64), np.empty(0, np.int64)
        if info.born <= begin < info.died:
            value = self._before.get(uid, name)
            steps = np.array([begin])
            values = np.array([value if isinstance(value, int) else UNKNOWN])
            begin += 1
        written = self._after.changed_at(uid, name)
        if written is not None and written < begin:
            return steps, values
        later, _, new = self._timeline.changes(uid, name, begin)
        return np.concatenate([steps, later]), np.concatenate([values, new])

    @cached_property
    def _before(self) -> Cursor:
        """The state at the first step."""
        return Cursor(self._timeline, self._first)

    @cached_property
    def _after(self) -> Cursor:
        """The state at the last step."""
        return Cursor(self._timeline, self._timeline.last)

    @cached_property
    def _counted(self) -> Endings:
        """The tables of frames; once they are there, they have a say in where stretches end."""
        self._counting = True
        return Endings(self._timeline)

    def _complete(self, steps: Steps) -> NDArray[np.bool_]:
        return np.asarray((steps == self._timeline.last) & self._timeline.complete)

    # -- where it ends ------------------------------------------------------------------------------------

    def _end(self, host: TracedHost, here: int) -> int:
        """Return the first step after one at which the tables may have other rows."""
        ends = [self._timeline.steps]
        for name in host.classes:
            ends += _next(self._lifetimes(name), here)
        for field in host.decided:
            steps, values = self.changes(field)
            ends += _next(steps[1:][values[1:] != values[:-1]], here)
        if self._counting:
            ends += self._counted.breaks(here)
        return min(ends)

    def _lifetimes(self, class_name: str) -> Steps:
        """Return the steps, in order, at which an object of a class is born or dies."""
        if class_name not in self._lives:
            recorded = any(schema.name == class_name for schema in self._timeline.classes)
            uids = self._timeline.objects(class_name) if recorded else np.empty(0, np.int32)
            self._lives[class_name] = np.unique(np.concatenate(lives(self._timeline, uids)))
        return self._lives[class_name]


def _next(steps: Steps, here: int) -> list[int]:
    """Return the first of some ordered steps after one, if there is one."""
    row = int(np.searchsorted(steps, here, "right"))
    return [int(steps[row])] if row < len(steps) else []


def _same(value: Any) -> Any:
    return value
