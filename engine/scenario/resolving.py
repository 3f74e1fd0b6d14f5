"""From what a file says to the scene of one run: variant, settings and knobs, applied in this order.

What a variant or a setting wrote keeps its origin, so that an error names the line (or the `--set`) at fault
and not the table that it changed.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from engine.scenario.complaints import complaint
from engine.scenario.errors import KeyPath, Refused, SceneError, below, unknown_name, value_text
from engine.scenario.knobs import substituted
from engine.scenario.overrides import Override, parse_set, put, sysctl_command
from engine.scenario.places import Place
from engine.scenario.schema import Scene, scene_of


@dataclass(frozen=True)
class Origin:
    """Where a value of a resolved scene was written.

    Attributes:
        path: Its path in the file; empty if it came from elsewhere.
        elsewhere: What to call that, such as `--set host.cpus=2`; empty if the file is meant.
    """

    path: KeyPath = ()
    elsewhere: str = ""


@dataclass(frozen=True)
class ScriptLine:
    """A line of the setup script: its text, and the string that it is a line of, counted from 0."""

    text: str
    origin: Origin
    number: int


@dataclass(frozen=True)
class Resolution:
    """A scene with its variant and settings applied, and the way back to who wrote what.

    Attributes:
        file: What errors call the file.
        places: The line of every key of the file.
        data: The resolved data, knobs filled in.
        origins: Paths of the resolved data that were written elsewhere than at that path.
        scene: The scene.
        setup: The lines of `scene.setup`.
    """

    file: str
    places: Mapping[KeyPath, Place] = field(repr=False)
    data: dict[str, Any] = field(repr=False)
    origins: Mapping[KeyPath, Origin] = field(repr=False)
    scene: Scene
    setup: tuple[ScriptLine, ...]

    def error(self, path: KeyPath, problem: str, *, value: object = None, nearest: str = "") -> SceneError:
        """Return (not raise) an error at a key of the resolved scene.

        Args:
            path: The key, such as `("host", "costs", "ip_rcv")`.
            problem: What is wrong and what is allowed.
            value: What to quote; None quotes what stands there, if it is short.
            nearest: The valid name that may have been meant.
        """
        quoted = value_text(value) if value is not None else _quoted(self.data, path)
        return _placed(
            Refused(problem, nearest=nearest, key=path), quoted, self.file, self.places, self.origins
        )

    def refused(self, refused: Refused, path: KeyPath = ()) -> SceneError:
        """Return (not raise) a refusal with its place: `path`, then the refusal's own key below it."""
        return self.error((*path, *refused.key), refused.problem, nearest=refused.nearest)

    def setup_error(self, line: int, problem: str, *, nearest: str = "") -> SceneError:
        """Return (not raise) an error in a line of the setup script, counted from 0."""
        written = self.setup[line]
        quoted = value_text(written.text)
        if written.origin.elsewhere:
            return SceneError(problem, file=written.origin.elsewhere, value=quoted, nearest=nearest)
        place = self.places[written.origin.path]
        where = place.content + written.number * place.step
        return SceneError(
            problem, file=self.file, line=where, path=written.origin.path, value=quoted, nearest=nearest
        )


def resolved(
    file: str,
    written: Mapping[str, Any],
    places: Mapping[KeyPath, Place],
    variant: str | None,
    sets: Sequence[str],
) -> Resolution:
    """Apply variant, settings and knobs in this order, then check.

    Args:
        file: What errors call the file.
        written: The data of the file.
        places: The line of every key of the file.
        variant: The name of a variant, or None.
        sets: `PATH=VALUE` texts, applied last.

    Raises:
        SceneError: No variant of that name, or what they make is no scene.
    """
    build = _Build(file, places, deepcopy(dict(written)))
    if variant is not None:
        build.apply_variant(variant)
    for text in sets:
        build.apply_set(text)
    return build.finished()


@dataclass
class _Build:
    """A scene on its way from the file to the checked models."""

    file: str
    places: Mapping[KeyPath, Place]
    data: dict[str, Any]
    origins: dict[KeyPath, Origin] = field(default_factory=dict)
    scripts: list[tuple[str, Origin]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if isinstance(self.data.get("setup"), str):
            self.scripts.append((self.data["setup"], Origin(("setup",))))

    def apply_variant(self, name: str) -> None:
        """Apply a variant's `set`, `setup` and `at`; what is malformed in them is left to the validator."""
        rows = self.data.get("variant", [])
        names = [row.get("name") for row in rows if isinstance(row, dict)]
        if name not in names:
            refused = unknown_name("variant", name, [each for each in names if isinstance(each, str)])
            raise SceneError(refused.problem, file=self.file, nearest=refused.nearest)
        index = names.index(name)
        row = deepcopy(rows[index])
        for path, value in row.get("set", {}).items():
            self.put(Override(path, value), Origin(("variant", index, "set", path)))
        if row.get("setup"):
            self.scripts.append((row["setup"], Origin(("variant", index, "setup"))))
        for number, change in enumerate(row.get("at", [])):
            changes = self.data.setdefault("at", [])
            self.origins["at", len(changes)] = Origin(("variant", index, "at", number))
            changes.append(change)

    def apply_set(self, text: str) -> None:
        """Apply a `PATH=VALUE` from outside the file."""
        origin = Origin(elsewhere=f"--set {text}")
        try:
            override = parse_set(text)
        except Refused as refused:
            raise SceneError(refused.problem, file=origin.elsewhere, nearest=refused.nearest) from refused
        self.put(override, origin)

    def put(self, override: Override, origin: Origin) -> None:
        """Set one value, or add one sysctl to the script."""
        try:
            command = sysctl_command(override)
            if command is not None:
                self.scripts.append((command, origin))
                return
            self.origins[put(self.data, override)] = origin
            if override.path == "setup":  # instead of the scene's, while a variant's own `setup` is appended
                self.scripts = [(override.value, origin)] if isinstance(override.value, str) else []
        except Refused as refused:
            found = Refused(refused.problem, nearest=refused.nearest)
            raise _placed(found, "", self.file, self.places, {(): origin}) from refused

    def finished(self) -> Resolution:
        """Fill in the knobs, check everything, and return the result."""
        lines: tuple[ScriptLine, ...] = ()
        if self.scripts:
            # Joined by a line end each, so that every line keeps its number in its own string.
            self.data["setup"] = "\n".join(text for text, _ in self.scripts)
        try:
            data = substituted(self.data)
            if self.scripts:
                lines = self.script_lines()
            return Resolution(self.file, self.places, data, self.origins, scene_of(data), lines)
        except ValidationError as error:
            refused = complaint(error, data, lambda path: self.line_of(path) or 0)
            quoted = _quoted(data, refused.key)
        except Refused as found:
            refused, quoted = found, _quoted(self.data, found.key)
        raise _placed(refused, quoted, self.file, self.places, self.origins)

    def script_lines(self) -> tuple[ScriptLine, ...]:
        """Return the script's lines, knobs filled in, with where each was written."""
        knobs = self.data.get("knobs", {})
        lines: list[ScriptLine] = []
        for text, origin in self.scripts:
            filled = str(substituted({"knobs": knobs, "setup": text})["setup"])
            lines += [ScriptLine(line, origin, number) for number, line in enumerate(filled.split("\n"))]
        return tuple(lines)

    def line_of(self, path: KeyPath) -> int | None:
        """Return the line that a path of the resolved data comes from."""
        return _placed(Refused("", key=path), "", self.file, self.places, self.origins).line


def _placed(
    refused: Refused,
    quoted: str,
    file: str,
    places: Mapping[KeyPath, Place],
    origins: Mapping[KeyPath, Origin],
) -> SceneError:
    """Return a refusal as an error with its place; `refused.key` is a path of the resolved data."""
    path = refused.key
    for length in range(len(path), -1, -1):
        origin = origins.get(path[:length])
        if origin is None:
            continue
        if origin.elsewhere:
            return SceneError(
                refused.problem, file=origin.elsewhere, path=path, value=quoted, nearest=refused.nearest
            )
        path = (*origin.path, *path[length:])
        break
    else:
        for made, origin in origins.items():  # a table made only by setting something in it
            if origin.elsewhere and path and path not in places and made[: len(path)] == path:
                return SceneError(refused.problem, file=origin.elsewhere, path=path, nearest=refused.nearest)
    line = line_of(places, path)
    return SceneError(refused.problem, file=file, line=line, path=path, value=quoted, nearest=refused.nearest)


def line_of(places: Mapping[KeyPath, Place], path: KeyPath) -> int | None:
    """Return the line of a key, or of what is around it."""
    return next((places[path[:n]].line for n in range(len(path), 0, -1) if path[:n] in places), None)


def _quoted(data: object, path: KeyPath) -> str:
    """Return the value at a path as an error quotes it; nothing for large tables and what is not there."""
    node = data
    try:
        for part in path:
            node = below(node, part)
    except LookupError:
        return ""
    if not path or (isinstance(node, dict | list) and len(str(node)) > 40):
        return ""
    return value_text(node)
