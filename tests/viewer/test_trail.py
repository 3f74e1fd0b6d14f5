"""The way that the inspector went."""

from viewer.trail import MOST, Trail


def went(*places: str) -> Trail[str]:
    trail: Trail[str] = Trail()
    for place in places:
        trail.visit(place)
    return trail


def test_back_and_forward_along_the_way() -> None:
    trail = went("a", "b", "b", "c")
    assert [trail.back(), trail.back(), trail.back()] == ["b", "a", None]
    assert [trail.forward(), trail.forward(), trail.forward()] == ["b", "c", None]


def test_somewhere_new_forgets_what_lay_ahead() -> None:
    trail = went("a", "b", "c")
    trail.back()
    trail.visit("d")
    assert not trail.can_go_forward
    assert [trail.back(), trail.back()] == ["b", "a"]


def test_places_that_are_no_more_are_left_out() -> None:
    trail = went("a", "b", "c", "d")
    trail.back()
    trail.keep(lambda place: place != "b")
    assert trail.back() == "a"
    assert [trail.forward(), trail.forward(), trail.forward()] == ["c", "d", None]
    trail.keep(lambda _: False)
    assert not trail.can_go_back
    assert not trail.can_go_forward


def test_the_way_is_bounded() -> None:
    trail = went(*(str(number) for number in range(MOST + 20)))
    steps = 0
    while trail.back() is not None:
        steps += 1
    assert steps == MOST - 1
