"""Changing commands: what they become, and how they are refused."""

from __future__ import annotations

import pytest

from engine.console.write import (
    ChannelCount,
    Coalesce,
    Command,
    DefaultIrqAffinity,
    Features,
    GroFlushTimeout,
    IrqAffinity,
    NapiDeferHardIrqs,
    NtupleDelete,
    NtupleInsert,
    NtupleRule,
    RingSize,
    RpsCpus,
    RssKey,
    RssTable,
    RxFlowHash,
    ScriptError,
    Setting,
    Sysctl,
    TaskAffinity,
    TaskPolicy,
    is_write,
    parse_script,
    plan,
)
from engine.console.write.ethtool_rss import weighted
from tests.engine.console.made import Made

NETLINK_INVALID = "netlink error: Invalid argument\n"
KEY = bytes(range(40))


def host(driver: str = "ixgbe", cpus: int = 8, queues: int = 4) -> Made:
    made = Made("6.18", cpus, isolcpus=[7])
    made.card("eth0", driver, queues)
    made.irq(33, [0] * cpus, "PCI-MSIX-0000:01:00.0", 1, "eth0-TxRx-0")
    made.task(900, "feed/0")
    made.task(15, "ksoftirqd/0", kind="ksoftirqd", affinity=1)
    return made


TAKEN: list[tuple[str, Setting]] = [
    ("ethtool -G eth0 rx 2048 tx 1000", RingSize("eth0", 2048, 1000)),
    ("ethtool -G eth0 rx 0x81", RingSize("eth0", 136)),
    ("ethtool -C eth0 rx-usecs 1022", Coalesce("eth0", 1022)),
    ("ethtool -L eth0 combined 8", ChannelCount("eth0", 8)),
    ("ethtool -X eth0 equal 2", RssTable("eth0", (0, 1) * 64)),
    ("ethtool -X eth0 equal 2 start 2", RssTable("eth0", (2, 3) * 64)),
    ("ethtool -X eth0 weight 1 0 1", RssTable("eth0", (0,) * 64 + (2,) * 64)),
    ("ethtool -X eth0 default", RssTable("eth0", (0, 1, 2, 3) * 32)),
    (f"ethtool -X eth0 hkey {KEY.hex(':')}", RssKey("eth0", KEY)),
    ("ethtool -N eth0 rx-flow-hash udp4 sdfn", RxFlowHash("eth0", True)),
    ("ethtool -U eth0 rx-flow-hash udp4 fnsd", RxFlowHash("eth0", True)),
    ("ethtool -K eth0 gro off", Features("eth0", (), ("rx-gro",), (), ("rx-gro",))),
    (
        "ethtool -K eth0 ntuple on",
        Features("eth0", ("rx-ntuple-filter",), (), ("rx-ntuple-filter",), ()),
    ),
    ("echo c > /proc/irq/33/smp_affinity", IrqAffinity(33, 0b1100)),
    ("echo 0-4:2,6 > /proc/irq/33/smp_affinity_list", IrqAffinity(33, 0b1010101)),
    ("echo 3 > /proc/irq/default_smp_affinity", DefaultIrqAffinity(3)),
    ("echo ff > /sys/class/net/eth0/queues/rx-3/rps_cpus", RpsCpus("eth0", 3, 0x7F)),
    ("echo 0 > /sys/class/net/eth0/queues/rx-0/rps_cpus", RpsCpus("eth0", 0, 0)),
    ("echo 2 > /sys/class/net/eth0/napi_defer_hard_irqs", NapiDeferHardIrqs("eth0", 2)),
    ("echo 20000 > /sys/class/net/eth0/gro_flush_timeout", GroFlushTimeout("eth0", 20_000)),
    ("echo 600 > /proc/sys/net/core/netdev_budget", Sysctl("net.core.netdev_budget", 600)),
    ("echo 600 | sudo tee /proc/sys/net/core/netdev_budget", Sysctl("net.core.netdev_budget", 600)),
    ("sudo sysctl -qw net.core.netdev_budget=600", Sysctl("net.core.netdev_budget", 600)),
    ("sysctl net/core/dev_weight=128", Sysctl("net.core.dev_weight", 128)),
    ("sysctl -w 'net.core.rmem_max = 0x100000'", Sysctl("net.core.rmem_max", 1 << 20)),
    ("sysctl -w net.core.flow_limit_cpu_bitmap=f0", Sysctl("net.core.flow_limit_cpu_bitmap", 0xF0)),
    ("taskset -cp 1,3 900", TaskAffinity(900, 0b1010)),
    ("taskset -p 0x3 900", TaskAffinity(900, 3)),
    ("taskset -p f00f 900", TaskAffinity(900, 0xF)),
    ("taskset -cp 2 $(pgrep -x feed/0)", TaskAffinity(900, 0b100)),
    ('chrt -f -p 50 "$(pgrep -f feed | head -1)"', TaskPolicy(900, "SCHED_FIFO", 50)),
    ("chrt -f -p 50 900", TaskPolicy(900, "SCHED_FIFO", 50)),
    ("chrt --rr --pid 7 900", TaskPolicy(900, "SCHED_RR", 7)),
    ("chrt -o -p 0 900", TaskPolicy(900, "SCHED_OTHER", 0)),
]


@pytest.mark.parametrize(("command", "setting"), TAKEN)
def test_taken(command: str, setting: Setting) -> None:
    planned = plan(command, host().known())
    assert planned.settings == (setting,)
    assert (planned.output.status, planned.output.stderr) == (0, "")
    assert is_write(command)


UNCHANGED = [
    "ethtool -G eth0 rx 512",
    "ethtool -C eth0 rx-usecs 1",
    "ethtool -L eth0 combined 4",
    "ethtool -K eth0 gro on",
    "ethtool -N eth0 rx-flow-hash udp4 sd",
    "ethtool -N eth0 rx-flow-hash tcp4 sdfn",
    "echo 0 > /sys/class/net/eth0/threaded",
    "echo 0 > /sys/class/net/eth0/queues/rx-0/rps_flow_cnt",
    "sysctl -w net.ipv4.tcp_rmem='4096 131072 33554432'",
    "sysctl -w net.ipv4.tcp_rmem='4096 131072'",
    "sysctl -w net.core.default_qdisc=pfifo_fast",
    "ethtool -X eth0 hfunc toeplitz",
]


@pytest.mark.parametrize("command", UNCHANGED)
def test_what_is_so_already_changes_nothing(command: str) -> None:
    planned = plan(command, host().known())
    assert planned.settings == ()
    assert (planned.output.status, planned.output.stderr) == (0, "")


RSS = "Cannot set RX flow hash configuration:"
INSERT = "rmgr: Cannot insert RX class rule: {}\nCannot insert classification rule\n"
BAD = "ethtool: bad command line argument(s)\nFor more information run ethtool -h\n"
NO_DEVICE = "netlink error: no device matches name (offset 24)\nnetlink error: No such device\n"
CHRT_RANGE = "chrt: unsupported priority value for the policy: {}: see --max for valid range\n"

TOO_MANY = "netlink error: requested channel count exceeds maximum (offset 36)\n"

REFUSED = [
    ("ethtool -C eth0 rx-usecs 1023", NETLINK_INVALID, 1),
    ("ethtool -C eth0 tx-usecs 10", NETLINK_INVALID, 1),
    ("ethtool -C eth0 rx-usecs", "ethtool (-C): no value for parameter 'rx-usecs'\n", 1),
    ("ethtool -C eth0 bogus 1", "ethtool (-C): unknown parameter 'bogus'\n", 1),
    ("ethtool -C nope0 rx-usecs 1", NO_DEVICE, 1),
    ("ethtool -G nope0 rx 64", NO_DEVICE, 81),
    ("ethtool -K nope0 gro off", NO_DEVICE, 92),
    ("ethtool -G", BAD, 1),
    (
        "ethtool -L eth0 combined 64",
        f"netlink error: requested channel count exceeds maximum (offset 36)\n{NETLINK_INVALID}",
        1,
    ),
    ("ethtool -L eth0 combined 4 combined 4", "ethtool (-L): duplicate parameter 'combined'\n", 1),
    ("ethtool -X eth0 equal 5", f"{RSS} Invalid argument\n", 1),
    ("ethtool -X eth0 weight 0 0", "At least one weight must be non-zero\n", 1),
    ("ethtool -X eth0 hkey 6d:5a", "Key is too short for device (2 < 40)\n", 1),
    ("ethtool -X eth0 hkey zz", "Invalid RSS hash key format\n", 1),
    ("ethtool -X eth0 hfunc xor", f"{RSS} Operation not supported\n", 1),
    ("ethtool -X eth0 hfunc bogus", "Unknown hash function: bogus\n", 1),
    ("ethtool -X eth0", BAD, 1),
    ("ethtool -X nope0 default", "Cannot get RX ring count: No such device\n", 1),
    ("ethtool -N eth0 flow-type udp4 dst-port 1 action 1", INSERT.format("Operation not supported"), 1),
    (
        "ethtool -N nope0 rx-flow-hash udp4 sd",
        "Cannot change RX network flow hashing options: No such device\n",
        1,
    ),
    (
        "ethtool -N eth0 rx-flow-hash udp4 m",
        "Cannot change RX network flow hashing options: Invalid argument\n",
        1,
    ),
    ("ethtool -N eth0 rx-flow-hash udp4 xyz", BAD, 1),
    (
        "echo 100 > /proc/irq/33/smp_affinity",
        "bash: echo: write error: Value too large for defined data type\n",
        1,
    ),
    ("echo 1 > /proc/irq/34/smp_affinity", "bash: /proc/irq/34/smp_affinity: No such file or directory\n", 1),
    ("echo 1 > /proc/irq/0/smp_affinity", "bash: echo: write error: Operation not permitted\n", 1),
    ("echo 0 > /proc/irq/default_smp_affinity", "bash: echo: write error: Invalid argument\n", 1),
    ("echo 80 > /sys/class/net/eth0/queues/rx-0/rps_cpus", "bash: echo: write error: Invalid argument\n", 1),
    (
        "echo 1 > /sys/class/net/eth0/queues/rx-4/rps_cpus",
        "bash: /sys/class/net/eth0/queues/rx-4/rps_cpus: No such file or directory\n",
        1,
    ),
    (
        "echo 4294967296 > /sys/class/net/eth0/napi_defer_hard_irqs",
        "bash: echo: write error: Numerical result out of range\n",
        1,
    ),
    ("echo 1 > /sys/class/net/eth0/operstate", "bash: /sys/class/net/eth0/operstate: Permission denied\n", 1),
    ("echo 1 > /proc/net/softnet_stat", "bash: echo: write error: Input/output error\n", 1),
    ("echo 1 > /proc/sys/net/core", "bash: /proc/sys/net/core: Is a directory\n", 1),
    ("echo 1 > /proc/nope", "bash: /proc/nope: No such file or directory\n", 1),
    (
        "echo x | tee /proc/sys/net/core/dev_weight",
        "tee: /proc/sys/net/core/dev_weight: Invalid argument\n",
        1,
    ),
    ("taskset -cp 20 900", "taskset: failed to set pid 900's affinity: Invalid argument\n", 1),
    ("taskset -cp 1 15", "taskset: failed to set pid 15's affinity: Invalid argument\n", 1),
    ("taskset -cp zz 900", "taskset: failed to parse CPU list: zz\n", 1),
    ("taskset -p zz 900", "taskset: failed to parse CPU mask: zz\n", 1),
    ("taskset -cp 0 abc", "taskset: invalid PID argument: 'abc'\n", 1),
    ("taskset -cp 0 5", "taskset: failed to get pid 5's affinity: No such process\n", 1),
    ("chrt -f -p 100 900", CHRT_RANGE.format(100), 1),
    ("chrt -o -p 5 900", CHRT_RANGE.format(5), 1),
    ("chrt -f -p 5 $(pgrep nobody)", "chrt: bad usage\nTry 'chrt --help' for more information.\n", 1),
    ("chrt -f -p zz 900", "chrt: invalid priority argument: 'zz'\n", 1),
    ("chrt -f -p 5 5", "chrt: failed to set pid 5's policy: No such process\n", 1),
    (
        "sysctl -w net.core.netdev_rss_key=1",
        'sysctl: permission denied on key "net.core.netdev_rss_key"\n',
        1,
    ),
    ("sysctl -w", "sysctl: no variables specified\nTry `sysctl --help' for more information.\n", 1),
]


@pytest.mark.parametrize(("command", "words", "status"), REFUSED)
def test_refused(command: str, words: str, status: int) -> None:
    planned = plan(command, host().known())
    assert planned.settings == ()
    assert (planned.output.stderr, planned.output.status) == (words, status)
    assert is_write(command)


def test_a_partly_wrong_sysctl_sets_the_rest() -> None:
    planned = plan("sysctl -w net.core.dev_weight=0 net.core.netdev_budget=64", host().known())
    assert planned.settings == (Sysctl("net.core.netdev_budget", 64),)
    assert planned.output.stdout == "net.core.netdev_budget = 64\n"
    assert planned.output.stderr == 'sysctl: setting key "net.core.dev_weight": Invalid argument\n'
    assert planned.output.status == 1


NOT_BUILT = [
    "ethtool -A eth0 rx off",
    "ethtool -K eth0 lro on",
    "ethtool -K eth0 rx-udp-gro-forwarding on",
    "ethtool -X eth0 context new",
    "ethtool -N eth0 rx-flow-hash udp6 sdfn",
    "echo 1 > /sys/class/net/eth0/threaded",
    "echo 4096 > /sys/class/net/eth0/queues/rx-0/rps_flow_cnt",
    "echo 1 > /sys/class/net/eth0/queues/tx-0/xps_cpus",
    "echo 9000 > /sys/class/net/eth0/mtu",
    "echo 1 > /tmp/x",
    "sysctl -w net.core.rps_sock_flow_entries=32768",
    "sysctl -w net.core.busy_poll=50",
    "sysctl -w net.core.default_qdisc=fq",
    "sysctl -w net.ipv4.tcp_rmem='4096 131072 1000000'",
    "sysctl -p",
    "ip link set dev eth0 mtu 9000",
    "tc qdisc replace dev eth0 root fq",
    "iptables -A INPUT -j DROP",
    "taskset -c 3 feed",
    "chrt -b -p 0 900",
    "ethtool -S eth0 > /proc/sys/net/core/netdev_budget",
]


@pytest.mark.parametrize("command", NOT_BUILT)
def test_not_built_is_said_and_never_ignored(command: str) -> None:
    planned = plan(command, host().known())
    assert planned.settings == ()
    assert planned.output.status == 2
    assert planned.output.stderr.startswith("skbscope: ")
    assert "not built yet" in planned.output.stderr
    assert planned.output.stderr.count("\n") == 1


def test_an_unbuilt_tool_names_the_closed_list() -> None:
    assert "understood are: ethtool -G -C" in plan("tc qdisc", host().known()).output.stderr


@pytest.mark.parametrize(
    ("command", "status"), [("foo", 127), ("/bin/foo", 127), ("cat /proc/stat", 0), ("true", 0)]
)
def test_other_commands_change_nothing(command: str, status: int) -> None:
    planned = plan(command, host().known())
    assert planned.settings == ()
    assert planned.output.status == status
    assert not is_write(command)


# -- what depends on what ---------------------------------------------------------------------------------


def test_legacy_has_neither_channels_nor_coalescing() -> None:
    made = host("legacy", queues=1)
    unsupported = "netlink error: Operation not supported\n"
    for command in (
        "ethtool -L eth0 combined 2",
        "ethtool -C eth0 rx-usecs 0",
        "ethtool -l eth0",
        "ethtool -x eth0",
    ):
        planned = plan(command, made.known()) if is_write(command) else None
        output = planned.output if planned else made.run(command)
        assert (output.stderr, output.status) == (unsupported, 1), command
    assert plan("ethtool -G eth0 rx 100", made.known()).settings == (RingSize("eth0", 104),)


@pytest.mark.parametrize(
    ("usecs", "legal"),
    [
        (0, True),
        (1, True),
        (2, False),
        (3, True),
        (4, False),
        (9, False),
        (10, True),
        (10_000, True),
        (10_001, False),
    ],
)
def test_igb_takes_these_rx_usecs(usecs: int, legal: bool) -> None:
    made = host("igb")
    made.cards["eth0"].device.rx_usecs = 7  # so that every legal number is a change
    planned = plan(f"ethtool -C eth0 rx-usecs {usecs}", made.known())
    assert planned.settings == ((Coalesce("eth0", usecs),) if legal else ())
    assert planned.output.stderr == ("" if legal else NETLINK_INVALID)


@pytest.mark.parametrize(("queues", "taken"), [(4, True), (5, False), (8, False)])
def test_igb_has_tx_usecs_only_without_pairs(queues: int, taken: bool) -> None:
    made = host("igb", queues=queues)
    planned = plan("ethtool -C eth0 tx-usecs 10", made.known())
    assert bool(planned.settings) is taken
    assert f"tx-usecs:\t{3 if taken else 0}\n" in made.run("ethtool -c eth0").stdout


def test_channels_stay_above_a_table_that_was_set() -> None:
    made = host()
    made.apply(RssTable("eth0", (3,) * 128))
    assert (
        "too low for existing indirection table"
        in plan("ethtool -L eth0 combined 2", made.known()).output.stderr
    )
    made.apply(RssTable("eth0", (0, 1, 2, 3) * 32))
    assert plan("ethtool -L eth0 combined 2", made.known()).settings == (ChannelCount("eth0", 2),)


def test_rules_share_one_mask_and_take_the_highest_place() -> None:
    made = host()
    known = made.known
    made.apply(plan("ethtool -K eth0 ntuple on", known()).settings[0])
    first = plan("ethtool -N eth0 flow-type udp4 dst-ip 239.1.1.1 dst-port 9000 action 2", known())
    rule = NtupleRule(2045, 17, daddr=0xEF010101, daddr_mask=0, dport=9000, dport_mask=0, action=2)
    assert first.settings == (NtupleInsert("eth0", rule),)
    assert first.output.stdout == "Added rule with ID 2045\n"
    made.apply(first.settings[0])
    assert plan("ethtool -N eth0 flow-type udp4 dst-port 1 action 1", known()).output.stderr == INSERT.format(
        "Invalid argument"
    )
    second = plan("ethtool -N eth0 flow-type tcp4 dst-ip 10.0.0.1 dst-port 80 action -1", known())
    assert second.output.stdout == "Added rule with ID 2044\n"
    assert plan("ethtool -N eth0 delete 2045", known()).settings == (NtupleDelete("eth0", 2045),)
    assert plan("ethtool -N eth0 delete 7", known()).output.status == 1
    placed = plan("ethtool -N eth0 flow-type udp4 dst-ip 1.2.3.4 dst-port 1 action 0 loc 3", known())
    assert (placed.output.stdout, placed.output.status) == ("", 0)
    wrong = plan("ethtool -N eth0 flow-type udp4 dst-ip 1.2.3.4 dst-port 1 action 9", known())
    assert wrong.output.stderr == INSERT.format("Invalid argument")


def test_weights_are_contiguous_runs() -> None:
    """`weight 1 1 2 4` on 128 entries: runs of 16, 16, 32 and 64."""
    table = weighted([1, 1, 2, 4], 0)
    assert table == (0,) * 16 + (1,) * 16 + (2,) * 32 + (3,) * 64


# -- scripts ------------------------------------------------------------------------------------------------


def test_a_script_comes_apart() -> None:
    text = """
# rings first
ethtool -G eth0 rx 512   # as large as it goes
sysctl -w net.core.netdev_budget=300 || true
echo 2 > a; echo 20000 > b

ethtool -K eth0 gro off && \\
  ethtool -K eth0 tso off || :
echo 'x # ; y' > c
"""
    assert parse_script(text) == (
        Command(3, "ethtool -G eth0 rx 512"),
        Command(4, "sysctl -w net.core.netdev_budget=300", tolerated=True),
        Command(5, "echo 2 > a"),
        Command(5, "echo 20000 > b"),
        Command(7, "ethtool -K eth0 gro off", tolerated=True),
        Command(8, "ethtool -K eth0 tso off", tolerated=True, needs_previous=True),
        Command(9, "echo 'x # ; y' > c"),
    )


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("true\nfor i in 0 1; do echo $i; done", 2, "variables"),
        ("for i in 0 1\ndo true\ndone", 1, "loops and conditions"),
        ("echo $HOME", 1, "variables"),
        ("\n\necho `id`", 3, "command substitution"),
        ("echo 'open", 1, "unexpected EOF"),
        ("true || reboot", 1, "only `|| true'"),
        ("sleep 1 &", 1, "background"),
        ("echo 1 >", 1, "syntax error"),
        ("&& true", 1, "syntax error"),
        ("true &&", 1, "unexpected end"),
    ],
)
def test_scripts_that_are_not_understood(text: str, line: int, words: str) -> None:
    with pytest.raises(ScriptError) as caught:
        parse_script(text)
    assert caught.value.line_no == line
    assert words in str(caught.value)
