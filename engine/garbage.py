"""Python's garbage collector during a run: it looks seldom, because a run makes many objects and few cycles.

Worth a tenth of the time of a recorded run; memory is bounded by what the timeline keeps anyway.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

THRESHOLDS = (100_000, 50, 50)


@contextmanager
def collected_seldom() -> Iterator[None]:
    """Raise the collector's thresholds, and put them back afterwards."""
    before = gc.get_threshold()
    gc.set_threshold(*THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
