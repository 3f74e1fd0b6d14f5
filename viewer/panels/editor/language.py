"""What the editor asks of the scene's language: completions and the form. Tests give it a smaller one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from engine.scenario.completion import Completions, complete
from engine.scenario.document import SceneDocument
from engine.scenario.form import Group, form


@dataclass(frozen=True)
class Language:
    """What knows the scene's language.

    Attributes:
        complete: from a text and a place in it to what may stand there.
        form: from a checked scene to its groups of fields.
    """

    complete: Callable[[str, int], Completions]
    form: Callable[[SceneDocument], Sequence[Group]]


SCENES: Final = Language(complete, form)
"""The language of scene files."""
