"""`[[flow]]`: what arrives on the wire. The remote host of a TCP flow and tunnels are typed but not built."""

from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any, Final, TypeAlias

from pydantic import Field, model_validator

from engine.scenario.errors import Refused
from engine.scenario.table import (
    BelowScene,
    Endpoint,
    EndpointText,
    Probability,
    RateText,
    Size,
    Table,
    Time,
    Written,
    not_built,
    one_of,
)
from engine.scenario.units import RateKind

MIN_FRAME: Final = 60
"""Least bytes of an Ethernet frame without its checksum."""
MAX_FRAME: Final = 9216
"""Most bytes of a jumbo frame without its checksum."""


class Protocol(StrEnum):
    """What the frames carry."""

    UDP = "udp"
    TCP = "tcp"
    ARP = "arp"
    ICMP = "icmp"


LATER: Final = (Protocol.TCP, Protocol.ARP, Protocol.ICMP)
"""Protocols that are not built yet."""


class Arrival(StrEnum):
    """How frames are spaced."""

    CONSTANT = "constant"
    POISSON = "poisson"
    BURST = "burst"
    PCAP = "pcap"


class Burst(Table):
    """Frames back to back at the speed of the link, again and again."""

    frames: int = Field(ge=1)
    """Frames in a burst."""
    every: Time
    """From the start of a burst to the start of the next."""

    @model_validator(mode="after")
    def _time_passes(self) -> "Burst":
        if self.every == 0:
            raise Refused("must be above zero", key=("every",))
        return self


class Encap(Table):
    """What is wrapped around the frames. Not built yet."""

    vxlan: int | None = None
    """VXLAN network identifier."""
    vlan: int | None = None
    """VLAN number."""
    outer: str | None = None
    """Outer addresses: `source:port > destination:port`, port may be `entropy`."""


class FlowFault(Table):
    """What the network does to frames on their way. Anything but none is not built yet."""

    bad_checksum: Probability = Fraction(0)
    """Share of frames whose checksum is wrong."""
    loss: Probability = Fraction(0)
    """Share of frames that never arrive."""
    duplicate: Probability = Fraction(0)
    """Share of frames that arrive twice."""
    reorder: Time = 0
    """How late a frame may come."""

    @model_validator(mode="after")
    def _none_yet(self) -> "FlowFault":
        for key in ("bad_checksum", "loss", "duplicate", "reorder"):
            if getattr(self, key) != 0:
                raise Refused("not built yet (now: 0)", key=(key,))
        return self


class Ack(StrEnum):
    """When a remote host acknowledges."""

    DELAYED = "delayed"
    QUICK = "quick"


class Close(StrEnum):
    """How a remote host ends a connection."""

    FIN = "fin"
    RST = "rst"
    NONE = "none"


class Role(StrEnum):
    """Which end of a TCP connection the remote host is."""

    CLIENT = "client"
    SERVER = "server"


class Peer(Table):
    """A remote TCP host. Not built yet."""

    role: Annotated[Role, one_of(Role)]
    """Client or server."""
    connections: int = Field(default=1, ge=1)
    """Connections open at once."""
    open_rate: RateText | None = None
    """New connections a second, such as 5k/s."""
    rtt: Time = 0
    """Round-trip time."""
    mss: int = Field(default=1448, ge=1)
    """Payload of a full segment."""
    request: Size = 0
    """Bytes of a request."""
    response: Size = 0
    """Bytes of a response."""
    ack: Annotated[Ack, one_of(Ack)] = Ack.DELAYED
    """How it acknowledges."""
    window: Size = 65536
    """Its receive window."""
    close: Annotated[Close, one_of(Close)] = Close.FIN
    """How it ends a connection."""


def parse_frame(value: object) -> tuple[tuple[int, int], ...]:
    """Return frame sizes with weights: `128` is one size of weight 1.

    Raises:
        Refused: Not a size or a list of `[size, weight]`, or a size that Ethernet does not carry.
    """
    pairs = [[value, 1]] if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(pairs, list) or not pairs:
        raise Refused(
            "must be bytes of frame, such as 128, or sizes with weights, such as [[64, 3], [1518, 1]]"
        )
    for index, pair in enumerate(pairs):
        where: tuple[int, ...] = () if pairs is not value else (index,)
        if not isinstance(pair, list) or len(pair) != 2 or any(type(part) is not int for part in pair):
            raise Refused("must be a size and a weight, such as [64, 3]", key=where)
        if not MIN_FRAME <= pair[0] <= MAX_FRAME:
            raise Refused(f"a frame has {MIN_FRAME} to {MAX_FRAME} bytes, without its checksum", key=where)
        if pair[1] < 1:
            raise Refused("a weight must be at least 1", key=where)
    return tuple((size, weight) for size, weight in pairs)


_FRAME_SIZE: Final[dict[str, Any]] = {"type": "integer", "minimum": MIN_FRAME, "maximum": MAX_FRAME}
_FRAME_PAIR: Final[dict[str, Any]] = {
    "type": "array",
    "prefixItems": [_FRAME_SIZE, {"type": "integer", "minimum": 1}],
    "minItems": 2,
    "maxItems": 2,
}
Frame: TypeAlias = Annotated[
    tuple[tuple[int, int], ...],
    Written(parse_frame, {"anyOf": [_FRAME_SIZE, {"type": "array", "items": _FRAME_PAIR, "minItems": 1}]}),
]
"""Pairs of frame size and weight."""


class Flow(Table):
    """A stream of frames from the wire to one NIC.

    Flows get the letters A, B, ... in the order of the file; each 5-tuple of a pcap gets one when it is read.
    """

    name: str = Field(min_length=1)
    """What results and pictures call it."""
    nic: str
    """The NIC it arrives at."""
    protocol: Annotated[Protocol, one_of(Protocol, later=LATER)] = Protocol.UDP
    """The protocol above IP, or instead of it."""
    source: EndpointText | None = None
    """Address and port of the sender; needed unless a pcap brings them."""
    destination: EndpointText | None = None
    """Address and port it is sent to; needed unless a pcap brings them."""
    many: int = Field(default=1, ge=1, le=65535)
    """Source ports in use, from `source` upwards."""
    sources: int = Field(default=1, ge=1, le=1 << 24)
    """Source addresses in use, from `source` upwards."""
    frame: Frame = ()
    """Bytes of Ethernet frame without checksum, or sizes with weights; needed unless a pcap brings them."""
    arrival: Annotated[Arrival, one_of(Arrival)] = Arrival.CONSTANT
    """How frames follow each other: constant, poisson, burst, or as a pcap has them."""
    rate: RateText | None = None
    """Frames or bits (of frame, without preamble and gap) a second, or `line`."""
    burst: Burst | None = None
    """For burst arrivals."""
    pcap: BelowScene | None = None
    """For pcap arrivals: the file; with `rate`, only its order, lengths and headers count."""
    start: Time = 0
    """When the first frame may come."""
    count: int | None = Field(default=None, ge=1)
    """Frames in all."""
    stop: Time | None = None
    """When the last frame may come; either this or `count`."""
    encap: Annotated[Encap | None, not_built()] = None
    """Tunnel or VLAN around the frames. Not built yet."""
    fault: FlowFault = FlowFault()
    """What the network does to frames on their way."""
    peer: Annotated[Peer | None, not_built()] = None
    """The remote host of a TCP flow. Not built yet."""

    @model_validator(mode="after")
    def _arrival_has_its_keys(self) -> "Flow":
        needs: dict[Arrival, tuple[str, ...]] = {
            Arrival.CONSTANT: ("source", "destination", "frame", "rate"),
            Arrival.POISSON: ("source", "destination", "frame", "rate"),
            Arrival.BURST: ("source", "destination", "frame", "burst"),
            Arrival.PCAP: ("pcap",),
        }
        foreign: dict[Arrival, tuple[str, ...]] = {
            Arrival.CONSTANT: ("burst", "pcap"),
            Arrival.POISSON: ("burst", "pcap"),
            Arrival.BURST: ("rate", "pcap"),
            Arrival.PCAP: ("source", "destination", "many", "sources", "frame", "burst"),
        }
        for key in needs[self.arrival]:
            if not getattr(self, key):
                raise Refused(f'missing; arrival = "{self.arrival}" needs it', key=(key,))
        for key in foreign[self.arrival]:
            if key in self.model_fields_set:
                raise Refused(f'means nothing with arrival = "{self.arrival}"', key=(key,))
        return self

    @model_validator(mode="after")
    def _rate_fits(self) -> "Flow":
        if self.rate and self.rate.kind is RateKind.EVENTS:
            raise Refused("must count frames (pps) or bits (bps), or be line", key=("rate",))
        if self.rate and self.rate.kind is RateKind.LINE and self.arrival is Arrival.POISSON:
            raise Refused("line rate leaves no gaps to draw; take arrival = constant", key=("rate",))
        return self

    @model_validator(mode="after")
    def _ends_make_sense(self) -> "Flow":
        if self.count is not None and self.stop is not None:
            raise Refused("either count or stop, not both", key=("stop",))
        if self.stop is not None and self.stop <= self.start:
            raise Refused("must come after the flow's start", key=("stop",))
        if self.source and self.source.port + self.many - 1 > 65535:
            raise Refused("source ports would pass 65535", key=("many",))
        if self.source and int(self.source.address) + self.sources - 1 >= 1 << 32:
            raise Refused("source addresses would pass 255.255.255.255", key=("sources",))
        if self.source and self.source.address.is_multicast:
            raise Refused("no host sends from a multicast address", key=("source",))
        return self

    @property
    def ends(self) -> bool:
        """Whether the flow stops by itself: by count, by time, or with its file."""
        return self.count is not None or self.stop is not None or self.arrival is Arrival.PCAP

    @property
    def addresses(self) -> tuple[Endpoint, Endpoint]:
        """Source and destination of a flow that does not come from a file.

        Raises:
            Refused: The flow comes from a file, which holds them.
        """
        if self.source is None or self.destination is None:
            raise Refused("a pcap's addresses are in the file")
        return self.source, self.destination
