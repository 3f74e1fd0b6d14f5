"""What the system asks for: its files, and the portal on a bus of the test's own."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusPendingCallWatcher,
    QDBusVariant,
    QDBusVirtualObject,
)
from pytestqt.qtbot import QtBot

from viewer.chrome import motion
from viewer.chrome.motion import SystemMotion, read_files, reduces, system_reduced_motion


@pytest.mark.parametrize(
    ("key", "value", "meant"),
    [
        ("reduced-motion", 1, True),
        ("reduced-motion", 0, None),
        ("reduced-motion", 7, None),
        ("enable-animations", False, True),
        ("enable-animations", True, False),
        ("gtk-enable-animations", "0", True),
        ("gtk-enable-animations", "true", False),
        ("AnimationDurationFactor", "0", True),
        ("AnimationDurationFactor", "0.5", False),
        ("AnimationDurationFactor", "quick", None),
        ("cursor-blink", False, None),
    ],
)
def test_what_a_setting_means(key: str, value: object, meant: bool | None) -> None:
    assert reduces(key, value) is meant


def test_the_desktops_files_are_read(tmp_path: Path, qapp: object) -> None:
    home = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert read_files(home) is None
    (tmp_path / "kdeglobals").write_text("[General][x]\nfont=a\n[KDE]\nAnimationDurationFactor=0\n")
    assert read_files(home) is True
    folder = tmp_path / "gtk-3.0"
    folder.mkdir()
    (folder / "settings.ini").write_text("[Settings]\ngtk-enable-animations=true\n")
    assert read_files(home) is False
    assert system_reduced_motion(home) is False
    (folder / "settings.ini").write_bytes(b"\xff\xfe broken = [")
    assert read_files(home) is True


def test_without_bus_and_files_nothing_is_known(tmp_path: Path, qapp: object) -> None:
    assert SystemMotion(environment={"HOME": str(tmp_path)}).reduced is None


class Portal(QDBusVirtualObject):
    """Answers `Read` as the portal does: a variant in a variant."""

    def __init__(self, bus: QDBusConnection, values: dict[str, Any]) -> None:
        super().__init__()
        self.bus, self.values = bus, values
        assert bus.registerService(motion.SERVICE)
        assert bus.registerVirtualObject(motion.PATH, self)

    def introspect(self, path: str) -> str:
        return ""

    def handleMessage(self, message: QDBusMessage, connection: QDBusConnection) -> bool:
        _, key = message.arguments()
        if key in self.values:
            connection.send(message.createReply([QDBusVariant(QDBusVariant(self.values[key]))]))
        else:
            connection.send(message.createErrorReply("org.freedesktop.portal.Error.NotFound", "no such key"))
        return True

    def tell(self, namespace: str, key: str, value: object) -> None:
        signal = QDBusMessage.createSignal(motion.PATH, motion.INTERFACE, "SettingChanged")
        signal.setArguments([namespace, key, QDBusVariant(value)])
        assert self.bus.send(signal)


@pytest.fixture
def buses(qapp: object) -> Iterator[tuple[QDBusConnection, QDBusConnection]]:
    """Two connections to a bus that ends with the test."""
    program = shutil.which("dbus-daemon")
    if program is None:
        pytest.skip("there is no dbus-daemon here")
    daemon = subprocess.Popen(
        [program, "--session", "--print-address=1", "--nofork", "--nopidfile"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert daemon.stdout is not None
    address = daemon.stdout.readline().strip()
    yield QDBusConnection.connectToBus(address, "portal"), QDBusConnection.connectToBus(address, "viewer")
    QDBusConnection.disconnectFromBus("portal")
    QDBusConnection.disconnectFromBus("viewer")
    daemon.terminate()
    daemon.wait(5)
    daemon.stdout.close()


def test_the_portal_is_asked_and_heard(
    buses: tuple[QDBusConnection, QDBusConnection], qtbot: QtBot, tmp_path: Path
) -> None:
    server, client = buses
    portal = Portal(server, {"reduced-motion": 1, "enable-animations": True})
    system = SystemMotion(bus=client, environment={"HOME": str(tmp_path)})
    before = system.reduced
    assert before is None, "the answer is not waited for"
    with qtbot.waitSignal(system.changed, timeout=3_000) as told:
        pass
    assert told.args == [True]
    qtbot.waitUntil(lambda: not system.findChildren(QDBusPendingCallWatcher), timeout=3_000)
    assert system.reduced, "the key of all desktops stands above a desktop's own"
    with qtbot.waitSignal(system.changed, timeout=3_000) as told:
        portal.tell("org.freedesktop.appearance", "reduced-motion", 0)
    assert told.args == [False]
    with qtbot.waitSignal(system.changed, timeout=3_000):
        portal.tell("org.gnome.desktop.interface", "enable-animations", False)
    assert system.reduced is True
    portal.tell("org.gnome.desktop.interface", "cursor-blink", False)


def test_a_bus_without_a_portal_leaves_what_the_files_say(
    buses: tuple[QDBusConnection, QDBusConnection], qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "kdeglobals").write_text("[KDE]\nAnimationDurationFactor=0\n")
    system = SystemMotion(bus=buses[1], environment={"XDG_CONFIG_HOME": str(tmp_path)})
    qtbot.waitUntil(lambda: not system.findChildren(QDBusPendingCallWatcher), timeout=3_000)
    assert system.reduced is True
