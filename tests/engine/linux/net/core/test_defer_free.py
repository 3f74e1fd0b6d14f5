"""net/core/skbuff.c: skbs that readers on other CPUs hand back (6.18)."""

from __future__ import annotations

from engine.linux.include.skbuff import Skb
from engine.linux.include.sock import Sock
from tests.engine.linux.net.core.stack_host import FakeNapi, Stack

FEW_NS = 100_000


def handed_back(stack: Stack, count: int) -> tuple[Sock, list[Skb]]:
    """Datagrams that arrived on CPU 0 and were read on CPU 1."""
    sk = stack.socket()
    skbs = [stack.skb() for _ in range(count)]
    stack.burst(skbs)
    stack.read(sk, count, cpu=1)
    return sk, skbs


def flush(stack: Stack) -> list[int]:
    """Any NET_RX on CPU 0; which skbs it freed, in order."""
    since = stack.calendar.now + 1
    stack.interrupt(since, [FakeNapi(stack, 0)])
    stack.run(since + FEW_NS)
    return [uid for name, uid in stack.named_steps(cpu=0) if name == "napi_consume_skb"]


def test_the_last_one_handed_back_is_freed_first() -> None:
    # Linux 6.18.44, rps burst: received as 2, 3, 4, 5, consume_skb from skb_defer_free_flush as 5, 4, 3, 2.
    stack = Stack("6.18")
    _, skbs = handed_back(stack, 4)
    uids = [skb.uid for skb in skbs]
    assert flush(stack) == uids[::-1]
    assert len(stack.host.cpus[0].softnet_data.defer_list) == 0
    assert all(skb.uid == 0 for skb in skbs)


def test_what_is_handed_back_during_a_flush_is_freed_by_the_next() -> None:
    """The list is taken as a whole; a flush comes before each poll."""
    stack = Stack("6.18")
    sk, skbs = handed_back(stack, 3)
    late = stack.skb()
    stack.burst([late], cpu=0)  # frees the three
    assert all(skb.uid == 0 for skb in skbs)
    more = [stack.skb() for _ in range(40)]
    stack.burst(more)
    stack.read(sk, 30, cpu=1)
    waiting = len(stack.host.cpus[0].softnet_data.defer_list)
    assert waiting == 30
    since = stack.calendar.now
    napi = FakeNapi(stack, 0)
    stack.interrupt(since + 1_000, [napi])
    stack.read(sk, 11, cpu=1)  # while CPU 0 flushes
    stack.run(since + 10 * FEW_NS)
    left = len(stack.host.cpus[0].softnet_data.defer_list)
    freed = sum(skb.uid == 0 for skb in [late, *more])
    assert freed + left == 41
    assert freed >= 30
    assert all(frame.delivered == 1 and frame.copies == 0 for frame in stack.frames)
