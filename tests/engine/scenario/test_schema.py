"""What a scene may say, what it means, and what is refused."""

from collections.abc import Sequence
from fractions import Fraction
from ipaddress import IPv4Address, IPv4Interface

import pytest

from engine.scenario.app import BusySleep, Hog, PerMessage, Sched, SchedPolicy
from engine.scenario.document import load
from engine.scenario.errors import SceneError
from engine.scenario.flow import Arrival
from engine.scenario.moment import AtEnd, AtEvent
from engine.scenario.nic import Driver
from engine.scenario.schema import Scene, letter
from engine.scenario.table import Endpoint
from engine.scenario.units import Rate, RateKind
from tests.engine.scenario.samples import SCENE, changed, sample

MINIMAL = '[[nic]]\nname = "eth0"\ndriver = "igb"\naddress = "10.0.0.2/24"\n'


RUN = 'run = "sysctl -w net.core.netdev_budget=600"'


def scene(text: str) -> Scene:
    return load(text).scene


def test_the_sample_in_exact_numbers() -> None:
    made = sample().scene
    assert made.nic[0].address == IPv4Interface("10.0.0.2/24")
    assert made.flow[0].addresses == (
        Endpoint(IPv4Address("10.0.0.14"), 5001),
        Endpoint(IPv4Address("239.1.1.1"), 9000),
    )
    assert [flow.frame for flow in made.flow] == [((128, 1),), ((64, 3), (1518, 1))]
    assert made.flow[0].burst is not None
    assert made.flow[0].burst.every == 1_000_000
    assert made.flow[1].rate == Rate(RateKind.FRAMES, Fraction(250_000))
    assert made.app[0].work == PerMessage(1_200)
    assert made.app[0].listen[0].rcvbuf == 212_992
    assert made.app[0].listen[0].bound == Endpoint(IPv4Address("239.1.1.1"), 9000)
    assert made.at[0].time == 700_000
    assert made.chapter[0].at == AtEvent("drop")
    assert made.expect[0].at == AtEnd()
    assert made.letters() == {"md": "A", "noise": "B"}


def test_what_is_left_out() -> None:
    made = scene(MINIMAL)
    assert (made.kernel.number, made.seed, made.until) == ((6, 18), 1, "idle")
    assert (made.host.cpus, made.host.hz, made.host.preempt) == (4, 250, "voluntary")
    assert (made.record.steps, made.record.window, made.record.level) == (4_000_000, (0, "end"), "all")


@pytest.mark.parametrize(
    ("driver", "cpus", "speed", "queues"),
    [
        (Driver.IGB, 4, 10**9, 4),
        (Driver.IGB, 16, 10**9, 8),
        (Driver.IXGBE, 64, 10**10, 63),
        (Driver.LEGACY, 4, 10**9, 1),
    ],
)
def test_a_nic_gets_speed_and_queues_from_its_driver(
    driver: Driver, cpus: int, speed: int, queues: int
) -> None:
    nic = scene(f"[host]\ncpus = {cpus}\n" + MINIMAL.replace("igb", driver)).nic[0]
    assert (nic.speed, nic.queues) == (speed, queues)


def test_a_scene_cannot_be_changed() -> None:
    made = sample().scene
    with pytest.raises(ValueError, match="frozen"):
        made.host.cpus = 8


@pytest.mark.parametrize(
    ("text", "work"),
    [
        ('"forever"', Hog()),
        ('{ busy = "1ms", sleep = "2ms" }', Hog((BusySleep(1_000_000, 2_000_000),))),
        (
            '[{ busy = "1us", sleep = "1us" }, { busy = "2us", sleep = "3us" }]',
            Hog((BusySleep(1_000, 1_000), BusySleep(2_000, 3_000))),
        ),
    ],
)
def test_programs_that_only_compute(text: str, work: Hog) -> None:
    app = scene(f'{MINIMAL}[[app]]\nname = "hog"\nwait = "none"\npolicy = "fifo:50"\nwork = {text}\n').app[0]
    assert app.work == work
    assert app.policy == Sched(SchedPolicy.FIFO, 50)


def test_a_pcap_brings_its_own_headers() -> None:
    keys = 'name = "c"\nnic = "eth0"\narrival = "pcap"\npcap = "sub/x.pcap"\nrate = "1Mpps"\n'
    flow = scene(f"{MINIMAL}[[flow]]\n{keys}").flow[0]
    assert (flow.arrival, flow.pcap, flow.ends) == (Arrival.PCAP, "sub/x.pcap", True)


def test_letters() -> None:
    assert [letter(index) for index in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


@pytest.mark.parametrize(
    ("old", "new", "path", "says"),
    [
        ('"ixgbe"', '"ixgb"', "nic[0].driver", 'veth, legacy (did you mean "ixgbe"?)'),
        ('driver = "ixgbe"', 'drvier = "ixgbe"', "nic[0].drvier", 'did you mean "driver"?'),
        ('driver = "ixgbe"\n', "", "nic[0].driver", "missing"),
        ('"10.0.0.2/24"', '"10.0.0.2"', "nic[0].address", "prefix length"),
        ('"10.0.0.2/24"', '"10.0.0.2/33"', "nic[0].address", "prefix length"),
        ('"10.0.0.2/24"', '"10.0.0.256/24"', "nic[0].address", "IPv4 address"),
        ('name = "eth0"', 'name = "eth0 "', "nic[0].name", "1 to 15 characters"),
        ('driver = "ixgbe"', 'driver = "igb"\nqueues = 9', "nic[0].queues", "at most 8 combined channels"),
        ('driver = "ixgbe"', 'driver = "ixgbe"\nqueues = 0', "nic[0].queues", "at least 1"),
        ('driver = "ixgbe"', 'driver = "ixgbe"\nrss_key = "6d:5a"', "nic[0].rss_key", "40 bytes, not 2"),
        ('cpus = "${cpus}"', 'cpus = "4"', "host.cpus", "whole number"),
        ('cpus = "${cpus}"', "cpus = 0", "host.cpus", "at least 1"),
        ('cpus = "${cpus}"', "hz = 200", "host.hz", "100, 250, 300 or 1000"),
        ('cpus = "${cpus}"', "isolcpus = [7]", "host.isolcpus[0]", "there is no CPU 7"),
        ('cpus = "${cpus}"', "isolcpus = [1, 1]", "host.isolcpus[1]", "twice"),
        ('cpus = "${cpus}"', "cpus = 1\nisolcpus = [0]", "host.isolcpus", "at least one CPU"),
        ('cpus = "${cpus}"', "costs = { ip_rcv = -1 }", "host.costs.ip_rcv", "at least 0"),
        ('cpus = "${cpus}"', "costs = { ip_rcv = 1.5 }", "host.costs.ip_rcv", "whole number"),
        ('title    = "A burst"', "title = 3", "title", "must be a string"),
        ('title    = "A burst"', 'kernel = "6.11"', "kernel", "must be one of 6.12"),
        ('title    = "A burst"', "kernel = 6.18", "kernel", "must be a string, one of 6.12"),
        ('title    = "A burst"', "seed = -1", "seed", "at least 0"),
        ('title    = "A burst"', 'until = "never"', "until", '"idle"'),
        ('title    = "A burst"', 'until = "0us"', "until", "above zero"),
        ('title    = "A burst"', 'record = { window = ["2ms", "1ms"] }', "record.window", "begin before it ends"),
        ('title    = "A burst"', 'record = { window = ["2ms"] }', "record.window[1]", "missing"),
        ('title    = "A burst"', "format = 2", "format", "must be 1"),
        ("value = 300", "value = 1001", "knobs.frames.value", "within the knob's range, 1 to 1000"),
        ("value = 300", "value = []", "knobs.frames.value", "must be true or false or a whole number"),
        ('name = "noise"', 'name = "md"', "flow[1].name", "another flow of that name"),
        ('arrival = "burst"', 'arrival = "bursts"', "flow[0].arrival", 'did you mean "burst"?'),
        ('arrival = "burst"', 'arrival = "constant"', "flow[0].rate", 'arrival = "constant" needs it'),
        ('arrival = "burst"', 'arrival = "burst"\nrate = "line"', "flow[0].rate", "means nothing"),
        ('every = "1ms"', 'every = "0us"', "flow[0].burst.every", "above zero"),
        ("frame = 0x80", "frame = 59", "flow[0].frame", "60 to 9216 bytes"),
        ("frame = 0x80", "frame = []", "flow[0].frame", "must be bytes"),
        ("[1518, 1]", "[1518, 0]", "flow[1].frame[1]", "a weight must be at least 1"),
        ("[1518, 1]", "[1518]", "flow[1].frame[1]", "a size and a weight"),
        ('rate = "250kpps"', 'rate = "250"', "flow[1].rate", "needs a unit"),
        ('rate = "250kpps"', 'rate = "line"', "flow[1].rate", "no gaps to draw"),
        ('rate = "250kpps"', 'rate = "5k/s"', "flow[1].rate", "must count frames"),
        ('stop = "1ms"', 'stop = "1ms"\ncount = 3', "flow[1].stop", "not both"),
        ('stop = "1ms"', 'stop = "1ms"\nstart = "1ms"', "flow[1].stop", "after the flow's start"),
        ('stop = "1ms"', "", "flow[1].count", "needs count or stop"),
        ('stop = "1ms"', 'stop = "1ms"\nmany = 60536', "flow[1].many", "pass 65535"),
        ('"10.0.0.15:5001"', '"10.0.0.15"', "flow[1].source", "and a port"),
        ('"10.0.0.15:5001"', '"10.0.0.15:0"', "flow[1].source", "1 to 65535"),
        ('"10.0.0.15:5001"', '"239.0.0.15:1"', "flow[1].source", "multicast"),
        ('"208KiB"', '"2KiB"', "app[0].listen[0].rcvbuf", "at least 2304"),
        ('"208KiB"', '"2KB"', "app[0].listen[0].rcvbuf", "KiB"),
        ('["EPOLLET"]', '["EPOLLE"]', "app[0].listen[0].epoll[0]", 'did you mean "EPOLLET"?'),
        ('["EPOLLET"]', '["EPOLLEXCLUSIVE", "EPOLLONESHOT"]', "app[0].listen[0].epoll", "EINVAL"),
        ('["EPOLLET"]', "[], setsockopt = { SO_RCVBUF = 1 }", "app[0].listen[0].rcvbuf", "not both"),
        ('wait = "epoll"', 'wait = "poll"', "app[0].listen[0].epoll", 'needs wait = "epoll"'),
        ('wait = "epoll"', 'wait = "none"', "app[0].work", '"forever"'),
        ('wait = "epoll"', 'wait = "blocking"\nidle_fds = 3', "app[0].idle_fds", "set of descriptors"),
        ('wait = "epoll"', 'wait = "epoll"\nthreads = 2', "app[0].share", "epoll, socket or reuseport"),
        ('wait = "epoll"', 'wait = "epoll"\ncpu = 2', "app[0].cpu", "there is no CPU 2"),
        ('wait = "epoll"', 'wait = "epoll"\npolicy = "fifo:100"', "app[0].policy", "1 to 99"),
        ('wait = "epoll"', 'wait = "epoll"\npolicy = "rr:1"', "app[0].policy", "fifo:N"),
        ('work = "1.2us"', 'work = "forever"', "app[0].work", 'unless wait = "none"'),
        ('work = "1.2us"', "work = 3", "app[0].work", "must be a time"),
        (RUN, 'app = { name = "fed", do = "exit" }', "at[0].app.name", 'did you mean "feed"?'),
        (RUN, 'app = { name = "feed", move = 9 }', "at[0].app.move", "no CPU 9"),
        (RUN, 'app = { name = "feed" }', "at[0].app", "exactly one of do and move"),
        (RUN, "", "at[0]", "exactly one of run, app and wire"),
        ('that = "flows.md.lost == 0', 'that = "flows.md.lost = 0', "expect[0].that", 'did you mean "=="?'),
        ('at = "first drop"', 'at = "frist drop"', "chapter[0].at", 'did you mean "first drop"?'),
        ('"1us = 0.4s"', '"0.4"', "chapter[0].speed", "1us = 0.4s"),
        ('name = "control"', 'name = "a b"', "variant[0].name", "letters, digits"),
    ],
)  # fmt: skip
def test_what_is_refused(old: str, new: str, path: str, says: str) -> None:
    with pytest.raises(SceneError) as caught:
        load(changed(old, new) if SCENE.count(old) == 1 else SCENE.replace(old, new, 1), name="s.toml")
    assert f": {path}" in str(caught.value)
    assert says in str(caught.value)


NOT_BUILT: Sequence[tuple[str, str, str]] = [
    ('"ixgbe"', '"mlx5_core"', "nic[0].driver"),
    ('"ixgbe"', '"virtio_net"', "nic[0].driver"),
    ('"ixgbe"', '"veth"', "nic[0].driver"),
    ('"ixgbe"', '"ixgbe"\npeer = "eth1"', "nic[0].peer"),
    ('"ixgbe"', '"ixgbe"\nfault = [{ kind = "irq_lost" }]', "nic[0].fault"),
    ('"ixgbe"', '"ixgbe"\nlimits = { tx_stop = 21 }', "nic[0].limits.tx_stop"),
    ('cpus = "${cpus}"', 'preempt = "rt"', "host.preempt"),
    ('cpus = "${cpus}"', 'dma = "non-coherent"', "host.dma"),
    ('cpus = "${cpus}"', "nodes = [[0, 1], [2, 3]]", "host.nodes"),
    ("count = 1_000", 'count = 1\nprotocol = "tcp"', "flow[0].protocol"),
    ("count = 1_000", 'count = 1\nprotocol = "arp"', "flow[0].protocol"),
    ("count = 1_000", 'count = 1\nprotocol = "icmp"', "flow[0].protocol"),
    ("count = 1_000", 'count = 1\npeer = { role = "client" }', "flow[0].peer"),
    ("count = 1_000", "count = 1\nencap = { vlan = 100 }", "flow[0].encap"),
    ("count = 1_000", "count = 1\nfault = { loss = 0.1 }", "flow[0].fault.loss"),
    ('wait = "epoll"', 'wait = "busy-poll"', "app[0].wait"),
    ('wait = "epoll"', 'wait = "af_xdp"', "app[0].wait"),
    ('wait = "epoll"', 'wait = "epoll"\nstack = "dpdk"', "app[0].stack"),
    ('wait = "epoll"', 'wait = "epoll"\nxsk = { nic = "eth0", queue = 0 }', "app[0].xsk"),
    (
        'wait = "epoll"',
        'wait = "epoll"\nsend = [{ to = "1.2.3.4:5", bytes = 1, every = "1us" }]',
        "app[0].send",
    ),
    ('udp = "239.1.1.1:9000"', 'tcp = ":8080", backlog = 128', "app[0].listen[0].tcp"),
    ('["EPOLLET"]', "[], setsockopt = { SO_BUSY_POLL = 50 }", "app[0].listen[0].setsockopt.SO_BUSY_POLL"),
    (RUN, 'wire = { nic = "eth0", do = "reset" }', "at[0].wire"),
    ("[host]", '[race]\nprogram = "bql"\n[host]', "race"),
    ("[host]", '[skb]\nscript = "alloc_skb 1"\n[host]', "skb"),
    ("[host]", '[[bpf]]\nname = "fw"\ntype = "xdp"\n[host]', "bpf"),
]


@pytest.mark.parametrize(("old", "new", "path"), NOT_BUILT)
def test_what_is_not_built_yet_says_so(old: str, new: str, path: str) -> None:
    with pytest.raises(SceneError, match="not built yet") as caught:
        load(changed(old, new) if SCENE.count(old) == 1 else SCENE.replace(old, new, 1), name="s.toml")
    assert f": {path}" in str(caught.value)


def test_faults_of_nothing_are_fine() -> None:
    quiet = "fault = { bad_checksum = 0.0, loss = 0, reorder = '0us' }"
    assert scene(changed("count = 1_000", f"count = 3\n{quiet}")).flow[0].fault.loss == 0
    assert scene(changed('driver = "ixgbe"', 'driver = "ixgbe"\nfault = []')).nic[0].fault == ()
