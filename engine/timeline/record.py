"""Recorded objects: typed fields whose every change is a row in the log.

Declare a class, give its fields a meaning, and an ordinary assignment is recorded::

    class SoftnetData(Record, kernel_name="softnet_data", meaning="Per-CPU receive state."):
        time_squeeze: int = field("net_rx_action calls that stopped by budget or time")

    sd = SoftnetData(recorder, parent=cpu.uid, name="cpu0", time_squeeze=0)
    sd.time_squeeze += 1

Attributes annotated without `field` are ordinary slots: read and written, never recorded.

For every declared class there are two leaf classes with the same storage: one whose properties write the
log, one whose properties are the bare slots. At level "counters" objects are of the second kind;
`Record.mute` changes a living object over. Setting a field is the hottest call of the program, hence the
generated code.

Left out: a declared class cannot be derived from again (its slots are laid out once); share methods through a
mixin that declares no fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from operator import attrgetter
from struct import Struct
from typing import TYPE_CHECKING, Any, ClassVar, cast

from engine.timeline.recorder import PACK_DELTA, Recorder
from engine.timeline.schema import ClassSchema, FieldSchema, Kind, Uid

CLASSES: list[type[Record]] = []
"""Every declared class, in order of declaration; the position is the class number."""


def field(
    meaning: str, *, kind: Kind = Kind.INT, unit: str = "", names: tuple[str, ...] = (), default: int = 0
) -> Any:
    """Declare a recorded field; see `schema.FieldSchema`.

    Args:
        meaning: one line.
        kind: how the integer is to be read.
        unit: what it counts, "" for none.
        names: of bits or of enumerated values.
        default: its value when the constructor names none.
    """
    return (FieldSchema("", meaning, kind, unit, names), default)


@contextmanager
def declared_apart() -> Iterator[list[type[Record]]]:
    """Number the classes declared inside from 0, apart from the engine's; yields the list that they fill.

    For whoever brings its own objects: the readers of traces, and tests.
    """
    others = CLASSES[:]
    CLASSES.clear()
    own: list[type[Record]] = []
    try:
        yield own
    finally:
        own.extend(CLASSES)
        CLASSES[:] = others


class RecordType(type):
    """Builds storage, recording leaf and bare leaf of a declared class."""

    schema: ClassSchema
    bare: type

    def __new__(  # noqa: D102 - see the class
        mcs,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        *,
        kernel_name: str = "",
        meaning: str = "",
        transient: bool = False,
    ) -> RecordType:
        if not bases:
            return super().__new__(mcs, name, bases, namespace)
        for base in bases:
            if isinstance(base, RecordType) and hasattr(base, "bare"):
                raise TypeError(f"{name} derives from {base.__name__}, which is already laid out")
        fields, plain = _declared(namespace)
        number = len(CLASSES)
        schema = ClassSchema(number, kernel_name or name, meaning, tuple(s for s, _ in fields), transient)
        storage_space = dict(namespace)
        storage_space["__slots__"] = tuple(f"_{field.name}" for field, _ in fields) + tuple(plain)
        storage = super().__new__(mcs, f"_{name}", bases, storage_space)
        bare_space: dict[str, Any] = {"__slots__": (), "__module__": namespace["__module__"]}
        loud_space: dict[str, Any] = {"__slots__": (), "__module__": namespace["__module__"]}
        loud_space["__doc__"] = bare_space["__doc__"] = namespace.get("__doc__")
        for position, (field, _) in enumerate(fields):
            bare_space[field.name] = storage.__dict__[f"_{field.name}"]
            loud_space[field.name] = _recording_property(field.name, position)
        bare = super().__new__(mcs, name, (storage,), bare_space)
        loud_space["__init__"] = _constructor(fields, plain, schema, bare)
        loud = super().__new__(mcs, name, (storage,), loud_space)
        bare.schema = loud.schema = schema
        bare.bare = loud.bare = bare
        CLASSES.append(cast("type[Record]", loud))
        return loud

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **_: Any) -> None:
        super().__init__(name, bases, namespace)

    def __instancecheck__(cls, instance: object) -> bool:
        """A muted object is an instance of its declared class like any other."""
        kind = type(instance)
        return issubclass(kind, cls.__base__ if "bare" in cls.__dict__ and cls.__base__ else cls)


def _declared(namespace: dict[str, Any]) -> tuple[list[tuple[FieldSchema, int]], list[str]]:
    """Take the declarations out of a class body: recorded fields with their defaults, plain attributes."""
    fields = [(FieldSchema("uid", "number of the object", Kind.UID), 0)]
    plain: list[str] = []
    for attribute, annotation in namespace.get("__annotations__", {}).items():
        value = namespace.pop(attribute, None)
        if isinstance(value, tuple) and value and isinstance(value[0], FieldSchema):
            spec = value[0]
            fields.append((FieldSchema(attribute, spec.meaning, spec.kind, spec.unit, spec.names), value[1]))
        elif value is not None:
            namespace[attribute] = value
        elif "ClassVar" not in str(annotation):
            plain.append(attribute)
    return fields, plain


class Record(metaclass=RecordType):
    """Base of all recorded objects.

    Attributes:
        uid: number of the object.
        schema: what its fields are.
    """

    __slots__ = ("_base", "_write", "recorder")
    schema: ClassVar[ClassSchema]
    bare: ClassVar[type]
    recorder: Recorder
    _base: int

    if TYPE_CHECKING:  # both are generated for every declared class

        def __init__(self, recorder: Recorder, *, parent: int = 0, name: str = "", **fields: Any) -> None: ...

        @property
        def uid(self) -> Uid:
            """The number of the object; 0 after `release`."""

        @uid.setter
        def uid(self, value: Uid) -> None: ...

    def release(self) -> None:
        """The object is no more: its number goes, its slots are given back."""
        uid = self.uid
        self.uid = Uid(0)
        self.recorder.died(uid, self.schema.number, self._base)

    def mute(self) -> None:
        """Stop recording this object's changes (level "counters")."""
        self.__class__ = self.bare

    def snapshot(self) -> list[int]:
        """The values of all fields, in slot order."""
        return [getattr(self, f"_{schema.name}") for schema in self.schema.fields]


def _recording_property(name: str, position: int) -> property:
    scope: dict[str, Any] = {"pack": PACK_DELTA}
    exec(  # a generated setter is three times as fast as a descriptor
        f"def set_{name}(self, value):\n"
        f"    self._{name} = value\n"
        f"    self._write(pack(self._base + {position}, value))\n",
        scope,
    )
    return property(attrgetter(f"_{name}"), scope[f"set_{name}"])


def _constructor(
    fields: list[tuple[FieldSchema, int]], plain: list[str], schema: ClassSchema, bare: type
) -> Any:
    """Generate `__init__(self, recorder, *, parent=0, name="", <fields>, <plain attributes>)`.

    While nothing is recorded a transient object takes a number and no slots.
    """
    recorded = fields[1:]
    arguments = "".join(f", {field.name}={default}" for field, default in recorded)
    arguments += "".join(f", {attribute}=None" for attribute in plain)
    rows = "base, uid"
    body = ""
    for position, (field, _) in enumerate(recorded, 1):
        rows += f", base + {position}, {field.name}"
        body += f"    self._{field.name} = {field.name}\n"
    for attribute in plain:
        body += f"    self.{attribute} = {attribute}\n"
    enter = (
        f"self._base = base = recorder.adopt(self, {schema.number}, {len(fields)})\n"
        f"        self._uid = uid = recorder.born({schema.number}, parent, name, base)\n"
    )
    quiet = "self._base = -1\n        self._uid = recorder.number()\n" if schema.transient else enter
    source = (
        f"def __init__(self, recorder, *, parent=0, name=''{arguments}):\n"
        f"    self.recorder = recorder\n"
        f"    self._write = recorder.write\n"
        f"{body}"
        f"    if recorder.on:\n"
        f"        {enter}"
        f"        recorder.write(pack({rows}))\n"
        f"    else:\n"
        f"        {quiet}"
        f"        self.__class__ = bare\n"
    )
    scope: dict[str, Any] = {"bare": bare, "pack": Struct("<" + "iq" * len(fields)).pack}
    exec(source, scope)
    return scope["__init__"]
