"""What the inspector is about: what was selected, else what the current step handles or changes."""

from __future__ import annotations

from typing import NamedTuple

from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline
from engine.timeline.views import Change
from viewer.session import Session

PACKETS = ("frame", "sk_buff")
_CLASSES = {"cpu": "cpu", "vector": "msix_vector", "napi": "napi_struct", "softnet": "softnet_data"}
"""Of what things of the canvas stand for; other objects come with their number."""

CHANGES_MOST = 500
"""A step with more than that makes objects and changes none."""


class Subject(NamedTuple):
    """An object, or a thing of the canvas that is none.

    Attributes:
        uid: its number, 0 for none.
        pinned: somebody chose it; otherwise it follows the playhead.
        name: what to call it when it is no object.
        kind: what sort of thing of the canvas it is then.
    """

    uid: int
    pinned: bool
    name: str = ""
    kind: str = ""


def subject_of(session: Session, cursor: Cursor) -> Subject:
    """Choose what to tell about."""
    timeline = cursor.timeline
    selection = session.selection
    if selection is not None:
        uid = selection.uid or _meant(timeline, selection.kind, selection.name)
        if uid and exists(timeline, uid):
            return Subject(_living_form(timeline, cursor, uid), True)
        return Subject(0, True, selection.name, selection.kind)
    if session.followed:
        return Subject(_living_form(timeline, cursor, session.followed), True)
    if cursor.step < 0:
        return Subject(0, False)
    step = timeline.step(cursor.step)
    if step.packet:
        return Subject(int(step.packet), False)
    for change in just_changed(cursor):
        info = timeline.object(int(change.uid))
        if info.cls.name != "cpu" and info.born < cursor.step:
            return Subject(int(change.uid), False)
    cpu = step.cpu if step.cpu is not None else session.focused_cpu
    return Subject(cpu_uid(timeline, cpu), False)


def just_changed(cursor: Cursor) -> list[Change]:
    """What the cursor's step changed; nothing for the step that makes the whole host."""
    table = cursor.timeline.step_table
    if cursor.step < 0 or table.delta(cursor.step + 1) - table.delta(cursor.step) > CHANGES_MOST:
        return []
    return cursor.changed()


def cpu_uid(timeline: Timeline, number: int) -> int:
    """The object of a CPU; 0 when the record has none."""
    found = timeline.objects("cpu").tolist() if has_class(timeline, "cpu") else []
    return int(found[number]) if 0 <= number < len(found) else 0


def has_class(timeline: Timeline, name: str) -> bool:
    """Whether the record knows a class."""
    return any(schema.name == name for schema in timeline.classes)


def exists(timeline: Timeline, uid: int) -> bool:
    """Whether there ever was an object of a number."""
    try:
        timeline.object(uid)
    except KeyError:
        return False
    return True


def is_packet(timeline: Timeline, uid: int) -> bool:
    """Whether an object is a frame or an skb."""
    return uid != 0 and timeline.object(uid).cls.name in PACKETS


def _meant(timeline: Timeline, kind: str, name: str) -> int:
    """The object that a thing of the canvas stands for although it has no number; 0 for none."""
    if kind == "backlog":
        kind, name = "softnet", f"softnet_data CPU {name.rpartition(' ')[2]}"
    cls = _CLASSES.get(kind, "")
    if not cls or not has_class(timeline, cls):
        return 0
    return int(timeline.by_name(cls, name) or 0)


def _living_form(timeline: Timeline, cursor: Cursor, uid: int) -> int:
    """A packet in the form that it has now: the skb that carries a frame, once there is one."""
    if not is_packet(timeline, uid):
        return uid
    for form in reversed(timeline.kin(uid).tolist()):
        if timeline.object(form).cls.name == "sk_buff" and cursor.exists(form):
            return int(form)
    return uid


def title_of(timeline: Timeline, uid: int) -> str:
    """What an inspector calls an object: a packet by its number, others by their name."""
    info = timeline.object(uid)
    if info.cls.name in PACKETS:
        return f"{'skb' if info.cls.name == 'sk_buff' else 'frame'} #{uid}"
    return timeline.label(uid)
