"""What is worth asking at a step, and what can be asked about what is selected there."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import numpy as np

from engine.narration.book import packet_name
from engine.timeline import Timeline
from engine.why.delays import of_interrupt, of_softirq, why_interrupt, why_softirq
from engine.why.drops import NOT_TAKEN, of_drop, why_drop
from engine.why.facts import Facts, facts_of
from engine.why.link import Why
from engine.why.packet import of_packet, why_packet
from engine.why.squeeze import of_squeeze, squeezed, why_squeeze
from engine.why.tasks import TASK, is_idle
from engine.why.wakeups import PACKETS, of_wakeup, why_wakeup, woke

Question = tuple[str, Callable[[], Why | None]]

_NUMBERED = re.compile(r"#(\d+)")


def why_step(timeline: Timeline, step: int) -> Why | None:
    """Return the answer to what is most worth asking at a step: a loss, a squeeze, a wake-up, a delay, a packet.

    None when there is nothing to ask, or no step of that number.
    """
    facts = facts_of(timeline)
    why = _why_step(facts, step)
    return None if why is None else _named(facts, why)


def _why_step(facts: Facts, step: int) -> Why | None:
    timeline = facts.timeline
    if not 0 <= step < timeline.steps or not facts.recorded(step):
        return None
    if _drops(timeline, step):
        return of_drop(facts, 0, step)
    if squeezed(facts, step):
        return of_squeeze(facts, step)
    if _wakes(facts, step):
        return of_wakeup(facts, step)
    delay = of_interrupt(facts, step) or of_softirq(facts, step)
    if delay is not None:
        return delay
    packet = int(timeline.column("packet")[step])
    if facts.class_of(packet) in PACKETS:
        return of_packet(facts, packet, step)
    return None


def _drops(timeline: Timeline, step: int) -> list[int]:
    """Return the frames that were lost at a step, or a copy of which was."""
    rows = timeline.endings
    lost = rows[np.isin(rows["fate"], NOT_TAKEN) & (rows["step"] == step)]
    return [int(frame) for frame in lost["frame"]]


def _wakes(facts: Facts, step: int) -> int:
    """Return the task that a step wakes, or is a switch to; 0 for none."""
    for change in facts.changed(step):
        if change.field == "state" and facts.class_of(change.uid) == TASK and woke(facts, change.uid, step):
            return int(change.uid)
    packet = int(facts.timeline.column("packet")[step])
    about = facts.function(step) in ("sched_switch", "wakeup_softirqd") and facts.class_of(packet) == TASK
    return packet if about and not is_idle(facts, packet) else 0


def questions(timeline: Timeline, step: int, selected_uid: int = 0) -> list[Question]:
    """Return what can be asked at a step and about a selected object, the step's own first.

    Each is a text and what computes the answer; nothing is computed yet but what decides whether to ask.
    """
    facts = facts_of(timeline)
    result = _of_step(facts, step) if 0 <= step < timeline.steps and facts.recorded(step) else []
    for question in _of_object(facts, step, selected_uid):
        if question[0] not in {text for text, _ in result}:
            result.append(question)
    return [(text, partial(_answered, facts, answer)) for text, answer in result]


def _answered(facts: Facts, answer: Callable[[], Why | None]) -> Why | None:
    why = answer()
    return None if why is None else _named(facts, why)


def _named(facts: Facts, why: Why) -> Why:
    """Return an answer that calls packets what people do: answers about one know the number of its object."""

    def name(found: re.Match[str]) -> str:
        uid = int(found[1])
        return _name(facts, uid) if facts.class_of(uid) in PACKETS else found[0]

    question, sentence = (_NUMBERED.sub(name, text) for text in (why.question, why.sentence))
    return why._replace(question=question, sentence=sentence)


def _name(facts: Facts, uid: int) -> str:
    """Return what people call a packet, in whatever form it travels."""
    return packet_name(facts.timeline, int(facts.timeline.frame_of(uid)))


def _of_step(facts: Facts, step: int) -> list[Question]:
    timeline = facts.timeline
    result: list[Question] = []
    packet = int(timeline.column("packet")[step])
    for frame in _drops(timeline, step)[:1]:
        question = f"Why was {_name(facts, frame)} dropped?"
        result.append((question, partial(why_drop, facts.timeline, step=step)))
    softnet = squeezed(facts, step)
    if softnet:
        result.append(("Why was net_rx_action squeezed?", partial(why_squeeze, facts.timeline, step)))
    task = _wakes(facts, step)
    if task:
        result.append(
            (f"Why does {facts.label(task)} run, and when?", partial(why_wakeup, facts.timeline, step, task))
        )
    name = facts.function(step)
    if name in ("msix_message", "common_interrupt", "irq_handler_entry"):
        result.append(("Why does the interrupt come now?", partial(why_interrupt, facts.timeline, step)))
    if name in ("handle_softirqs", "softirq_entry"):
        result.append(("Why does the softirq begin now?", partial(why_softirq, facts.timeline, step)))
    if facts.class_of(packet) in PACKETS:
        mine = {text for text, _ in result}
        result += [one for one in _of_packet(facts, step, packet) if one[0] not in mine]
    return result


def _of_packet(facts: Facts, step: int, uid: int) -> list[Question]:
    name = _name(facts, uid)
    result: list[Question] = [
        (f"Why has {name} taken so long up to here?", partial(why_packet, facts.timeline, uid, step)),
        (f"Why did {name} take so long in all?", partial(why_packet, facts.timeline, uid)),
    ]
    rows = facts.timeline.endings
    lost = np.isin(rows["fate"], NOT_TAKEN) & (rows["frame"] == facts.timeline.frame_of(uid))
    if lost.any():
        result.append((f"Why was {name} dropped?", partial(why_drop, facts.timeline, uid)))
    return result


def _of_object(facts: Facts, step: int, uid: int) -> list[Question]:
    """Return what can be asked about an object as it is at a step."""
    name = facts.label(uid)
    match facts.class_of(uid):
        case "frame" | "sk_buff":
            return _of_packet(facts, step, uid)
        case "task_struct" if 0 <= step < facts.timeline.steps:
            return [(f"Why does {name} run, and when?", partial(why_wakeup, facts.timeline, step, uid))]
        case "softnet_data":
            at = _last_rise(facts, uid, "time_squeeze", step)
            return (
                [(f"Why was {name} squeezed last?", partial(why_squeeze, facts.timeline, at))]
                if at >= 0
                else []
            )
        case "sock":
            return _last_loss(facts, f"Why did {name} last drop?", uid, "sk_drops", step)
        case "rx_ring":
            return _last_loss(facts, f"Why did {name} last drop?", uid, "drops", step)
        case "nic":
            return _last_loss(facts, f"Why did {name} last miss a frame?", uid, "mpc", step)
    return []


def _last_rise(facts: Facts, uid: int, field: str, step: int) -> int:
    """Return the last step up to a step that raised a counter, -1 for none."""
    counter = facts.signal(uid, field)
    raised = np.flatnonzero(counter.values[1:] > counter.values[:-1]) + 1
    steps = counter.steps[raised]
    steps = steps[steps <= step]
    return int(steps[-1]) if len(steps) else -1


def _last_loss(facts: Facts, text: str, uid: int, field: str, step: int) -> list[Question]:
    """Return the question for the last loss that an object counted up to a step."""
    at = _last_rise(facts, uid, field, step)
    if at < 0:
        return []
    rows = facts.timeline.endings
    lost = rows[np.isin(rows["fate"], NOT_TAKEN) & (rows["step"] >= at)]
    return [(text, partial(why_drop, facts.timeline, step=int(lost[0]["step"])))] if len(lost) else []
