"""What goes wrong in text that a person wrote: one error with place, value and what is allowed.

`Refused` judges a value alone (a unit, a moment, an expression); `SceneError` adds where it stands. Whoever
catches `Refused` catches both. Faults of this program itself are never reported through these classes.
"""

import difflib
import json
from collections.abc import Iterable
from typing import Any

KeyPath = tuple[str | int, ...]


class Refused(ValueError):  # noqa: N818 - reads as what happened: the value was refused
    """A value that a person wrote cannot be used.

    Attributes:
        problem: What is wrong and what is allowed, without the value and its place.
        nearest: The valid name closest to what was written, or empty.
        key: Where below the checked table the fault lies; empty if it is the value itself.
    """

    def __init__(self, problem: str, *, nearest: str = "", key: KeyPath = ()) -> None:
        super().__init__(problem)
        self.problem = problem
        self.nearest = nearest
        self.key = key

    def __str__(self) -> str:
        return self.problem + self.hint

    @property
    def hint(self) -> str:
        """The nearest valid name as the end of a sentence, or nothing."""
        if not self.nearest:
            return ""
        quoted = self.nearest if self.nearest[0] in "'\"" else f'"{self.nearest}"'
        return f" (did you mean {quoted}?)"


class SceneError(Refused):
    """A refused value with its place; `str()` is one sentence for the person who wrote it.

    Attributes:
        file: The scene's file, or what stands for it (`--set nic.eth0.queues=0`).
        line: Line in the file, counted from 1; None if the whole file is meant.
        path: The key's path, such as `("nic", 0, "driver")`; empty for the whole file.
        value: What was written, as the sentence quotes it; empty if a key is missing or unknown.
    """

    def __init__(
        self,
        problem: str,
        *,
        file: str,
        line: int | None = None,
        path: KeyPath = (),
        value: str = "",
        nearest: str = "",
    ) -> None:
        super().__init__(problem, nearest=nearest)
        self.file = file
        self.line = line
        self.path = path
        self.value = value

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        subject = " = ".join(part for part in (path_text(self.path), self.value) if part)
        return ": ".join(part for part in (place, subject, self.problem) if part) + self.hint


def path_text(path: KeyPath) -> str:
    """Return a key's path as people write it: `("nic", 0, "driver")` is `nic[0].driver`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            key = (
                part
                if part.replace("_", "").replace("-", "").isalnum()
                else json.dumps(part, ensure_ascii=False)
            )
            text += f".{key}" if text else key
    return text


def below(node: Any, part: str | int) -> Any:
    """Return what stands at one key or index of plain data.

    Raises:
        LookupError: Nothing stands there.
    """
    if isinstance(node, dict):
        return node[part]
    if isinstance(node, list) and isinstance(part, int):
        return node[part]
    raise LookupError(part)


def value_text(value: object, limit: int = 60) -> str:
    """Return a value as a scene would spell it, shortened to `limit` characters."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def nearest_name(name: str, valid: Iterable[str]) -> str:
    """Return the valid name that looks most like `name`, or an empty string when none does."""
    names = list(valid)
    folded = {each.casefold(): each for each in reversed(names)}
    if name.casefold() in folded:
        return folded[name.casefold()]
    found = difflib.get_close_matches(name, names, n=1, cutoff=0.55)
    return found[0] if found else ""


def listed(names: Iterable[str], limit: int = 24) -> str:
    """Return names joined for a sentence, with a count of those left out."""
    every = list(names)
    text = ", ".join(every[:limit])
    return text if len(every) <= limit else f"{text} and {len(every) - limit} more"


def unknown_name(kind: str, name: str, valid: Iterable[str], *, key: KeyPath = ()) -> Refused:
    """Return (not raise) the error for a name that is not one of the valid ones.

    Args:
        kind: What the name should have named, such as "cost" or "rule".
        name: What was written.
        valid: Every name that would do.
        key: Where below the checked table the name stands.
    """
    names = list(valid)
    allowed = f"known: {listed(names)}" if names else "there is none here"
    return Refused(
        f"unknown {kind} {value_text(name)}; {allowed}", nearest=nearest_name(name, names), key=key
    )


def unknown_names(kind: str, names: Iterable[str], valid: Iterable[str]) -> None:
    """Check names that only the simulation knows: costs, rules, counters.

    Raises:
        Refused: At the first name that is not valid; its `key` is the name itself.
    """
    known = list(valid)
    for name in names:
        if name not in known:
            raise unknown_name(kind, name, known, key=(name,))
