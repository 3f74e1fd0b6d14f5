"""/proc, compared with real hosts: Linux 6.12.107 with igb, and Linux 6.18.44."""

from __future__ import annotations

import re

import pytest

from engine.console.read import proc_counts, proc_net
from engine.console.read.device import LINK_STATS
from engine.linux.include.sched import App
from engine.linux.include.snmp import Mib
from tests.engine.console.made import Made, sample

HOSTS = (("6.12", 8, "linux-6.12-igb"), ("6.18", 2, "linux-6.18"))


def moved(name: str) -> bool:
    """Whether the model moves a counter of that nstat name."""
    return name in {field.name for field in Mib.schema.fields}


@pytest.mark.parametrize(("kernel", "cpus", "folder"), HOSTS)
def test_softnet_stat(kernel: str, cpus: int, folder: str) -> None:
    made = Made(kernel, cpus)
    text = sample(f"{folder}/softnet_stat")
    for line, sd in zip(text.splitlines(), made.softnet, strict=True):
        columns = [int(column, 16) for column in line.split()]
        sd.processed, sd.dropped, sd.time_squeeze = columns[:3]
        sd.received_rps, sd.flow_limit_count = columns[9:11]
        sd.input_qlen, sd.process_qlen = columns[13:]
    assert made.run("cat /proc/net/softnet_stat").stdout == text


def test_softnet_stat_wraps_and_adds_the_queues() -> None:
    made = Made(cpus=1)
    sd = made.softnet[0]
    sd.processed, sd.input_qlen, sd.process_qlen = (1 << 32) + 5, 3, 4
    columns = made.run("cat /proc/net/softnet_stat").stdout.split()
    assert columns[0] == "00000005"
    assert columns[11:] == ["00000007", "00000000", "00000003", "00000004"]


@pytest.mark.parametrize(("kernel", "cpus", "folder"), HOSTS)
def test_softirqs(kernel: str, cpus: int, folder: str) -> None:
    made = Made(kernel, cpus)
    text = sample(f"{folder}/softirqs")
    for line in text.splitlines()[1:]:
        name, *counts = line.replace(":", " ").split()
        for column, count in zip(made.softirqs, counts, strict=True):
            setattr(column, name, int(count))
    assert made.run("cat /proc/softirqs").stdout == text


MODELLED_ARCH = {"LOC", "RES", "CAL"}


@pytest.mark.parametrize(("kernel", "cpus", "folder"), HOSTS)
def test_interrupts(kernel: str, cpus: int, folder: str) -> None:
    """The device's lines and the counters that move are the sample's; the rest has its labels and words."""
    made = Made(kernel, cpus)
    expected = []
    for line in sample(f"{folder}/interrupts").splitlines():
        found = re.match(rf" *(\d+):((?: +\d+){{{cpus}}}) +(\S+) +(\d+)-edge +(\S.*)", line)
        label = line.split(":")[0].strip()
        if found:
            counts = [int(count) for count in found[2].split()]
            made.irq(int(found[1]), counts, found[3], int(found[4]), found[5])
            expected.append(line)
        elif label in MODELLED_ARCH:
            for state, count in zip(made.states, line.split(":")[1].split(), strict=False):
                setattr(state, label.lower(), int(count))
            expected.append(line)
        elif "fasteoi" not in line and label != "HYP":
            expected.append(re.sub(r" +\d+(?= |$)", lambda number: f"{0:{len(number[0])}}", line))
    shown = made.run("cat /proc/interrupts").stdout.splitlines()
    if kernel == "6.18":  # a virtual machine has no lines for machine checks
        shown = [line for line in shown if line[:3] not in ("THR", "DFR", "MCE", "MCP")]
    assert shown == expected


@pytest.mark.parametrize("file", ["snmp", "netstat"])
@pytest.mark.parametrize(("kernel", "cpus", "folder"), HOSTS)
def test_counters_of_the_protocols(kernel: str, cpus: int, folder: str, file: str) -> None:
    """Names and order are the sample's; so are the values that the model moves, others are 0."""
    constant = {"IpForwarding", "IpDefaultTTL", "TcpRtoAlgorithm", "TcpRtoMin", "TcpRtoMax", "TcpMaxConn"}
    made = Made(kernel, cpus)
    lines = sample(f"{folder}/{file}").splitlines()
    expected = []
    for head, values in zip(lines[::2], lines[1::2], strict=True):
        proto, *names = head.replace(":", "").split()
        numbers = dict(zip(names, values.split()[1:], strict=True))
        if proto == "IcmpMsg":  # only there when a message was seen
            continue
        for name, number in numbers.items():
            if moved(proto + name):
                setattr(made.mib, proto + name, int(number))
            elif proto + name not in constant:
                numbers[name] = "0"
        expected += [head, f"{proto}: {' '.join(numbers.values())}"]
    assert made.run(f"cat /proc/net/{file}").stdout.splitlines() == expected


def test_kernels_between_show_the_nearest_lower_list() -> None:
    counts = {
        kernel: len(Made(kernel, 1).run("cat /proc/net/netstat").stdout.splitlines()[0].split()) - 1
        for kernel in ("6.12", "6.15", "6.17", "6.18")
    }
    assert counts == {"6.12": 131, "6.15": 131, "6.17": 131, "6.18": 135}


@pytest.mark.parametrize(("kernel", "blanks"), [("6.12", 2), ("6.17", 2), ("6.18", 1)])
def test_interrupts_lose_a_blank_in_6_18(kernel: str, blanks: int) -> None:
    made = Made(kernel, 1)
    made.irq(47, [9], "PCI-MSIX-0000:01:00.0", 1, "eth0-TxRx-0")
    gap = " " * blanks
    assert (
        f" 47:          9{gap}PCI-MSIX-0000:01:00.0   1-edge      eth0-TxRx-0\n"
        in made.run("cat /proc/interrupts").stdout
    )


@pytest.mark.parametrize("folder", ["linux-6.12-igb", "linux-6.18"])
def test_dev_lines(folder: str) -> None:
    lines = sample(f"{folder}/dev").splitlines(keepends=True)
    assert "".join(lines[:2]) == proc_net.DEV_HEADER
    names = [
        "rx_bytes",
        "rx_packets",
        "rx_errors",
        "rx_dropped",
        "rx_fifo_errors",
        "rx_frame_errors",
        "rx_compressed",
        "multicast",
    ]
    names += [
        "tx_bytes",
        "tx_packets",
        "tx_errors",
        "tx_dropped",
        "tx_fifo_errors",
        "collisions",
        "tx_carrier_errors",
    ]
    for line in lines[2:]:
        name, _, numbers = line.partition(":")
        stats = dict.fromkeys(LINK_STATS, 0)
        stats |= dict(zip(names, (int(number) for number in numbers.split()), strict=False))
        assert proc_net.dev_line(name.strip(), stats) == line


def test_dev_adds_missed_to_drop() -> None:
    made = Made(cpus=1)
    card = made.card(queues=1, rx_dropped=5)
    card.nic.mpc = 7
    line = made.run("grep eth0 /proc/net/dev").stdout
    assert line.split()[4] == "12"


@pytest.mark.parametrize(("kernel", "cpus", "folder"), HOSTS)
def test_udp(kernel: str, cpus: int, folder: str) -> None:
    """Slot and pointer are the host's own; everything else, blanks included, is the sample's."""
    made = Made(kernel, cpus)
    header, line = sample(f"{folder}/udp").splitlines(keepends=True)
    cells = line.split()
    made.sock(5001, inode=int(cells[9]), sk_rmem_alloc=int(cells[4][9:], 16), sk_drops=int(cells[12]))
    shown = made.run("cat /proc/net/udp").stdout.splitlines(keepends=True)
    assert shown[0] == header
    own = shown[1].split()
    assert shown[1].replace(own[11], cells[11])[6:] == line[6:]
    assert len(shown[1]) == len(line) == 128


def test_udp_of_a_connected_socket_and_the_order_of_slots() -> None:
    made = Made(cpus=1)
    made.sock(50_022, saddr=0x7F000001, daddr=0x7F000001, dport=5001)
    made.sock(9000, saddr=0xEF010101)
    lines = made.run("cat /proc/net/udp").stdout.splitlines()[1:]
    assert [line.split()[1:4] for line in lines] == [
        ["010101EF:2328", "00000000:0000", "07"],
        ["0100007F:C366", "0100007F:1389", "01"],
    ]
    assert [int(line.split(":")[0]) for line in lines] == [9000 % 2048, 50_022 % 2048]


def test_sockstat() -> None:
    made = Made(cpus=1)
    made.sock(5001, sk_rmem_alloc=2304 * 4, sk_forward_alloc=3072)
    text = sample("linux-6.12-igb/sockstat")
    text = (
        text.replace("used 8", "used 1")
        .replace("inuse 3", "inuse 0")
        .replace("alloc 14 mem 112", "alloc 0 mem 0")
    )
    assert made.run("cat /proc/net/sockstat").stdout == text.replace("mem 656", "mem 3")


@pytest.mark.parametrize(("kernel", "cpus", "folder"), HOSTS)
def test_stat(kernel: str, cpus: int, folder: str) -> None:
    """Labels, number of columns and the sums; iowait, steal and what /proc does not model are 0."""
    made = Made(kernel, cpus)
    lines = sample(f"{folder}/stat").splitlines()
    for state, line in zip(made.states, lines[1 : cpus + 1], strict=True):
        user, nice, system, idle, _, irq, soft, *_ = (int(cell) * 10**7 for cell in line.split()[1:])
        state.user_ns, state.nice_ns, state.system_ns, state.idle_ns = user, nice, system, idle
        state.irq_ns, state.softirq_ns = irq, soft
    shown = made.run("cat /proc/stat").stdout.splitlines()
    assert [line.split()[0] for line in shown] == [line.split()[0] for line in lines]
    for own, line in zip(shown[: cpus + 1], lines[: cpus + 1], strict=True):
        cells = line.split(" ")
        for position in (5, 8) if not line.startswith("cpu ") else (6, 9):
            cells[position] = "0"
        if not line.startswith("cpu "):
            assert own == " ".join(cells)
    assert len(shown[-1].split()) == len(lines[-1].split())
    intr = cpus + 1
    assert len(shown[intr].split()) == proc_counts.possible_irqs(made.host()) + 2


def test_possible_irqs_of_the_sample() -> None:
    """490 words in the intr line of the 8-CPU host: its name, the total, 488 interrupts."""
    (line,) = (line for line in sample("linux-6.12-igb/stat").splitlines() if line.startswith("intr"))
    assert proc_counts.possible_irqs(Made(cpus=8).host()) == len(line.split()) - 2


def test_version_and_uptime() -> None:
    made = Made(cpus=2, release="6.12.107+deb13-amd64", built_by="(me) (gcc 14)", build_stamp="now")
    text = "Linux version 6.12.107+deb13-amd64 (me) (gcc 14) #1 SMP PREEMPT_DYNAMIC now\n"
    assert made.run("cat /proc/version").stdout == text
    made.states[0].idle_ns = 2_345_000_000
    made.step(1_230_000_000)
    assert made.run("cat /proc/uptime").stdout == "1.23 2.34\n"


def test_irq_files() -> None:
    """Linux 6.12.107, igb: interrupt 48 of eight CPUs."""
    made = Made()
    made.irq(48, [0] * 8, "PCI-MSIX-0000:01:00.0", 1, "eth0-TxRx-0", effective=4)
    made.irqs[48].affinity = 0x0C
    names = [
        "affinity_hint",
        "effective_affinity",
        "effective_affinity_list",
        "node",
        "smp_affinity",
        "smp_affinity_list",
    ]
    shown = {name: made.run(f"cat /proc/irq/48/{name}").stdout for name in names}
    assert list(shown.values()) == ["00\n", "04\n", "2\n", "-1\n", "0c\n", "2-3\n"]
    assert made.run("cat /proc/irq/default_smp_affinity").stdout == "ff\n"


def test_ixgbe_hints_each_vector_to_its_cpu() -> None:
    made = Made(cpus=4)
    made.card("eth0", "ixgbe", 4)
    made.irq(33, [0] * 4, "PCI-MSIX-0000:01:00.0", 2, "eth0-TxRx-2")
    assert made.run("cat /proc/irq/33/affinity_hint").stdout == "4\n"


def test_a_program_holds_a_socket() -> None:
    made = Made()
    app = App(made.recorder, name="python3", pid=5456)
    made.sock(
        5001, app, fd=3, sk_rmem_alloc=9216, sk_rcvbuf=8192, sk_forward_alloc=3072, sk_drops=396, inode=12_128
    )
    assert made.run("ss -uampn").stdout == sample("linux-6.12-igb/ss-uampn.txt")
