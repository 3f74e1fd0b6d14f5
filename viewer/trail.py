"""The way that the inspector went: what was selected, one after the other, back and forward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

MOST = 100
T = TypeVar("T")


class Trail(Generic[T]):
    """A list of places with a place in it; going somewhere new forgets what lay ahead."""

    def __init__(self) -> None:
        self._been: list[T] = []
        self._here = -1

    def visit(self, place: T) -> None:
        """Be somewhere else."""
        if 0 <= self._here < len(self._been) and self._been[self._here] == place:
            return
        self._been = [*self._been[: self._here + 1], place][-MOST:]
        self._here = len(self._been) - 1

    @property
    def can_go_back(self) -> bool:
        """Whether there is something before."""
        return self._here > 0

    @property
    def can_go_forward(self) -> bool:
        """Whether there is something after."""
        return self._here + 1 < len(self._been)

    def back(self) -> T | None:
        """The place before, which one is at then; None at the beginning."""
        if not self.can_go_back:
            return None
        self._here -= 1
        return self._been[self._here]

    def forward(self) -> T | None:
        """The place after; None at the end."""
        if not self.can_go_forward:
            return None
        self._here += 1
        return self._been[self._here]

    def keep(self, wanted: Callable[[T], bool]) -> None:
        """Forget the places that are no more."""
        here = sum(wanted(place) for place in self._been[: self._here + 1]) - 1
        self._been = [place for place in self._been if wanted(place)]
        self._here = min(max(here, 0), len(self._been) - 1)

    def clear(self) -> None:
        """Forget the way."""
        self._been, self._here = [], -1
