"""How each kind of context looks in a lane: colour, and hatch for the threads."""

from __future__ import annotations

from typing import NamedTuple

from engine.timeline.schema import Where
from viewer.theme.tokens import Role


class ContextLook(NamedTuple):
    """Fill, ink upon it, angle of the hatch (0 for none), word for people."""

    fill: Role
    ink: Role
    hatch: int
    word: str


LOOKS: dict[Where, ContextLook] = {
    Where.HARDIRQ: ContextLook(Role.HARDIRQ, Role.HARDIRQ_INK, 0, "hard interrupt"),
    Where.SOFTIRQ: ContextLook(Role.SOFTIRQ, Role.SOFTIRQ_INK, 0, "softirq"),
    Where.KSOFTIRQD: ContextLook(Role.KSOFTIRQD, Role.KSOFTIRQD_INK, 45, "ksoftirqd"),
    Where.NAPI_THREAD: ContextLook(Role.NAPI_THREAD, Role.NAPI_THREAD_INK, -45, "NAPI thread"),
    Where.SYSCALL: ContextLook(Role.SYSCALL, Role.SYSCALL_INK, 0, "system call"),
    Where.USER: ContextLook(Role.APP_CONTEXT, Role.APP_CONTEXT_INK, 0, "user mode"),
    Where.KTHREAD: ContextLook(Role.MASKED, Role.TEXT_INVERSE, 45, "kernel thread"),
    Where.IDLE: ContextLook(Role.IDLE, Role.IDLE_INK, 0, "idle"),
    Where.HARDWARE: ContextLook(Role.IDLE, Role.IDLE_INK, 0, "hardware"),
}
