"""Wait queues: who is called, in which order, and when a wake-up stops."""

import pytest

from engine.hardware.context import Work
from engine.linux import fn
from engine.linux.cpu import Cpu
from engine.linux.include.sock import WaitQueueEntry, WaitQueueHead
from engine.linux.kernel.wait import (
    __wake_up as wake_up,
)
from engine.linux.kernel.wait import (
    __wake_up_common as wake_up_common,
)
from engine.linux.kernel.wait import (
    add_wait_queue,
    add_wait_queue_exclusive,
    init_waitqueue_head,
    remove_wait_queue,
)
from engine.userspace.start import untimed
from tests.engine.linux.bench_host import Bench


class Queue:
    """A wait queue of callbacks that note their names."""

    def __init__(self) -> None:
        self.bench = Bench()
        self.cpu = self.bench.host.cpus[0]
        self.lengths: list[int] = []
        self.called: list[str] = []
        self.head: WaitQueueHead = init_waitqueue_head(self.bench.recorder, 0, "wq", self.lengths.append)

    def add(self, name: str, returns: int, *, exclusive: bool) -> WaitQueueEntry:
        def call(cpu: Cpu, entry: WaitQueueEntry, sync: bool) -> Work[int]:
            yield fn.default_wake_function, 0
            self.called.append(name)
            return returns

        entry = WaitQueueEntry(self.bench.recorder, call=call)
        add = add_wait_queue_exclusive if exclusive else add_wait_queue
        untimed(add(self.cpu, self.head, entry))
        return entry

    def wake(self) -> str:
        untimed(wake_up(self.cpu, self.head))
        return "".join(self.called)


def test_callbacks_come_newest_first_exclusive_sleepers_oldest_first() -> None:
    queue = Queue()
    for name in "ab":
        queue.add(name, 1, exclusive=False)
    for name in "xy":
        queue.add(name, 0, exclusive=True)
    assert queue.wake() == "baxy"


def test_stops_after_one_exclusive_sleeper_was_woken() -> None:
    queue = Queue()
    queue.add("x", 1, exclusive=True)
    queue.add("y", 1, exclusive=True)
    queue.add("a", 1, exclusive=False)
    assert queue.wake() == "ax"


def test_goes_on_past_an_exclusive_one_that_was_awake() -> None:
    queue = Queue()
    for name, returns in (("x", 0), ("y", 1), ("z", 1)):
        queue.add(name, returns, exclusive=True)
    assert queue.wake() == "xy"


def test_a_negative_answer_ends_the_walk() -> None:
    queue = Queue()
    queue.add("x", -1, exclusive=True)
    queue.add("y", 1, exclusive=True)
    assert queue.wake() == "x"


@pytest.mark.parametrize(("wanted", "called", "left"), [(1, "x", 0), (2, "xy", 0), (3, "xy", 1)])
def test_says_how_many_wakeups_are_left(wanted: int, called: str, left: int) -> None:
    queue = Queue()
    queue.add("x", 1, exclusive=True)
    queue.add("y", 1, exclusive=True)
    assert untimed(wake_up_common(queue.cpu, queue.head, False, wanted)) == left
    assert "".join(queue.called) == called


def test_length_is_told() -> None:
    queue = Queue()
    entry = queue.add("a", 1, exclusive=False)
    queue.add("b", 1, exclusive=False)
    untimed(remove_wait_queue(queue.cpu, queue.head, entry))
    untimed(remove_wait_queue(queue.cpu, queue.head, entry))
    assert queue.lengths == [1, 2, 1]
    assert entry.link == 0


def test_interrupts_are_off_while_the_queue_is_walked() -> None:
    queue = Queue()
    queue.add("a", 1, exclusive=False)
    seen = []
    work = wake_up(queue.cpu, queue.head)
    for _ in work:
        seen.append(queue.cpu.irq_off)
    assert seen == [0, 1]
    assert queue.cpu.irq_off == 0
    assert queue.head.lock.holder is None
