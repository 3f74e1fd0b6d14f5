"""The table of actions."""

from collections import Counter

from viewer.actions import ACTIONS, BY_NAME, NEEDS_WORDS, Group, Needs, key_table, tooltip


def test_names_are_unique_and_no_key_does_two_things() -> None:
    assert len(BY_NAME) == len(ACTIONS)
    keys = Counter(key for action in ACTIONS for key in action.keys)
    assert [key for key, count in keys.items() if count > 1] == []


def test_the_keys_of_the_specification_are_bound() -> None:
    bound = {key: action.name for action in ACTIONS for key in action.keys}
    expected = {
        "Space": "play", "Right": "step", "Left": "step_back", "1": "by_function", "2": "by_stage",
        "3": "by_poll", "4": "by_softirq", "5": "by_irq", "6": "by_visible", "0": "by_time", "U": "by_until",
        "Shift+Right": "coarser", "Alt+Left": "finer_back", "Home": "start", "End": "end", ",": "slower",
        ".": "faster", "Up": "row_up", "Down": "row_down", "Return": "open_object", "Esc": "back_out",
        "F": "follow", "Shift+F": "fit", "Ctrl+1": "solo_a", "Ctrl+8": "solo_h", "B": "bookmark",
        "Ctrl+B": "bookmarks", "Shift+F9": "conditions", "Ctrl+I": "inspector", "M": "minimap",
        "T": "timeline", "F11": "full_screen", "7": "overview", "8": "slots", "9": "fields", "Ctrl+G": "jump",
        "F9": "breakpoint", "Ctrl+K": "palette", "`": "show_shell", "Ctrl+Z": "undo", "Ctrl+S": "save", "W": "why",
    }  # fmt: skip
    assert {key: bound.get(key) for key in expected} == expected


def test_keys_of_modes_that_do_not_exist_are_free() -> None:
    bound = {key for action in ACTIONS for key in action.keys}
    assert bound.isdisjoint({"F5", "Ctrl+R"})


def test_whatever_an_action_needs_has_words_for_its_absence() -> None:
    assert set(NEEDS_WORDS) == set(Needs) - {Needs.NOTHING}


def test_every_action_says_what_it_does() -> None:
    assert all(action.help.endswith(".") and action.text for action in ACTIONS)
    assert "(Space)" in tooltip("play")
    assert [group for group, _ in key_table()] == list(Group)
    assert sum(len(actions) for _, actions in key_table()) == len(ACTIONS)
