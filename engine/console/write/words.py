"""How ethtool reads its arguments: keyword and value pairs, and its complaints about them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from engine.console.write.facts import HostFacts, NicFacts
from engine.console.write.outcome import Planned, no

BAD_ARGUMENTS = "ethtool: bad command line argument(s)\nFor more information run ethtool -h"
NO_DEVICE = "netlink error: no device matches name (offset 24)\nnetlink error: No such device"
UNSUPPORTED = "netlink error: Operation not supported"
INVALID = "netlink error: Invalid argument"
LOOPBACK = "lo"
U32_MAX = (1 << 32) - 1


class RefusedError(ValueError):
    """A command that ethtool or the kernel refuses.

    Attributes:
        status: ethtool's exit status.
        stdout: what it printed before.
    """

    def __init__(self, words: str, status: int = 1, stdout: str = "") -> None:
        super().__init__(words)
        self.status = status
        self.stdout = stdout

    @property
    def planned(self) -> Planned:
        """The refusal as the outcome of a command."""
        return no(str(self), self.status, self.stdout)


def netlink_nic(name: str, facts: HostFacts, status: int, supported: bool = True) -> NicFacts:
    """Return the interface of a netlink request.

    Raises:
        RefusedError: there is none, or it cannot.
    """
    nic = facts.nic(name)
    if nic is None:
        raise RefusedError(UNSUPPORTED if name == LOOPBACK else NO_DEVICE, status)
    if not supported:
        raise RefusedError(UNSUPPORTED, status)
    return nic


def pairs(option: str, words: Sequence[str], known: Collection[str]) -> dict[str, str]:
    """Return keyword to value.

    Raises:
        RefusedError: an unknown or repeated keyword, or one without a value.
    """
    found: dict[str, str] = {}
    queue = list(words)
    while queue:
        keyword = queue.pop(0)
        if keyword not in known:
            raise RefusedError(f"ethtool ({option}): unknown parameter '{keyword}'")
        if keyword in found:
            raise RefusedError(f"ethtool ({option}): duplicate parameter '{keyword}'")
        if not queue:
            raise RefusedError(f"ethtool ({option}): no value for parameter '{keyword}'")
        found[keyword] = queue.pop(0)
    return found


def number(option: str, keyword: str, text: str) -> int:
    """Return an unsigned 32-bit value.

    Raises:
        RefusedError: not one.
    """
    if re.fullmatch(r"0[xX][0-9a-fA-F]+|\d+", text):
        value = int(text, 16 if text[:2].lower() == "0x" else 10)
        if value <= U32_MAX:
            return value
    raise RefusedError(f"ethtool ({option}): invalid value '{text}' for parameter '{keyword}'")


def flag(option: str, keyword: str, text: str) -> bool:
    """Return on or off.

    Raises:
        RefusedError: neither.
    """
    if text not in ("on", "off"):
        raise RefusedError(
            f"ethtool ({option}): flag '{text}' for parameter '{keyword}' is not followed by 'on' or 'off'"
        )
    return text == "on"
