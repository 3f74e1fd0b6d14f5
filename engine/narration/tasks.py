"""Sentences for waking, switching, system calls and what programs do."""

from __future__ import annotations

from collections.abc import Callable

from engine.narration.telling import Telling
from engine.narration.words import joined
from engine.scenario.units import format_ns

Template = Callable[[Telling], str]
NO_RESULT = ("user_work", "user_spin", "user_sleep")


def wake(telling: Telling) -> str:
    """A task is woken, or was not asleep."""
    change = telling.take(telling.uid, "state")
    if not telling.it or telling.book.class_of(telling.uid) != "task_struct":
        return ""
    telling.hush(telling.uid, "wakeups")
    if change is None and (telling.uid, "wakeups") not in telling.changes:
        return f"{telling.name} finds {telling.it} {telling.text(telling.uid, 'state')}"
    return f"{telling.name} wakes {telling.it}"


def activate(telling: Telling) -> str:
    """A woken task goes on the run queue of a CPU."""
    cpu = telling.changed("cpu", "nr_running")
    if not cpu or not telling.it:
        return ""
    running = telling.now(cpu, "nr_running")
    telling.hush(telling.uid, "link", "cpu")
    telling.hush(cpu, "need_resched")
    return f"{telling.name} puts {telling.it} on the run queue of {telling.book.name(cpu)}, {running} runnable there"


def switch(telling: Telling) -> str:
    """A CPU goes from one task to another."""
    change = telling.take(telling.own("cpu"), "task")
    if change is None or not change[0]:
        return f"{telling.name} to {telling.it}" if telling.it else ""
    return f"{telling.name} from {telling.book.name(change[0])} to {telling.book.name(change[1])}"


def sys_enter(telling: Telling) -> str:
    """A task enters the kernel."""
    call = telling.text(telling.uid, "syscall")
    fd = telling.get(telling.uid, "fd")
    if not call or not telling.it:
        return ""
    telling.hush(telling.uid, "syscall", "fd")
    return f"{telling.name}: {telling.it} calls {call}{f' on fd {fd}' if fd is not None and fd >= 0 else ''}"


def sys_exit(telling: Telling) -> str:
    """A system call returns; a datagram that it brought is delivered."""
    change = telling.take(telling.uid, "syscall")
    names = telling.timeline.names
    result = telling.get(telling.uid, "retval")
    telling.hush(telling.uid, "retval")
    if change is None or result is None or not 0 < change[0] < len(names):
        return ""
    return f"{telling.name}: {names[change[0]]} returns {result} to {telling.it}"


def copy(telling: Telling) -> str:
    """A datagram's bytes go to the program."""
    task, skb = telling.view.task, telling.uid
    length = telling.text(skb, "len")
    if not task or not telling.it:
        return ""
    read = telling.now(task, "messages")
    said = (
        f"{telling.name} copies {telling.it}{f', {length},' if length else ''} to {telling.book.name(task)}"
    )
    return joined((said, f"messages is now {read}" if read is not None else ""))


def received(telling: Telling) -> str:
    """The length that a read returns."""
    task = telling.view.task
    length = telling.get(task, "retval")
    if not telling.it or length is None:
        return ""
    telling.hush(task, "retval")
    return f"{telling.name} of {telling.it}: {length}"


def user(telling: Telling) -> str:
    """A program works, spins or sleeps."""
    task = telling.view.task or telling.uid
    if telling.book.class_of(task) != "task_struct":
        return ""
    verb = {"user_work": "works", "user_spin": "spins", "user_sleep": "goes to sleep"}[telling.name]
    span = "" if telling.name == "user_sleep" else f" for {format_ns(telling.view.span)}"
    skb = f" on {telling.it}" if telling.is_packet(telling.uid) else ""
    who = "" if telling.view.task else f"{telling.book.name(task)} "  # who runs stands in front already
    return f"{who}{verb}{skb}{span}"


TASKS: dict[str, Template] = {
    "try_to_wake_up": wake,
    "ttwu_do_activate": activate,
    "sched_switch": switch,
    "sys_enter": sys_enter,
    "sys_exit": sys_exit,
    "copy_linear_skb": copy,
    "sock_recv_length": received,
    **dict.fromkeys(NO_RESULT, user),
}
