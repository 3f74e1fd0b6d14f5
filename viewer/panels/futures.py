"""The futures of the scene: as written, its variants, the branches made while looking; what is shown, what is compared.

A click shows a future at the same moment. A right click compares, renames, removes.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from engine.scenario.units import format_ns
from viewer.branching import Branching
from viewer.chrome.look import Look
from viewer.chrome.popups import AskLine
from viewer.comparison import Comparison
from viewer.future import Future
from viewer.navigator import Navigator
from viewer.panels.board import Board
from viewer.panels.sheet import Cell, Plate, Row, mono, words
from viewer.session import Session
from viewer.theme.fonts import Type
from viewer.theme.tokens import Role

AS_WRITTEN = "as written"


class FuturesPanel(Board):
    """The panel."""

    def __init__(
        self,
        session: Session,
        navigator: Navigator,
        branching: Branching,
        comparison: Comparison,
        look: Look,
    ) -> None:
        super().__init__(session, look, "Futures")
        self.navigator, self.branching, self.comparison = navigator, branching, comparison
        session.listed.connect(self.soon)

    def rows(self) -> list[Row]:
        """A row a future, and what the two that are compared differ in first."""
        valid = self.session.document.valid
        names: list[str | None] = [None, *(valid.variants if valid is not None else ())]
        self.note = f"{len(names)} futures" if len(names) > 1 else ""
        rows = [row for name in names for row in self._future(name)]
        if len(names) == 1:
            hint = "Change something while you look at a moment, and a branch begins there."
            rows.append(Row((Cell((words(hint, Role.TEXT_TERTIARY),)),), height=24.0))
        return rows + self._compared()

    def _future(self, name: str | None) -> list[Row]:
        session = self.session
        valid = session.document.valid
        found = session.futures.find(valid, name, session.sets) if valid is not None else session.future
        shown, other = session.variant == name, session.other is not None and session.other is found
        role = "shown" if shown else "compared" if other else ""
        title = mono(name or AS_WRITTEN, Role.TEXT if shown or other else Role.TEXT_SECONDARY, 600)
        menu = self._menu(name)
        cells = [
            Cell((title,), x=20.0, do=self._shower(name), menu=menu, tip=self._tip(name)),
            Cell((words(_state(found), Role.TEXT_TERTIARY),), at=1.0, right=True, menu=menu),
        ]
        if role:
            mark = words("●" if shown else "○", Role.TEXT)
            cells.append(Cell((mark,), tip=role))
        return [
            Row(tuple(cells), height=26.0, rule=True, say=f"{name or AS_WRITTEN}, {_state(found)} {role}")
        ]

    def _tip(self, name: str | None) -> str:
        valid = self.session.document.valid
        if valid is None or name is None or name not in valid.variants:
            return "The scene as it is written, without a variant"
        variant = valid.scene.variant[valid.variants.index(name)]
        said = [variant.title] if variant.title else []
        said += [f"{path} = {value}" for path, value in variant.set.items()]
        said += [line for line in variant.setup.splitlines() if line]
        said += [f"{at.get('time')}: {at.get('run') or at.get('app')}" for at in variant.at]
        return "\n".join(said)

    def _compared(self) -> list[Row]:
        if not self.comparison.on:
            return []
        step = self.comparison.parted
        timeline = self.session.timeline
        if timeline is None:
            return []
        if step is None or step >= timeline.steps:
            words_of = "They do not differ" if step is None else "They differ from the end on"
            return [Row((Cell((words(words_of, Role.TEXT_SECONDARY),)),), height=30.0)]
        at = timeline.step(step)
        name = at.function.name
        text = f"They part at {format_ns(int(at.time))} {'by a change' if name == 'administrator' else f'in {name}'}"
        go = self._goer(step)
        return [
            Row((Cell((words(text, Role.TEXT, Type.SMALL, 600),), do=go, plate=Plate.NONE),), height=30.0)
        ]

    def _goer(self, step: int) -> Callable[[], None]:
        return lambda: self.navigator.see(step)

    def _shower(self, name: str | None) -> Callable[[], None]:
        return lambda: self.session.switch(name)

    def _menu(self, name: str | None) -> Callable[[QPoint], None]:
        def show(place: QPoint) -> None:
            session = self.session
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addAction("Show").triggered.connect(lambda: session.switch(name))
            menu.addAction("Compare with what is shown").triggered.connect(lambda: session.compare_with(name))
            if session.other is not None:
                menu.addAction("Compare nothing").triggered.connect(session.compare_nothing)
            if name is not None:
                menu.addSeparator()
                menu.addAction("Rename...").triggered.connect(lambda: self.ask_name(name, place))
                menu.addAction("Remove").triggered.connect(lambda: self.branching.remove(name))
            menu.popup(place)

        return show

    def ask_name(self, name: str, place: QPoint) -> None:
        """Ask how a variant is called from now on."""
        dialog = AskLine(
            self, "Name of the variant", "Letters, digits, and _ . + - inside", name,
            lambda text: self.branching.rename(name, text.strip()),
        )  # fmt: skip
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.move(place)
        dialog.open()
        dialog.line.setFocus()


def _state(future: Future | None) -> str:
    """How far a future is known."""
    if future is None:
        return "not computed"
    if future.failure is not None:
        return "failed"
    if future.complete:
        return f"{future.steps:,} steps".replace(",", " ")
    percent = future.progress.percent if future.progress is not None else None
    if not future.running:
        return f"stopped after {future.steps:,} steps".replace(",", " ")
    return f"computing {percent} %" if percent is not None else "computing"
