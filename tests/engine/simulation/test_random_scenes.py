"""Whatever the scene: the host stays sound, every frame ends once, and a second run is the same.

Small scenes of every kind of driver, kernel, wait, steering and deferral, with changes on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import simulation as simulating
from engine.results.results import results
from engine.scenario.document import load
from engine.simulation import Simulation, prepare
from engine.timeline import Cursor, Timeline

Draw = st.DrawFn
SMALL_CHUNK = 512
"""Steps between two looks at the invariants."""
PORTS = ("9000", "9001")
HERE, GROUP = "10.0.0.2", "239.1.1.1"


@st.composite
def settings_of_a_card(draw: Draw, driver: str, queues: int, cpus: int) -> list[str]:
    """Commands that an administrator gives before the run."""
    masks = st.integers(1, (1 << cpus) - 1)
    lines = [
        f"echo {draw(masks):x} > /sys/class/net/eth0/queues/rx-{queue}/rps_cpus" for queue in range(queues)
    ]
    lines = [line for line in lines if draw(st.booleans())]
    if driver != "legacy":
        lines.append(f"ethtool -C eth0 rx-usecs {draw(st.sampled_from((0, 1, 10)))}")
        if draw(st.booleans()):
            lines.append(f"echo {draw(st.integers(0, 3))} > /sys/class/net/eth0/napi_defer_hard_irqs")
            lines.append(
                f"echo {draw(st.sampled_from((0, 5_000, 20_000)))} > /sys/class/net/eth0/gro_flush_timeout"
            )
        if draw(st.booleans()):
            lines.append("ethtool -N eth0 rx-flow-hash udp4 sdfn")
    if draw(st.booleans()):
        lines.append(f"sysctl -w net.core.netdev_budget={draw(st.sampled_from((16, 64, 300)))}")
        lines.append(f"sysctl -w net.core.netdev_max_backlog={draw(st.sampled_from((0, 8, 1000)))}")
        lines.append(f"sysctl -w net.core.dev_weight={draw(st.sampled_from((1, 16, 64)))}")
    return lines


@st.composite
def flow(draw: Draw, number: int) -> str:
    """A sender: to a reader, to a group, to nobody or to another host."""
    where = draw(st.sampled_from((HERE, HERE, HERE, GROUP, "10.0.0.255", "10.0.0.77")))
    lines = [
        f'[[flow]]\nname = "f{number}"\nnic = "eth0"\nsource = "10.0.1.{number + 1}:5000"',
        f'destination = "{where}:{draw(st.sampled_from(PORTS))}"',
        f"many = {draw(st.sampled_from((1, 1, 8)))}\nframe = {draw(st.sampled_from((60, 600, 1514)))}",
        f"count = {draw(st.integers(1, 150))}",
    ]
    match draw(st.sampled_from(("constant", "poisson", "burst"))):
        case "burst":
            frames = draw(st.sampled_from((1, 10, 70)))
            lines.append(f'arrival = "burst"\nburst = {{ frames = {frames}, every = "60us" }}')
        case arrival:
            lines.append(f'arrival = "{arrival}"\nrate = "{draw(st.sampled_from((100, 900)))}kpps"')
    return "\n".join(lines)


@st.composite
def app(draw: Draw, number: int, cpus: int) -> str:
    """A program: reader of one or two sockets, or one that only computes."""
    wait = draw(st.sampled_from(("blocking", "select", "poll", "epoll", "epoll", "none")))
    lines = [f'[[app]]\nname = "a{number}"\nwait = "{wait}"']
    if draw(st.booleans()):
        lines.append(f"cpu = {draw(st.integers(0, cpus - 1))}")
    if draw(st.sampled_from((False, False, True))):
        lines.append('policy = "fifo:20"' if wait != "none" else "nice = 5")
    if wait == "none":
        return "\n".join([*lines, 'work = "forever"'])
    threads = draw(st.integers(1, 3))
    lines.append(f'threads = {threads}\nwork = "{draw(st.sampled_from((0, 300, 5_000)))}ns"')
    if threads > 1:
        shares = ("epoll", "socket", "reuseport") if wait == "epoll" else ("socket", "reuseport")
        lines.append(f'share = "{draw(st.sampled_from(shares))}"')
    address = draw(st.sampled_from((HERE, "0.0.0.0", GROUP)))
    rcvbuf = draw(st.sampled_from(("", ", rcvbuf = 2304", ", rcvbuf = 16384")))
    events = st.sampled_from(("[]", '["EPOLLET"]', '["EPOLLEXCLUSIVE"]', '["EPOLLONESHOT"]'))
    epoll = f", epoll = {draw(events)}" if wait == "epoll" else ""
    lines.append(f'listen = [{{ udp = "{address}:{PORTS[number % 2]}"{rcvbuf}{epoll} }}]')
    return "\n".join(lines)


@st.composite
def change(draw: Draw, cpus: int) -> str:
    """Something done on the way."""
    what = draw(
        st.sampled_from(
            (
                'run = "sysctl -w net.core.netdev_budget=32"',
                'run = "echo 1 > /proc/irq/24/smp_affinity"',
                'app = { name = "a0", do = "pause" }',
                'app = { name = "a0", do = "resume" }',
                'app = { name = "a0", do = "exit" }',
                f'app = {{ name = "a0", move = {draw(st.integers(0, cpus - 1))} }}',
            )
        )
    )
    return f'[[at]]\ntime = "{draw(st.integers(1, 400))}us"\n{what}'


@st.composite
def scene(draw: Draw) -> str:
    """The text of a scene."""
    driver = draw(st.sampled_from(("igb", "ixgbe", "legacy")))
    cpus = draw(st.integers(1, 3))
    queues = 1 if driver == "legacy" else draw(st.integers(1, 2))
    setup = "\n".join(draw(settings_of_a_card(driver, queues, cpus)))
    head = (
        f'kernel = "{draw(st.sampled_from(("6.12", "6.15", "6.18")))}"\nuntil = "500us"\n'
        f"setup = '''\n{setup}\n'''\n[host]\ncpus = {cpus}\nhz = {draw(st.sampled_from((250, 1000)))}\n"
        f'preempt = "{draw(st.sampled_from(("none", "voluntary", "full")))}"\n'
        f'[[nic]]\nname = "eth0"\ndriver = "{driver}"\nqueues = {queues}\naddress = "10.0.0.2/24"\n'
        f"tap = {draw(st.sampled_from(('false', 'false', 'true')))}"
    )
    flows = [draw(flow(number)) for number in range(draw(st.integers(1, 2)))]
    apps = [draw(app(number, cpus)) for number in range(draw(st.integers(1, 2)))]
    changes = [draw(change(cpus)) for _ in range(draw(st.integers(0, 2)))]
    return "\n".join([head, *flows, *apps, *changes])


@contextmanager
def small_chunks() -> Iterator[None]:
    """The run stops often, so that it can be looked at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulating, "FIRST_CHUNKS", (SMALL_CHUNK,))
        patch.setattr(simulating, "CHUNK", SMALL_CHUNK)
        yield


def ran(text: str) -> tuple[Simulation, Timeline]:
    """Run a scene; it is sound whenever a chunk is full, and at the end."""
    simulation = prepare(load(text, name="random.toml"))
    timeline = Timeline(simulation.prologue)
    with small_chunks():
        for chunk in simulation.chunks():
            timeline.append(chunk)
            assert simulation.invariants() == []
    return simulation, timeline


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(scene())
def test_any_scene_is_sound(text: str) -> None:
    simulation, timeline = ran(text)
    conserved(timeline)
    the_cursor_sees_the_living(simulation, timeline)
    assert ran(text)[1].digest() == timeline.digest()


def conserved(timeline: Timeline) -> None:
    """Every offered frame ended once, every read message was somebody's, CPUs have no time to spare."""
    table = results(timeline)
    packets = table["packets"]
    ended = sum(packets[fate] for fate in ("delivered", "absorbed", "forwarded", "refused", "in_flight"))
    assert ended + sum(packets["lost"].values()) == packets["offered"]
    udp = table["snmp"]["Udp"]
    assert udp["InDatagrams"] == sum(thread["messages"] for thread in table["threads"].values())
    for cpu in table["cpus"]:
        kinds = ("user_ns", "nice_ns", "system_ns", "irq_ns", "softirq_ns", "idle_ns")
        assert sum(cpu[kind] for kind in kinds) == table["simulated_ns"]


def the_cursor_sees_the_living(simulation: Simulation, timeline: Timeline) -> None:
    """The log's last state is the state of the objects, field by field."""
    cursor = Cursor(timeline, timeline.last)
    living = list(simulation.host.recorder.live.values())
    assert living
    for record in living:
        names = [field.name for field in record.schema.fields]
        logged = [cursor.get(record.uid, name) for name in names]
        assert dict(zip(names, logged, strict=True)) == dict(zip(names, record.snapshot(), strict=True))
