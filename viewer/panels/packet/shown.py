"""Which packet the view is about, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from typing_extensions import override

from engine.packet import Layer, frame_bytes, layers
from engine.timeline.cursor import Cursor
from engine.timeline.query import Mask, Query
from engine.timeline.timeline import Timeline
from viewer.panels.subject import exists, is_packet
from viewer.session import Session

LOOK_BACK = 64
"""How many steps that name something else than a packet are passed over on the way back to one."""


@dataclass(frozen=True, slots=True)
class _Handles(Query):
    """The step handles a packet, or something else."""

    @override
    def mask(self, timeline: Timeline, first: int, end: int) -> Mask:
        result: Mask = timeline.column("packet")[first:end] != 0
        return result


class Shown(NamedTuple):
    """A packet.

    Attributes:
        uid: the form it has at the moment: the skb that carries it, else the frame.
        frame: the frame it was on the wire.
        letter: the place of its flow, -1 without one.
        flow: its flow's name.
        place, of: which of its flow it is, from 1, and of how many that are known.
        pinned: somebody chose it; otherwise it follows the playhead.
        data: its bytes, None where the run does not tell enough.
        layers: its headers.
    """

    uid: int
    frame: int
    letter: int
    flow: str
    place: int
    of: int
    pinned: bool
    data: bytes | None
    layers: tuple[Layer, ...]


def chosen(session: Session) -> tuple[int, bool]:
    """The packet that is selected, followed, handled now, or was handled last; and whether somebody chose it."""
    timeline, selection = session.timeline, session.selection
    if timeline is None or session.moment.step < 0:
        return 0, False
    for uid in (selection.uid if selection is not None else 0, session.followed):
        if uid and exists(timeline, uid) and is_packet(timeline, uid):
            return uid, True
    after = session.moment.step + 1
    for _ in range(LOOK_BACK):
        step = timeline.find(_Handles(), after, back=True)
        if step is None:
            break
        handled = int(timeline.step(step).packet)
        if is_packet(timeline, handled):
            return handled, False
        after = step
    return 0, False


def shown(session: Session, cursor: Cursor) -> Shown | None:
    """Tell of the packet at the cursor's step; None when there is none yet."""
    uid, pinned = chosen(session)
    if not uid or session.flows is None:
        return None
    timeline = cursor.timeline
    frame = int(timeline.frame_of(uid))
    flow = session.flows.flow_of(frame)
    letter = cursor.get(flow, "letter") if flow else -1
    data = frame_bytes(timeline, frame)
    place, count = _of_flow(session, timeline, frame, flow)
    return Shown(
        form_at(cursor, frame),
        frame,
        letter if isinstance(letter, int) else -1,
        timeline.label(flow),
        place,
        count,
        pinned,
        data,
        layers(data) if data is not None else (),
    )


def form_at(cursor: Cursor, frame: int) -> int:
    """What carries a frame: the skb that lives, else the last that did, else the frame itself."""
    timeline = cursor.timeline
    born = [uid for uid in timeline.skbs_of(frame).tolist() if timeline.object(uid).born <= cursor.step]
    living = [uid for uid in born if cursor.exists(uid)]
    return int((living or born or [frame])[-1])


def _of_flow(session: Session, timeline: Timeline, frame: int, flow: int) -> tuple[int, int]:
    if session.flows is None or not flow:
        return 0, 0
    frames = timeline.objects("frame")
    mine = frames[session.flows.of(frames) == flow]
    return int(np.searchsorted(mine, frame)) + 1, len(mine)
