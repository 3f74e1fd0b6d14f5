"""SOURCE: which scene is meant. A file, or a packaged scene by its name or the first part of it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.scenario.errors import Refused, listed, nearest_name

if TYPE_CHECKING:
    from engine.scenario.document import SceneDocument

DEFAULT_SCENE: Final = "default"
ENDING: Final = ".toml"


@cache
def scene_names() -> tuple[str, ...]:
    """Return the names of the packaged scenes, in order."""
    entries = (entry.name for entry in files("scenes").iterdir())
    return tuple(sorted(name.removesuffix(ENDING) for name in entries if name.endswith(ENDING)))


def packaged_name(source: str) -> str | None:
    """Return the packaged scene that a name means: its whole name, or all before one of its hyphens."""
    name = Path(source).name.removesuffix(ENDING) if source.startswith("scenes/") else source
    name = name.removesuffix(ENDING).casefold()
    return next((each for each in scene_names() if f"{each}-".startswith(f"{name}-")), None)


def is_source(text: str) -> bool:
    """Return whether a word is meant as a scene rather than as a command."""
    return text.endswith(ENDING) or "/" in text or Path(text).is_file() or packaged_name(text) is not None


def find_source(source: str | None) -> Path:
    """Return the file of a scene; None means the default one.

    Raises:
        Refused: No such file and no packaged scene of that name.
    """
    if source is not None and Path(source).exists():
        return Path(source)
    name = packaged_name(source if source is not None else DEFAULT_SCENE)
    if name is None:
        names = scene_names()
        short = (each.partition("-")[0] for each in names)
        nearest = nearest_name(str(source).removesuffix(ENDING), [*names, *short])
        raise Refused(f'no file "{source}"; packaged scenes: {listed(names)}', nearest=nearest)
    return Path(str(files("scenes") / f"{name}{ENDING}"))


def load_source(source: str | None) -> SceneDocument:
    """Return the scene of a file or of a packaged name; a packaged one is called by its place in the project.

    Raises:
        Refused: There is none, or it is broken.
    """
    from engine.scenario.document import (
        load,  # brings pydantic, which the window's first frame does not wait for
    )

    path = find_source(source)
    packaged = source is None or not Path(source).exists()
    return load(path, name=f"scenes/{path.name}" if packaged else str(path))
