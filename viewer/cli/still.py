"""`skbscope still`: one picture of one moment."""

from __future__ import annotations

import re
from pathlib import Path

import click

from engine.scenario.errors import Refused
from viewer.cli.open_window import THEMES
from viewer.cli.options import scene_argument, scene_options

FORMATS = (".png", ".svg", ".pdf")
VIEWS = ("explore", "present", "skb", "race")
BUILT_VIEWS = ("explore",)
SMALLEST, LARGEST = 320, 16_384


@click.command()
@scene_argument
@scene_options
@click.option(
    "--at", "moment", required=True, metavar="MOMENT", help="1.25ms, #1234, `first drop`, chapter:2, end."
)
@click.option("--size", default="1920x1080", metavar="WxH", help="Pixels; 1920x1080 if left out.")
@click.option("--theme", type=click.Choice(THEMES), default="dark")
@click.option("--view", type=click.Choice(VIEWS), default="explore")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="FILE.png|svg|pdf")
def command(
    source: str,
    variant: str | None,
    sets: tuple[str, ...],
    moment: str,
    size: str,
    theme: str,
    view: str,
    output: Path,
) -> None:
    """Draw a moment of SCENE into a file; its ending says the format."""
    if output.suffix.lower() not in FORMATS:
        raise Refused(f"{output}: the ending says the format, and must be one of {', '.join(FORMATS)}")
    if view not in BUILT_VIEWS:
        raise Refused(f"--view {view} is not built yet (now: {', '.join(BUILT_VIEWS)})")
    pixels = parse_size(size)

    from viewer.cli.drawing import draw_still
    from viewer.cli.files import must_be_writable
    from viewer.cli.simulate import simulate
    from viewer.cli.sources import load_source

    must_be_writable(output)
    draw_still(simulate(load_source(source), variant, sets), moment, pixels, theme, output)


def parse_size(text: str) -> tuple[int, int]:
    """Return width and height of a text such as 1920x1080.

    Raises:
        Refused: It is no size, or one that no picture has.
    """
    found = re.fullmatch(r"(\d{1,6})[x×](\d{1,6})", text.strip())
    if found is None:
        raise Refused(f'--size "{text}": must be width and height in pixels, such as 1920x1080')
    width, height = int(found[1]), int(found[2])
    if not all(SMALLEST <= each <= LARGEST for each in (width, height)):
        raise Refused(f'--size "{text}": width and height must be {SMALLEST} to {LARGEST} pixels')
    return width, height
