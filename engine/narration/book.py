"""What a timeline calls its things, looked up once: packets by letter and number, objects by name and owner."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engine.narration.words import letter
from engine.timeline.schema import LINK_SHIFT, UNKNOWN, FieldSchema
from engine.timeline.timeline import Timeline

PACKETS = ("frame", "sk_buff")
NUMBERED = ("napi_struct", "eventpoll", "epitem")
"""Classes whose objects have names that others have too, so the class is said with it."""

REMEMBERED = 16_384
OWN = ("cpu", "softnet_data", "softirqs")
"""Classes with one object a CPU; their fields need no owner where the CPU was named."""

ALONE = ("mib", "sysctl")
"""Classes with one object, whose fields say enough."""


class Book:
    """Names of one timeline.

    Attributes:
        timeline: whose.
        fields: schema of each field by class and name.
    """

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.fields: dict[tuple[str, str], FieldSchema] = {
            (schema.name, field.name): field for schema in timeline.classes for field in schema.fields
        }
        self._classes = {schema.name for schema in timeline.classes}
        self._names: dict[int, str] = {}
        self._of_cpu: dict[tuple[str, int], int] = {}
        self._steps = -1

    def fresh(self) -> Book:
        """Forget names when the timeline has grown: an object of the same name may have come."""
        if self._steps != self.timeline.steps or len(self._names) > REMEMBERED:
            self._names.clear()
            self._of_cpu.clear()
            self._steps = self.timeline.steps
        return self

    def has(self, class_name: str, field: str) -> bool:
        """Return whether there is such a class with such a field."""
        return (class_name, field) in self.fields

    def all(self, class_name: str) -> list[int]:
        """Return the uids of a class, none when there is no such class."""
        return self.timeline.objects(class_name).tolist() if class_name in self._classes else []

    def class_of(self, uid: int) -> str:
        """Return the name of an object's class, "" for none."""
        return self.timeline.object(uid).cls.name if uid else ""

    def of_cpu(self, class_name: str, cpu: int) -> int:
        """Return the object of a class that belongs to a CPU, 0 when there is none."""
        found = self._of_cpu.get((class_name, cpu))
        if found is None:
            field = "number" if class_name == "cpu" else "cpu"
            mine = [uid for uid in self.all(class_name) if self.born(uid, field) == cpu]
            found = self._of_cpu[class_name, cpu] = mine[-1] if mine else 0
        return found

    def cpu_of(self, uid: int) -> int | None:
        """Return the CPU that an object of `OWN` belongs to."""
        return self.born(uid, "number" if self.class_of(uid) == "cpu" else "cpu")

    def born(self, uid: int, field: str) -> int | None:
        """Return what a field held at the end of the step that made an object; for fields that never change."""
        info = self.timeline.object(uid)
        if not self.has(info.cls.name, field):
            return None
        slot = info.base + self.timeline.position(info.cls.name, field)
        steps = self.timeline.step_table
        step = max(info.born, 0)
        first, end = steps.delta(step), steps.delta(step + 1)
        rows = np.flatnonzero(self.timeline.deltas.slots[first:end] == slot)
        value = self.timeline.deltas.values.one(first + int(rows[-1])) if len(rows) else UNKNOWN
        return None if value == UNKNOWN else value

    # -- names ----------------------------------------------------------------------------------------

    def name(self, uid: int) -> str:
        """Return what a sentence calls an object; "" for 0."""
        found = self._names.get(uid)
        if found is None:
            found = self._names[uid] = self._name(uid) if uid else ""
        return found

    def _name(self, uid: int) -> str:
        info = self.timeline.object(uid)
        kind = info.cls.name
        if kind in PACKETS:
            return self._packet(uid)
        if kind == "flow":
            index = self.born(uid, "letter")
            return f"flow {letter(index)}" if index is not None else self.timeline.label(uid)
        if kind in ("rx_ring", "netdev_rx_queue", "wait_queue_head") and info.name and info.parent:
            return f"{info.name} of {self.name(info.parent)}"
        if kind == "sock" and self._shared(uid, info.name):
            fd, app = self.born(uid, "fd"), self.born(uid, "app")
            return f"{info.name} (fd {fd} of {self.name(app)})" if fd is not None and app else info.name
        if kind in NUMBERED and info.name and not info.name.startswith("backlog"):
            return f"{kind} {info.name}"
        return self.timeline.label(uid)

    def _packet(self, uid: int) -> str:
        """Return a packet's letter and its number in the flow, from 1; an sk_buff has those of its first frame."""
        flow, number = self.born(uid, "flow"), self.born(uid, "number")
        index = self.born(flow, "letter") if flow else None
        if index is None or number is None:
            return self.timeline.label(uid)
        return f"{letter(index)} {number + 1}"

    def _shared(self, uid: int, name: str) -> bool:
        return any(other != uid and self.timeline.object(other).name == name for other in self.all("sock"))

    def owner(self, uid: int, cpu: int | None) -> str:
        """Return " of ..." for a field's owner; "" where the field alone, or the sentence's CPU, says it."""
        kind = self.class_of(uid)
        if kind in ALONE:
            return ""
        if kind in OWN:
            number = self.cpu_of(uid)
            return (
                ""
                if number is not None and number == cpu
                else f" of CPU {number}"
                if number is not None
                else ""
            )
        return f" of {self.name(uid)}"

    def list_name(self, link: int) -> str:
        """Return what a sentence calls the list that a link says; "" for none."""
        row = self.timeline.table.lists.get(link >> LINK_SHIFT)
        if row is None:
            return ""
        kind = self.class_of(row.owner)
        if kind == "wait_queue_head":
            return self.name(row.owner)
        number = self.cpu_of(row.owner) if kind in OWN else None
        owner = f"CPU {number}" if number is not None else self.name(row.owner)
        return f"{row.name} of {owner}" if owner else row.name


@lru_cache(maxsize=2)
def _book(timeline: Timeline) -> Book:
    return Book(timeline)


def book_of(timeline: Timeline) -> Book:
    """Return the names of a timeline; those of the two last used are kept."""
    return _book(timeline).fresh()


def packet_name(timeline: Timeline, uid: int) -> str:
    """Return what people call a frame or an sk_buff: the letter of its flow and its number there from 1, "A 163".

    One without a flow is called by its class and its number in the timeline, and so is one that left no record.
    """
    try:
        return book_of(timeline).name(uid)
    except KeyError:
        return f"frame #{uid}"
