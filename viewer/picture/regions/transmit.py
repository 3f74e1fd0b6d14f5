"""The transmit deck, which is not built yet: drawn dim and empty, without a number, so the room is known."""

from __future__ import annotations

from functools import lru_cache

from viewer.picture.items import Align, Dash, Kind, Thing
from viewer.picture.layer import Layer, Rect, Sketch, caps, mono
from viewer.picture.regions.common import card
from viewer.theme.fonts import Type
from viewer.theme.tokens import Ink, Role, Z, opacity

_SENTENCE = "The transmit side is not built yet: nothing is sent in this version."
COMPLETION_PX = 50.0
"""Half the gap that the return line leaves for its name."""

_INK: Ink = Role.TEXT_DISABLED


def _label(sketch: Sketch, x: float, y: float, text: str, align: Align = Align.CENTRE) -> None:
    sketch.write(x, y, mono(text, _INK, Type.SMALL), align=align)


def _pipe(sketch: Sketch, deck: Rect, y: float) -> None:
    """The track and what stands on it, from right to left as packets would go."""
    dim = opacity("future_row")
    at = [deck.x + deck.w * share for share in (0.205, 0.33, 0.48, 0.66, 0.735, 0.81, 0.93)]
    ring, bql, qdisc, ip, _, tcp, sndbuf = at
    sketch.line(((deck.x + 1.0, y), (deck.right - 1.0, y)), Role.TRACK, width=2.0, opacity=dim)
    sketch.disc(ring, y, 43.0, Role.CARD, z=Z.STATION)
    track = tuple((Role.LINE_SUBTLE,) for _ in range(32))
    sketch.donut(ring, y, 33.0, 43.0, track, Role.LINE_SUBTLE, gap_px=1.2)
    for x, width, height in ((bql, 88.0, 28.0), (qdisc, 190.0, 58.0), (sndbuf, 116.0, 32.0)):
        box = Rect(x - width / 2.0, y - height / 2.0, width, height)
        sketch.box(box, z=Z.STATION, radius=8.0, fill=Role.CARD, stroke=Role.LINE_SUBTLE)
    for x in (ip, tcp):
        sketch.disc(x, y, 5.5, Role.CARD, z=Z.BAY, stroke=Role.LINE_SUBTLE, width=2.0)
    _label(sketch, ring, y - 50.0, "tx ring")
    _label(sketch, bql, y - 38.0, "BQL")
    _label(sketch, qdisc, y - 38.0, "qdisc")
    _label(sketch, sndbuf, y - 38.0, "sndbuf")
    _label(sketch, ip, y + 24.0, "ip_queue_xmit")
    _label(sketch, tcp, y + 24.0, "tcp_write_xmit")
    low = deck.bottom - 20.0
    middle = (ring + sndbuf) / 2.0
    for line in (
        ((middle - COMPLETION_PX, low), (ring, low), (ring, y + 50.0)),
        ((middle + COMPLETION_PX, low), (sndbuf, low), (sndbuf, y + 24.0)),
    ):
        sketch.line(line, Role.LINE_SUBTLE, width=1.5, dash=Dash.LONG, corner=8.0)
    _label(sketch, middle, low + 4.0, "completion")


def _sender(sketch: Sketch, deck: Rect, app: Rect) -> None:
    """The dim card of a sending program."""
    slot = Rect(app.x, deck.y, app.w, 78.0)
    card(sketch, slot)
    y = deck.y + 66.0
    dim = opacity("future_row")
    sketch.line(((deck.right, y), (slot.x + 14.0, y)), Role.TRACK, width=2.0, opacity=dim)
    sketch.disc(slot.x + 20.0, y - 0.5, 6.0, Role.CARD, z=Z.BAY, stroke=Role.LINE_SUBTLE, width=2.0)
    _label(sketch, slot.x + 16.0, deck.y + 27.0, "sendmsg", Align.LEFT)


@lru_cache(maxsize=16)
def transmit_layer(deck: Rect, nic: Rect, app: Rect | None) -> Layer:
    """The deck, the transmit half of the adapter, and a sender's card in the column ``app``."""
    right = deck.right if app is None else app.right
    bounds = Rect(nic.x, deck.y - 10.0, right - nic.x, deck.h + 10.0)
    sketch = Sketch("transmit", bounds.inset(-2.0))
    low = deck.h < 150.0
    with sketch.thing(Thing(Kind.TRANSMIT, "transmit", 0, _SENTENCE)):
        sketch.line(
            ((nic.x + 1.0, deck.y - 8.0), (nic.right - 1.0, deck.y - 8.0)), Role.LINE_SUBTLE, width=1.0
        )
        sketch.write(nic.x + 16.0, deck.y + 23.0, caps("TX", _INK))
        sketch.write(nic.x + 16.0, deck.y + 46.0, mono("not built yet", _INK, Type.SMALL))
        card(sketch, deck)
        sketch.write(deck.x + 16.0, deck.y + 23.0, caps("Transmit", _INK))
        if app is not None and not low:
            _sender(sketch, deck, app)
        if low:
            y = deck.cy + 6.0
            sketch.line(((deck.x + 16.0, y), (deck.right - 16.0, y)), Role.TRACK, width=2.0,
                        opacity=opacity("future_row"))  # fmt: skip
        else:
            _pipe(sketch, deck, deck.y + 66.0)
    return sketch.layer()
