"""`nstat [-a] [-z] [-s] [PATTERN...]`, as iproute2 6.15 prints it.

Simplified: there is no history file, so every call is a user's first and shows the counts since the run began.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from engine.console.kernels import counter_lists
from engine.console.output import Output, not_built
from engine.console.read.proc_net import mib_value
from engine.console.read.source import Host

LONG = {"--zeros": "z", "--ignore": "a", "--noupdate": "s"}
SETTINGS = (
    "IpForwarding",
    "IpDefaultTTL",
    "TcpRtoAlgorithm",
    "TcpRtoMin",
    "TcpRtoMax",
    "TcpMaxConn",
    "TcpCurrEstab",
)
"""What nstat leaves out because it does not count."""


def counters(host: Host) -> list[tuple[str, int]]:
    """Return names and values in the order in which nstat prints them: snmp, snmp6, netstat."""
    lists = counter_lists(host.kernel)
    mib = host.one("mib")
    found = [(proto.name, name) for proto in lists.snmp for name in proto.counters]
    found += [("", name) for name in lists.snmp6]
    found += [(proto.name, name) for proto in lists.netstat for name in proto.counters]
    return [
        (proto + name, mib_value(host, mib, proto, name))
        for proto, name in found
        if proto + name not in SETTINGS
    ]


def nstat(host: Host, words: Sequence[str]) -> Output:
    """Run `nstat`."""
    letters = "".join(word[1:] for word in words if word.startswith("-") and not word.startswith("--"))
    letters += "".join(LONG.get(word, "?") for word in words if word.startswith("--"))
    unknown = [letter for letter in letters if letter not in "azs"]
    if unknown:
        return not_built(f"nstat -{unknown[0]}")
    patterns = [word for word in words if not word.startswith("-")]
    lines = [
        f"{name:<32}{value:<16}{0.0:6.1f}\n"
        for name, value in counters(host)
        if (value or "z" in letters) and (not patterns or any(fnmatchcase(name, each) for each in patterns))
    ]
    return Output("#kernel\n" + "".join(lines))
