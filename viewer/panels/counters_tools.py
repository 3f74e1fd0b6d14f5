"""The pages of the counters: which there are, and what a tool's page shows at a moment."""

from __future__ import annotations

from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline
from viewer.panels.sheet import Cell, Row, mono
from viewer.theme.fonts import Type
from viewer.theme.tokens import Role

SUMMARY = "Summary"
ALL = "All"

COMMANDS = (
    "cat /proc/net/softnet_stat",
    "cat /proc/interrupts",
    "cat /proc/softirqs",
    "cat /proc/net/snmp",
    "nstat -az",
    "ethtool -S {nic}",
    "ethtool -g {nic}",
    "ethtool -x {nic}",
    "ip -s link show {nic}",
    "ss -uampn",
    "mpstat -P ALL",
    "cat /proc/net/dev",
)


def pages(timeline: Timeline | None) -> list[str]:
    """What can be shown, the adapter's name filled in."""
    nics = timeline.facts.get("nics") or [] if timeline is not None else []
    name = str(nics[0].get("name", "eth0")) if nics else "eth0"
    return [SUMMARY, ALL, *(command.format(nic=name) for command in COMMANDS)]


def tool_rows(command: str, cursor: Cursor, step: int, since: int) -> list[Row]:
    """What a command prints after a step; lines that another moment has otherwise are strong.

    Args:
        command: as it is typed.
        cursor: of the run; it is moved.
        step: the moment.
        since: the step to compare with; -1 for none.
    """
    before = _printed(command, cursor, since) if since >= 0 else ""
    old = before.splitlines()
    rows = []
    for number, line in enumerate(_printed(command, cursor, step).splitlines()):
        moved = bool(old) and (number >= len(old) or old[number] != line)
        ink = Role.TEXT if moved else Role.TEXT_SECONDARY
        span = mono(line.expandtabs(8), ink, 700 if moved else 500, Type.MICRO)
        rows.append(Row((Cell((span,), tip="moved since then" if moved else ""),), height=16.0))
    return rows


def _printed(command: str, cursor: Cursor, step: int) -> str:
    from engine.console import read as console  # not before somebody asks for a tool's page

    cursor.seek(min(step, cursor.timeline.steps - 1))
    output = console.run(command, cursor, cursor.timeline)
    return str(output.stdout + output.stderr)
