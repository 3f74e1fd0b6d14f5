"""What the word at the end of a command line may become: commands, sysctl keys, paths, interfaces, options.

Word by word, as a shell does it. Options and what stands after them come from the commands a person may want
(`engine.console.read.shell.names`, and `CHANGES` for those that change the host); nothing is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from engine.console.filters import FILTERS
from engine.console.read.device import devices
from engine.console.read.files import catalogue
from engine.console.read.shell import TOOLS, names
from engine.console.read.source import Host
from engine.console.read.tasks import named_tasks

CHANGES = (
    *("ethtool -G {dev} rx", "ethtool -G {dev} tx", "ethtool -C {dev} rx-usecs", "ethtool -C {dev} tx-usecs"),
    *("ethtool -L {dev} combined", "ethtool -K {dev} gro on", "ethtool -K {dev} gro off"),
    *("ethtool -X {dev} equal", "ethtool -X {dev} weight", "ethtool -X {dev} default"),
    *("ethtool -N {dev} rx-flow-hash udp4 sdfn", "ethtool -N {dev} rx-flow-hash udp4 sd"),
    *("sysctl -w", "sysctl -n", "taskset -cp", "taskset -p", "chrt -f -p", "chrt -r -p", "chrt -o -p"),
)
"""Commands that change the host, as far as they are the same for every value."""

_COMMANDS = tuple(sorted({*TOOLS, *FILTERS, "echo", "tee"}))
_ENDS = re.compile(r"&&|\|\||[|;&\n]")


def completions(before: str, host: Host) -> tuple[str, ...]:
    """Return what the last word of a line may become, in order.

    A path is completed up to its next part and then ends in "/"; a key to be written ends in "=".

    Args:
        before: the line up to the caret.
        host: the host at the moment.
    """
    words = _ENDS.split(before)[-1].split()
    word = words.pop() if words and not before[-1:].isspace() else ""
    target = word.lstrip("<>")
    if target != word:
        return tuple(word[: len(word) - len(target)] + path for path in _paths(target, host))
    if not words:
        return _beginning(word, _COMMANDS) if not word.startswith("/") else ()
    if word.startswith("/") or words[-1] in (">", ">>", "<"):
        return _paths(word, host)
    return _arguments(words, word, host)


def _arguments(words: Sequence[str], word: str, host: Host) -> tuple[str, ...]:
    """What may stand behind the words of a command."""
    tool = words[0]
    if tool == "sysctl" and not word.startswith("-"):
        end = "=" if {"-w", "--write"} & set(words) else ""
        return _beginning(word, (key + end for key in host.sysctl_keys()))
    if tool in ("pgrep", "pidof") and not word.startswith("-"):
        return _beginning(word, sorted({name for _, name in named_tasks(host)}))
    if tool in FILTERS or tool == "tee":
        return _paths("/", host) if not word and tool in ("cat", "tee") else ()
    return _beginning(word, _following(words, host))


def _following(words: Sequence[str], host: Host) -> Iterable[str]:
    """The words that stand behind these in the commands a person may want."""
    interfaces = [device.name for device in devices(host)]
    changes = (change.format(dev=name) for name in interfaces for change in CHANGES)
    for command in (*names(host), *changes):
        parts = command.split()
        if len(parts) > len(words) and parts[: len(words)] == list(words):
            yield parts[len(words)]


def _paths(word: str, host: Host) -> tuple[str, ...]:
    """The files that begin so, each up to the end of the part that is being typed."""
    found = (path for path in catalogue(host) if path.startswith(word or "/"))
    cut = (path[: path.find("/", max(len(word), 1)) + 1] or path for path in found)
    return tuple(dict.fromkeys(cut))


def _beginning(word: str, known: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in known if one.startswith(word)))
