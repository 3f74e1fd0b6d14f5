"""What is looked at and how: a timeline, the playhead in it, and every choice of the one who looks.

The choices are the granularity and speed, what is selected, followed, kept to and chosen, breakpoints and bookmarks.
None of them is an edit, and none of them is ever undone by undo.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from PySide6.QtCore import QObject, QSettings, Signal

from engine.scenario.units import format_ns
from engine.timeline.cursor import Cursor
from engine.timeline.query import ByPacket, Query
from engine.timeline.schema import NO_CPU, WHERES, Where
from engine.timeline.timeline import Timeline
from viewer.breakpoints import Breakpoints
from viewer.events import EventIndex
from viewer.flows import CLASSES as PACKETS
from viewer.flows import FlowIndex
from viewer.future import Chapter
from viewer.lasting import Kept
from viewer.playhead import Playhead
from viewer.score import DEFAULT_SPEED, Holds, Moment, Score
from viewer.score.holds import everything
from viewer.stepping import CONDITIONS, ByFlow, ByFrames, Condition, Granularity
from viewer.trail import Trail

_BUSY = [WHERES.index(where) for where in (Where.SOFTIRQ, Where.KSOFTIRQD, Where.NAPI_THREAD)]
_MOTION = "reduced_motion"
CHOOSE_AT = 2_000
"""Steps that must be known before a CPU's row is chosen."""


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


class Showing(QObject):
    """What is looked at.

    Signals: `leaving` another scene comes and what was chosen in the last one is still there; `opened` another
    timeline or none; `grew` more steps; `moved` another moment; `changed` anything
    else that is shown (speed, selection, running ...); `told` one sentence.

    Attributes:
        same_scene: while `opened` is sent, whether what came is another future of the scene that was open.
        after_changes: whether the next future is looked at behind what changes at the very moment.
        mark_ns: moment that counters are counted from; None counts from the last step.
        chosen: numbers of the wire frames that the filter chose; None without a filter.
        lasting: what was worked out of the timelines that are looked at.
    """

    leaving = Signal()
    opened = Signal()
    grew = Signal()
    moved = Signal()
    changed = Signal()
    told = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lasting = Kept()
        self.same_scene = False
        self.after_changes = False
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
        self.breakpoints = Breakpoints()
        self.selection: Selection | None = None
        self.trail: Trail[Selection] = Trail()
        self.chosen: frozenset[int] | None = None
        self.filter = ""
        self.followed = 0
        self.solo_flow = 0
        self.focused_cpu = 0
        self._cpu_chosen = False
        self.bookmarks: list[Bookmark] = []
        self.mark_ns: int | None = None
        self.charted: list[tuple[int, str]] = []
        self.reduced_motion = False
        self._motion_chosen = False
        self._settings: QSettings | None = None
        self.minimap = True

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

    def look_at(
        self,
        timeline: Timeline,
        events: EventIndex,
        flows: FlowIndex,
        chapters: tuple[Chapter, ...],
        *,
        same_scene: bool,
    ) -> None:
        """Look at a timeline: from its beginning, or in the same scene at the same moment with the same choices."""
        if not same_scene:
            self.leaving.emit()
        here, before = self.moment, self.timeline
        self.timeline, self.events, self.flows, self.chapters = timeline, events, flows, chapters
        self.cursor = Cursor(timeline)
        self.lasting.forget()
        self.breakpoints.forget()
        self.same_scene = same_scene
        if same_scene:
            self._carry_over(before, timeline)
        else:
            self._forget()
        self._choose_cpu()
        self.playhead = Playhead(self._score(timeline))
        if timeline.steps:
            self.playhead.rest(_same_moment(timeline, here, after=self.after_changes) if same_scene else 0)
        self.after_changes = False
        self.opened.emit()
        self.moved.emit()

    def _forget(self) -> None:
        """Nothing is chosen in another scene."""
        self.selection, self.followed, self.solo_flow, self.focused_cpu = None, 0, 0, 0
        self.bookmarks, self.charted = [], []
        self.chosen, self.filter = None, ""
        self.mark_ns = None
        self.trail.clear()
        self.breakpoints.usual()
        self._cpu_chosen = False

    def _carry_over(self, before: Timeline | None, timeline: Timeline) -> None:
        """Keep what was chosen as far as the same object is in another future."""

        def kept(uid: int) -> bool:
            return before is not None and _same_object(before, timeline, uid)

        if self.selection is not None and self.selection.uid and not kept(self.selection.uid):
            self.selection = None
        self.followed = self.followed if self.followed and kept(self.followed) else 0
        self.solo_flow = self.solo_flow if self.solo_flow and kept(self.solo_flow) else 0
        if timeline.steps and self.focused_cpu > max(_cpus(timeline), default=0):
            self.focused_cpu, self._cpu_chosen = 0, False
        self.charted = [one for one in self.charted if kept(one[0])]
        self.trail.keep(lambda one: not one.uid or kept(one.uid))
        self.bookmarks = [
            Bookmark(max(int(timeline.moment(one.time_ns)), 0), one.time_ns) for one in self.bookmarks
        ]
        self.chosen = None

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
            if selection is not None:
                self.trail.visit(selection)
            self.changed.emit()

    def select_back(self) -> None:
        """Select what was selected before."""
        self._select_of(self.trail.back())

    def select_forward(self) -> None:
        """Select what was selected after that."""
        self._select_of(self.trail.forward())

    def _select_of(self, selection: Selection | None) -> None:
        if selection is not None:
            self.selection = selection
            self.changed.emit()

    def select_parent(self) -> None:
        """Select what the selected object belongs to."""
        timeline, selection = self.timeline, self.selection
        if timeline is None or selection is None or not selection.uid:
            return
        parent = int(timeline.object(selection.uid).parent)
        if parent:
            self.select(Selection("object", timeline.label(parent), parent))
        else:
            self.told.emit(f"{selection.name} belongs to nothing else.")

    def follow(self) -> None:
        """Keep to the selected packet, else to the one of the current step; again to let go."""
        packet = 0 if self.followed else self.packet_here()
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

    def packet_here(self) -> int:
        """The number of the selected packet, else of the current step's; 0 when neither is one."""
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

    def let_go(self) -> bool:
        """Let go of what is kept to, one thing at a time: the followed packet, the flow, the chosen packets.

        Returns:
            Whether there was anything.
        """
        if self.followed:
            self.follow_packet(0)
        elif self.solo_flow:
            self._keep_flow(self.solo_flow)
        elif self.chosen is not None:
            self.choose("", None)
        else:
            return False
        return True

    def kept_words(self) -> str:
        """What is kept to, in words: "of flow B"; "" when everything is."""
        if self.followed:
            return "of the followed packet"
        if self.solo_flow and self.timeline is not None:
            return f"of flow {self.timeline.label(self.solo_flow)}"
        return "of the chosen packets" if self.chosen is not None else ""

    def flow_uid(self, letter: str) -> int:
        """The flow of a letter, 0 when there is none."""
        cursor = self.state()
        if cursor is None or self.timeline is None:
            return 0
        for uid in self.timeline.objects("flow").tolist():
            if cursor.get(uid, "letter") == ord(letter) - ord("A"):
                return int(uid)
        return 0

    def choose(self, text: str, packets: frozenset[int] | None) -> None:
        """Bring some packets out and let the others recede; None is all.

        Args:
            text: the filter that chose them.
            packets: numbers of their wire frames.
        """
        self.filter, self.chosen = text, packets
        self._rescore()
        self.changed.emit()

    def chart(self, uid: int, field: str) -> None:
        """Show a field as the first sparkline; again to take it away."""
        kept = [one for one in self.charted if one != (uid, field)]
        self.charted = kept if len(kept) < len(self.charted) else [(uid, field), *kept]
        self.changed.emit()

    def toggle_mark(self) -> None:
        """Count from this moment; again, let go."""
        self.mark_ns = None if self.mark_ns is not None else self.moment.time_ns
        self.told.emit(
            "Counters tell what has moved since the last step."
            if self.mark_ns is None
            else f"Counters tell how much they moved since {format_ns(self.mark_ns)}."
        )
        self.changed.emit()

    def toggle_minimap(self) -> None:
        """Show or hide the minimap."""
        self.minimap = not self.minimap
        self.changed.emit()

    def toggle_reduced_motion(self) -> None:
        """Let things travel, or not; from then on the system is not asked."""
        if self._settings is not None:
            self._settings.setValue(_MOTION, not self.reduced_motion)
        self._motion_chosen = True
        self._reduce_motion(not self.reduced_motion)

    def mind_motion(self, settings: QSettings, asked: bool | None) -> None:
        """Move as a person chose last, else as the system asks.

        Args:
            settings: where the choice is remembered.
            asked: whether the system asks for reduced motion; None where nobody has said anything.
        """
        self._settings = settings
        self._motion_chosen = settings.contains(_MOTION)
        chosen = str(settings.value(_MOTION, "")).lower() == "true"
        self._reduce_motion(chosen if self._motion_chosen else bool(asked))

    def motion_asked(self, asked: bool) -> None:
        """The system asks for something else; a person's choice stands above it."""
        if not self._motion_chosen:
            self._reduce_motion(asked)

    def _reduce_motion(self, reduced: bool) -> None:
        if reduced != self.reduced_motion:
            self.reduced_motion = reduced
            self._rescore()
            self.changed.emit()

    @property
    def keep(self) -> Query | None:
        """The filter of fine steps and holds: the followed packet, else the chosen packets of the single flow."""
        if self.followed:
            return ByPacket(self.followed)
        flow = ByFlow(self.solo_flow, self.flows) if self.solo_flow and self.flows is not None else None
        chosen = ByFrames(self.chosen) if self.chosen is not None else None
        if flow is not None and chosen is not None:
            return flow & chosen
        return flow or chosen

    def _rescore(self) -> None:
        if self.timeline is not None and self.playhead is not None:
            self.playhead.rescore(self._score(self.timeline))
            self.moved.emit()

    def _score(self, timeline: Timeline) -> Score:
        keep = self.keep
        chosen = everything if keep is None else lambda _, first, end: keep.mask(timeline, first, end)
        return Score(Holds(timeline, chosen, reduced=self.reduced_motion), self.speed)


def _same_object(one: Timeline, other: Timeline, uid: int) -> bool:
    """Whether a number means the same in two timelines: an object of the same class and name."""
    try:
        mine, theirs = one.object(uid), other.object(uid)
    except KeyError:
        return False
    return mine.cls.name == theirs.cls.name and mine.name == theirs.name


def _cpus(timeline: Timeline) -> range:
    """The numbers of a host's CPUs, those that have nothing to do as well."""
    known = any(schema.name == "cpu" for schema in timeline.classes)
    return range(len(timeline.objects("cpu")) if known else 0)


def _same_moment(timeline: Timeline, here: Moment, *, after: bool) -> int:
    """The step of a timeline at which one looks at the same moment: the same one as long as nothing differs.

    Args:
        timeline: where to.
        here: the moment.
        after: whether to be behind everything that happens in that nanosecond, changes included.
    """
    step = max(int(timeline.moment(here.time_ns)), 0)
    if not after and here.at_rest and 0 <= here.step < step and int(timeline.time(here.step)) == here.time_ns:
        return here.step
    return step
