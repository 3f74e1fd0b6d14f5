"""Names that are wrong, and sentences about them."""

import pytest

from engine.scenario.errors import Refused, SceneError, nearest_name, path_text, unknown_names, value_text


def test_names_that_only_the_simulation_knows() -> None:
    unknown_names("cost", ["ip_rcv", "udp_rcv"], ["udp_rcv", "ip_rcv"])
    with pytest.raises(Refused) as caught:
        unknown_names("cost", ["udp_rcv", "ip_rvc"], ["udp_rcv", "ip_rcv"])
    assert str(caught.value) == 'unknown cost "ip_rvc"; known: udp_rcv, ip_rcv (did you mean "ip_rcv"?)'
    assert caught.value.key == ("ip_rvc",)
    with pytest.raises(Refused, match="there is none here"):
        unknown_names("rule", ["x"], [])


@pytest.mark.parametrize(
    ("name", "nearest"), [("IGB", "igb"), ("ixgb", "ixgbe"), ("virtio", "virtio_net"), ("zzz", ""), ("", "")]
)
def test_the_nearest_name(name: str, nearest: str) -> None:
    assert nearest_name(name, ["igb", "ixgbe", "virtio_net"]) == nearest


def test_paths_and_values_as_people_write_them() -> None:
    assert path_text(("nic", 0, "fault", 2, "kind")) == "nic[0].fault[2].kind"
    assert path_text(("variant", 0, "set", "a.b")) == 'variant[0].set."a.b"'
    assert value_text("x" * 100) == '"' + "x" * 58 + "…"
    assert value_text("µs") == '"µs"'


def test_a_sentence_has_the_parts_that_there_are() -> None:
    assert str(SceneError("bad", file="f")) == "f: bad"
    assert str(SceneError("bad", file="f", line=3, path=("a",), value="1", nearest="b")) == (
        'f:3: a = 1: bad (did you mean "b"?)'
    )
