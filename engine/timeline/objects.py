"""The objects of a run: what they are, whose they are, when they lived, and where their fields lie.

Slots are given back when an object dies and taken again by the next one, so a slot alone says nothing; with a
step it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.timeline.chunk import Chunk, ListRow
from engine.timeline.columns import Column
from engine.timeline.recorder import BLOCK
from engine.timeline.schema import ClassSchema, Kind, Uid

ALIVE = (1 << 31) - 1
"""The step of death of what never died."""

REMEMBERED = 8192
"""Objects whose description is kept at hand: views ask for the same ones again and again."""


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """One object.

    Attributes:
        uid: its number.
        cls: its class.
        name: "" when it has none.
        parent: uid of what it belongs to, 0 for none.
        born: the step that made it; -1 before the first.
        died: the step that ended it; `ALIVE` when it outlived the run.
        base: slot of its field 0.
    """

    uid: Uid
    cls: ClassSchema
    name: str
    parent: Uid
    born: int
    died: int
    base: int


@dataclass(frozen=True, slots=True)
class Place:
    """What a slot is: a field of the object at `base` of class `cls`."""

    cls: ClassSchema
    base: int
    position: int


class ObjectTable:
    """All objects, lists and strings of a run.

    Attributes:
        names: the string table; row 0 is "".
        lists: list id to owner and name.
        slot_count: how many slots the blocks cover.
    """

    def __init__(self, classes: tuple[ClassSchema, ...]) -> None:
        self._classes = classes
        self._columns = {name: Column("<i4") for name in ("uid", "parent", "name", "base", "born", "died")}
        self._cls = Column("<u2")
        self._named: dict[tuple[int, str], Uid] = {}
        self._list_of: dict[tuple[int, str], int] = {}
        self._positions = {
            (schema.number, field.name): position
            for schema in classes
            for position, field in enumerate(schema.fields)
        }
        self._numbers = {schema.name: schema.number for schema in classes}
        self._blocks: list[list[int]] = [[] for _ in classes]
        self._bases: dict[int, NDArray[np.int64]] = {}
        self._infos: dict[int, ObjectInfo] = {}
        self._starts = Column("<i4")
        self._owners: list[int] = []
        self.links = [
            (schema.number, position)
            for schema in classes
            for position, field in enumerate(schema.fields)
            if field.kind == Kind.LINK
        ]
        self.names: list[str] = [""]
        self.lists: dict[int, ListRow] = {}
        self.slot_count = 0

    def append(self, chunk: Chunk) -> None:
        """Take in the births, deaths, names, lists and blocks of a chunk that was checked."""
        self._infos.clear()  # deaths come later than births
        self.names.extend(chunk.names)
        for row in chunk.lists:
            self.lists[row.id] = row
            self._list_of[row.owner, row.name] = row.id
        for number, start in chunk.blocks:
            self._blocks[number].append(start)
            self._bases.pop(number, None)
            self._starts.extend(np.array([start]))
            self._owners.append(number)
            self.slot_count = start + BLOCK * len(self._classes[number].fields)
        births = chunk.objects
        for name in ("uid", "parent", "name", "base", "born"):
            self._columns[name].extend(births[name])
        self._cls.extend(births["cls"])
        self._columns["died"].widen(len(self), ALIVE)
        self._columns["died"].array[self._rows(chunk.deaths["a"])] = chunk.deaths["b"]
        for row in births[births["name"] != 0].tolist():
            uid, number, _, name, _, _ = row
            self._named[number, self.names[name]] = Uid(uid)

    def __len__(self) -> int:
        return self._columns["uid"].length

    def column(self, name: str) -> NDArray[Any]:
        """Return uid, parent, name, base, born or died of all objects."""
        return self._columns[name].array

    def _rows(self, uids: NDArray[Any]) -> NDArray[np.int64]:
        """Return the rows of objects that exist."""
        known = self.column("uid")
        return np.searchsorted(known, uids.astype(known.dtype)).astype(np.int64)

    def row(self, uid: int) -> int:
        """Return the row of an object.

        Raises:
            KeyError: there never was one of that number.
        """
        known = self.column("uid")
        row = uid - 1  # right while every object left a trace
        if 0 <= row < len(known) and known[row] == uid:
            return row
        row = int(np.searchsorted(known, np.int32(uid)))
        if row == len(known) or known[row] != uid:
            raise KeyError(f"no object {uid}")
        return row

    def info(self, uid: int) -> ObjectInfo:
        """Return what is known about an object; KeyError when there never was one."""
        found = self._infos.get(uid)
        if found is None:
            if len(self._infos) >= REMEMBERED:
                self._infos.clear()
            found = self._infos[uid] = self._info(uid)
        return found

    def _info(self, uid: int) -> ObjectInfo:
        row = self.row(uid)
        value = {name: int(column.array[row]) for name, column in self._columns.items()}
        schema = self._classes[int(self._cls.array[row])]
        name = self.names[value["name"]]
        return ObjectInfo(
            Uid(uid), schema, name, Uid(value["parent"]), value["born"], value["died"], value["base"]
        )

    def number_of(self, class_name: str) -> int:
        """Return the number of a class; KeyError with the names there are."""
        if class_name not in self._numbers:
            raise KeyError(f"no class {class_name!r}; there are {', '.join(sorted(self._numbers))}")
        return self._numbers[class_name]

    def position(self, number: int, field: str) -> int:
        """Return the position of a field of a class; KeyError when it has none of that name."""
        try:
            return self._positions[number, field]
        except KeyError:
            return self._classes[number].position(field)

    def of_class(self, class_name: str, at_step: int | None = None) -> NDArray[np.int32]:
        """Return the uids of a class in order of birth: all ever, or those that live after a step."""
        chosen = self._cls.array == self.number_of(class_name)
        if at_step is not None:
            chosen &= (self.column("born") <= at_step) & (self.column("died") > at_step)
        uids: NDArray[np.int32] = self.column("uid")[chosen]
        return uids

    def died_after(self, uids: NDArray[Any], step: int) -> NDArray[np.bool_]:
        """Return which of some objects that exist live on after a step."""
        result: NDArray[np.bool_] = self.column("died")[self._rows(uids)] > step
        return result

    def named(self, class_name: str, name: str) -> Uid | None:
        """Return the latest object of a class with that name, None when there is none."""
        return self._named.get((self.number_of(class_name), name))

    def children(self, parent: int) -> NDArray[np.int32]:
        """Return the uids of what belongs to an object."""
        uids: NDArray[np.int32] = self.column("uid")[self.column("parent") == parent]
        return uids

    def list_id(self, owner: int, name: str) -> int | None:
        """Return the id of an owner's list, None when it has none of that name."""
        return self._list_of.get((owner, name))

    def bases(self, number: int) -> NDArray[np.int64]:
        """Return the base slots of all places for objects of a class, taken or not."""
        bases = self._bases.get(number)
        if bases is None:
            starts = np.array(self._blocks[number], np.int64)
            width = len(self._classes[number].fields)
            bases = (starts[:, None] + np.arange(BLOCK) * width).ravel()
            self._bases[number] = bases
        return bases

    def place(self, slot: int) -> Place:
        """Return what a slot is."""
        block = int(np.searchsorted(self._starts.array, np.int32(slot), "right")) - 1
        schema = self._classes[self._owners[block]]
        start = int(self._starts.array[block])
        position = (slot - start) % len(schema.fields)
        return Place(schema, slot - position, position)

    def slots_of(self, class_name: str, field: str) -> NDArray[np.int64]:
        """Return the slots of one field of all places of a class."""
        number = self.number_of(class_name)
        return self.bases(number) + self.position(number, field)

    @property
    def nbytes(self) -> int:
        """Bytes in use, strings left out."""
        return sum(column.nbytes for column in self._columns.values()) + self._cls.nbytes
