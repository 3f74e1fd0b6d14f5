"""The file dialog: what of Qt's is dressed, and what it answers."""

from pathlib import Path

import pytest
from PySide6.QtCore import QFileInfo
from PySide6.QtGui import QGuiApplication, QIcon, QImage, QPalette
from PySide6.QtWidgets import QApplication, QFileDialog, QListView, QToolButton, QTreeView
from pytestqt.qtbot import QtBot

from viewer.chrome.file_dialog import DATE, KIND, NAME, SIZE, FileDialog
from viewer.chrome.file_signs import FileSign, FileSigns, file_icon
from viewer.chrome.look import Look
from viewer.files import FILTER
from viewer.theme.tokens import ThemeName


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inside").mkdir()
    (tmp_path / "one.toml").write_text("title = 'one'")
    (tmp_path / "other.txt").write_text("")
    return tmp_path


def shown(place: Path, qtbot: QtBot, *, save: bool = False) -> FileDialog:
    made = FileDialog(None, "Open a scene", str(place), FILTER, save=save)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def ink(icon: QIcon) -> tuple[int, int]:
    """The darkest and the lightest of what is drawn."""
    image: QImage = icon.pixmap(40, 40).toImage()
    drawn = [
        image.pixelColor(x, y).lightness()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    ]
    return min(drawn), max(drawn)


@pytest.mark.parametrize("theme", list(ThemeName))
def test_signs_have_the_colour_of_text(qapp: QApplication, theme: ThemeName) -> None:
    Look(theme).apply(qapp)
    palette = QGuiApplication.palette()
    wanted = palette.color(QPalette.ColorRole.Text).lightness()
    for sign in FileSign:
        low, high = ink(file_icon(sign, palette))
        assert abs(low - wanted) <= 2
        assert abs(high - wanted) <= 2


def test_files_have_their_signs(qapp: QApplication, folder: Path) -> None:
    signs = FileSigns(QGuiApplication.palette())
    kinds = [signs.type(QFileInfo(str(folder / name))) for name in ("inside", "one.toml", "other.txt")]
    assert kinds == ["Folder", "Scene", "File"]
    assert signs.icon(QFileInfo(str(folder))).cacheKey() == signs.signs[FileSign.FOLDER].cacheKey()


def test_names_have_the_room_and_no_date_is_cut(
    qtbot: QtBot, look: Look, qapp: QApplication, folder: Path
) -> None:
    look.apply(qapp)
    made = shown(folder, qtbot)
    files = made.findChild(QTreeView, "treeView")
    places = made.findChild(QListView, "sidebar")
    assert files is not None
    assert places is not None
    assert files.isVisible()
    assert not places.isVisible()
    assert files.isColumnHidden(KIND)
    qtbot.waitUntil(lambda: files.model().rowCount(files.rootIndex()) == 2)
    root = files.rootIndex()
    for column in (SIZE, DATE):
        words = str(files.model().index(1, column, root).data())
        assert files.columnWidth(column) > files.fontMetrics().horizontalAdvance(words) + 16, words
    assert files.columnWidth(NAME) > 300
    assert not files.horizontalScrollBar().isVisible()
    back = made.findChild(QToolButton, "backButton")
    assert back is not None
    assert back.iconSize().width() <= back.width() - 4


def test_what_is_chosen_is_answered(
    qtbot: QtBot, look: Look, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def choose(dialog: QFileDialog) -> int:
        dialog.selectFile("one.toml")
        return 1

    monkeypatch.setattr(FileDialog, "exec", choose)
    assert FileDialog.to_open(None, "Open", str(folder), FILTER) == str(folder / "one.toml")
    monkeypatch.setattr(FileDialog, "exec", lambda _: 0)
    assert FileDialog.to_open(None, "Open", str(folder), FILTER) == ""
    monkeypatch.setattr(FileDialog, "exec", lambda _: 1)
    assert FileDialog.to_save(None, "Save", str(folder / "mine.toml"), FILTER) == str(folder / "mine.toml")
