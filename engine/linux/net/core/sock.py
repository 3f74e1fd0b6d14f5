"""net/core/sock.c: a socket's memory, its options, and telling sleepers that it is readable.

Models `sock_init_data`, `SO_RCVBUF`, `__sk_mem_schedule`, `__sk_mem_raise_allocated`, `__sk_mem_reduce_allocated` and
`sock_def_readable`, Linux 6.12 to 6.18.

Simplified: the protocol's memory (net.ipv4.udp_mem) never runs out; no SIGIO.
"""

from __future__ import annotations

from functools import partial

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.host import Host
from engine.linux.include.sock import Sock
from engine.linux.kernel.locking import SpinLock
from engine.linux.kernel.wait import __wake_up_sync_key, init_waitqueue_head
from engine.timeline.lists import RecordedList

PAGE_SHIFT = 12
PAGE_SIZE = 1 << PAGE_SHIFT
SOCK_MIN_RCVBUF = 2304
NO_CPU_YET = -1


def sock_init_data(host: Host, name: str, *, protocol: int, fd: int, app: int, inode: int) -> Sock:
    """Create an unbound socket with the default receive buffer.

    Its `in_transit` is what is charged while on no queue: not there yet, or taken off and not yet owed.
    """
    recorder = host.recorder
    sk = Sock(
        recorder,
        parent=app,
        name=name,
        protocol=protocol,
        fd=fd,
        app=app,
        inode=inode,
        sk_rcvbuf=host.sysctl.rmem_default,
        sk_incoming_cpu=NO_CPU_YET,
        host=host,
        sk_data_ready=sock_def_readable,
        groups=(),
        prod_rmem_alloc=0,
        in_transit=0,
    )
    sk.sk_receive_queue = RecordedList(recorder, sk.uid, "sk_receive_queue")
    sk.reader_queue = RecordedList(recorder, sk.uid, "reader_queue")
    sk.udp_prod_queue = RecordedList(recorder, sk.uid, "udp_prod_queue")
    sk.lock = SpinLock("reader_queue.lock")
    sk.queue_lock = SpinLock("sk_receive_queue.lock")
    sk.wq = init_waitqueue_head(recorder, sk.uid, "sk_wq", partial(setattr, sk, "waiters"))
    return sk


def setsockopt_rcvbuf(host: Host, sk: Sock, value: int) -> None:
    """SO_RCVBUF: capped by rmem_max, then doubled for the bookkeeping, never below the least."""
    sk.sk_rcvbuf = max(2 * min(value, host.sysctl.rmem_max), SOCK_MIN_RCVBUF)


def __sk_mem_schedule(cpu: Cpu, sk: Sock, size: int) -> Work[None]:
    """Reserve memory in whole pages."""
    yield fn.__sk_mem_raise_allocated, sk.uid
    sk.sk_forward_alloc += -(-size >> PAGE_SHIFT) << PAGE_SHIFT


def sk_mem_reduce(sk: Sock, freed: int, keep: int) -> None:
    """Take `freed` bytes back into the reservation and give up the whole pages of it, less `keep` bytes."""
    forward = sk.sk_forward_alloc + freed
    sk.sk_forward_alloc = forward - (forward - keep & -PAGE_SIZE)


def sock_def_readable(cpu: Cpu, sk: Sock) -> Work[None]:
    """Tell who waits (tracepoint sk_data_ready): one exclusive sleeper, every callback."""
    yield fn.sock_def_readable, sk.uid
    if sk.wq.entries:
        yield from __wake_up_sync_key(cpu, sk.wq)
