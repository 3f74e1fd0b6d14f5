"""net/packet/af_packet.c: a packet socket with a mapped ring, as tcpdump opens it on an interface.

Models `packet_create`, `register_prot_hook` and `tpacket_rcv`: a tap sees every frame of its interface after GRO and
RPS and before IP, whatever becomes of it, and copies it on the CPU that runs the stack.

Simplified: the program keeps up, so the ring never fills; it takes no CPU time; the interface is not made promiscuous
(tcpdump -p); a socket without a filter.
"""

from __future__ import annotations

from functools import partial

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.host import Host
from engine.linux.include.netdevice import NetDevice
from engine.linux.include.packet import PacketSock
from engine.linux.include.skbuff import Skb

ETH_HLEN = 14
COPY_NS_PER_KIB = 60
"""Copying from cache, as for readers."""


def packet_create(host: Host, dev: NetDevice) -> PacketSock:
    """Open a socket for all protocols on an interface; from now on its frames are seen."""
    sock = PacketSock(host.recorder, parent=dev.uid, name=f"tcpdump -p -i {dev.ifname}", dev=dev.uid)
    dev.taps.append(partial(tpacket_rcv, sock=sock))
    return sock


def tpacket_rcv(cpu: Cpu, skb: Skb, *, sock: PacketSock) -> Work[None]:
    """Copy a frame, its Ethernet header included, to the ring; the skb goes on as it was."""
    length = skb.len + ETH_HLEN
    yield fn.tpacket_rcv, skb.uid, cpu.costs[fn.tpacket_rcv] + (length * COPY_NS_PER_KIB >> 10)
    sock.tp_packets += 1
    sock.bytes += length
