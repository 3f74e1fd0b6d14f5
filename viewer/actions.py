"""Every user action, named once.

Menus, keys, tooltips, the help and the tests speak these names; nothing else binds a key. A handler is
written as the window's attribute path to the method that does it, so the table needs no widget.

Modes that do not exist have no entry.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Group(StrEnum):
    """The menus, in order."""

    PLAY = "Play"
    STEP = "Step by"
    GO = "Go to"
    VIEW = "View"
    SCENE = "Scene"
    HELP = "Help"


class Needs(StrEnum):
    """What must be there for an action to be possible."""

    NOTHING = "nothing"
    STEPS = "steps"
    SELECTION = "selection"
    CHAPTERS = "chapters"
    BOOKMARKS = "bookmarks"
    RUNNING = "running"
    SCENE = "scene"


class Action(NamedTuple):
    """One thing a person can do.

    Attributes:
        name: what everybody calls it.
        text: as it stands in a menu.
        keys: default keys, Qt's spelling; the first is shown.
        group: menu.
        help: one sentence.
        handler: path from the window to a method.
        needs: when it is possible.
        argument: given to the method, if not empty.
        local: the key belongs to the canvas and works only there.
    """

    name: str
    text: str
    keys: tuple[str, ...]
    group: Group
    help: str
    handler: str
    needs: Needs = Needs.STEPS
    argument: str = ""
    local: bool = False


def _rows(group: Group, needs: Needs, *rows: tuple[str, str, str, str, str]) -> list[Action]:
    """Actions from rows of name, text, keys apart by blanks, help, and handler:argument."""
    made = []
    for name, text, keys, sentence, handler in rows:
        path, _, argument = handler.partition(":")
        local = name in ON_CANVAS
        made.append(Action(name, text, tuple(keys.split()), group, sentence, path, needs, argument, local))
    return made


def _solo(number: int) -> Action:
    letter = "ABCDEFGH"[number]
    sentence = f"Stop and hold at packets of flow {letter} only; again to see all."
    row = (
        f"solo_{letter.lower()}",
        f"Only flow {letter}",
        f"Ctrl+{number + 1}",
        sentence,
        "session.solo:" + letter,
    )
    return _rows(Group.VIEW, Needs.STEPS, row)[0]


ON_CANVAS = ("open_object",)
_G, _N = Group, Needs

ACTIONS: tuple[Action, ...] = (
    *_rows(
        _G.PLAY, _N.STEPS,
        ("play", "Play or pause", "Space", "Let time run, or stop it.", "player.toggle_play"),
        ("play_back", "Play backwards", "Shift+Space", "Let time run back.", "player.toggle_back"),
        ("step", "Step", "Right", "One step on, as large as chosen.", "navigator.step_forward"),
        ("step_back", "Step back", "Left", "One step back, as large as chosen.", "navigator.step_back"),
        ("coarser", "Larger step", "Shift+Right", "A step one size larger.", "navigator.coarser_forward"),
        ("coarser_back", "Larger step back", "Shift+Left", "The same, back.", "navigator.coarser_back"),
        ("finer", "Smaller step", "Alt+Right", "A step one size smaller.", "navigator.finer_forward"),
        ("finer_back", "Smaller step back", "Alt+Left", "The same, back.", "navigator.finer_back"),
    ),
    *_rows(
        _G.PLAY, _N.NOTHING,
        ("slower", "Slower", ",", "The next slower speed.", "player.slower"),
        ("faster", "Faster", ".", "The next quicker speed.", "player.faster"),
    ),
    *_rows(
        _G.STEP, _N.NOTHING,
        ("by_function", "Function", "1", "Steps go from function to function.", "navigator.step_by:function"),
        (
            "by_stage", "Stage", "2",
            "Steps go from station to station of the datapath.",
            "navigator.step_by:stage",
        ),
        ("by_poll", "Poll", "3", "Steps go from one NAPI poll to the next.", "navigator.step_by:poll"),
        (
            "by_softirq", "Softirq round", "4",
            "Steps go from one softirq round to the next.",
            "navigator.step_by:softirq",
        ),
        ("by_irq", "Interrupt", "5", "Steps go from interrupt to interrupt.", "navigator.step_by:irq"),
        (
            "by_visible", "Next visible change", "6",
            "Steps go to the next change that is drawn.",
            "navigator.step_by:visible",
        ),
        ("by_time", "Fixed time", "0", "Steps are a fixed stretch of time.", "navigator.step_by:time"),
        (
            "by_until", "Until a condition", "U",
            "Steps go to the next moment the condition holds.",
            "navigator.step_by:until",
        ),
    ),
    *_rows(
        _G.STEP, _N.STEPS,
        (
            "conditions", "Choose the condition...", "Shift+F9",
            "What “until” waits for: a drop, a time_squeeze, ksoftirqd, a counter that moves.",
            "transport.choose_condition",
        ),
    ),
    *_rows(
        _G.GO, _N.STEPS,
        ("start", "Start", "Home", "The beginning of the run.", "navigator.go_start"),
        ("end", "End", "End", "The end of what is computed.", "navigator.go_end"),
        (
            "jump", "Time, step, event, function, counter...", "Ctrl+G Ctrl+F",
            "Go to 1.25ms, #1234, first drop, chapter:2, a function or a counter.",
            "title_bar.focus_search",
        ),
        ("first_drop", "First drop", "", "The first packet that is lost.", "navigator.go_first_drop"),
    ),
    *_rows(
        _G.GO, _N.CHAPTERS,
        ("next_chapter", "Next chapter", "Ctrl+PgDown", "The next part.", "navigator.next_chapter"),
        ("previous_chapter", "Last chapter", "Ctrl+PgUp", "The part before.", "navigator.previous_chapter"),
    ),
    *_rows(
        _G.GO, _N.STEPS,
        ("cause", "What led here", "Backspace", "The step that caused this one.", "navigator.go_cause"),
        ("bookmark", "Set or clear a bookmark", "B", "Remember this moment.", "navigator.toggle_bookmark"),
    ),
    *_rows(
        _G.GO, _N.BOOKMARKS,
        (
            "bookmarks", "Bookmarks...", "Ctrl+B",
            "Go to a moment that was remembered.",
            "transport.show_bookmarks",
        ),
    ),
    *_rows(
        _G.VIEW, _N.STEPS,
        ("row_up", "CPU above", "Up", "Show the CPU above in full.", "navigator.row_up"),
        ("row_down", "CPU below", "Down", "Show the CPU below in full.", "navigator.row_down"),
    ),
    *_rows(
        _G.VIEW, _N.SELECTION,
        (
            "open_object", "Look closer", "Return Enter",
            "Bring the selected object close.",
            "canvas.open_selected",
        ),
    ),
    *_rows(
        _G.VIEW, _N.NOTHING,
        ("back_out", "Back out", "Esc", "Close, deselect, see all.", "canvas.back_out"),
    ),
    *_rows(
        _G.VIEW, _N.STEPS,
        ("follow", "Follow packet", "F", "Keep to one packet; again to let go.", "session.follow"),
    ),
    *_rows(
        _G.VIEW, _N.NOTHING,
        ("fit", "See all", "Shift+F", "The whole datapath in the window.", "canvas.fit"),
        ("zoom_in", "Closer", "Ctrl+= Ctrl++", "Closer.", "canvas.zoom_in"),
        ("zoom_out", "Further away", "Ctrl+-", "Further away.", "canvas.zoom_out"),
        ("overview", "Zoom 100 %", "7", "The whole canvas.", "canvas.zoom_level:overview"),
        ("slots", "Zoom 157 %", "8", "Closer to the selection.", "canvas.zoom_level:slots"),
        ("fields", "Zoom 358 %", "9", "Closest to the selection.", "canvas.zoom_level:fields"),
    ),
    *(_solo(number) for number in range(8)),
    *_rows(
        _G.VIEW, _N.NOTHING,
        ("inspector", "Side panels", "Ctrl+I", "Show or hide.", "toggle_dock"),
        ("minimap", "Minimap", "M", "Show or hide.", "session.toggle_minimap"),
        ("timeline", "Timeline height", "T", "Low, or high.", "toggle_timeline"),
    ),
    *_rows(
        _G.VIEW, _N.STEPS,
        ("fit_time", "Whole run in the lanes", "Shift+T", "Zoom the lanes out.", "lanes.fit"),
    ),
    *_rows(
        _G.VIEW, _N.NOTHING,
        ("full_screen", "Full screen", "F11", "The window, or all of it.", "toggle_full_screen"),
        (
            "reduced_motion", "Reduced motion", "",
            "Nothing travels; trails and places only.",
            "session.toggle_reduced_motion",
        ),
        ("dark", "Dark", "", "Dark colours.", "set_theme:dark"),
        ("light", "Light", "", "Light colours.", "set_theme:light"),
        ("contrast", "High contrast", "", "Highest contrast.", "set_theme:contrast"),
        ("next_theme", "Next colours", "Ctrl+Shift+T", "Dark, light, contrast.", "next_theme"),
    ),
    *_rows(
        _G.SCENE, _N.NOTHING,
        ("open", "Open a scene...", "Ctrl+O", "Open a scene from a file.", "ask_for_file"),
    ),
    *_rows(
        _G.SCENE, _N.SCENE,
        ("run_again", "Run again", "Ctrl+Shift+R", "Simulate once more.", "session.run_again"),
    ),
    *_rows(
        _G.SCENE, _N.RUNNING,
        ("cancel", "Stop computing", "Ctrl+.", "Keep what there is.", "session.cancel"),
    ),
    *_rows(
        _G.SCENE, _N.NOTHING,
        ("quit", "Quit", "Ctrl+Q", "Close the window.", "close"),
    ),
    *_rows(
        _G.HELP, _N.NOTHING,
        ("keys", "Keys", "F1 ?", "Every action and its keys.", "show_keys"),
    ),
)  # fmt: skip
"""The table."""

BY_NAME = {action.name: action for action in ACTIONS}


def action(name: str) -> Action:
    """Return an action; KeyError when there is none of that name."""
    return BY_NAME[name]


def tooltip(name: str) -> str:
    """What a control that does an action says of it: text, key, help."""
    found = BY_NAME[name]
    key = f"  ({found.keys[0]})" if found.keys else ""
    return f"{found.text.rstrip('.')}{key}\n{found.help}"


def key_table() -> list[tuple[Group, list[Action]]]:
    """The actions by menu, for the help."""
    return [(group, [one for one in ACTIONS if one.group is group]) for group in Group]
