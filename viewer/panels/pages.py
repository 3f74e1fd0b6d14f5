"""The pages of the side panels: which there are, where they stand, how each is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from viewer.panels.counters import Counters
from viewer.panels.dock import Page
from viewer.panels.inspector import Inspector

if TYPE_CHECKING:
    from viewer.window import Window


class Pages:
    """Makes the pages for a window; those that bring in much are imported when they are first shown.

    Attributes:
        inspector, counters: the pages that are there from the start.
    """

    def __init__(self, window: Window) -> None:
        self.window = window
        self.inspector = Inspector(window.session, window.navigator, window.look)
        self.counters = Counters(window.session, window.player, window.navigator, window.look)
        self.counters.comparison = window.comparison
        self.counters.menu.plot = self._plot_it
        self._places = (
            (
                Page("inspector", "Inspector", lambda: self.inspector),
                Page("packet", "Packet", self._packet),
                Page("why", "Why", self._why),
            ),
            (
                Page("counters", "Counters", lambda: self.counters),
                Page("plot", "Plot", self._plot),
                Page("latency", "Latency", self._latency),
                Page("packets", "Packets", self._packets),
            ),
            (
                Page("shell", "Shell", self._shell),
                Page("events", "Events", self._events),
                Page("variants", "Futures", self._futures),
                Page("stops", "Stops", self._stops),
            ),
        )

    def places(self) -> tuple[tuple[Page, ...], ...]:
        """The places from top to bottom, each with its pages."""
        return self._places

    def known(self, key: str) -> bool:
        """Whether there is a page of a name."""
        return any(page.key == key for place in self._places for page in place)

    def _plot_it(self, path: str) -> None:
        """Plot a counter, and show the plot."""
        from viewer.panels.plot import PlotPanel

        self.window.show_page("plot")
        page = self.window.dock.page("plot")
        if isinstance(page, PlotPanel):
            page.add(path)

    def _packet(self) -> QWidget:
        from viewer.panels.packet import PacketPanel

        window = self.window
        return PacketPanel(window.session, window.navigator, window.look)

    def _why(self) -> QWidget:
        from viewer.panels.why import WhyPanel

        window = self.window
        return WhyPanel(window.session, window.navigator, window.look)

    def _plot(self) -> QWidget:
        from viewer.panels.plot import PlotPanel

        window = self.window
        return PlotPanel(window.session, window.navigator, window.look)

    def _latency(self) -> QWidget:
        from viewer.panels.latency import LatencyPanel

        window = self.window
        return LatencyPanel(window.session, window.navigator, window.look)

    def _packets(self) -> QWidget:
        from viewer.panels.packets import PacketsPanel

        window = self.window
        return PacketsPanel(window.session, window.navigator, window.look)

    def _shell(self) -> QWidget:
        from viewer.panels.shell import Shell

        window = self.window
        return Shell(window.session, window.branching, window.look, window.settings)

    def _events(self) -> QWidget:
        from viewer.panels.events import EventsPanel

        window = self.window
        return EventsPanel(window.session, window.navigator, window.look)

    def _futures(self) -> QWidget:
        from viewer.panels.futures import FuturesPanel

        window = self.window
        return FuturesPanel(
            window.session, window.navigator, window.branching, window.comparison, window.look
        )

    def _stops(self) -> QWidget:
        from viewer.panels.stops import StopsPanel

        window = self.window
        return StopsPanel(window.session, window.navigator, window.look)
