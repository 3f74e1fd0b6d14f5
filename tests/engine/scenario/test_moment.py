"""Moments as people write them."""

import pytest

from engine.scenario.errors import Refused
from engine.scenario.moment import (
    AtChapter,
    AtEnd,
    AtEvent,
    AtStep,
    AtTime,
    Moment,
    moment_text,
    parse_moment,
)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1.25ms", AtTime(1_250_000)),
        ("0us", AtTime(0)),
        ("#1234", AtStep(1234)),
        ("first drop", AtEvent("drop")),
        ("last napi_poll", AtEvent("napi_poll", last=True)),
        ("time_squeeze:3", AtEvent("time_squeeze", 3)),
        ("skb:SOCKET_RCVBUFF:2", AtEvent("skb:SOCKET_RCVBUFF", 2)),
        ("first skb:SOCKET_RCVBUFF", AtEvent("skb:SOCKET_RCVBUFF")),
        ("chapter:2", AtChapter(2)),
        (" end ", AtEnd()),
    ],
)
def test_moments(text: str, moment: Moment) -> None:
    assert parse_moment(text) == moment
    assert parse_moment(moment_text(moment)) == moment


@pytest.mark.parametrize(
    ("value", "nearest"),
    [
        ("drop", "first drop"),
        ("frist drop", "first drop"),
        ("ned", "end"),
        ("chapter:0", "chapter:1"),
        ("time_squeeze:0", "time_squeeze:1"),
        ("12", "12us"),
        ("#", ""),
        ("#-1", ""),
        ("", ""),
        (12, ""),
        (None, ""),
    ],
)
def test_what_is_no_moment(value: object, nearest: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_moment(value)
    assert caught.value.nearest == nearest
