"""`[[nic]]`: the network cards, their drivers and their faults."""

import re
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import Field, field_validator, model_validator

from engine.scenario.errors import Refused
from engine.scenario.table import InterfaceText, LinkSpeed, RssKey, Table, Time, not_built, one_of


class Driver(StrEnum):
    """Network drivers a scene may name."""

    IGB = "igb"
    IXGBE = "ixgbe"
    MLX5_CORE = "mlx5_core"
    VIRTIO_NET = "virtio_net"
    VETH = "veth"
    LEGACY = "legacy"


LATER: Final = (Driver.MLX5_CORE, Driver.VIRTIO_NET, Driver.VETH)
"""Drivers that are not built yet."""

MAX_QUEUES: Final = MappingProxyType({Driver.IGB: 8, Driver.IXGBE: 63, Driver.LEGACY: 1})
"""Combined channels that each driver can have."""

LINK_SPEED: Final = MappingProxyType({Driver.IGB: 10**9, Driver.IXGBE: 10**10, Driver.LEGACY: 10**9})
"""Bits a second of each driver's card, unless the scene says otherwise."""


class Limits(Table):
    """Constants of a driver."""

    tx_stop: Annotated[int | None, not_built()] = None
    """Free descriptors below which the transmit queue stops. Not built yet."""
    tx_wake: Annotated[int | None, not_built()] = None
    """Free descriptors from which it wakes. Not built yet."""
    max_frags: Annotated[int | None, not_built()] = None
    """Fragments that one packet may have. Not built yet."""
    rx_headroom: Annotated[int | None, not_built()] = None
    """Bytes kept free before a received frame. Not built yet."""
    writeback: Annotated[int | None, not_built()] = None
    """Descriptors that the card writes back together. Not built yet."""


class NicFault(Table):
    """A bug of the driver or an event of the hardware."""

    kind: str
    """Which fault."""
    queue: int = Field(default=0, ge=0)
    """On which queue."""
    after: Time = 0
    """From when on."""
    count: int = Field(default=1, ge=1)
    """How many times."""


class Nic(Table):
    """A network card. Tables, rings, coalescing and affinity are set by commands, not here."""

    name: str
    """The interface's name, such as eth0."""
    driver: Annotated[Driver, one_of(Driver, later=LATER)]
    """Its driver; `legacy` raises an interrupt a packet and has no NAPI."""
    speed: LinkSpeed = 0
    """The link's speed; omitted: 1G for igb and legacy, 10G for ixgbe."""
    queues: int = Field(default=0, ge=1)
    """Combined channels; omitted: one a CPU, as many as the driver can have."""
    address: InterfaceText
    """Its IPv4 address with prefix length."""
    peer: Annotated[str | None, not_built()] = None
    """The port at the other end of a veth pair or a wire. Not built yet."""
    rss_key: RssKey | None = None
    """The RSS hash key, 40 bytes; omitted: drawn from the seed."""
    tap: bool = False
    """`tcpdump -p` runs on it: a packet socket gets a copy of every frame, before IP."""
    limits: Limits = Limits()
    """Constants of the driver, changed."""
    fault: Annotated[tuple[NicFault, ...], not_built()] = ()
    """Faults of driver and hardware. Not built yet."""

    @field_validator("name", mode="after")
    @classmethod
    def _name_as_linux_takes_it(cls, name: str) -> str:
        if not re.fullmatch(r"[^\s/:]{1,15}", name) or name in (".", ".."):
            raise Refused(
                "must be 1 to 15 characters without space, slash or colon, as Linux names interfaces"
            )
        return name

    @model_validator(mode="after")
    def _driver_has_the_queues(self) -> "Nic":
        most = MAX_QUEUES[self.driver]
        if self.queues > most:
            raise Refused(
                f"{self.driver} has at most {most} combined channel{'s' * (most > 1)}", key=("queues",)
            )
        return self
