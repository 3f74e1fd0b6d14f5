"""How well what somebody typed fits a text, and where: plain functions.

Better than the rest is what begins with it, then what has it at the beginnings of words ("nch" for "Next chapter"),
then what has its letters in order anywhere. Words of the typed line are looked for one by one, so their order does not
matter; case never does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum
from functools import cache
from typing import NamedTuple, TypeVar

Thing = TypeVar("Thing")


class Rank(IntEnum):
    """How a query fits, best first."""

    EXACT = 0
    PREFIX = 1
    WORD_STARTS = 2
    INSIDE = 3
    SUBSEQUENCE = 4


class Match(NamedTuple):
    """How a text fits; the smaller, the better.

    Attributes:
        rank: the worst of the typed words' ranks.
        spread: how far apart the letters found lie, over those of a run.
        start: where the first letter found stands.
        length: of the text: of two that fit as well, the shorter is meant.
        places: the letters found, in order.
    """

    rank: Rank
    spread: int
    start: int
    length: int
    places: tuple[int, ...]


def match(query: str, text: str) -> Match | None:
    """How a query fits a text; None when it does not. An empty query fits everything alike."""
    lower, words = text.casefold(), query.casefold().split()
    if len(lower) != len(text):
        lower = text.lower() if len(text.lower()) == len(text) else text  # places must be the text's own
    whole = " ".join(words)
    if not whole:
        return Match(Rank.SUBSEQUENCE, 0, 0, len(text), ())
    if lower.startswith(whole):
        rank = Rank.EXACT if lower == whole else Rank.PREFIX
        return Match(rank, 0, 0, len(text), tuple(range(len(whole))))
    found = [_word(word, lower) for word in words]
    placed = [one for one in found if one is not None]
    if len(placed) < len(found):
        return None
    every = sorted({place for _, places in placed for place in places})
    spread = sum(places[-1] - places[0] + 1 - len(places) for _, places in placed)
    rank = max(rank for rank, _ in placed)
    if len(words) > 1:
        rank = max(rank, Rank.WORD_STARTS)
    return Match(rank, spread, every[0], len(text), tuple(every))


def _word(word: str, text: str) -> tuple[Rank, tuple[int, ...]] | None:
    """The best way in which a text has one word."""
    if text.startswith(word):
        return Rank.PREFIX, tuple(range(len(word)))
    starts = _starts(word, text)
    if starts is not None:
        return Rank.WORD_STARTS, starts
    at = text.find(word)
    if at >= 0:
        return Rank.INSIDE, tuple(range(at, at + len(word)))
    places = _letters(word, text)
    return None if places is None else (Rank.SUBSEQUENCE, places)


def _starts(word: str, text: str) -> tuple[int, ...] | None:
    """The letters of a word as beginnings of the text's words, in order; words may be left out."""
    heads = [place for place in range(len(text)) if _begins(text, place)]

    @cache
    def place(letter: int, head: int) -> tuple[int, ...] | None:
        if letter == len(word):
            return ()
        for number in range(head, len(heads)):
            at, run = heads[number], 0
            while letter + run < len(word) and at + run < len(text) and text[at + run] == word[letter + run]:
                run += 1
            for taken in range(run, 0, -1):  # the longest beginning first
                rest = place(letter + taken, number + 1)
                if rest is not None:
                    return (*range(at, at + taken), *rest)
        return None

    return place(0, 0)


def _begins(text: str, place: int) -> bool:
    return text[place].isalnum() and (place == 0 or not text[place - 1].isalnum())


def _letters(word: str, text: str) -> tuple[int, ...] | None:
    """The letters of a word in order, as close together as they end first; None when one is missing."""
    at = -1
    for letter in word:
        at = text.find(letter, at + 1)
        if at < 0:
            return None
    places = [at]
    for letter in reversed(word[:-1]):  # from its end back, the nearest of each letter
        places.append(text.rfind(letter, 0, places[-1]))
    return tuple(reversed(places))


def has_words(query: str, text: str) -> bool:
    """Whether every word of a query begins a word of a text; signs alone, as of a key, may stand anywhere."""
    lower = text.casefold()
    return bool(query.split()) and all(
        any(_begins(lower, place) or not word[0].isalnum() for place in _places(word, lower))
        for word in query.casefold().split()
    )


def _places(word: str, text: str) -> Iterator[int]:
    """Every place where a text has a word."""
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def best(query: str, things: Iterable[Thing], texts: Callable[[Thing], str]) -> list[tuple[Thing, Match]]:
    """The things whose text fits, best first; of equals, the one that came first."""
    found = [(thing, match(query, texts(thing))) for thing in things]
    fitting = [(thing, how) for thing, how in found if how is not None]
    return sorted(fitting, key=lambda one: one[1][:4]) if query.strip() else fitting
