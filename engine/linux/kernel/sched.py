"""kernel/sched: who runs.

Models `schedule`, `try_to_wake_up` and its remote half, wake-up placement and the tick of Linux 6.12 to 6.18.

Simplified: SCHED_OTHER picks the least weighted CPU time instead of EEVDF's earliest eligible deadline; a waking task
does not cut a running one's slice short (RUN_TO_PARITY), but it has slept, so it goes first when the slice is over. No
load balancing: a task moves only when it wakes. SCHED_FIFO and SCHED_RR preempt by priority and are never throttled
(Linux would after 950 ms). A wake-up never places a task on an isolated CPU unless its affinity says so. WF_SYNC is
passed on but does not draw a task to its waker's CPU.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from engine.hardware.calendar import INTERRUPT
from engine.hardware.context import HALT, SWITCH, Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.include.sched import (
    SCHED_OTHER,
    TASK_DEAD,
    TASK_RUNNABLE,
    TASK_RUNNING_ON_CPU,
    TASK_SLEEPING,
    Task,
)
from engine.timeline.lists import RecordedList
from engine.timeline.schema import NOTHING

BASE_SLICE_NS = 2_800_000
"""What a task may run before another of its kind is preferred (sysctl sched_base_slice_ns on four CPUs)."""

NICE_0_WEIGHT = 1024
NICE_STEP = (5, 4)
"""Each nice level is a quarter more or less CPU time."""


def weight_of(nice: int) -> int:
    """Load weight of a nice value, 1024 at 0."""
    weight = NICE_0_WEIGHT
    up, down = NICE_STEP
    for _ in range(abs(nice)):
        weight = weight * down // up if nice > 0 else weight * up // down
    return max(weight, 1)


class RunQueue:
    """One CPU's runnable tasks.

    Attributes:
        current: the task that has the CPU.
        idle: the task of nothing to do.
        following: what `schedule` picked, for the switch.
        queue: the other runnable tasks, in order of arrival.
        ttwu_pending: tasks woken from elsewhere wait for this CPU's interrupt to be put on the queue.
    """

    def __init__(self, cpu: Cpu, idle: Task) -> None:
        self.cpu = cpu
        self.idle = idle
        self.current = idle
        self.following = idle
        self.queue: RecordedList[Task] = RecordedList(cpu.recorder, cpu.state.uid, "rq")
        self.min_vruntime = 0
        self.ttwu_pending = False

    def charge(self, spent: int) -> None:
        """Book CPU time on the current task."""
        if spent:
            task = self.current
            task.sum_exec_runtime += spent
            if task.policy == SCHED_OTHER:
                task.vruntime += spent * NICE_0_WEIGHT // weight_of(task.nice)

    def enqueue(self, task: Task, woken: bool) -> None:
        """Make a task wait for this CPU."""
        if woken and task.vruntime < self.min_vruntime:
            # A sleeper keeps no more than half a slice of credit over those who ran meanwhile.
            task.vruntime = max(task.vruntime, self.min_vruntime - BASE_SLICE_NS // 2)
        task.state = TASK_RUNNABLE
        task.cpu = self.cpu.number
        task.runnable_since = self.cpu.calendar.now
        self.queue.append(task)
        self.cpu.state.nr_running += 1

    def available_idle(self) -> bool:
        """Nothing runs here and nothing is about to (available_idle_cpu)."""
        return self.current is self.idle and not self.queue and not self.ttwu_pending

    def pick(self) -> Task:
        """The task to run next, not yet taken off the queue; the idle task when there is none.

        One that may no longer run here waits for its switch to be over, and is moved then.
        """
        best = self.idle
        here = 1 << self.cpu.number
        for task in self.queue:
            if task.affinity & here and (best is self.idle or _before(task, best)):
                best = task
        return best

    def has_better(self) -> bool:
        """Whether someone waiting goes before the current task."""
        best = self.pick()
        if best is self.idle:
            return False
        return self.current is self.idle or _before(best, self.current)


def _before(one: Task, other: Task) -> bool:
    if one.policy != SCHED_OTHER or other.policy != SCHED_OTHER:
        return one.rt_priority > other.rt_priority
    return one.vruntime < other.vruntime


def idle_work(cpu: Cpu) -> Work[None]:
    """The idle task: halted until an interrupt puts something else on the CPU."""
    while True:
        yield HALT


# -- switching ------------------------------------------------------------------------------------------


def schedule(task: Task) -> Work[None]:
    """A task gives up its CPU (it sleeps) or offers it (it is still running); returns when it has one again."""
    cpu: Cpu = task.processor
    yield fn.schedule, task.uid
    yield from __schedule(cpu, task)


def preempt_schedule(cpu: Cpu) -> Work[None]:
    """An interrupt returns to a task that must give way, or to the idle task that has company."""
    task = cpu.rq.current
    yield (fn.schedule_idle if task is cpu.rq.idle else fn.preempt_schedule_irq), NOTHING
    yield from __schedule(cpu, task, preempted=True)


def __schedule(cpu: Cpu, previous: Task, *, preempted: bool = False) -> Work[None]:
    rq = cpu.rq
    yield fn.__schedule, previous.uid
    cpu.clear_need_resched()
    cpu.settle()
    # A task cut short on its way to sleep stays runnable and looks again; only its own call to schedule is the end.
    slept = not preempted and previous.state in (TASK_SLEEPING, TASK_DEAD)
    if previous is not rq.idle:
        if slept:
            previous.nvcsw += 1
            cpu.state.nr_running -= 1
        else:
            cpu.state.nr_running -= 1
            rq.enqueue(previous, woken=False)
    following = rq.pick()
    rq.min_vruntime = max(rq.min_vruntime, following.vruntime)
    if following is not rq.idle:
        rq.queue.remove(following)
        following.state = TASK_RUNNING_ON_CPU
        following.cpu = cpu.number
        following.processor = cpu
        following.slice_start = cpu.calendar.now
        following.on_cpu = True
    if following is previous:
        return
    if not slept and previous is not rq.idle:
        previous.nivcsw += 1
    cpu.leaving = previous
    rq.following = following
    rq.current = (
        following  # from here on a waker finds the task off its CPU, though its frame is still in use
    )
    yield fn.sched_switch, following.uid
    cpu.state.task = following.uid
    cpu.host.tick.arm(cpu)
    yield SWITCH
    yield fn.finish_task_switch, previous.uid


def _kick(target: Cpu, cause: int) -> None:
    """Have a CPU look at its run queue (resched_curr); one that was told before is not told again."""
    if target.need_resched:
        return
    target.set_need_resched()
    target.calendar.after(target.host.ipi_delay(), INTERRUPT, _reschedule, (target, cause))


def set_cpus_allowed(cpus: list[Cpu], task: Task, mask: int) -> None:
    """sched_setaffinity: a waiting task moves at once, a running one soon, a sleeper when it wakes."""
    task.affinity = mask
    home: Cpu = task.processor
    if mask >> home.number & 1 or task.state == TASK_SLEEPING:
        return
    if task.state == TASK_RUNNABLE and task in home.rq.queue.items:
        home.rq.queue.remove(task)
        home.state.nr_running -= 1
        target = cpus[(mask & -mask).bit_length() - 1]
        task.processor = target
        target.rq.enqueue(task, woken=False)
        _kick(target, home.recorder.last_step)
    elif home.rq.current is task:
        _kick(home, home.recorder.last_step)


def switched_away(cpu: Cpu, task: Task) -> None:
    """A task's frame is no longer in use: now it can go where it may run (migration_cpu_stop)."""
    task.on_cpu = False
    if task.state == TASK_RUNNABLE and not task.affinity >> cpu.number & 1:
        set_cpus_allowed(cpu.host.cpus, task, task.affinity)


def set_scheduler(task: Task, policy: int, rt_priority: int) -> None:
    """sched_setscheduler; a waiting task that now goes first takes its CPU at the next chance."""
    task.policy = policy
    task.rt_priority = rt_priority
    home: Cpu = task.processor
    if home.rq.current is not home.rq.idle and home.rq.has_better():
        _kick(home, home.recorder.last_step)


def cond_resched(task: Task) -> Work[None]:
    """Give way when asked to (also at the return to user mode)."""
    cpu: Cpu = task.processor
    if cpu.need_resched:
        yield from schedule(task)


# -- waking ---------------------------------------------------------------------------------------------


def try_to_wake_up(cpu: Cpu, task: Task) -> Work[bool]:
    """Wake a sleeping task from `cpu`; false when it was not asleep."""
    yield fn.try_to_wake_up, task.uid
    if task.state != TASK_SLEEPING:
        return False
    task.wakeups += 1
    home: Cpu = task.processor
    if home.rq.current is task:  # it has not left its CPU yet: schedule() will find it running
        yield fn.ttwu_do_wakeup, task.uid
        task.state = TASK_RUNNING_ON_CPU
        return True
    task.context.cause = cpu.recorder.last_step
    target = cpu.host.cpus[select_task_rq(cpu.host.cpus, task, cpu.host.isolcpus)]
    task.state = TASK_RUNNABLE
    task.processor = target
    task.runnable_since = cpu.calendar.now
    if target is not cpu and target.rq.current is target.rq.idle and not target.rq.queue:
        yield from ttwu_queue_wakelist(cpu, target, task)
    else:
        yield from ttwu_do_activate(cpu, target, task)
    return True


def select_task_rq(cpus: list[Cpu], task: Task, isolated: frozenset[int]) -> int:
    """The CPU a waking task goes to: where it ran if that is idle, an idle one it may use, else where it ran.

    While it is being switched away from there is only one: the CPU that still uses its frame.
    """
    allowed = [number for number in range(len(cpus)) if task.affinity >> number & 1]
    spread = [number for number in allowed if number not in isolated] or allowed
    if task.on_cpu:
        return task.cpu
    last = task.cpu if task.cpu in allowed else spread[0]
    if len(allowed) == 1:
        return last
    if cpus[last].rq.available_idle():
        return last
    for number in spread:
        if cpus[number].rq.available_idle():
            return number
    return last


def ttwu_queue_wakelist(cpu: Cpu, target: Cpu, task: Task) -> Work[None]:
    """Leave the activation to the idle CPU itself; it is interrupted unless it is about to look anyway."""
    yield fn.ttwu_queue_wakelist, task.uid
    target.rq.ttwu_pending = True
    yield fn.__smp_call_single_queue, task.uid
    if queue_call(target, sched_ttwu_pending, task):
        yield fn.call_function_single_prep_ipi, task.uid
        send_call_function_single_ipi(cpu, target)


def ttwu_do_activate(cpu: Cpu, target: Cpu, task: Task) -> Work[None]:
    """Put a woken task on its run queue and see whether it goes first (tracepoint sched_wakeup)."""
    yield fn.ttwu_do_activate, task.uid
    if not task.on_cpu and not task.affinity >> target.number & 1:  # changed while the wake-up was on its way
        target = cpu.host.cpus[(task.affinity & -task.affinity).bit_length() - 1]
        task.processor = target
    target.settle()
    target.rq.enqueue(task, woken=True)
    if wakeup_preempt(target.rq, task) and not target.need_resched:
        target.set_need_resched()
        if target is not cpu:
            cpu.calendar.after(cpu.host.ipi_delay(), INTERRUPT, _reschedule, (target, cpu.recorder.last_step))


def wakeup_preempt(rq: RunQueue, task: Task) -> bool:
    """Whether a woken task takes the CPU from the current one."""
    current = rq.current
    if current is rq.idle:
        return True
    if task.policy != SCHED_OTHER:
        return current.policy == SCHED_OTHER or task.rt_priority > current.rt_priority
    if current.policy != SCHED_OTHER:
        return False
    ran = rq.cpu.calendar.now - current.slice_start
    return ran >= BASE_SLICE_NS and task.vruntime < current.vruntime


def sched_ttwu_pending(cpu: Cpu, tasks: Sequence[Task]) -> Work[None]:
    """The remote half of wake-ups, in the interrupt that the first waker sent."""
    yield fn.sched_ttwu_pending, tasks[0].uid
    for task in tasks:
        yield from ttwu_do_activate(cpu, cpu, task)
    cpu.rq.ttwu_pending = False


# -- interrupts between CPUs ------------------------------------------------------------------------------

Function = Callable[..., Work[Any]]
"""What another CPU can be asked to run; nobody waits for its result."""


def send_call_function(cpu: Cpu, target: Cpu, function: Function, argument: object) -> None:
    """Have another CPU run a function in a hard interrupt (smp_call_function_single_async)."""
    if queue_call(target, function, argument):
        send_call_function_single_ipi(cpu, target)


def queue_call(target: Cpu, function: Function, argument: object) -> bool:
    """Put a call on a CPU's call_single_queue; true when it was empty, so that nobody has interrupted the CPU yet."""
    target.call_single_queue.append((function, argument))
    return len(target.call_single_queue) == 1


def call_from_outside(target: Cpu, function: Function, argument: object, cause: int) -> None:
    """Have a CPU run a function in a hard interrupt whose sender is not modelled."""
    if queue_call(target, function, argument):
        target.interrupt(sysvec_call_function_single, None, cause)


def send_call_function_single_ipi(cpu: Cpu, target: Cpu) -> None:
    """Interrupt another CPU for its call_single_queue."""
    cpu.calendar.after(cpu.host.ipi_delay(), INTERRUPT, _call_function, (target, cpu.recorder.last_step))


def _call_function(letter: tuple[Cpu, int]) -> None:
    target, cause = letter
    target.interrupt(sysvec_call_function_single, None, cause)


def _reschedule(letter: tuple[Cpu, int]) -> None:
    target, cause = letter
    target.interrupt(sysvec_reschedule_ipi, None, cause)


def sysvec_call_function_single(cpu: Cpu, _: None) -> Work[None]:
    """Function call interrupt (CAL in /proc/interrupts)."""
    from engine.linux.kernel.softirq import irq_exit_rcu

    yield fn.sysvec_call_function_single, NOTHING
    cpu.state.cal += 1
    yield from __flush_smp_call_function_queue(cpu)
    yield from irq_exit_rcu(cpu)


def __flush_smp_call_function_queue(cpu: Cpu) -> Work[None]:
    """Run what was queued, in order; wake-ups last and all together."""
    yield fn.__flush_smp_call_function_queue, NOTHING
    calls, cpu.call_single_queue = cpu.call_single_queue, []
    woken = []
    for function, argument in calls:
        if function is sched_ttwu_pending:
            woken.append(argument)
        else:
            yield from function(cpu, argument)
    if woken:
        yield from sched_ttwu_pending(cpu, woken)


def sysvec_reschedule_ipi(cpu: Cpu, _: None) -> Work[None]:
    """Rescheduling interrupt (RES in /proc/interrupts): its return does the work."""
    yield fn.sysvec_reschedule_ipi, NOTHING
    cpu.state.res += 1
