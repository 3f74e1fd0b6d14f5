"""What the picture keeps to, in chips that let go of it."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.narration import packet_name
from engine.timeline.timeline import Timeline
from tests.viewer.host import timeline
from viewer.chrome.kept import HEIGHT, Chip, Kept
from viewer.chrome.look import Look
from viewer.session import Session
from viewer.theme.fonts import ui_room


@pytest.fixture
def run(session: Session) -> Timeline:
    assert session.timeline is not None
    return session.timeline


@pytest.fixture
def kept(session: Session, look: Look, qtbot: QtBot) -> Iterator[Kept]:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(600, 100)
    made = Kept(session, look, host)
    host.show()
    qtbot.waitExposed(host)
    yield made
    host.close()


def click(qtbot: QtBot, chip: Chip) -> None:
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)  # type: ignore[no-untyped-call]


def test_it_is_there_only_while_something_is_kept(
    kept: Kept, session: Session, run: Timeline, qtbot: QtBot
) -> None:
    assert kept.isHidden()
    session.solo("A")
    assert kept.isVisible()
    assert kept.texts() == ["only flow A"]
    frames = [int(uid) for uid in run.objects("frame")[:12]]
    session.choose("length > 3", frozenset(frames))
    assert kept.texts() == ["only flow A", "12 packets"]
    assert "length > 3" in kept.packets.toolTip()
    session.follow_packet(frames[3])
    assert kept.texts() == ["only flow A", "12 packets", f"follows {packet_name(run, frames[3])}"]
    click(qtbot, kept.packets)
    assert (session.chosen, session.filter) == (None, "")
    assert kept.texts() == ["only flow A", "follows A 4"]
    click(qtbot, kept.flow)
    assert session.solo_flow == 0
    click(qtbot, kept.followed)
    assert session.followed == 0
    assert kept.isHidden()


def test_a_followed_skb_is_called_as_its_frame(kept: Kept, session: Session, run: Timeline) -> None:
    skb = int(run.objects("sk_buff")[2])
    session.follow_packet(skb)
    assert kept.texts() == [f"follows {packet_name(run, int(run.frame_of(skb)))}"]


def test_it_says_when_it_needs_other_room(kept: Kept, session: Session, run: Timeline, qtbot: QtBot) -> None:
    with qtbot.waitSignal(kept.refit):
        session.solo("A")
    narrow = kept.width()
    assert kept.height() == ui_room(HEIGHT)
    assert narrow == kept.sizeHint().width() == kept.flow.width()
    with qtbot.waitSignal(kept.refit):
        session.choose("", frozenset((int(run.objects("frame")[0]),)))
    assert kept.texts()[-1] == "1 packet"
    assert kept.width() > narrow
    with qtbot.assertNotEmitted(kept.refit):
        session.changed.emit()


def test_another_scene_keeps_nothing(kept: Kept, session: Session) -> None:
    session.solo("A")
    assert kept.isVisible()
    session.adopt(timeline(2))
    assert kept.isHidden()
    assert kept.texts() == []


def test_it_can_be_reached_by_keys(kept: Kept, session: Session, qtbot: QtBot) -> None:
    session.solo("A")
    kept.flow.setFocus()
    qtbot.keyClick(kept.flow, Qt.Key.Key_Return)  # type: ignore[no-untyped-call]
    assert session.solo_flow == 0
    assert kept.flow.accessibleName() == "only flow A"
