"""Knobs: `${name}` in any string of a scene becomes the value of `knobs.name`.

A string that is nothing but one `${name}` takes the value as it is, so that a number stays one
(`cpus = "${cpus}"`); inside a longer string the value is spelled as TOML spells it.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from engine.scenario.errors import KeyPath, Refused, unknown_name

_KNOB = re.compile(r"\$\{([^}]*)\}")

UNTOUCHED: Final = ("knobs", "variant")
"""Tables left as written: knobs have values of their own, a variant is read when it is chosen."""


def knob_values(data: Mapping[str, Any]) -> dict[str, object]:
    """Return the values of the knobs that are well enough formed to have one."""
    knobs = data.get("knobs")
    if not isinstance(knobs, dict):
        return {}
    return {name: knob["value"] for name, knob in knobs.items() if isinstance(knob, dict) and "value" in knob}


def substituted(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of a scene with every `${name}` replaced.

    Raises:
        Refused: A name is no knob; its `key` is the path of the string.
    """
    values = knob_values(data)
    return {
        name: value if name in UNTOUCHED else _substituted(value, values, (name,))
        for name, value in data.items()
    }


def _substituted(value: object, knobs: Mapping[str, object], path: KeyPath) -> object:
    """Return one value with the knobs in it replaced."""
    if isinstance(value, dict):
        return {key: _substituted(each, knobs, (*path, key)) for key, each in value.items()}
    if isinstance(value, list):
        return [_substituted(each, knobs, (*path, index)) for index, each in enumerate(value)]
    if not isinstance(value, str) or "${" not in value:
        return value
    for match in _KNOB.finditer(value):
        if match[1] not in knobs:
            raise unknown_name("knob", match[1], knobs, key=path)
    if value.count("${") != len(_KNOB.findall(value)):
        raise Refused("a ${ is not closed", key=path)
    whole = _KNOB.fullmatch(value)
    if whole:
        return knobs[whole[1]]
    return _KNOB.sub(lambda match: _spelled(knobs[match[1]]), value)


def _spelled(value: object) -> str:
    """Return a knob's value as text inside a string."""
    return str(value).lower() if isinstance(value, bool) else str(value)
