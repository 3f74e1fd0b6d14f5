"""Stepping, playing, jumping."""

import pytest
from pytestqt.qtbot import QtBot

from engine.scenario.units import format_ns
from tests.engine.results.runs import run
from viewer.events import Event
from viewer.jump import find_moment, landing, suggestions
from viewer.navigator import Navigator, named
from viewer.player import Player
from viewer.session import Session
from viewer.stepping import CONDITIONS, LADDER, Granularity, coarser, counter_moves, finer

SECOND = 1_000_000_000


@pytest.mark.parametrize("granularity", [g for g in Granularity if g is not Granularity.TIME])
def test_every_granularity_goes_back_the_way_it_came(
    session: Session, navigator: Navigator, granularity: Granularity
) -> None:
    session.condition = CONDITIONS[0]
    ways = []
    for _ in range(3):
        navigator.step(granularity, back=False)
        assert session.playhead is not None
        session.playhead.finish()
        ways.append(session.moment.step)
    assert ways == sorted(set(ways)), "each step leads on"
    navigator.step(granularity, back=True)
    assert session.moment.step == ways[1]
    navigator.step(granularity, back=True)
    assert session.moment.step == ways[0]


def test_a_fixed_time_leads_to_that_time_both_ways(session: Session, navigator: Navigator) -> None:
    session.fixed_ns = 30_000
    navigator.go_to(0)
    start = session.moment.time_ns
    navigator.step(Granularity.TIME, back=False)
    navigator.step(Granularity.TIME, back=False)
    assert session.moment.time_ns == start + 60_000
    navigator.step(Granularity.TIME, back=True)
    assert session.moment.time_ns == start + 30_000


def test_at_the_ends_it_says_so_and_stays(session: Session, navigator: Navigator) -> None:
    told: list[str] = []
    session.told.connect(told.append)
    navigator.go_end()
    last = session.moment.step
    navigator.step_forward()
    assert session.moment.step == last
    navigator.go_start()
    navigator.step_back()
    assert session.moment.step == 0
    assert len(told) == 2


def test_a_glide_plays_the_acts_between_and_ends_at_rest(
    session: Session, navigator: Navigator, player: Player
) -> None:
    navigator.go_to(20)
    navigator.step(Granularity.FUNCTION, back=False)
    assert player.moving
    player.advance(100_000_000)
    under_way = session.moment
    assert under_way.step == 20
    assert [act.step for act in under_way.acts] == [21]
    assert 0 < under_way.acts[0].phase < 1
    for _ in range(5):
        player.advance(100_000_000)
    assert session.moment.step == 21
    assert session.moment.at_rest
    assert not player.moving


def test_playing_stops_at_the_first_drop_and_says_why(session: Session, player: Player) -> None:
    player.toggle_play()
    session.set_speed(session.speed / 1000)
    for _ in range(10_000):
        if not player.moving:
            break
        player.advance(20_000_000)
    assert session.events is not None
    assert session.moment.step == session.events.first(Event.DROP)
    assert player.stopped_at == "Stopped at first drop"


def test_playing_runs_to_the_end_when_nothing_stops_it_and_back_to_the_beginning(
    session: Session, player: Player
) -> None:
    assert session.timeline is not None
    session.timeline.complete = True
    session.breakpoints.all = ()
    session.set_speed(session.speed / 1000)
    player.toggle_play()
    for _ in range(10_000):
        if not player.moving:
            break
        player.advance(50_000_000)
    assert session.moment.step == session.timeline.steps - 1
    player.toggle_back()
    for _ in range(10_000):
        if not player.moving:
            break
        player.advance(50_000_000)
    assert session.moment.step == 0


def test_a_counter_that_moves_is_a_condition(session: Session, navigator: Navigator) -> None:
    assert session.timeline is not None
    sock = int(session.timeline.objects("sock")[0])
    navigator.until(counter_moves(session.timeline, sock, "sk_drops"))
    drops = []
    for _ in range(3):
        navigator.step_forward()
        cursor = session.state()
        assert session.playhead is not None
        session.playhead.finish()
        cursor = session.state()
        assert cursor is not None
        drops.append(cursor.get(sock, "sk_drops"))
    assert drops == [1, 2, 3]


def test_fine_steps_keep_to_the_followed_packet(session: Session, navigator: Navigator) -> None:
    assert session.timeline is not None
    navigator.jump("ip_rcv:3")
    packet = session.timeline.step(session.moment.step).packet
    session.follow()
    for _ in range(4):
        navigator.step(Granularity.FUNCTION, back=False)
        assert session.playhead is not None
        session.playhead.finish()
        here = session.timeline.step(session.moment.step)
        assert here.packet in session.timeline.kin(int(packet)).tolist()


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("first drop", "sk_skb_reason_drop"),
        ("last drop", "sk_skb_reason_drop"),
        ("poll:2", "napi_poll"),
        ("ip_rcv", "ip_rcv"),
        ("irq:3", "irq_handler_entry"),
        ("chapter:2", "sk_skb_reason_drop"),
        ("sk_drops", "sk_skb_reason_drop"),
        ("UdpInDatagrams:2", "udp_recvmsg"),
    ],
)
def test_texts_lead_to_where_they_say(session: Session, text: str, function: str) -> None:
    timeline = session.timeline
    assert timeline is not None
    starts = [chapter.at for chapter in session.chapters]
    assert timeline.step(find_moment(text, timeline, starts)).function.name == function


def test_steps_times_packets_and_the_end(session: Session) -> None:
    timeline = session.timeline
    assert timeline is not None
    assert find_moment("#12", timeline) == 12
    assert find_moment("end", timeline) == timeline.steps - 1
    assert timeline.time(find_moment("100us", timeline)) <= 100_000
    packet = int(timeline.objects("sk_buff")[2])
    assert timeline.step(find_moment(f"packet {packet}", timeline)).packet in timeline.kin(packet).tolist()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ip_rvc", 'did you mean "ip_rcv"'),
        ("#99999999", "the last is"),
        ("chapter:9", "there are 2"),
        ("drop:999", "does not happen"),
        ("packet 99999", "no packet 99999"),
        ("12", "unit"),
        ("first nonsense", "no event, function or counter"),
    ],
)
def test_what_leads_nowhere_says_why_and_moves_nothing(
    session: Session, navigator: Navigator, text: str, words: str
) -> None:
    told: list[str] = []
    session.told.connect(told.append)
    navigator.go_to(33)
    assert not navigator.jump(text)
    assert session.moment.step == 33
    assert words in told[0]


def test_chapters_are_gone_through_in_order(session: Session, navigator: Navigator) -> None:
    navigator.go_start()
    assert navigator.chapter_here() in (None, 0)
    navigator.next_chapter()
    navigator.next_chapter()
    assert navigator.chapter_here() == 1
    navigator.previous_chapter()
    assert navigator.chapter_here() == 0


def test_a_bookmark_is_set_and_cleared(session: Session, navigator: Navigator) -> None:
    navigator.go_to(40)
    navigator.toggle_bookmark()
    navigator.go_to(10)
    navigator.toggle_bookmark()
    assert [one.step for one in session.bookmarks] == [10, 40]
    navigator.toggle_bookmark()
    assert [one.step for one in session.bookmarks] == [40]


def test_what_led_here_is_followed(session: Session, navigator: Navigator) -> None:
    navigator.jump("irq:2")
    navigator.go_cause()
    assert session.timeline is not None
    assert session.timeline.step(session.moment.step).function.name == "msix_message"


def test_the_ladder_of_granularities_has_ends() -> None:
    assert [coarser(g) for g in LADDER] == [*LADDER[1:], LADDER[-1]]
    assert [finer(g) for g in LADDER] == [LADDER[0], *LADDER[:-1]]


def test_names_that_begin_with_what_was_typed_come_first(session: Session) -> None:
    assert session.timeline is not None
    found = suggestions("ip_rcv", session.timeline)
    assert found[0].startswith("ip_rcv")
    assert suggestions("", session.timeline) == []


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("rx-0", "rx-0"),
        ("eth0 rx-0", "rx-0"),
        ("feed :9000", "10.0.0.2:9000"),
        ("CPU 1", "CPU 1"),
        ("nobody", ""),
    ],
)
def test_what_people_call_an_object_is_found(session: Session, text: str, label: str) -> None:
    assert session.timeline is not None
    uid = named(session.timeline, text)
    assert (session.timeline.label(uid) if uid else "") == label


def test_steps_keep_to_the_chosen_packets(session: Session, navigator: Navigator) -> None:
    timeline = session.timeline
    assert timeline is not None
    frame = int(timeline.objects("frame")[3])
    session.choose("number == 4", frozenset({frame}))
    navigator.go_start()
    session.granularity = Granularity.FUNCTION
    seen = []
    for _ in range(100):
        before = session.moment.step
        navigator.step_forward()
        assert session.playhead is not None
        session.playhead.finish()
        if session.moment.step == before:
            break
        seen.append(session.moment.step)
    assert seen == timeline.path(frame).tolist()
    session.choose("", None)
    assert session.keep is None


def test_a_time_that_cannot_be_shown_says_where_one_is_instead(
    session: Session, navigator: Navigator, qtbot: QtBot
) -> None:
    timeline = session.timeline
    told: list[str] = []
    assert timeline is not None
    session.told.connect(told.append)
    assert navigator.jump("20us")
    assert told == []
    assert navigator.jump("9ms")
    assert session.moment.step == timeline.steps - 1
    assert told == [f"The run is known until {format_ns(int(timeline.until), 3)}: there is nothing at 9 ms."]


def test_behind_the_record_only_counters_can_be_looked_at() -> None:
    timeline = run("counters")
    assert timeline.detail_until is not None
    coarse, late = int(timeline.time(timeline.detail_until)), timeline.steps - 1
    assert landing(f"{coarse - 1000}ns", timeline, timeline.moment(coarse - 1000)) == ""
    words = landing(f"{int(timeline.time(late))}ns", timeline, late)
    assert words.startswith(f"From {format_ns(coarse, 3)} on only counters were kept")
    assert landing("first drop", timeline, late) == ""
