"""The event list: what it lists, what a row says, how the keyboard moves the playhead by it."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.narration import place, sentence
from engine.timeline.query import drop
from engine.timeline.timeline import Timeline
from tests.viewer.host import chunks, prologue
from tests.viewer.picture.runs import BURSTS, run_of
from viewer.chrome.look import Look
from viewer.navigator import Navigator
from viewer.panels import events_listing
from viewer.panels.events import EventsPanel
from viewer.panels.events_listing import Kind, Listing
from viewer.panels.events_rows import MORE, REMEMBERED, Rows, Teller, fitting, lines_of, time_text, word_px
from viewer.player import Player
from viewer.session import Selection, Session
from viewer.stepping import QUERIES, Granularity


@pytest.fixture(scope="module")
def bursts(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return run_of(BURSTS, Path(tmp_path_factory.mktemp("bursts")))


@pytest.fixture
def busy(bursts: Timeline, qapp: object) -> Navigator:
    session = Session()
    session.adopt(bursts)
    return Navigator(session, Player(session))


def made(navigator: Navigator, qtbot: QtBot) -> EventsPanel:
    look = Look()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    look.apply(application)
    panel = EventsPanel(navigator.session, navigator, look)
    qtbot.addWidget(panel)
    panel.resize(384, 300)
    panel.show()
    return panel


def settled(panel: EventsPanel) -> list[str]:
    """Every row in view, as a screen reader has it, after all of the run was looked at."""
    panel.refresh()
    while panel.rows.listing is not None and panel.rows.listing.grow():
        pass
    panel._grow()
    role = Qt.ItemDataRole.AccessibleTextRole
    return [str(panel.rows.index(row).data(role)) for row in range(panel.rows.rowCount())]


def here(panel: EventsPanel) -> int:
    return panel.session.moment.step


# -- the listing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "granularity"),
    [
        (Kind.FUNCTIONS, Granularity.FUNCTION),
        (Kind.STAGES, Granularity.STAGE),
        (Kind.POLLS, Granularity.POLL),
    ],
)
def test_what_is_listed_is_what_a_step_of_that_size_goes_to(
    bursts: Timeline, monkeypatch: pytest.MonkeyPatch, kind: Kind, granularity: Granularity
) -> None:
    monkeypatch.setattr(events_listing, "BLOCK", 5000)
    listing = Listing(bursts, kind, None)
    turns = 1
    while listing.grow():
        turns += 1
    expected = bursts.find_all(QUERIES[granularity]).tolist()
    assert [listing.step(row) for row in range(len(listing))] == expected
    assert turns == (1 if kind is Kind.FUNCTIONS else -(-bursts.steps // 5000))


def test_losses_are_the_steps_that_lose(bursts: Timeline) -> None:
    listing = Listing(bursts, Kind.LOSSES, None)
    listing.grow()
    assert [listing.step(row) for row in range(len(listing))] == bursts.find_all(drop()).tolist()
    assert len(listing) > 5


def test_a_listing_grows_with_the_run() -> None:
    timeline = Timeline(prologue())
    parts = chunks(4, 1)
    listing = Listing(timeline, Kind.LOSSES, None)
    counts = []
    for part in parts:
        timeline.append(part)
        listing.grow()
        counts.append(len(listing))
    assert counts == [1, 2, 3, 4]
    assert [listing.step(row) for row in range(4)] == timeline.find_all(drop()).tolist()


def test_the_row_of_a_step_is_the_last_at_or_before_it(bursts: Timeline) -> None:
    listing = Listing(bursts, Kind.POLLS, None)
    listing.grow()
    assert listing.row(listing.step(3)) == 3
    assert listing.row(listing.step(3) + 1) == 3
    assert listing.row(listing.step(3) - 1) == 2
    assert listing.row(0) == -1
    with pytest.raises(IndexError):
        listing.step(len(listing))


# -- rows ---------------------------------------------------------------------------------------------------


def test_a_row_has_time_place_and_sentence(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    timeline = busy.session.timeline
    assert timeline is not None
    panel.choose("losses")
    rows = settled(panel)
    first = int(timeline.find_all(drop())[0])
    where = place(timeline, first)
    assert where.startswith("CPU ")
    assert rows[0] == f"{time_text(int(timeline.time(first)))}, {sentence(timeline, first)}"
    assert f", {where}: " in rows[0]
    told = panel.rows.told(panel.rows.index(0))
    assert told is not None
    assert told.lost
    assert told.letter >= 0


def test_times_have_all_their_places_and_stand_under_each_other() -> None:
    assert time_text(1_234_567_008) == "1\u202f234\u202f567.008 µs"
    assert time_text(40) == "0.040 µs"


def test_only_what_is_in_view_is_told(busy: Navigator, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    original = Teller._told

    def counting(self: Teller, step: int) -> object:
        told.append(step)
        return original(self, step)

    monkeypatch.setattr(Teller, "_told", counting)
    panel = made(busy, qtbot)
    panel.choose("functions")
    settled(panel)
    panel.grab()
    assert busy.session.timeline is not None
    assert panel.note.endswith(" steps")
    assert len(panel.rows.listing or ()) == busy.session.timeline.steps > 30_000
    assert panel.rows.rowCount() == panel.list.page + 1
    assert 0 < len(set(told)) <= 2 * panel.rows.rowCount()
    assert len(told) == len(set(told))


def test_words_are_forgotten_oldest_first(busy: Navigator) -> None:
    timeline = busy.session.timeline
    assert timeline is not None
    teller = Teller(busy.session, timeline)
    kept = teller.tell(0)
    for step in range(1, REMEMBERED):
        teller._kept[step] = kept
    assert teller.tell(0) is kept
    teller.tell(REMEMBERED)
    assert 0 in teller._kept
    assert 1 not in teller._kept
    assert len(teller._kept) == REMEMBERED


@pytest.mark.parametrize("room", [60.0, 150.0, 260.0, 400.0, 2000.0])
def test_a_sentence_is_cut_between_words_only(look: Look, room: float) -> None:
    text = "__udp_enqueue_schedule_skb refuses C 28: sk_rmem_alloc of 10.0.0.2:9002 is 18432 of 20000 B"
    found = fitting(text, room)
    words = text.split()
    if found[-1] != MORE:
        assert list(found) == words
        return
    assert len(found) >= 2
    assert [word.rstrip(",;:") for word in words[: len(found) - 1]] == [w.rstrip(",;:") for w in found[:-1]]
    if len(found) > 2:
        assert sum(map(word_px, found)) <= room + 1.0


@pytest.mark.parametrize("room", [60.0, 150.0, 260.0, 400.0, 2000.0])
def test_two_lines_have_more_of_a_sentence_and_nothing_twice(look: Look, room: float) -> None:
    text = "__udp_enqueue_schedule_skb refuses C 28: sk_rmem_alloc of 10.0.0.2:9002 is 18432 of 20000 B"
    one, two = lines_of(text, room, 1), lines_of(text, room, 2)
    assert one == [fitting(text, room)]
    assert len(two) <= 2
    told = [word for line in two for word in line if word != MORE]
    assert told[:-1] == text.split()[: len(told) - 1]
    assert len(told) >= len([word for word in one[0] if word != MORE])
    if room >= 400.0:
        assert MORE not in two[-1]


def test_rows_are_higher_where_the_list_is_narrow(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    heights = []
    for width in (384, 900):
        panel.resize(width, 400)
        qtbot.wait(20)
        heights.append(panel.list.visualRect(panel.rows.index(0)).height())
        assert panel.list.page == panel.list.viewport().height() // heights[-1]
    assert heights[0] > heights[1]


# -- moving -------------------------------------------------------------------------------------------------


def test_the_arrow_keys_move_the_playhead_from_row_to_row(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    panel.choose("stages")
    settled(panel)
    listing = panel.rows.listing
    assert listing is not None
    busy.go_to(listing.step(40))
    for key, row in (
        (Qt.Key.Key_Down, 41),
        (Qt.Key.Key_Down, 42),
        (Qt.Key.Key_Up, 41),
        (Qt.Key.Key_PageDown, 41 + panel.list.page),
        (Qt.Key.Key_PageUp, 41),
        (Qt.Key.Key_End, len(listing) - 1),
        (Qt.Key.Key_Down, len(listing) - 1),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Up, 0),
    ):
        QTest.keyClick(panel.list, key)
        assert here(panel) == listing.step(row), key
        assert panel.rows.top <= panel.rows.here < panel.rows.top + panel.list.page


def test_between_two_rows_up_goes_to_the_one_before_and_down_to_the_next(
    busy: Navigator, qtbot: QtBot
) -> None:
    panel = made(busy, qtbot)
    panel.choose("polls")
    settled(panel)
    listing = panel.rows.listing
    assert listing is not None
    busy.go_to(listing.step(5) + 2)
    QTest.keyClick(panel.list, Qt.Key.Key_Up)
    assert here(panel) == listing.step(5)
    busy.go_to(listing.step(5) + 2)
    QTest.keyClick(panel.list, Qt.Key.Key_Down)
    assert here(panel) == listing.step(6)
    busy.go_to(0)
    QTest.keyClick(panel.list, Qt.Key.Key_Down)
    assert here(panel) == listing.step(0)


def test_the_list_takes_its_keys_and_leaves_the_others(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    for key, takes in ((Qt.Key.Key_Up, True), (Qt.Key.Key_Home, True), (Qt.Key.Key_B, False)):
        event = QKeyEvent(QKeyEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(panel.list, event)
        assert event.isAccepted() is takes


def test_a_click_goes_to_its_row_and_the_wheel_looks_elsewhere(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    panel.choose("stages")
    settled(panel)
    busy.go_to(0)
    panel.refresh()
    listing = panel.rows.listing
    assert listing is not None
    place_of = QPointF(100.0, 50.0)
    wheel = QWheelEvent(
        place_of, place_of, QPoint(), QPoint(0, -240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(panel.list.viewport(), wheel)
    assert panel.rows.top == 6
    assert here(panel) == 0
    rect = panel.list.visualRect(panel.rows.index(2))
    QTest.mouseClick(
        panel.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, rect.center()
    )
    assert here(panel) == listing.step(8)


# -- filter, words, screen readers --------------------------------------------------------------------------


def test_a_followed_packet_is_all_that_is_listed(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    timeline = busy.session.timeline
    assert timeline is not None
    panel.choose("functions")
    frame = int(timeline.objects("frame")[7])
    busy.session.follow_packet(frame)
    settled(panel)
    listing = panel.rows.listing
    assert listing is not None
    assert [listing.step(row) for row in range(len(listing))] == timeline.path(frame).tolist()
    assert panel.note == f"{len(listing)} of 38\u202f110 steps"
    busy.session.follow_packet(0)
    busy.session.solo("B")
    settled(panel)
    listing = panel.rows.listing
    assert listing is not None
    teller = panel.rows.teller
    assert teller is not None
    assert {teller.tell(listing.step(row)).letter for row in range(40)} == {1}


def test_the_note_changes_with_what_is_listed_and_is_told(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    settled(panel)
    with qtbot.waitSignal(panel.noted):
        panel.choose("losses")
    timeline = busy.session.timeline
    assert timeline is not None
    assert panel.note == f"{len(timeline.find_all(drop()))} of 38\u202f110 steps"


def test_a_step_is_told_to_screen_readers_and_time_that_runs_is_not(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    timeline = busy.session.timeline
    assert timeline is not None
    busy.go_first_drop()
    panel.refresh()
    step = here(panel)
    said = panel.list.accessibleDescription()
    assert said.endswith(sentence(timeline, step))
    busy.player.toggle_play()
    current = panel.list.currentIndex().row()
    busy.player.advance(400_000_000)
    panel.refresh()
    assert here(panel) != step
    assert panel.list.accessibleDescription() == said
    assert panel.list.currentIndex().row() in (current, -1)
    busy.player.toggle_play()
    panel.refresh()
    assert panel.list.accessibleDescription() != said


def test_rows_are_children_of_the_list_for_screen_readers(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    panel.choose("losses")
    rows = settled(panel)
    face = QAccessible.queryAccessibleInterface(panel.list)
    assert face.role() == QAccessible.Role.List
    names = [face.child(n).text(QAccessible.Text.Name) for n in range(face.childCount())]
    assert rows[0] in names
    assert face.text(QAccessible.Text.Name) == "Events"


def test_it_begins_with_what_a_step_goes_to(busy: Navigator, qtbot: QtBot) -> None:
    busy.step_by("poll")
    assert made(busy, qtbot).kind is Kind.POLLS
    busy.step_by("irq")
    assert made(busy, qtbot).kind is Kind.STAGES


def test_without_a_run_there_is_nothing(qapp: object, qtbot: QtBot) -> None:
    session = Session()
    panel = made(Navigator(session, Player(session)), qtbot)
    panel.refresh()
    QTest.keyClick(panel.list, Qt.Key.Key_Down)
    assert panel.rows.rowCount() == 0
    assert panel.note == ""
    assert isinstance(panel.rows, Rows)


def test_what_is_selected_elsewhere_does_not_move_the_list(busy: Navigator, qtbot: QtBot) -> None:
    panel = made(busy, qtbot)
    panel.choose("functions")
    settled(panel)
    panel.bar.setValue(500)
    busy.session.select(Selection("cpu", "CPU 0", 0))
    panel.refresh()
    assert panel.rows.top == 500
