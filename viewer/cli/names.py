"""`skbscope names`: every path that an expression can use, and every event that a moment can."""

from __future__ import annotations

import json

import click

from viewer.cli.options import scene_argument, scene_options
from viewer.cli.tables import print_table


@click.command()
@scene_argument
@scene_options
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects: path, value, meaning.")
def command(source: str, variant: str | None, sets: tuple[str, ...], as_json: bool) -> None:
    """List the paths that expressions can use, with their values at the end and their meanings.

    Below them stand the events that moments can use, such as `first drop` or `time_squeeze:3`; any function and any
    counter is one, too.
    """
    from engine.moments import NAMED_EVENTS
    from engine.results import described
    from viewer.cli.simulate import simulate
    from viewer.cli.sources import load_source

    timeline = simulate(load_source(source), variant, sets).timeline
    rows = described(timeline)
    if as_json:
        click.echo(json.dumps([row._asdict() for row in rows], indent=1, ensure_ascii=False))
        return
    shown = [(row.path, "–" if row.value is None else str(row.value), row.meaning) for row in rows]
    print_table("", ("path", "at the end", "meaning"), shown, right=(1,))
    events = [(name, meaning) for name, meaning in NAMED_EVENTS.items()]
    print_table("", ("event", "happens when"), events)
