"""`skbscope sh`: a command in the simulated host at a moment, with what the real one would print and return."""

from __future__ import annotations

import sys

import click

from engine.scenario.errors import Refused
from viewer.cli.options import scene_argument, scene_options


@click.command()
@scene_argument
@click.argument("words", metavar="COMMAND", nargs=-1, required=True)
@scene_options
@click.option(
    "--at",
    "moment",
    default="end",
    metavar="MOMENT",
    help="1.25ms, #1234, `first drop`; the end if left out.",
)
def command(
    source: str, words: tuple[str, ...], variant: str | None, sets: tuple[str, ...], moment: str
) -> int:
    """Run COMMAND in the simulated host at a moment of SCENE.

    A command that would change the host is taken or refused as there, but changes nothing: what comes later stays.
    """
    if len(words) > 1:
        raise Refused(f"sh: COMMAND is one word, in quotes: '{' '.join(words)}'")
    (line,) = words
    from engine.console.read import run
    from engine.timeline.cursor import Cursor
    from viewer.cli.simulate import simulate
    from viewer.cli.sources import load_source

    ran = simulate(load_source(source), variant, sets)
    step, _ = ran.moment(moment)
    output = run(line, Cursor(ran.timeline, step), ran.timeline)
    sys.stdout.write(output.stdout)
    sys.stdout.flush()
    sys.stderr.write(output.stderr)
    return output.status
