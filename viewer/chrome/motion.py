"""Whether the system asks for reduced motion, and when it asks for something else.

Asked in order, the first that knows wins:

1. Qt's own hint, where it has one (from 6.12 on).
2. The desktop portal's settings over D-Bus: the key that all desktops share, then GNOME's and Plasma's own. It is
   asked without waiting, since a portal may have to be started first, and it tells of changes.
3. The files in which desktops without a portal keep it: GTK's settings, Plasma's globals. Read at once.

What a person chose in the program stands above all of this; that is the caller's to know.
"""

from __future__ import annotations

import configparser
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import SLOT, QObject, Signal, Slot
from PySide6.QtDBus import QDBusArgument, QDBusConnection, QDBusMessage, QDBusPendingCallWatcher, QDBusVariant
from PySide6.QtGui import QGuiApplication

SERVICE = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"
INTERFACE = "org.freedesktop.portal.Settings"
ANSWER_MS = 2_000
WRAPPED_MOST = 3
KEYS = (
    ("org.freedesktop.appearance", "reduced-motion"),
    ("org.gnome.desktop.interface", "enable-animations"),
    ("org.kde.kdeglobals.KDE", "AnimationDurationFactor"),
)
"""Where a portal may know it; the first that has an answer wins."""


def reduces(key: str, value: Any) -> bool | None:
    """What a setting says about motion: True asks for less, False does not, None says nothing.

    Args:
        key: name of the setting, the last part of one of `KEYS` or of GTK's files.
        value: as it is stored: a number, a truth value, or either as text.
    """
    text = str(value).strip().lower()
    if key == "reduced-motion":
        return {"1": True}.get(text)  # 0 is "no preference", and unknown values are as good as 0
    if key in ("enable-animations", "gtk-enable-animations"):
        return {"true": False, "1": False, "false": True, "0": True}.get(text)
    if key == "AnimationDurationFactor":
        try:
            return float(text) == 0.0
        except ValueError:
            return None
    return None


def read_files(environment: Mapping[str, str] = os.environ) -> bool | None:
    """What the desktop's files say; None when there are none, or they say nothing or cannot be read."""
    home = environment.get("XDG_CONFIG_HOME") or os.path.join(environment.get("HOME", ""), ".config")  # noqa: PTH118
    places = (
        ("gtk-4.0/settings.ini", "Settings", "gtk-enable-animations"),
        ("gtk-3.0/settings.ini", "Settings", "gtk-enable-animations"),
        ("kdeglobals", "KDE", "AnimationDurationFactor"),
    )
    for name, section, key in places:
        parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
        parser.optionxform = str  # type: ignore[assignment, method-assign]  # as the standard library documents it
        try:
            parser.read(Path(home) / name, encoding="utf-8")
            found = reduces(key, parser.get(section, key))
        except (configparser.Error, OSError, UnicodeDecodeError):
            continue
        if found is not None:
            return found
    return None


def _unwrapped(value: Any) -> Any:
    """What stands in a variant; `Read` answers with a variant in a variant, the inner one not yet read."""
    for _ in range(WRAPPED_MOST):
        if isinstance(value, QDBusArgument):
            inner = QDBusVariant()
            value >> inner  # fills it
            value = inner
        if not isinstance(value, QDBusVariant):
            break
        value = value.variant()
    return value


def _hinted() -> bool | None:
    """Qt's own answer; it cannot tell "no" from "not known", so only yes counts."""
    accessibility = getattr(QGuiApplication.styleHints(), "accessibility", None)
    asked = getattr(accessibility(), "motionPreference", None) if accessibility is not None else None
    return True if asked is not None and asked().name != "NoPreference" else None


def system_reduced_motion(environment: Mapping[str, str] = os.environ) -> bool | None:
    """What can be known at once, without asking another process; None when nothing is said anywhere."""
    hinted = _hinted()
    return hinted if hinted is not None else read_files(environment)


class SystemMotion(QObject):
    """Keeps to what the system asks for. Signal: `changed` when it asks for something else, with the new answer.

    Attributes:
        reduced: what is known: True for less motion, None where nobody has said anything.
    """

    changed = Signal(bool)

    def __init__(
        self,
        parent: QObject | None = None,
        bus: QDBusConnection | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        """Know what can be known at once, and ask the portal for the rest.

        Args:
            parent: its owner.
            bus: where the portal is; None for the session's bus, if the session has one.
            environment: where the desktop's files are looked for.
        """
        super().__init__(parent)
        self._environment = environment
        self.reduced = system_reduced_motion(environment)
        self._from_hint = _hinted() is not None
        self._told: dict[str, bool] = {}
        self._watchers: list[QDBusPendingCallWatcher] = []
        if bus is None and not environment.get("DBUS_SESSION_BUS_ADDRESS"):
            return
        self._bus = bus if bus is not None else QDBusConnection.sessionBus()
        if self._bus.isConnected() and not self._from_hint:
            self._listen()

    def _listen(self) -> None:
        slot: Any = SLOT("heard(QString,QString,QDBusVariant)")  # a str, whatever the type stubs say
        self._bus.connect(SERVICE, PATH, INTERFACE, "SettingChanged", self, slot)
        for namespace, key in KEYS:
            asked = QDBusMessage.createMethodCall(SERVICE, PATH, INTERFACE, "Read")
            asked.setArguments([namespace, key])
            watcher = QDBusPendingCallWatcher(self._bus.asyncCall(asked, ANSWER_MS), self)
            watcher.finished.connect(self._answers(namespace, key))
            self._watchers.append(watcher)

    def _answers(self, namespace: str, key: str) -> Any:
        def take(watcher: QDBusPendingCallWatcher) -> None:
            self._watchers.remove(watcher)
            reply = watcher.reply()
            if reply.type() is QDBusMessage.MessageType.ReplyMessage and reply.arguments():
                self._take(namespace, key, reply.arguments()[0])
            watcher.deleteLater()

        return take

    @Slot(str, str, QDBusVariant)
    def heard(self, namespace: str, key: str, value: QDBusVariant) -> None:
        """The portal says that a setting has changed."""
        if (namespace, key) in KEYS:
            self._take(namespace, key, value)

    def _take(self, namespace: str, key: str, value: Any) -> None:
        said = reduces(key, _unwrapped(value))
        if said is None:
            self._told.pop(namespace, None)
        else:
            self._told[namespace] = said
        told = [self._told[name] for name, _ in KEYS if name in self._told]
        before = bool(self.reduced)
        self.reduced = told[0] if told else read_files(self._environment)
        if bool(self.reduced) is not before:
            self.changed.emit(bool(self.reduced))
