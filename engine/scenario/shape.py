"""What may be written in a table of the scene file, key by key, for forms and for completion.

Everything is taken from the models and their JSON Schema: names, meanings, defaults, what may stand there, and
whether it is built yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from engine.scenario.complaints import _bare
from engine.scenario.errors import Refused
from engine.scenario.json_schema import json_schema
from engine.scenario.schema import Scene
from engine.scenario.table import NOT_BUILT, RATE_SCHEMA, SIZE_SCHEMA, TIME_SCHEMA
from engine.scenario.units import format_ns


class KeyKind(StrEnum):
    """What the value of a key is."""

    TEXT = "text"
    BOOL = "bool"
    INT = "int"
    NUMBER = "number"
    TIME = "time"
    SIZE = "size"
    RATE = "rate"
    CHOICE = "choice"
    LIST = "list"
    TABLE = "table"
    TABLES = "tables"


_SIMPLE: Final = {
    "boolean": KeyKind.BOOL,
    "integer": KeyKind.INT,
    "number": KeyKind.NUMBER,
    "array": KeyKind.LIST,
    "object": KeyKind.TABLE,
}

_REFERS: Final = {("Flow", "nic"): "nic", ("AppChange", "name"): "app"}
"""Keys whose value is a name that the scene gives elsewhere; the loader looks these up."""


@dataclass(frozen=True)
class Key:
    """A key of a table.

    Attributes:
        name: The key.
        meaning: One line.
        kind: What its value is.
        required: Whether the table needs it.
        default: What holds without it, as a file would spell it; None for nothing that could be spelled.
        choices: The values allowed, if these are all (of a list: of its elements); those that are built.
        examples: Some values as they are written.
        built: Whether a scene may use it yet.
        table: The table that stands there, or whose rows stand there; None for other values.
        free: Whether the keys of that table are names of one's own.
        refers: The array of tables of which one is named here ("nic"), "" for none.
    """

    name: str
    meaning: str
    kind: KeyKind
    required: bool
    default: Any
    choices: tuple[Any, ...]
    examples: tuple[str, ...]
    built: bool
    table: type[BaseModel] | None
    free: bool
    refers: str = ""


@cache
def keys_of(model: type[BaseModel]) -> tuple[Key, ...]:
    """Return the keys of a table in the order of the format."""
    properties = _properties(model)
    needed = _schema()["required"] if model is Scene else ()
    return tuple(
        replace(
            _key(name, field, properties[name], required=field.is_required() or name in needed),
            refers=_REFERS.get((model.__name__, name), ""),
        )
        for name, field in model.model_fields.items()
    )


def key_at(*names: str) -> Key | None:
    """Return the key that some names lead to, indices left out: `key_at("app", "listen", "udp")`; None if none."""
    table: type[BaseModel] | None = Scene
    found: Key | None = None
    if names[:2] == ("variant", "at"):  # kept as it is written until the variant is chosen
        names = names[1:]
    for name in names:
        if found is not None and found.free:
            found = _free(found, name)
        else:
            found = next((key for key in keys_of(table) if key.name == name), None) if table else None
        if found is None:
            return None
        table = None if found.free else found.table
    return found


def table_at(*names: str) -> tuple[Key, ...]:
    """Return the keys of the table that some names lead to; none for a table of free keys and for other values."""
    if not names:
        return keys_of(Scene)
    found = key_at(*names)
    return keys_of(found.table) if found is not None and found.table is not None and not found.free else ()


def _free(key: Key, name: str) -> Key | None:
    """Return what stands under a free name of a table."""
    if key.table is None:
        return None
    about = (key.table.__doc__ or "").strip().split("\n")[0]
    return Key(name, about, KeyKind.TABLE, False, None, (), (), key.built, key.table, False)


def _properties(model: type[BaseModel]) -> dict[str, Any]:
    schema = _schema()
    table = schema if model is Scene else schema["$defs"][model.__name__]
    properties: dict[str, Any] = table["properties"]
    return properties


@cache
def _schema() -> dict[str, Any]:
    return json_schema()


def _key(name: str, field: FieldInfo, schema: dict[str, Any], *, required: bool) -> Key:
    """Return a key from its field and its schema."""
    annotation = _bare(field.annotation)
    inner = [each for each in get_args(annotation) if each is not Ellipsis]
    table = _bare(inner[-1]) if inner and get_origin(annotation) in (tuple, dict) else annotation
    is_table = isinstance(table, type) and not get_args(table) and issubclass(table, BaseModel)
    kind, choices, examples = _described(schema)
    if is_table and get_origin(annotation) is tuple:
        kind = KeyKind.TABLES
    free = get_origin(annotation) is dict
    built = _built(field) and not (is_table and NOT_BUILT in (table.__doc__ or "").lower())
    if built and is_table and not free:
        built = any(key.built for key in keys_of(table))
    return Key(
        name,
        schema.get("description", ""),
        kind,
        required,
        _default(field, kind, schema),
        tuple(each for each in choices if _accepted(field, each)),
        examples,
        built,
        table if is_table else None,
        free,
    )


def _variants(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what may stand for a value, one kind each; a knob in its place left out."""
    if "$ref" in schema:
        yield from _variants(_schema()["$defs"][schema["$ref"].rpartition("/")[2]])
    elif "anyOf" in schema:
        for each in schema["anyOf"]:
            yield from _variants(each)
    elif r"\$\{" not in schema.get("pattern", ""):
        yield schema


def _described(schema: dict[str, Any]) -> tuple[KeyKind, tuple[Any, ...], tuple[str, ...]]:
    """Return kind, closed choices and examples of a value."""
    every = list(_variants(schema))
    examples = tuple(dict.fromkeys(text for each in every for text in _examples(each)))
    first = every[0]
    if first.get("type") == "array" and isinstance(first.get("items"), dict):
        return KeyKind.LIST, _closed(list(_variants(first["items"]))), examples
    if choices := _closed(every):
        return KeyKind.CHOICE, choices, examples
    patterns = [each.get("pattern") for each in every]
    for kind, pattern in (
        (KeyKind.TIME, TIME_SCHEMA["pattern"]),
        (KeyKind.RATE, RATE_SCHEMA["pattern"]),
        (KeyKind.SIZE, SIZE_SCHEMA["anyOf"][1]["pattern"]),
    ):
        if pattern in patterns:
            return kind, (), examples
    types = {str(each.get("type")) for each in every}
    if "boolean" in types and len(types) > 1:  # anything
        return KeyKind.TEXT, (), examples
    return _SIMPLE.get(str(first.get("type")), KeyKind.TEXT), (), examples


def _examples(schema: dict[str, Any]) -> list[str]:
    """Return words and examples that a schema names."""
    return [*([schema["const"]] if isinstance(schema.get("const"), str) else []), *schema.get("examples", [])]


def _closed(every: list[dict[str, Any]]) -> tuple[Any, ...]:
    """Return the values that may stand there, if a list of them is all there is."""
    if not all("enum" in each or "const" in each for each in every):
        return ()
    return tuple(value for each in every for value in each.get("enum", [each.get("const")]))


def _default(field: FieldInfo, kind: KeyKind, schema: dict[str, Any]) -> Any:
    """Return a default as a file would spell it, None where it could not."""
    value = field.default
    if kind is KeyKind.TIME and isinstance(value, int) and not isinstance(value, bool):
        return format_ns(value).replace(" ", "")
    if isinstance(value, str):
        return str(value)
    return value if kind is KeyKind.CHOICE and isinstance(value, int) else schema.get("default")


def _built(field: FieldInfo) -> bool:
    """Return whether some value of a key is not refused as not built."""
    return not str(_refusal(field, object())).startswith(NOT_BUILT)


def _accepted(field: FieldInfo, value: object) -> bool:
    """Return whether one of the choices of a key is built."""
    return not str(_refusal(field, value)).startswith(NOT_BUILT)


def _refusal(field: FieldInfo, value: object) -> Refused | None:
    """Return why the checks before all others refuse a value."""
    checks = [each for each in _metadata(field) if isinstance(each, BeforeValidator)]
    for check in checks:
        try:
            check.func(value)  # type: ignore[call-arg]  # those of the scene take the value alone
        except Refused as refused:
            return refused
    return None


def _metadata(field: FieldInfo) -> Iterator[Any]:
    """Yield what is said about a field and about the elements of its list."""
    yield from field.metadata
    for inner in get_args(field.annotation):
        yield from getattr(inner, "__metadata__", ())
