"""How far the chapters of a scene, which tell of it as written, hold for a variant of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.scenario.document import SceneDocument, resolve

_TOLD = ("title", "question", "chapter", "expect", "knobs", "variant", "at")
"""Tables in which a difference changes nothing that happens, and the changes in mid-run themselves."""


def holds_until(document: SceneDocument, variant: str, sets: Sequence[str] = ()) -> int | None:
    """Return the nanosecond from which the chapters may tell of what does not happen in a variant.

    0 where more than a change in mid-run makes it another scene; None where nothing does, and where it has chapters
    of its own.

    Raises:
        SceneError: No variant of that name, or what it makes is no scene.
    """
    mine, written = resolve(document, variant, sets), resolve(document, None, sets)
    if mine.chapter != written.chapter:
        return None
    if _what_happens(mine.model_dump()) != _what_happens(written.model_dump()):
        return 0
    own = [row for row in (*mine.at, *written.at) if (row in mine.at) != (row in written.at)]
    return min((int(row.time) for row in own), default=None)


def _what_happens(scene: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in scene.items() if key not in _TOLD}
