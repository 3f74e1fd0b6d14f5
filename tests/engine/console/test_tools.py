"""ethtool, ip, ss, mpstat, nstat and the rest, compared with Linux 6.12.107 and igb."""

from __future__ import annotations

import re

import pytest

from engine.console.read import ip, mpstat
from engine.console.read.device import LINK_STATS
from engine.console.read.ethtool_stats import IGB_GLOBAL, IXGBE_GLOBAL
from engine.linux.include.sched import App
from tests.engine.console.made import RELEASE, Card, Made, sample
from tests.engine.console.test_proc import moved


def igb() -> tuple[Made, Card]:
    """A host like the sample's: eight paired queues, a round-robin table, rings of 512."""
    made = Made("6.12", 8, release=RELEASE, hostname="trading01")
    card = made.card()
    for ring in card.rings:
        ring.count = 512
    for row in card.reta:
        for entry in range(8):
            setattr(row, f"e{entry}", entry)
    return made, card


@pytest.mark.parametrize("letter", list("cgiklnx"))
def test_ethtool_on_igb_prints_the_sample(letter: str) -> None:
    made, _ = igb()
    output = made.run(f"ethtool -{letter} eth0")
    assert output.stdout == sample(f"linux-6.12-igb/ethtool-{letter}.txt")
    assert (output.stderr, output.status) == ("", 0)


def test_ethtool_statistics_of_igb() -> None:
    """Order and names are the sample's; values as far as reception moves them."""
    made, card = igb()
    text = sample("linux-6.12-igb/ethtool-S.txt")
    numbers = {name: int(value) for name, value in re.findall(r"(\w+): (\d+)", text)}
    card.nic.gprc, card.nic.gorc = numbers["rx_packets"], numbers["rx_bytes"]
    card.nic.bprc, card.nic.mprc = numbers["rx_broadcast"], numbers["rx_multicast"]
    for queue, ring in enumerate(card.rings):
        for name in ("packets", "bytes", "drops", "csum_err", "alloc_failed"):
            setattr(ring, name, numbers[f"rx_queue_{queue}_{name}"])
    still = ("tx_", "rx_short", "rx_errors", "rx_length")
    expected = re.sub(
        r"(\w+): \d+", lambda found: f"{found[1]}: 0" if found[1].startswith(still) else found[0], text
    )
    assert made.run("ethtool -S eth0").stdout == expected


def test_ethtool_counts_losses_of_igb_twice_over() -> None:
    """MPC is missed and fifo, RQDPC is drops and fifo only, RNBC is no loss."""
    made, card = igb()
    card.nic.mpc, card.nic.rnbc, card.rings[2].drops = 5, 9, 3
    shown = dict(re.findall(r"(\w+): (\d+)", made.run("ethtool -S eth0").stdout))
    wanted = {
        "rx_missed_errors": "5",
        "rx_no_buffer_count": "9",
        "rx_fifo_errors": "8",
        "rx_queue_2_drops": "3",
    }
    assert {name: shown[name] for name in wanted} == wanted
    assert made.run("cat /sys/class/net/eth0/statistics/rx_missed_errors").stdout == "5\n"


def test_ethtool_statistics_of_ixgbe() -> None:
    made = Made(cpus=4)
    card = made.card("eth0", "ixgbe", 4)
    card.rings[1].drops, card.rings[3].drops, card.nic.mpc = 4, 6, 2
    lines = made.run("ethtool -S eth0").stdout.splitlines()
    names = [line.strip().partition(":")[0] for line in lines[1:]]
    assert lines[0] == "NIC statistics:"
    assert names[: len(IXGBE_GLOBAL)] == IXGBE_GLOBAL
    assert names[len(IXGBE_GLOBAL) :][:3] == ["tx_queue_0_packets", "tx_queue_0_bytes", "tx_queue_1_packets"]
    assert "     rx_no_dma_resources: 10" in lines
    assert "     rx_missed_errors: 2" in lines


def test_igb_has_fifty_global_counters() -> None:
    assert len(IGB_GLOBAL) == 51


def test_ixgbe_shows_its_key_and_the_table_in_turn() -> None:
    made = Made(cpus=4)
    card = made.card("eth0", "ixgbe", 4)
    card.nic.rss_key = made.recorder.name("6d:5a:56")
    lines = made.run("ethtool -x eth0").stdout.splitlines()
    assert lines[1] == "RX flow hash indirection table for eth0 with 4 RX ring(s):"
    assert lines[2] == "    0:      0     1     2     3     0     1     2     3"
    assert lines[lines.index("RSS hash key:") + 1] == "6d:5a:56"


def test_ethtool_lists_rules() -> None:
    """The listing of a rule on an 82599."""
    made = Made(cpus=8)
    made.card("eth0", "ixgbe", 8)
    for command in ("ethtool -K eth0 ntuple on", "ethtool -N eth0 flow-type udp4 dst-port 5001 action 2"):
        planned = _plan(made, command)
    assert planned == "Added rule with ID 2045\n"
    assert made.run("ethtool -n eth0").stdout == (
        "8 RX rings available\nTotal 1 rules\n\nFilter: 2045\n\tRule Type: UDP over IPv4\n"
        "\tSrc IP addr: 0.0.0.0 mask: 255.255.255.255\n\tDest IP addr: 0.0.0.0 mask: 255.255.255.255\n"
        "\tTOS: 0x0 mask: 0xff\n\tSrc port: 0 mask: 0xffff\n\tDest port: 5001 mask: 0x0\n"
        "\tAction: Direct to queue 2\n\n"
    )


def _plan(made: Made, command: str) -> str:
    from engine.console.write import plan

    planned = plan(command, made.known())
    assert planned.output.status == 0, planned.output.stderr
    for setting in planned.settings:
        made.apply(setting)
    return planned.output.stdout


def test_accecn_is_listed_from_6_18_on() -> None:
    features = {}
    for kernel in ("6.12", "6.17", "6.18"):
        made = Made(kernel, 2)
        made.card(queues=2)
        features[kernel] = [line.split(":")[0] for line in made.run("ethtool -k eth0").stdout.splitlines()]
    real = [line.split(":")[0] for line in sample("linux-6.18/ethtool-k.txt").splitlines()]
    assert features["6.18"] == real
    assert features["6.12"] == features["6.17"] == [name for name in real if "accecn" not in name]


@pytest.mark.parametrize(("name", "detail"), [("ip-s-link", 1), ("ip-s-s-link", 2)])
def test_ip_statistics(name: str, detail: int) -> None:
    """Every interface of the sample, numbers and columns."""
    blocks = re.split(r"(?m)^(?=\d+: )", sample(f"linux-6.12-igb/{name}.txt"))[1:]
    assert len(blocks) == 4
    for block in blocks:
        rows = [line for line in block.splitlines(keepends=True)[2:] if "altname" not in line]
        numbers = [[int(cell) for cell in row.split()] for row in rows[1::2]]
        stats = dict.fromkeys(LINK_STATS, 0)
        stats |= dict(zip(ip.RX, numbers[0], strict=True))
        stats |= dict(zip(ip.TX, numbers[detail], strict=True))
        if detail == 2:
            stats |= dict(zip(ip.RX_ERRORS, numbers[1], strict=True))
            stats |= dict(zip(ip.TX_ERRORS, numbers[3], strict=False))
        transitions = numbers[3][-1] if detail == 2 else 0
        link = ip.Link(4, "", "", 0, "", "", 0, "", "", "", stats, transitions)
        assert ip.statistics(link, detail) == "".join(rows)


def test_ip_link_lines() -> None:
    made, _ = igb()
    made.facts["nics"][0] |= {"mac": "52:54:00:00:00:01", "tx_queue_len": 5000}
    lines = sample("linux-6.12-igb/ip-s-link.txt").splitlines()
    shown = made.run("ip -s link").stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("4: eth0"))
    assert shown[:6] == lines[:6]
    assert shown[6:8] == lines[at : at + 2]
    assert made.run("ip -s link show dev eth0").stdout.splitlines()[:2] == lines[at : at + 2]
    assert made.run("ip link show nope0").stderr == 'Device "nope0" does not exist.\n'


def test_nohandler_has_a_column_when_it_counts() -> None:
    made = Made(cpus=1)
    made.card(queues=1, rx_nohandler=3)
    lines = made.run("ip -s -s link show eth0").stdout.splitlines()
    assert lines[4] == "    RX errors:  length    crc   frame    fifo overrun nohandler"
    assert lines[5].split()[-1] == "3"


def test_ss_lays_out_several_sockets() -> None:
    """As iproute2 sets them: every column as wide as its widest cell."""
    made = Made()
    app = App(made.recorder, name="python3", pid=8606)
    made.sock(50_022, app, saddr=0x7F000001, daddr=0x7F000001, dport=5001, fd=4)
    made.sock(5001, app, saddr=0x7F000001, fd=3)
    assert made.run("ss -uanp").stdout == (
        "State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess                           \n"
        'ESTAB  0      0          127.0.0.1:50022    127.0.0.1:5001 users:(("python3",pid=8606,fd=4))\n'
        'UNCONN 0      0          127.0.0.1:5001       0.0.0.0:*    users:(("python3",pid=8606,fd=3))\n'
    )
    assert made.run("ss -un").stdout == (
        "Recv-Q Send-Q Local Address:Port  Peer Address:Port\n0      0          127.0.0.1:50022    127.0.0.1:5001\n"
    )
    assert len(made.run("ss -uln").stdout.splitlines()) == 2


def test_ss_without_sockets_and_its_summary() -> None:
    made = Made()
    assert made.run("ss -uampn").stdout == (
        "State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n"
    )
    made.sock(5001)
    text = sample("linux-6.12-igb/ss-s.txt")
    text = text.replace("Total: 8", "Total: 1").replace("14 (estab 6, closed 7", "0 (estab 0, closed 0")
    text = text.replace("7         3         4 ", "0         0         0 ")
    text = text.replace("8         4         4 ", "1         1         0 ")
    assert made.run("ss -s").stdout == text


def ticks(cells: list[str]) -> list[int]:
    """Return the timer ticks that a line of mpstat was made of: the counts that print as these shares."""
    shares = [round(float(cell) * 100) for cell in cells]
    for total in range(50, 130):
        counts = [(share * total + 5000) // 10_000 for share in shares]
        if sum(counts) == total and all(
            (count * 20_000 // total + 1) >> 1 == share for count, share in zip(counts, shares, strict=True)
        ):
            return counts
    raise AssertionError(cells)


def test_mpstat_prints_the_sample() -> None:
    made = Made("6.12", 8, release=RELEASE, hostname="trading01", clock=1_795_176_509)
    lines = sample("linux-6.12-igb/mpstat.txt").splitlines()
    made.step(10**9)
    for state, line in zip(made.states, lines[4:12], strict=True):
        user, nice, system, _, irq, soft, *_, idle = ticks(line.split()[2:])
        state.user_ns, state.nice_ns, state.system_ns = user, nice, system
        state.irq_ns, state.softirq_ns, state.idle_ns = irq, soft, idle
    shown = made.run("mpstat -P ALL 1 1").stdout.splitlines()
    without = [
        number for number, line in enumerate(lines) if " all " not in line and " 1.06    1.06 " not in line
    ]
    assert [shown[number] for number in without] == [lines[number] for number in without]
    assert len(shown) == len(lines)


def test_mpstat_since_the_start_and_over_the_last_second() -> None:
    made = Made(cpus=2)
    made.step(1_000_000_000)
    made.states[0].softirq_ns, made.states[0].idle_ns = 250_000_000, 750_000_000
    made.step(2_000_000_000)
    made.states[0].softirq_ns, made.states[0].idle_ns = 1_250_000_000, 750_000_000
    since = made.run("mpstat -P ALL").stdout.splitlines()
    assert since[4].split()[1:] == [
        "0",
        "0.00",
        "0.00",
        "0.00",
        "0.00",
        "0.00",
        "62.50",
        "0.00",
        "0.00",
        "0.00",
        "37.50",
    ]
    last = made.run("mpstat -P 0 1 1").stdout.splitlines()
    assert last[3].split()[1:] == [
        "0",
        "0.00",
        "0.00",
        "0.00",
        "0.00",
        "0.00",
        "100.00",
        "0.00",
        "0.00",
        "0.00",
        "0.00",
    ]
    two = made.run("mpstat -P 0 1 2").stdout
    assert two.count("%usr") == 3
    assert mpstat.shares([0] * 10)[-1] == "100.00"


@pytest.mark.parametrize(("kernel", "folder"), [("6.12", "linux-6.12-igb"), ("6.18", "linux-6.18")])
def test_nstat(kernel: str, folder: str) -> None:
    """Every line that a host without ICMP has, with the values that the model moves."""
    made = Made(kernel, 2)
    expected = []
    for line in sample(f"{folder}/nstat-az.txt").splitlines():
        name, *cells = line.split()
        if name.startswith("IcmpMsg") or re.match(r"Icmp6(In|Out)Type", name):
            continue
        if cells and moved(name):
            setattr(made.mib, name, int(cells[0]))
        elif cells:
            line = f"{name:<32}{0:<16}   0.0"
        expected.append(line)
    assert made.run("nstat -az").stdout.splitlines() == expected
    shown = made.run("nstat").stdout.splitlines()
    assert shown == ["#kernel", *(line for line in expected[1:] if line.split()[1] != "0")]
    assert len(made.run("nstat -az 'UdpRcvbuf*'").stdout.splitlines()) == 2


def test_tasks() -> None:
    made = Made()
    task = made.task(921, "napi/eth0-8233", affinity=0x0B)
    assert made.run("taskset -cp 921").stdout == "pid 921's current affinity list: 0,1,3\n"
    assert made.run("taskset -p 921").stdout == "pid 921's current affinity mask: b\n"
    task.policy, task.rt_priority = 1, 50
    assert made.run("chrt -p 921").stdout == (
        "pid 921's current scheduling policy: SCHED_FIFO\npid 921's current scheduling priority: 50\n"
    )
    assert made.run("pgrep napi").stdout == "921\n"
    assert made.run("pgrep nobody").status == 1
    assert made.run("taskset -p 5").stderr == "taskset: failed to get pid 5's affinity: No such process\n"
    assert made.run("chrt -p zz").stderr == "chrt: invalid PID argument: 'zz'\n"


REFUSALS = [
    ("ethtool -S lo", "no stats available\n", 94),
    ("ethtool -S nope0", "Cannot get stats strings information: No such device\n", 96),
    ("ethtool -i nope0", "Cannot get driver information: No such device\n", 71),
    ("ethtool -g lo", "netlink error: Operation not supported\n", 1),
    (
        "ethtool -k nope0",
        "netlink error: no device matches name (offset 24)\nnetlink error: No such device\n",
        1,
    ),
    (
        "ethtool -n eth0 rx-flow-hash foo",
        "ethtool: bad command line argument(s)\nFor more information run ethtool -h\n",
        1,
    ),
    ("cat /proc/nope", "cat: /proc/nope: No such file or directory\n", 1),
    ("cat /proc/net", "cat: /proc/net: Is a directory\n", 1),
    ("cat /sys/class/net/lo/speed", "cat: /sys/class/net/lo/speed: Invalid argument\n", 1),
    ("head -1 /proc/nope", "head: cannot open '/proc/nope' for reading: No such file or directory\n", 1),
    ("grep x /proc/nope", "grep: /proc/nope: No such file or directory\n", 2),
    ("foo", "bash: foo: command not found\n", 127),
    ("sysctl nosuch", "sysctl: cannot stat /proc/sys/nosuch: No such file or directory\n", 1),
    ("sysctl", "sysctl: no variables specified\nTry `sysctl --help' for more information.\n", 1),
    (
        "ss -uan bogus",
        'Error: an inet prefix is expected rather than "bogus".\nCannot parse dst/src address.\n',
        1,
    ),
    ("taskset", "taskset: bad usage\nTry 'taskset --help' for more information.\n", 1),
]


@pytest.mark.parametrize(("command", "words", "status"), REFUSALS)
def test_refusals(command: str, words: str, status: int) -> None:
    made, _ = igb()
    output = made.run(command)
    assert (output.stdout, output.stderr, output.status) == ("", words, status)


@pytest.mark.parametrize(
    "command", ["tc -s qdisc", "ss -tan", "ip addr", "mpstat -I SUM", "ls /proc", "sysctl -b a"]
)
def test_what_is_not_built_says_so(command: str) -> None:
    output = Made().run(command)
    assert output.status == 2
    assert output.stderr.startswith("skbscope: ")
    assert "not built yet" in output.stderr


def test_an_unknown_value_of_a_trace_is_named() -> None:
    from engine.timeline.schema import UNKNOWN

    made = Made(cpus=1)
    made.softnet[0].dropped = UNKNOWN
    output = made.run("cat /proc/net/softnet_stat")
    assert output.stderr == "skbscope: the trace does not know softnet 0 dropped\n"
    assert output.status == 2
