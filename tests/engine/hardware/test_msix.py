"""Vectors: auto-mask, cause, throttle, message."""

from dataclasses import replace
from itertools import pairwise

from engine.hardware.processor import run
from tests.engine.hardware.port import CARD, Bare

MESSAGE = 700


def test_a_vector_masks_itself_and_remembers_a_cause() -> None:
    bare = Bare()
    bare.send([0, 2000, 4000])
    bare.run()
    vector = bare.ring.irq
    assert [time for time, _, _ in bare.messages] == [976 + MESSAGE]
    assert (vector.fired, vector.enabled, vector.pending) == (1, 0, 1)


def test_the_message_names_its_own_step_and_that_names_the_write_back() -> None:
    bare = Bare()
    bare.send([0])
    bare.run()
    rows = [
        tuple(bare.recorder.flat_steps()[at : at + 7]) for at in range(0, len(bare.recorder.flat_steps()), 7)
    ]
    cause = bare.messages[0][2]
    assert rows[cause][0] == 976 + MESSAGE
    assert rows[rows[cause][5]][0] == 976


def test_unmasking_with_a_cause_fires_at_once_and_without_one_does_not() -> None:
    bare = Bare()
    bare.send([0, 2000])
    bare.run(10_000)
    unmasked = bare.calendar.now
    bare.interrupts.enable(bare.ring.irq)
    run(bare.calendar, bare.recorder, bare.costs, 20_000)
    assert [time for time, _, _ in bare.messages] == [1676, unmasked + MESSAGE]
    assert bare.ring.irq.pending == 0
    bare.interrupts.enable(bare.ring.irq)
    run(bare.calendar, bare.recorder, bare.costs, 10**6)
    assert len(bare.messages) == 2
    assert bare.ring.irq.enabled == 1


def test_throttling_spaces_interrupts_of_a_vector() -> None:
    bare = Bare(count=512)
    vector = bare.ring.irq
    vector.itr_ns = 50_000
    bare.send(range(0, 400_000, 1000))
    bare.wire.start()

    def unmask() -> bool:
        if not vector.enabled:
            bare.interrupts.enable(vector)
        return False

    run(bare.calendar, bare.recorder, bare.costs, 420_000, watch=unmask)
    fired = [time for time, _, _ in bare.messages]
    assert len(fired) == 9
    assert [after - before for before, after in pairwise(fired)] == [50_000] * 8
    assert bare.times("throttle_expires") == [time - MESSAGE for time in fired[1:]]


def test_a_throttle_that_ends_while_masked_waits_for_the_unmasking() -> None:
    bare = Bare()
    bare.ring.irq.itr_ns = 5000
    bare.send([0, 2000])
    bare.run(100_000)
    assert len(bare.messages) == 1
    assert bare.times("throttle_expires") == []
    bare.interrupts.enable(bare.ring.irq)
    run(bare.calendar, bare.recorder, bare.costs, 200_000)
    assert len(bare.messages) == 2


def test_a_new_throttle_does_not_reset_the_one_that_runs() -> None:
    bare = Bare()
    vector = bare.ring.irq
    vector.itr_ns = 20_000
    bare.send([0, 2000])
    bare.run(5000)
    vector.itr_ns = 1000
    bare.interrupts.enable(vector)
    run(bare.calendar, bare.recorder, bare.costs, 100_000)
    assert [time for time, _, _ in bare.messages] == [1676, 976 + 20_000 + MESSAGE]


def test_disabling_forgets_the_cause() -> None:
    bare = Bare()
    bare.send([0, 2000])
    bare.run(10_000)
    bare.interrupts.disable(bare.ring.irq)
    bare.interrupts.enable(bare.ring.irq)
    run(bare.calendar, bare.recorder, bare.costs, 20_000)
    assert len(bare.messages) == 1


def test_without_auto_mask_every_frame_has_its_message() -> None:
    bare = Bare(model=replace(CARD, auto_mask=False))
    bare.send([0] * 20)
    bare.run()
    assert len(bare.messages) == 20
    assert bare.ring.irq.fired == 20
