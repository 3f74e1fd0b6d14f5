"""Composing the Explore canvas: from a timeline, a moment and a view to a display list.

A pure function: the same three give the same records, whatever was composed before. The parts' layers are memoised
by their values, so what did not change is neither built nor painted again. While one level of detail gives way to
another both are there: what they share stays as it is, the rest of the one fades out and the rest of the other in.

Simplified: one adapter is drawn (the view names it).
"""

from __future__ import annotations

import numpy as np

from engine.timeline.timeline import Timeline
from viewer.picture.display import DisplayList, Placed
from viewer.picture.layer import Layer
from viewer.picture.reading.desk import desk_at
from viewer.picture.regions.ground import ground_layer, heads_layer
from viewer.picture.regions.minimap import minimap_layer
from viewer.picture.scene import Scene
from viewer.picture.selecting import selection_ring
from viewer.picture.textscale import text_scaled
from viewer.picture.view import View
from viewer.score.moment import Moment
from viewer.theme.tokens import Role

_WITH_CARDS = ("sockets", "apps")
"""Layers that hold their own cards, at every level the same."""


def compose(timeline: Timeline, moment: Moment, view: View, *, whole: bool = False) -> DisplayList:
    """The picture of a moment under a view.

    What lies outside the window is there as a summary, so that it can be found; ``whole`` has it as closely as the
    rest.
    """
    step = min(moment.step, timeline.steps - 1)
    scene = Scene(desk_at(timeline, step, moment.time_ns), moment, view, whole=whole)
    place, camera = scene.place, view.camera
    placed = [Placed(ground_layer(view.width, view.height))]
    placed += _placed(scene, view)
    placed += selection_ring(placed, view)
    pinned = [Placed(heads_layer(place, camera.zoom, camera.x))]
    if place.minimap is not None:
        pinned.append(Placed(minimap_layer(scene.minimap(), place)))
    placed += text_scaled(pinned, view.text_percent)
    placed.sort(key=lambda one: one.layer.z)
    return DisplayList(view.width, view.height, view.ratio, view.theme, Role.CANVAS, tuple(placed))


def _placed(scene: Scene, view: View) -> list[Placed]:
    """The scene's layers under the camera; of two levels where one gives way to the other."""
    camera = view.camera

    def put(layers: list[Layer]) -> list[Placed]:
        placed = [Placed(layer, camera.zoom, camera.x, camera.y) for layer in layers]
        return text_scaled(placed, view.text_percent, scene.seen)

    now = put(scene.layers(view.level))
    fading = view.fading
    if fading is None or fading.before is view.level or fading.share >= 1.0:
        return now
    before = put(scene.layers(fading.before))
    stays = {one.layer.serial for one in now} & {one.layer.serial for one in before}
    share = max(0.0, fading.share)
    gone = [_fading_out(one, share) for one in before if one.layer.serial not in stays]
    come = [one if one.layer.serial in stays else one._replace(opacity=share) for one in now]
    return [*gone, *come]


def _fading_out(one: Placed, share: float) -> Placed:
    """A layer on its way out: under an opaque one that comes it stays, or what lies behind both would shine through."""
    if one.layer.name in _WITH_CARDS:
        return one._replace(leaving=share >= 0.5)
    return one._replace(opacity=1.0 - share)


def sprite_count(display: DisplayList) -> int:
    """How many packets a display list draws as sprites."""
    return int(np.sum([len(batch.look) for one in display.placed for batch in one.layer.sprites]))
