"""`ethtool -N DEV rx-flow-hash ... | flow-type ... | delete N`.

Rules are those of an 82599: udp4, tcp4 and ip4 with addresses and ports, one mask for all rules, while ntuple is on.
"""

from __future__ import annotations

from dataclasses import replace

from engine.console.drivers import DRIVERS
from engine.console.write.facts import ANY_IPV4, ANY_PORT, DROP, HostFacts, NicFacts, NtupleRule
from engine.console.write.outcome import Planned, done, later
from engine.console.write.settings import NtupleDelete, NtupleInsert, RxFlowHash
from engine.console.write.words import BAD_ARGUMENTS, LOOPBACK, RefusedError

INSERT = "rmgr: Cannot insert RX class rule: {}\nCannot insert classification rule"
DELETE = "rmgr: Cannot delete RX class rule: Invalid argument\nCannot delete classification rule"
CANNOT_HASH = "Cannot change RX network flow hashing options: {}"
UNSUPPORTED = "Operation not supported"
INVALID = "Invalid argument"
HIGHEST_LOCATION = 2045
HASH_LETTERS = "mvtsdfnr"
FLOWS = {"udp4": 17, "tcp4": 6, "ip4": 0}
LATER_FLOWS = ("sctp4", "ah4", "esp4", "tcp6", "udp6", "ip6", "sctp6", "ah6", "esp6", "ether")
ADDRESSES = {"src-ip": "saddr", "dst-ip": "daddr"}
PORTS = {"src-port": "sport", "dst-port": "dport"}


def set_flows(words: list[str], facts: HostFacts) -> Planned:
    """Change what is hashed, or the classification rules."""
    name, *rest = words
    match rest:
        case ["rx-flow-hash", flow, letters]:
            return _hash(name, flow, letters, facts)
        case ["delete", location] if location.isdecimal():
            return _delete(name, int(location), facts)
        case ["flow-type", flow, *fields]:
            return _insert(name, flow, fields, facts)
    raise RefusedError(BAD_ARGUMENTS)


def _nic(name: str, facts: HostFacts, words: str) -> NicFacts:
    nic = facts.nic(name)
    if nic is None:
        raise RefusedError(words.format(UNSUPPORTED if name == LOOPBACK else "No such device"))
    return nic


def _hash(name: str, flow: str, letters: str, facts: HostFacts) -> Planned:
    if flow not in (*FLOWS, *LATER_FLOWS) or flow == "ip4" or set(letters) - set(HASH_LETTERS):
        raise RefusedError(BAD_ARGUMENTS)
    nic = _nic(name, facts, CANNOT_HASH)
    if not DRIVERS[nic.driver].reta_size:
        raise RefusedError(CANNOT_HASH.format(UNSUPPORTED))
    fields = "".join(sorted(set(letters)))
    if fields not in ("ds", "dfns") or (flow in ("tcp4", "tcp6") and fields == "ds"):
        raise RefusedError(CANNOT_HASH.format(INVALID))
    if flow == "tcp4":
        return done()
    if flow != "udp4":
        return later(f"rx-flow-hash {flow}")
    return done(RxFlowHash(name, fields == "dfns")) if (fields == "dfns") != nic.udp4_ports else done()


def _delete(name: str, location: int, facts: HostFacts) -> Planned:
    nic = _nic(name, facts, "rmgr: Cannot delete RX class rule: {}\nCannot delete classification rule")
    if not any(rule.location == location for rule in nic.rules):
        raise RefusedError(DELETE)
    return done(NtupleDelete(name, location))


def _insert(name: str, flow: str, fields: list[str], facts: HostFacts) -> Planned:
    if flow not in (*FLOWS, *LATER_FLOWS):
        raise RefusedError(BAD_ARGUMENTS)
    nic = _nic(name, facts, INSERT)
    driver = DRIVERS[nic.driver]
    if not driver.ntuple or "rx-ntuple-filter" not in nic.features:
        raise RefusedError(INSERT.format(UNSUPPORTED))
    if flow in LATER_FLOWS:
        return later(f"flow-type {flow}")
    asked = _parse(fields)
    if isinstance(asked, str):
        return later(f"ethtool -N ... {asked}")
    rule = _rule(NtupleRule(-1, FLOWS[flow]), asked)
    if rule.protocol == 0 and (rule.sport_mask, rule.dport_mask) != (ANY_PORT, ANY_PORT):
        raise RefusedError(BAD_ARGUMENTS)
    if rule.action != DROP and not 0 <= rule.action < nic.queues:
        raise RefusedError(INSERT.format(INVALID))
    if any(_mask(other) != _mask(rule) for other in nic.rules if other.location != rule.location):
        raise RefusedError(INSERT.format(INVALID))
    rule, words = _placed(rule, nic)
    return done(NtupleInsert(name, rule), stdout=words)


def _parse(fields: list[str]) -> dict[str, tuple[str, str]] | str:
    """Return keyword to value and mask, or the first keyword that is not built."""
    asked: dict[str, tuple[str, str]] = {}
    queue = list(fields)
    while queue:
        keyword = queue.pop(0)
        if keyword in (
            "vlan",
            "vlan-etype",
            "user-def",
            "tos",
            "l4data",
            "dst-mac",
            "vf",
            "queue",
            "context",
            "src",
        ):
            return keyword
        if keyword not in (*ADDRESSES, *PORTS, "action", "loc") or keyword in asked or not queue:
            raise RefusedError(BAD_ARGUMENTS)
        value = queue.pop(0)
        mask = ""
        if queue and queue[0] in ("m", "mask") and keyword in (*ADDRESSES, *PORTS):
            if len(queue) < 2:
                raise RefusedError(BAD_ARGUMENTS)
            mask = queue[1]
            queue = queue[2:]
        asked[keyword] = (value, mask)
    return asked


def _rule(rule: NtupleRule, asked: dict[str, tuple[str, str]]) -> NtupleRule:
    for keyword, (value, mask) in asked.items():
        if keyword in ADDRESSES:
            field = ADDRESSES[keyword]
            rule = replace(rule, **{field: _address(value), f"{field}_mask": _address(mask) if mask else 0})
        elif keyword in PORTS:
            field = PORTS[keyword]
            bits = _integer(mask, ANY_PORT) if mask else 0
            rule = replace(rule, **{field: _integer(value, ANY_PORT), f"{field}_mask": bits})
        elif keyword == "action":
            rule = replace(rule, action=DROP if value == "-1" else _integer(value, (1 << 32) - 1))
        else:
            rule = replace(rule, location=_integer(value, (1 << 32) - 1))
    return rule


def _placed(rule: NtupleRule, nic: NicFacts) -> tuple[NtupleRule, str]:
    """Return the rule at its location, the highest free one if it names none, and what ethtool prints."""
    if rule.location >= 0:
        if rule.location > HIGHEST_LOCATION:
            raise RefusedError(INSERT.format(INVALID))
        return rule, ""
    taken = [other.location for other in nic.rules]
    free = next((place for place in range(HIGHEST_LOCATION, -1, -1) if place not in taken), None)
    if free is None:
        raise RefusedError(
            "rmgr: Cannot find appropriate slot to insert rule\nCannot insert classification rule"
        )
    return replace(rule, location=free), f"Added rule with ID {free}\n"


def _mask(rule: NtupleRule) -> tuple[int, ...]:
    return rule.saddr_mask, rule.daddr_mask, rule.sport_mask, rule.dport_mask


def _address(text: str) -> int:
    parts = text.split(".")
    if len(parts) != 4 or not all(part.isdecimal() and int(part) < 256 for part in parts):
        raise RefusedError(BAD_ARGUMENTS)
    value = 0
    for part in parts:
        value = value << 8 | int(part)
    return value & ANY_IPV4


def _integer(text: str, most: int) -> int:
    digits = text.lower()
    base = 16 if digits.startswith("0x") else 10
    try:
        value = int(digits, base) if digits[:1].isdecimal() else -1
    except ValueError:
        value = -1
    if not 0 <= value <= most:
        raise RefusedError(BAD_ARGUMENTS)
    return value
