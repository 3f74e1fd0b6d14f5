"""`skbscope`: finds the command, and turns what goes wrong into one line and an exit status.

Status 0: done; 1: something that was checked failed; 2: bad input, nothing was written; 130: interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

from engine.scenario.errors import Refused, SceneError, listed, nearest_name
from viewer.cli.sources import is_source, scene_names

COMMANDS: Final = {
    "open": "open_window",
    "demo": "demo",
    "new": "new",
    "run": "run",
    "check": "check",
    "compare": "compare",
    "steps": "steps",
    "sh": "sh",
    "names": "names",
    "still": "still",
    "schema": "schema",
    "bench": "bench",
}
"""Name of each command, and the module that has it as `command`."""
LATER: Final = ("record", "race", "import", "fit", "export", "sweep")
"""Commands that are not built yet."""
BAD_INPUT: Final = 2
INTERRUPTED: Final = 130


class Door(click.Group):
    """The commands, imported on first use; a scene where a command is expected is opened."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"viewer.cli.{COMMANDS[cmd_name]}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take a scene for `open SCENE`; name the nearest command or scene for what is neither."""
        first = args[0]
        if first not in COMMANDS and is_source(first):
            return "open", self.get_command(ctx, "open"), args
        if first in LATER:
            raise Refused(f"{first} is not built yet; there are: {listed(COMMANDS)}")
        if first not in COMMANDS and not first.startswith("-"):
            nearest = nearest_name(first, [*COMMANDS, *scene_names()])
            problem = f'there is no command and no scene "{first}"; `skbscope --help` lists the commands'
            raise Refused(problem, nearest=nearest)
        return super().resolve_command(ctx, args)


@click.group(cls=Door, invoke_without_command=True)
@click.version_option(package_name="skbscope", message="%(prog)s %(version)s")
@click.pass_context
def door(context: click.Context) -> Any:
    """Show how a packet travels through a Linux host: simulated, stepped both ways, seen.

    Without a command the window opens: with the default scene, or with the one that is named.
    """
    if context.invoked_subcommand is None:
        opening = import_module("viewer.cli.open_window")
        return opening.opened(None, None, ())
    return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; return the exit status."""
    if sys.stdout is None:  # the caller has closed it
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - until the process ends
    try:
        done = door.main(args=arguments, prog_name="skbscope", standalone_mode=False)
        sys.stdout.flush()
    except Refused as refused:
        return _complain(refused if isinstance(refused, SceneError) else f"skbscope: {refused}", BAD_INPUT)
    except click.ClickException as error:
        return _complain(f"skbscope: {_sentence(error)}", error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        _give_up_printing()  # whoever read us has seen enough
        return 1
    except OSError as error:
        _give_up_printing()
        place = error.filename or "standard output"
        return _complain(f"skbscope: {place}: {(error.strerror or str(error)).lower()}", BAD_INPUT)
    return done if isinstance(done, int) else 0


def _give_up_printing() -> None:
    """Send what is still unprinted nowhere; Python would complain once more when it flushes."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(sentence: object, status: int) -> int:
    print(" ".join(str(sentence).split()), file=sys.stderr)
    return status


def _sentence(error: click.ClickException) -> str:
    """Return a complaint of the argument parser as one sentence that names its command."""
    message = error.format_message().rstrip(".")
    message = message[:1].lower() + message[1:]
    context = error.ctx if isinstance(error, click.UsageError) else None
    name = context.info_name if context is not None and context.parent is not None else None
    return f"{name}: {message}" if name else message
