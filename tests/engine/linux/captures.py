"""Reading the vectors: tables and function orders taken from running kernels."""

from __future__ import annotations

from pathlib import Path

VECTORS = Path(__file__).parents[2] / "vectors"


def table(name: str) -> list[dict[str, str]]:
    """Rows of a tab-separated table below `tests/vectors`, comments left out."""
    lines = [line for line in (VECTORS / name).read_text().splitlines() if not line.startswith("#")]
    head = lines[0].split("\t")
    return [dict(zip(head, line.split("\t"), strict=True)) for line in lines[1:]]


def functions(name: str) -> list[str]:
    """Function names of a capture in order of entry, without the compiler's suffixes."""
    lines = [line.strip() for line in (VECTORS / name).read_text().splitlines()]
    return [line.split(".")[0] for line in lines if line and not line.startswith(("#", "/*"))]


def between(names: list[str], first: str, last: str) -> list[str]:
    """From the first `first` to the next `last`, both included."""
    start = names.index(first)
    return names[start : names.index(last, start) + 1]
