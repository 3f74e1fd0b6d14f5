"""`[[at]]` and `[[variant]]`: what changes during a run, and other versions of the same scene."""

import re
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from engine.scenario.app import SetSockOpt
from engine.scenario.errors import Refused
from engine.scenario.table import Table, Time, not_built, one_of


class AppAct(StrEnum):
    """What can be done to a program from outside."""

    PAUSE = "pause"
    RESUME = "resume"
    EXIT = "exit"


class AppChange(Table):
    """A change to a running program: exactly one of do, move, setsockopt."""

    name: str
    """The program."""
    do: Annotated[AppAct | None, one_of(AppAct)] = None
    """Pause it, let it go on, or end it."""
    move: int | None = Field(default=None, ge=0)
    """The CPU it is moved to."""
    setsockopt: Annotated[SetSockOpt | None, not_built("do, move")] = None
    """Options of its sockets. Not built yet."""

    @model_validator(mode="after")
    def _is_one_change(self) -> "AppChange":
        if (self.do is None) == (self.move is None):
            raise Refused("needs exactly one of do and move")
        return self


class WireAct(StrEnum):
    """What can happen to a link."""

    LINK_DOWN = "link_down"
    LINK_UP = "link_up"
    RESET = "reset"


class WireChange(Table):
    """An event of a link. Not built yet."""

    nic: str
    """Whose link."""
    do: Annotated[WireAct, one_of(WireAct)]
    """What happens."""


class At(Table):
    """A change at a moment, after the last step of that nanosecond: exactly one of run, app, wire."""

    time: Time
    """When."""
    run: str | None = Field(default=None, min_length=1)
    """A command, as an administrator types it."""
    app: AppChange | None = None
    """Something done to a program."""
    wire: Annotated[WireChange | None, not_built("run, app")] = None
    """Something that happens to a link. Not built yet."""

    @model_validator(mode="after")
    def _is_one_change(self) -> "At":
        if (self.run is None) == (self.app is None):
            raise Refused("needs exactly one of run, app and wire")
        return self


class Variant(Table):
    """The same scene, changed. What it changes is checked with the scene it makes."""

    name: str
    """What it is called."""
    control: bool = False
    """Whether every expectation marked `flips` must fail in it."""
    title: str = ""
    """What it shows, in a few words."""
    set: dict[str, Any] = Field(default_factory=dict)
    """Values by path, such as `"knobs.budget" = 64`."""
    setup: str = ""
    """Commands run after the scene's."""
    at: tuple[dict[str, Any], ...] = ()
    """Further changes at moments, as in `[[at]]`."""

    @field_validator("name", mode="after")
    @classmethod
    def _name_fits_a_command_line(cls, name: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.+\-]*", name):
            raise Refused("must be letters, digits, and _ . + - inside")
        return name
