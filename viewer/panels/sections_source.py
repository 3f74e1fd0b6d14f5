"""Where the kernel's source of a function can be read, and what a menu offers about a function."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu

from engine.timeline.schema import FunctionInfo
from engine.timeline.timeline import Timeline

SITE = "https://elixir.bootlin.com/linux"
SITE_NAME = "elixir.bootlin.com"
NO_BROWSER = "No browser was found; the address is in the clipboard."
SOURCES = (".c", ".h", ".S")


def source_url(function: FunctionInfo, kernel: str) -> str:
    """Where a function can be read in the kernel's sources.

    Args:
        function: a row of the function table.
        kernel: a release, such as "6.12" or "6.8.0-45-generic"; without a number the newest is meant.

    Returns:
        An address, or "" for what is no function of the kernel.
    """
    if function.kind != "function" or not function.file.endswith(SOURCES):
        return ""
    release = re.match(r"\d+\.\d+", kernel)
    return f"{SITE}/{f'v{release[0]}' if release else 'latest'}/C/ident/{function.name}"


def _unsaid(_: str) -> None:
    """Where nobody listens."""


def open_source(function: FunctionInfo, kernel: str, told: Callable[[str], None] = _unsaid) -> None:
    """Show a function's source in a browser; where there is none its address goes to the clipboard.

    Args:
        function: a row of the function table, one with a `source_url`.
        kernel: see `source_url`.
        told: says a sentence: what has become of it, as a browser may be slow, or on another screen.
    """
    url = source_url(function, kernel)
    if QDesktopServices.openUrl(QUrl(url)):
        told(f"{function.name} at {SITE_NAME} was handed to the browser.")
        return
    QGuiApplication.clipboard().setText(url)
    told(NO_BROWSER)


def function_named(timeline: Timeline, name: str) -> FunctionInfo | None:
    """The row of the function table of a name, None without any."""
    return next((info for info in timeline.functions if info.name == name), None)


def offer_source(
    menu: QMenu, timeline: Timeline, function: FunctionInfo, told: Callable[[str], None] = _unsaid
) -> None:
    """Let a menu copy a function's name, path and address, and open its source; `told` says a sentence."""
    kernel = str(timeline.facts.get("kernel") or "")
    clipboard = QGuiApplication.clipboard()
    menu.addAction("Copy symbol").triggered.connect(lambda: clipboard.setText(function.name))
    if function.file:
        menu.addAction("Copy path").triggered.connect(lambda: clipboard.setText(function.file))
    url = source_url(function, kernel)
    if url:
        menu.addAction("Copy address").triggered.connect(lambda: clipboard.setText(url))
        menu.addAction("Open source").triggered.connect(lambda: open_source(function, kernel, told))
