"""What a walk types: things that mean something, and things that mean nothing."""

from __future__ import annotations

PLACES = (
    "250us", "1ms", "#1200", "#999999", "first drop", "first irq", "chapter:2", "napi_poll", "net_rx_action",
    "udp:3", "irq:2", "snmp.Udp.RcvbufErrors > 3", "sockets[0].rmem_alloc > 20000",
)  # fmt: skip
"""For lines that go somewhere or stop playing."""

PATHS = (
    "sockets[0].rmem_alloc", "snmp.Udp.InDatagrams", "rings[0].used", "cpu[1].softirq", "ethtool.eth0.rx_packets",
    "softnet_stat[cpu=2].processed", "rate(snmp.Udp.InDatagrams)",
)  # fmt: skip
"""For lines that plot or show a path."""

FILTERS = (
    "flow == 'burst'", "lost", "latency > 20us", "cpu == 2 and size > 200", "queue == 1", "udp.dport == 9000",
    "not lost", "flow == 'nobody'",
)  # fmt: skip
"""For lines that choose packets."""

COMMANDS = (
    "ss -uamn", "cat /proc/net/snmp", "cat /proc/net/softnet_stat", "ethtool -S eth0", "ethtool -c eth0", "ls",
    "cat /proc/interrupts", "ip -s link", "ifconfig eth9", "cat /proc/nothing", "rm -rf /", "| |", "echo '",
    "sysctl net.core.netdev_budget", "nstat",
)  # fmt: skip
"""Commands that change nothing, some of them wrong."""

CHANGES = (
    "sysctl -w net.core.netdev_budget=64", "ethtool -C eth0 rx-usecs 8", "ethtool -G eth0 rx 128",
    "echo 2 > /sys/class/net/eth0/queues/rx-1/rps_cpus", "sysctl -w net.core.rmem_max=1000000",
    "sysctl -w net.core.netdev_budget_usecs=500", "ethtool -G eth0 rx 9999999", "sysctl -w net.core.nothing=1",
)  # fmt: skip
"""Commands that change the host, some of them refused."""

NONSENSE = (
    "", " ", "((", "sockets[", "1..2", "frobnicate", "\\", "%s%n", "0", "-1", "1e999", "'", '"', "a" * 300,
    "\u00e4\u4e2d\u0301", "\U0001f680", "x == ", "][", "{}", "#", ":", "sockets[99999].x", "1/0", "not", "..",
)  # fmt: skip
"""What nobody means."""

NUMBERS = ("0", "1", "64", "8", "212992", "4608", "2Mpps", "500ns", "2us", "30", "-5", "abc")
"""Values for a scene's fields, some of them wrong."""

GARBAGE = ("x", "=", "[[", '"', "\n[[nic]\n", "name = ", "#", "}", "\u00e9", "   ", "rate = 0\n", "'''")
"""What breaks a scene's text."""

QUERIES = ("", "theme", "dark", "next", "zo", "burst", "default", "comp", "zzz", "light", "page", "run")
"""For the palette and the help."""

ALL = PLACES + PATHS + FILTERS + COMMANDS + NONSENSE + NUMBERS + QUERIES
"""For a line of which nothing is known."""
