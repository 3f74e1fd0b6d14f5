"""Whatever is typed gets an answer: an outcome with a status, never a Python error."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.console.read import CursorFacts
from engine.console.read.shell import Shell
from engine.console.read.source import Host
from engine.console.write import ScriptError, is_write, parse_script, plan
from tests.engine.console.made import Made

TEXT = """
ethtool -G -C -L -K -X -N -S -g -c -l -k -x -n -i eth0 lo nope0 rx tx combined 0 1 3 8 64 4096 -1 0x10
99999999999 abc rx-usecs tx-usecs adaptive-rx on off gro tso sg ntuple equal weight default hkey 6d:5a hfunc
toeplitz start rx-flow-hash udp4 tcp4 sdfn sd flow-type dst-port src-ip 10.0.0.1 m action loc delete rule
sysctl -w -a -n -p net.core.netdev_budget net.core.netdev_budget=300 net.ipv4.tcp_rmem=1 = net.core
net.core.nosuch=1 echo > >> < | || && ; & 2>&1 /dev/null tee cat grep -E -c -A1 head -2 tail wc -l awk
'{print~$1}' cut -d -f sort /proc/net/softnet_stat /proc/interrupts /proc/irq/33/smp_affinity
/proc/irq/33/smp_affinity_list /proc/irq/0/x /proc /sys/class/net/eth0/queues/rx-0/rps_cpus
/sys/class/net/eth0/threaded /sys/class/net/eth0/mtu /sys/class/net/*/mtu /proc/sys/net/core/netdev_budget
/proc/sys/net/core ff zz 2-3 taskset -cp -p -c 900 15 chrt -f -o 50 $(pgrep~feed) pgrep ss -uampn -s -t mpstat
-P ALL 1 2 nstat -az ip -s link show set true false sudo # foo ' " ( [ * \\ $x `id`
"""

STARTS = """
ethtool;ethtool -G eth0;ethtool -C eth0;ethtool -L eth0;ethtool -K eth0;ethtool -X eth0;ethtool -N eth0
ethtool -N eth0 flow-type udp4;ethtool -n eth0;echo 1 >;echo zz >;echo 2-3 >;sysctl;sysctl -w;taskset;taskset -cp
chrt;chrt -f -p;cat;grep;cat /proc/stat |;head;ss;ss -u;mpstat;nstat;ip -s link;pgrep;echo 1 | tee
"""

rest = st.lists(st.sampled_from(TEXT.split()), max_size=6).map(
    lambda words: " ".join(words).replace("~", " ")
)
starts = st.sampled_from([each for line in STARTS.split("\n") if line for each in line.split(";")])
lines = st.builds("{} {}".format, starts, rest)


def made() -> Host:
    host = Made("6.18", 4, isolcpus=[3])
    host.card("eth0", "ixgbe", 4)
    host.irq(33, [0] * 4, "PCI-MSIX-0000:01:00.0", 1, "eth0-TxRx-0")
    host.task(900, "feed/0")
    host.sock(9000)
    return host.host()


HOST = made()


@settings(max_examples=400, deadline=None)
@given(st.one_of(lines, rest, st.text(max_size=40)))
def test_any_line_is_answered(line: str) -> None:
    output = Shell(HOST).run(line)
    assert 0 <= output.status < 256
    assert output.stderr == "" or output.stderr.endswith("\n")
    planned = plan(line, CursorFacts(HOST))
    assert 0 <= planned.output.status < 256
    assert not (planned.settings and planned.output.status == 2)
    assert is_write(line) or not planned.settings


@example("\xa0")
@given(st.one_of(lines, rest, st.text(max_size=40)))
def test_any_script_comes_apart_or_names_its_line(text: str) -> None:
    fault = 1
    try:
        commands = parse_script(text)
    except ScriptError as error:
        commands, fault = (), error.line_no
    assert 1 <= fault <= text.count("\n") + 1
    assert all(command.text.strip(" \t\n") for command in commands)  # bash takes other blanks for letters
