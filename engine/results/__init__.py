"""Results: what a run came to, as plain data with fixed names, at its end or at any step.

`results` is a pure function of a timeline: two runs with the same digest have the same results. Expectations are
judged by `judged`; `described` lists every path that an expression can use, with its meaning.
"""

from engine.results.expect import judged, resolver
from engine.results.names import Described, described
from engine.results.results import VERSION, results

__all__ = ["VERSION", "Described", "described", "judged", "resolver", "results"]
