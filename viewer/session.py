"""What is open and where one is in it: the one owner of the worker, the timeline and the playhead.

Widgets read it and ask it through named actions; it knows no widget. What was recorded stays playable
whatever becomes of the worker. Navigation is `Navigator`'s, playing is `Player`'s; both change only what
stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from engine.timeline.chunk import Chunk, Prologue
from engine.timeline.cursor import Cursor
from engine.timeline.query import ByPacket, Query
from engine.timeline.schema import NO_CPU, WHERES, Where
from engine.timeline.timeline import Timeline
from viewer.events import EventIndex
from viewer.flows import CLASSES as PACKETS
from viewer.flows import FlowIndex
from viewer.playhead import Playhead
from viewer.run import Failure, Progress, Request, Run
from viewer.score import DEFAULT_SPEED, Holds, Moment, Score
from viewer.score.holds import everything
from viewer.stepping import CONDITIONS, ByFlow, Condition, Granularity

_BUSY = [WHERES.index(where) for where in (Where.SOFTIRQ, Where.KSOFTIRQD, Where.NAPI_THREAD)]
CHOOSE_AT = 2_000
"""Steps that must be known before a CPU's row is chosen."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the scene's telling.

    Attributes:
        at: where it begins, a moment as text.
        title, caption: its words.
        focus: names of what it is about.
        speed: shown nanoseconds for a simulated one; None keeps what is set.
    """

    at: str
    title: str
    caption: str
    focus: tuple[str, ...] = ()
    speed: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """What is selected: the kind of thing, its name, its number in the timeline (0 for none)."""

    kind: str
    name: str
    uid: int


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A moment worth coming back to."""

    step: int
    time_ns: int


class Session(QObject):
    """The state of the window.

    Signals: `opened` another timeline or none; `grew` more steps; `moved` another moment; `changed` anything
    else that is shown (speed, selection, running ...); `failed` a `Failure`; `told` one sentence.
    """

    opened = Signal()
    grew = Signal()
    moved = Signal()
    changed = Signal()
    failed = Signal(object)
    told = Signal(str)

    def __init__(self, command: list[str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = command
        self.request: Request | None = None
        self._before: tuple[Request | None, str] | None = None
        self.run: Run | None = None
        self.progress: Progress | None = None
        self.text = ""
        self.results: dict[str, Any] = {}
        self.timeline: Timeline | None = None
        self.playhead: Playhead | None = None
        self.events: EventIndex | None = None
        self.flows: FlowIndex | None = None
        self.cursor: Cursor | None = None
        self.chapters: tuple[Chapter, ...] = ()
        self.speed: Fraction = DEFAULT_SPEED
        self.granularity = Granularity.STAGE
        self.fixed_ns = 1_000
        self.condition: Condition = CONDITIONS[0]
        self.selection: Selection | None = None
        self.followed = 0
        self.solo_flow = 0
        self.focused_cpu = 0
        self._cpu_chosen = False
        self.bookmarks: list[Bookmark] = []
        self.charted: list[tuple[int, str]] = []
        self.reduced_motion = False
        self.minimap = True

    # -- opening and running ------------------------------------------------------------------------------

    def open(self, request: Request) -> None:
        """Run a scene; what is open stays until the new run begins, and for good if it never does."""
        self._drop_run()
        self._before = (self.request, self.text)
        self.request = request
        self.text = _text_of(request)
        self.progress = None
        self.run = run = Run(request, self, self._command)
        run.prologue.connect(self._begin)
        run.chunk.connect(self._take)
        run.progress.connect(self._progressed)
        run.results.connect(self._resulted)
        run.failed.connect(self._broke)
        run.finished.connect(self._ended)
        run.start()
        self.changed.emit()

    def run_again(self) -> None:
        """Simulate the same scene once more."""
        if self.request is not None:
            self.open(self.request)

    def cancel(self) -> None:
        """Stop computing; what there is stays."""
        if self.run is not None:
            self.run.cancel()

    @property
    def running(self) -> bool:
        """Whether a worker computes."""
        return self.run is not None and self.run.running

    def close(self) -> None:
        """End everything: no process stays behind."""
        self._drop_run()

    def _drop_run(self) -> None:
        if self.run is not None:
            self.run.close()
            self.run.deleteLater()
            self.run = None

    def _broke(self, failure: Failure) -> None:
        self._restore()
        self.failed.emit(failure)

    def _restore(self) -> None:
        """Nothing came of the run: what was open is still what is open."""
        if self._before is not None:
            (self.request, self.text), self._before = self._before, None

    def _begin(self, prologue: Prologue) -> None:
        self._before = None
        self.adopt(Timeline(prologue))

    def adopt(self, timeline: Timeline) -> None:
        """Show a timeline, from its beginning; it may still grow through `extend`."""
        self.timeline = timeline
        self.text = str(timeline.facts.get("text") or self.text)
        self.events = EventIndex(timeline)
        self.flows = FlowIndex(timeline)
        self.cursor = Cursor(timeline)
        self.chapters = tuple(_chapter(one) for one in timeline.facts.get("chapters", ()))
        self.results = {}
        self.selection, self.followed, self.solo_flow, self.focused_cpu = None, 0, 0, 0
        self.bookmarks, self.charted = [], []
        self._cpu_chosen = False
        self._choose_cpu()
        self.playhead = Playhead(self._score(timeline))
        if timeline.steps:
            self.playhead.rest(0)
        self.opened.emit()
        self.moved.emit()

    def _take(self, chunk: Chunk) -> None:
        if self.timeline is not None:
            self.extend(chunk)

    def extend(self, chunk: Chunk) -> None:
        """More of the run is known."""
        if self.timeline is None or self.playhead is None or self.events is None:
            raise ValueError("a chunk came before its prologue")
        first = self.timeline.steps == 0
        self.timeline.append(chunk)
        self.events.grow()
        self._choose_cpu()
        if first and self.timeline.steps:
            self.playhead.rest(0)
            self.moved.emit()
        self.grew.emit()

    def _choose_cpu(self) -> None:
        """Open the row of the CPU that receives most, once enough is known to tell; after that only people choose."""
        timeline = self.timeline
        if timeline is None or self._cpu_chosen or (timeline.steps < CHOOSE_AT and not timeline.complete):
            return
        self._cpu_chosen = True
        where, packets = timeline.column("where"), timeline.column("packet")
        busy = np.isin(where & 0xFF, _BUSY) & (packets != 0)
        if busy.any():
            cpus, counts = np.unique(where[busy] >> 8, return_counts=True)
            self.focused_cpu = int(cpus[counts.argmax()])
            self.changed.emit()

    def focus_cpu(self, cpu: int) -> None:
        """Show a CPU's row in full."""
        self._cpu_chosen = True
        if cpu != self.focused_cpu:
            self.focused_cpu = cpu
            self.changed.emit()

    def _progressed(self, progress: Progress) -> None:
        self.progress = progress
        self.changed.emit()

    def _resulted(self, results: dict[str, Any]) -> None:
        self.results = results
        self.changed.emit()

    def _ended(self) -> None:
        self._restore()
        self.changed.emit()

    # -- where one is -------------------------------------------------------------------------------------

    @property
    def moment(self) -> Moment:
        """What is shown now."""
        return self.playhead.moment if self.playhead is not None else Moment(-1, 0)

    @property
    def has_steps(self) -> bool:
        """Whether there is anything to step through."""
        return self.timeline is not None and self.timeline.steps > 0

    def state(self) -> Cursor | None:
        """The host's state at the moment's step; None when there is nothing open. Read it, do not keep it."""
        if self.cursor is None or self.timeline is None or not self.timeline.steps:
            return None
        step = max(self.moment.step, 0)
        self.cursor.seek(step)
        return self.cursor

    # -- settings -----------------------------------------------------------------------------------------

    def set_speed(self, speed: Fraction) -> None:
        """Show faster or slower; the moment stays."""
        self.speed = speed
        self._rescore()
        self.changed.emit()

    def select(self, selection: Selection | None) -> None:
        """Select something, or nothing."""
        if selection != self.selection:
            self.selection = selection
            self.changed.emit()

    def follow(self) -> None:
        """Keep to the selected packet, else to the one of the current step; again to let go."""
        packet = 0 if self.followed else self._packet_here()
        if not packet and not self.followed:
            self.told.emit("There is no packet here to follow: select one, or step to one.")
            return
        self.follow_packet(packet)

    def follow_packet(self, packet: int) -> None:
        """Keep to a packet; 0 lets go."""
        self.followed = packet
        if packet:
            self.selection = Selection("packet", f"#{packet}", packet)
        self._rescore()
        self.changed.emit()

    def keep_up(self) -> None:
        """Open the row of the CPU that handles the followed packet now."""
        if not self.followed or self.timeline is None or self.moment.step < 0:
            return
        kin = self.timeline.kin(self.followed).tolist()
        acting = next((act.cpu for act in self.moment.acts if act.packet in kin), None)
        step = self.timeline.step(self.moment.step)
        if acting is None and int(step.packet) in kin:
            acting = step.cpu
        if acting is not None and acting != NO_CPU:
            self.focus_cpu(acting)

    def _packet_here(self) -> int:
        """The selected packet, else the current step's; 0 when neither is one."""
        if self.selection is not None and self._is_packet(self.selection.uid):
            return self.selection.uid
        if self.timeline is None or self.moment.step < 0:
            return 0
        handled = int(self.timeline.step(self.moment.step).packet)
        return handled if self._is_packet(handled) else 0

    def _is_packet(self, uid: int) -> bool:
        """Whether an object is a frame or an skb; steps name other objects as well."""
        try:
            return self.timeline is not None and uid > 0 and self.timeline.object(uid).cls.name in PACKETS
        except KeyError:
            return False

    def solo(self, letter: str) -> None:
        """Keep to one flow; again, or for a flow that does not exist, to all."""
        self._keep_flow(self.flow_uid(letter))

    def solo_packet(self, packet: int) -> None:
        """Keep to a packet's flow."""
        if self.flows is not None:
            self._keep_flow(self.flows.flow_of(packet))

    def _keep_flow(self, flow: int) -> None:
        self.solo_flow = 0 if flow == self.solo_flow else flow
        self._rescore()
        self.changed.emit()

    def flow_uid(self, letter: str) -> int:
        """The flow of a letter, 0 when there is none."""
        cursor = self.state()
        if cursor is None or self.timeline is None:
            return 0
        for uid in self.timeline.objects("flow").tolist():
            if cursor.get(uid, "letter") == ord(letter) - ord("A"):
                return int(uid)
        return 0

    def chart(self, uid: int, field: str) -> None:
        """Show a field as the first sparkline; again to take it away."""
        kept = [one for one in self.charted if one != (uid, field)]
        self.charted = kept if len(kept) < len(self.charted) else [(uid, field), *kept]
        self.changed.emit()

    def toggle_minimap(self) -> None:
        """Show or hide the minimap."""
        self.minimap = not self.minimap
        self.changed.emit()

    def toggle_reduced_motion(self) -> None:
        """Let things travel, or not."""
        self.reduced_motion = not self.reduced_motion
        self._rescore()
        self.changed.emit()

    @property
    def keep(self) -> Query | None:
        """The filter of fine steps and holds: the followed packet, else the single flow."""
        if self.followed:
            return ByPacket(self.followed)
        if self.solo_flow and self.flows is not None:
            return ByFlow(self.solo_flow, self.flows)
        return None

    def _rescore(self) -> None:
        if self.timeline is not None and self.playhead is not None:
            self.playhead.rescore(self._score(self.timeline))
            self.moved.emit()

    def _score(self, timeline: Timeline) -> Score:
        keep = self.keep
        chosen = everything if keep is None else lambda _, first, end: keep.mask(timeline, first, end)
        return Score(Holds(timeline, chosen, reduced=self.reduced_motion), self.speed)


def _chapter(told: dict[str, Any]) -> Chapter:
    at, title, caption = (str(told.get(key) or "") for key in ("at", "title", "caption"))
    speed = told.get("speed")
    shown = Fraction(int(speed[1]), int(speed[0])) if speed else None
    return Chapter(at, title, caption, tuple(str(name) for name in told.get("focus") or ()), shown)


def _text_of(request: Request) -> str:
    if request.text is not None:
        return request.text
    try:
        return Path(request.path or "").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""  # the worker says what is wrong with the file
