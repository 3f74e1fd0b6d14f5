"""Our trace of one datagram to three sockets of a group against that of Linux 6.18.44."""

from __future__ import annotations

import re
from functools import cache

from engine.timeline import Timeline
from tests.engine.linux.captures import VECTORS
from tests.engine.traces.captured import (
    NOT_MODELLED,
    Line,
    captured_lines,
    missing_from,
    our_lines,
    run,
)

SCENE = """
kernel = "6.18"
until = "3ms"
setup = '''
ethtool -C eth0 rx-usecs 0
echo 2 > /proc/irq/IRQ/smp_affinity
'''
[host]
cpus = 2
[[nic]]
name = "eth0"
driver = "igb"
queues = 1
address = "10.0.0.2/24"
[[flow]]
name = "group"
nic = "eth0"
source = "10.0.0.1:40000"
destination = "239.1.2.3:9000"
frame = 142
count = 2
arrival = "constant"
rate = "1kpps"
start = "100us"
"""
READER = """
[[app]]
name = "nt_rxNUMBER"
cpu = 0
policy = "fifo:10"
wait = "blocking"
work = "0ns"
listen = [{ udp = "239.1.2.3:9000" }]
"""
READERS, SENDER = 0, 1
QUEUE_0_IRQ = 25
SECOND_NS = 1_050_000
"""The first datagram finds nothing that readers handed back, the second does, as in the captured run."""

QUICK_WAKING = "[host.costs]\nipi_delivered = 100\nskb_clone = 1000\n"
"""On the captured machine the other CPU had its first reader on the run queue before the second was woken."""

MAIN_THREAD = "wakeup nt_rx ["
"""Of the captured program: it waits for its readers to end."""

VETH = "the captured driver"
LEFT_OUT = {
    **NOT_MODELLED,
    "skb_release_data": "data is freed with its skb",
    "veth_poll": VETH,
    "veth_xdp_rcv": VETH,
}


@cache
def two_datagrams(costs: str) -> Timeline:
    """The captured scene, simulated."""
    text = SCENE.replace("IRQ", str(QUEUE_0_IRQ)) + "".join(
        READER.replace("NUMBER", str(number)) for number in range(3)
    )
    return run(text.replace("cpus = 2\n", f"cpus = 2\n{costs}"))


def sections() -> list[tuple[int, list[str], list[str]]]:
    """CPU, functions and tracepoints of each stretch of the capture."""
    found: list[tuple[int, list[str], list[str]]] = []
    for line in (VECTORS / "udp-multicast/functions-order.txt").read_text().splitlines():
        head = re.match(r"--- cpu(\d)", line)
        if head:
            found.append((int(head[1]), [], []))
        elif line.strip().startswith("["):
            found[-1][2].append(line.strip()[1:].partition(":")[0])
        elif line and not line.startswith("#"):
            found[-1][1].append(line.strip().split(".")[0])
    return found


def captured_softirq() -> list[str]:
    """Functions of the softirq from completion on; the capture's other stretches on that CPU are the sender's calls."""
    names = [name for cpu, functions, _ in sections() if cpu == SENDER for name in functions]
    end = names.index("__x64_sys_close")
    return [name for name in names[names.index("napi_complete_done") : end] if name not in LEFT_OUT]


def ours(costs: str, cpu: int) -> list[Line]:
    """Our lines of the second datagram on one CPU."""
    return [line for line in our_lines(two_datagrams(costs), SECOND_NS) if line.cpu == cpu]


def test_the_softirq_enters_the_captured_functions_in_order() -> None:
    functions = [line.text for line in ours(QUICK_WAKING, SENDER) if line.event == "function"]
    theirs = captured_softirq()
    assert theirs.count("skb_clone") == 2
    assert theirs.count("try_to_wake_up") == 3
    assert missing_from(theirs, functions[functions.index("napi_complete_done") :]) == []


def test_the_interrupted_cpu_enters_the_captured_functions_in_order() -> None:
    functions = [line.text for line in ours(QUICK_WAKING, READERS) if line.event == "function"]
    (theirs,) = [names for cpu, names, _ in sections() if cpu == READERS and "sched_ttwu_pending" in names]
    entry = ("asm_sysvec_call_function_single", "__sysvec_call_function_single")
    assert missing_from([name for name in theirs if name not in entry], functions) == []


def test_the_tracepoints_of_the_softirq() -> None:
    """Waked one by one: the first by interrupt, the others on the run queue of a CPU that is busy by then."""
    wanted = [name for cpu, _, events in sections() if cpu == SENDER for name in events]
    begin, end = wanted.index("netif_receive_skb"), wanted.index("softirq_exit")
    theirs = [name for name in wanted[begin : end + 1] if name not in ("kmem_cache_alloc", "ipi_send_cpu")]
    events = [line.event for line in ours(QUICK_WAKING, SENDER) if line.event != "function"]
    begin = events.index("netif_receive_skb")
    assert events[begin : begin + len(theirs)] == theirs


def readers_of(lines: list[Line]) -> list[str]:
    """Wakings, switches and reads of the readers, until the last of them has read."""
    found = []
    for line in lines:
        text = line.text.replace("/0", "")
        if line.event == "sched_wakeup" and "nt_rx" in text:
            found.append("wakeup " + re.sub(r":\d+ ", " ", text))
        elif line.event == "sched_switch" and "==> nt_rx" in text:
            found.append("run " + re.sub(r":\d+ ", " ", text.partition("==> ")[2]))
        elif line.event == "sock_recv_length":
            found.append(
                "length " + re.findall(r"length = (-?\d+), error = (\d+), flags = (\w+)", text)[0][0]
            )
        elif line.event == "sys_exit_recvfrom":
            found.append(f"{line.task.removesuffix('/0')} returns {text}")
    return [each for each in found if not each.startswith(MAIN_THREAD)][:12]


def test_the_readers_wake_and_read_in_the_captured_order() -> None:
    cpu0 = [line for line in captured_lines("udp-multicast/report.txt") if line.cpu == READERS]
    theirs = readers_of(cpu0)
    assert theirs[:3] == [
        "wakeup nt_rx1 [89] CPU:000",
        "wakeup nt_rx0 [89] CPU:000",
        "wakeup nt_rx2 [89] CPU:000",
    ]
    assert len(theirs) == 12
    assert readers_of(ours("", READERS)) == theirs


def test_one_interrupt_woke_all_three() -> None:
    names = [line.text for line in ours("", READERS) if line.event == "function"]
    assert names.count("sysvec_call_function_single") == 1
    names = [line.text for line in ours("", SENDER) if line.event == "function"]
    assert names.count("ttwu_queue_wakelist") == 3
    assert names.count("native_send_call_func_single_ipi") == 1


def test_what_readers_handed_back_is_freed_before_the_next_poll() -> None:
    """Three clones and originals of the first datagram, as in the capture: consume_skb right after softirq_entry."""
    events = [(line.event, line.text) for line in ours("", SENDER) if line.event != "function"]
    first = [event for event, _ in events].index("softirq_entry")
    assert [event for event, _ in events[first + 1 : first + 5]] == [
        *["consume_skb"] * 3,
        "napi_gro_receive_entry",
    ]
    assert all(text.endswith("location=skb_defer_free_flush") for _, text in events[first + 1 : first + 4])
