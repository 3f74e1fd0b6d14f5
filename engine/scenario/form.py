"""A scene as groups of fields, each with the path that `engine.scenario.edit.with_value` takes.

Groups come in the order of a packet's path: NICs, host, sockets, programs, flows, script; the scene's own keys stand
first. Left out: knobs (`knobs`), variants, claims and chapters, and keys that are not built yet.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

from engine.scenario.defaults import filled
from engine.scenario.document import SceneDocument
from engine.scenario.errors import Refused
from engine.scenario.host import Scale
from engine.scenario.knobs import substituted
from engine.scenario.schema import Scene
from engine.scenario.shape import Key, KeyKind, key_at, keys_of

_LEFT_OUT: Final = ("format",)
_SIMPLE: Final = re.compile(r"[^.\[\]\"'\s]+")


class FormKnob(NamedTuple):
    """A knob, ready for a slider.

    Attributes:
        name: what `${name}` says.
        label: what people call it.
        path: for `with_value`.
        value: as it is written.
        low, high: its range; None for none.
        scale: how a slider maps its travel.
        whole: whether only whole numbers make sense: value and range are whole.
    """

    name: str
    label: str
    path: str
    value: bool | int | float | str
    low: int | float | None
    high: int | float | None
    scale: Scale
    whole: bool


class FormField(NamedTuple):
    """A value of the scene.

    Attributes:
        path: as in `--set`.
        label: the key; below the group's own table with its dots.
        kind: what the value is, one of `engine.scenario.shape.KeyKind`.
        value: as it is written, a knob included; None where the file does not say it.
        default: what holds then, as a file would spell it; None for nothing, or where the run decides.
        choices: the values allowed, if these are all.
        unit_hint: an example as it is written, "" for none.
        meaning: one line.
    """

    path: str
    label: str
    kind: str
    value: Any
    default: Any
    choices: tuple[Any, ...]
    unit_hint: str
    meaning: str


class Group(NamedTuple):
    """A table of the scene.

    Attributes:
        title: what it is called.
        path: as in `--set`; "" for the scene itself.
        fields: its values.
    """

    title: str
    path: str
    fields: tuple[FormField, ...]


def knobs(document: SceneDocument) -> tuple[FormKnob, ...]:
    """Return the knobs of a scene in their order."""
    found = []
    for name, knob in document.scene.knobs.items():
        low, high = knob.range or (None, None)
        numbers = (knob.value, *(knob.range or ()))
        whole = all(isinstance(each, int) and not isinstance(each, bool) for each in numbers)
        path = f"knobs.{_part(name)}"
        found.append(FormKnob(name, knob.label or name, path, knob.value, low, high, knob.scale, whole))
    return tuple(found)


def form(document: SceneDocument) -> tuple[Group, ...]:
    """Return the groups of a scene."""
    return tuple(group for group in _Form(document.data).groups() if group.fields)


class _Form:
    """The data of a scene on its way into groups."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.decided = _decided(data)

    def groups(self) -> Iterator[Group]:
        """Yield groups in order; those without a field, too."""
        yield Group("Scene", "", tuple(self.top()))
        for index, (row, path) in enumerate(_rows(self.data, "nic")):
            fields = self.fields(_model("nic"), row, path, decided=self.decided["nic"][index])
            yield Group(f"NIC {row.get('name', index)}", path, tuple(fields))
        yield Group("Host", "host", tuple(self.fields(_model("host"), self.data.get("host", {}), "host")))
        yield from self.sockets()
        for table, title in (("app", "Program"), ("flow", "Flow")):
            for index, (row, path) in enumerate(_rows(self.data, table)):
                fields = self.fields(_model(table), row, path)
                yield Group(f"{title} {row.get('name', index)}", path, tuple(fields))
        yield Group("Script", "", tuple(self.script()))

    def sockets(self) -> Iterator[Group]:
        """Yield a group for each socket of each program."""
        for row, path in _rows(self.data, "app"):
            for index, socket in enumerate(row.get("listen", ())):
                where = f"{path}.listen.{index}"
                title = f"Socket {row.get('name')} {socket.get('udp', '')}".rstrip()
                yield Group(title, where, tuple(self.fields(_model("app", "listen"), socket, where)))

    def top(self) -> Iterator[FormField]:
        """Yield the scene's own values, those of `record` included."""
        for key in keys_of(Scene):
            if key.name == "record" and key.table is not None:
                yield from self.fields(key.table, self.data.get("record", {}), "record", "record.")
            elif key.table is None and key.name not in (*_LEFT_OUT, "setup"):
                yield self.field(key, self.data, key.name, key.name)

    def script(self) -> Iterator[FormField]:
        """Yield what happens to the host: the setup, and each change at a moment."""
        setup = key_at("setup")
        if setup is not None:
            yield self.field(setup, self.data, "setup", "setup")
        for index, row in enumerate(self.data.get("at", ())):
            for field in self.fields(_model("at"), row, f"at.{index}", f"at[{index}]."):
                if field.value is not None:  # a row is one change, and stays of its kind
                    yield field

    def fields(
        self,
        model: type[BaseModel],
        row: Mapping[str, Any],
        path: str,
        before: str = "",
        decided: Mapping[str, Any] | None = None,
    ) -> Iterator[FormField]:
        """Yield the values of a table; a table in it that the file has is told key by key.

        Args:
            model: What may stand in the table.
            row: What does.
            path: Its path.
            before: What stands before each label.
            decided: Values that the scene's other keys decide where the file leaves them out.
        """
        for key in keys_of(model):
            if not key.built or key.kind is KeyKind.TABLES:
                continue
            below = row.get(key.name)
            where, label = f"{path}.{key.name}", f"{before}{key.name}"
            if key.table is not None and not key.free and isinstance(below, dict):
                yield from self.fields(key.table, below, where, f"{label}.")
                continue
            field = self.field(key, row, where, label)
            known = (decided or {}).get(key.name)
            yield field if known is None or field.value is not None else field._replace(default=known)

    def field(self, key: Key, row: Mapping[str, Any], path: str, label: str) -> FormField:
        """Return one value."""
        choices = key.choices if key.kind is KeyKind.CHOICE else ()
        if key.refers:
            choices = tuple(each["name"] for each in self.data.get(key.refers, ()))
        hint = key.examples[0] if key.examples else ""
        return FormField(
            path, label, str(key.kind), row.get(key.name), key.default, choices, hint, key.meaning
        )


def _rows(data: Mapping[str, Any], table: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Yield the rows of an array of tables with their paths: by name, as that stays when others come."""
    rows = data.get(table, ())
    for index, row in enumerate(rows):
        name = row.get("name")
        plain = (
            isinstance(name, str)
            and "${" not in name
            and not {'"', "'"} <= set(name)
            and name.strip() == name
        )
        yield row, f"{table}.{_part(name) if plain and name else index}"


def _part(name: str) -> str:
    """Return a name as a part of a path."""
    if _SIMPLE.fullmatch(name):
        return name
    return f"'{name}'" if '"' in name else f'"{name}"'


def _model(*names: str) -> type[BaseModel]:
    """Return the table that some names lead to."""
    key = key_at(*names)
    if key is None or key.table is None:
        raise RuntimeError(f"the format has no table {'.'.join(names)}")
    return key.table


def _decided(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the data with what a scene means by what it leaves out."""
    try:
        return filled(substituted(data))
    except Refused:
        return data
