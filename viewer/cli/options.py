"""Arguments that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

scene_argument = click.argument("source", metavar="SCENE")
optional_scene = click.argument("source", metavar="[SCENE]", required=False)


def scene_options(command: F) -> F:
    """Add what may be said wherever a scene is run: `--variant` and `--set`."""
    command = click.option("--variant", metavar="NAME", help="Run this variant of the scene.")(command)
    return click.option(
        "--set",
        "sets",
        metavar="PATH=VALUE",
        multiple=True,
        help="Change a knob, a key or a sysctl; may be given several times.",
    )(command)
