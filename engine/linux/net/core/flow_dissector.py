"""net/core/flow_dissector.c: the hash of a flow where the adapter supplied none that will do.

Models `skb_get_hash`: an adapter's hash counts if ports went into it (`l4_hash`); otherwise addresses and ports are
hashed here, the two directions of a flow alike.

Simplified: jhash in place of siphash, under a key that is random at boot in Linux and fixed here.
"""

from __future__ import annotations

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.include.skbuff import Skb
from engine.linux.lib.jhash import jhash_3words

HASHRND = 0xF10D15EC
NOT_ZERO = 1
"""Zero means "no hash", so that is what a flow gets whose hash would be zero."""


def skb_get_hash(cpu: Cpu, skb: Skb) -> Work[int]:
    """The flow's hash; noted in the skb when software had to compute it."""
    if l4_hash(skb):
        return skb.hash
    yield fn.__skb_get_hash_net, skb.uid
    value = flow_hash(skb)
    if skb.hash != value:
        skb.hash = value
    return value


def l4_hash(skb: Skb) -> bool:
    """Whether the adapter's hash is over addresses and ports."""
    return bool(skb.hash) and bool(skb.netdev.udp4_ports_hashed)


def flow_hash(skb: Skb) -> int:
    """The hash, whoever computes it, without a step."""
    if l4_hash(skb):
        return skb.hash
    here, there = (skb.saddr, skb.sport), (skb.daddr, skb.dport)
    if there < here:
        here, there = there, here
    return jhash_3words(there[0], here[0], here[1] << 16 | there[1], HASHRND) or NOT_ZERO
