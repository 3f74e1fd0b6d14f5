"""The sections of the inspector, as rows: who it is, what was lost, the step, its causes, the way, the fields."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter

from engine.scenario.units import format_ns
from engine.timeline.cursor import Cursor
from engine.timeline.query import Moves
from engine.timeline.schema import FieldSchema, Kind
from engine.timeline.timeline import Timeline
from engine.timeline.views import Change, StepView
from viewer.chrome.look import Look
from viewer.panels.sheet import LINE, Cell, Plate, Row, Span, mono, words
from viewer.panels.story import Story, loss_place
from viewer.panels.subject import is_packet, title_of
from viewer.picture.looks import look_items
from viewer.picture.pen import Pen
from viewer.picture.sprites import Body, Form, Sprite
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import FlowInk, FlowPart, Role

CHAIN_MOST = 8
NOTE_PX = 304.0
"""Width of the sentences in the note of a loss: what the narrowest usual dock has."""

HIDDEN = ("uid", "link")
RCVBUF = ("SOCKET_RCVBUFF", "PROTO_MEM")
LOSSES = {
    "SOCKET_RCVBUFF": (
        "the receive queue is over its limit",
        "The skb is freed in softirq; the reader never sees it.",
    ),
    "CPU_BACKLOG": (
        "this CPU's backlog is full",
        "enqueue_to_backlog() refuses it before the stack sees it.",
    ),
    "NO_SOCKET": (
        "no socket is bound to the port",
        "A host that answers would send an ICMP port unreachable.",
    ),
    "UDP_CSUM": ("the UDP checksum is wrong", "Counted in Udp InCsumErrors as well."),
    "PROTO_MEM": ("the protocol's memory is used up", "net.ipv4.udp_mem bounds all sockets together."),
    "rx_missed_errors": ("the adapter's FIFO had no room", "No descriptor was free for too long."),
    "rx_no_buffer_count": ("no descriptor was free", "The driver had not refilled the ring."),
}
"""Reasons in a few words: what was wrong, and what becomes of the packet."""


def gap(px: float = 10.0) -> Row:
    """Empty room."""
    return Row(height=px)


def heading(text: str, note: str = "") -> Row:
    """The name of a section, and a note at the right."""
    cells = [Cell((words(text, Role.TEXT_SECONDARY, Type.LABEL),))]
    if note:
        cells.append(Cell((words(note, Role.TEXT, Type.LABEL),), at=1.0, right=True))
    return Row(tuple(cells), height=22.0)


def head(look: Look, timeline: Timeline, uid: int, letter: int, way: str) -> list[Row]:
    """Capsule, name, and where it goes."""
    title = words(title_of(timeline, uid), Role.TEXT, Type.TITLE)
    left, paint = 0.0, None
    if is_packet(timeline, uid) and letter >= 0:
        left = 64.0
        body = Body.SKB if timeline.object(uid).cls.name == "sk_buff" else Body.FRAME
        paint = _capsule(look, Sprite(letter, Form.CAPSULE, body))
    kind = words(way or timeline.object(uid).cls.name, Role.TEXT_SECONDARY, Type.LABEL, 500)
    cells = (Cell((title,), x=left, tip=timeline.object(uid).cls.meaning), Cell((kind,), at=1.0, right=True))
    return [Row(cells, height=36.0, paint=paint), gap(6.0)]


def _capsule(look: Look, sprite: Sprite) -> Callable[[QPainter, QRectF], None]:
    def paint(painter: QPainter, rect: QRectF) -> None:
        painter.save()
        painter.translate(rect.left() + 26.0, rect.center().y())
        pen = Pen(painter, look.theme, painter.device().devicePixelRatioF(), scale=1.18)
        for item in look_items(sprite):
            pen.draw(item)
        painter.restore()

    return paint


def loss(look: Look, timeline: Timeline, told: Story) -> list[Row]:
    """The note that says that a packet is gone, where and why; nothing while it is not."""
    ending = told.ended
    if ending is None or ending.fate != "lost":
        return []
    owner, reason = loss_place(ending.reason)
    sentence, after = LOSSES.get(reason, (reason, ""))
    lead = "Lost in the adapter" if owner == "nic" else "Dropped"
    said = wrapped(f"{lead}: {sentence}.", NOTE_PX, Type.EMPHASIS)
    rows = [Row((Cell((words(line, Role.TEXT, Type.EMPHASIS),), x=16.0),), height=22.0) for line in said]
    rows.append(Row((Cell((mono(reason, Role.LOST, 600),), x=16.0),), height=20.0))
    numbers = _limits(timeline, int(ending.step)) if reason in RCVBUF else ()
    if numbers:
        rows.append(Row((Cell(numbers, x=16.0),), height=20.0))
    rows += [Row((Cell((words(line),), x=16.0),), height=18.0) for line in wrapped(after, NOTE_PX)]
    total = sum(row.height for row in rows) + 20.0
    return [Row(height=10.0, paint=_card(look, total)), *rows, gap(10.0), gap(10.0)]


def wrapped(text: str, width: float, kind: Type = Type.SMALL) -> list[str]:
    """A sentence in lines that fit a width; a word that is wider than that stands alone."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and words(longer, kind=kind).width() <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _card(look: Look, height: float) -> Callable[[QPainter, QRectF], None]:
    def paint(painter: QPainter, rect: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour(Role.LOST_BG))
        body = QRectF(rect.left(), rect.top(), rect.width(), height)
        painter.drawRoundedRect(body, 4.0, 4.0)
        painter.fillRect(QRectF(rect.left(), rect.top(), 3.0, height), look.colour(Role.LOST))

    return paint


def _limits(timeline: Timeline, step: int) -> tuple[Span, ...]:
    """The two numbers that a full socket is about, as they were when it dropped."""
    if not any(schema.name == "sock" for schema in timeline.classes):
        return ()
    counted = timeline.find(Moves("sock", "sk_drops"), step + 1, back=True)
    if counted is None:
        return ()
    at = Cursor(timeline, counted)
    for change in at.changed():
        if change.field == "sk_drops":
            held, limit = at.get(change.uid, "sk_rmem_alloc"), at.get(change.uid, "sk_rcvbuf")
            if isinstance(held, int) and isinstance(limit, int):
                sign = ">" if held > limit else "of"
                return (
                    mono("sk_rmem_alloc ", Role.TEXT_SECONDARY), mono(f"{held:,}".replace(",", " "), weight=700),
                    mono(f" {sign} ", Role.TEXT_SECONDARY), mono("sk_rcvbuf ", Role.TEXT_SECONDARY),
                    mono(f"{limit:,}".replace(",", " "), weight=700),
                )  # fmt: skip
    return ()


def step_rows(step: StepView) -> list[Row]:
    """The function of the current step, its file, and where it runs."""
    where = step.where.value.replace("_", " ")
    place = f"{where}, CPU {step.cpu}" if step.cpu is not None else "hardware"
    call = f"{step.function.name}()" if step.function.kind == "function" else step.function.name
    name = mono(call, kind=Type.EMPHASIS, weight=600)
    tip = f"{step.function.kind}; costs {step.function.cost_ns} ns by default"
    tip += f" ({step.function.source})" if step.function.source else ""
    file = step.function.file or step.function.kind
    return [
        Row((Cell((name,), tip=tip),), height=24.0),
        Row(
            (
                Cell((mono(file, Role.TEXT_TERTIARY),)),
                Cell((words(place, Role.TEXT_SECONDARY, Type.SMALL),), at=1.0, right=True),
            )
        ),
        Row(
            (
                Cell((words(f"#{step.number}", Role.TEXT_TERTIARY),)),
                Cell((words(f"took {format_ns(step.span)}", Role.TEXT_TERTIARY),), at=1.0, right=True),
            )
        ),
        gap(8.0),
    ]


def chain_rows(timeline: Timeline, step: int, go: Callable[[int], None]) -> list[Row]:
    """What led here, each a click away."""
    chain = [int(one) for one in timeline.chain(step, CHAIN_MOST + 1)][1:]
    if not chain:
        return []
    rows = [heading("What led here")]
    now = int(timeline.time(step))
    for number in chain:
        view = timeline.step(number)
        before = format_ns(now - int(view.time), 3)
        cpu = f"CPU {view.cpu}" if view.cpu is not None else "hardware"
        rows.append(
            Row(
                (
                    Cell((mono(view.function.name),), do=_go(go, number), tip=view.function.file),
                    Cell((words(cpu, Role.TEXT_TERTIARY),), x=-84.0, at=1.0, right=True),
                    Cell((words(f"−{before}", Role.TEXT_TERTIARY),), at=1.0, right=True),
                ),
                height=22.0,
                rule=True,
            )
        )
    return [*rows, gap(12.0)]


def _go(go: Callable[[int], None], step: int) -> Callable[[], None]:
    return lambda: go(step)


def way_rows(look: Look, told: Story, letter: int) -> list[Row]:
    """Where the packet's time went, as a bar with its parts in words."""
    if told.total_ns <= 0:
        return []
    word = {"drop": "Wire to drop", "read": "Wire to reader", "now": "Wire to now"}[told.until]
    longest = sorted(told.stretches, key=lambda one: -one.ns)[:4]
    shown = [one for one in told.stretches if one in longest]
    parts = " · ".join(f"{one.word} {format_ns(one.ns, 1)}" for one in shown)
    every = ", ".join(f"{one.word} {format_ns(one.ns)}" for one in told.stretches)
    return [
        heading(word, format_ns(told.total_ns, 1)),
        Row(height=16.0, paint=_bar(look, told, letter), say=every),
        Row((Cell((words(parts, Role.TEXT_TERTIARY, Type.MICRO),), tip=every),)),
        gap(12.0),
    ]


def _bar(look: Look, told: Story, letter: int) -> Callable[[QPainter, QRectF], None]:
    def paint(painter: QPainter, rect: QRectF) -> None:
        x = rect.left()
        work = FlowInk(letter, FlowPart.FILL) if letter >= 0 else Role.SELECT
        for one in told.stretches:
            width = rect.width() * one.ns / told.total_ns
            body = QRectF(x, rect.top() + 2.0, max(width - 1.0, 1.0), 12.0)
            painter.fillRect(body, look.colour(Role.MASKED if one.waits else work))
            if one.waits and body.width() > 6.0:
                painter.fillRect(body, QBrush(look.colour(Role.PANEL, 0.5), Qt.BrushStyle.BDiagPattern))
            x += width

    return paint


# -- fields -------------------------------------------------------------------------------------------------


def value_text(cursor: Cursor, uid: int, field: FieldSchema) -> str:
    """A field's value for people: times with their unit, the rest as its kind says."""
    value = cursor.get(uid, field.name)
    if field.kind is Kind.NS and isinstance(value, int):
        return format_ns(value)
    return cursor.value(uid, field.name)


def field_tip(cursor: Cursor, uid: int, field: FieldSchema) -> str:
    """Meaning, unit, and when it changed."""
    unit = f" [{field.unit}]" if field.unit else ""
    changed = cursor.changed_at(uid, field.name)
    when = ""
    if changed is not None:
        what = cursor.timeline.step(changed).function.name
        when = f"\nlast set by {what} at {format_ns(int(cursor.timeline.time(changed)))}: click to go there"
    return f"{field.name}{unit}: {field.meaning}{when}"


def field_rows(
    cursor: Cursor,
    uid: int,
    changes: list[Change],
    go: Callable[[int], None],
    menu: Callable[[int, str, QPoint], None],
    *,
    pairs: bool,
) -> list[Row]:
    """The fields of an object; in two columns where they are short."""
    info = cursor.timeline.object(uid)
    moved_here = [change for change in changes if int(change.uid) == uid and isinstance(change.old, int)]
    changed = {change.field: change for change in moved_here}
    cells = []
    for field in info.cls.fields:
        if field.name in HIDDEN:
            continue
        text = value_text(cursor, uid, field)
        moved = changed.get(field.name)
        tip = field_tip(cursor, uid, field)
        step = cursor.changed_at(uid, field.name)
        if moved is not None:
            tip += f"\nwas {moved.old}"
        do = _go(go, int(step)) if step is not None else None
        plate = Plate.CHANGED if moved is not None else Plate.NONE
        cells.append((field.name, text, plate, tip, do, _menu(menu, uid, field.name)))
    return _pairs(cells) if pairs else _singles(cells)


_FieldCell = tuple[str, str, Plate, str, Callable[[], None] | None, Callable[[QPoint], None]]


def _menu(menu: Callable[[int, str, QPoint], None], uid: int, field: str) -> Callable[[QPoint], None]:
    return lambda place: menu(uid, field, place)


def _two(one: _FieldCell, left: float, right: float, shift: float) -> tuple[Cell, Cell]:
    name, text, plate, tip, do, menu = one
    label = Cell((mono(name, Role.TEXT_TERTIARY),), x=shift, at=left, tip=tip, menu=menu)
    inset = 6.0 if plate is not Plate.NONE else 0.0
    value = Cell(
        (Span(text, Role.TEXT, Type.SMALL, Face.MONO, 600),),
        x=-inset if right == 1.0 else -10.0 - inset, at=right, right=True, plate=plate, tip=tip, do=do, menu=menu,
    )  # fmt: skip
    return label, value


def _singles(cells: list[_FieldCell]) -> list[Row]:
    return [Row(_two(one, 0.0, 1.0, 0.0), height=LINE + 2.0, rule=True) for one in cells]


def _pairs(cells: list[_FieldCell]) -> list[Row]:
    """Two columns; what is too wide for half gets a row of its own."""
    rows: list[Row] = []
    waiting: _FieldCell | None = None
    for one in cells:
        wide = len(one[0]) + len(one[1]) > 21
        if wide:
            if waiting is not None:
                rows.append(Row(_two(waiting, 0.0, 0.5, 0.0), height=LINE + 2.0, rule=True))
                waiting = None
            rows.append(Row(_two(one, 0.0, 1.0, 0.0), height=LINE + 2.0, rule=True))
        elif waiting is None:
            waiting = one
        else:
            row = (*_two(waiting, 0.0, 0.5, 0.0), *_two(one, 0.5, 1.0, 10.0))
            rows.append(Row(row, height=LINE + 2.0, rule=True))
            waiting = None
    if waiting is not None:
        rows.append(Row(_two(waiting, 0.0, 0.5, 0.0), height=LINE + 2.0, rule=True))
    return rows
