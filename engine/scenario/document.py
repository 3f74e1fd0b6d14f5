"""The scene file as a document: its text, what the text says, and the scenes that can be made of it.

The text is the document. A `SceneDocument` never changes; an edit makes another (`engine.scenario.edit`), so
the one before is what undo goes back to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.scenario.errors import KeyPath, SceneError
from engine.scenario.places import Place
from engine.scenario.resolving import Resolution, line_of, resolved
from engine.scenario.schema import Scene
from engine.scenario.source import parse_toml, read_text


@dataclass(frozen=True)
class SceneDocument:
    """A checked scene file.

    Attributes:
        text: The text as it stands in the file.
        name: What errors call the file.
        folder: Where files that the scene names are looked for; None if the scene has no place of its own.
        data: The text's plain data, knobs not yet filled in. Not to be changed.
        places: The line of every key.
        scene: The scene without a variant.
    """

    text: str
    name: str
    folder: Path | None
    data: Mapping[str, Any] = field(repr=False)
    places: Mapping[KeyPath, Place] = field(repr=False)
    scene: Scene = field(repr=False)

    @property
    def variants(self) -> tuple[str, ...]:
        """The names of the scene's variants, in the order of the file."""
        return tuple(variant.name for variant in self.scene.variant)

    def line_of(self, path: KeyPath) -> int | None:
        """Return the line of a key, or of the nearest table around it that stands in the file."""
        return line_of(self.places, path)

    def error(self, path: KeyPath, problem: str, *, value: object = None, nearest: str = "") -> SceneError:
        """Return (not raise) an error at a key of the scene without a variant."""
        return Resolution(self.name, self.places, dict(self.data), {}, self.scene, ()).error(
            path, problem, value=value, nearest=nearest
        )


def load(source: Path | str, *, name: str | None = None, folder: Path | None = None) -> SceneDocument:
    """Read and check a scene with all its variants.

    Args:
        source: A path to a file, or (as a string) the text itself.
        name: What errors call it; the path, or `<scene>` for a text.
        folder: Where the files it names are looked for; the file's own folder.

    Raises:
        SceneError: Anything in it is wrong.
    """
    if isinstance(source, Path):
        text, name, folder = read_text(source), name or str(source), folder or source.parent
    else:
        text, name = source, name or "<scene>"
    data, places = parse_toml(text, name)
    scene = resolved(name, data, places, None, ()).scene
    for variant in scene.variant:
        resolved(name, data, places, variant.name, ())
    return SceneDocument(text, name, folder, data, places, scene)


def resolve(document: SceneDocument, variant: str | None = None, sets: Sequence[str] = ()) -> Scene:
    """Return the scene that a variant and `PATH=VALUE` settings make of a document.

    Raises:
        SceneError: No variant of that name, or what they make is no scene.
    """
    return resolution(document, variant, sets).scene


def resolution(document: SceneDocument, variant: str | None = None, sets: Sequence[str] = ()) -> Resolution:
    """Return the same as `resolve`, with what is needed to report errors found later.

    Raises:
        SceneError: No variant of that name, or what they make is no scene.
    """
    return resolved(document.name, document.data, document.places, variant, sets)
