"""`ethtool -K DEV FEATURE on|off ...`, with what depends on what, and ethtool's report of what came out otherwise."""

from __future__ import annotations

from engine.console.features import FREE, GROUPS, NOT_BUILT_ON, effective, known, members
from engine.console.write.facts import HostFacts, NicFacts
from engine.console.write.outcome import Planned, done, later
from engine.console.write.settings import Features
from engine.console.write.words import RefusedError, netlink_nic

FEATURE_STATUS = 92
NO_SUCH_BIT = "netlink error: bit name not found (offset 56)\nnetlink error: Operation not supported"
NOTHING = "Could not change any device features"


def set_features(words: list[str], facts: HostFacts) -> Planned:
    """Turn offloads on and off."""
    name, *rest = words
    asked, unknown = _parse(rest, facts.kernel)
    nic = netlink_nic(name, facts, FEATURE_STATUS)
    if unknown:
        raise RefusedError(NO_SUCH_BIT, FEATURE_STATUS)
    bits = known(facts.kernel)
    free = FREE[nic.driver]
    before = effective(nic.driver, nic.features)
    wanted = set(nic.features)
    for feature, on in asked.items():
        if feature in free:
            wanted = wanted | {feature} if on else wanted - {feature}
    after = effective(nic.driver, wanted)
    later_ones = [feature for feature in bits if feature in NOT_BUILT_ON and feature in after - before]
    if later_ones:
        return later(f"{later_ones[0]} of {nic.driver}")
    report, nothing = _report(bits, asked, before, after)
    if nothing:
        raise RefusedError(NOTHING, 1, report)
    return _planned(nic, bits, wanted, before, after, report)


def _planned(
    nic: NicFacts,
    bits: list[str],
    wanted: set[str],
    before: frozenset[str],
    after: frozenset[str],
    report: str,
) -> Planned:
    old = nic.features
    setting = Features(
        nic.name,
        tuple(feature for feature in bits if feature in wanted and feature not in old),
        tuple(feature for feature in bits if feature in old and feature not in wanted),
        tuple(feature for feature in bits if feature in after and feature not in before),
        tuple(feature for feature in bits if feature in before and feature not in after),
    )
    changed = setting != Features(nic.name, (), (), (), ())
    return done(setting, stdout=report) if changed else done(stdout=report)


def _parse(words: list[str], kernel: str) -> tuple[dict[str, bool], bool]:
    """Return kernel feature to wanted state, and whether a name is unknown.

    Raises:
        RefusedError: a name without on or off.
    """
    asked: dict[str, bool] = {}
    unknown = False
    queue = list(words)
    while queue:
        name = queue.pop(0)
        if not queue:
            raise RefusedError(f"ethtool (-K): no value for parameter '{name}'")
        value = queue.pop(0)
        if value not in ("on", "off"):
            raise RefusedError(
                f"ethtool (-K): flag '{value}' for parameter '(null)' is not followed by 'on' or 'off'"
            )
        group = next((each for each in GROUPS if name in (each.short, each.long)), None)
        names = members(group.pattern, kernel) if group else [name]
        unknown = unknown or any(each not in known(kernel) for each in names)
        asked |= dict.fromkeys(names, value == "on")
    return asked, unknown


def _report(
    bits: list[str], asked: dict[str, bool], before: frozenset[str], after: frozenset[str]
) -> tuple[str, bool]:
    """Return ethtool's lines about what differs from the request, and whether nothing that was asked came about."""
    missed = [feature for feature in bits if feature in asked and asked[feature] != (feature in after)]
    changed = [feature for feature in bits if (feature in before) != (feature in after)]
    unasked = [feature for feature in changed if feature not in asked]
    nothing = missed == [feature for feature in bits if feature in asked]
    if not missed and not unasked:
        return "", nothing
    lines = ["Actual changes:\n"]
    for feature in bits:
        if feature not in missed and feature not in changed:
            continue
        state = "on" if feature in after else "off"
        note = ""
        if feature in missed:
            note = f" [requested {'on' if asked[feature] else 'off'}]"
        elif feature not in asked:
            note = " [not requested]"
        lines.append(f"{feature}: {state}{note}\n")
    return "".join(lines), nothing
