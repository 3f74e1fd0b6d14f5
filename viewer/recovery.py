"""Unsaved edits that a program which is gone has left: they are offered once the window is there."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject

from viewer.chrome.offer import Offer
from viewer.drafts import Draft, Drafts
from viewer.session import Session


class Recovery(QObject):
    """Keeps the session's edits safe, and offers those that others left."""

    def __init__(self, session: Session, offer: Offer, drafts: Drafts) -> None:
        super().__init__(session)
        self.session, self.offer, self.drafts = session, offer, drafts
        drafts.told.connect(session.told)
        self._waiting = drafts.recoverable()

    def ask(self) -> None:
        """Offer the latest edits that were left, if there are any."""
        if not self._waiting:
            return
        draft = self._waiting[0]
        name = draft.path.name if draft.path is not None else "a scene without a file"
        when = time.strftime("%d %B, %H:%M", time.localtime(draft.time))
        self.offer.ask(
            f"Unsaved edits of {name} were left behind on {when}.",
            (
                ("Recover them", lambda: self._take(draft)),
                ("Discard", lambda: self._discard(draft)),
                ("Later", self._later),
            ),
        )

    def _take(self, draft: Draft) -> None:
        self._waiting.remove(draft)
        if self.drafts.take(draft):
            self.session.open_document()
        else:
            self.session.told.emit("Another window has taken them already.")

    def _discard(self, draft: Draft) -> None:
        self._waiting.remove(draft)
        self.drafts.discard(draft)
        self.ask()

    def _later(self) -> None:
        """They stay for the next time."""
        self._waiting = []
