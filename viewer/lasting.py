"""What was worked out of the timelines that are looked at, kept until what it was made of is another.

A timeline can be hundreds of megabytes, and a panel that nobody sees does not hear that another one is shown. So
whoever keeps something that holds a timeline keeps it here, and the session lets go of all of it at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, cast
from weakref import WeakSet

T = TypeVar("T")

_NEVER = object()


class Lasting(Generic[T]):
    """One thing that is made again when what it is made of is another.

    Args:
        kept: where it is let go of together with all others.
    """

    def __init__(self, kept: Kept) -> None:
        self._of: object = _NEVER
        self._made: T | None = None
        kept.add(self)

    def of(self, key: object, make: Callable[[], T]) -> T:
        """The thing; `make` is called when `key` is not what it was the last time."""
        if self.changed(key):
            self._made = make()
        return cast("T", self._made)

    def changed(self, key: object) -> bool:
        """Whether `key` is not what it was the last time; it is remembered."""
        if self._of is not _NEVER and self._of == key:
            return False
        self.forget()
        self._of = key
        return True

    def put(self, thing: T) -> None:
        """Keep a thing that others made."""
        self._of, self._made = None, thing

    @property
    def last(self) -> T | None:
        """The thing as it is now; None when it was let go."""
        return self._made

    def forget(self) -> None:
        """Let go of the thing and of what it was made of."""
        self._of, self._made = _NEVER, None


class Kept:
    """All lasting things of one session."""

    def __init__(self) -> None:
        self._all: WeakSet[Lasting[object]] = WeakSet()

    def __len__(self) -> int:
        return len(self._all)

    def add(self, one: Lasting[T]) -> None:
        """Let go of it when the others are."""
        self._all.add(cast("Lasting[object]", one))

    def forget(self) -> None:
        """Let go of everything: a timeline that was looked at no longer is."""
        for one in tuple(self._all):
            one.forget()
