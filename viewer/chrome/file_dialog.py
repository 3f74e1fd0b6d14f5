"""Qt's own dialog for files, in this window's clothes: our signs, wide columns, no list of places.

The desktop's dialog is not asked: it would be another one on every desktop, and Qt's is there everywhere.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHeaderView, QListView, QToolButton, QTreeView, QWidget

from viewer.chrome.file_signs import FileSign, FileSigns, file_icon
from viewer.theme.fonts import Type, ui_line_px, ui_room

WIDTH, HEIGHT = 760, 520
BUTTON_PX, SIGN_PX = 32, 20
NAME, SIZE, KIND, DATE = range(4)
"""Columns of the list."""

COLUMNS = {SIZE: 110, DATE: 190}
"""Widths in px at a text scale of 100 %; the name takes what is left."""

_BUTTONS = (FileSign.BACK, FileSign.FORWARD, FileSign.PARENT, FileSign.NEW_FOLDER)


class FileDialog(QFileDialog):
    """Asks for a file.

    Args:
        parent: the window it is asked in.
        title: what is asked.
        place: a folder, or a file that is proposed.
        kinds: name filters, as Qt writes them.
        save: whether the file may be a new one.
    """

    def __init__(self, parent: QWidget | None, title: str, place: str, kinds: str, *, save: bool) -> None:
        super().__init__(parent, title)
        self.setOption(QFileDialog.Option.DontUseNativeDialog)
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave if save else QFileDialog.AcceptMode.AcceptOpen)
        self.setFileMode(QFileDialog.FileMode.AnyFile if save else QFileDialog.FileMode.ExistingFile)
        self.setNameFilters(kinds.split(";;"))
        self.setViewMode(QFileDialog.ViewMode.Detail)
        path = Path(place)
        self.setDirectory(str(path if path.is_dir() else path.parent))
        if save:
            self.setDefaultSuffix("toml")
            if not path.is_dir():
                self.selectFile(path.name)
        self._dress()

    def _dress(self) -> None:
        """Give its parts our signs and their room; Qt knows them by the names they have in its form."""
        palette = QGuiApplication.palette()
        self._signs = FileSigns(palette)  # Qt does not keep it
        self.setIconProvider(self._signs)
        for sign in _BUTTONS:
            button = self.findChild(QToolButton, sign.value)
            if button is not None:
                button.setIcon(file_icon(sign, palette))
                button.setFixedSize(ui_room(BUTTON_PX), ui_room(BUTTON_PX))
        for name in ("listModeButton", "detailModeButton"):
            button = self.findChild(QToolButton, name)
            if button is not None:
                button.hide()
        places = self.findChild(QListView, "sidebar")
        if places is not None:
            places.hide()
        files = self.findChild(QTreeView, "treeView")
        if files is not None:
            self._dress_list(files)
        px = ui_room(SIGN_PX)
        self.setStyleSheet(
            f"QToolButton {{ padding: 2px; min-height: 0; qproperty-iconSize: {px}px {px}px; }}"
            f"QTreeView::item {{ height: {ui_line_px(Type.BODY) + 10}px; }}"
        )
        self.setSizeGripEnabled(False)
        self.resize(ui_room(WIDTH), ui_room(HEIGHT))

    @staticmethod
    def _dress_list(files: QTreeView) -> None:
        head = files.header()
        head.setStretchLastSection(False)
        head.setFixedHeight(ui_line_px(Type.MICRO) + 14)
        head.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in COLUMNS.items():
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            head.resizeSection(column, ui_room(width))
        files.setColumnHidden(KIND, True)
        files.setRootIsDecorated(False)

    def ask(self) -> str:
        """Ask, and wait; the path, "" for none."""
        chosen = self.selectedFiles() if self.exec() else []
        return chosen[0] if chosen else ""

    @classmethod
    def to_open(cls, parent: QWidget | None, title: str, place: str, kinds: str) -> str:
        """Ask for a file that exists; its path, "" for none."""
        return cls._asked(cls(parent, title, place, kinds, save=False))

    @classmethod
    def to_save(cls, parent: QWidget | None, title: str, place: str, kinds: str) -> str:
        """Ask for a file to write, and whether to replace one that is there; its path, "" for none."""
        return cls._asked(cls(parent, title, place, kinds, save=True))

    @staticmethod
    def _asked(dialog: FileDialog) -> str:
        try:
            return dialog.ask()
        finally:
            dialog.deleteLater()
