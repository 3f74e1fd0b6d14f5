"""docs/kernel.md, made of what the modules say about themselves: `python -m tests.kernel_document` writes it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "kernel.md"
ROOMS = {
    "engine/linux": "The kernel",
    "engine/hardware": "The hardware",
    "engine/userspace": "The programs",
}
HEAD = """\
# What is modelled

What each file models, what it simplifies, and what it leaves out, in the words of its docstring. Names of files are
those below `engine/linux`, `engine/hardware` and `engine/userspace`; in the first, files are where Linux has them.
Nothing here was taken from the kernel's sources but names and the order of effects. Functions and their costs are the
rows of `engine/linux/fn.py`; what differs between Linux 6.12 and 6.18 are those of `engine/linux/rules.py`.

Left out everywhere: transmit, TCP, IPv6, netfilter, tc, XDP, threaded NAPI, busy polling, RCU, security modules, memory
allocation that fails.
"""


MARKS = {"Simplified:": 1, "Left out:": 2}
"""What follows one of these in a docstring, up to the end of its paragraph, has a column of its own."""


def document() -> str:
    """Return the document as it should be."""
    parts = [HEAD]
    for room, title in ROOMS.items():
        parts.append(f"## {title}\n")
        parts.append("| File | What it models | Simplified | Left out |\n|---|---|---|---|")
        for path in sorted((ROOT / room).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if path.name != "__init__.py":
                name = str(path.relative_to(ROOT / room))
                parts.append(
                    f"| `{name}` | " + " | ".join(columns(ast.get_docstring(ast.parse(text)) or "")) + " |"
                )
        parts.append("")
    return "\n".join(parts)


def columns(told: str) -> list[str]:
    """Return a docstring in three cells: what is modelled, simplified, left out."""
    cells: list[list[str]] = [[], [], []]
    for paragraph in told.split("\n\n"):
        if paragraph.startswith("    "):  # an example
            continue
        column = 0
        for piece in re.split(r"(Simplified:|Left out:)", " ".join(paragraph.split())):
            if piece in MARKS:
                column = MARKS[piece]
            elif piece.strip():
                cells[column].append(sentence(piece.strip()))
    return [" ".join(cell) for cell in cells]


def sentence(text: str) -> str:
    """Begin with a capital where the text is prose, and leave nothing that a table would take for its own."""
    if text[0].islower() and not re.match(r"[\w/]*[/_.]\w", text):
        text = text[0].upper() + text[1:]
    return text.replace("|", "\\|").replace("::", ".")


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
