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
    STOP = "Stop and find"
    PACKET = "Packets"
    VIEW = "View"
    PANEL = "Panels"
    CHANGE = "Change"
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
    VALID = "valid"
    DIRTY = "dirty"
    UNDO = "undo"
    REDO = "redo"
    COMPARING = "comparing"
    VARIANT = "variant"
    BACK = "back"
    FORWARD = "forward"


NEEDS_WORDS = {
    Needs.STEPS: "nothing has been computed yet",
    Needs.SELECTION: "nothing is selected",
    Needs.CHAPTERS: "the scene has no chapters",
    Needs.BOOKMARKS: "there are no bookmarks",
    Needs.RUNNING: "nothing is being computed",
    Needs.SCENE: "no scene is open",
    Needs.VALID: "no scene is open, or its text has a mistake",
    Needs.DIRTY: "nothing has changed since it was saved",
    Needs.UNDO: "there is nothing to take back",
    Needs.REDO: "there is nothing to do again",
    Needs.COMPARING: "nothing is compared",
    Needs.VARIANT: "the scene has no variants",
    Needs.BACK: "nothing was selected before",
    Needs.FORWARD: "nothing was selected after this",
}
"""Why an action is not possible, when what it needs is not there."""


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


def _panel(key: str, title: str, keys: str, sentence: str) -> Action:
    row = (f"show_{key}", title, keys, sentence, f"show_page:{key}")
    return _rows(Group.PANEL, Needs.NOTHING, row)[0]


PANELS = (
    ("inspector", "Inspector", "", "Every field of the selection, with unit and meaning."),
    ("packet", "Packet", "", "A packet's memory, headers, bytes, and where its time went."),
    ("counters", "Counters", "", "What the tools print, what moved, and what moved it."),
    ("plot", "Plot", "", "Any path over time."),
    ("latency", "Latency", "L", "How long packets took, and the slowest of them."),
    ("packets", "Packets", "", "Packets by an expression: choose, keep to, count."),
    ("shell", "Shell", "`", "The host's commands at this moment."),
    ("events", "Events", "E", "What happens, a sentence a step."),
    ("variants", "Futures", "V", "The scene's variants and branches."),
    ("stops", "Stops", "", "What stops playing."),
)
"""Pages of the side panels: key, title, keys, sentence."""

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
        _G.STOP, _N.STEPS,
        (
            "breakpoint", "Breakpoint here", "F9",
            "Stop when the selection changes, or the current function runs; again to forget it.",
            "navigator.toggle_breakpoint",
        ),
        (
            "conditions", "Choose the condition...", "Shift+F9",
            "What “until” waits for: a drop, a time_squeeze, ksoftirqd, a counter that moves.",
            "transport.choose_condition",
        ),
        (
            "find", "Find an expression, event, name...", "Ctrl+F",
            "Go to the next step at which what is typed happens or becomes true.",
            "title_bar.focus_search",
        ),
        ("find_next", "Find next", "F3", "The next time that it happens.", "navigator.find_next"),
        ("find_previous", "Find previous", "Shift+F3", "The time before.", "navigator.find_previous"),
        ("why", "Why?", "W", "What led to this moment, with durations.", "show_page:why"),
        (
            "difference", "First difference", "D",
            "Where the compared future parts from this one.",
            "comparison.go_difference",
        ),
    ),
    *_rows(
        _G.PACKET, _N.STEPS,
        ("filter", "Choose packets...", "Ctrl+Shift+F", "Choose packets by an expression.", "focus_filter"),
        (
            "next_packet", "Next packet of the flow", "]",
            "Select the next packet of this flow and go to where it arrives.",
            "navigator.next_of_flow",
        ),
        (
            "previous_packet", "Previous packet of the flow", "[",
            "Select the packet before and go to where it arrives.",
            "navigator.previous_of_flow",
        ),
    ),
    *_rows(
        _G.GO, _N.STEPS,
        ("start", "Start", "Home", "The beginning of the run.", "navigator.go_start"),
        ("end", "End", "End", "The end of what is computed.", "navigator.go_end"),
        (
            "jump", "Time, step, event, function, counter...", "Ctrl+G",
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
        _G.VIEW, _N.BACK,
        (
            "select_back", "Selected before", "Ctrl+Alt+Left",
            "Go back to what was selected.",
            "session.select_back",
        ),
    ),
    *_rows(
        _G.VIEW, _N.FORWARD,
        (
            "select_forward", "Selected after", "Ctrl+Alt+Right",
            "Go forward again.",
            "session.select_forward",
        ),
    ),
    *_rows(
        _G.VIEW, _N.SELECTION,
        (
            "select_parent", "What it belongs to", "Ctrl+Alt+Up",
            "Select the owner of the selection.",
            "session.select_parent",
        ),
    ),
    *_rows(
        _G.VIEW, _N.NOTHING,
        ("fit", "See all", "Shift+F", "The whole datapath in the window.", "canvas.fit"),
        ("zoom_in", "Closer", "Ctrl+= Ctrl++", "Closer.", "canvas.zoom_in"),
        ("zoom_out", "Further away", "Ctrl+-", "Further away.", "canvas.zoom_out"),
        ("overview", "Overview", "7", "The whole canvas.", "canvas.zoom_level:overview"),
        ("slots", "Slots", "8", "As close as single slots need.", "canvas.zoom_level:slots"),
        ("fields", "Fields", "9", "As close as single fields need.", "canvas.zoom_level:fields"),
    ),
    *(_solo(number) for number in range(8)),
    *_rows(
        _G.VIEW, _N.NOTHING,
        ("inspector", "Side panels", "Ctrl+I", "Show or hide.", "toggle_dock"),
        ("minimap", "Minimap", "M", "Show or hide.", "session.toggle_minimap"),
        ("text_larger", "Larger text", "Alt+= Alt++", "Larger text in panels and picture.", "look.text_larger"),
        ("text_smaller", "Smaller text", "Alt+-", "Smaller text.", "look.text_smaller"),
        ("text_normal", "Usual text", "Alt+0", "Text at 100 %.", "look.text_normal"),
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
        ("next_region", "Next part of the window", "F6", "The keyboard goes on by a part.", "go_region:1"),
        (
            "previous_region", "Previous part of the window", "Shift+F6",
            "The keyboard goes back by a part.",
            "go_region:-1",
        ),
    ),
    *(_panel(*row) for row in PANELS),
    *_rows(
        _G.PANEL, _N.STEPS,
        (
            "mark", "Count from here", "Shift+M",
            "Counters tell how much they rose since this moment; again to let go.",
            "session.toggle_mark",
        ),
    ),
    *_rows(
        _G.CHANGE, _N.UNDO,
        ("undo", "Undo", "Ctrl+Z", "Take back the last change of the scene.", "session.document.undo"),
    ),
    *_rows(
        _G.CHANGE, _N.REDO,
        ("redo", "Redo", "Ctrl+Shift+Z Ctrl+Y", "Do it again.", "session.document.redo"),
    ),
    *_rows(
        _G.CHANGE, _N.SCENE,
        ("editor", "Scene editor", "Ctrl+E", "The scene as a form and as text.", "toggle_editor"),
    ),
    *_rows(
        _G.CHANGE, _N.VARIANT,
        ("next_variant", "Next variant", "Ctrl+]", "Show the next future.", "session.next_variant"),
    ),
    *_rows(
        _G.CHANGE, _N.VALID,
        (
            "compare", "Compare", "Ctrl+Shift+C",
            "Two futures on two decks with one transport; again for one.",
            "comparison.toggle",
        ),
    ),
    *_rows(
        _G.CHANGE, _N.COMPARING,
        ("swap", "Swap the decks", "Ctrl+Shift+X", "What is compared becomes what is shown.", "comparison.swap"),
        ("ghost", "Ghost of the other", "G", "Show where the other's packets are, or not.", "comparison.toggle_ghost"),
    ),
    *_rows(
        _G.SCENE, _N.NOTHING,
        ("new", "New scene...", "Ctrl+N", "Begin with a template.", "files.choose_template"),
        ("open", "Open a scene...", "Ctrl+O", "Open a scene from a file.", "files.ask_to_open"),
    ),
    *_rows(
        _G.SCENE, _N.DIRTY,
        ("save", "Save", "Ctrl+S", "Write the scene to its file.", "files.save"),
    ),
    *_rows(
        _G.SCENE, _N.SCENE,
        ("save_as", "Save as...", "Ctrl+Shift+S", "Write the scene to another file.", "files.ask_where"),
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
        ("palette", "All actions...", "Ctrl+K", "Type what you want to do.", "show_palette"),
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
