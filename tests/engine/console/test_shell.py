"""Pipes, lists and filters behind reading commands; masks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.console import masks
from engine.console.read import completions, names
from engine.timeline.schema import WHERES, Where
from tests.engine.console.made import Made


@pytest.fixture(scope="module")
def made() -> Made:
    host = Made("6.12", 4)
    host.card(queues=2)
    host.task(15, "ksoftirqd/0", kind="ksoftirqd", affinity=1)
    host.task(21, "ksoftirqd/1", kind="ksoftirqd", affinity=2)
    host.softnet[1].time_squeeze = 0x1F
    return host


FILTERED = [
    (
        "cat /proc/net/softnet_stat | awk '{print $13, $3}' | head -2",
        "00000000 00000000\n00000001 0000001f\n",
    ),
    ("cat /proc/net/softnet_stat | wc -l", "4\n"),
    ("wc -l /proc/net/softnet_stat", "4 /proc/net/softnet_stat\n"),
    ("ethtool -g eth0 | grep -A1 Current", "Current hardware settings:\nRX:\t\t\t256\n"),
    ("ethtool -l eth0 | grep -c Combined", "2\n"),
    ("ethtool -k eth0 | grep -E '^(rx|generic)-[a-z]+offload|gro-hw'", "rx-gro-hw: off [fixed]\n"),
    ("grep 'netdev_b\\|nothing' /proc/version; echo done", "done\n"),
    ("grep -h . /sys/class/net/eth0/queues/rx-*/rps_cpus", "0\n0\n"),
    (
        "grep . /sys/class/net/eth0/queues/rx-*/rps_flow_cnt",
        "/sys/class/net/eth0/queues/rx-0/rps_flow_cnt:0\n/sys/class/net/eth0/queues/rx-1/rps_flow_cnt:0\n",
    ),
    ("cat /sys/class/net/eth0/mtu /sys/class/net/eth0/operstate", "1500\nup\n"),
    ("head -1 /sys/class/net/eth0/mtu /sys/class/net/lo/mtu", None),
    ("cat /proc/nope 2>/dev/null || echo none", "none\n"),
    ("true && echo yes; false && echo no", "yes\n"),
    ("cat /proc/nope 2>&1 | wc -l", "1\n"),
    ("sysctl -n net.core.dev_weight net.core.somaxconn | sort -n", "64\n4096\n"),
    ("cat /proc/version | cut -d ' ' -f 1,2", "Linux version\n"),
    ("sysctl -a | grep -F netdev_budget_ | tail -1", "net.core.netdev_budget_usecs = 8000\n"),
    ("sudo sysctl net.ipv4.tcp_rmem", "net.ipv4.tcp_rmem = 4096\t131072\t6291456\n"),
    ("sysctl net.core.flow_limit_cpu_bitmap", "net.core.flow_limit_cpu_bitmap = 0\n"),
    ("echo -n a; echo b", "ab\n"),
    ("taskset -cp $(pgrep ksoft | head -1)", "pid 15's current affinity list: 0\n"),
    ("echo 'it''s'; echo \"a \\\"b\\\"\"; echo c#d # e", 'its\na "b"\nc#d\n'),
]


@pytest.mark.parametrize(("command", "text"), FILTERED)
def test_filters(made: Made, command: str, text: str | None) -> None:
    if text is None:
        text = "==> /sys/class/net/eth0/mtu <==\n1500\n\n==> /sys/class/net/lo/mtu <==\n65536\n"
    output = made.run(command)
    assert (output.stdout, output.stderr) == (text, "")


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("cat /proc/stat | grep nothing", 1),
        ("grep -q cpu /proc/stat", 0),
        ("false", 1),
        ("cat /proc/stat | foo", 127),
    ],
)
def test_status_is_the_last_commands(made: Made, command: str, status: int) -> None:
    assert made.run(command).status == status


@pytest.mark.parametrize(
    "command",
    [
        "echo $x",
        "for i in 1; do true; done",
        "echo 'open",
        "cat < /proc/stat",
        f"head -n {'9' * 5000}",
        "sleep 1 &",
    ],
)
def test_what_the_shell_does_not_understand_is_one_error(made: Made, command: str) -> None:
    output = made.run(command)
    assert output.stdout == ""
    assert output.status == 2
    assert output.stderr.count("\n") == 1


def test_a_changing_command_is_answered_and_changes_nothing(made: Made) -> None:
    assert made.run("ethtool -G eth0 rx 8192").status == 81
    assert made.run("sysctl -w net.core.netdev_budget=600").stdout == "net.core.netdev_budget = 600\n"
    assert made.run("sysctl net.core.netdev_budget").stdout == "net.core.netdev_budget = 300\n"
    assert made.run("echo 9 | tee /proc/sys/net/core/dev_weight").stdout == "9\n"


def test_every_completed_command_runs(made: Made) -> None:
    cursor = made.cursor()
    found = names(cursor, cursor.timeline)
    assert len(found) == len(dict.fromkeys(found)) > 200
    for command in found:
        output = made.run(command)
        invalid = command.startswith("cat /sys/class/net/lo/") and output.stderr.endswith(
            "Invalid argument\n"
        )
        assert invalid or (output.status == 0 and output.stdout and not output.stderr), command


def test_times_follow_the_slices_up_to_the_moment() -> None:
    """A CPU that has been in softirq for 30 us of 100 when somebody looks."""
    host = Made(cpus=1)
    for time, where in ((0, Where.IDLE), (70_000, Where.SOFTIRQ)):
        host.recorder.switch(time, WHERES.index(where), 0)  # type: ignore[arg-type]  # a plain number of nanoseconds
    host.step(100_000)
    share = host.run("mpstat").stdout.splitlines()[-1].split()
    assert (share[7], share[-1]) == ("30.00", "70.00")


@given(st.integers(1, 256).flatmap(lambda cpus: st.tuples(st.just(cpus), st.integers(0, (1 << cpus) - 1))))
def test_masks_and_lists_read_back(drawn: tuple[int, int]) -> None:
    cpus, mask = drawn
    text = masks.hex_mask(mask, cpus)
    assert masks.parse_hex(text, cpus) == mask
    assert len(text.replace(",", "")) == (cpus + 3) // 4
    if mask:
        assert masks.parse_list(masks.cpu_list(mask), cpus) == mask
        assert masks.parse_list(masks.taskset_list(mask), cpus) == mask


@pytest.mark.parametrize(
    ("text", "cpus", "shown"),
    [("ff", 8, "ff"), ("f", 4, "f"), ("3", 2, "3"), ("1,00000000", 40, "01,00000000"), ("", 8, "00")],
)
def test_masks_as_the_kernel_prints_them(text: str, cpus: int, shown: str) -> None:
    assert masks.hex_mask(masks.parse_hex(text, cpus), cpus) == shown


def test_taskset_makes_ranges_of_three() -> None:
    assert (masks.taskset_list(0b11), masks.cpu_list(0b11), masks.taskset_list(0b10111)) == (
        "0,1",
        "0-1",
        "0-2,4",
    )


@pytest.mark.parametrize(
    ("before", "among"),
    [
        ("sysc", {"sysctl"}),
        ("sysctl net.core.netdev_bud", {"net.core.netdev_budget", "net.core.netdev_budget_usecs"}),
        ("sysctl -w net.core.rmem_m", {"net.core.rmem_max="}),
        ("cat /pr", {"/proc/"}),
        ("nstat && cat /proc/net/softn", {"/proc/net/softnet_stat"}),
        ("ethtool -g ", {"eth0"}),
        ("ethtool -G eth0 ", {"rx", "tx"}),
        ("echo 3 >/proc/irq/default", {">/proc/irq/default_smp_affinity"}),
        ("nosuch ", set()),
    ],
)
def test_the_word_at_the_end_is_completed(made: Made, before: str, among: set[str]) -> None:
    cursor = made.cursor()
    assert set(completions(before, cursor, cursor.timeline)) == among
