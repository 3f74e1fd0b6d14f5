"""From a command's words to the settings it asks for, or the refusal it gets."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.console import syntax
from engine.console.output import NOT_BUILT_STATUS
from engine.console.pids import expanded
from engine.console.tools import unknown
from engine.console.write import echo, ethtool, sysctl, tasks
from engine.console.write.facts import HostFacts
from engine.console.write.outcome import Planned, later, no
from engine.console.write.script import Command

READERS = frozenset(
    {
        *(
            "cat",
            "grep",
            "egrep",
            "fgrep",
            "head",
            "tail",
            "wc",
            "awk",
            "cut",
            "sort",
            "ss",
            "nstat",
            "mpstat",
        ),
        *("pgrep", "true", "false", ":", "echo", "ip", "ethtool", "sysctl", "taskset", "chrt"),
    }
)
"""Commands that a script may hold although they change nothing."""

CHANGERS: dict[str, Callable[[list[str], HostFacts], Planned]] = {
    "ethtool": ethtool.plan,
    "sysctl": sysctl.plan,
    "taskset": tasks.taskset,
    "chrt": tasks.chrt,
}


def changes(simple: syntax.Simple) -> bool:
    """Whether one parsed command would change the host."""
    words = simple.words
    if any(redirect.target not in ("&1", "/dev/null") for redirect in simple.redirects):
        return True
    match words[0]:
        case "ethtool":
            return len(words) > 1 and ethtool.is_change(words[1])
        case "sysctl":
            return sysctl.is_change(words[1:])
        case "taskset" | "chrt":
            return tasks.is_change(words[0], words[1:])
        case "ip":
            return any(
                word in ("set", "add", "del", "delete", "change", "replace", "flush") for word in words[1:]
            )
    return False


def is_write(command: str) -> bool:
    """Whether a command line would change the host: one of its commands is a changer, or writes into a file."""
    try:
        steps = syntax.parse(command)
    except syntax.ShellSyntaxError:
        return False
    return any(is_tee(step.pipeline) or any(changes(simple) for simple in step.pipeline) for step in steps)


def plan(command: Command | str, facts: HostFacts) -> Planned:
    """Return what a single command changes and prints.

    A reading command changes nothing and prints nothing here (`engine.console.read` prints). What a real host would
    take and the simulated one does not know yet is refused with status 2, never ignored.
    """
    text = command.text if isinstance(command, Command) else command
    try:
        steps = syntax.parse(text)
    except syntax.ShellSyntaxError as error:
        return no(str(error), NOT_BUILT_STATUS)
    if not steps:
        return Planned()
    if len(steps) > 1:
        return no("skbscope: one command at a time; parse_script takes a list apart", NOT_BUILT_STATUS)
    pipeline = steps[0].pipeline
    if is_tee(pipeline):
        return echo.tee(pipeline[0].words[1:], pipeline[1].words[1:], facts)
    if len(pipeline) > 1 and any(changes(simple) for simple in pipeline):
        return later("a command that changes something, in a pipe,")
    return plan_words(pipeline[0], facts)


def is_tee(pipeline: Sequence[syntax.Simple]) -> bool:
    """Whether this is `echo VALUE | tee FILE`, the way into a file behind sudo."""
    return [simple.words[0] for simple in pipeline] == ["echo", "tee"]


def plan_words(simple: syntax.Simple, facts: HostFacts) -> Planned:
    """Return what one parsed command changes and prints."""
    words = simple.words
    files = [redirect for redirect in simple.redirects if redirect.target not in ("&1", "/dev/null")]
    if files:
        if words[0] != "echo":
            return later(f"the output of {words[0]} into a file")
        return echo.plan(words[1:], files[-1].target, facts)
    if changes(simple):
        handler = CHANGERS.get(words[0])
        return handler(expanded(words[1:], facts.tasks()), facts) if handler else later(" ".join(words[:3]))
    if words[0] in READERS:
        return Planned()
    return Planned((), unknown(words[0]))
