"""Where every wire frame ends, once.

A frame becomes one or more skbs (the original and its clones). Each of them is read, or dropped at a named place. When
the last one is gone the frame ends: delivered if anyone read it, else lost with the reason of the last drop.
"""

from __future__ import annotations

from engine.hardware.records import Frame
from engine.linux.host import Host
from engine.linux.include.sched import Task
from engine.linux.include.skbuff import Skb
from engine.linux.include.sock import Sock
from engine.timeline.chunk import FATES
from engine.timeline.schema import Ns

IN_FLIGHT = FATES.index("in_flight")
DELIVERED = FATES.index("delivered")
QUEUED = FATES.index("queued")
REFUSED = FATES.index("refused")
LOST = FATES.index("lost")
COPIES_LOST = FATES.index("copies_lost")


def lose(host: Host, frame: Frame, reason: str) -> None:
    """A frame is lost before it became an skb; `reason` names the place ("nic:rx_missed_errors")."""
    _end(host, frame, LOST, reason)


def refuse(host: Host, frame: Frame, reason: str) -> None:
    """A verdict: the frame was not for this host ("nic:filtered"). Not a loss."""
    _end(host, frame, REFUSED, reason)


def deliver_copy(host: Host, skb: Skb, sock: Sock, task: Task) -> None:
    """A reading call returns with the skb's data; the skb itself is freed by the kernel's own path."""
    frame: Frame = skb.frame
    latency = Ns(host.calendar.now - frame.arrived)
    host.recorder.sample(frame.uid, frame.flow, sock.uid, task.uid, latency)
    sock.delivered += 1
    frame.delivered += 1
    _copy_gone(host, frame)


def drop_copy(host: Host, skb: Skb, reason: str, place: str = "skb") -> None:
    """An skb is dropped for `reason` (a `SKB_DROP_REASON_` without its prefix); releases the skb.

    Where Linux frees it without a drop reason, `place` and `reason` name the counter ("udp", "IgnoredMulti").
    """
    frame: Frame = skb.frame
    if frame.lost is None:
        frame.lost = []
    frame.lost.append(f"{place}:{reason}")
    skb.release()
    _copy_gone(host, frame)


def close(host: Host, frames: list[Frame], queued: set[int]) -> None:
    """End what is left when the run is over.

    A frame whose data lies in a socket's queue (`queued` holds its uid) or that someone has read is delivered, any
    other is still in flight.
    """
    for frame in frames:
        if frame.delivered:
            _end(host, frame, DELIVERED, "")
        elif frame.uid in queued:
            _end(host, frame, QUEUED, "")
        else:
            _end(host, frame, IN_FLIGHT, "")


def _copy_gone(host: Host, frame: Frame) -> None:
    frame.copies -= 1
    if frame.copies == 0:
        if frame.delivered:
            for reason in frame.lost or ():
                _note(host, frame, COPIES_LOST, reason)
            _end(host, frame, DELIVERED, "")
        else:
            _end(host, frame, LOST, frame.lost[-1] if frame.lost else "")


def _note(host: Host, frame: Frame, fate: int, reason: str) -> None:
    host.recorder.ending(
        frame.uid, frame.flow, frame.number, fate, reason, Ns(frame.arrived), Ns(host.calendar.now)
    )


def _end(host: Host, frame: Frame, fate: int, reason: str) -> None:
    _note(host, frame, fate, reason)
    frame.sender.ended += 1
    frame.release()
