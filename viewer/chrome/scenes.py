"""The scenes that come with the program, and those opened lately."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QSettings

RECENT_MOST = 8
DEFAULT = "default"


class Packaged(NamedTuple):
    """A scene of the program: its file, title and question."""

    path: Path
    title: str
    question: str


@lru_cache(maxsize=1)
def packaged() -> tuple[Packaged, ...]:
    """The scenes beside `scenes/__init__.py`, by file name; the default one first."""
    folder = resources.files("scenes")
    found = []
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.name.endswith(".toml"):
            told = tomllib.loads(entry.read_text(encoding="utf-8"))
            path = Path(str(entry))
            found.append(Packaged(path, str(told.get("title", path.stem)), str(told.get("question", ""))))
    return tuple(sorted(found, key=lambda one: one.path.stem != DEFAULT))


def default_scene() -> Path | None:
    """What opens when nothing else is asked for; None when the program has no scenes."""
    scenes = packaged()
    return scenes[0].path if scenes else None


def recent(settings: QSettings) -> list[str]:
    """Files opened lately that still exist, the latest first."""
    value = settings.value("recent", [])
    paths = [value] if isinstance(value, str) else list(value) if isinstance(value, list) else []
    return [str(path) for path in paths if Path(str(path)).is_file()]


def remember(settings: QSettings, path: str) -> None:
    """Put a file first among those opened lately."""
    kept = [other for other in recent(settings) if other != path]
    settings.setValue("recent", [path, *kept][:RECENT_MOST])
