"""Scenes that the tests change in one place."""

from engine.scenario.document import SceneDocument, load

SCENE = '''\
# A burst meets a small socket.
title    = "A burst"      # shown above the picture
question = "How many polls for ${frames} frames?"
knobs    = { frames = { value = 300, range = [1, 1000] }, cpus = { value = 2 } }

setup = """
ethtool -G eth0 rx 512
sysctl -w net.core.netdev_budget=${frames}
"""

[host]
cpus = "${cpus}"   # a knob

[[nic]]
name = "eth0"
driver = "ixgbe"
address = "10.0.0.2/24"

[[flow]]
name = "md"
nic = "eth0"
source = "10.0.0.14:5001"
destination = "239.1.1.1:9000"
frame = 0x80
arrival = "burst"
burst = { frames = 300, every = "1ms" }
count = 1_000

[[flow]]
name = "noise"
nic = "eth0"
source = "10.0.0.15:5001"
destination = "10.0.0.2:9001"
frame = [
    [64, 3],
    [1518, 1],  # the long ones
]
arrival = "poisson"
rate = "250kpps"
stop = "1ms"

[[app]]
name = "feed"
wait = "epoll"
work = "1.2us"
listen = [{ udp = "239.1.1.1:9000", rcvbuf = "208KiB", epoll = ["EPOLLET"] }]

[[at]]
time = "700us"
run = "sysctl -w net.core.netdev_budget=600"

[[variant]]
name = "control"
control = true
set = { "knobs.frames" = 64, "nic.eth0.queues" = 1, "sysctl.net.core.dev_weight" = 32 }
setup = "ethtool -K eth0 gro off"
at = [{ time = "1ms", run = "ethtool -C eth0 rx-usecs 0" }]

[[expect]]
that = "flows.md.lost == 0 and flows.md.latency_ns.p99 < 80us"
flips = true

[[chapter]]
at = "first drop"
title = "The socket is full."
speed = "1us = 0.4s"
beats = [{ to = "time_squeeze:1", hold = "2s", pause = true }]
'''

CONTRACT = """\
format   = 1
title    = "Everything"
question = "What can a scene say?"
lesson   = "n4"
kernel   = "6.18"
seed     = 1
until    = "2ms"
record   = { steps = 4_000_000, window = ["0us", "end"], level = "all" }
knobs    = { budget = { value = 300, range = [16, 1024], scale = "log2", label = "netdev_budget" } }
setup    = "sysctl -w net.core.netdev_budget=${budget}"

[host]
cpus = 4
hz = 250
preempt = "voluntary"
isolcpus = []
nodes = [[0, 1], [2, 3]]
dma = "coherent"
rules = { ksoftirqd_defers_inline = false }
costs = { ip_rcv = 120 }

[[nic]]
name = "eth0"
driver = "ixgbe"
speed = "10G"
queues = 4
address = "10.0.0.2/24"
peer = "eth1"
limits = { tx_stop = 21, tx_wake = 42, max_frags = 17, rx_headroom = 192, writeback = 16 }
[[nic.fault]]
kind = "unmask_if_not_complete"
queue = 0
after = "100us"
count = 3

[[flow]]
name = "md"
nic = "eth0"
protocol = "udp"
source = "10.0.0.14:5001"
destination = "239.1.1.1:9000"
frame = 128
arrival = "poisson"
rate = "250kpps"
burst = { frames = 300, every = "1ms" }
pcap = "capture.pcapng"
start = "0us"
count = 1000
encap = { vxlan = 42, outer = "192.0.2.1:entropy > 192.0.2.2:4789" }
fault = { bad_checksum = 0.0, loss = 0.0, duplicate = 0.0, reorder = "0us" }

[flow.peer]
role = "client"
connections = 200
open_rate = "5k/s"
rtt = "100us"
mss = 1448
request = 200
response = 65536
ack = "delayed"
window = "256KiB"
close = "fin"

[[app]]
name = "feed"
cpu = 3
threads = 1
stack = "kernel"
wait = "epoll"
idle_fds = 50
work = "1.2us"
send = [{ to = "10.0.0.14:7000", protocol = "tcp", bytes = 65536, every = "100us" }]
xsk = { nic = "eth0", queue = 0, mode = "zero-copy", need_wakeup = true, fill = 2048, rx = 2048 }

[[app.listen]]
udp = "239.1.1.1:9000"
rcvbuf = 212992
epoll = ["EPOLLET", "EPOLLEXCLUSIVE", "EPOLLONESHOT"]
setsockopt = { SO_BUSY_POLL = 50 }
count = 1

[[bpf]]
name = "fw"
type = "xdp"
rules = [
    { match = "udp dst port 9000", do = "redirect", map = "xsks", fallback = "aborted" },
    { match = "any", do = "pass" },
]
maps = [{ name = "xsks", type = "xskmap", entries = 4, fill = { 0 = "feed" } }]

[[at]]
time = "700us"
run = "sysctl -w net.core.netdev_budget=600"
[[at]]
time = "800us"
wire = { nic = "eth0", do = "link_down" }

[[variant]]
name = "control"
control = true
set = { "knobs.budget" = 64, "nic.eth0.fault" = [] }
setup = "ethtool -K eth0 gro off"
at = [{ time = "1ms", run = "ethtool -C eth0 rx-usecs 0" }]

[[expect]]
that = "softnet_stat[cpu=0].time_squeeze == 0 and flows.md.latency_ns.p99 < 80us"
at = "end"
flips = true

[[chapter]]
at = "first drop"
title = "The ring is fine. The socket is full."
caption = "CPU 0 queues a datagram every 0.78 µs."
notes = "Ask who has seen this in production."
focus = ["eth0 rx-0", "feed :9000"]
speed = "1us = 0.4s"
beats = [{ to = "irq:1", camera = "cpu0", highlight = ["rx-0"], dim = true, hold = "2s", pause = true }]

[race]
program = "txq_stop_wake"
model = "weak"
a = "smp_wmb"
b = "smp_mb"

[skb]
script = "alloc_skb 576\\nskb_reserve 64"
"""
"""Every key of the format, also those that exclude each other or are not built yet."""


def changed(old: str, new: str) -> str:
    """Return the sample with one passage replaced; the passage must be there once."""
    if SCENE.count(old) != 1:
        raise ValueError(f"{old!r} stands {SCENE.count(old)} times in the sample")
    return SCENE.replace(old, new)


def sample() -> SceneDocument:
    """Return the sample as a document."""
    return load(SCENE, name="s.toml")


def line(text: str, part: str) -> int:
    """Return the first line with a part in it."""
    return next(number for number, each in enumerate(text.splitlines(), 1) if part in each)
