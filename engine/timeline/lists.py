"""A list whose membership is recorded: one field (list id and order key) in each member.

Push, pop, remove and splice cost one delta a member, and the contents of any list at any step come from a
sort of its members' links.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, Generic, Protocol, TypeVar

from engine.timeline.recorder import Recorder
from engine.timeline.schema import LINK_SHIFT


class Linked(Protocol):
    """What a member must have: the recorded field `link`."""

    link: int


T = TypeVar("T", bound=Linked)

ORDER_MIDDLE = 1 << (LINK_SHIFT - 1)
OFF_LIST = 0


class RecordedList(Generic[T]):
    """A doubly ended list of recorded objects.

    Attributes:
        id: the list's number in the timeline.
        items: the members in order; read it, change it only through the methods.
    """

    __slots__ = ("_first", "_key", "_next", "id", "items")

    def __init__(self, recorder: Recorder, owner: int, name: str) -> None:
        self.id = recorder.new_list(owner, name)
        self._key = self.id << LINK_SHIFT
        self._next = self._key + ORDER_MIDDLE
        self._first = self._next - 1
        self.items: deque[T] = deque()

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def append(self, member: T) -> None:
        """Put a member at the tail."""
        member.link = self._next
        self._next += 1
        self.items.append(member)

    def appendleft(self, member: T) -> None:
        """Put a member at the head."""
        member.link = self._first
        self._first -= 1
        self.items.appendleft(member)

    def popleft(self) -> T:
        """Take the head off; IndexError when empty. Its link is cleared."""
        member = self.items.popleft()
        member.link = OFF_LIST
        return member

    def shift(self) -> T:
        """Take the head off without clearing its link: the caller links it anew or releases it at once."""
        return self.items.popleft()

    def remove(self, member: T) -> None:
        """Take a member out from wherever it is; ValueError when it is not in the list."""
        self.items.remove(member)
        member.link = OFF_LIST

    def splice_tail(self, other: RecordedList[T]) -> None:
        """Move all members of `other` to this list's tail, in order."""
        while other.items:
            self.append(other.items.popleft())

    def splice_head(self, other: RecordedList[T]) -> None:
        """Move all members of `other` to this list's head, in order."""
        while other.items:
            self.appendleft(other.items.pop())


AnyList = RecordedList[Any]
