"""An object as it stands, in one sentence: what a screen reader says of a station.

Each class that is drawn has a description of its own; any other object says its first fields.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from engine.narration.book import PACKETS, Book, book_of
from engine.narration.rest import words
from engine.narration.words import listed, value_text
from engine.scenario.units import Rate, RateKind, format_ns, format_rate
from engine.timeline.cursor import Cursor
from engine.timeline.schema import Kind

FIELDS_OF_ANY = 4
"""Fields that an object without a description of its own says."""


def state_sentence(cursor: Cursor, uid: int) -> str:
    """Return what an object is like after the cursor's step, without a full stop.

    Raises:
        KeyError: there never was an object of that number.
    """
    state = _State(cursor, uid)
    if not cursor.exists(uid):
        return _absent(state)
    describe = _CLASSES.get(state.kind)
    said = describe(state) if describe else []
    return listed([state.name, *said] if describe else [state.name, *_any(state)])


class _State:
    """An object at a step, and short words for asking about it."""

    def __init__(self, cursor: Cursor, uid: int) -> None:
        self.cursor = cursor
        self.uid = uid
        self.book: Book = book_of(cursor.timeline)
        self.kind = self.book.class_of(cursor.timeline.object(uid).uid)
        self.name = self.book.name(uid)

    def get(self, field: str, uid: int | None = None) -> int | None:
        """Return a field of the object, or of another; None where it is not known."""
        uid = self.uid if uid is None else uid
        if not uid or not self.book.has(self.book.class_of(uid), field):
            return None
        value = self.cursor.get(uid, field)
        return value if isinstance(value, int) else None

    def text(self, field: str, uid: int | None = None) -> str:
        """Return a field as text, "" where it is not known."""
        uid = self.uid if uid is None else uid
        value = self.get(field, uid)
        if value is None:
            return ""
        return value_text(self.cursor.timeline, self.book.fields[self.book.class_of(uid), field], value)

    def say(self, pattern: str, *fields: str) -> str:
        """Return a pattern filled with fields as text; "" unless all of them are known."""
        texts = [self.text(field) for field in fields]
        return pattern.format(*texts) if all(texts) else ""

    def when(self, field: str, words: str) -> str:
        """Return some words where a field is known and not 0."""
        return words if self.get(field) else ""

    def counted(self, *fields: str) -> list[str]:
        """Return "field value" for fields that are not 0."""
        return [f"{field} {self.text(field)}" for field in fields if self.get(field)]

    def on_list(self) -> str:
        """Return "on rx_list of ...", "" when it is on none."""
        link = self.get("link")
        name = self.book.list_name(link) if link else ""
        return f"on {name}" if name else ""


def _absent(state: _State) -> str:
    """Return what an object that does not live here is: not there yet, or how it ended."""
    timeline, info = state.cursor.timeline, state.cursor.timeline.object(state.uid)
    if state.cursor.step < info.born:
        return f"{state.name}, not there yet"
    ending = timeline.ending(state.uid) if state.kind == "frame" else None
    if ending is None or ending.step > state.cursor.step:
        return f"{state.name}, gone"
    reason = f": {ending.reason.removeprefix('skb:')}" if ending.reason else ""
    return f"{state.name}, {words(ending.fate)}{reason}"


# -- the machine --------------------------------------------------------------------------------------------


def _cpu(state: _State) -> list[str]:
    number = state.get("number")
    softirqs = state.book.of_cpu("softirqs", number) if number is not None else 0
    softnet = state.book.of_cpu("softnet_data", number) if number is not None else 0
    vector = state.get("vector", softirqs)
    schema = state.book.fields.get(("cpu", "softirq_pending"))
    names = schema.names if schema else ()
    context, task = state.text("context"), state.get("task")
    name = names[vector] if vector is not None and 0 <= vector < len(names) else ""
    who = state.book.name(task) if task and context not in ("idle", "hardirq", "softirq") else ""
    said = [f"{context} {name}" if name and context == "softirq" else context, who]
    if name and context != "softirq":
        said.append(f"softirq {name}")
    if name == "NET_RX":
        said += _budget(state, softnet)
        passes = state.get("passes", softirqs)
        said.append(f"pass {passes}" if passes else "")
    pending = state.get("softirq_pending")
    return [*said, f"{state.text('softirq_pending')} pending" if pending else ""]


def _budget(state: _State, softnet: int) -> list[str]:
    """Return what is left of the budget, and the poll that runs, the polls that are over."""
    budget = state.get("budget", softnet)
    sysctl = state.book.all("sysctl")
    whole = state.get("netdev_budget", sysctl[0]) if sysctl else None
    if budget is None or not state.get("in_net_rx_action", softnet):
        return []
    left = f"budget {budget} of {whole}" if whole is not None and budget <= whole else f"budget {budget}"
    polls = state.get("pass_polls", softnet)
    if polls is None:
        return [left]
    running = bool(state.get("polling_napi", softnet))
    return [left, f"poll {polls + running}" if polls or running else ""]


def _rx_ring(state: _State) -> list[str]:
    count, head, use = state.get("count"), state.get("head"), state.get("next_to_use")
    posted = f"{(use - head) % count} posted" if count and head is not None and use is not None else ""
    return [
        state.say("{} of {} descriptors filled", "filled", "count"),
        posted,
        state.say("next_to_clean {}", "next_to_clean"),
        *state.counted("packets", "drops", "alloc_failed", "csum_err"),
    ]


def _msix_vector(state: _State) -> list[str]:
    armed = state.get("enabled")
    until = state.get("throttled_until")
    waits = until is not None and until > state.cursor.time
    return [
        state.say("interrupt {}", "irq"),
        "" if armed is None else "armed" if armed else "not armed",
        state.when("masked", "masked by the kernel"),
        state.when("pending", "a cause waits"),
        f"throttled until {format_ns(until)}" if waits and until is not None else "",
        state.say("fired {}", "fired"),
    ]


def _napi(state: _State) -> list[str]:
    owner = state.get("list_owner")
    return [
        state.when("state", state.text("state")),
        f"list_owner CPU {owner}" if owner is not None and owner >= 0 else "",
        state.on_list(),
        state.say("work {} of {}", "work", "weight"),
        *state.counted("rx_count", "polls", "packets", "completions"),
    ]


def _nic(state: _State) -> list[str]:
    speed = state.get("speed_bps")
    return [
        format_rate(Rate(RateKind.BITS, Fraction(speed))) if speed else "",
        state.say("{} of {} of FIFO taken", "fifo_bytes", "fifo_size"),
        *state.counted("fifo_frames", "gprc", "mpc", "rnbc", "roc", "crcerrs"),
    ]


# -- sockets, programs, packets -----------------------------------------------------------------------------


def _sock(state: _State) -> list[str]:
    return [
        state.say("{} queued", "queued"),
        state.say("sk_rmem_alloc {} of {}", "sk_rmem_alloc", "sk_rcvbuf"),
        *state.counted("delivered", "sk_drops", "waiters"),
    ]


def _eventpoll(state: _State) -> list[str]:
    return [
        state.say("{} of {} descriptors ready", "ready", "items"),
        *state.counted("sleepers"),
        state.when("scanning", "being scanned"),
    ]


def _task(state: _State) -> list[str]:
    names, row = state.cursor.timeline.names, state.get("syscall")
    call = names[row] if row and row < len(names) else ""
    return [
        state.text("state"),
        state.say("CPU {}", "cpu"),
        f"in {call}" if call else "",
        state.on_list(),
        *state.counted("messages", "wakeups"),
    ]


def _frame(state: _State) -> list[str]:
    arrived = state.get("arrived")
    coming = arrived is not None and arrived > state.cursor.time
    return [
        state.text("len"),
        f"arrives at {format_ns(arrived)}" if coming and arrived is not None else "",
        state.on_list(),
    ]


def _sk_buff(state: _State) -> list[str]:
    return ["sk_buff", state.text("len"), state.say("truesize {}", "truesize"), state.on_list()]


def _any(state: _State) -> list[str]:
    """Return the first fields of any object."""
    said = []
    for schema in state.cursor.timeline.object(state.uid).cls.fields:
        if schema.name != "uid" and schema.kind is not Kind.LINK and state.text(schema.name):
            said.append(f"{schema.name} {state.text(schema.name)}")
    return said[:FIELDS_OF_ANY]


_CLASSES: dict[str, Callable[[_State], list[str]]] = {
    "cpu": _cpu,
    "rx_ring": _rx_ring,
    "msix_vector": _msix_vector,
    "napi_struct": _napi,
    "nic": _nic,
    "sock": _sock,
    "eventpoll": _eventpoll,
    "task_struct": _task,
    **dict(zip(PACKETS, (_frame, _sk_buff), strict=True)),
}
