"""`ethtool -X DEV equal N | weight W... | default | hkey K | hfunc F [start N]`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.console.drivers import DRIVERS, RETA_SIZE, RSS_KEY_BYTES, spread
from engine.console.write.facts import HostFacts, NicFacts
from engine.console.write.outcome import Planned, done, later
from engine.console.write.settings import RssKey, RssTable, Setting
from engine.console.write.words import BAD_ARGUMENTS, LOOPBACK, RefusedError

CANNOT_SET = "Cannot set RX flow hash configuration:"
HASH_FUNCTIONS = ("toeplitz", "xor", "crc32")
LATER = ("context", "delete", "xfrm")


def dealt(queues: int) -> tuple[int, ...]:
    """Return the table of `default`: the queues dealt out in turn."""
    return spread(RETA_SIZE, queues)


def weighted(weights: Sequence[int], start: int, size: int = RETA_SIZE) -> tuple[int, ...]:
    """Return the table of `weight`: contiguous runs, as long as the weights.

    Raises:
        RefusedError: all weights are 0, or they are more than the table has entries.
    """
    total = sum(weights)
    if total == 0:
        raise RefusedError("At least one weight must be non-zero")
    if total > size:
        raise RefusedError("Total weight exceeds the size of the indirection table")
    table: list[int] = []
    queue, partial = -1, 0
    for entry in range(size):
        while entry >= size * partial // total:
            queue += 1
            partial += weights[queue]
        table.append(start + queue)
    return tuple(table)


def set_rss(words: list[str], facts: HostFacts) -> Planned:
    """Set the indirection table or the hash key."""
    name, *rest = words
    asked = _parse(rest)
    if isinstance(asked, str):
        return later(f"ethtool -X {asked}")
    nic = facts.nic(name)
    if nic is None:
        why = "Operation not supported" if name == LOOPBACK else "No such device"
        raise RefusedError(f"Cannot get RX ring count: {why}")
    if not DRIVERS[nic.driver].reta_size:
        raise RefusedError("Cannot get RX ring count: Operation not supported")
    settings: list[Setting] = []
    if "hkey" in asked:
        settings.append(RssKey(name, _key(nic, asked["hkey"][0])))
    if "hfunc" in asked:
        _hash_function(nic, asked["hfunc"][0])
    table = _table(nic, asked)
    if table is not None:
        if max(table) >= nic.queues:
            raise RefusedError(f"{CANNOT_SET} Invalid argument")
        settings.append(RssTable(name, table))
    return done(*settings)


def _parse(words: list[str]) -> dict[str, list[str]] | str:
    """Return keyword to values, or the first keyword that is not built."""
    asked: dict[str, list[str]] = {}
    queue = list(words)
    while queue:
        keyword = queue.pop(0)
        if keyword in LATER:
            return keyword
        if keyword in asked or keyword not in ("equal", "weight", "default", "hkey", "hfunc", "start"):
            raise RefusedError(BAD_ARGUMENTS)
        values: list[str] = []
        limit = {"weight": len(queue), "default": 0}.get(keyword, 1)
        while queue and len(values) < limit and (keyword != "weight" or queue[0].isdecimal()):
            values.append(queue.pop(0))
        if keyword != "default" and not values:
            raise RefusedError(BAD_ARGUMENTS)
        if keyword in ("equal", "start", "weight") and not all(value.isdecimal() for value in values):
            raise RefusedError(BAD_ARGUMENTS)
        asked[keyword] = values
    if sum(keyword in asked for keyword in ("equal", "weight", "default")) > 1 or not asked:
        raise RefusedError(BAD_ARGUMENTS)
    if asked.get("equal") == ["0"]:
        raise RefusedError(BAD_ARGUMENTS)
    return asked


def _table(nic: NicFacts, asked: dict[str, list[str]]) -> tuple[int, ...] | None:
    start = int(asked.get("start", ["0"])[0])
    if "default" in asked:
        return dealt(nic.queues)
    if "equal" in asked:
        return spread(RETA_SIZE, int(asked["equal"][0]), start)
    if "weight" in asked:
        return weighted([int(value) for value in asked["weight"]], start)
    return None


def _key(nic: NicFacts, text: str) -> bytes:
    if not DRIVERS[nic.driver].rss_key:
        raise RefusedError(f"{CANNOT_SET}\n Hash key setting not supported")
    if not re.fullmatch(r"[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2})*", text):
        raise RefusedError("Invalid RSS hash key format")
    key = bytes(int(byte, 16) for byte in text.split(":"))
    if len(key) != RSS_KEY_BYTES:
        how, sign = ("long", ">") if len(key) > RSS_KEY_BYTES else ("short", "<")
        raise RefusedError(f"Key is too {how} for device ({len(key)} {sign} {RSS_KEY_BYTES})")
    return key


def _hash_function(nic: NicFacts, name: str) -> None:
    if name not in HASH_FUNCTIONS:
        raise RefusedError(f"Unknown hash function: {name}")
    if nic.driver == "igb" or name != "toeplitz":
        raise RefusedError(f"{CANNOT_SET} Operation not supported")
