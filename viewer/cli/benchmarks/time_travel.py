"""How long it takes to go somewhere in a million steps, and to read there what a picture needs."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from statistics import median

from engine.garbage import collected_seldom
from engine.scenario.document import load
from engine.simulation import prepare
from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline
from viewer.cli.benchmarks.traffic import DEEP_READ, scene_text

STEPS = 1_000_000
DEEP_PACKETS = 10_240
PLACES = 200
REPEATS = 5
QUEUES = ("udp_prod_queue", "sk_receive_queue", "reader_queue")
"""A datagram passes these on its way to a reader; which are in use depends on the kernel."""


def recorded(text: str, steps: int | None = None) -> Timeline:
    """Return the timeline of a scene, cut off after a chunk with which it has so many steps."""
    simulation = prepare(load(text))
    timeline = Timeline(simulation.prologue)
    with collected_seldom():
        for chunk in simulation.chunks():
            timeline.append(chunk)
            if steps is not None and timeline.steps >= steps:
                break
    return timeline


def long_timeline() -> Timeline:
    """Return a timeline of a million steps."""
    return recorded(scene_text(STEPS), STEPS)


def deep_timeline() -> Timeline:
    """Return a timeline at whose end ten thousand packets lie in one queue."""
    return recorded(scene_text(DEEP_PACKETS, work=DEEP_READ, until="30ms"))


def queues_of(timeline: Timeline) -> list[int]:
    """Return the lists on which the only socket's datagrams wait."""
    sock = int(timeline.objects("sock")[0])
    return [found for name in QUEUES if (found := timeline.list_id(sock, name)) is not None]


def jump(cursor: Cursor, step: int, queues: list[int]) -> None:
    """Go somewhere and read what a picture reads first: the queues, the frames, what has just changed."""
    cursor.seek(step)
    for queue in queues:
        cursor.contents(queue)
    cursor.column("frame", "flow")
    cursor.changed()


def worst_ms(places: list[int], go: Callable[[int], None]) -> tuple[float, float]:
    """Return the median and the worst time to go to places, in milliseconds.

    Each place counts with the median of several visits, made in turns, so that a hiccup of the machine is not taken
    for the price of a place.
    """
    times: list[list[float]] = [[] for _ in places]
    for _ in range(REPEATS):
        for position, place in enumerate(places):
            began = time.perf_counter()
            go(place)
            times[position].append((time.perf_counter() - began) * 1000)
    each = [median(visits) for visits in times]
    return median(each), max(each)


def figures(long: Timeline, deep: Timeline) -> dict[str, float]:
    """Return the figures of going through a long timeline, and one with a deep queue."""
    draw = random.Random(1)
    cursor, queues = Cursor(long, long.last), queues_of(long)
    middle = long.steps // 2
    walk = [middle + offset for offset in (*range(PLACES), *range(PLACES, 0, -1))]
    cursor.seek(middle)

    def step(place: int) -> None:
        cursor.seek(place)
        cursor.changed()

    step_ms, step_worst = worst_ms(walk, step)
    places = [draw.randrange(long.steps) for _ in range(PLACES)]
    jump_ms, jump_worst = worst_ms(places, lambda place: jump(cursor, place, queues))
    below, deep_queues = Cursor(deep, deep.last), queues_of(deep)
    depth = sum(below.length(queue) for queue in deep_queues)
    last = [deep.last - draw.randrange(max(deep.steps // 50, 1)) for _ in range(PLACES // 2)]
    far = [place for pair in zip(places, last, strict=False) for place in (pair[0] % deep.steps, pair[1])]
    _, deep_worst = worst_ms(far, lambda place: jump(below, place, deep_queues))
    return {
        "timeline_steps": long.steps,
        "step_ms": step_ms,
        "step_ms_worst": step_worst,
        "jump_ms": jump_ms,
        "jump_ms_worst": jump_worst,
        "jump_deep_packets": depth,
        "jump_deep_ms_worst": deep_worst,
        "bytes_per_step": long.bytes_per_step(),
    }
