"""`[[expect]]` and `[[chapter]]`: what a scene must prove, and how it is told."""

from typing import Annotated

from pydantic import AfterValidator, Field

from engine.scenario.moment import AtEnd
from engine.scenario.table import MomentText, PlaySpeedText, Table, Time


def parsed_expression(text: str) -> str:
    """Check that an expression can be parsed; the names in it are judged when it is evaluated.

    Raises:
        Refused: Not an expression.
    """
    from engine.scenario.expression import parse  # brings a parser generator; only scenes that expect need it

    parse(text)
    return text


class Expect(Table):
    """A statement about the results that must hold."""

    that: Annotated[str, AfterValidator(parsed_expression)]
    """The statement, such as `flows.md.lost == 0`."""
    at: MomentText = AtEnd()
    """When it must hold."""
    flips: bool = False
    """Whether it must fail in every variant that is a control."""


class Beat(Table):
    """A step of the telling inside a chapter."""

    to: MomentText
    """Until when the picture runs."""
    camera: str = ""
    """What the picture shows."""
    caption: str = ""
    """The text below it."""
    highlight: tuple[str, ...] = ()
    """What is marked."""
    dim: bool = False
    """Whether the rest is dimmed."""
    hold: Time = 0
    """How long the picture then rests, in time of the showing."""
    pause: bool = False
    """Whether it waits for a person."""


class Chapter(Table):
    """A part of the talk."""

    at: MomentText
    """Where it begins."""
    title: str = Field(min_length=1)
    """Its heading."""
    caption: str = ""
    """The text below the picture."""
    notes: str = ""
    """What the speaker sees."""
    focus: tuple[str, ...] = ()
    """What the picture is about."""
    speed: PlaySpeedText | None = None
    """Simulated time in time of the showing, such as `1us = 0.4s`."""
    beats: tuple[Beat, ...] = ()
    """Its steps."""
