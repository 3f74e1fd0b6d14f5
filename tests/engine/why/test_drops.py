"""Losses: what was full, since when, and why it was not emptied."""

from __future__ import annotations

import numpy as np
import pytest

from engine.timeline import FATES, Cursor, Timeline
from engine.why import LinkKind, why_drop
from tests.engine.why.runs import adds_up, machine, scene


def lost(timeline: Timeline) -> list[tuple[int, int]]:
    rows = timeline.endings[timeline.endings["fate"] == FATES.index("lost")]
    return [(int(row["frame"]), int(row["step"])) for row in rows]


@pytest.mark.parametrize(
    ("name", "every"),
    [
        ("default", 5),
        ("n2-ksoftirqd-behind-the-app", 20),
        ("n7-ring-full-no-squeeze", 20),
        ("n8-livelock", 60),
    ],
)
def test_the_time_since_the_queue_was_empty_adds_up(name: str, every: int) -> None:
    timeline = scene(name)
    for uid, step in lost(timeline)[::every]:
        why = why_drop(timeline, uid)
        adds_up(why)
        assert why.total_ns == why.causes[0].ns > 0
        assert why.causes[0].end_ns == timeline.time(step)
        assert why.causes == why_drop(timeline, step=step).causes
        assert [cause.kind for cause in why.causes] == [LinkKind.FILLED, LinkKind.ARRIVED, LinkKind.DRAINED]


def test_a_full_socket_buffer() -> None:
    timeline = scene("default")
    uid, step = lost(timeline)[0]
    why = why_drop(timeline, uid)
    sock = why.causes[0].uid
    state = Cursor(timeline, step)
    used, limit = state.get(sock, "sk_rmem_alloc"), state.get(sock, "sk_rcvbuf")
    assert why.causes[0].words.startswith(f"10.0.0.2:9000: {used} B charged, sk_rcvbuf is {limit} B")
    before = Cursor(timeline, why.causes[0].step - 1)
    assert before.get(sock, "queued") == 0
    queued, taken = state.get(sock, "queued"), why.causes[2].words.split()[2]
    came = int(why.causes[1].words.split()[0])
    assert isinstance(queued, int)
    assert came - 1 - int(taken.rstrip(",")) == queued
    assert "feed/0 busy with what it reads" in {link.words for link in why.links}


def test_every_loss_of_a_socket_is_counted_with_its_arrivals() -> None:
    timeline = scene("default")
    for number, (uid, _) in enumerate(lost(timeline)[::15]):
        assert why_drop(timeline, uid).causes[1].detail.endswith(f"{number * 15 + 1} did not.")


def test_a_ring_that_nobody_polls() -> None:
    timeline = scene("n2-ksoftirqd-behind-the-app")
    uid, step = lost(timeline)[-1]
    why = why_drop(timeline, uid)
    behind = sum(link.ns for link in why.links if link.words == "ksoftirqd/0 runnable behind batch/0")
    polled = why.causes[2].step
    assert why.causes[2].kind is LinkKind.DRAINED
    assert 0 < behind <= timeline.time(step) - timeline.time(polled)
    cleaned = timeline.changes(why.causes[0].uid, "next_to_clean")[0]
    assert int(cleaned[cleaned < step][-1]) == polled


def test_a_backlog_that_is_never_polled() -> None:
    timeline = scene("n8-livelock")
    why = why_drop(timeline, lost(timeline)[0][0])
    assert why.causes[0].words == "CPU 0: 1001 on input_pkt_queue"
    assert why.causes[1].words.startswith("1002 packets arrived")
    assert why.causes[2].words == "backlog CPU 0 took none"
    assert max(why.links, key=lambda link: link.ns).words == "hardirq on CPU 0"


def test_a_full_fifo_waits_for_its_ring() -> None:
    timeline = machine(
        'until = "3ms"\n', driver="igb", rate="700kpps", count=2000, costs="costs = { ip_rcv_core = 4000 }"
    )
    missed = [uid for uid, _ in lost(timeline)]
    assert missed
    why = why_drop(timeline, missed[0])
    adds_up(why)
    assert "(nic:rx_missed_errors)" in why.question
    assert "in the FIFO; rx-0: no free descriptor" in why.causes[0].words
    assert any(link.words == "rx-0 being polled" for link in why.links)


def test_a_loss_that_has_nothing_to_do_with_room() -> None:
    timeline = machine(port=9001, rate="100kpps", count=3)
    uid, step = lost(timeline)[0]
    why = why_drop(timeline, uid)
    assert (why.total_ns, why.links) == (0, ())
    assert why.sentence == "No socket is bound to the address and port."
    assert [(cause.kind, cause.step) for cause in why.causes] == [(LinkKind.FACT, step)]


def test_what_was_not_lost() -> None:
    timeline = scene("default")
    read = int(timeline.samples[0]["frame"])
    assert why_drop(timeline, read).sentence.startswith("It was not")
    assert why_drop(timeline, step=0).sentence.startswith("It was not")
    assert why_drop(timeline, 10**9).sentence.startswith("It was not")


def test_a_rate_is_told_with_three_digits() -> None:
    from engine.why.filling import rate

    assert rate(163, 75_705) == "2.15Mpps"
    assert rate(1, 3_000_000_000) == "1pps"
    assert rate(0, 10) == "none"
    assert np.isfinite(float(rate(3, 7).removesuffix("Mpps")))
