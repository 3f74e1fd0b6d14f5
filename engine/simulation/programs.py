"""The scene's programs, started before the first packet, and what is done to them on the way."""

from __future__ import annotations

from engine.linux.host import Host
from engine.linux.include.sched import SCHED_FIFO, SCHED_OTHER
from engine.scenario import app as written
from engine.scenario.changes import AppAct, AppChange
from engine.scenario.errors import Refused
from engine.scenario.schema import Scene
from engine.userspace import control
from engine.userspace.program import ListenSpec, ProgramError, ProgramSpec, Share, WaitFor
from engine.userspace.start import start


def start_programs(host: Host, scene: Scene) -> frozenset[int]:
    """Start every program; return the uids of the tasks that only compute.

    Raises:
        Refused: a program cannot be started; its key says which.
    """
    hogs: set[int] = set()
    for index, each in enumerate(scene.app):
        try:
            app = start(host, spec_of(each))
        except ProgramError as error:
            raise Refused(str(error), key=("app", index, error.key)) from error
        if each.wait is written.WaitFor.NONE:
            hogs.update(task.uid for task in app.tasks)
    return frozenset(hogs)


def spec_of(each: written.App) -> ProgramSpec:
    """Translate a program of the scene."""
    work = each.work
    hog = work.pairs if isinstance(work, written.Hog) else ()
    fifo = each.policy.policy is written.SchedPolicy.FIFO
    return ProgramSpec(
        name=each.name,
        wait=WaitFor(each.wait.value),
        listen=tuple(_listen(listen) for listen in each.listen),
        threads=each.threads,
        share=Share(each.share.value) if each.share else Share.SOCKET,
        affinity=0 if each.cpu is None else 1 << each.cpu,
        nice=each.nice,
        policy=SCHED_FIFO if fifo else SCHED_OTHER,
        rt_priority=each.policy.priority,
        idle_fds=each.idle_fds,
        work_ns=work.ns if isinstance(work, written.PerMessage) else 0,
        drain=each.read is written.Read.DRAIN,
        hog=tuple((pair.busy_ns, pair.sleep_ns) for pair in hog),
    )


def _listen(each: written.Listen) -> ListenSpec:
    bound = each.bound
    return ListenSpec(
        address=int(bound.address),
        port=bound.port,
        rcvbuf=each.rcvbuf,
        so_rcvbuf=each.setsockopt.SO_RCVBUF,
        edge_triggered=written.EpollFlag.EPOLLET in each.epoll,
        one_shot=written.EpollFlag.EPOLLONESHOT in each.epoll,
        exclusive=written.EpollFlag.EPOLLEXCLUSIVE in each.epoll,
        count=each.count,
    )


def change_program(host: Host, change: AppChange) -> None:
    """Do to a program what an `[[at]]` asks for."""
    if change.move is not None:
        control.move(host, change.name, 1 << change.move)
    elif change.do is AppAct.PAUSE:
        control.pause(host, change.name)
    elif change.do is AppAct.RESUME:
        control.resume(host, change.name)
    else:
        control.end(host, change.name)
