"""What is kept of the timelines that are looked at, and that it is let go."""

from viewer.lasting import Kept, Lasting


def test_it_is_made_again_only_when_what_it_is_made_of_is_another() -> None:
    made: list[int] = []
    one: Lasting[int] = Lasting(Kept())
    for key in (1, 1, 2, 2, 1):
        assert one.of(key, lambda key=key: made.append(key) or key) == key  # type: ignore[func-returns-value, misc]
    assert made == [1, 2, 1]


def test_nothing_is_a_key_like_any_other() -> None:
    one: Lasting[None] = Lasting(Kept())
    assert one.changed(None)
    assert not one.changed(None)
    one.forget()
    assert one.changed(None)


def test_all_are_let_go_at_once_and_those_that_are_gone_are_not_held() -> None:
    kept = Kept()
    one: Lasting[str] = Lasting(kept)
    other: Lasting[str] = Lasting(kept)
    one.put("a")
    other.of(1, lambda: "b")
    assert (one.last, other.last) == ("a", "b")
    kept.forget()
    assert (one.last, other.last) == (None, None)
    del other
    assert len(kept) == 1
