"""What led to a step, recorded or natural."""

from __future__ import annotations

from engine.timeline import NO_CPU
from engine.timeline.schema import Ns
from tests.engine.timeline.host import World

HARDWARE = NO_CPU << 8
IDLE, HARDIRQ, SOFTIRQ, SYSCALL, USER = range(1, 6)


class Cpu:
    """Writes slices and steps of CPU 0 and keeps the steps' names."""

    def __init__(self) -> None:
        self.world = World()
        self.rows = ["boot"]
        self.world.recorder.switch(Ns(0), IDLE, 0)

    def enter(self, time: int, context: int, task: int = 0) -> None:
        self.world.recorder.switch(Ns(time), context, task)

    def step(self, time: int, where: int, name: str, span: int = 5, cause: str = "", packet: int = 0) -> None:
        led = self.rows.index(cause) if cause else -1
        self.world.recorder.step(time, span, 4, where, packet, led)
        self.rows.append(name)

    def causes(self) -> dict[str, str]:
        timeline = self.world.finish()
        found = {}
        for step, name in enumerate(self.rows):
            led = timeline.cause(step)
            found[name] = self.rows[led] if led is not None else ""
        return found


def test_an_interrupt_its_softirq_and_an_interrupt_within() -> None:
    cpu = Cpu()
    cpu.step(10, HARDWARE, "dma", 0)
    cpu.enter(20, HARDIRQ)
    cpu.step(25, HARDIRQ, "irq", cause="dma")
    cpu.step(30, HARDIRQ, "napi_schedule")
    cpu.enter(30, SOFTIRQ)
    cpu.step(35, SOFTIRQ, "softirq_entry")
    cpu.step(40, SOFTIRQ, "poll")
    cpu.enter(41, HARDIRQ)
    cpu.step(45, HARDIRQ, "irq again", cause="dma")
    cpu.enter(46, SOFTIRQ)
    cpu.step(50, SOFTIRQ, "poll goes on")
    cpu.enter(50, IDLE)
    cpu.enter(60, HARDIRQ)
    cpu.step(65, HARDIRQ, "third irq", cause="dma")
    cpu.enter(65, SOFTIRQ)
    cpu.step(70, SOFTIRQ, "second round")
    causes = cpu.causes()
    assert causes["irq"] == "dma"
    assert causes["napi_schedule"] == "irq"
    assert causes["softirq_entry"] == "napi_schedule"
    assert causes["poll"] == "softirq_entry"
    assert causes["poll goes on"] == "poll"
    assert causes["second round"] == "third irq"


def test_a_task_goes_on_where_it_left_off() -> None:
    cpu = Cpu()
    cpu.enter(10, SYSCALL, 1)
    cpu.step(20, SYSCALL, "recv")
    cpu.enter(21, SOFTIRQ, 1)
    cpu.step(25, SOFTIRQ, "poll")
    cpu.enter(26, SYSCALL, 1)
    cpu.step(30, SYSCALL, "recv goes on")
    cpu.enter(30, SYSCALL, 2)
    cpu.step(40, SYSCALL, "other task")
    cpu.step(50, SYSCALL, "other task goes on")
    causes = cpu.causes()
    assert causes["recv goes on"] == "recv"
    assert causes["other task"] == ""
    assert causes["other task goes on"] == "other task"


def test_hardware_follows_its_packet() -> None:
    cpu = Cpu()
    cpu.step(5, HARDWARE, "A arrives", packet=7)
    cpu.step(6, HARDWARE, "B arrives", packet=8)
    cpu.step(9, HARDWARE, "A written back", packet=7)
    cpu.step(9, HARDWARE, "timer")
    causes = cpu.causes()
    assert (causes["A arrives"], causes["A written back"], causes["timer"]) == ("", "A arrives", "")


def test_chains_end() -> None:
    cpu = Cpu()
    cpu.step(10, HARDWARE, "dma", 0)
    cpu.step(25, HARDIRQ, "irq", cause="dma")
    for number in range(50):
        cpu.step(30 + number, HARDIRQ, f"act {number}")
    timeline = cpu.world.finish()
    assert timeline.chain(3) == [3, 2, 1]
    assert len(timeline.chain(51)) == 32
    assert timeline.chain(51, most=2) == [51, 50]


def test_arrows_are_the_causes_on_another_cpu() -> None:
    cpu = Cpu()
    cpu.step(10, HARDWARE, "dma", 0)
    cpu.step(20, HARDIRQ, "irq", cause="dma")
    cpu.step(30, 0x100 | HARDIRQ, "ipi", cause="irq")
    cpu.step(40, SOFTIRQ, "own", cause="irq")
    cpu.step(50, 0x200 | USER, "woken", cause="own")
    timeline = cpu.world.finish()
    led, steps = timeline.wakeups(0, 100)
    assert (led.tolist(), steps.tolist()) == ([2, 4], [3, 5])
    assert timeline.wakeups(30, 49)[1].tolist() == [3]
    assert timeline.wakeups(31, 50)[1].tolist() == [5]
    assert timeline.wakeups(31, 49)[1].tolist() == []
