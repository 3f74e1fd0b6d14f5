"""The headers of one frame of a lane, close up: a block each for Ethernet, IP and UDP or TCP, and what they say."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.picture.items import Align, Kind, Run, Thing
from viewer.picture.layer import Rect, Sketch, mono
from viewer.picture.level import Level
from viewer.picture.regions.common import flow_fill, flow_ink
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import FlowPart, Role, Z

ETHERNET, IPV4 = 14, 20
BLOCK_PX = 8.0
LINE_PX = 5.2
LEAST_PX = 45.0
"""Lanes closer to each other than that have no room for headers."""


@dataclass(frozen=True, slots=True)
class Headers:
    """What is known of a frame's headers.

    Attributes:
        frame: its number.
        number: its number in the flow.
        length: of the frame in bytes, without FCS.
        source: IPv4 address.
        destination: IPv4 address.
        protocol: ``UDP`` or ``TCP``.
        sport: source port.
        dport: destination port.
    """

    frame: int
    number: int
    length: int
    source: str
    destination: str
    protocol: str
    sport: int
    dport: int

    @property
    def transport(self) -> int:
        """Bytes of the UDP header, or of the TCP header without options."""
        return 20 if self.protocol == "TCP" else 8

    def blocks(self) -> tuple[tuple[str, int], ...]:
        """Name and bytes of each part of the frame."""
        rest = self.length - ETHERNET - IPV4 - self.transport
        heads = (("eth", ETHERNET), ("ip", IPV4), (self.protocol.lower(), self.transport))
        return (*heads, ("payload", max(0, rest)))

    def lines(self) -> tuple[tuple[str, str], ...]:
        """Name and content of each header."""
        return (
            ("eth", "IPv4 0x0800"),
            ("ip", f"{self.source} → {self.destination}"),
            (self.protocol.lower(), f"{self.sport} → {self.dport}"),
        )


def draw_headers(sketch: Sketch, flow: int, headers: Headers, rect: Rect) -> None:
    """The blocks, as wide as they need to be read, and a line for each header."""
    level = Level.FIELDS
    sentence = f"Frame {headers.frame}, {headers.length} bytes: " + ", ".join(
        f"{name} {words}" for name, words in headers.lines()
    )
    with sketch.thing(Thing(Kind.WIRE, f"headers of #{headers.frame}", headers.frame, sentence)):
        shares = (0.19, 0.19, 0.19, 0.43)
        x = rect.x
        for (name, size), share in zip(headers.blocks(), shares, strict=True):
            width = rect.w * share
            box = Rect(x, rect.y, width - 0.6, BLOCK_PX)
            payload = name == "payload"
            fill = flow_fill(flow) if payload else flow_ink(flow, FlowPart.TINT)
            ink = flow_ink(flow, FlowPart.INK) if payload else Role.TEXT
            sketch.box(box, z=Z.STATION, radius=1.0, fill=fill, stroke=flow_ink(flow, FlowPart.EDGE))
            label = Run(f"{name} {size}", Type.MICRO, Face.UI, ink, 600).at(level)
            sketch.write(box.cx, box.cy, label, align=Align.CENTRE, middle=True, room=box.w - 0.6)
            x += width
        for place, (name, words) in enumerate(headers.lines()):
            y = rect.y + BLOCK_PX + 5.4 + place * LINE_PX
            title = mono(name, Role.TEXT_TERTIARY, Type.MICRO).at(level)
            sketch.write(rect.x, y, title)
            content = mono(words, Role.TEXT, Type.MICRO).at(level)
            sketch.write(rect.right - 0.6, y, content, align=Align.RIGHT, room=rect.w - title.width() - 2.0)
