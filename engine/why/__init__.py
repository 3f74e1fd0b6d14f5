"""Why: on a delay, a drop, a wake-up or a squeeze, what its time went to, in links that add up exactly.

Pure functions of a timeline; nothing is guessed: where the record does not tell, a link is of kind `UNKNOWN`::

    why = why_packet(timeline, 911)
    why.sentence            # "39.601 µs = 400 ns DMA + 36.353 µs poll queue behind 74 frames + ..."
    why.links[1].step       # where to jump
    why_step(timeline, cursor.step)          # whatever is worth asking there, or None
    questions(timeline, cursor.step, selected)

Times are integer nanoseconds. Left out: what a task waits for in a lock, and cache or memory effects, which the
simulation does not have.
"""

from engine.why.ask import Question, questions, why_step
from engine.why.delays import why_interrupt, why_softirq
from engine.why.drops import why_drop
from engine.why.link import Link, LinkKind, Why, summed
from engine.why.packet import why_packet
from engine.why.squeeze import why_squeeze
from engine.why.wakeups import why_wakeup

__all__ = [
    "Link",
    "LinkKind",
    "Question",
    "Why",
    "questions",
    "summed",
    "why_drop",
    "why_interrupt",
    "why_packet",
    "why_softirq",
    "why_squeeze",
    "why_step",
    "why_wakeup",
]
