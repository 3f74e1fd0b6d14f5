"""The session and its worker."""

import os
from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest
from pytestqt.qtbot import QtBot

from viewer.run import Failure, Request
from viewer.session import Selection, Session

Command = Callable[[str], list[str]]


@pytest.fixture
def make(qtbot: QtBot, worker: Command) -> Iterator[Callable[[str], Session]]:
    sessions = []

    def made(how: str) -> Session:
        session = Session(worker(how))
        sessions.append(session)
        return session

    yield made
    for session in sessions:
        session.close()


def finished(qtbot: QtBot, session: Session) -> list[Failure]:
    failures: list[Failure] = []
    session.failed.connect(failures.append)
    session.open(Request(text="", base="."))
    qtbot.waitUntil(lambda: not session.running, timeout=20_000)
    return failures


def test_a_run_fills_the_timeline_and_brings_its_results(
    qtbot: QtBot, make: Callable[[str], Session]
) -> None:
    session = make("whole")
    assert finished(qtbot, session) == []
    assert session.timeline is not None
    assert session.timeline.steps > 400
    assert session.results == {"steps": 3}
    assert session.moment.step == 0
    assert [chapter.title for chapter in session.chapters] == ["A burst arrives", "The socket is full"]


@pytest.mark.parametrize(
    ("how", "words"),
    [("dies", "was killed"), ("fails", "budget is negative, function net_rx_action, packet 7, where cpu 0")],
)
def test_what_a_dying_worker_recorded_stays_playable(
    qtbot: QtBot, make: Callable[[str], Session], how: str, words: str
) -> None:
    session = make(how)
    (failure,) = finished(qtbot, session)
    assert words in failure.sentence
    assert not failure.bad_input
    assert session.timeline is not None
    assert session.timeline.steps > 100
    assert session.moment.step == 0


def test_a_broken_scene_leaves_the_open_one_as_it_was(
    qtbot: QtBot, make: Callable[[str], Session], worker: Command
) -> None:
    session = make("whole")
    finished(qtbot, session)
    timeline, request = session.timeline, session.request
    session.futures.command = worker("bad")
    failures: list[Failure] = []
    session.failed.connect(failures.append)
    session.open(Request(path="broken.toml"))
    qtbot.waitUntil(lambda: not session.running, timeout=20_000)
    assert [failure.sentence for failure in failures] == ["broken.toml:3: nic[0].driver: must be igb"]
    assert failures[0].bad_input
    assert session.timeline is timeline
    assert session.request is request


def test_noise_in_place_of_frames_is_one_clear_message(qtbot: QtBot, make: Callable[[str], Session]) -> None:
    (failure,) = finished(qtbot, make("noise"))
    assert "frame of unknown kind" in failure.sentence


def test_a_worker_that_cannot_be_started_is_one_clear_message(qtbot: QtBot) -> None:
    session = Session(["/nowhere/python"])
    (failure,) = finished(qtbot, session)
    assert "could not be started" in failure.sentence


def test_first_slices_play_while_the_rest_is_computed_and_cancel_keeps_them(
    qtbot: QtBot, make: Callable[[str], Session]
) -> None:
    session = make("slow")
    session.open(Request(text="", base="."))
    qtbot.waitUntil(lambda: session.has_steps, timeout=20_000)
    assert session.running
    assert session.progress is not None
    steps = session.timeline.steps if session.timeline else 0
    session.cancel()
    qtbot.waitUntil(lambda: not session.running, timeout=20_000)
    assert session.timeline is not None
    assert session.timeline.steps == steps


def test_closing_during_a_run_leaves_no_process(qtbot: QtBot, make: Callable[[str], Session]) -> None:
    session = make("slow")
    session.open(Request(text="", base="."))
    qtbot.waitUntil(lambda: session.has_steps, timeout=20_000)
    assert session.run is not None
    number = session.run.process_id
    session.close()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_following_needs_a_packet_and_says_so(session: Session) -> None:
    told: list[str] = []
    session.told.connect(told.append)
    session.follow()
    assert session.followed == 0
    assert told


def test_a_single_flow_is_kept_and_let_go(session: Session) -> None:
    kept = []
    for letter in "AAB":
        session.solo(letter)
        kept.append((session.solo_flow, session.keep is None))
    assert kept == [(session.flow_uid("A"), False), (0, True), (0, True)], "there is no flow B"
    assert session.flow_uid("A") != 0


def test_another_speed_keeps_the_moment(session: Session) -> None:
    assert session.playhead is not None
    session.playhead.show(Fraction(25_000))
    before = session.moment
    session.set_speed(session.speed * 10)
    after = session.moment
    assert (after.step, after.time_ns) == (before.step, before.time_ns)


SCENE = """
title = "Ten frames"
until = "200us"
[host]
cpus = 2
[[nic]]
name = "eth0"
driver = "igb"
queues = 1
address = "10.0.0.2/24"
[[flow]]
name = "md"
nic = "eth0"
source = "10.0.0.14:5001"
destination = "10.0.0.2:9000"
frame = 128
arrival = "constant"
rate = "100kpps"
count = 10
[[app]]
name = "feed"
cpu = 1
wait = "epoll"
listen = [{ udp = "10.0.0.2:9000" }]
"""


@pytest.fixture
def alone(qtbot: QtBot) -> Iterator[Session]:
    """A session with the worker that comes with the program."""
    session = Session()
    yield session
    session.close()


def test_the_worker_itself_runs_a_scene(qtbot: QtBot, alone: Session) -> None:
    session = alone
    failures: list[Failure] = []
    session.failed.connect(failures.append)
    session.open(Request(text=SCENE, base="."))
    qtbot.waitUntil(lambda: not session.running, timeout=60_000)
    assert failures == []
    assert session.timeline is not None
    assert session.timeline.complete
    assert session.results["packets"]["offered"] == 10
    assert session.text == SCENE


def test_the_worker_itself_refuses_a_broken_scene_in_one_sentence(qtbot: QtBot, alone: Session) -> None:
    session = alone
    failures: list[Failure] = []
    session.failed.connect(failures.append)
    session.open(Request(text=SCENE.replace("igb", "igbb"), base="."))
    qtbot.waitUntil(lambda: not session.running, timeout=60_000)
    assert [failure.bad_input for failure in failures] == [True]
    assert 'did you mean "igb"' in failures[0].sentence
    assert session.timeline is None


def test_the_row_of_a_followed_packet_is_kept_open(session: Session) -> None:
    timeline, playhead = session.timeline, session.playhead
    assert timeline is not None
    assert playhead is not None
    skb = int(timeline.objects("sk_buff")[0])
    session.follow_packet(skb)
    rows = []
    for step in timeline.path(skb).tolist():
        playhead.rest(step)
        session.keep_up()
        rows.append(session.focused_cpu)
    assert rows == sorted(rows)
    assert set(rows) == {0, 1}, "CPU 0 receives, CPU 1 reads"


def test_only_a_packet_can_be_followed(session: Session) -> None:
    timeline = session.timeline
    assert timeline is not None
    sock, skb = int(timeline.objects("sock")[0]), int(timeline.objects("sk_buff")[0])
    session.select(Selection("socket", "10.0.0.2:9000", sock))
    session.follow()
    assert session.followed == 0
    session.select(Selection("packet", f"#{skb}", skb))
    session.follow()
    assert session.followed == skb
