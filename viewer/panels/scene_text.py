"""The scene's text, as it stands in the file; comments dim."""

from __future__ import annotations

from PySide6.QtCore import QRegularExpression
from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat
from PySide6.QtWidgets import QPlainTextEdit
from typing_extensions import override

from viewer.chrome.look import Look
from viewer.session import Session
from viewer.theme.fonts import Face, Type, font
from viewer.theme.tokens import Role

_RULES = (
    (r"^\s*\[\[?[^\]]*\]\]?", Role.TEXT),
    (r"^\s*[A-Za-z_][\w.\-]*(?=\s*=)", Role.TEXT),
    (r"\"[^\"]*\"|'[^']*'", Role.TEXT_SECONDARY),
    (r"#.*$", Role.TEXT_TERTIARY),
)


class _Dimmer(QSyntaxHighlighter):
    def __init__(self, edit: QPlainTextEdit, look: Look) -> None:
        super().__init__(edit.document())
        self.look = look
        self._rules = [(QRegularExpression(pattern), role) for pattern, role in _RULES]

    @override
    def highlightBlock(self, text: str) -> None:
        for expression, role in self._rules:
            made = QTextCharFormat()
            made.setForeground(self.look.colour(role))
            matches = expression.globalMatch(text)
            while matches.hasNext():
                match = matches.next()
                self.setFormat(match.capturedStart(), match.capturedLength(), made)


class SceneText(QPlainTextEdit):
    """Read only."""

    def __init__(self, session: Session, look: Look) -> None:
        super().__init__()
        self.session = session
        self.setReadOnly(True)
        self.setProperty("kind", "ghost")
        self.setFont(font(Type.SMALL, Face.MONO))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setAccessibleName("The scene's text")
        self.setTabChangesFocus(True)
        self._dimmer = _Dimmer(self, look)
        self._tell()
        session.opened.connect(self._tell)
        session.changed.connect(self._tell)
        look.changed.connect(self._dimmer.rehighlight)

    @property
    def note(self) -> str:
        """What the panel's title says at the right."""
        request = self.session.request
        return (request.path or "").rpartition("/")[2] if request is not None else ""

    def _tell(self) -> None:
        if self.session.text != self.toPlainText():
            self.setPlainText(self.session.text)
