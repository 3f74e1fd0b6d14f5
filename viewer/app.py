"""The door to the window: an application, its colours, one window, and what happens to exceptions.

Imported only when a window is wanted; what shows plots is imported when it is first shown.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

BAD_PAIR = (
    "skbscope: PySide6 {version} aborts on Python {python}; install PySide6-Essentials below 6.12 "
    "(pip install 'PySide6-Essentials<6.12'), or use Python 3.12 or later."
)


def bad_pair(qt: str, python: tuple[int, int]) -> str:
    """The sentence that refuses a PySide6 that cannot run on a Python; "" for a good pair."""
    numbers = tuple(int(part) for part in qt.split(".")[:2] if part.isdigit())
    if numbers >= (6, 12) and python < (3, 12):
        return BAD_PAIR.format(version=qt, python=".".join(str(part) for part in python))
    return ""


def open_window(
    source: str | None, variant: str | None = None, sets: Sequence[str] = (), theme: str | None = None
) -> int:
    """Open the window and stay until it is closed.

    Args:
        source: a scene's file; None opens the default scene.
        variant: name of a variant of the scene.
        sets: overrides, `PATH=VALUE`.
        theme: dark, light or contrast; None takes the one last used.

    Returns:
        The exit status: 0, or 2 when this PySide6 cannot run here.
    """
    import PySide6

    refusal = bad_pair(PySide6.__version__, (sys.version_info.major, sys.version_info.minor))
    if refusal:
        print(refusal, file=sys.stderr)
        return 2
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from viewer.chrome.look import Look, last_text_percent, last_theme
    from viewer.chrome.motion import SystemMotion
    from viewer.chrome.scenes import default_scene
    from viewer.drafts import Drafts
    from viewer.recovery import Recovery
    from viewer.run import Request
    from viewer.session import Session
    from viewer.shield import Shield
    from viewer.signals import Signals
    from viewer.theme.tokens import ThemeName
    from viewer.tidy import Tidy
    from viewer.window import Window

    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("skbscope")
    application.setStyle("Fusion")
    settings = QSettings("skbscope", "skbscope")
    worn = ThemeName(theme) if theme else last_theme(settings)
    look = Look(worn, text_percent=last_text_percent(settings), settings=settings)
    look.apply(application)
    session = Session()
    motion = SystemMotion(session)
    session.mind_motion(settings, motion.reduced)
    motion.changed.connect(session.motion_asked)
    window = Window(session, look, settings)
    drafts = Drafts(session.document)
    recovery = Recovery(session, window.offer, drafts)
    before = sys.excepthook
    sys.excepthook = window.caught
    shield = Shield(window.caught)
    shield.cover()
    window.made.connect(shield.cover)
    signals = Signals(window.close)
    path = Path(source) if source is not None else default_scene()
    if path is not None:
        session.open(Request(path=str(path), variant=variant, sets=tuple(sets)))
    window.show()
    recovery.ask()
    tidy = Tidy(session, window.player)
    try:
        return int(application.exec())
    finally:
        sys.excepthook = before
        signals.restore()
        tidy.stop()
        drafts.close()
        session.close()
