"""A sentence for each step: all of several runs, and some by their words."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from time import process_time

import numpy as np
import pytest

from engine.narration import headline, place, sentence
from engine.narration.steps import SPECIAL
from engine.narration.verbs import VERBS
from engine.timeline.cursor import Cursor
from engine.timeline.query import ByFunction, Query
from engine.timeline.timeline import Timeline
from tests.engine.why.runs import machine
from tests.viewer import host
from tests.viewer.picture import runs

MULTICAST = """
title = "One group, two readers, and a stranger"
kernel = "6.12"
until = "600us"
[host]
cpus = 2
[[nic]]
name = "eth0"
driver = "ixgbe"
speed = "10G"
queues = 1
address = "10.0.0.2/24"
[[flow]]
name = "md"
nic = "eth0"
protocol = "udp"
source = "10.0.0.14:5001"
destination = "239.1.1.1:9000"
frame = 128
arrival = "constant"
rate = "400kpps"
[[flow]]
name = "other"
nic = "eth0"
protocol = "udp"
source = "10.0.0.14:5001"
destination = "10.0.0.77:9000"
frame = 128
arrival = "constant"
rate = "20kpps"
[[app]]
name = "fast"
wait = "epoll"
work = "1us"
listen = [{ udp = "239.1.1.1:9000" }]
[[app]]
name = "slow"
wait = "blocking"
work = "30us"
listen = [{ udp = "239.1.1.1:9000", rcvbuf = 20000 }]
[[at]]
time = "300us"
run = "sysctl -w net.core.netdev_budget=128"
"""

OVERRUN = """
title = "One CPU under two full wires"
kernel = "6.18"
until = "1000us"
setup = '''
ethtool -G eth0 rx 64
ethtool -G eth1 rx 64
'''
[host]
cpus = 1
costs = { legacy_interrupt = 4000 }
[[nic]]
name = "eth0"
driver = "ixgbe"
speed = "10G"
queues = 2
address = "10.0.0.2/24"
[[nic]]
name = "eth1"
driver = "legacy"
speed = "1G"
queues = 1
address = "10.0.1.2/24"
[[flow]]
name = "md"
nic = "eth0"
protocol = "udp"
source = "10.0.0.14:5001"
destination = "10.0.0.2:9000"
frame = 60
arrival = "burst"
burst = { frames = 150, every = "100us" }
count = 450
[[flow]]
name = "small"
nic = "eth1"
protocol = "udp"
source = "10.0.1.14:5001"
destination = "10.0.1.2:9000"
frame = 60
arrival = "constant"
rate = "line"
[[app]]
name = "feed"
wait = "poll"
work = "5us"
listen = [{ udp = "0.0.0.0:9000" }]
"""
"""Two queues drop at the ring, one queue at the FIFO."""

SCENES = {
    "bursts": runs.BURSTS,
    "steered": runs.STEERED,
    "legacy": runs.LEGACY,
    "multicast": MULTICAST,
    "overrun": OVERRUN,
}


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Timeline]:
    """Runs by name."""
    folder = tmp_path_factory.mktemp("narration")
    return {name: runs.run_of(text, folder) for name, text in SCENES.items()}


@lru_cache(maxsize=8)
def walk(timeline: Timeline) -> list[tuple[int, str]]:
    """All sentences of a run."""
    cursor = Cursor(timeline)
    return [(step, sentence(timeline, step, cursor)) for step in range(timeline.steps)]


def first(timeline: Timeline, query: Query, after: int = -1) -> int:
    found = timeline.find(query, after)
    assert found is not None
    return found


def said(timeline: Timeline, function: str, occurrence: int = 0) -> str:
    """The sentence of a function's n-th step."""
    step = -1
    for _ in range(occurrence + 1):
        step = first(timeline, ByFunction((function,)), step)
    return sentence(timeline, step)


@pytest.mark.parametrize("name", [*SCENES, "host"])
def test_every_step_has_a_plain_sentence(scenes: dict[str, Timeline], name: str) -> None:
    timeline = host.timeline() if name == "host" else scenes[name]
    for step, text in walk(timeline):
        assert text, step
        assert text == text.strip(), text
        assert "None" not in text, text
        assert "–" not in text, text
        assert "{" not in text, text
        assert not re.search(r"[;:,.]\s*[;:,.]|[;:,.]$|\s\s|\(\)", text), text


@pytest.mark.parametrize("name", SCENES)
def test_a_function_of_the_kernel_is_named_and_has_a_verb(scenes: dict[str, Timeline], name: str) -> None:
    timeline = scenes[name]
    for step, text in walk(timeline):
        function = timeline.function(int(timeline.column("fn")[step]))
        assert function.name in VERBS or function.name in SPECIAL, text
        if function.kind in ("function", "mark"):
            where, _, rest = text.partition(": ")
            assert where == place(timeline, step)
            assert rest.startswith(function.name), text


def test_sentences_depend_on_the_step_alone(scenes: dict[str, Timeline]) -> None:
    timeline = scenes["steered"]
    forward = dict(walk(timeline))
    for step in (4000, 17, 2999, 3000, 2999):
        assert sentence(timeline, step) == forward[step]


VECTORS = [
    ("bursts", "power_on", 0, "the host is switched on"),
    ("bursts", "frame_arrives", 0, "A 1 arrives at eth0, 128 B, queue 2; 128 of 524288 B of FIFO are taken"),
    ("bursts", "msix_message", 0, "eth0-TxRx-2 fires; CPU 2 is interrupted"),
    ("steered", "msix_message", 1, "eth0-rx-0 fires; the interrupt waits for CPU 0"),
    (
        "bursts",
        "dma_write_back",
        0,
        "rx-2 of eth0: descriptor 0 is written back with A 1 (1 filled);"
        " eth0-TxRx-2 sends its message and masks itself",
    ),
    (
        "bursts",
        "common_interrupt",
        0,
        "CPU 2, hardirq: common_interrupt takes interrupt 26, eth0-TxRx-2, number 1 on this CPU",
    ),
    (
        "bursts",
        "napi_schedule_prep",
        0,
        "CPU 2, hardirq: napi_schedule_prep sets SCHED of napi_struct eth0-TxRx-2",
    ),
    ("bursts", "__raise_softirq_irqoff", 0, "CPU 2, hardirq: __raise_softirq_irqoff raises softirq NET_RX"),
    ("steered", "handle_softirqs", 0, "CPU 0, softirq: handle_softirqs begins pass 1, pending NET_RX"),
    (
        "bursts",
        "napi_build_skb",
        1,
        "CPU 2, softirq NET_RX: napi_build_skb builds an sk_buff for packet A 2 from rx-2 of eth0,"
        " 2 of 64 in this poll; 9 left there",
    ),
    (
        "bursts",
        "eth_type_trans",
        0,
        "CPU 2, softirq NET_RX: eth_type_trans steps over A 1's Ethernet header, 14 B; 114 B remain",
    ),
    (
        "steered",
        "napi_poll",
        0,
        "CPU 0, softirq NET_RX: napi_poll: napi_struct eth0-rx-0 did 2 of 64; budget 298 of 300 left, poll 1, pass 1;"
        " backlog CPU 0 leaves poll_list of CPU 0",
    ),
    (
        "steered",
        "__skb_get_hash_net",
        0,
        "CPU 0, softirq NET_RX: __skb_get_hash_net hashes A 1 in software; hash is now 0x50845229",
    ),
    (
        "steered",
        "enqueue_to_backlog",
        0,
        "CPU 0, softirq NET_RX: enqueue_to_backlog puts A 1 on input_pkt_queue of CPU 1, 1 of 1000;"
        " state of backlog CPU 1 is now SCHED",
    ),
    (
        "steered",
        "ip_rcv_core",
        0,
        "CPU 0, softirq NET_RX: ip_rcv_core checks the IP header of A 2;"
        " IpInReceives is now 1; IpExtInOctets is now 114 B; IpExtInNoECTPkts is now 1",
    ),
    (
        "bursts",
        "__udp_enqueue_schedule_skb",
        0,
        "CPU 1, softirq NET_RX: __udp_enqueue_schedule_skb queues C 1 to 10.0.0.2:9002, 1 queued;"
        " sk_napi_id of 10.0.0.2:9002 is now 8198",
    ),
    (
        "bursts",
        "sk_skb_reason_drop",
        0,
        "CPU 2, softirq NET_RX: sk_skb_reason_drop drops A 120 with SOCKET_RCVBUFF;"
        " sk_drops of 10.0.0.2:9000 is now 1; IpInDelivers is now 127",
    ),
    ("bursts", "try_to_wake_up", 0, "CPU 1, softirq NET_RX: try_to_wake_up wakes slow/0"),
    (
        "bursts",
        "ttwu_do_activate",
        0,
        "CPU 3, hardirq: ttwu_do_activate puts slow/0 on the run queue of CPU 3, 1 runnable there",
    ),
    ("bursts", "sched_switch", 0, "CPU 3, swapper/3: sched_switch from swapper/3 to slow/0"),
    ("bursts", "sys_enter", 0, "CPU 0, feed/0 in recvfrom: sys_enter: feed/0 calls recvfrom on fd 3"),
    (
        "bursts",
        "copy_linear_skb",
        0,
        "CPU 3, slow/0 in recvfrom: copy_linear_skb copies C 1, 214 B, to slow/0;"
        " messages is now 1; UdpInDatagrams is now 1",
    ),
    (
        "bursts",
        "first_packet_length",
        0,
        "CPU 0, feed/0 in epoll_wait: first_packet_length looks at the queues of 10.0.0.2:9000;"
        " 8 sk_buffs go from sk_receive_queue of 10.0.0.2:9000 to reader_queue of 10.0.0.2:9000; bh_off is now 1",
    ),
    (
        "bursts",
        "user_work",
        0,
        "CPU 0, feed/0 in user mode: works for 1.2 µs; CPU 0 goes from user to syscall",
    ),
    ("multicast", "administrator", 0, "the administrator acts; netdev_budget is now 128"),
]


@pytest.mark.parametrize(("run", "function", "occurrence", "expected"), VECTORS)
def test_vectors(
    scenes: dict[str, Timeline], run: str, function: str, occurrence: int, expected: str
) -> None:
    assert said(scenes[run], function, occurrence) == expected


@pytest.mark.parametrize(
    ("function", "pattern"),
    [
        ("queue_drop", r"rx-\d of eth0 has no free descriptor: (A \d+) is dropped; drops is now \d+"),
        (
            "fifo_full",
            r"the FIFO of eth1 has no room for (B \d+): \d+ of \d+ B are taken; mpc is now \d+;"
            r" \1 is lost: nic:rx_missed_errors",
        ),
    ],
)
def test_a_full_ring_and_a_full_fifo_say_which_frame_they_lost(
    scenes: dict[str, Timeline], function: str, pattern: str
) -> None:
    timeline = scenes["overrun"]
    steps = timeline.find_all(ByFunction((function,)))[:30].tolist()
    assert len(steps) == 30
    lost = {int(row["step"]): int(row["number"]) for row in timeline.endings}
    for step in steps:
        match = re.fullmatch(pattern, sentence(timeline, step))
        assert match, sentence(timeline, step)
        assert match[1].endswith(f" {lost[step] + 1}")


def test_every_drop_gives_the_reason_on_record(scenes: dict[str, Timeline]) -> None:
    seen = 0
    for timeline in scenes.values():
        names = timeline.names
        for row in timeline.endings:
            reason = names[row["reason"]]
            function = timeline.step(int(row["step"])).function.name
            if reason.startswith("skb:") and function in ("sk_skb_reason_drop", "kfree_skb_reason"):
                assert f" with {reason.removeprefix('skb:')}" in sentence(timeline, int(row["step"]))
                seen += 1
    assert seen > 50


def test_a_dropped_copy_of_a_group_s_packet_is_called_a_copy(scenes: dict[str, Timeline]) -> None:
    timeline = scenes["multicast"]
    texts = [text for _, text in walk(timeline) if "sk_skb_reason_drop" in text]
    assert texts
    assert all("drops a copy of A " in text for text in texts)


def test_a_refused_frame_is_no_loss(scenes: dict[str, Timeline]) -> None:
    texts = [text for _, text in walk(scenes["multicast"]) if re.match(r"B \d", text)]
    assert texts
    assert all(text.endswith("is refused: nic:filtered") for text in texts)


def test_the_place_in_the_poll_is_the_poll_s_work_in_the_end(scenes: dict[str, Timeline]) -> None:
    timeline = scenes["bursts"]
    latest: dict[int, int] = {}
    checked = 0
    for step, text in walk(timeline):
        view = timeline.step(step)
        if (match := re.search(r", (\d+) of 64 in this poll", text)) and view.cpu is not None:
            latest[view.cpu] = int(match[1])
        if view.function.name == "napi_poll" and view.cpu is not None and "eth0-TxRx" in text:
            assert f" did {latest.pop(view.cpu, 0)} of 64;" in text
            checked += 1
    assert checked > 20


def test_what_was_read_stays_charged_until_it_is_taken_off(scenes: dict[str, Timeline]) -> None:
    off = kept = 0
    for name in ("bursts", "multicast", "overrun"):
        timeline = scenes[name]
        for step, text in walk(timeline):
            view = timeline.step(step)
            if view.function.name != "udp_rmem_release":
                continue
            changed = {change.field: change for change in Cursor(timeline, step).changed()}
            charge, owed = changed.get("sk_rmem_alloc"), changed.get("forward_deficit")
            if charge is not None:
                assert isinstance(charge.old, int)
                assert isinstance(charge.new, int)
                assert f" takes {charge.old - charge.new} B off " in text
                off += 1
            elif owed is not None:
                assert " leaves what was read charged to " in text
                assert f"forward_deficit is now {owed.new} B" in text
                kept += 1
    assert off > 20
    assert kept > 20


def test_one_descriptor_is_posted_in_the_singular() -> None:
    timeline = machine(driver="igb", rate="80kpps", count=40)
    texts = [text for _, text in walk(timeline) if "igb_alloc_rx_buffers posts " in text]
    assert any(" posts 1 descriptor to " in text for text in texts)
    assert not any(" 1 descriptors" in text for text in texts)


def test_a_switch_ends_in_the_task_that_it_was_to(scenes: dict[str, Timeline]) -> None:
    seen = 0
    for step, text in walk(scenes["bursts"]):
        view = scenes["bursts"].step(step)
        if view.function.name == "finish_task_switch":
            assert text.split(";")[0].endswith(f"the switch to {scenes['bursts'].label(view.task)}")
            seen += 1
    assert seen > 5


def test_a_datagram_that_alone_is_too_much_says_its_truesize() -> None:
    timeline = machine(kernel="6.18", rcvbuf="20000", work='\nwork = "3us"')
    texts = [text for _, text in walk(timeline) if " refuses " in text]
    assert len(texts) > 20
    for text in texts:
        match = re.search(r" is (\d+) of (\d+) B, its truesize is (\d+) B; sk_drops ", text)
        assert match, text
        alloc, limit, size = (int(number) for number in match.groups())
        assert alloc <= limit < alloc + size


def test_a_budget_never_grows_within_a_call(scenes: dict[str, Timeline]) -> None:
    left: dict[str, int] = {}
    for _, text in walk(scenes["bursts"]):
        if match := re.search(r"^(CPU \d+).*: (net_rx_action|napi_poll):.* budget (\d+) of (\d+) left", text):
            budget = int(match[3])
            assert budget <= (300 if match[2] == "net_rx_action" else left[match[1]])
            left[match[1]] = budget
    assert left


def test_places(scenes: dict[str, Timeline]) -> None:
    timeline = scenes["bursts"]
    found = {place(timeline, step) for step in range(0, timeline.steps, 7)}
    assert {"hardware", "CPU 2, softirq NET_RX", "CPU 0, feed/0 in recvfrom", "CPU 3, hardirq"} <= found
    assert "CPU 0, feed/0 in user mode" in found
    assert place(host.timeline(1), 21) == "CPU 0, softirq"


def test_headlines(scenes: dict[str, Timeline]) -> None:
    timeline = scenes["bursts"]
    step = first(timeline, ByFunction(("ip_rcv_core",)))
    assert headline(timeline, step) == "ip_rcv_core C 1"
    assert headline(timeline, 0) == "power_on"
    assert headline(timeline, first(timeline, ByFunction(("try_to_wake_up",)))) == "try_to_wake_up slow/0"


def test_where_only_counters_are_kept_nothing_else_is_said(tmp_path: Path) -> None:
    timeline = runs.run_of(runs.BURSTS.replace("[host]", "[record]\nsteps = 2000\n[host]", 1), tmp_path)
    assert timeline.detail_until == 2000
    texts = [text for step, text in walk(timeline) if step >= 2000]
    assert set(texts) == {"only counters are recorded here", "the run ends"}


def test_there_is_no_sentence_beyond_the_end(scenes: dict[str, Timeline]) -> None:
    with pytest.raises(IndexError):
        sentence(scenes["legacy"], scenes["legacy"].steps)


def test_a_step_costs_little_when_walking_on(scenes: dict[str, Timeline]) -> None:
    timeline = scenes["bursts"]
    cursor = Cursor(timeline)
    lap = []
    for start in range(10_000, 14_000, 500):
        began = process_time()
        for step in range(start, start + 500):
            sentence(timeline, step, cursor)
        lap.append((process_time() - began) / 500)
    assert np.median(lap) < 300e-6
