"""Tables on standard output: coloured where a person looks, plain and never cut off where a program reads."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Sequence


def print_table(
    title: str, header: Sequence[str], rows: Iterable[Sequence[str]], right: Collection[int] = ()
) -> None:
    """Print a table.

    Args:
        title: a line above it, "" for none.
        header: names of the columns.
        rows: the cells.
        right: positions of the columns that are set flush right, such as numbers.
    """
    if not sys.stdout.isatty():
        _print_plain(title, header, [tuple(row) for row in rows], right)
        return
    from rich.box import SIMPLE_HEAD  # loaded only where a person looks
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for position, name in enumerate(header):
        table.add_column(name, justify="right" if position in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def _print_plain(
    title: str, header: Sequence[str], rows: list[tuple[str, ...]], right: Collection[int]
) -> None:
    """Print columns two blanks apart, without lines and without blanks at the end."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    if title:
        print(title)
    for row in (header, *rows):
        cells = [
            cell.rjust(width) if position in right else cell.ljust(width)
            for position, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())
    print()
