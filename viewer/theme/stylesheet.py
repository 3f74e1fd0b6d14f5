"""The application's style sheet, generated from the tokens, so that no widget keeps its default look.

Widgets ask for a variant through dynamic properties, set before they are shown:

* ``kind`` on QPushButton and QToolButton: ``primary`` (inverse, one a view), ``ghost`` (no frame),
  ``segment`` (checkable, joined in a row inside a ``QFrame[kind="segments"]``), else a framed control.
* ``kind`` on QFrame: ``card``, ``raised``, ``panel``, ``segments``, ``rule`` (a line), ``lost`` (the loss
  note), ``bar`` (a strip of chrome such as the title bar or the transport).
* ``kind`` on QLineEdit and QListView: ``bare`` (no frame, what lies behind shows).
* ``kind`` on QPlainTextEdit: ``ghost`` (no frame), ``printed`` (the same, close around its text).
* ``tone`` on QLabel: ``secondary``, ``tertiary``, ``disabled``, ``lost``, ``inverse``.
* ``type`` on QLabel: ``micro``, ``small``, ``body``, ``label``, ``emphasis``, ``strong``, ``title``,
  ``readout``, ``display``; ``face`` on QLabel: ``mono``, ``display``, ``caps``.

Chrome is monochrome: the only hue here is ``lost`` and it stands for loss alone. Sizes are those of the interface's
text scale at the time the sheet is made.
"""

from __future__ import annotations

from importlib import resources
from string import Template

from PySide6.QtCore import QDir
from PySide6.QtGui import QColor, QPalette

from viewer.theme.colours import colour
from viewer.theme.fonts import (
    DISPLAY_FAMILY,
    MONO_FAMILY,
    UI_FAMILY,
    Type,
    load_fonts,
    type_weight,
    ui_px,
    ui_room,
    ui_scaled,
)
from viewer.theme.tokens import Role, ThemeName, hex_colour, radius_px, size_px

SEARCH_PREFIX = "skbtheme"

_SHEET = Template("""
QWidget { background: $app; color: $text; font-family: "$ui"; font-size: ${body}px; font-weight: 400; }
QMainWindow, QDialog { background: $app; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QMainWindow::separator { background: $subtle; width: 1px; height: 1px; }
QFrame { border: none; }
QLabel { background: transparent; }
QLabel[tone="secondary"] { color: $secondary; }
QLabel[tone="tertiary"] { color: $tertiary; }
QLabel[tone="disabled"] { color: $disabled; }
QLabel[tone="lost"] { color: $lost; }
QLabel[tone="inverse"] { color: $changed_ink; background: $changed; border-radius: ${chip}px;
    padding: 1px 6px; }
QLabel[face="mono"] { font-family: "$mono", "$ui"; }
QLabel[face="display"] { font-family: "$display", "$ui"; }
QLabel[face="caps"] { color: $tertiary; font-size: ${micro}px; font-weight: 600; letter-spacing: 1px; }
QFrame[kind="bar"] { background: $panel; }
QFrame[kind="panel"] { background: $panel; }
QFrame[kind="card"] { background: $card; border: 1px solid $subtle; border-radius: ${card_r}px; }
QFrame[kind="raised"] { background: $raised; border-radius: ${control}px; }
QFrame[kind="segments"] { background: $input; border: 1px solid $subtle; border-radius: 8px; }
QFrame[kind="rule"] { background: $subtle; max-height: 1px; min-height: 1px; }
QFrame[kind="lost"] { background: $lost_bg; border-left: 3px solid $lost; border-radius: ${chip}px; }
QDockWidget { background: $panel; color: $text; font-weight: 600; titlebar-close-icon: none; }
QDockWidget::title { background: $panel; padding: 10px 20px 6px 20px; text-align: left; }
QDockWidget > QWidget { background: $panel; }
QPushButton, QToolButton { background: $raised; color: $text; border: 1px solid $strong;
    border-radius: ${control}px; padding: 4px 12px; min-height: ${button_h}px; font-weight: 600; }
QPushButton:hover, QToolButton:hover { border-color: $control_line; }
QPushButton:pressed, QToolButton:pressed { background: $input; }
QPushButton:checked, QToolButton:checked { background: $changed; color: $changed_ink;
    border-color: $changed; }
QPushButton:disabled, QToolButton:disabled { color: $disabled; border-color: $subtle; }
QPushButton:focus, QToolButton:focus { border: 2px solid $focus; padding: 3px 11px; outline: none; }
QPushButton[kind="primary"], QToolButton[kind="primary"] { background: $changed; color: $changed_ink;
    border: 1px solid $changed; }
QPushButton[kind="primary"]:hover, QToolButton[kind="primary"]:hover { background: $secondary; }
QPushButton[kind="primary"]:disabled, QToolButton[kind="primary"]:disabled { background: $raised;
    color: $disabled; border-color: $raised; }
QPushButton[kind="ghost"], QToolButton[kind="ghost"] { background: transparent; border: 1px solid transparent;
    padding: 4px 8px; }
QPushButton[kind="ghost"]:hover, QToolButton[kind="ghost"]:hover { background: $raised; }
QPushButton[kind="segment"], QToolButton[kind="segment"] { background: transparent; color: $secondary;
    border: 1px solid transparent; padding: 3px 10px; font-weight: 500; }
QPushButton[kind="segment"]:hover, QToolButton[kind="segment"]:hover { color: $text; }
QPushButton[kind="segment"]:checked, QToolButton[kind="segment"]:checked { background: $raised; color: $text;
    border: 1px solid $strong; font-weight: 600; }
QToolButton::menu-indicator { image: none; }
QTabWidget::pane { border: none; border-top: 1px solid $subtle; }
QTabBar { background: $panel; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $secondary; border: none; border-bottom: 2px solid transparent;
    padding: 7px 12px 6px 12px; font-weight: 600; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $select; }
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit, QTextEdit { background: $input; color: $text;
    border: 1px solid $subtle; border-radius: ${control}px; padding: 4px 8px;
    selection-background-color: $changed; selection-color: $changed_ink; }
QPlainTextEdit, QTextEdit { font-family: "$mono", "$ui"; padding: 8px; }
QPlainTextEdit[kind="ghost"], QTextEdit[kind="ghost"] { border: none; background: transparent; }
QPlainTextEdit[kind="printed"] { border: 1px solid transparent; background: transparent; padding: 0 4px; }
QLineEdit:focus, QSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus {
    border: 1px solid $focus; }
QLineEdit[invalid="true"] { border: 1px solid $text; }
QLineEdit[kind="bare"] { border: none; background: transparent; font-size: ${emphasis}px; padding: 4px 12px; }
QComboBox::drop-down { border: none; width: ${drop}px; }
QComboBox::down-arrow { image: url($prefix:$icons/chevron.svg); width: 10px; height: 10px; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $strong; padding: 4px; outline: none; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {
    width: 0; border: none; }
QCheckBox { spacing: 8px; background: transparent; }
QCheckBox::indicator { width: ${box}px; height: ${box}px; border: 1px solid $control_line; border-radius: 3px;
    background: $input; }
QCheckBox::indicator:checked { background: $changed; border-color: $changed;
    image: url($prefix:$icons/check.svg); }
QCheckBox::indicator:focus { border: 2px solid $focus; }
QSlider { background: transparent; min-height: 28px; }
QSlider::groove:horizontal { height: 4px; background: $input; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $secondary; border-radius: 2px; }
QSlider::handle:horizontal { background: $select; width: 12px; height: 12px; margin: -4px 0;
    border-radius: 6px; }
QSlider::handle:horizontal:focus { border: 2px solid $app; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $strong; border-radius: 3px; margin: 3px; min-height: 28px;
    min-width: 28px; }
QScrollBar::handle:hover { background: $control_line; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: transparent; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; }
#qt_scrollarea_vcontainer, #qt_scrollarea_hcontainer { background: transparent; }
QMenuBar { background: $panel; color: $secondary; }
QMenuBar::item { background: transparent; padding: 4px 10px; border-radius: ${chip}px; }
QMenuBar::item:selected { background: $raised; color: $text; }
QMenu { background: $raised; color: $text; border: 1px solid $strong; border-radius: 8px; padding: 6px; }
QMenu::item { padding: ${item_y}px ${item_right}px ${item_y}px ${item_left}px;
    border-radius: ${chip}px; background: transparent; }
QMenu::item:selected { background: $changed; color: $changed_ink; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $strong; margin: 6px 8px; }
QMenu::indicator { width: ${tick}px; height: ${tick}px; left: 6px; }
QMenu::indicator:checked { image: url($prefix:$icons/tick.svg); }
QToolTip { background: $raised; color: $text; border: 1px solid $strong; padding: 6px 8px; }
QTreeView, QListView, QTableView { background: $panel; alternate-background-color: $panel; border: none;
    gridline-color: $subtle; outline: none; selection-background-color: $raised; selection-color: $text; }
QListView[kind="bare"] { background: transparent; }
QTreeView::item, QListView::item, QTableView::item { padding: 3px 6px; border: none; }
QTreeView::item:hover, QListView::item:hover, QTableView::item:hover { background: $card; }
QTreeView::item:selected, QListView::item:selected, QTableView::item:selected { background: $raised;
    color: $text; }
QTreeView::branch { background: transparent; }
QTreeView::branch:has-children:closed { image: url($prefix:$icons/branch-closed.svg); }
QTreeView::branch:has-children:open { image: url($prefix:$icons/chevron.svg); }
QHeaderView { background: $panel; border: none; }
QHeaderView::section { background: $panel; color: $tertiary; border: none; border-bottom: 1px solid $subtle;
    padding: 4px 6px; font-size: ${micro}px; font-weight: 600; }
QTableCornerButton::section { background: $panel; border: none; }
QSplitter::handle { background: $subtle; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QProgressBar { background: $input; border: none; border-radius: 2px; max-height: 4px; text-align: right; }
QProgressBar::chunk { background: $secondary; border-radius: 2px; }
QStatusBar { background: $panel; color: $secondary; }
QStatusBar::item { border: none; }
""")

_ROLES = {
    "app": Role.APP,
    "panel": Role.PANEL,
    "card": Role.CARD,
    "raised": Role.RAISED,
    "input": Role.INPUT,
    "subtle": Role.LINE_SUBTLE,
    "strong": Role.LINE_STRONG,
    "control_line": Role.CONTROL,
    "text": Role.TEXT,
    "secondary": Role.TEXT_SECONDARY,
    "tertiary": Role.TEXT_TERTIARY,
    "disabled": Role.TEXT_DISABLED,
    "lost": Role.LOST,
    "lost_bg": Role.LOST_BG,
    "select": Role.SELECT,
    "focus": Role.FOCUS,
    "changed": Role.CHANGED,
    "changed_ink": Role.CHANGED_INK,
}

_TYPED = (
    Type.MICRO,
    Type.SMALL,
    Type.BODY,
    Type.LABEL,
    Type.EMPHASIS,
    Type.STRONG,
    Type.TITLE,
    Type.READOUT,
    Type.DISPLAY,
)


def _icons_found() -> None:
    folder = str(resources.files("viewer.theme").joinpath("icons"))
    if folder not in QDir.searchPaths(SEARCH_PREFIX):
        QDir.addSearchPath(SEARCH_PREFIX, folder)


def style_sheet(theme: ThemeName) -> str:
    """The style sheet of a theme; also makes its icons and fonts known to Qt."""
    load_fonts()
    _icons_found()
    values = {name: hex_colour(theme, role) for name, role in _ROLES.items()}
    sheet = _SHEET.substitute(
        values,
        ui=UI_FAMILY,
        display=DISPLAY_FAMILY,
        mono=MONO_FAMILY,
        body=ui_px(Type.BODY),
        micro=ui_px(Type.MICRO),
        emphasis=ui_px(Type.EMPHASIS),
        button_h=ui_room(18),
        box=ui_room(14),
        drop=ui_room(22),
        tick=ui_room(12),
        item_y=ui_scaled(6),
        item_right=ui_room(24),
        item_left=ui_room(12),
        chip=radius_px("chip"),
        control=radius_px("control"),
        card_r=radius_px("card"),
        prefix=SEARCH_PREFIX,
        icons=theme.value,
    )
    typed = [
        f'QLabel[type="{kind.value}"] {{ font-size: {ui_px(kind)}px; font-weight: {type_weight(kind)}; }}'
        for kind in _TYPED
    ]
    touch = f'QPushButton[touch="true"] {{ min-height: {size_px("hit_touch")}px; }}'
    return "\n".join([sheet, *typed, touch])


def palette(theme: ThemeName) -> QPalette:
    """The palette behind the style sheet: what style sheets cannot reach, such as placeholders and links."""
    made = QPalette()
    pairs: tuple[tuple[QPalette.ColorRole, Role], ...] = (
        (QPalette.ColorRole.Window, Role.APP),
        (QPalette.ColorRole.WindowText, Role.TEXT),
        (QPalette.ColorRole.Base, Role.INPUT),
        (QPalette.ColorRole.AlternateBase, Role.PANEL),
        (QPalette.ColorRole.Text, Role.TEXT),
        (QPalette.ColorRole.Button, Role.RAISED),
        (QPalette.ColorRole.ButtonText, Role.TEXT),
        (QPalette.ColorRole.PlaceholderText, Role.TEXT_TERTIARY),
        (QPalette.ColorRole.Highlight, Role.CHANGED),
        (QPalette.ColorRole.HighlightedText, Role.CHANGED_INK),
        (QPalette.ColorRole.Link, Role.TEXT),
        (QPalette.ColorRole.ToolTipBase, Role.RAISED),
        (QPalette.ColorRole.ToolTipText, Role.TEXT),
    )
    for where, role in pairs:
        made.setColor(where, QColor(colour(theme, role)))
    return made
