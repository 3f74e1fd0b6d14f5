"""The note that a packet is gone: where, why, and the two numbers that decided it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from engine.timeline.cursor import Cursor
from engine.timeline.query import Moves
from engine.timeline.timeline import Timeline
from viewer.chrome.look import Look
from viewer.panels.sections import balanced, gap
from viewer.panels.sheet import Cell, Row, Span, mono, words
from viewer.panels.story import Story, loss_place
from viewer.theme.fonts import Type
from viewer.theme.tokens import Role

NOTE_LEFT = 16.0
NOTE_RIGHT = 24.0
"""Left and right of the sentences in the note of a loss."""

RCVBUF = ("SOCKET_RCVBUFF", "PROTO_MEM")
LOSSES = {
    "SOCKET_RCVBUFF": (
        "the receive buffer is full",
        "The skb is freed in softirq; the reader never sees it.",
    ),
    "CPU_BACKLOG": (
        "the backlog of the CPU it was for is full",
        "enqueue_to_backlog() refuses it before the stack sees it.",
    ),
    "NO_SOCKET": (
        "no socket is bound to the port",
        "Counted as Udp NoPorts. Linux also sends an ICMP port unreachable.",
    ),
    "UDP_CSUM": ("the UDP checksum is wrong", "Counted as Udp InCsumErrors and InErrors."),
    "PROTO_MEM": ("the protocol's memory is used up", "net.ipv4.udp_mem bounds all sockets together."),
    "OTHERHOST": ("it was for another host's Ethernet address", "No counter of IP knows it."),
    "IP_INADDRERRORS": (
        "its address is none of this host's",
        "Counted as Ip InAddrErrors; the host does not forward.",
    ),
    "QUEUE_PURGE": ("its socket was closed", "It was still in the queue then."),
    "rx_missed_errors": ("the adapter's FIFO had no room", "No descriptor was free for too long."),
    "rx_no_dma_resources": (
        "its queue had no free descriptor",
        "The driver had not refilled the ring; with several queues the adapter does not wait for it.",
    ),
}
"""Reasons in a few words: what was wrong, and what becomes of the packet."""


def explained(reason: str) -> tuple[str, str]:
    """What was wrong, and what becomes of the packet; the reason itself where no words are known."""
    queue = reason.startswith("rx_queue_") and reason.endswith("_drops")
    return LOSSES.get("rx_no_dma_resources" if queue else reason, (reason, ""))


def loss(look: Look, timeline: Timeline, told: Story, room: float) -> list[Row]:
    """The note that says that a packet is gone, where and why, in so many px; nothing while it is not."""
    ending = told.ended
    if ending is None or ending.fate != "lost":
        return []
    owner, reason = loss_place(ending.reason)
    sentence, after = explained(reason)
    lead = "Lost in the adapter" if owner == "nic" else "Dropped"
    inner = room - NOTE_LEFT - NOTE_RIGHT
    said = balanced(f"{lead}: {sentence}.", inner, Type.EMPHASIS)
    rows = [_noted((words(line, Role.TEXT, Type.EMPHASIS),), 22.0) for line in said]
    rows.append(_noted((mono(reason, Role.LOST, 600),), 20.0))
    numbers = _limits(timeline, int(ending.step)) if reason in RCVBUF else ()
    beside = sum(span.width() for span in numbers) <= inner + NOTE_RIGHT
    for spans in (numbers,) if beside else (numbers[:2], _from_edge(numbers[2:])):
        rows += [_noted(spans, 20.0)] if spans else []
    rows += [_noted((words(line),), 18.0) for line in balanced(after, inner)]
    top, bottom = gap(), gap()
    total = sum(row.px for row in (top, *rows, bottom))
    return [replace(top, paint=_card(look, total)), *rows, bottom, gap()]


def _noted(spans: tuple[Span, ...], height: float) -> Row:
    return Row((Cell(spans, x=NOTE_LEFT),), height=height)


def _from_edge(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Spans that begin a line: without the room before the first."""
    return tuple(replace(one, text=one.text.lstrip()) if not at else one for at, one in enumerate(spans))


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
