"""Nothing is lost, and each says what happened: edits, branches, files and workers when something goes wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.viewer.test_session import SCENE
from tests.viewer.walk_memory import measured
from viewer.chrome.look import Look
from viewer.drafts import STATE, Drafts
from viewer.future import Future
from viewer.panels.plot import PlotPanel
from viewer.panels.shell import Shell
from viewer.recovery import Recovery
from viewer.run import Request
from viewer.session import Selection, Session
from viewer.window import Window

PATIENCE_MS = 60_000
FULL = Path("/dev/full")
SLOW = SCENE.replace('until = "200us"', 'until = "200ms"').replace("count = 10", "count = 15000")
"""Some 300 000 steps, which take the worker a second or more."""

EDITED = SCENE.replace("Ten frames", "Ten other frames")

KILLED = """
import sys
from pathlib import Path
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from viewer.chrome.look import Look
from viewer.drafts import Drafts
from viewer.recovery import Recovery
from viewer.future import Future
from viewer.panels.shell import Shell
from viewer.run import Request
from viewer.session import Session
from viewer.window import Window

application = QApplication([])
session, folder = Session(), Path(sys.argv[2])
window = Window(session, Look(), QSettings(str(folder / "killed.ini"), QSettings.Format.IniFormat))
drafts = Drafts(session.document)
recovery = Recovery(session, window.offer, drafts)

def edit() -> None:
    window.toggle_editor()
    window.editor.text.selectAll()
    window.editor.text.insertPlainText(Path(sys.argv[3]).read_text())

session.opened.connect(edit)
session.open(Request(path=sys.argv[1]))
window.show()
application.exec()
"""


class Opened:
    """A window as the program makes it, its drafts and the offer to recover some included."""

    def __init__(self, folder: Path) -> None:
        self.session = Session()
        settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        self.window = Window(self.session, Look(), settings)
        self.window.resize(1920, 1080)
        self.window.files.ask_keep = lambda _: "cancel"
        self.drafts = Drafts(self.session.document)
        self.recovery = Recovery(self.session, self.window.offer, self.drafts)
        self.told: list[str] = []
        self.session.told.connect(self.told.append)
        self.window.show()

    @property
    def toast(self) -> str:
        """What the message says that is shown; "" when none is."""
        toast = self.window.toast
        return toast.sentence.text() if toast.isVisible() else ""

    def close(self) -> None:
        self.window.files.ask_keep = lambda _: "discard"
        self.drafts.close()
        self.window.close()
        self.session.close()
        self.session.deleteLater()
        self.window.deleteLater()


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Opened]]:
    monkeypatch.setenv(STATE, str(tmp_path / "state"))
    opened: list[Opened] = []

    def one() -> Opened:
        opened.append(Opened(tmp_path))
        return opened[-1]

    yield one
    for window in opened:
        window.close()


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    path = tmp_path / "ten.toml"
    path.write_text(SCENE, encoding="utf-8")
    return path


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    path = tmp_path / "slow.toml"
    path.write_text(SLOW, encoding="utf-8")
    return path


@pytest.fixture
def until(qtbot: QtBot) -> Callable[[Callable[[], object]], None]:
    return lambda done: qtbot.waitUntil(lambda: bool(done()), timeout=PATIENCE_MS)


Until = Callable[[Callable[[], object]], None]
Make = Callable[[], Opened]


def computing(one: Opened, path: Path, until: Until) -> int:
    """Open a slow scene; returns the worker's number once there is something to see and while it still computes."""
    one.session.open(Request(path=str(path)))
    until(lambda: one.session.timeline is not None and one.session.timeline.steps > 1_000)
    assert one.session.run.running
    number = one.session.run.process_id
    assert number > 0
    return int(number)


def finished(session: Session) -> bool:
    """Whether the run that is shown came to its end."""
    return session.future is not None and session.future.complete


def open_editors(window: Window) -> int:
    """How many editors are open."""
    return 0 if window.editor is None else 1


def edited(session: Session) -> bool:
    """Whether there are edits that are not saved."""
    return session.document.dirty


def shows(one: Opened, text: str) -> bool:
    """Whether what is shown is a run of a text."""
    return one.session.request is not None and one.session.request.text == text


def worker(future: Future) -> int:
    """The number of a future's worker; 0 while it has none."""
    return future.run.process_id if future.run is not None else 0


def complete(one: Opened, until: Until) -> None:
    """Until all that is awaited is computed."""
    until(lambda: one.session.has_steps and one.session.pending is None and not one.session.running)


def gone(number: int) -> bool:
    """Whether a process has ended."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    return False


def test_editing_while_a_run_is_computed_shows_the_new_texts_future(
    make: Make, slow: Path, until: Until
) -> None:
    one = make()
    session = one.session
    number = computing(one, slow, until)
    one.window.act("editor")
    editor = one.window.editor
    assert editor is not None
    text = SLOW.replace("count = 15000", "count = 7")
    editor.text.selectAll()
    editor.text.insertPlainText(text)
    until(lambda: shows(one, text) and session.future is not None and session.future.complete)
    until(lambda: gone(number) and not session.running)
    assert session.results["packets"]["offered"] == 7
    assert finished(session)
    assert session.document.text == editor.text.toPlainText() == text
    assert slow.read_text(encoding="utf-8") == SLOW
    one.window.act("undo")
    assert session.document.text == SLOW


def test_undo_goes_back_over_two_branches_and_redo_forth(make: Make, scene: Path, until: Until) -> None:
    one = make()
    session, window = one.session, one.window
    session.open(Request(path=str(scene)))
    complete(one, until)
    texts, futures = [session.text], [session.future]
    for time, change in (
        ("60us", "sysctl -w net.core.netdev_budget=64"),
        ("120us", "sysctl -w net.core.netdev_budget=32"),
    ):
        assert window.navigator.jump(time)
        window.show_page("shell")
        shell = window.dock.page("shell")
        assert isinstance(shell, Shell)
        shell.line.setFocus(Qt.FocusReason.OtherFocusReason)
        QTest.keyClicks(shell.line, change)
        QTest.keyClick(shell.line, Qt.Key.Key_Return)
        assert session.text != texts[-1], shell.output.toPlainText()
        complete(one, until)
        texts.append(session.text)
        futures.append(session.future)
    assert len({id(future) for future in futures}) == 3
    moment = session.moment
    for number in (1, 0):
        window.act("undo")
        assert session.text == texts[number]
        complete(one, until)
        assert session.future is futures[number], "what was computed before is not computed again"
        assert session.moment.time_ns == moment.time_ns
    assert not edited(session)
    for number in (1, 2):
        window.act("redo")
        assert session.text == texts[number]
        complete(one, until)
        assert session.future is futures[number]
    assert [future.failure for future in futures if future is not None] == [None, None, None]


def test_another_scene_leaves_nothing_of_the_one_before(make: Make, scene: Path, until: Until) -> None:
    """Everything was looked at and is hidden now, so that no panel hears of the other scene by itself."""
    one = make()
    session, window = one.session, one.window
    session.open(Request(path=str(scene)))
    complete(one, until)
    assert window.navigator.jump("60us")
    window.branching.change({"run": "sysctl -w net.core.netdev_budget=64"}, "Budget")
    complete(one, until)
    window.act("compare")
    complete(one, until)
    assert session.timeline is not None
    packet = int(session.timeline.objects("frame")[0])
    session.select(Selection("packet", session.timeline.label(packet), packet))
    window.show_page("plot")
    plot = window.dock.page("plot")
    assert isinstance(plot, PlotPanel)
    assert plot.add("packets.delivered")
    for place in window.pages.places():
        for page in place:
            window.show_page(page.key)
            QTest.qWait(100)
    window.toggle_dock()
    assert session.other is not None
    assert session.other.timeline is not None
    before = [weakref.ref(session.timeline), weakref.ref(session.other.timeline)]
    assert before[0]() is not before[1]()
    other = scene.with_name("other.toml")
    other.write_text(SCENE, encoding="utf-8")
    session.open(Request(path=str(other)))
    until(lambda: session.document.path == other)
    complete(one, until)
    window.repaint()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    measured(window)  # empties the small caches that keep the last one or two
    assert [one() for one in before] == [None, None]


def test_a_future_with_fewer_cpus_focuses_one_that_it_has(make: Make, scene: Path, until: Until) -> None:
    one = make()
    session = one.session
    session.open(Request(path=str(scene)))
    complete(one, until)
    session.document.replace(SCENE.replace("cpus = 2", "cpus = 4"), "Edit")
    session.document.check()
    complete(one, until)
    session.focus_cpu(3)
    one.window.act("undo")
    complete(one, until)
    assert session.timeline is not None
    assert session.focused_cpu in session.timeline.cpus


def test_a_run_that_is_made_again_and_given_up_leaves_the_first_to_go_back_to(
    make: Make, scene: Path, until: Until
) -> None:
    one = make()
    session, window = one.session, one.window
    session.open(Request(path=str(scene)))
    complete(one, until)
    first = session.future
    assert window.navigator.jump("60us")
    window.branching.change({"run": "sysctl -w net.core.netdev_budget=64"}, "Budget")
    complete(one, until)
    branch = session.future
    session.compare_with(None)
    assert session.other is first
    session.run_again()
    session.switch(None)
    complete(one, until)
    assert session.future is first
    assert session.other is branch, "they changed places, and the branch was not computed again"
    assert set(map(id, session.futures)) == {id(first), id(branch)}


@pytest.mark.parametrize("how", ["no permission", "below a file", "no room"])
def test_what_cannot_be_saved_is_said_and_stays(
    make: Make, scene: Path, until: Until, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = make()
    session, window = one.session, one.window
    session.open(Request(path=str(scene)))
    complete(one, until)
    session.document.replace(EDITED, "Edit")
    if how == "no permission":
        monkeypatch.setattr("viewer.writing.os.access", lambda *_: False)  # nobody forbids root anything
        window.act("save")
    elif how == "below a file":
        assert not window.files.save_to(scene / "below.toml")
    else:
        monkeypatch.setattr("viewer.writing.os.fsync", _no_room)
        window.act("save")
    words = {
        "no permission": "permission denied",
        "below a file": "not a directory",
        "no room": "no space left",
    }
    assert "cannot be written" in one.toast
    assert words[how] in one.toast
    assert "Nothing is lost" in one.toast
    assert edited(session)
    assert session.text == EDITED
    assert session.document.path == scene
    assert scene.read_text(encoding="utf-8") == SCENE
    assert [file.name for file in scene.parent.glob(".*")] == [], "no half of a file is left behind"
    monkeypatch.undo()
    window.act("save")
    assert scene.read_text(encoding="utf-8") == EDITED
    assert not edited(session)


def _no_room(handle: int) -> None:
    """As a full disk answers."""
    with FULL.open("wb", buffering=0) as full:
        full.write(b"x")


def test_a_killed_worker_leaves_what_it_recorded_and_can_run_again(
    make: Make, slow: Path, until: Until
) -> None:
    one = make()
    session, window = one.session, one.window
    number = computing(one, slow, until)
    os.kill(number, signal.SIGKILL)
    until(lambda: not session.running)
    steps = session.timeline.steps if session.timeline is not None else 0
    assert steps > 0
    assert session.timeline is not None
    assert not finished(session)
    assert "was killed before the run was complete" in one.toast
    window.act("end")
    assert session.moment.step == steps - 1
    window.act("step_back")
    assert session.moment.step < steps - 1
    window.act("play_back")
    window.player.advance(16_000_000)
    window.player.pause()
    window.act("step_back")
    moment = session.moment.time_ns
    until(lambda: window.transport.hint.text().startswith("Incomplete"))
    assert window.toast.again.isVisible()
    window.toast.again.click()
    assert not window.toast.isVisible()
    complete(one, until)
    until(lambda: "Incomplete" not in window.transport.hint.text())
    assert finished(session)
    assert session.timeline.steps > steps
    assert session.moment.time_ns == moment
    assert session.text == SLOW


def test_a_killed_worker_of_a_branch_leaves_the_future_that_was_shown(
    make: Make, slow: Path, until: Until
) -> None:
    one = make()
    session = one.session
    session.open(Request(path=str(slow)))
    complete(one, until)
    shown = session.future
    one.window.act("end")
    assert one.window.branching.change({"run": "sysctl -w net.core.netdev_budget=64"}, "sysctl") is not None
    pending = session.pending
    assert pending is not None
    until(lambda: worker(pending) > 0)
    os.kill(worker(pending), signal.SIGKILL)
    until(lambda: session.pending is None)
    assert "was killed" in one.toast
    if session.future is shown:  # it knew nothing yet
        assert session.timeline is not None
        assert session.timeline.complete
    one.window.act("undo")
    complete(one, until)
    assert session.future is shown
    assert session.text == SLOW


def test_stopping_keeps_what_there_is_and_choosing_again_computes_it(
    make: Make, slow: Path, until: Until
) -> None:
    one = make()
    session = one.session
    session.open(Request(path=str(slow)))
    complete(one, until)
    shown = session.future
    one.window.act("end")
    name = one.window.branching.change({"run": "sysctl -w net.core.netdev_budget=64"}, "sysctl")
    assert session.pending is not None
    one.window.act("cancel")
    assert session.future is shown
    session.switch(name)
    complete(one, until)
    assert session.variant == name
    assert finished(session)


def test_run_again_leaves_the_shown_future_until_the_new_one_takes_over(
    make: Make, scene: Path, until: Until, qtbot: QtBot
) -> None:
    one = make()
    session = one.session
    session.open(Request(path=str(scene)))
    complete(one, until)
    shown = session.future
    assert shown is not None
    deleted: list[object] = []
    shown.destroyed.connect(lambda *_: deleted.append(1))
    one.window.act("run_again")
    one.window.act("cancel")
    qtbot.wait(1)
    assert session.future is shown
    assert deleted == []
    one.window.act("run_again")
    complete(one, until)
    assert session.future is not shown
    until(lambda: bool(deleted))


def test_edits_outlive_kill_9_and_undo_leads_back_to_the_file(
    make: Make, scene: Path, tmp_path: Path, until: Until
) -> None:
    wanted = tmp_path / "wanted.txt"
    wanted.write_text(EDITED, encoding="utf-8")
    drafts = tmp_path / "state" / "drafts"
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(scene), str(tmp_path), str(wanted)])
    try:
        until(lambda: any("Ten other frames" in one.read_text() for one in drafts.glob("*.json")))
    finally:
        process.kill()
        process.wait()
    assert scene.read_text(encoding="utf-8") == SCENE

    one = make()
    session, window = one.session, one.window
    session.open(Request(path=str(scene)))
    one.recovery.ask()
    complete(one, until)
    assert window.offer.isVisible()
    assert "ten.toml" in window.offer.sentence.text()
    assert session.text == SCENE, "nothing is taken before somebody says so"
    button = next(button for button in window.offer.buttons if button.text() == "Recover them")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    until(lambda: shows(one, EDITED))
    complete(one, until)
    assert session.text == EDITED
    assert session.document.path == scene
    assert edited(session)
    assert not window.offer.isVisible()
    window.act("undo")
    assert session.text == SCENE
    assert not edited(session)
    window.act("redo")
    window.act("save")
    assert scene.read_text(encoding="utf-8") == EDITED
    assert list(drafts.glob("*.json")) == []


def test_a_file_that_another_program_changed_is_followed_or_asked_about(
    make: Make, scene: Path, until: Until
) -> None:
    one = make()
    session, window = one.session, one.window
    session.open(Request(path=str(scene)))
    complete(one, until)
    scene.write_text(EDITED, encoding="utf-8")
    session.document.look_at_disk()
    assert session.text == EDITED
    assert "was changed by another program" in one.toast
    complete(one, until)

    mine = EDITED.replace("count = 10", "count = 4")
    theirs = EDITED.replace("count = 10", "count = 6")
    session.document.replace(mine, "Edit")
    scene.write_text(theirs, encoding="utf-8")
    asked: list[str] = []
    answers = iter(("later", "reload", "over"))

    def ask(name: str) -> str:
        asked.append(name)
        return next(answers)

    window.files.ask_over = ask
    window.act("save")
    assert (session.text, scene.read_text(encoding="utf-8")) == (mine, theirs)
    window.act("save")
    assert session.text == theirs
    window.act("undo")
    assert session.text == mine, "reading theirs can be taken back"
    scene.write_text(SCENE, encoding="utf-8")
    window.act("save")
    assert scene.read_text(encoding="utf-8") == mine
    assert asked == ["ten.toml"] * 3
    assert not edited(session)


def test_a_scene_with_a_mistake_opens_in_the_editor_and_runs_once_mended(
    make: Make, scene: Path, until: Until
) -> None:
    broken = SCENE.replace("igb", "igbb")
    scene.write_text(broken, encoding="utf-8")
    one = make()
    session, window = one.session, one.window
    session.open(Request(path=str(scene)))
    until(lambda: window.editor is not None)
    assert window.editor is not None
    assert window.editor.text.toPlainText() == broken
    assert 'did you mean "igb"' in one.toast
    assert not session.has_steps
    QTest.keyClick(window.editor.text, Qt.Key.Key_Escape)
    QTest.keyClick(window.editor.close_button, Qt.Key.Key_Escape)
    assert not open_editors(window), "the editor can be closed"
    window.toggle_editor()
    editor = window.editor
    assert editor is not None
    at = broken.index("igbb") + len("igb")
    editor.text.select(at, at + 1)
    QTest.keyClick(editor.text, Qt.Key.Key_Delete)
    complete(one, until)
    assert finished(session)
    assert session.document.path == scene
    assert edited(session)
    assert session.results["packets"]["offered"] == 10
    window.act("save")
    assert scene.read_text(encoding="utf-8") == SCENE


def test_unsaved_edits_are_asked_about_before_another_scene_takes_their_place(
    make: Make, scene: Path, slow: Path, until: Until
) -> None:
    one = make()
    session, window = one.session, one.window
    session.open(Request(path=str(scene)))
    complete(one, until)
    session.document.replace(EDITED, "Edit")
    window.files.open_path(str(slow))
    assert session.text == EDITED
    assert not window.close()
    assert window.isVisible()
    window.files.ask_keep = lambda _: "save"
    window.files.open_path(str(slow))
    until(lambda: session.document.path == slow)
    assert scene.read_text(encoding="utf-8") == EDITED
