"""What a picture costs, and how soon the window shows one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from fractions import Fraction
from statistics import median

import numpy as np

from engine.timeline.cursor import Cursor
from engine.timeline.timeline import Timeline
from viewer.cli.drawing import application

SIZE = (1920, 1080)
IN_FLIGHT = 1000
FRAMES = 40
PLAYED, FRAMES_A_SECOND = 240, 60
STARTS = 5


def frame_figures(deep: Timeline) -> dict[str, float]:
    """Return the processor time of an Explore frame with a thousand packets in flight.

    The median is of consecutive steps from afar. The 99th percentile is of a stretch that is played, at the level of
    detail where it is highest.
    """
    keep = application()

    from PySide6.QtGui import QImage, QPainter

    from viewer.picture.compose import compose
    from viewer.picture.layout import Camera
    from viewer.picture.level import Level, zoom_of
    from viewer.picture.paint import Raster, paint
    from viewer.picture.view import View
    from viewer.score import DEFAULT_SPEED, Holds, Score
    from viewer.score.moment import Moment

    image = QImage(*SIZE, QImage.Format.Format_ARGB32_Premultiplied)

    def cost(moments: Iterable[Moment], view: View) -> list[float]:
        how, times = Raster(), []
        for moment in moments:
            began = time.process_time()
            display = compose(deep, moment, view)
            with QPainter(image) as painter:
                paint(painter, display, how)
            times.append((time.process_time() - began) * 1000)
        return times[len(times) // 4 :]

    first = crowded(deep)
    stood = cost(
        (Moment(step, deep.time(step)) for step in range(first, min(first + FRAMES, deep.steps))), View(*SIZE)
    )
    score = Score(Holds(deep))
    start = score.tau_of(first)
    shown = [score.at(start + Fraction(1000 * frame, FRAMES_A_SECOND)) for frame in range(PLAYED)]
    played = [
        cost(shown, View(*SIZE, camera=Camera(zoom_of(level)), level=level, speed=float(DEFAULT_SPEED)))
        for level in Level
    ]
    del keep
    return {
        "explore_frame_packets": in_flight(deep, first),
        "explore_frame_ms": median(stood),
        "frame_ms_p99": max(float(np.percentile(one, 99)) for one in played),
    }


def in_flight(timeline: Timeline, step: int) -> int:
    """Return how many frames are on their way after a step."""
    return len(Cursor(timeline, step).alive("frame"))


def crowded(timeline: Timeline) -> int:
    """Return a step at which about a thousand frames are on their way."""
    low, high = 0, timeline.steps - 1
    while low < high:
        middle = (low + high) // 2
        if in_flight(timeline, middle) < IN_FLIGHT:
            low = middle + 1
        else:
            high = middle
    return low


def first_frame_figures(source: str) -> dict[str, float]:
    """Return the seconds from the start of a process to the window's first painted frame."""
    times = []
    for _ in range(STARTS):
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "viewer.cli.benchmarks.first_frame", source],
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
        times.append(float(done.stdout.split()[-1]) - began)
    return {"first_frame_s": median(times)}
