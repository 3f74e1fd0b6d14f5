"""What the files of a kernel version look like: which counters and sysctls they list, in which order.

Lists exist of Linux 6.12.107 and 6.18.44; a version between them shows the nearest lower one.
Left out of the sysctls: `net.ipv4.conf`, `neigh` and `route`, and everything outside net.core, net.ipv4 and the
scheduler's real-time limits. Values that depend on memory are those of the machines the lists came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LISTED = ("6.12", "6.18")
"""Kernel versions with lists of their own, oldest first."""


@dataclass(frozen=True, slots=True)
class Proto:
    """A pair of lines of /proc/net/snmp or netstat: the protocol and its counters' names."""

    name: str
    counters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CounterLists:
    """The counters of a kernel version in file order."""

    snmp: tuple[Proto, ...]
    netstat: tuple[Proto, ...]
    snmp6: tuple[str, ...]


def version(kernel: str) -> tuple[int, int]:
    """Return "6.12.107" as (6, 12)."""
    major, minor, *_ = f"{kernel}.0".split(".")
    return int(major), int(minor)


def listed(kernel: str) -> str:
    """Return the version whose lists a kernel's files follow: its own, or the nearest lower."""
    known = [each for each in LISTED if version(each) <= version(kernel)]
    return known[-1] if known else LISTED[0]


@cache
def counter_lists(kernel: str) -> CounterLists:
    """Return the counters that a kernel's /proc/net files name."""
    found: dict[str, list[Proto]] = {"snmp": [], "netstat": []}
    snmp6: tuple[str, ...] = ()
    for line in text(f"counters-{listed(kernel)}.txt").splitlines():
        file, *names = line.split()
        if file == "snmp6":
            snmp6 = tuple(names)
        else:
            found[file].append(Proto(names[0].removesuffix(":"), tuple(names[1:])))
    return CounterLists(tuple(found["snmp"]), tuple(found["netstat"]), snmp6)


@cache
def sysctl_defaults(kernel: str) -> dict[str, str]:
    """Return the sysctls of a kernel with their defaults, in the order of `sysctl -a`."""
    pairs = (line.partition(" = ") for line in text(f"sysctl-{listed(kernel)}.txt").splitlines())
    return {key: value for key, _, value in pairs}


def text(name: str) -> str:
    """Return a data file of this package."""
    return (files("engine.console") / "data" / name).read_text(encoding="utf-8")
