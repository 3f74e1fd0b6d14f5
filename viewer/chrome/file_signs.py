"""Signs of the file dialog in the colours of the theme: folders, scenes, other files, and its buttons."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from PySide6.QtCore import QFileInfo, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPainterPath, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QFileIconProvider
from typing_extensions import override

BOX = 20.0
DRAWN_PX = 64
"""Signs are drawn this large and shown smaller, so that they are sharp on dense screens."""


class FileSign(StrEnum):
    """What there is to draw; the buttons are called as Qt names them."""

    FOLDER = "folder"
    SCENE = "scene"
    FILE = "file"
    BACK = "backButton"
    FORWARD = "forwardButton"
    PARENT = "toParentButton"
    NEW_FOLDER = "newFolderButton"


def file_icon(sign: FileSign, palette: QPalette) -> QIcon:
    """A sign in the palette's colour of text; fainter where it is disabled."""
    icon = QIcon()
    for mode, group in (
        (QIcon.Mode.Normal, QPalette.ColorRole.Text),
        (QIcon.Mode.Disabled, QPalette.ColorRole.PlaceholderText),
    ):
        drawn = QPixmap(QSize(DRAWN_PX, DRAWN_PX))
        drawn.fill(Qt.GlobalColor.transparent)
        with QPainter(drawn) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.scale(DRAWN_PX / BOX, DRAWN_PX / BOX)
            pen = QPen(palette.color(group), 1.6)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPath(_path(sign))
        icon.addPixmap(drawn, mode)
    return icon


def _path(sign: FileSign) -> QPainterPath:
    match sign:
        case FileSign.FOLDER:
            return _folder()
        case FileSign.SCENE:
            path = _sheet()
            return _lined(path, (7.5, 11.0), (12.5, 11.0), None, (7.5, 14.0), (11.0, 14.0))
        case FileSign.FILE:
            return _sheet()
        case FileSign.BACK:
            return _lined(QPainterPath(), (12.0, 5.0), (7.0, 10.0), (12.0, 15.0))
        case FileSign.FORWARD:
            return _lined(QPainterPath(), (8.0, 5.0), (13.0, 10.0), (8.0, 15.0))
        case FileSign.PARENT:
            return _lined(
                QPainterPath(), (5.5, 9.5), (10.0, 5.0), (14.5, 9.5), None, (10.0, 5.5), (10.0, 16.0)
            )
        case FileSign.NEW_FOLDER:
            return _lined(_folder(), (10.0, 9.0), (10.0, 14.0), None, (7.5, 11.5), (12.5, 11.5))


def _lined(path: QPainterPath, *points: tuple[float, float] | None) -> QPainterPath:
    """Lines from point to point; after None a new one begins."""
    begun = False
    for point in points:
        if point is None:
            begun = False
        elif begun:
            path.lineTo(*point)
        else:
            path.moveTo(*point)
            begun = True
    return path


def _folder() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(2.5, 6.5, 15.0, 10.0), 1.5, 1.5)
    return _lined(path, (3.0, 7.0), (3.0, 4.0), (8.0, 4.0), (10.0, 6.5))


def _sheet() -> QPainterPath:
    path = _lined(QPainterPath(), (12.0, 2.5), (4.5, 2.5), (4.5, 17.5), (15.5, 17.5), (15.5, 6.0))
    path.lineTo(QPointF(12.0, 2.5))
    return _lined(path, (12.0, 2.5), (12.0, 6.0), (15.5, 6.0))


class FileSigns(QFileIconProvider):
    """Gives files their signs, and words for their kind."""

    def __init__(self, palette: QPalette) -> None:
        super().__init__()
        self.signs = {
            sign: file_icon(sign, palette) for sign in (FileSign.FOLDER, FileSign.SCENE, FileSign.FILE)
        }

    def sign_of(self, info: QFileInfo) -> FileSign:
        """Which sign a file has."""
        if info.isDir():
            return FileSign.FOLDER
        return FileSign.SCENE if info.suffix() == "toml" else FileSign.FILE

    @override
    def icon(self, what: Any) -> QIcon:  # a kind of place, or a file
        if isinstance(what, QFileInfo):
            return self.signs[self.sign_of(what)]
        return self.signs[FileSign.FILE if what == QFileIconProvider.IconType.File else FileSign.FOLDER]

    @override
    def type(self, info: QFileInfo) -> str:
        return self.sign_of(info).value.capitalize()
