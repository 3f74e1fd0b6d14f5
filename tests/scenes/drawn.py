"""Scenes drawn at random, for tests of what must hold in all of them."""

from __future__ import annotations

from random import Random

PORTS = (9000, 9001, 9002, 9009)
TARGETS = ("10.0.0.2", "10.0.0.2", "239.1.1.1", "10.0.0.255", "10.0.0.77")
CHANGES = (
    'run = "sysctl -w net.core.netdev_budget=64"',
    'run = "ethtool -C eth0 rx-usecs 10 || true"',
    'run = "ethtool -G eth0 rx 128 || true"',
    'run = "echo 1 > /proc/irq/24/smp_affinity"',
    'app = { name = "a0", do = "pause" }',
    'app = { name = "a0", do = "resume" }',
    'app = { name = "a0", do = "exit" }',
    'app = { name = "a0", move = 0 }',
)


def scene_text(seed: int) -> str:
    """Return a small scene of the receive path; the same seed draws the same."""
    rng = Random(seed)
    driver = rng.choice(["igb", "ixgbe", "ixgbe", "legacy"])
    cpus = rng.choice([1, 2, 3, 4])
    queues = 1 if driver == "legacy" else rng.choice([1, 2, cpus + 2])
    parts = [
        _host(rng, driver, cpus, queues),
        f'[[nic]]\nname = "eth0"\ndriver = "{driver}"\nqueues = {queues}\naddress = "10.0.0.2/24"',
    ]
    parts += [_flow(rng, number) for number in range(rng.randrange(1, 4))]
    parts += [_app(rng, number, cpus) for number in range(rng.randrange(1, 4))]
    parts += [
        f'[[at]]\ntime = "{rng.randrange(50, 900)}us"\n{rng.choice(CHANGES)}'
        for _ in range(rng.choice([0, 1, 4]))
    ]
    return "\n\n".join(parts)


def _host(rng: Random, driver: str, cpus: int, queues: int) -> str:
    setup = [f"sysctl -w net.core.netdev_budget={rng.choice([16, 64, 300])}"]
    if rng.random() < 0.3:
        setup.append(f"sysctl -w net.core.netdev_max_backlog={rng.choice([0, 1, 100])}")
    if rng.random() < 0.2:
        setup.append(f"sysctl -w net.core.dev_weight={rng.choice([1, 16])}")
    if driver != "legacy":
        setup.append(f"ethtool -C eth0 rx-usecs {rng.choice([0, 1, 10, 50])}")
        setup.append(f"ethtool -N eth0 rx-flow-hash udp4 {rng.choice(['sd', 'sdfn'])}")
    for queue in range(queues):
        if rng.random() < 0.4:
            mask = rng.randrange(1, 1 << cpus)
            setup.append(f"echo {mask:x} > /sys/class/net/eth0/queues/rx-{queue}/rps_cpus")
    script = "\n".join(setup)
    return (
        f'kernel = "{rng.choice(["6.12", "6.13", "6.14", "6.15", "6.16", "6.17", "6.18"])}"\n'
        f'seed = {rng.randrange(100)}\nuntil = "{rng.choice(["1ms", "idle"])}"\nsetup = """\n{script}\n"""\n\n'
        f"[host]\ncpus = {cpus}\nhz = {rng.choice([100, 250, 300, 1000])}\n"
        f'preempt = "{rng.choice(["none", "voluntary", "full"])}"'
    )


def _flow(rng: Random, number: int) -> str:
    paced = rng.choice(["constant", "poisson", "burst"])
    pace = f'rate = "{rng.choice([50, 300, 1000])}kpps"'
    if paced == "burst":
        every = rng.choice([20, 100, 300])
        pace = f'burst = {{ frames = {rng.choice([1, 64, 300])}, every = "{every}us" }}'
    return (
        f'[[flow]]\nname = "f{number}"\nnic = "eth0"\nsource = "10.0.1.{number + 1}:5000"\n'
        f'many = {rng.choice([1, 8, 64])}\ndestination = "{rng.choice(TARGETS)}:{rng.choice(PORTS)}"\n'
        f'frame = {rng.choice([60, 600, 1514])}\narrival = "{paced}"\n{pace}\n'
        f'start = "{rng.choice([0, 30, 100])}us"\ncount = {rng.choice([1, 50, 300])}'
    )


def _app(rng: Random, number: int, cpus: int) -> str:
    wait = rng.choice(["blocking", "select", "poll", "epoll", "epoll", "none"])
    lines = [f'[[app]]\nname = "a{number}"\nwait = "{wait}"']
    if rng.random() < 0.6:
        lines.append(f"cpu = {rng.randrange(cpus)}")
    if rng.random() < 0.1:
        lines.append('policy = "fifo:20"')
    if wait == "none":
        return "\n".join([*lines, 'work = [{ busy = "100us", sleep = "50us" }]'])
    threads = rng.choice([1, 1, 3])
    shares = ["socket", "reuseport"] + ["epoll"] * (wait == "epoll")
    if threads > 1:
        lines.append(f'threads = {threads}\nshare = "{rng.choice(shares)}"')
    lines.append(f'read = "{rng.choice(["drain", "one"])}"\nwork = "{rng.choice([0, 300, 5000])}ns"')
    return "\n".join([*lines, _listen(rng, wait)])


def _listen(rng: Random, wait: str) -> str:
    sockets = []
    for _ in range(1 if wait == "blocking" else rng.choice([1, 2])):
        flag = rng.choice(["", '"EPOLLET"', '"EPOLLEXCLUSIVE"', '"EPOLLONESHOT"']) if wait == "epoll" else ""
        room = rng.choice(["", ", rcvbuf = 2304", ", setsockopt = { SO_RCVBUF = 8192 }"])
        where = f"{rng.choice(['0.0.0.0', '10.0.0.2', '239.1.1.1'])}:{rng.choice(PORTS)}"
        sockets.append(f'{{ udp = "{where}"{room}{f", epoll = [{flag}]" if flag else ""} }}')
    return f"listen = [{', '.join(sockets)}]"
