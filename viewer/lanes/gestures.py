"""What a drag over the timeline does: one object a gesture, from press to release."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from viewer.lanes.view import LanesView

CLICK_PX = 4.0


class Gesture:
    """A drag; the default does nothing.

    Attributes:
        moved: whether it went further than a click may.
    """

    def __init__(self, view: LanesView) -> None:
        self.view = view
        self.x0 = 0.0
        self.moved = False

    def start(self, x: float, y: float) -> None:
        """The button goes down."""
        self.x0 = x

    def move(self, x: float, y: float) -> None:
        """The mouse moves."""
        self.moved = self.moved or abs(x - self.x0) > CLICK_PX
        if self.moved:
            self.drag(x)

    def drag(self, x: float) -> None:
        """The mouse moves further than a click."""

    def end(self, x: float, y: float) -> None:
        """The button comes up."""


class Scrub(Gesture):
    """Drag the playhead; a click on a slice goes to its beginning."""

    def drag(self, x: float) -> None:
        """Take the playhead along."""
        self.view.navigator.scrub(max(self.view.scale.time(x), 0))

    def end(self, x: float, y: float) -> None:
        """A click goes to where the slice begins, or to the place."""
        if self.moved:
            return
        self.view.measured = None
        time = max(self.view.scale.time(x), 0)
        cpu = self.view.layout_now.cpu_at(y)
        found = self.view.slice_at(cpu, time) if cpu is not None else None
        self.view.navigator.scrub(time if found is None else found[0])


class ZoomRange(Gesture):
    """Drag over the ruler to see that stretch; a click goes to the place."""

    def drag(self, x: float) -> None:
        """Show what would be seen."""
        scale = self.view.scale
        self.view.measured = (scale.time(self.x0), scale.time(x))
        self.view.update()

    def end(self, x: float, y: float) -> None:
        """See it."""
        scale = self.view.scale
        self.view.measured = None
        if not self.moved:
            self.view.navigator.scrub(max(scale.time(x), 0))
            return
        one, other = sorted((scale.time(self.x0), scale.time(x)))
        self.view.show_range(scale.over(one, other, self.view.limit_ns))


class Measure(Gesture):
    """Measure a span; it stays until the next click."""

    def drag(self, x: float) -> None:
        """Stretch the span."""
        scale = self.view.scale
        self.view.measured = (scale.time(self.x0), scale.time(x))
        self.view.update()

    def end(self, x: float, y: float) -> None:
        """A click alone takes it away."""
        if not self.moved:
            self.view.measured = None
            self.view.update()


class PanOverview(Gesture):
    """Move what is shown along the whole run."""

    def start(self, x: float, y: float) -> None:
        """Begin where the frame is, or bring it to the pointer."""
        super().start(x, y)
        whole = self.view.layout_now.scale(0, self.view.limit_ns)
        if not self.view.start_ns <= whole.time(x) <= self.view.end_ns:
            half = (self.view.end_ns - self.view.start_ns) // 2
            middle = whole.time(x)
            self.view.show_range(self.view.scale.over(middle - half, middle + half, self.view.limit_ns))

    def move(self, x: float, y: float) -> None:
        """Follow the pointer."""
        whole = self.view.layout_now.scale(0, self.view.limit_ns)
        by = whole.time(x) - whole.time(self.x0)
        self.x0 = x
        scale = self.view.scale
        self.view.show_range(scale.over(scale.start_ns + by, scale.end_ns + by, self.view.limit_ns))
