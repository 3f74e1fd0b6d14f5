"""Collecting packets for one batch: looks, places, numbers."""

from __future__ import annotations

import numpy as np

from viewer.picture.layer import Layer, Rect, Sketch
from viewer.picture.sprites import Sprite, Sprites
from viewer.theme.tokens import Z, depth


class Stamps:
    """Packets of one depth, in the order in which they are drawn."""

    def __init__(self, name: str, z: Z) -> None:
        self.name = name
        self.z = z
        self._looks: dict[Sprite, int] = {}
        self._look: list[int] = []
        self._xy: list[tuple[float, float]] = []
        self._uids: list[int] = []

    def __len__(self) -> int:
        return len(self._look)

    def add(self, look: Sprite, x: float, y: float, uid: int) -> None:
        """Add a packet."""
        self._look.append(self._looks.setdefault(look, len(self._looks)))
        self._xy.append((x, y))
        self._uids.append(uid)

    def spots(self) -> dict[int, tuple[float, float]]:
        """Where each packet is drawn."""
        return dict(zip(self._uids, self._xy, strict=True))

    def layer(self) -> Layer:
        """The batch as a layer."""
        sketch = Sketch(self.name, Rect(0.0, 0.0, 1.0, 1.0), self.z)
        count = len(self._look)
        sketch.batches.append(
            Sprites(
                depth(self.z),
                tuple(self._looks),
                np.array(self._look, np.int32),
                np.array(self._xy, np.float64).reshape(count, 2),
                np.array(self._uids, np.int64),
                np.ones(count),
            )
        )
        return sketch.layer()
