"""A random walk over everything the window can do, and what has to be true after each move.

By hand, for an hour:

    python -m tests.viewer.walk --seconds 3600 --seed 7

A seed makes the same moves in the same order as far as the worker answers at the same moments. What went wrong is
told once for each place in the program, with the moves that led to it.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import re
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random
from types import TracebackType
from typing import TextIO

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    QSettings,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

import viewer.files
from tests.viewer.walk_checks import Report, broken
from tests.viewer.walk_memory import Memory, measured
from tests.viewer.walk_moves import FileDialogs, Moves
from tests.viewer.walk_shield import shielded
from viewer.chrome.look import Look
from viewer.drafts import STATE, Drafts
from viewer.picture.paint import Raster
from viewer.recovery import Recovery
from viewer.run import Request
from viewer.session import Session
from viewer.window import Window

SCENE = Path(__file__).parents[2] / "scenes" / "default.toml"
SHORT = "1ms"
"""Until when the scene is simulated: some 30 000 steps with everything that the scene has."""

ALLOWED = 0.05
"""Growth of memory that is no fault."""

WARM = 0.4
"""Share of the time that belongs to warming up."""

HANGS_S = 120
HARMLESS = ("This plugin does not support",)


class Walk:
    """A window and the walk in it.

    Args:
        folder: where its files are; nothing else is written.
        seed: decides every move.
        scene: the scene it is at home in, which is copied.
        report: where what goes wrong is told.
        leaving_out: names of actions and pages that are not to be touched.
    """

    def __init__(
        self, folder: Path, seed: int, scene: Path, report: Report, leaving_out: frozenset[str] = frozenset()
    ) -> None:
        self.rng = Random(seed)
        self.report = report
        self.here = folder / "walk.toml"
        text = scene.read_text(encoding="utf-8")
        self.here.write_text(re.sub(r'(?m)^until = ".*"$', f'until = "{SHORT}"', text), encoding="utf-8")
        FileDialogs.rng, FileDialogs.folder, FileDialogs.scene = self.rng, folder, self.here
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        look = Look(settings=settings)
        look.apply(application)
        self.session = Session()
        self.window = Window(self.session, look, settings)
        self.drafts = Drafts(self.session.document, folder / "drafts")
        self.recovery = Recovery(self.session, self.window.offer, self.drafts)
        self.window.files.ask_keep = lambda _: self.rng.choice(("save", "discard", "discard", "cancel"))
        self.window.files.ask_over = lambda _: self.rng.choice(("over", "reload", "later"))
        self.window.actions_table.by_name["quit"].triggered.disconnect()
        self.window._frames.setInterval(
            10**9
        )  # the walk shows the frames, so that a seed means the same frames
        self.moves = Moves(self.window, self.rng, self.here, leaving_out)
        self.session.open(Request(path=str(self.here)))
        self.window.show()
        self.window.activateWindow()
        self.moves.until(lambda: self.session.has_steps and not self.session.running)

    # -- walking ------------------------------------------------------------------------------------------------

    def walk(self, seconds: float) -> None:
        """Walk for so long."""
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            self.step()
        self.report.seconds += time.monotonic() - begun

    def step(self, move: Callable[[], object] | None = None) -> None:
        """One move, and what has to be true after it.

        Args:
            move: what to do; a random move when left out.
        """
        faulthandler.dump_traceback_later(HANGS_S, exit=True)
        self.moves.done = [] if move is None else [str(getattr(move, "args", ""))]
        self.report.trail.append(self.moves.done)
        try:
            (move or self.moves.one)()
            self.settle()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            self.report.fault("".join(traceback.format_exception(error)))
        for words in broken(self.window):
            self.report.fault(words)
        self.report.moves += 1
        faulthandler.cancel_dump_traceback_later()

    def settle(self) -> None:
        """Let Qt do what is due, and delete what is to be deleted."""
        self.moves.events()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    # -- memory -------------------------------------------------------------------------------------------------

    def rest(self) -> Memory:
        """Come home, as at the beginning, and see what is held."""
        moves, window, session = self.moves, self.window, self.session
        moves.close_popups()
        window.player.pause()
        if window.editor is not None:
            window.toggle_editor()
        window.files.ask_keep, asked = (lambda _: "discard"), window.files.ask_keep
        session.cancel()
        window.resize(1920, 1080)
        window.act("text_normal")
        window.act("dark")
        moves.go_home()
        moves.until(lambda: session.document.path == self.here and not session.running)
        window.files.ask_keep = asked
        window.canvas.fit()
        session.trail.clear()
        session.select(None)
        window.toast.hide()
        for canvas in (window.deck.canvas, window.deck.other):
            canvas._raster = Raster()  # bitmaps are kept up to a limit
        for place in window.pages.places():  # a page that is not seen may still tell of another scene
            for page in reversed(place):
                if page.key not in moves.leaving_out:
                    window.show_page(page.key)
                    self.settle()
        for _ in range(3):
            self.settle()
        return measured(window, session)

    def every_corner(self) -> None:
        """See everything once, so that what is made once is not taken for growth."""
        window, act = self.window, self.window.act
        sizes = ("text_larger",) * 3 + ("text_normal", "text_smaller", "text_normal")
        for theme in ("light", "contrast", "dark"):
            for name in (theme, *sizes):
                self.step(partial(act, name))
        for place in window.pages.places():
            for page in place:
                if page.key not in self.moves.leaving_out:
                    self.step(partial(window.show_page, page.key))
        for name in ("editor", "editor", "keys", "palette", "compare", "compare"):
            self.step(partial(act, name))
            self.moves.close_popups()

    def close(self) -> None:
        """End it; no process stays behind."""
        self.moves.close_popups()
        self.window.files.ask_keep = lambda _: "discard"
        self.drafts.close()
        self.window.close()
        self.session.close()
        self.window.deleteLater()
        self.session.deleteLater()
        self.settle()


@contextmanager
def watched(fault: Callable[[str], None]) -> Iterator[None]:
    """Tell of every exception that nobody caught and of every warning of Qt's."""

    def caught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        fault("".join(traceback.format_exception(kind, error, trace)))

    def told(kind: QtMsgType, context: QMessageLogContext, words: str) -> None:
        if (
            kind is not QtMsgType.QtDebugMsg
            and kind is not QtMsgType.QtInfoMsg
            and not words.startswith(HARMLESS)
        ):
            fault(f"Qt: {words}\n{''.join(traceback.format_stack(limit=8))}")

    hook, dialogs = sys.excepthook, vars(viewer.files)["FileDialog"]
    sys.excepthook = caught
    handler = qInstallMessageHandler(told)
    setattr(viewer.files, "FileDialog", FileDialogs)  # noqa: B010 - not a name that others import
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            yield
    finally:
        sys.excepthook = hook
        qInstallMessageHandler(handler)
        setattr(viewer.files, "FileDialog", dialogs)  # noqa: B010


def walked(
    folder: Path,
    seed: int,
    seconds: float,
    scene: Path = SCENE,
    leaving_out: frozenset[str] = frozenset(),
    log: TextIO | None = None,
) -> Report:
    """Walk for so long, warming up and measuring included in what comes of it, not in the time."""
    report = Report()
    with shielded(report.fault), watched(report.fault):
        walk = Walk(folder, seed, scene, report, leaving_out)
        walk.moves.log = log
        try:
            walk.every_corner()
            walk.walk(seconds * WARM)
            report.before = walk.rest()
            walk.walk(seconds * (1.0 - WARM))
            report.after = walk.rest()
        finally:
            walk.close()
    return report


def main() -> int:
    """Walk as the command line says; 1 when something was wrong."""
    parser = argparse.ArgumentParser(description="A random walk over everything the window can do.")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scene", type=Path, default=SCENE)
    parser.add_argument("--without", action="append", default=[], help="an action or a page to leave alone")
    parser.add_argument("--log", type=argparse.FileType("w"), help="a file for the moves as they are done")
    asked = parser.parse_args()
    faulthandler.enable()
    QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        os.environ[STATE] = folder
        report = walked(
            Path(folder), asked.seed, asked.seconds, asked.scene, frozenset(asked.without), asked.log
        )
    print(report)
    return 1 if report.faults or report.growth > ALLOWED else 0


if __name__ == "__main__":
    raise SystemExit(main())
