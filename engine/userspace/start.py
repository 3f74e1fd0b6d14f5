"""Starting programs: sockets, epoll instances, tasks.

A program is started before the first packet, in no time: its threads are asleep in their first wait, or runnable if
they compute.
"""

from __future__ import annotations

from typing import TypeVar

from engine.hardware.calendar import INTERRUPT
from engine.hardware.context import IDLE, SWITCH, SYSCALL, Work
from engine.linux.boot import give_work, new_task
from engine.linux.cpu import Cpu
from engine.linux.fs.eventpoll import do_epoll_create, ep_insert
from engine.linux.fs.select import FD_SETSIZE
from engine.linux.host import Host
from engine.linux.include.eventpoll import EPOLLET, EPOLLEXCLUSIVE, EPOLLIN, EPOLLONESHOT, EventPoll
from engine.linux.include.sched import TASK_RUNNING_ON_CPU, App, Task
from engine.linux.include.sock import Sock
from engine.linux.net.core.sock import setsockopt_rcvbuf, sock_init_data
from engine.linux.net.ipv4.igmp import ip_mc_join_group
from engine.linux.net.ipv4.route import is_multicast
from engine.linux.net.ipv4.udp import IPPROTO_UDP
from engine.linux.net.ipv4.udp_lookup import udp_table
from engine.userspace.program import ListenSpec, ProgramError, ProgramSpec, Share, WaitFor
from engine.userspace.thread import Thread

FIRST_PID = 1000
FIRST_FD = 3
FIRST_INODE = 20_001
SHOWN_IDLE_FDS = 256
"""Idle descriptors of an epoll instance that are objects; further ones are only counted."""

T = TypeVar("T")


def start(host: Host, spec: ProgramSpec) -> App:
    """Start a program.

    Raises:
        ProgramError: no such CPU, a name taken, or more descriptors than select can watch.
    """
    _check(host, spec)
    pid = max(FIRST_PID - 1, *host.tasks) + 1
    app = App(
        host.recorder,
        name=spec.name,
        threads=spec.threads,
        wait=host.recorder.name(spec.wait.value),
        pid=pid,
        tasks=[],
        socks=[],
        epolls=[],
    )
    host.apps[spec.name] = app
    threads = [_new_thread(host, app, spec, number) for number in range(spec.threads)]
    _open_descriptors(host, app, spec, threads)
    for thread in threads:
        task = thread.task
        give_work(task, thread.run(), SYSCALL)
        if spec.wait is WaitFor.NONE:
            host.calendar.at(host.calendar.now, INTERRUPT, _begin, task)
        else:
            _settle(task)
    return app


def _check(host: Host, spec: ProgramSpec) -> None:
    everyone = (1 << len(host.cpus)) - 1
    if spec.name in host.apps:
        raise ProgramError(spec.name, "name", "is the name of another program")
    if spec.affinity & ~everyone:
        raise ProgramError(spec.name, "cpu", f"must be one of 0 to {len(host.cpus) - 1}")
    watched = spec.idle_fds + sum(each.count for each in spec.listen)
    if spec.wait is WaitFor.SELECT and watched > FD_SETSIZE - FIRST_FD:
        raise ProgramError(
            spec.name, "idle_fds", f"select watches descriptors below {FD_SETSIZE}; take poll or epoll"
        )


def _new_thread(host: Host, app: App, spec: ProgramSpec, number: int) -> Thread:
    everyone = (1 << len(host.cpus)) - 1
    isolated = sum(1 << cpu for cpu in sorted(host.isolcpus))
    allowed = spec.affinity or everyone & ~isolated or everyone
    cpus = [cpu for cpu in range(len(host.cpus)) if allowed >> cpu & 1]
    comm = f"{spec.name}/{number}"
    cpu = cpus[(app.pid - FIRST_PID + number) % len(cpus)]
    task = new_task(host, comm, cpu, "app", pid=app.pid + number, parent=app.uid)
    task.tgid = app.pid
    task.app = app.uid
    task.affinity = allowed
    task.nice = spec.nice
    task.policy = spec.policy
    task.rt_priority = spec.rt_priority
    thread = Thread(task, app, spec)
    task.program = thread
    app.tasks.append(task)
    return thread


# -- descriptors ------------------------------------------------------------------------------------------


def _open_descriptors(host: Host, app: App, spec: ProgramSpec, threads: list[Thread]) -> None:
    shared: list[tuple[Sock, ListenSpec]] = []
    for number, thread in enumerate(threads):
        if number == 0 or spec.share is Share.REUSEPORT:
            shared = _open_sockets(host, app, spec)
        thread.socks = [sk for sk, _ in shared]
        if spec.wait is WaitFor.EPOLL:
            if number == 0 or spec.share is not Share.EPOLL:
                thread.ep = _open_epoll(host, app, spec, shared)
            else:
                thread.ep = threads[0].ep


def _next_fd(app: App) -> int:
    return FIRST_FD + len(app.socks) + len(app.epolls)


def _open_sockets(host: Host, app: App, spec: ProgramSpec) -> list[tuple[Sock, ListenSpec]]:
    opened = []
    for listen in spec.listen:
        for _ in range(listen.count):
            sk = _open_socket(host, app, listen, reuseport=spec.share is Share.REUSEPORT)
            app.socks.append(sk)
            opened.append((sk, listen))
    return opened


def _open_socket(host: Host, app: App, listen: ListenSpec, *, reuseport: bool) -> Sock:
    inode = FIRST_INODE + sum(len(other.socks) for other in host.apps.values())
    address = ".".join(str(listen.address >> shift & 0xFF) for shift in (24, 16, 8, 0))
    sk = sock_init_data(
        host, f"{address}:{listen.port}", protocol=IPPROTO_UDP, fd=_next_fd(app), app=app.uid, inode=inode
    )
    if listen.so_rcvbuf is not None:
        setsockopt_rcvbuf(host, sk, listen.so_rcvbuf)
    if listen.rcvbuf is not None:
        sk.sk_rcvbuf = listen.rcvbuf
    sk.saddr = listen.address
    sk.sport = listen.port
    sk.reuseport = int(reuseport)
    if listen.peer is not None:
        sk.daddr, sk.dport = listen.peer
    if is_multicast(listen.address):
        sk.groups = (listen.address,)
        ip_mc_join_group(host, listen.address)
    udp_table(host).bind(sk)
    return sk


def _open_epoll(host: Host, app: App, spec: ProgramSpec, socks: list[tuple[Sock, ListenSpec]]) -> EventPoll:
    fd = _next_fd(app)
    ep = do_epoll_create(host, f"{spec.name} fd {fd}", fd=fd, app=app.uid)
    app.epolls.append(ep)
    cpu = host.cpus[0]
    for sk, listen in socks:
        events = EPOLLIN
        events |= EPOLLET if listen.edge_triggered else 0
        events |= EPOLLONESHOT if listen.one_shot else 0
        events |= EPOLLEXCLUSIVE if listen.exclusive else 0
        untimed(ep_insert(cpu, ep, sk, sk.fd, events))
    for number in range(min(spec.idle_fds, SHOWN_IDLE_FDS)):
        untimed(ep_insert(cpu, ep, None, fd + 1 + number, EPOLLIN))
    ep.items += max(0, spec.idle_fds - SHOWN_IDLE_FDS)
    return ep


def untimed(work: Work[T]) -> T:
    """Run kernel code to its end in no time; only where nothing else can be running.

    Raises:
        RuntimeError: the code had to wait.
    """
    while True:
        try:
            pay = work.send(None)
        except StopIteration as end:
            value: T = end.value
            return value
        if type(pay) is not tuple:
            raise RuntimeError(f"code that should run in no time waits ({pay})")


# -- first steps ----------------------------------------------------------------------------------------------


def _settle(task: Task) -> None:
    """Let a thread run up to its first sleep in no time."""
    cpu: Cpu = task.processor
    context, leaving, current = cpu.context, cpu.leaving, cpu.rq.current
    cpu.context = task.context
    cpu.rq.current = task
    cpu.state.nr_running += 1
    task.state = TASK_RUNNING_ON_CPU
    while task.context.forward() is not SWITCH:
        pass
    cpu.context, cpu.leaving, cpu.rq.current = context, leaving, current
    cpu.state.task = current.uid
    task.on_cpu = False
    task.nvcsw = 0


def _begin(task: Task) -> None:
    """A thread that computes is runnable from the start."""
    cpu: Cpu = task.processor
    cpu.rq.enqueue(task, woken=False)
    cpu.set_need_resched()
    if len(cpu.stack) == 1 and cpu.context.kind == IDLE:
        cpu.preempt()
