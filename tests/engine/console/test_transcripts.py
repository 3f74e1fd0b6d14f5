"""Transcripts of commands typed on Linux 6.12.107 with igb, replayed: settings, refusals, and what is read back.

Each command is planned against the host at the end of the timeline, its settings are applied to the records, and the
next command sees them. Commands that are not built, or whose numbers nobody could know, are listed.
"""

from __future__ import annotations

import re

import pytest

from engine.console.output import NOT_BUILT_STATUS, Output
from engine.console.write import is_write, parse_script, plan
from tests.engine.console.made import RELEASE, Made, sample

BUILTIN = "/h/lib.sh: line 1:"

SKIPPED = {
    "knobs1": [r"grep eth0 /proc/interrupts"],  # counts of that machine
    "knobs2": [
        r"ethtool (-a|-A|-T|-m|-I|-Q|--json|--show-priv-flags) ",
        r"ethtool eth0$",
        r"--all-groups",
    ],
    "sysctl1": [
        r"sysctl net\.core$",  # the machine's own hash key and memory
        r"sysctl -a --pattern",
    ],
    "sysfs1": [
        r"queues/tx-",
        r"rps_flow_cnt; cat",
        r"statistics",
        r"^ls;",
        r"pgrep",
        r"cat threaded;",
        r"tx_queue_len",
        r"ls /proc/irq",
        r"cat queues/rx-0/rps_cpus queues",  # with transmit queues behind it
    ],
}
"""Left out, and why: by transcript, patterns of commands."""

NOT_BUILT = {
    "knobs1": [],
    "knobs2": [],
    "sysctl1": [
        *(r"busy_poll=50", r"rps_sock_flow_entries=3", r"default_qdisc=fq$", r"tcp_max_syn_backlog=128"),
        *(r"tcp_timestamps=5",),
    ],
    "sysfs1": [r"echo 1 > threaded", r"echo 4096 > queues/rx-0/rps_flow_cnt"],
}
"""What the real host takes and the simulated one refuses as not built yet."""

REPLAYED = {"knobs1": 42, "knobs2": 36, "sysctl1": 57, "sysfs1": 29}
"""How many commands of each transcript are compared, so that none is lost unseen."""

FOLLOWS = {
    "sysctl1": [
        *(
            r"sysctl net\.core\.busy_poll net",
            r"sysctl net\.core\.rps_sock",
            r"sysctl net\.core\.default_qdisc",
        ),
    ],
    "sysfs1": [],
}
"""Commands that read back what was not built."""


def commands(name: str) -> list[tuple[str, str, int]]:
    """Return a transcript's commands with their text and status."""
    found = []
    for block in re.split(r"(?m)^\$ ", sample(f"transcripts/{name}.txt"))[1:]:
        command, _, text = block.partition("\n")
        end = re.search(r"(?m)^\[exit (\d+)\]\n?\Z", text)
        found.append((command, text[: end.start()] if end else text, int(end[1]) if end else 0))
    return found


def matches(command: str, patterns: list[str]) -> bool:
    return any(re.search(pattern, command) for pattern in patterns)


def absolute(command: str, folder: str) -> str:
    """Spell out the paths of a command typed inside a folder."""
    if not folder:
        return command
    return re.sub(
        r"(?<=[ >])(queues/\S+|threaded|napi_\w+|gro_\w+|(?:smp|effective)_\w+)(?=[ ;]|$)",
        rf"{folder}/\1",
        command,
    )


def run(made: Made, command: str) -> Output:
    """Run a command line on the living records."""
    out, status = "", 0
    for single in parse_script(command):
        if is_write(single.text):
            planned = plan(single, made.known())
            for setting in planned.settings:
                made.apply(setting)
            output = planned.output
        else:
            output = made.run(single.text)
        out, status = out + output.stderr + output.stdout, output.status
    return Output(out, "", status)


def host() -> Made:
    made = Made("6.12", 8, release=RELEASE)
    made.card(queues=4)
    made.irq(48, [0] * 8, "PCI-MSIX-0000:01:00.0", 1, "eth0-rx-0", effective=4)
    return made


@pytest.mark.parametrize("name", ["knobs1", "knobs2", "sysctl1", "sysfs1"])
def test_transcript(name: str) -> None:
    made = host()
    if name == "knobs2":  # it follows knobs1, which ends with eight channels
        run(made, "ethtool -L eth0 combined 8")
    replayed = 0
    folder = "/sys/class/net/eth0" if name == "sysfs1" else ""
    for command, text, status in commands(name):
        if "/proc/irq" in command:
            folder = "/proc/irq/48"
        if matches(command, SKIPPED[name]) or matches(command, FOLLOWS.get(name, [])):
            continue
        output = run(made, absolute(command, folder))
        if matches(command, NOT_BUILT[name]):
            assert output.status == NOT_BUILT_STATUS, command
            assert output.stdout.startswith("skbscope: "), command
            continue
        expected = text.replace(BUILTIN, "bash:")
        if folder:
            expected = re.sub(r"bash: ((?:smp|queues)\S+):", rf"bash: {folder}/\1:", expected)
        assert (output.stdout, output.status) == (expected, status), command
        replayed += 1
    assert replayed == REPLAYED[name]
