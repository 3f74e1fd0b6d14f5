"""What the command palette lists: the window's actions, the scenes, the variants of the one that is open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from PySide6.QtCore import QSettings

from viewer.actions import ACTIONS, NEEDS_WORDS
from viewer.chrome.menus import Actions, shown_key
from viewer.chrome.scenes import packaged, recent
from viewer.session import Session

SCENES = "Scenes"
NOT_NOW = "not possible now"
_THEME = "theme colours colors appearance mode"
SYNONYMS = {
    **dict.fromkeys(("dark", "light", "contrast", "next_theme"), _THEME),
    "contrast": f"{_THEME} accessibility",
    "zoom_in": "zoom in magnify",
    "zoom_out": "zoom out",
    "fit": "zoom fit reset whole",
    **dict.fromkeys(("overview", "slots", "fields"), "zoom level"),
    **dict.fromkeys(("text_larger", "text_smaller", "text_normal"), "font size scale zoom"),
    "fit_time": "zoom fit reset timeline",
    "inspector": "dock sidebar panels",
    "reduced_motion": "animation accessibility",
    "keys": "help shortcuts keyboard",
    "jump": "goto search",
    "find": "search",
    "filter": "search filter",
    "breakpoint": "stop pause",
    "play": "start run",
    "show_variants": "branches",
    "compare": "diff side by side",
    "editor": "edit configuration toml",
    "run_again": "restart simulate",
    "cancel": "abort",
    "full_screen": "maximise maximize",
}
"""Words that people type for an action and that its name and its help do not have."""


class Entry(NamedTuple):
    """One thing that can be done.

    Attributes:
        text: what it is called.
        group: what it belongs to.
        keys: the key that does it, as a person reads it; "" for none.
        enabled: whether it is possible now.
        reason: why not; "" where it is.
        do: does it.
        more: other words it is found by, such as the sentence of the help.
    """

    text: str
    group: str
    keys: str
    enabled: bool
    reason: str
    do: Callable[[], object]
    more: str = ""

    @property
    def name(self) -> str:
        """What it is remembered by."""
        return f"{self.group}: {self.text}"

    @property
    def everything(self) -> str:
        """All words that find it."""
        return f"{self.text} {self.group} {self.keys} {self.more}"


Provider: TypeAlias = Callable[[], Iterator[Entry]]


def action_entries(actions: Actions) -> Iterator[Entry]:
    """Every action of the table; in each group as the menus have them."""
    for action in ACTIONS:
        made = actions.by_name[action.name]
        able = made.isEnabled()
        reason = "" if able else NEEDS_WORDS.get(action.needs, NOT_NOW)
        more = f"{action.help} {SYNONYMS.get(action.name, '')}"
        keys = shown_key(action.keys)
        yield Entry(action.text, action.group.value, keys, able, reason, made.trigger, more)


def scene_entries(
    session: Session, open_path: Callable[[str], None], settings: QSettings | None
) -> Iterator[Entry]:
    """The scenes of the program, the files opened lately, and the variants of the open scene."""
    paths = [(scene.title, str(scene.path)) for scene in packaged()]
    known = {path for _, path in paths}
    lately = recent(settings) if settings is not None else []
    paths += [(path, path) for path in lately if path not in known]
    for title, path in paths:
        yield Entry(f"Open: {title}", SCENES, "", True, "", _opens(open_path, path))
    valid = session.document.valid
    if valid is None or not valid.variants:
        return
    for name in (None, *valid.variants):
        text = f"Variant: {name}" if name else "Variant: as written"
        reason = "it is shown" if name == session.variant else ""
        yield Entry(text, SCENES, "", not reason, reason, _shows(session, name))


def _opens(open_path: Callable[[str], None], path: str) -> Callable[[], None]:
    return lambda: open_path(path)


def _shows(session: Session, variant: str | None) -> Callable[[], None]:
    return lambda: session.switch(variant)
