"""`skbscope schema`: the JSON Schema of the scene file, for editors."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it to a file.")
def command(output: Path | None) -> None:
    """Print the JSON Schema of the scene file."""
    from engine.scenario.json_schema import schema_text
    from viewer.cli.files import write_text

    if output is None:
        click.echo(schema_text(), nl=False)
    else:
        write_text(output, schema_text())
