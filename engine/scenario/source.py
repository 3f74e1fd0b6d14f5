"""Reading TOML, with one error for all that can be wrong before a scene is looked at."""

import math
import re
import tomllib
from pathlib import Path
from typing import Any, Final

from engine.scenario.errors import KeyPath, SceneError, value_text
from engine.scenario.places import Place, places_of

MAX_BYTES: Final = 4 << 20
"""Longer files are no scenes."""

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


def read_text(path: Path) -> str:
    """Return the text of a scene's file, line ends as they are.

    Raises:
        SceneError: The file cannot be read, is too long, or is not UTF-8.
    """
    file = str(path)
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise SceneError((error.strerror or str(error)).lower(), file=file) from error
    if len(raw) > MAX_BYTES:
        raise SceneError(f"a scene has at most {MAX_BYTES >> 20} MiB", file=file)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SceneError(f"not UTF-8: byte 0x{raw[error.start]:02x}", file=file, line=line) from error


def parse_toml(text: str, file: str) -> tuple[dict[str, Any], dict[KeyPath, Place]]:
    """Return the data of a TOML text, and where each key stands.

    Raises:
        SceneError: Not TOML, or values that no scene has: dates, infinity, numbers past 64 bits.
    """
    try:
        data = tomllib.loads(text)
        places = places_of(text)
        _check(data, (), file, places)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(str(error), text, file) from error
    except RecursionError as error:
        raise SceneError("nested too deeply", file=file) from error
    except ValueError as error:
        if isinstance(error, SceneError):
            raise
        raise SceneError(f"not TOML: {error}", file=file) from error
    return data, places


def _syntax_error(message: str, text: str, file: str) -> SceneError:
    """Return the parser's complaint with its line."""
    found = _PLACE.search(message)
    problem = message[: found.start()] if found else message
    if found and found[1]:
        return SceneError(f"not TOML: {problem} (column {found[2]})", file=file, line=int(found[1]))
    return SceneError(
        f"not TOML: {problem} (the file ends here)", file=file, line=len(text.splitlines()) or 1
    )


def _check(value: object, path: KeyPath, file: str, places: dict[KeyPath, Place]) -> None:
    """Refuse values that TOML has and scenes do not."""
    if isinstance(value, dict):
        for key, each in value.items():
            _check(each, (*path, key), file, places)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            _check(each, (*path, index), file, places)
    else:
        problem = _unfit(value)
        if problem:
            quoted = value_text(str(value) if isinstance(value, float) else value)
            raise SceneError(problem, file=file, line=places[path].line, path=path, value=quoted.strip('"'))


def _unfit(value: object) -> str:
    """Return why a plain value fits no scene, or nothing."""
    if not isinstance(value, bool | int | float | str):
        return "a scene has no dates and times of day"
    if isinstance(value, float) and not math.isfinite(value):
        return "must be a finite number"
    if isinstance(value, int) and abs(value) >= 1 << 64:
        return "must fit in 64 bits"
    return ""
