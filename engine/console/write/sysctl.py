"""`sysctl [-w] key=value ...` (procps 4): echoes what was typed, stores what the kernel makes of it."""

from __future__ import annotations

from collections.abc import Sequence

from engine.console.kernels import sysctl_defaults
from engine.console.output import NOT_BUILT_STATUS, Output
from engine.console.sysctls import READ_ONLY, RULES, SysctlError, value_of
from engine.console.write.facts import HostFacts
from engine.console.write.outcome import Planned, later, no
from engine.console.write.settings import Setting, Sysctl


class NotBuiltError(ValueError):
    """A value that a real kernel takes and the simulated one cannot obey yet; the text names it."""


def is_change(words: Sequence[str]) -> bool:
    """Whether `sysctl` writes: -w, --write, -p, or a word with an equals sign."""
    if any(word in ("-p", "--load", "--system") or word.startswith(("-p", "--load=")) for word in words):
        return True
    writing = any(
        word == "--write" or (word[:1] == "-" and word[:2] != "--" and "w" in word) for word in words
    )
    return writing or any("=" in word and not word.startswith("-") for word in words)


def exists(key: str, facts: HostFacts) -> bool:
    """Whether the kernel has a sysctl of that name."""
    own = ("kernel.hostname", "kernel.osrelease", "kernel.ostype")
    return key in sysctl_defaults(facts.kernel) or key in own


def store(key: str, text: str, facts: HostFacts) -> tuple[Setting, ...]:
    """Return the setting that a write of `text` makes; none when the value is the present one.

    Raises:
        SysctlError: the kernel refuses the value.
        NotBuiltError: the simulated kernel cannot obey it yet.
    """
    value = value_of(key, text, facts.cpus, facts.hz)
    rule = RULES.get(key)
    if rule is not None and rule.built and isinstance(value, int):
        if rule.only and value not in rule.only:
            raise NotBuiltError(f"{key} = {text.strip()}")
        return (Sysctl(key, value),)
    present = facts.sysctl(key) or sysctl_defaults(facts.kernel).get(key)
    if present is not None and _completed(str(value), present) == present:
        return ()
    raise NotBuiltError(f"{key} = {text.strip()}")


def _completed(text: str, present: str) -> str:
    """Return a triple with the numbers that were left out; other texts as they are."""
    old = present.split("\t")
    new = text.split("\t")
    return "\t".join(new + old[len(new) :]) if len(old) > 1 else text


def plan(words: list[str], facts: HostFacts) -> Planned:
    """Write every `key=value`; the first that is not built yet ends the command, others only fail themselves."""
    quiet = any(
        word in ("-q", "--quiet") or (word[:1] == "-" and word[:2] != "--" and "q" in word) for word in words
    )
    ignore = any(
        word in ("-e", "--ignore") or (word[:1] == "-" and word[:2] != "--" and "e" in word) for word in words
    )
    for word in words:
        if word in ("-p", "--load", "--system") or word.startswith(("--load=", "-p")):
            return later(f"sysctl {word}")
        if (
            word.startswith("-")
            and word not in ("--write", "--quiet", "--ignore")
            and set(word[1:]) - set("wqen")
        ):
            return later(f"sysctl {word}")
    assignments = [word for word in words if not word.startswith("-")]
    if not assignments:
        return no("sysctl: no variables specified\nTry `sysctl --help' for more information.")
    settings: list[Setting] = []
    out, errors, status = "", "", 0
    for word in assignments:
        key, equals, text = word.partition("=")
        key, text = key.strip().replace("/", "."), text.strip()
        complaint = _complaint(key, equals, facts)
        if complaint == "" or (complaint is not None and ignore):
            continue
        if complaint is None:
            try:
                settings += store(key, text, facts)
                out += "" if quiet else f"{key} = {text}\n"
                continue
            except SysctlError as error:
                complaint = f'setting key "{key}": {error}'
            except NotBuiltError as error:
                return Planned((), Output("", f"skbscope: {error} is not built yet\n", NOT_BUILT_STATUS))
        errors += f"sysctl: {complaint}\n"
        status = 1
    return Planned(tuple(settings), Output(out, errors, status))


def _complaint(key: str, equals: str, facts: HostFacts) -> str | None:
    """Return what is wrong with an assignment before its value is looked at, None when nothing is."""
    if equals and not key:
        return ""  # procps passes over it
    if not equals:
        return "command line(0): invalid syntax, continuing..."
    if not exists(key, facts):
        return f"cannot stat /proc/sys/{key.replace('.', '/')}: No such file or directory"
    if key in READ_ONLY:
        return f'permission denied on key "{key}"'
    return None
