"""`pgrep`, and the one substitution that scripts need: `$(pgrep NAME)`, also with `| head -1` behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from engine.console import filters, syntax
from engine.console.output import Output, not_built, refused


def pgrep(words: Sequence[str], tasks: Iterable[tuple[int, str]]) -> Output:
    """Print the pids whose name matches, lowest first.

    Args:
        words: -x asks for the whole name, -l prints it too, -f (the whole command line) is the name; then a pattern.
        tasks: pids and names.
    """
    letters = "".join(word[1:] for word in words if word.startswith("-"))
    patterns = [word for word in words if not word.startswith("-")]
    if set(letters) - set("fxl") or len(patterns) != 1:
        return not_built("this form of pgrep")
    try:
        pattern = re.compile(patterns[0])
    except re.error:
        return refused("pgrep: regex error", 2)
    match = pattern.fullmatch if "x" in letters else pattern.search
    found = sorted(pair for pair in tasks if match(pair[1]))
    lines = [f"{pid} {name}\n" if "l" in letters else f"{pid}\n" for pid, name in found]
    return Output("".join(lines), "", 0 if lines else 1)


def expanded(words: Sequence[str], tasks: Iterable[tuple[int, str]]) -> list[str]:
    """Return a command's words with every `$(pgrep ...)` replaced by the pids it prints."""
    known = list(tasks)
    found: list[str] = []
    for word in words:
        if syntax.PIDS.search(word):
            found += syntax.PIDS.sub(lambda match: _answer(match[0][2:-1], known), word).split()
        else:
            found.append(word)
    return found


def _answer(inner: str, tasks: list[tuple[int, str]]) -> str:
    text = ""
    for simple in syntax.parse(inner)[0].pipeline:
        tool, *rest = simple.words
        if tool == "pgrep":
            text = pgrep(rest, tasks).stdout
        elif tool == "pidof":
            text = pgrep(["-x", *rest], tasks).stdout
        elif tool in ("head", "tail"):
            text = filters.FILTERS[tool](rest, text).stdout
    return " ".join(text.split())
