"""From the validator's findings to the one sentence that a person reads.

Pydantic reports everything at once, with tags of unions in its locations; here each finding gets the path
that the file knows and words of ours, and the most helpful one is chosen: a misspelt key before what misses
because of it, then the first in the file.
"""

import types
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from engine.scenario.errors import KeyPath, Refused, below, listed, nearest_name
from engine.scenario.schema import Scene

_KINDS: Final[Mapping[str, str]] = {
    "string_type": "a string",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "an array",
    "list_type": "an array",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
}

_BOUNDS: Final[Mapping[str, tuple[str, str]]] = {
    "greater_than_equal": ("ge", "must be at least {}"),
    "greater_than": ("gt", "must be above {}"),
    "less_than_equal": ("le", "must be at most {}"),
    "less_than": ("lt", "must be below {}"),
    "literal_error": ("expected", "must be {}"),
    "string_pattern_mismatch": ("pattern", "must match {}"),
    "too_short": ("min_length", "must have at least {} elements"),
    "too_long": ("max_length", "must have at most {} elements"),
    "string_too_short": ("min_length", "must have at least {} characters"),
}


def complaint(error: ValidationError, data: object, line_of: Callable[[KeyPath], int]) -> Refused:
    """Return the most helpful finding; its `key` is the full path.

    Args:
        error: What the validator found.
        data: The data that was validated.
        line_of: The line of a path, to prefer what stands first.
    """
    by_path: dict[KeyPath, list[ErrorDetails]] = {}
    for details in error.errors():
        by_path.setdefault(_real_path(details, data), []).append(details)
    complaints = [_refused(path, findings) for path, findings in by_path.items()]
    return min(complaints, key=lambda each: (not (each.nearest and _is_unknown_key(each)), line_of(each.key)))


def _is_unknown_key(refused: Refused) -> bool:
    return refused.problem.startswith("unknown key")


def _real_path(details: ErrorDetails, data: object) -> KeyPath:
    """Return the location without the validator's own tags."""
    path: KeyPath = ()
    node = data
    *_, last = (None, *details["loc"])
    for part in details["loc"]:
        try:
            path, node = (*path, part), below(node, part)
        except LookupError:  # a tag of the validator, unless it names what is missing
            if details["type"] == "missing" and part == last:
                path = (*path, part)
    refused = details.get("ctx", {}).get("error")
    return (*path, *refused.key) if isinstance(refused, Refused) else path


def _refused(path: KeyPath, findings: list[ErrorDetails]) -> Refused:
    """Return one finding, or the several that a union makes of one, in our words."""
    first = findings[0]
    refused = first.get("ctx", {}).get("error")
    if isinstance(refused, Refused):
        return Refused(refused.problem, nearest=refused.nearest, key=path)
    if first["type"] == "missing":
        return Refused("missing; it must be given", key=path)
    if first["type"] == "extra_forbidden":
        keys = keys_at(path[:-1])
        return Refused(
            f"unknown key; known: {listed(keys, 40)}", nearest=nearest_name(str(path[-1]), keys), key=path
        )
    kinds = list(dict.fromkeys(_KINDS[each["type"]] for each in findings if each["type"] in _KINDS))
    if kinds:
        return Refused("must be " + " or ".join(kinds), key=path)
    if first["type"] in _BOUNDS:
        name, sentence = _BOUNDS[first["type"]]
        return Refused(sentence.format(first.get("ctx", {}).get(name)), key=path)
    return Refused(first["msg"], key=path)


def keys_at(path: KeyPath) -> list[str]:
    """Return the keys that a table of the scene file may have; none for a table of free keys."""
    kind: Any = Scene
    for part in path:
        kind = _below(kind, part)
    model = _bare(kind)
    return list(model.model_fields) if _is_model(model) else []


def _below(annotation: Any, part: str | int) -> Any:
    """Return the annotation of what stands at one key or index of an annotated value."""
    kind = _bare(annotation)
    if _is_model(kind):
        field = kind.model_fields.get(str(part))
        return field.annotation if field else None
    inner = [each for each in get_args(kind) if each is not Ellipsis]
    return inner[-1] if inner and get_origin(kind) in (tuple, dict) else None


def _bare(annotation: Any) -> Any:
    """Return an annotation without metadata, and of a choice the part that has keys or elements."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [_bare(each) for each in get_args(annotation)]
        return next((each for each in inner if _is_model(each) or get_args(each)), None)
    return annotation


def _is_model(kind: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and not get_args(kind) and issubclass(kind, BaseModel)
