"""`skbscope new`: a scene to start from."""

from __future__ import annotations

from pathlib import Path

import click

from engine.scenario.errors import Refused
from viewer.cli.tables import print_table


@click.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it to a new file."
)
@click.option("--template", "name", metavar="NAME", help="Which one; the simplest if left out.")
@click.option("--list", "listing", is_flag=True, help="List the templates.")
@click.option("--force", is_flag=True, help="Overwrite FILE if it is there.")
def command(output: Path | None, name: str | None, listing: bool, force: bool) -> None:
    """Print a commented scene to start from, or write it to a file."""
    from engine.scenario.templates import SIMPLEST, template, templates
    from viewer.cli.files import write_text

    if listing:
        print_table("", ("template", "title"), [(each.name, each.title) for each in templates()])
        return
    text = template(SIMPLEST if name is None else name).text
    if output is None:
        click.echo(text, nl=False)
        return
    if output.exists() and not output.is_dir() and not force:
        raise Refused(f"{output} is there already; name another file, or say --force")
    write_text(output, text)
