"""Fields' writes, read piece by piece as the run grows."""

import numpy as np

from engine.hardware.acts import ACTS, Act
from engine.hardware.records import CpuState
from engine.scenario.document import load
from engine.simulation import prepare
from engine.timeline.chunk import Prologue
from engine.timeline.record import CLASSES
from engine.timeline.recorder import Recorder
from engine.timeline.schema import Ns
from engine.timeline.timeline import Timeline
from viewer.cli.benchmarks.traffic import scene_text
from viewer.lanes.written import WrittenFields


def test_a_growing_run_is_read_like_a_whole_one() -> None:
    simulation = prepare(load(scene_text(400)))
    timeline = Timeline(simulation.prologue)
    fields = WrittenFields(timeline)
    asked = [
        ("sock", "sk_rmem_alloc"),
        ("napi_struct", "polls"),
        ("napi_struct", "work"),
        ("rx_ring", "filled"),
    ]
    lengths = []
    for chunk in simulation.chunks():
        timeline.append(chunk)
        for class_name, field in asked:
            uid = int(timeline.objects(class_name)[0])
            times, values = timeline.series(uid, field)
            written = fields.series(uid, field)
            assert np.array_equal(written.times, times)
            assert np.array_equal(written.values, values)
        lengths.append(len(values))
    assert len(lengths) > 2
    assert lengths[0] < lengths[-1]


def test_the_last_step_may_get_more_effects() -> None:
    recorder = Recorder()
    timeline = Timeline(Prologue(tuple(one.schema for one in CLASSES), ACTS, {}))
    fields = WrittenFields(timeline)
    recorder.step(10, 0, Act.frame_arrives, 0)
    cpu = CpuState(recorder, name="CPU 0", user_ns=1)
    timeline.append(recorder.drain(Ns(10)))
    assert fields.series(cpu.uid, "user_ns").values.tolist() == [1]
    cpu.user_ns = 2  # still of the step at 10 ns
    recorder.step(20, 0, Act.frame_arrives, 0)
    cpu.user_ns = 3
    timeline.append(recorder.drain(Ns(20), last=True))
    written = fields.series(cpu.uid, "user_ns")
    assert written.times.tolist() == [10, 20]
    assert written.values.tolist() == [2, 3]
