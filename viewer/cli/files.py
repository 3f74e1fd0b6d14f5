"""Writing what a command makes: whole, or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.scenario.errors import Refused


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a name beside `path` to write to; when all went well it takes the place of `path`.

    The name has the same ending, for writers that go by it.

    Raises:
        Refused: The folder is not there, or nothing can be written in it.
    """
    if path.is_dir():
        raise Refused(f"{path} is a folder; name a file")
    try:
        with tempfile.TemporaryDirectory(prefix=f".{path.stem}.", dir=path.parent) as folder:
            made = Path(folder) / f"made{path.suffix}"
            yield made
            made.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error


def must_be_writable(path: Path) -> None:
    """Refuse a file that cannot be written, before the work that would fill it; leaves no trace.

    Raises:
        Refused: It is a folder, or nothing can be written where it would stand.
    """
    if path.is_dir():
        raise Refused(f"{path} is a folder; name a file")
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            return
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> Refused:
    return Refused(f"{path} cannot be written: {(error.strerror or str(error)).lower()}")


def write_text(path: Path, text: str) -> None:
    """Write a text file.

    Raises:
        Refused: It cannot be written.
    """
    with replacing(path) as made:
        made.write_text(text, encoding="utf-8")
