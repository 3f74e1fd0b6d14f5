"""Packets as they are drawn: the looks they can have, and batches of them, an array a field."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Form(StrEnum):
    """Sizes in which a packet is drawn."""

    DOT = "dot"
    PILL = "pill"
    MARK = "mark"
    CAPSULE = "capsule"
    CARD = "card"


class Body(StrEnum):
    """What a packet is at the moment: a frame has no skb yet, a clone shares its bytes."""

    FRAME = "frame"
    SKB = "skb"
    CLONE = "clone"


class Sprite(NamedTuple):
    """One look of a packet. The same look is drawn once and stamped wherever it is needed.

    ``label`` stands after the letter (``×37``, ``128 B``); ``stack`` is the number of layers of a merged
    packet; ``tilt`` is in whole degrees; ``size`` is the height in px, 0 for the form's own; ``scale`` is the share
    of all that which it has in the scene: close up a packet takes less of it. What has passed carries no letter.
    """

    flow: int
    form: Form = Form.CAPSULE
    body: Body = Body.SKB
    label: str = ""
    stack: int = 1
    selected: bool = False
    lost: bool = False
    passed: bool = False
    tilt: int = 0
    size: int = 0
    scale: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Sprites:
    """A batch of packets.

    Attributes:
        z: depth of the whole batch.
        looks: the distinct looks.
        look: which look each packet has, shape (n,).
        xy: centres in the scene, shape (n, 2).
        uids: the packets' numbers, shape (n,).
        opacity: of each packet, shape (n,).
    """

    z: int
    looks: tuple[Sprite, ...]
    look: NDArray[np.int32]
    xy: NDArray[np.float64]
    uids: NDArray[np.int64]
    opacity: NDArray[np.float64]
