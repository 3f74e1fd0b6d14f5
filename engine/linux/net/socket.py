"""net/socket.c and net/ipv4/af_inet.c: the system calls on sockets.

Models `recvfrom` and the `poll` of a socket's file, Linux 6.12 to 6.18.

Simplified: descriptors are looked up for free; security hooks allow everything.
"""

from __future__ import annotations

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.include.sched import Task
from engine.linux.include.sock import Sock
from engine.linux.kernel.entry import exit_to_user_mode, syscall_enter
from engine.linux.ledger import deliver_copy
from engine.linux.net.ipv4.udp_recvmsg import Message, udp_poll, udp_recvmsg


def sys_recvfrom(task: Task, sk: Sock, *, dontwait: bool) -> Work[int]:
    """Read one message: its length, or -EAGAIN (`dontwait`, MSG_DONTWAIT) or -EINTR."""
    yield from syscall_enter(task, "recvfrom", sk.fd)
    message = yield from sock_recvmsg(task, sk, dontwait=dontwait)
    yield fn.sys_exit, task.uid
    task.syscall = 0
    if message.skb is not None:
        deliver_copy(task.processor.host, message.skb, sk, task)
        task.reading = None
    yield from exit_to_user_mode(task)
    return message.length


def sock_recvmsg(task: Task, sk: Sock, *, dontwait: bool) -> Work[Message]:
    """To the protocol's recvmsg (tracepoint sock_recv_length)."""
    message = yield from udp_recvmsg(task, sk, dontwait=dontwait)
    yield fn.sock_recv_length, sk.uid
    if task.retval != message.length:
        task.retval = message.length
    return message


def sock_poll(task: Task, sk: Sock) -> Work[bool]:
    """Whether the socket is readable."""
    yield fn.sock_poll, sk.uid
    return (yield from udp_poll(task, sk))
