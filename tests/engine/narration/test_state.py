"""A sentence for each object."""

from __future__ import annotations

import re

import pytest

from engine.narration import state_sentence
from engine.timeline.cursor import Cursor
from engine.timeline.query import ByFunction, Query
from engine.timeline.timeline import Timeline
from tests.viewer import host
from tests.viewer.picture import runs


@pytest.fixture(scope="module")
def bursts(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return runs.run_of(runs.BURSTS, tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="module")
def steered(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return runs.run_of(runs.STEERED, tmp_path_factory.mktemp("state"))


def first(timeline: Timeline, query: Query, after: int = -1) -> int:
    found = timeline.find(query, after)
    assert found is not None
    return found


def named(timeline: Timeline, kind: str, name: str) -> int:
    uid = timeline.by_name(kind, name)
    assert uid is not None
    return uid


@pytest.mark.parametrize("step", [0, 50, 1262, 4873, 7000])
def test_every_object_has_a_plain_sentence(bursts: Timeline, steered: Timeline, step: int) -> None:
    for timeline in (bursts, steered, host.timeline()):
        cursor = Cursor(timeline, min(step, timeline.last))
        for schema in timeline.classes:
            for uid in timeline.objects(schema.name).tolist()[::3]:
                text = state_sentence(cursor, uid)
                assert text
                assert "None" not in text
                assert "–" not in text
                assert not re.search(r"[;:,.]\s*[;:,.]|[;:,.]$|\s\s|^\s", text), text


def test_a_cpu_in_net_rx_action(bursts: Timeline) -> None:
    cpu = named(bursts, "cpu", "CPU 2")
    cursor = Cursor(bursts, first(bursts, ByFunction(("napi_build_skb",))))
    assert state_sentence(cursor, cpu) == "CPU 2, softirq NET_RX, budget 300 of 300, poll 1, pass 1"
    cursor.seek(first(bursts, ByFunction(("napi_consume_skb",)), cursor.step))
    assert state_sentence(cursor, cpu) == "CPU 2, softirq NET_RX, budget 236 of 300, poll 1, pass 1"


def test_a_cpu_between_tasks_and_softirqs(bursts: Timeline) -> None:
    cpu = named(bursts, "cpu", "CPU 0")
    cursor = Cursor(bursts, 10)
    assert state_sentence(cursor, cpu) == "CPU 0, idle"
    cursor.seek(first(bursts, ByFunction(("user_work",))) - 1)
    assert state_sentence(cursor, cpu) == "CPU 0, user, feed/0"


def test_stations(bursts: Timeline) -> None:
    cursor = Cursor(bursts, 4873)
    ring = named(bursts, "rx_ring", "rx-1")
    assert state_sentence(cursor, ring) == (
        "rx-1 of eth0, 1 of 512 descriptors filled, 504 posted, next_to_clean 6, packets 6"
    )
    vector = named(bursts, "msix_vector", "eth0-TxRx-1")
    assert state_sentence(cursor, vector) == (
        "eth0-TxRx-1, interrupt 25, armed, a cause waits, throttled until 76.736 µs, fired 2"
    )
    sock = named(bursts, "sock", "10.0.0.2:9000")
    assert state_sentence(cursor, sock) == (
        "10.0.0.2:9000, 76 queued, sk_rmem_alloc 211968 B of 212992 B, delivered 43, sk_drops 9, waiters 1"
    )
    nic = named(bursts, "nic", "eth0")
    assert state_sentence(cursor, nic) == (
        "eth0, 10Gbps, 256 B of 524288 B of FIFO taken, fifo_frames 1, gprc 322"
    )
    assert state_sentence(cursor, named(bursts, "eventpoll", "feed fd 5")) == (
        "eventpoll feed fd 5, 2 of 2 descriptors ready"
    )
    napi = named(bursts, "napi_struct", "eth0-TxRx-3")
    assert state_sentence(cursor, napi) == (
        "napi_struct eth0-TxRx-3, LISTED, work 1 of 64, polls 1, packets 1, completions 1"
    )
    assert state_sentence(cursor, named(bursts, "task_struct", "slow/0")) == (
        "slow/0, running, CPU 3, messages 2, wakeups 2"
    )


def test_a_packet_s_life(bursts: Timeline) -> None:
    step = first(bursts, ByFunction(("dma_write_back",)))
    frame = bursts.step(step).packet
    assert state_sentence(Cursor(bursts, 1), frame) == "A 1, 128 B, on fifo of eth0"
    assert state_sentence(Cursor(bursts, step), frame) == "A 1, 128 B, on frames of rx-2 of eth0"
    skb = int(bursts.skbs_of(frame)[0])
    queued = first(bursts, ByFunction(("llist_del_all",)))
    queued = first(bursts, ByFunction(("llist_del_all",)), queued)
    assert state_sentence(Cursor(bursts, queued), skb) == (
        "A 1, sk_buff, 86 B, truesize 2304 B, on sk_receive_queue of 10.0.0.2:9000"
    )
    assert state_sentence(Cursor(bursts, bursts.last), frame) == "A 1, delivered"
    assert state_sentence(Cursor(bursts, bursts.last), skb) == "A 1, gone"


def test_a_frame_that_is_coming_and_one_that_was_lost(bursts: Timeline) -> None:
    coming = int(bursts.objects("frame")[7])
    cursor = Cursor(bursts, 1)
    assert re.fullmatch(
        r"[ABC] \d+, \d+ B, arrives at [\d.]+ µs, on wire of eth0", state_sentence(cursor, coming)
    )
    lost = next(row for row in bursts.endings if bursts.names[row["reason"]] == "skb:SOCKET_RCVBUFF")
    cursor.seek(int(lost["step"]))
    assert state_sentence(cursor, int(lost["frame"])) == f"A {lost['number'] + 1}, lost: SOCKET_RCVBUFF"
    cursor.seek(0)
    assert state_sentence(cursor, int(bursts.objects("sk_buff")[-1])).endswith(", not there yet")


def test_what_there_never_was_has_no_state(bursts: Timeline) -> None:
    with pytest.raises(KeyError):
        state_sentence(Cursor(bursts, 5), 10**8)
