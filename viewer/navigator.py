"""Going somewhere: steps of every size both ways, jumps, chapters, bookmarks.

Navigation is no edit: nothing here is ever undone.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QObject

from engine.results.when import condition
from engine.scenario.errors import Refused
from engine.scenario.units import format_ns
from engine.timeline.timeline import Timeline
from viewer.events import Event
from viewer.flows import CLASSES as PACKETS
from viewer.jump import find_moment, is_condition, is_moment, landing
from viewer.lasting import Lasting
from viewer.player import Player
from viewer.session import Bookmark, Selection, Session
from viewer.stepping import FINE, Condition, Granularity, coarser, finer, next_step
from viewer.theme.tokens import Motion, motion_ms

_CPU = re.compile(r"(?:cpu|CPU) ?([0-9]+)")


class _Starts(NamedTuple):
    """Where chapters begin, as looked up in a timeline of so many steps."""

    timeline: Timeline
    steps: int
    found: list[int | None]


class Navigator(QObject):
    """Moves the session's playhead.

    Attributes:
        sought: what was looked for last.
        refusal: why what was typed last led nowhere; "" when it led somewhere.
    """

    def __init__(self, session: Session, player: Player) -> None:
        super().__init__(session)
        self.session = session
        self.player = player
        self._starts: Lasting[_Starts] = Lasting(session.lasting)
        self.sought = ""
        self.refusal = ""

    # -- stepping -----------------------------------------------------------------------------------------

    def step_by(self, granularity: str) -> None:
        """Choose how far a step goes."""
        self.session.granularity = Granularity(granularity)
        self.session.changed.emit()

    def step_forward(self) -> None:
        """One step on."""
        self.step(self.session.granularity, back=False)

    def step_back(self) -> None:
        """One step back."""
        self.step(self.session.granularity, back=True)

    def coarser_forward(self) -> None:
        """One step on, one size larger."""
        self.step(coarser(self.session.granularity), back=False)

    def coarser_back(self) -> None:
        """One step back, one size larger."""
        self.step(coarser(self.session.granularity), back=True)

    def finer_forward(self) -> None:
        """One step on, one size smaller."""
        self.step(finer(self.session.granularity), back=False)

    def finer_back(self) -> None:
        """One step back, one size smaller."""
        self.step(finer(self.session.granularity), back=True)

    def step(self, granularity: Granularity, *, back: bool) -> None:
        """Take a step; at either end of the run it says so and stays."""
        session = self.session
        playhead, timeline = session.playhead, session.timeline
        if playhead is None or timeline is None or not timeline.steps:
            return
        self.player.pause()
        if granularity is Granularity.TIME:
            self._step_time(-session.fixed_ns if back else session.fixed_ns)
            return
        under_way = not playhead.moment.at_rest
        here = playhead.step
        if back and under_way:
            here += 1  # what is half done is undone first
        found = next_step(timeline, here, granularity, session.condition, session.keep, back=back)
        if found is None:
            self._nowhere(granularity, back=back)
            return
        if back:
            playhead.rest(found)
        else:
            playhead.glide(found, motion_ms(Motion.TRAVEL, reduced=session.reduced_motion))
        if granularity is Granularity.UNTIL:
            self.player.note(f"Stopped at {session.condition.text}")
        self._arrived()

    def _step_time(self, by_ns: int) -> None:
        session = self.session
        if session.playhead is None or session.timeline is None:
            return
        end = int(session.timeline.time(session.timeline.steps - 1))
        session.playhead.show_time(min(max(session.moment.time_ns + by_ns, 0), end))
        self._arrived()

    def _nowhere(self, granularity: Granularity, *, back: bool) -> None:
        session = self.session
        what = session.condition.text if granularity is Granularity.UNTIL else f"{granularity.value} step"
        if granularity in FINE and session.kept_words():
            what += f" {session.kept_words()}"
        side = "before" if back else "after"
        computing = " yet: the run is still being computed" if not back and session.running else ""
        session.told.emit(f"There is no {what} {side} this moment{computing}.")

    def until(self, condition: Condition) -> None:
        """Make a condition the one that "until" waits for, and step by it."""
        self.session.condition = condition
        self.session.granularity = Granularity.UNTIL
        self.session.changed.emit()

    # -- going --------------------------------------------------------------------------------------------

    def see(self, step: int) -> None:
        """Be right after a step, and open the row of the CPU that took it."""
        timeline = self.session.timeline
        self.go_to(step)
        if timeline is not None and 0 <= step < timeline.steps:
            cpu = timeline.step(step).cpu
            if cpu is not None:
                self.session.focus_cpu(cpu)

    def go_to(self, step: int) -> None:
        """Be right after a step."""
        session = self.session
        if session.playhead is None or session.timeline is None or not session.timeline.steps:
            return
        self.player.pause()
        session.playhead.rest(min(max(step, 0), session.timeline.steps - 1))
        self._arrived()

    def scrub(self, time_ns: int) -> None:
        """Be at a simulated time, everything at rest; for dragging."""
        if self.session.timeline is not None:
            self.go_to(int(self.session.timeline.moment(time_ns)))

    def go_start(self) -> None:
        """The beginning of the run."""
        self.go_to(0)

    def go_end(self) -> None:
        """The end of what is known."""
        if self.session.timeline is not None:
            self.go_to(self.session.timeline.steps - 1)

    def go_first_drop(self) -> None:
        """The first loss."""
        first = self.session.events.first(Event.DROP) if self.session.events is not None else None
        if first is None:
            whole = self.session.timeline is not None and self.session.timeline.complete
            self.session.told.emit("Nothing was lost in this run." if whole else "Nothing lost so far.")
            return
        self.see(first)
        self.player.note("Stopped at first drop")
        self.session.changed.emit()

    def go_cause(self) -> None:
        """The step that led to this one."""
        session = self.session
        if session.timeline is None or session.moment.step < 0:
            return
        cause = session.timeline.cause(session.moment.step)
        if cause is None:
            session.told.emit("Nothing led here: this is the first of its kind.")
        else:
            self.see(int(cause))

    def jump(self, text: str) -> bool:
        """Go where a text says: a moment, else the next step at which it happens or becomes true.

        Returns:
            False, and one sentence, when it leads nowhere.
        """
        session = self.session
        if session.timeline is None or not session.timeline.steps:
            return False
        self.refusal = ""
        starts = [chapter.at for chapter in session.chapters]
        try:
            step = find_moment(text, session.timeline, starts, session.moment.step)
            self.see(step)
            if words := landing(text, session.timeline, step):
                session.told.emit(words)
        except Refused as refused:
            try:
                condition(text, session.timeline)
            except Refused as meant:
                return self._refuse(f"{text}: {refused if is_moment(text) else meant}")
            return self.find(text, back=False)
        self.sought = text if is_condition(text, session.timeline) else self.sought
        return True

    def _refuse(self, sentence: str) -> bool:
        """Say why a text leads nowhere; False, for who asked."""
        self.refusal = sentence
        self.session.told.emit(sentence)
        return False

    # -- looking for things -------------------------------------------------------------------------------

    def find(self, text: str, *, back: bool) -> bool:
        """Go to the next (or the last) step at which what a text says happens or becomes true.

        Returns:
            False, and one sentence, when the text means nothing or nothing of the kind is on that side.
        """
        session = self.session
        if session.timeline is None or not session.timeline.steps:
            return False
        try:
            query = condition(text, session.timeline)
        except Refused as refused:
            return self._refuse(f"{text}: {refused}")
        self.refusal = ""
        self.sought = text
        found = session.timeline.find(query, session.moment.step, back)
        if found is None:
            side = "before" if back else "after"
            return self._refuse(f"{text}: not {side} this moment.")
        self.see(int(found))
        self.player.note(f"Found {text}")
        session.changed.emit()
        return True

    def find_next(self) -> None:
        """The next step at which what was looked for last happens."""
        self._again(back=False)

    def find_previous(self) -> None:
        """The one before."""
        self._again(back=True)

    def _again(self, *, back: bool) -> None:
        if self.sought:
            self.find(self.sought, back=back)
        else:
            self.session.told.emit(
                "Nothing was looked for yet: type an expression, an event or a name above."
            )

    def toggle_breakpoint(self, at: str = "") -> None:
        """Stop whenever what is selected changes, else whenever the current function runs; or no longer.

        Args:
            at: what to stop at instead, as it is written.
        """
        session = self.session
        timeline = session.timeline
        if timeline is None or session.moment.step < 0:
            return
        text = at or timeline.step(session.moment.step).function.name
        selection = session.selection
        if not at and selection is not None and selection.uid:
            packet = timeline.object(selection.uid).cls.name in PACKETS
            text = f"packet {selection.uid}" if packet else timeline.full_name(selection.uid)
        try:
            there = session.breakpoints.toggle(text, timeline)
        except Refused as refused:
            session.told.emit(f"{text}: {refused}")
            return
        session.told.emit(f"Playing stops at {text}." if there else f"Playing no longer stops at {text}.")
        session.changed.emit()

    def next_of_flow(self) -> None:
        """The next packet of the selected packet's flow."""
        self._along_flow(1)

    def previous_of_flow(self) -> None:
        """The packet before it."""
        self._along_flow(-1)

    def _along_flow(self, by: int) -> None:
        session = self.session
        timeline, flows = session.timeline, session.flows
        here = session.packet_here()
        if timeline is None or flows is None or not here:
            session.told.emit("There is no packet here: select one, or step to one.")
            return
        frame = int(timeline.frame_of(here))
        frames = timeline.objects("frame")
        mine = frames[flows.of(frames) == flows.flow_of(frame)]
        at = int(np.searchsorted(mine, frame)) + by
        if not 0 <= at < len(mine):
            session.told.emit(
                "That was the last packet of its flow." if by > 0 else "That was the first one."
            )
            return
        found = int(mine[at])
        steps = timeline.path(found)
        self.session.select(Selection("packet", f"#{found}", found))
        if len(steps):
            self.see(int(steps[0]))

    def _arrived(self) -> None:
        self.session.keep_up()
        self.session.moved.emit()
        self.session.changed.emit()

    # -- chapters -----------------------------------------------------------------------------------------

    def chapter_steps(self) -> list[int | None]:
        """Where each chapter begins; None for one whose beginning is not known (yet).

        Looked up again only when the run has grown by a quarter or is complete: what does not happen is looked
        for in all of it.
        """
        timeline = self.session.timeline
        if timeline is None:
            return []
        known = self._starts.last
        grown = known is None or timeline.steps * 4 >= known.steps * 5 or timeline.complete
        if known is None or known.timeline is not timeline or (timeline.steps != known.steps and grown):
            starts = [chapter.at for chapter in self.session.chapters]
            known = _Starts(timeline, timeline.steps, [self._start(one, starts) for one in starts])
            self._starts.put(known)
        return known.found

    def _start(self, text: str, starts: list[str]) -> int | None:
        if self.session.timeline is None:
            return None
        try:
            return find_moment(text, self.session.timeline, starts)
        except Refused:
            return None

    def chapter_here(self) -> int | None:
        """The chapter that the moment belongs to, from 0; None before the first."""
        here = self.session.moment.step
        before = [
            number for number, step in enumerate(self.chapter_steps()) if step is not None and step <= here
        ]
        return before[-1] if before else None

    def go_chapter(self, number: int) -> None:
        """Go to a chapter, from 0, and take its speed."""
        steps = self.chapter_steps()
        if not 0 <= number < len(steps):
            return
        chapter, step = self.session.chapters[number], steps[number]
        if step is None:
            self.session.told.emit(f"“{chapter.title}” begins at {chapter.at}, which has not happened.")
            return
        if chapter.speed is not None:
            self.session.set_speed(chapter.speed)
        self.see(step)
        self._look_at(chapter.focus)

    def _look_at(self, names: tuple[str, ...]) -> None:
        """Open the row of the first CPU that is named, select the first object that is."""
        timeline = self.session.timeline
        if timeline is None:
            return
        for name in names:
            cpu = _CPU.fullmatch(name)
            if cpu is not None:
                self.session.focus_cpu(int(cpu[1]))
                break
        found = next((uid for name in names if (uid := named(timeline, name))), 0)
        if found:
            self.session.select(Selection("object", timeline.label(found), found))

    def next_chapter(self) -> None:
        """The next part."""
        here = self.chapter_here()
        self.go_chapter(0 if here is None else here + 1)

    def previous_chapter(self) -> None:
        """The part before."""
        here = self.chapter_here()
        self.go_chapter(0 if here is None else max(here - 1, 0))

    # -- bookmarks, rows ----------------------------------------------------------------------------------

    def toggle_bookmark(self) -> None:
        """Remember this moment, or forget it."""
        session = self.session
        moment = session.moment
        if not session.has_steps:
            return
        kept = [one for one in session.bookmarks if one.step != moment.step]
        if len(kept) == len(session.bookmarks):
            kept.append(Bookmark(moment.step, moment.time_ns))
        session.bookmarks = sorted(kept, key=lambda one: one.step)
        session.changed.emit()

    def bookmark_text(self, bookmark: Bookmark) -> str:
        """A bookmark in a menu: its time and what happened."""
        timeline = self.session.timeline
        name = timeline.step(bookmark.step).function.name if timeline is not None else ""
        return f"{format_ns(bookmark.time_ns)}   {name}"

    def row_up(self) -> None:
        """Show the CPU above in full."""
        self._focus(-1)

    def row_down(self) -> None:
        """Show the CPU below in full."""
        self._focus(1)

    def _focus(self, by: int) -> None:
        session = self.session
        if session.timeline is None:
            return
        cpus = int(session.timeline.facts.get("cpus") or len(session.timeline.cpus) or 1)
        session.focus_cpu(min(max(session.focused_cpu + by, 0), cpus - 1))


def named(timeline: Timeline, text: str) -> int:
    """The object that people mean by "rx-0", or with its owner's name by "eth0 rx-0", "feed :9000"; 0 for none."""
    for schema in timeline.classes:
        if schema.transient:
            continue
        uid = timeline.by_name(schema.name, text)
        if uid is not None:
            return int(uid)
    owner, _, rest = text.partition(" ")
    if not rest:
        return 0
    for schema in timeline.classes:
        for uid in [] if schema.transient else timeline.objects(schema.name).tolist():
            info = timeline.object(uid)
            if info.parent and info.name.endswith(rest) and timeline.label(info.parent) == owner:
                return int(uid)
    return 0
