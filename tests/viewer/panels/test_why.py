"""The panel that answers why."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from engine.narration import packet_name
from engine.timeline.chunk import Prologue
from engine.timeline.query import Moves
from engine.timeline.timeline import Timeline
from engine.why import Link, LinkKind, Why
from tests.viewer.picture.runs import BURSTS, run_of
from viewer.chrome.look import Look
from viewer.navigator import Navigator
from viewer.panels.sheet import Cell
from viewer.panels.why import AGAIN, NOTHING_OPEN, REST_MS, WhyPanel
from viewer.panels.why_rows import MOST, Doing, answer_rows, drawn
from viewer.panels.why_text import text_table
from viewer.player import Player
from viewer.session import Selection, Session
from viewer.theme.fonts import set_interface_percent


@pytest.fixture(scope="module")
def timeline(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return run_of(BURSTS, Path(tmp_path_factory.mktemp("bursts")))


@pytest.fixture
def panel(qtbot: QtBot, timeline: Timeline) -> Iterator[WhyPanel]:
    """The panel at the first drop of a scene that was run."""
    session = Session()
    session.adopt(timeline)
    made = WhyPanel(session, Navigator(session, Player(session)), Look())
    qtbot.addWidget(made)
    made.resize(384, 520)
    made.navigator.go_first_drop()
    made.show()
    qtbot.waitExposed(made)
    yield made
    for menu in made.findChildren(QMenu):
        menu.close()


def texts(panel: WhyPanel) -> list[str]:
    return [cell.text for row in panel.sheet.rows for cell in row.cells]


def do(panel: WhyPanel, text: str) -> None:
    cell = panel.sheet.cell_of(text)
    assert cell is not None
    assert cell.do is not None
    cell.do()


def why(*links: Link, causes: tuple[Link, ...] = ()) -> Why:
    return Why("Why?", sum(link.ns for link in links), links, "It took so long.", causes)


def link(kind: LinkKind, start: int, ns: int, words: str = "so", cpu: int | None = 0) -> Link:
    return Link(ns, words, kind, start, start + ns, 3, cpu, "A detail.", 0)


NOTHING = Doing(lambda _: None, lambda _: None, lambda: None)


def test_it_asks_at_the_moment_when_it_is_shown(panel: WhyPanel) -> None:
    assert panel.asked is not None
    assert panel.answer is not None
    assert panel.asked.step == panel.session.moment.step
    assert re.match(r"Why was A \d+ dropped", panel.answer.question)
    told = texts(panel)
    assert any(text.startswith("asked at ") for text in told)
    assert any(text.endswith("µs") for text in told)
    assert "What led to it" in told
    assert AGAIN not in told
    assert panel.note == "follows the playhead"


def test_another_question_is_a_click_away_and_is_kept(panel: WhyPanel) -> None:
    assert panel.asked is not None
    other = panel.asked.questions[1][0]
    do(panel, other)
    assert panel.asked.chosen == other
    assert panel.pinned
    assert panel.sheet.cell_of(other) is None, "the answer's own words stand for it"
    assert panel.asked.questions[0][0] in texts(panel)


def test_going_along_its_links_leaves_the_answer(panel: WhyPanel) -> None:
    session, answer = panel.session, panel.answer
    assert answer is not None
    asked = session.moment.step
    goal = next(one for one in answer.links if one.step != asked and one.uid)
    panel.follow_link(goal)
    panel.refresh()
    assert session.moment.step == goal.step
    assert session.selection is not None
    assert session.selection.uid == goal.uid
    assert panel.answer is answer
    assert panel.note == "pinned"
    do(panel, AGAIN)
    assert panel.asked is not None
    assert panel.asked.step == goal.step
    assert AGAIN not in texts(panel)


def test_unpinned_it_follows_once_the_playhead_rests(panel: WhyPanel, qtbot: QtBot) -> None:
    answer = panel.answer
    assert panel._timer.interval() == REST_MS
    panel.navigator.go_start()
    assert panel.navigator.jump("irq:2")
    assert panel.answer is answer, "nothing is computed on the way"
    qtbot.waitUntil(lambda: panel.answer is not answer)
    assert panel.asked is not None
    assert panel.asked.step == panel.session.moment.step


def test_every_frame_of_a_showing_puts_the_asking_off(panel: WhyPanel, qtbot: QtBot) -> None:
    panel.navigator.see(5000)
    qtbot.wait(REST_MS // 2)
    left = panel._timer.remainingTime()
    panel.session.grew.emit()
    assert panel._timer.remainingTime() <= left, "more of the run does not put it off"
    panel.navigator.see(5001)
    assert panel._timer.remainingTime() > left


def test_an_answer_is_computed_once(panel: WhyPanel) -> None:
    answer = panel.answer
    panel.ask()
    assert panel.answer is answer


def test_a_certain_object_can_be_asked_about(panel: WhyPanel, timeline: Timeline) -> None:
    sample = timeline.samples[timeline.samples["latency"].argmax()]
    frame = int(sample["frame"])
    panel.ask(frame)
    assert panel.asked is not None
    assert packet_name(timeline, frame) in panel.asked.chosen
    assert packet_name(timeline, frame) in panel.answer.question if panel.answer else False
    assert panel.pinned


def test_a_selected_object_adds_its_questions(panel: WhyPanel, timeline: Timeline) -> None:
    task = int(timeline.objects("task_struct")[-1])
    panel.session.select(Selection("object", timeline.label(task), task))
    panel.refresh()
    assert panel.asked is not None
    assert panel.asked.questions[-1][0] == f"Why does {timeline.label(task)} run, and when?"
    assert panel.asked.chosen != panel.asked.questions[-1][0]


def test_the_answer_can_be_copied(panel: WhyPanel, qtbot: QtBot) -> None:
    answer = panel.answer
    assert answer is not None
    panel._menu(QPoint(0, 0))
    offered = {action.text(): action for action in panel.findChildren(QMenu)[-1].actions()}
    offered["Copy the sentence"].trigger()
    assert QGuiApplication.clipboard().text() == answer.sentence
    offered["Copy as text table"].trigger()
    assert QGuiApplication.clipboard().text() == text_table(answer)
    panel.sheet.copy()  # type: ignore[attr-defined]  # a sheet that can
    assert QGuiApplication.clipboard().text() == answer.sentence


def test_where_there_is_nothing_to_ask_it_says_so(panel: WhyPanel) -> None:
    panel.navigator.go_start()
    panel.refresh()
    assert panel.asked is None
    assert " ".join(texts(panel)).startswith("There is nothing to ask here: ")
    assert panel.note == ""


def test_with_nothing_open_it_says_so(qtbot: QtBot) -> None:
    session = Session()
    made = WhyPanel(session, Navigator(session, Player(session)), Look())
    qtbot.addWidget(made)
    made.show()
    assert texts(made) == [NOTHING_OPEN]
    made.ask()
    assert made.answer is None


def test_another_scene_is_asked_anew(panel: WhyPanel, timeline: Timeline) -> None:
    panel.pinned = True
    other = Timeline(Prologue(timeline.classes, (), timeline.facts))
    panel.session.adopt(other)
    panel.refresh()
    assert panel.asked is None
    assert not panel.pinned


# -- rows -----------------------------------------------------------------------------------------------------


def test_waits_work_and_what_is_not_known_look_different() -> None:
    wait, work = link(LinkKind.RUNNABLE, 0, 10), link(LinkKind.WORK, 10, 10)
    line, unknown = link(LinkKind.POLL_QUEUE, 20, 10), link(LinkKind.UNKNOWN, 30, 10)
    packet = why(wait, work, line, unknown)
    assert [drawn(one, packet).solid for one in packet.links] == [False, True, False, False]
    assert [drawn(one, packet).known for one in packet.links] == [True, True, True, False]
    full = why(wait, line, causes=(link(LinkKind.FILLED, 0, 30),))
    assert [drawn(one, full).solid for one in full.links] == [False, True], "polling is what it should do"


def test_the_bar_is_in_proportion(qapp: object) -> None:
    look = Look()
    made = why(link(LinkKind.WORK, 100, 30), link(LinkKind.UNKNOWN, 130, 70))
    bar = next(
        row for row in answer_rows(look, made, 200.0, NOTHING, unfolded=False) if row.paint is not None
    )
    image = QImage(200, 16, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    assert bar.paint is not None
    with QPainter(image) as painter:
        bar.paint(painter, image.rect().toRectF())
    filled = [x for x in range(200) if image.pixelColor(x, 8) != QColor("black")]
    assert [x for x in filled if x < 60] == list(range(59))
    assert set(filled) - set(range(59)) <= {60, 61, 198, 199}, "an outline alone"


def test_every_link_is_told_in_turn_and_leads_somewhere() -> None:
    followed: list[Link] = []
    made = why(link(LinkKind.WORK, 0, 30, "one"), link(LinkKind.RUNNABLE, 30, 70, "two", None))
    doing = NOTHING._replace(follow=followed.append)
    rows = answer_rows(Look(), made, 344.0, doing, unfolded=False)
    cells = [cell for row in rows for cell in row.cells]
    for word in ("one", "two"):
        cell = next(one for one in cells if one.text == word)
        assert cell.do is not None
        cell.do()
    assert followed == list(made.links)
    assert [cell.text for cell in cells].count("A detail.") == 2
    assert next(cell for cell in cells if cell.text == "two").spans[0].weight == 600, "the longest"


@pytest.mark.parametrize("percent", [80, 100, 150])
def test_everything_fits_its_width(percent: int) -> None:
    look = Look(text_percent=percent)
    made = why(
        link(LinkKind.WORK, 0, 123_456_789, "some words of an answer that go on and on for more than a line"),
        causes=(
            link(LinkKind.FILLED, 0, 0, "a cause of many words that would not fit either, surely", None),
        ),
    )
    room = 344.0
    for row in answer_rows(look, made, room, NOTHING, unfolded=False):
        for cell in row.cells:
            assert right_edge(cell, room) <= room + 0.5
        left = [right_edge(cell, room) for cell in row.cells if cell.at == 0.0]
        right = [room - cell.width() for cell in row.cells if cell.at == 1.0]
        assert not left or not right or max(left) <= min(right)
    set_interface_percent(100)


def right_edge(cell: Cell, room: float) -> float:
    at = cell.x + cell.at * room
    return at if cell.right else at + cell.width()


def test_many_links_are_added_up_until_all_are_wanted() -> None:
    links = [link((LinkKind.WORK, LinkKind.RUNNABLE)[n % 2], n, 1, f"kind {n % 2}") for n in range(MOST + 4)]
    told = [
        len([cell for row in answer_rows(Look(), why(*links), 344.0, NOTHING, unfolded=unfolded) for cell in row.cells
             if cell.text.startswith("kind ")])
        for unfolded in (False, True)
    ]  # fmt: skip
    assert told == [2, MOST + 4]


def test_the_table_is_aligned_text() -> None:
    made = why(
        link(LinkKind.WORK, 0, 30, "one", None), link(LinkKind.RUNNABLE, 30, 1700, "and two"),
        causes=(link(LinkKind.FACT, 0, 0, "because", None),),
    )  # fmt: skip
    assert text_table(made).splitlines() == [
        "Why?",
        "",
        " 30 ns  one             A detail.",
        "1.7 µs  and two  CPU 0  A detail.",
        "",
        "What led to it",
        "  because    A detail.",
        "",
        "It took so long.",
    ]


def test_a_squeeze_is_answered_by_its_polls(panel: WhyPanel, tmp_path: Path) -> None:
    squeezed = run_of('setup = "sysctl -w net.core.netdev_budget=64"\n' + BURSTS, tmp_path)
    step = squeezed.find(Moves("softnet_data", "time_squeeze"), 0)
    assert step is not None
    panel.session.adopt(squeezed)
    panel.navigator.see(int(step))
    panel.ask()
    assert panel.answer is not None
    assert panel.answer.question.startswith("Why did net_rx_action stop on CPU ")
    polls = next(one for one in panel.answer.links if one.words.startswith("polling "))
    assert drawn(polls, panel.answer).solid
