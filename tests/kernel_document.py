"""docs/kernel.md, made of what the modules say about themselves: `python -m tests.kernel_document` writes it."""

from __future__ import annotations

import ast
from pathlib import Path

from engine.simulation.simplified import told

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


def columns(docstring: str) -> list[str]:
    """Return a docstring in three cells: what is modelled, simplified, left out."""
    return [cell.replace("|", "\\|") for cell in told(docstring)]


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
