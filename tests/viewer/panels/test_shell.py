"""The shell: what is typed, printed, completed and planned."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.timeline.cursor import Cursor
from tests.recorded import recorded
from tests.viewer.test_session import SCENE
from viewer.branching import Branching
from viewer.chrome.look import Look
from viewer.navigator import Navigator
from viewer.panels.shell import Shell
from viewer.panels.shell.panel import PLAN_LINES
from viewer.panels.shell.typing import History, Kind, common_start, completions, preview, typed
from viewer.player import Player
from viewer.run import Request
from viewer.session import Session
from viewer.window import Window


@pytest.fixture(scope="module")
def cursor() -> Cursor:
    timeline = recorded(SCENE)
    return Cursor(timeline, timeline.steps // 2)


def test_readers_print_and_change_nothing(cursor: Cursor) -> None:
    done = typed("sysctl net.core.netdev_budget", cursor)
    assert [line.text for line in done.lines] == [
        "sysctl net.core.netdev_budget",
        "net.core.netdev_budget = 300",
    ]
    assert done.changes == ()
    assert done.status == 0


def test_a_pasted_script_is_taken_line_by_line(cursor: Cursor) -> None:
    script = """
# latency profile
ethtool -C eth0 rx-usecs 0
sysctl -w net.core.netdev_budget=600
echo 2 > /sys/class/net/eth0/queues/rx-0/rps_cpus
cat /proc/net/softnet_stat | head -n 1
"""
    done = typed(script, cursor)
    assert done.changes == (
        "ethtool -C eth0 rx-usecs 0",
        "sysctl -w net.core.netdev_budget=600",
        "echo 2 > /sys/class/net/eth0/queues/rx-0/rps_cpus",
    )
    assert [line.text for line in done.lines if line.kind is Kind.PROMPT][-1].startswith("cat /proc")
    assert [line.text for line in done.lines if line.kind is Kind.ERROR] == []


def test_what_is_refused_says_so_in_the_tools_words_and_is_no_change(cursor: Cursor) -> None:
    done = typed("ethtool -G eth0 rx 99999999", cursor)
    assert done.changes == ()
    assert done.status != 0
    assert any(line.kind is Kind.ERROR for line in done.lines)
    done = typed("sysctl -w net.core.netdev_budgt=1 && sysctl -w net.core.netdev_budget=1", cursor)
    assert done.changes == (), "what stands behind && needs what stands before"
    assert typed("for i in 1 2; do :; done", cursor).status == 2


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("sysctl -w net.core.netdev_budget=600", "net.core.netdev_budget: 300 → 600"),
        ("sysctl -w net.core.netdev_budget=300", "net.core.netdev_budget: 300, as it is"),
        (
            "ethtool -G eth0 rx 512",
            "eth0 rx ring: 256 → 512 "
            "(the interface is reset: what is in its rings is lost, and the link is away for two seconds)",
        ),
        ("sysctl -w net.core.somaxconn=8192", "net.core.somaxconn: 4096 → 8192 (for listen from now on)"),
        (
            "sysctl -w net.core.flow_limit_table_len=8192",
            "net.core.flow_limit_table_len: 4096 → 8192 (for CPUs added to flow_limit_cpu_bitmap later)",
        ),
        ("cat /proc/net/softnet_stat", ""),
        (
            "echo 2 > /sys/class/net/eth0/queues/rx-0/rps_cpus",
            "eth0 rx-0 rps_cpus: 0 → 2 (for packets received from now on)",
        ),
    ],
)
def test_the_preview_says_what_a_change_would_do(cursor: Cursor, script: str, words: str) -> None:
    assert preview(script, cursor) == words


def test_the_preview_of_what_would_be_refused_is_the_refusal(cursor: Cursor) -> None:
    assert "netdev_budgt" in preview("sysctl -w net.core.netdev_budgt=1", cursor)


def test_history_goes_up_and_down_and_keeps_what_is_half_typed() -> None:
    history = History(["a", "b"])
    assert [history.up("half"), history.up("b"), history.up("a")] == ["b", "a", "a"]
    assert [history.down("a"), history.down("b"), history.down("half")] == ["b", "half", "half"]
    history.add("b")
    assert history.scripts == ["a", "b"]


def test_completion_knows_what_was_typed_and_what_the_host_has() -> None:
    names = ("ethtool -S eth0", "ethtool -g eth0", "ethtool -c eth0")
    assert completions("ethtool -S", names, []) == ["ethtool -S eth0"]
    assert completions("eth", names, ["ethtool -g eth0"])[0] == "ethtool -g eth0"
    assert common_start(completions("eth", names, [])) == "ethtool -"


@pytest.fixture
def shell(qtbot: QtBot, look: Look, tmp_path: Path) -> Iterator[Shell]:
    path = tmp_path / "ten.toml"
    path.write_text(SCENE)
    session = Session()
    session.open(Request(path=str(path)))
    qtbot.waitUntil(lambda: not session.running, timeout=60_000)
    Navigator(session, Player(session)).scrub(60_000)
    made = Shell(session, Branching(session), look)
    qtbot.addWidget(made)
    made.resize(384, 234)
    made.show()
    yield made
    session.close()


def test_a_change_typed_into_the_panel_begins_a_branch(qtbot: QtBot, shell: Shell) -> None:
    session = shell.session
    QTest.keyClicks(shell.line, "sysctl -w net.core.netdev_budget=64")
    qtbot.waitUntil(shell.bar.isVisible, timeout=5_000)
    assert "300 → 64" in shell.plan.text
    QTest.keyClick(shell.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.variant == "branch-1" and not session.running, timeout=60_000)
    assert shell.lines[-1].text.startswith("# branch-1 begins here")
    QTest.keyClicks(shell.line, "sysctl -n net.core.netdev_budget")
    QTest.keyClick(shell.line, Qt.Key.Key_Return)
    assert shell.lines[-1].text == "64"


def test_keys_of_the_prompt(qtbot: QtBot, shell: Shell) -> None:
    QTest.keyClicks(shell.line, "sysctl -n net.core.netdev_b")
    QTest.keyClick(shell.line, Qt.Key.Key_Return)
    QTest.keyClick(shell.line, Qt.Key.Key_Up)
    assert shell.line.toPlainText() == "sysctl -n net.core.netdev_b"
    QTest.keyClick(shell.line, Qt.Key.Key_Down)
    assert shell.line.toPlainText() == ""
    QTest.keyClicks(shell.line, "cat /proc/net/softn")
    QTest.keyClick(shell.line, Qt.Key.Key_Tab)
    assert shell.line.toPlainText() == "cat /proc/net/softnet_stat "
    QTest.keyClick(shell.line, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert shell.lines == []
    QTest.keyClick(shell.line, Qt.Key.Key_Escape)
    assert shell.line.toPlainText() == ""


@pytest.mark.parametrize(
    ("typed_so_far", "completed"),
    [
        ("sysctl net.core.netdev_bud", "sysctl net.core.netdev_budget"),
        ("sysctl -w net.core.rmem_m", "sysctl -w net.core.rmem_max="),
        ("cat /proc/net/softnet_stat | gr", "cat /proc/net/softnet_stat | grep "),
        ("ethtool -S e", "ethtool -S eth0 "),
        (
            "echo 2 > /sys/class/net/eth0/queues/rx-0/rps_c",
            "echo 2 > /sys/class/net/eth0/queues/rx-0/rps_cpus ",
        ),
    ],
)
def test_tab_completes_the_word_at_the_caret(shell: Shell, typed_so_far: str, completed: str) -> None:
    shell.line.put(typed_so_far)
    QTest.keyClick(shell.line, Qt.Key.Key_Tab)
    assert shell.line.toPlainText() == completed


def test_what_stands_behind_the_caret_stays_and_the_ambiguous_is_listed(shell: Shell) -> None:
    shell.line.put("sysctl -w net.core.rmem_m200")
    for _ in range(3):
        shell.line.moveCursor(QTextCursor.MoveOperation.Left)
    QTest.keyClick(shell.line, Qt.Key.Key_Tab)
    assert shell.line.toPlainText() == "sysctl -w net.core.rmem_max=200"
    shell.line.put("sysctl net.core.netdev_budget")
    QTest.keyClick(shell.line, Qt.Key.Key_Tab)
    assert [line.text for line in shell.lines] == ["net.core.netdev_budget", "net.core.netdev_budget_usecs"]


def test_a_long_script_is_seen_whole_while_it_is_typed(qtbot: QtBot, shell: Shell) -> None:
    one = shell.line.height()
    shell.line.insertPlainText("\n".join(f"sysctl -w net.core.netdev_budget={n}" for n in (100, 200, 300)))
    three = shell.line.height()
    shell.line.put("echo ffffffff,ffffffff > /sys/class/net/eth0/queues/rx-0/rps_cpus")
    assert one < shell.line.height() <= three, "a long line is wrapped"
    shell.line.put("\n".join(["true"] * 30))
    assert shell.line.height() < one * 9
    shell.line.put("sysctl -w net.core.netdev_budget=64\nethtool -G eth0 rx 512\nethtool -C eth0 rx-usecs 7")
    qtbot.waitUntil(shell.bar.isVisible, timeout=5_000)
    assert len(shell.plan.rows) > 1
    shell.resize(shell.width(), 600)
    assert "".join(shell.plan.rows) == shell.plan.text.replace("\n", ""), "nothing of it is cut"
    shell.plan.say("word " * 400)
    assert len(shell.plan.rows) == PLAN_LINES
    assert shell.plan.rows[-1].endswith("…")
    assert shell.plan.toolTip() == shell.plan.text


def test_up_goes_through_a_wrapped_line_before_it_goes_through_history(shell: Shell) -> None:
    shell.history.add("true")
    long = "sysctl -w net.core.netdev_budget=600 net.core.netdev_budget_usecs=4000 net.core.dev_weight=32"
    shell.line.put(long)
    QTest.keyClick(shell.line, Qt.Key.Key_Up)
    assert shell.line.toPlainText() == long
    for _ in range(4):
        QTest.keyClick(shell.line, Qt.Key.Key_Up)
    assert shell.line.toPlainText() == "true"


CONTROL = Qt.KeyboardModifier.ControlModifier


def shell_of(window: Window, qtbot: QtBot) -> Shell:
    window.show_page("shell")
    page = window.dock.page("shell")
    assert isinstance(page, Shell)
    qtbot.waitUntil(page.line.hasFocus)
    return page


def test_undo_is_the_windows_while_the_line_has_nothing_to_take_back(window: Window, qtbot: QtBot) -> None:
    document = window.session.document
    document.open_text("title = 'a'", None)
    document.replace("title = 'b'", "A branch")
    line = shell_of(window, qtbot).line
    QTest.keyClick(line, Qt.Key.Key_Z, CONTROL)
    assert document.text == "title = 'a'"
    window.session.changed.emit()  # as when the run of the text begins
    QTest.keyClick(line, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert document.text == "title = 'b'"
    QTest.keyClick(line, Qt.Key.Key_Z, CONTROL)
    window.session.changed.emit()
    QTest.keyClick(line, Qt.Key.Key_Y, CONTROL)
    assert document.text == "title = 'b'"
    QTest.keyClicks(line, "nstat")
    QTest.keyClick(line, Qt.Key.Key_Z, CONTROL)
    assert line.toPlainText() == "", "what is typed is taken back first"
    assert document.text == "title = 'b'"
    line.put("nstat -az")
    QTest.keyClick(line, Qt.Key.Key_Z, CONTROL)
    assert line.toPlainText() == "nstat -az"
    assert document.text == "title = 'a'"


def test_escape_empties_the_line_and_then_gives_the_keyboard_back(window: Window, qtbot: QtBot) -> None:
    line = shell_of(window, qtbot).line
    QTest.keyClicks(line, "nstat")
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert line.toPlainText() == ""
    assert line.hasFocus()
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert window.canvas.hasFocus()


def test_the_last_lines_stay_in_sight_when_the_preview_takes_room(qtbot: QtBot, shell: Shell) -> None:
    for _ in range(6):
        shell.enter("sysctl -n net.core.netdev_budget")
    shell.line.put("sysctl -w net.core.netdev_budget=64")
    qtbot.waitUntil(shell.bar.isVisible, timeout=5_000)
    bar = shell.output.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum(), timeout=5_000)


def test_a_low_panel_cuts_neither_the_prompt_nor_the_preview(qtbot: QtBot, shell: Shell) -> None:
    shell.resize(340, 140)
    shell.line.insertPlainText("\n".join(f"sysctl -w net.core.netdev_budget={n}" for n in range(100, 109)))
    qtbot.waitUntil(shell.bar.isVisible, timeout=5_000)
    qtbot.wait(20)
    for part in (shell.line, shell.plan, shell.run):
        top = part.mapTo(shell, part.rect().topLeft()).y()
        bottom = part.mapTo(shell, part.rect().bottomLeft()).y()
        assert 0 <= top <= bottom < shell.height()
    assert shell.line.mapTo(shell, shell.line.rect().bottomLeft()).y() < shell.bar.y()
    assert shell.line.height() > 2 * shell.fontMetrics().height(), "several lines are seen"
    assert shell.line.viewport().rect().contains(shell.line.cursorRect().center()), "the caret is in view"
    assert shell.plan.rows[-1].endswith("…")


def test_the_preview_of_a_script_is_a_line_each_and_refusals_come_first(cursor: Cursor) -> None:
    script = (
        "sysctl -w net.core.netdev_budget=600",
        "ethtool -G eth0 rx 99999",
        "echo 2 > /sys/class/net/eth0/queues/rx-0/rps_cpus",
    )
    lines = preview("\n".join(script), cursor).splitlines()
    assert lines[0].startswith("Refused: ethtool -G eth0 rx 99999: netlink error: ")
    assert lines[1] == "net.core.netdev_budget: 300 → 600"
    assert lines[2].startswith("eth0 rx-0 rps_cpus: 0 → 2")
    assert len(lines) == 3


def test_what_tools_print_keeps_its_columns_and_prose_is_broken(shell: Shell) -> None:
    shell.resize(300, 400)
    shell.enter("cat /proc/interrupts")
    shell.enter("sysctl net.core.no_such_name_that_is_long_enough_to_reach_the_end_of_a_narrow_panel")
    printed = shell.output.toPlainText().splitlines()
    columns = max(len(line) for line in printed)
    assert columns > 60, "a row of a table is one line"
    prompt = next(at for at, line in enumerate(printed) if line.startswith("$ sysctl"))
    assert all(len(line) < 60 for line in printed[prompt:])
    assert shell.output.horizontalScrollBar().maximum() > 0
