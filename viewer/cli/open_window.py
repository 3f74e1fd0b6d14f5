"""`skbscope open`: the window."""

from __future__ import annotations

from typing import Any

import click

from engine.scenario.errors import Refused
from viewer.cli.options import optional_scene, scene_options

THEMES = ("dark", "light", "contrast")


@click.command()
@optional_scene
@scene_options
@click.option(
    "--theme", type=click.Choice(THEMES), default=None, help="Colours; those last used if left out."
)
def command(source: str | None, variant: str | None, sets: tuple[str, ...], theme: str) -> Any:
    """Open the window."""
    return opened(source, variant, sets, theme)


def opened(source: str | None, variant: str | None, sets: tuple[str, ...], theme: str = "dark") -> int:
    """Open the window with a scene, the default one for None; return the exit status.

    Raises:
        Refused: There is no display, or the scene is broken.
    """
    from viewer.cli.display import has_display, qt_needed
    from viewer.cli.sources import find_source

    path = find_source(source)
    if not has_display():
        scene = source or path.stem
        raise Refused(
            "there is no display to open a window on; without one, run "
            f"`skbscope demo`, `skbscope run {scene}` or `skbscope still {scene} --at end -o picture.png`"
        )
    if source is not None or variant is not None or sets:
        # A broken scene is told here, as for every command, and not by a window without a scene.
        from engine.scenario.document import resolve
        from viewer.cli.sources import load_source

        resolve(load_source(source), variant, sets)
    from viewer.app import open_window

    with qt_needed():
        return open_window(str(path), variant, sets, theme)
