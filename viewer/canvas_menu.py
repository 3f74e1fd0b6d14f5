"""The menu of a thing on the canvas: stop there, ask why, follow it, look closer, read its source, change its program.

What leads out of the canvas goes through the canvas' callbacks, which the window sets; the menu only offers it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from engine.timeline.cursor import Cursor
from viewer.panels.sections_source import offer_source
from viewer.picture.display import Found
from viewer.picture.items import Kind
from viewer.picture.telling import function_of

if TYPE_CHECKING:
    from viewer.canvas import Canvas

DEAD = 3


class Program(NamedTuple):
    """A program of the scene: its name there, and the CPU that the thread in question has."""

    name: str
    cpu: int


def program_of(cursor: Cursor, uid: int) -> Program | None:
    """The program whose living thread an object is; None for kernel threads, exited ones, and all else."""
    timeline = cursor.timeline
    if not uid or not cursor.exists(uid) or timeline.object(uid).cls.name != "task_struct":
        return None
    if cursor.get(uid, "state") == DEAD:
        return None
    app, cpu = cursor.get(uid, "app"), cursor.get(uid, "cpu")
    for fact in timeline.facts.get("apps", ()):
        if fact["uid"] == app:
            return Program(str(fact["name"]), cpu if isinstance(cpu, int) else -1)
    return None


def change_of(program: Program, what: str | int) -> tuple[Mapping[str, Any], str]:
    """The change of the scene that does something to a program, and its label; a number moves it to that CPU."""
    if isinstance(what, int):
        return {"app": {"name": program.name, "move": what}}, f"Move {program.name} to CPU {what}"
    return {"app": {"name": program.name, "do": what}}, f"{what.capitalize()} {program.name}"


def menu_for(canvas: Canvas, found: Found) -> QMenu:
    """The menu of what was found, which is selected already; it deletes itself when it closes."""
    menu = QMenu(canvas)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addAction("Break here").triggered.connect(canvas.breaking)
    menu.addAction("Why?").triggered.connect(canvas.asking)
    menu.addSeparator()
    if found.thing.kind is Kind.PACKET:
        uid = found.thing.uid
        menu.addAction("Follow packet").triggered.connect(lambda: canvas.session.follow_packet(uid))
        menu.addAction("Only this flow").triggered.connect(lambda: canvas.session.solo_packet(uid))
    menu.addAction("Look closer").triggered.connect(canvas.open_selected)
    _offer_names(menu, canvas, found)
    _offer_changes(menu, canvas, found)
    return menu


def _offer_names(menu: QMenu, canvas: Canvas, found: Found) -> None:
    """Copy the name; of a function also where it is written."""
    cursor = canvas.cursor_here()
    function = function_of(cursor.timeline, cursor.step, found.thing) if cursor is not None else None
    if cursor is not None and function is not None:
        offer_source(menu, cursor.timeline, function, canvas.session.told.emit)
        return
    name = found.thing.name
    menu.addAction("Copy symbol").triggered.connect(lambda: QGuiApplication.clipboard().setText(name))


def _offer_changes(menu: QMenu, canvas: Canvas, found: Found) -> None:
    """Pause, resume and move the program whose thread was found."""
    cursor = canvas.cursor_here()
    program = program_of(cursor, found.thing.uid) if cursor is not None else None
    if cursor is None or program is None or found.thing.kind is not Kind.TASK:
        return
    menu.addSeparator()
    cpus = int(cursor.timeline.facts.get("cpus") or 1)
    offers: list[tuple[str, str | int]] = [("Pause", "pause"), ("Resume", "resume")]
    offers += [(f"Move to CPU {cpu}", cpu) for cpu in range(cpus) if cpu != program.cpu]
    for words, what in offers:
        change, label = change_of(program, what)
        menu.addAction(words).triggered.connect(
            lambda _=False, change=change, label=label: canvas.changing(change, label)
        )
