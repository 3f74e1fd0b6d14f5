"""`ethtool -i -S -g -c -l -x -n -k DEV`, as ethtool 6.14 prints them.

Counters that the model does not move are 0. Simplified: `-S` on ixgbe lists the channels in use, where the real
driver lists all it could have.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.console.drivers import RSS_KEY_BYTES
from engine.console.features import FREE, GROUPS, known, members
from engine.console.output import Output, not_built, refused
from engine.console.read.device import LOOPBACK, Device, device
from engine.console.read.ethtool_stats import statistics
from engine.console.read.proc_counts import irq_lines
from engine.console.read.source import Host
from engine.console.write.facts import DROP, NtupleRule

NO_DEVICE = "netlink error: no device matches name (offset 24)\nnetlink error: No such device\n"
UNSUPPORTED = "netlink error: Operation not supported\n"
BAD_ARGUMENTS = "ethtool: bad command line argument(s)\nFor more information run ethtool -h\n"
FLOW_WORDS = {"tcp4": "TCP over IPV4", "udp4": "UDP over IPV4"}
OTHER_FLOWS = ("tcp6", "udp6", "sctp4", "sctp6", "ah4", "ah6", "esp4", "esp6", "ether")
PORTS = "L4 bytes 0 & 1 [TCP/UDP src port]\nL4 bytes 2 & 3 [TCP/UDP dst port]\n"
RULE_TYPES = {17: "UDP over IPv4", 6: "TCP over IPv4", 0: "Raw IPv4"}


def show_driver(host: Host, words: Sequence[str]) -> Output:
    """Print `ethtool -i`."""
    found = _ioctl(host, words[0], "Cannot get driver information", 71)
    if isinstance(found, Output):
        return found
    real = "yes" if found.driver.name != "legacy" else "no"
    firmware = found.facts.get("firmware", found.driver.firmware)
    bus = found.facts.get("bus") or _bus(host, found)
    lines = [f"driver: {found.driver.name}", f"version: {host.release}", f"firmware-version: {firmware}"]
    lines += ["expansion-rom-version: ", f"bus-info: {bus}", "supports-statistics: yes"]
    lines += [f"supports-{what}: {real}" for what in ("test", "eeprom-access", "register-dump", "priv-flags")]
    return Output("\n".join(lines) + "\n")


def _bus(host: Host, found: Device) -> str:
    """Return the PCI address, as the chip of its interrupts names it."""
    chips = [
        host.text(row["chip"]) for row in irq_lines(host) if host.text(row["action"]).startswith(found.name)
    ]
    return chips[0].removeprefix("PCI-MSIX-").removeprefix("PCI-MSI-") if chips else ""


def show_statistics(host: Host, words: Sequence[str]) -> Output:
    """Print `ethtool -S`."""
    if words[0] == LOOPBACK:
        return refused("no stats available", 94)
    found = device(host, words[0])
    if found is None:
        return refused("Cannot get stats strings information: No such device", 96)
    return Output(
        "NIC statistics:\n" + "".join(f"     {name}: {value}\n" for name, value in statistics(found))
    )


def show_rings(host: Host, words: Sequence[str]) -> Output:
    """Print `ethtool -g`."""
    found = _netlink(host, words[0])
    if isinstance(found, Output):
        return found

    def block(rx: int, tx: int) -> str:
        return f"RX:\t\t\t{rx}\nRX Mini:\t\tn/a\nRX Jumbo:\t\tn/a\nTX:\t\t\t{tx}\n"

    return Output(
        f"Ring parameters for {found.name}:\nPre-set maximums:\n{block(found.ring_max, found.ring_max)}"
        f"TX push buff len:\tn/a\nCurrent hardware settings:\n{block(found.ring_size, found.tx_ring_size)}"
        "RX Buf Len:\t\tn/a\nCQE Size:\t\tn/a\nTX Push:\t\toff\nRX Push:\t\toff\n"
        "TX push buff len:\tn/a\nTCP data split:\t\tn/a\n"
    )


def show_coalesce(host: Host, words: Sequence[str]) -> Output:
    """Print `ethtool -c`."""
    found = _netlink(host, words[0])
    if isinstance(found, Output):
        return found
    if found.driver.rx_usecs < 0:
        return refused(UNSUPPORTED)

    def absent(*names: str) -> str:
        return "".join(f"{name}:{'	' * (1 if len(name) > 13 else 2)}n/a\n" for name in names)

    def half(side: str, usecs: int) -> str:
        return f"{side}-usecs:\t{usecs}\n{side}-frames:\tn/a\n{side}-usecs-irq:\tn/a\n{side}-frames-irq:\tn/a\n\n"

    def extra(level: str) -> str:
        names = ("rx-usecs", "rx-frame", "tx-usecs", "tx-frame")
        return "".join(f"{name}-{level}:\tn/a\n" for name in names) + "\n"

    return Output(
        f"Coalesce parameters for {found.name}:\nAdaptive RX: n/a  TX: n/a\n"
        + absent("stats-block-usecs", "sample-interval", "pkt-rate-low", "pkt-rate-high")
        + "\n"
        + half("rx", found.row.get("rx_usecs", found.driver.rx_usecs))
        + half("tx", found.tx_usecs)
        + extra("low")
        + extra("high")
        + "CQE mode RX: n/a  TX: n/a\n\n"
        + absent("tx-aggr-max-bytes", "tx-aggr-max-frames", "tx-aggr-time-usecs")
        + "\n"
    )


def show_channels(host: Host, words: Sequence[str]) -> Output:
    """Print `ethtool -l`."""
    found = _netlink(host, words[0])
    if isinstance(found, Output):
        return found
    if not found.channels_max:
        return refused(UNSUPPORTED)

    def block(combined: int) -> str:
        return f"RX:\t\tn/a\nTX:\t\tn/a\nOther:\t\t1\nCombined:\t{combined}\n"

    return Output(
        f"Channel parameters for {found.name}:\nPre-set maximums:\n{block(found.channels_max)}"
        f"Current hardware settings:\n{block(found.queues)}"
    )


def show_rss(host: Host, words: Sequence[str]) -> Output:
    """Print `ethtool -x`."""
    found = _netlink(host, words[0])
    if isinstance(found, Output):
        return found
    if not found.driver.reta_size:
        return refused(UNSUPPORTED)
    table = found.table
    rows = [
        f"{first:5}: " + "".join(f" {queue:5}" for queue in table[first : first + 8]) + "\n"
        for first in range(0, len(table), 8)
    ]
    key = (
        (found.rss_key or ":".join(["00"] * RSS_KEY_BYTES))
        if found.driver.rss_key
        else "Operation not supported"
    )
    return Output(
        f"\nRX flow hash indirection table for {found.name} with {found.queues} RX ring(s):\n{''.join(rows)}"
        f"RSS hash key:\n{key}\nRSS hash function:\n    toeplitz: on\n    xor: off\n    crc32: off\n"
        "RSS input transformation:\n    symmetric-xor: off\n"
    )


def show_flows(host: Host, words: Sequence[str]) -> Output:
    """Print `ethtool -n`: the rules, one rule, or the fields hashed for a kind of flow."""
    name, *rest = words
    if rest and rest[0] == "rx-flow-hash":
        return _flow_hash(host, name, rest[1:])
    found = _ioctl(host, name, "Cannot get RX rings", 1)
    if isinstance(found, Output):
        return found
    if rest[:1] == ["rule"] and len(rest) == 2:
        rule = next((each for each in found.rules if str(each.location) == rest[1]), None)
        if rule is None:
            return refused("rxclass: Cannot get RX class rule: Invalid argument\nCannot get RX class rule")
        return Output(rule_text(rule) + "\n")
    if rest:
        return refused(BAD_ARGUMENTS)
    listing = "".join(rule_text(rule) + "\n" for rule in found.rules) or ""
    return Output(f"{found.queues} RX rings available\nTotal {len(found.rules)} rules\n\n{listing}")


def _flow_hash(host: Host, name: str, rest: Sequence[str]) -> Output:
    found = _ioctl(host, name, "Cannot get RX network flow hashing options", 1)
    if isinstance(found, Output):
        return found
    if len(rest) != 1 or rest[0] not in (*FLOW_WORDS, *OTHER_FLOWS):
        return refused(BAD_ARGUMENTS)
    if not found.driver.reta_size or rest[0] not in FLOW_WORDS:
        return refused("Cannot get RX network flow hashing options: Operation not supported")
    ports = rest[0] == "tcp4" or bool(found.row.get("udp4_ports_hashed"))
    head = f"{FLOW_WORDS[rest[0]]} flows use these fields for computing Hash flow key:\nIP SA\nIP DA\n"
    return Output(head + (PORTS if ports else "") + "\n")


def rule_text(rule: NtupleRule) -> str:
    """Return a classification rule as `ethtool -n` lists it."""

    def dotted(address: int) -> str:
        return ".".join(str(address >> shift & 0xFF) for shift in (24, 16, 8, 0))

    ports = (
        f"\tSrc port: {rule.sport} mask: {rule.sport_mask:#x}\n\tDest port: {rule.dport} mask: {rule.dport_mask:#x}\n"
        if rule.protocol
        else "\tProtocol: 0 mask: 0xff\n\tL4 bytes: 0x0 mask: 0xffffffff\n"
    )
    action = "Drop" if rule.action == DROP else f"Direct to queue {rule.action}"
    return (
        f"Filter: {rule.location}\n\tRule Type: {RULE_TYPES[rule.protocol]}\n"
        f"\tSrc IP addr: {dotted(rule.saddr)} mask: {dotted(rule.saddr_mask)}\n"
        f"\tDest IP addr: {dotted(rule.daddr)} mask: {dotted(rule.daddr_mask)}\n"
        f"\tTOS: 0x0 mask: 0xff\n{ports}\tAction: {action}\n"
    )


def show_features(host: Host, words: Sequence[str]) -> Output:
    """Print `ethtool -k`: groups with their members, then the rest in bit order."""
    if words[0] != LOOPBACK and device(host, words[0]) is None:
        return refused(NO_DEVICE)
    found = device(host, words[0])
    if found is None:
        return refused(UNSUPPORTED)
    on, wanted, free = found.features, found.wanted, FREE[found.driver.name]

    def line(name: str, shown: str) -> str:
        state = "on" if name in on else "off"
        if name not in free:
            return f"{shown}: {state} [fixed]\n"
        asked = "on" if name in wanted else "off"
        return f"{shown}: {state}{'' if asked == state else f' [requested {asked}]'}\n"

    out = [f"Features for {found.name}:\n"]
    grouped: list[str] = []
    for group in GROUPS:
        names = members(group.pattern, host.kernel)
        grouped += names
        if len(names) == 1:
            out.append(line(names[0], group.long))
        else:
            out.append(f"{group.long}: {'on' if any(name in on for name in names) else 'off'}\n")
            out += [line(name, f"\t{name}") for name in names]
    out += [line(name, name) for name in known(host.kernel) if name not in grouped]
    return Output("".join(out))


def _netlink(host: Host, name: str) -> Device | Output:
    if name == LOOPBACK:
        return refused(UNSUPPORTED)
    return device(host, name) or refused(NO_DEVICE)


def _ioctl(host: Host, name: str, words: str, status: int) -> Device | Output:
    if name == LOOPBACK:
        return refused(f"{words}: Operation not supported", status)
    return device(host, name) or refused(f"{words}: No such device", status)


SHOW: dict[str, Callable[[Host, Sequence[str]], Output]] = {
    "-i": show_driver,
    "--driver": show_driver,
    "-S": show_statistics,
    "--statistics": show_statistics,
    "-g": show_rings,
    "--show-ring": show_rings,
    "-c": show_coalesce,
    "--show-coalesce": show_coalesce,
    "-l": show_channels,
    "--show-channels": show_channels,
    "-x": show_rss,
    "--show-rxfh": show_rss,
    "--show-rxfh-indir": show_rss,
    "-n": show_flows,
    "-u": show_flows,
    "--show-nfc": show_flows,
    "--show-ntuple": show_flows,
    "-k": show_features,
    "--show-features": show_features,
    "--show-offload": show_features,
}
"""By option."""


def ethtool(host: Host, words: Sequence[str]) -> Output:
    """Run a reading `ethtool` command; `words` begin behind the tool's name."""
    if len(words) == 1 and not words[0].startswith("-"):
        return not_built("ethtool without an option")
    if len(words) < 2 or words[0] not in SHOW:
        return refused(BAD_ARGUMENTS)
    return SHOW[words[0]](host, words[1:])
