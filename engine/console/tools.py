"""Which commands there are: those understood, and those a real host has that are not built yet."""

from __future__ import annotations

from engine.console.kernels import text
from engine.console.output import NOT_BUILT_STATUS, Output, refused

UNDERSTOOD = (
    "ethtool -G -C -K -X -N -L and -S -g -c -l -k -x -n -i; sysctl; echo into and cat of /proc and /sys; taskset -p; "
    "chrt -p; ss -u -s; nstat; mpstat; ip link show; pgrep; grep, head, tail, wc, awk, cut, sort behind a pipe; true"
)
"""The closed list of commands, for people."""

LATER = frozenset(text("tools-later.txt").split())
"""Tools of a real host that are not built."""


def unknown(tool: str) -> Output:
    """Return what the shell says to a command that is not built, or that nobody knows."""
    if tool in LATER:
        return refused(f"skbscope: {tool} is not built yet; understood are: {UNDERSTOOD}", NOT_BUILT_STATUS)
    if tool.startswith(("/", "./")):
        return refused(f"bash: {tool}: No such file or directory", 127)
    return refused(f"bash: {tool}: command not found", 127)
