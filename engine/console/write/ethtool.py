"""`ethtool -G -C -L`: rings, coalescing, channels; and the way to the other changing options.

Words, order of checks and exit statuses are those of ethtool 6.14 over netlink.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.console.drivers import DRIVERS, Driver
from engine.console.write import ethtool_features, ethtool_flows, ethtool_rss
from engine.console.write.facts import HostFacts, NicFacts
from engine.console.write.outcome import Planned, done, later, no
from engine.console.write.settings import ChannelCount, Coalesce, RingSize
from engine.console.write.words import (
    BAD_ARGUMENTS,
    INVALID,
    RefusedError,
    flag,
    netlink_nic,
    number,
    pairs,
)

RING_STATUS = 81
TOO_MANY_DESCRIPTORS = f"netlink error: requested ring size exceeds maximum (offset 36)\n{INVALID}"
TOO_MANY_CHANNELS = f"netlink error: requested channel count exceeds maximum (offset 36)\n{INVALID}"
NO_CHANNEL = (
    "netlink error: requested channel counts would result in no RX or TX channel being configured (offset 36)\n"
    + INVALID
)
TABLE_IN_USE = (
    f"netlink error: requested channel counts are too low for existing indirection table settings\n{INVALID}"
)
CANNOT_MODIFY = f"netlink error: cannot modify an unsupported parameter (offset 36)\n{INVALID}"

RING_NUMBERS = ("rx", "tx", "rx-mini", "rx-jumbo")
RING_LATER = (
    "rx-buf-len",
    "cqe-size",
    "tx-push",
    "rx-push",
    "tx-push-buf-len",
    "tcp-data-split",
    "hds-thresh",
)
COALESCE_FLAGS = ("adaptive-rx", "adaptive-tx", "cqe-mode-rx", "cqe-mode-tx")
COALESCE_NUMBERS = (
    *("stats-block-usecs", "sample-interval", "pkt-rate-low", "pkt-rate-high", "rx-usecs", "rx-frames"),
    *(
        "rx-usecs-irq",
        "rx-frames-irq",
        "tx-usecs",
        "tx-frames",
        "tx-usecs-irq",
        "tx-frames-irq",
        "rx-usecs-low",
    ),
    *("rx-frame-low", "rx-frames-low", "tx-usecs-low", "tx-frame-low", "tx-frames-low", "rx-usecs-high"),
    *("rx-frame-high", "rx-frames-high", "tx-usecs-high", "tx-frame-high", "tx-frames-high"),
    *("tx-aggr-max-bytes", "tx-aggr-max-frames", "tx-aggr-time-usecs"),
)
CHANNELS = ("rx", "tx", "other", "combined")


def set_rings(words: list[str], facts: HostFacts) -> Planned:
    """`ethtool -G DEV [rx N] [tx N]`: clamped and rounded by the driver, refused above its maximum."""
    name, *rest = words
    asked = pairs("-G", rest, (*RING_NUMBERS, *RING_LATER))
    values = {word: number("-G", word, text) for word, text in asked.items() if word in RING_NUMBERS}
    nic = netlink_nic(name, facts, RING_STATUS)
    for word in RING_LATER:
        if word in asked:
            raise RefusedError(CANNOT_MODIFY, RING_STATUS)
    driver = DRIVERS[nic.driver]
    limits = {"rx": nic.ring_max or driver.ring_max, "tx": nic.ring_max or driver.ring_max}
    if any(value > limits.get(word, 0) for word, value in values.items()):
        raise RefusedError(TOO_MANY_DESCRIPTORS, RING_STATUS)
    rx = driver.ring_size(values["rx"]) if "rx" in values else nic.rx_ring
    tx = driver.ring_size(values["tx"]) if "tx" in values else nic.tx_ring
    change = RingSize(name, rx if rx != nic.rx_ring else None, tx if tx != nic.tx_ring else None)
    return done(change) if change != RingSize(name) else done()


def set_coalesce(words: list[str], facts: HostFacts) -> Planned:
    """`ethtool -C DEV rx-usecs N tx-usecs N`; what the driver lacks is refused before what it does not take."""
    name, *rest = words
    asked = pairs("-C", rest, (*COALESCE_FLAGS, *COALESCE_NUMBERS))
    values: dict[str, int] = {}
    for word, text in asked.items():
        values[word] = int(flag("-C", word, text)) if word in COALESCE_FLAGS else number("-C", word, text)
    nic = netlink_nic(name, facts, 1)
    driver = DRIVERS[nic.driver]
    if driver.rx_usecs < 0:
        netlink_nic(name, facts, 1, supported=False)
    if any(word not in ("rx-usecs", "tx-usecs") for word in values):
        raise RefusedError(CANNOT_MODIFY)
    _check_usecs(driver, nic, values)
    rx, tx = values.get("rx-usecs"), values.get("tx-usecs")
    change = Coalesce(name, rx if rx != nic.rx_usecs else None, tx if tx != nic.tx_usecs else None)
    return done(change) if change != Coalesce(name) else done()


def _check_usecs(driver: Driver, nic: NicFacts, values: dict[str, int]) -> None:
    if not all(driver.rx_usecs_legal(value) for value in values.values()):
        raise RefusedError(INVALID)
    if driver.paired(nic.queues) and values.get("tx-usecs"):
        raise RefusedError(INVALID)


def set_channels(words: list[str], facts: HostFacts) -> Planned:
    """`ethtool -L DEV combined N`: vectors, rings and queue counters begin anew."""
    name, *rest = words
    asked = pairs("-L", rest, CHANNELS)
    values = {word: number("-L", word, text) for word, text in asked.items()}
    nic = netlink_nic(name, facts, 1)
    driver = DRIVERS[nic.driver]
    most = nic.channels_max or driver.channels_max
    if not most:
        netlink_nic(name, facts, 1, supported=False)
    limits = {"rx": 0, "tx": 0, "other": 1, "combined": most}
    if any(value > limits[word] for word, value in values.items()):
        raise RefusedError(TOO_MANY_CHANNELS)
    combined = values.get("combined", nic.queues)
    if combined == 0:
        raise RefusedError(NO_CHANNEL)
    if values.get("other", 1) != 1:
        raise RefusedError(INVALID)
    default = nic.table in (driver.default_table(nic.queues), ethtool_rss.dealt(nic.queues))
    if nic.table and not default and max(nic.table) >= combined:
        raise RefusedError(TABLE_IN_USE)
    return done(ChannelCount(name, combined)) if combined != nic.queues else done()


Handler = Callable[[list[str], HostFacts], Planned]
SET: dict[str, Handler] = {
    "-G": set_rings,
    "--set-ring": set_rings,
    "-C": set_coalesce,
    "--coalesce": set_coalesce,
    "-L": set_channels,
    "--set-channels": set_channels,
    "-K": ethtool_features.set_features,
    "--features": ethtool_features.set_features,
    "--offload": ethtool_features.set_features,
    "-X": ethtool_rss.set_rss,
    "--rxfh": ethtool_rss.set_rss,
    "--set-rxfh-indir": ethtool_rss.set_rss,
    "-N": ethtool_flows.set_flows,
    "-U": ethtool_flows.set_flows,
    "--config-nfc": ethtool_flows.set_flows,
    "--config-ntuple": ethtool_flows.set_flows,
}
"""By option."""

LATER = frozenset(
    {
        *("-A", "--pause", "-E", "--change-eeprom", "-r", "--negotiate", "-p", "--identify", "-t", "--test"),
        *("-s", "--change", "-f", "--flash", "-W", "--set-dump", "-P", "--set-eee", "--set-priv-flags"),
        *("--set-fec", "--reset", "-Q", "--per-queue", "--set-tunable", "--set-phy-tunable", "--set-module"),
        *(
            "-a",
            "-e",
            "-d",
            "-T",
            "-m",
            "-w",
            "-I",
            "--json",
            "-j",
            "--debug",
            "--show-priv-flags",
            "--show-eee",
        ),
        *("--show-fec", "--show-pause"),
    }
)
"""Options of ethtool that are not built."""


def is_change(option: str) -> bool:
    """Whether an option changes something, or is not built."""
    return option in SET or option in LATER


def plan(words: list[str], facts: HostFacts) -> Planned:
    """Run a changing `ethtool` command; `words` begin behind the tool's name."""
    option = words[0]
    if option in LATER:
        return later(f"ethtool {option}")
    if len(words) < 2:
        return no(BAD_ARGUMENTS)
    try:
        return SET[option](words[1:], facts)
    except RefusedError as error:
        return error.planned
