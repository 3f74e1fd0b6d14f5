"""The whole scene file as one immutable tree of models.

After validation times are nanoseconds, sizes bytes and rates fractions. Each table stands in a module of its
own; here they are joined, and what one table says about another is checked: names that must exist, CPUs that
must be there, names used twice.
"""

import json
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, model_validator

from engine.scenario.app import App
from engine.scenario.changes import At, Variant
from engine.scenario.defaults import filled
from engine.scenario.errors import KeyPath, Refused, unknown_name
from engine.scenario.flow import Flow
from engine.scenario.host import Host, Knob, Record
from engine.scenario.later import Bpf, Race, SkbSandbox
from engine.scenario.nic import Nic
from engine.scenario.table import TIME_SCHEMA, Table, Written, not_built, one_of
from engine.scenario.talk import Chapter, Expect
from engine.scenario.units import parse_time


class Kernel(StrEnum):
    """Kernel versions whose rules, defaults and file formats are known."""

    V6_12 = "6.12"
    V6_13 = "6.13"
    V6_14 = "6.14"
    V6_15 = "6.15"
    V6_16 = "6.16"
    V6_17 = "6.17"
    V6_18 = "6.18"

    @property
    def number(self) -> tuple[int, int]:
        """The version to compare with, such as `(6, 18)`."""
        major, minor = self.value.split(".")
        return int(major), int(minor)


def parse_until(value: object) -> int | Literal["idle"]:
    """Return the end of the run: a time in nanoseconds, or `idle`.

    Raises:
        Refused: Neither a time above zero nor `idle`.
    """
    if value == "idle":
        return "idle"
    if isinstance(value, str) and not value[:1].isdigit():
        raise Refused('must be a time such as "2ms", or "idle"')
    ns = parse_time(value)
    if ns == 0:
        raise Refused('must be above zero, or "idle"')
    return ns


Until: TypeAlias = Annotated[
    int | Literal["idle"], Written(parse_until, {"anyOf": [TIME_SCHEMA, {"const": "idle"}]})
]


class Scene(Table):
    """A scenario: the only input of a run."""

    format: Literal[1] = 1
    """Version of the file format."""
    title: str = ""
    """What the scene is called."""
    question: str = ""
    """The question that it answers by running."""
    lesson: str = ""
    """The lesson it belongs to."""
    kernel: Annotated[Kernel, one_of(Kernel)] = Kernel.V6_18
    """Whose rules, defaults and file formats hold."""
    seed: int = Field(default=1, ge=0, lt=1 << 64)
    """Of every random stream."""
    until: Until = "idle"
    """When the run ends; `idle`: when no packet, timer or task owed to traffic is left."""
    record: Record = Record()
    """How much of the run is kept."""
    knobs: dict[str, Knob] = Field(default_factory=dict)
    """Values that `${name}` stands for."""
    setup: str = ""
    """Commands run before the first packet."""
    host: Host = Host()
    """The machine."""
    nic: tuple[Nic, ...] = ()
    """The network cards."""
    flow: tuple[Flow, ...] = ()
    """What arrives on the wire."""
    app: tuple[App, ...] = ()
    """The programs."""
    bpf: Annotated[tuple[Bpf, ...], not_built()] = ()
    """Programs for XDP and tc. Not built yet."""
    at: tuple[At, ...] = ()
    """What changes during the run."""
    variant: tuple[Variant, ...] = ()
    """Other versions of the scene."""
    expect: tuple[Expect, ...] = ()
    """What the scene must prove."""
    chapter: tuple[Chapter, ...] = ()
    """The talk."""
    race: Annotated[Race | None, not_built()] = None
    """The memory-ordering explorer. Not built yet."""
    skb: Annotated[SkbSandbox | None, not_built()] = None
    """The sk_buff sandbox. Not built yet."""

    @model_validator(mode="after")
    def _names_are_used_once(self) -> "Scene":
        if not self.nic:
            raise Refused("missing; a scene needs at least one [[nic]]", key=("nic",))
        for table, names in (
            ("nic", [each.name for each in self.nic]),
            ("flow", [each.name for each in self.flow]),
            ("app", [each.name for each in self.app]),
            ("variant", [each.name for each in self.variant]),
        ):
            for index, name in enumerate(names):
                if name in names[:index]:
                    raise Refused(f"there is another {table} of that name", key=(table, index, "name"))
        return self

    @model_validator(mode="after")
    def _names_exist(self) -> "Scene":
        nics = [nic.name for nic in self.nic]
        apps = [app.name for app in self.app]
        for index, flow in enumerate(self.flow):
            _known("nic", flow.nic, nics, ("flow", index, "nic"))
        for index, at in enumerate(self.at):
            if at.app is not None:
                _known("app", at.app.name, apps, ("at", index, "app", "name"))
        return self

    @model_validator(mode="after")
    def _cpus_exist(self) -> "Scene":
        used: list[tuple[int | None, KeyPath]] = [
            (app.cpu, ("app", i, "cpu")) for i, app in enumerate(self.app)
        ]
        used += [
            (at.app.move, ("at", i, "app", "move")) for i, at in enumerate(self.at) if at.app is not None
        ]
        for cpu, key in used:
            if cpu is not None and cpu >= self.host.cpus:
                raise Refused(f"there is no CPU {cpu}; host.cpus = {self.host.cpus}", key=key)
        return self

    @model_validator(mode="after")
    def _run_ends(self) -> "Scene":
        for index, flow in enumerate(self.flow):
            if self.until == "idle" and not flow.ends:
                raise Refused(
                    'missing; with until = "idle" a flow needs count or stop', key=("flow", index, "count")
                )
        return self

    def letters(self) -> dict[str, str]:
        """Return the letter of each flow by name: A, B, ..., Z, AA, ... in the order of the file.

        A pcap flow takes one letter here; a reader that finds several 5-tuples gives out further ones.
        """
        return {flow.name: letter(index) for index, flow in enumerate(self.flow)}


def scene_of(data: dict[str, Any]) -> Scene:
    """Return the scene that plain data from TOML describes.

    Raises:
        pydantic.ValidationError: Anything in it is wrong.
    """
    # As JSON, because strict checking of Python objects wants tuples where TOML has arrays.
    return Scene.model_validate_json(json.dumps(filled(data)))


def letter(index: int) -> str:
    """Return the letter of the flow with this index: 0 is A, 25 is Z, 26 is AA."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _known(kind: str, name: str, names: Sequence[str] | Iterable[str], key: KeyPath) -> None:
    """Refuse a name that nothing in the scene has."""
    valid = list(names)
    if name not in valid:
        raise unknown_name(kind, name, valid, key=key)
