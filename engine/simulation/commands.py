"""The administrator: runs `setup` before the first packet and each `[[at]]` at its moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.console.output import Output, not_built
from engine.console.write.plan import plan
from engine.console.write.script import Command, ScriptError, parse_script
from engine.linux.facts import LivingFacts
from engine.linux.host import Host
from engine.linux.settings import NotBuiltError, apply
from engine.scenario.errors import SceneError

TASK_TOOLS = ("taskset", "chrt", "pgrep")
"""Commands about tasks: in `setup` they come after the programs were started, the others before."""

Complaint = Callable[[int, str], SceneError]
"""Makes the error for a line of a script (from 0) and what went wrong."""


class Administrator:
    """Types commands into the simulated host."""

    def __init__(self, host: Host, kernel: str) -> None:
        self.host = host
        self.facts = LivingFacts(host, kernel)

    def type(self, command: Command) -> Output:
        """Run one command; what it asks for takes effect, as far as it is not refused. Readers change nothing."""
        planned = plan(command, self.facts)
        try:
            for setting in planned.settings:
                apply(self.host, setting)
        except NotBuiltError as error:
            return not_built(str(error).removesuffix(" is not built yet"))
        return planned.output

    def run(self, commands: Iterable[Command], complain: Complaint) -> None:
        """Run commands in order.

        Raises:
            SceneError: one failed and its failure was not tolerated.
        """
        failed = False
        for command in commands:
            if command.needs_previous and failed:
                continue
            output = self.type(command)
            failed = output.status != 0
            if failed and not command.tolerated:
                words = output.stderr.strip().replace("\n", " / ") or f"exit status {output.status}"
                raise complain(command.line_no - 1, f"{command.text}: {words}")


def parsed(text: str, complain: Complaint) -> tuple[Command, ...]:
    """Take a script apart.

    Raises:
        SceneError: it is not understood.
    """
    try:
        return parse_script(text)
    except ScriptError as error:
        raise complain(error.line_no - 1, str(error)) from error


def about_tasks(command: Command) -> bool:
    """Whether a command of `setup` waits until the programs run."""
    return any(tool in command.text for tool in TASK_TOOLS)
