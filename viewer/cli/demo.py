"""`skbscope demo`: the default scene, as a window where there is a display, else as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.scenario.errors import Refused

FOLDER = "skbscope-demo"
SIZE = (1920, 1080)
MOMENT = "drop:3"
"""Where the picture is taken: something is going on."""


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help=f"Write pictures there instead of opening a window; {FOLDER} where there is no display.",
)
def command(output: Path | None) -> Any:
    """Show the default scene: in a window, or as a picture where there is no display."""
    from viewer.cli.display import has_display

    if output is None and has_display():
        from viewer.cli.open_window import opened

        return opened(None, None, ())
    return draw(output or Path(FOLDER))


def draw(folder: Path) -> int:
    """Write the default scene's picture, dark and light, into a folder, which is made if need be.

    Raises:
        Refused: Nothing can be written there.
    """
    from viewer.cli.drawing import draw_still
    from viewer.cli.simulate import simulate
    from viewer.cli.sources import DEFAULT_SCENE, load_source

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"{folder} cannot be made: {(error.strerror or str(error)).lower()}") from error
    ran = simulate(load_source(None))
    for theme in ("dark", "light"):
        path = folder / f"{DEFAULT_SCENE}-{theme}.png"
        draw_still(ran, MOMENT, SIZE, theme, path)
        click.echo(f"{path}")
    return 0
