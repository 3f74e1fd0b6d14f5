"""What must always be true of a host between two steps; `check` returns every rule that is broken.

The rules are those of the structures themselves: who may own a descriptor, a NAPI, a byte of receive buffer.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.hardware.context import IDLE
from engine.hardware.records import Frame
from engine.linux.cpu import Cpu
from engine.linux.host import Host
from engine.linux.include.netdevice import NAPIF_STATE_SCHED, NapiStruct, NetDevice
from engine.linux.include.skbuff import Skb
from engine.linux.include.sock import Sock
from engine.timeline.lists import AnyList
from engine.timeline.schema import LINK_SHIFT


def check(host: Host) -> list[str]:
    """Return a sentence for every broken rule, in a fixed order; none for a sound host."""
    broken: list[str] = []
    for dev in host.devices.values():
        broken.extend(_device(dev))
    for cpu in host.cpus:
        broken.extend(_cpu(cpu))
    broken.extend(_sockets(host))
    broken.extend(_frames(host))
    return broken


def _device(dev: NetDevice) -> Iterator[str]:
    for ring in dev.rings:
        owned = (ring.next_to_use - ring.head) % ring.count
        if owned + ring.filled > ring.count - 1:
            yield (
                f"{dev.ifname} rx-{ring.queue}: {owned} descriptors posted and {ring.filled} filled,"
                f" at most {ring.count - 1} of {ring.count} may be in use"
            )
        if ring.filled != (ring.head - ring.next_to_clean) % ring.count:
            yield f"{dev.ifname} rx-{ring.queue}: {ring.filled} filled, head and next_to_clean say otherwise"
        yield from _list(f"{dev.ifname} rx-{ring.queue}", ring.frames)
    for napi in dev.napis:
        yield from _napi(napi)
        if napi.vector is not None and napi.vector.enabled and napi.state & NAPIF_STATE_SCHED:
            yield f"{napi_name(napi)}: its interrupt is unmasked while it is scheduled"


def napi_name(napi: NapiStruct) -> str:
    """What a sentence calls a NAPI."""
    return f"napi {napi.napi_id}"


def _napi(napi: NapiStruct) -> Iterator[str]:
    if napi.link and not napi.state & NAPIF_STATE_SCHED:
        yield f"{napi_name(napi)}: on a poll list but nobody owns it"
    if (
        napi.netdev is not None and not 0 <= napi.work <= napi.weight
    ):  # a backlog's weight may have changed since
        yield f"{napi_name(napi)}: a poll returned {napi.work} of {napi.weight}"
    yield from _list(f"{napi_name(napi)} rx_list", napi.rx_list)


def _cpu(cpu: Cpu) -> Iterator[str]:
    sd = cpu.softnet_data
    for name, length, queue in (
        ("input_pkt_queue", sd.input_qlen, sd.input_pkt_queue),
        ("process_queue", sd.process_qlen, sd.process_queue),
    ):
        if length != len(queue):
            yield f"CPU {cpu.number}: {name} holds {len(queue)}, its length says {length}"
        yield from _list(f"CPU {cpu.number} {name}", queue)
    for napi_list in (sd.poll_list, sd.polling, sd.repoll):
        yield from _list(f"CPU {cpu.number} poll list", napi_list)
    yield from _napi(sd.backlog)
    if (sd.input_pkt_queue or sd.process_queue) and not sd.backlog.state & NAPIF_STATE_SCHED:
        yield f"CPU {cpu.number}: skbs on its backlog, which nobody will poll"
    idle = cpu.context.kind == IDLE
    if idle and (sd.poll_list or sd.polling or sd.repoll) and not cpu.state.softirq_pending:
        yield f"CPU {cpu.number}: idle with a poll list and no softirq to serve it"
    if idle and (sd.rps_ipi_list or cpu.serving_softirq or cpu.bh_off):
        yield f"CPU {cpu.number}: idle in the middle of a softirq or a BH section"
    if cpu.bh_off < 0 or cpu.irq_off < 0 or cpu.preempt_off < 0:
        yield f"CPU {cpu.number}: bh_off {cpu.bh_off}, irq_off {cpu.irq_off}, preempt_off {cpu.preempt_off}"
    waiting = len(cpu.rq.queue) + (cpu.rq.current is not cpu.rq.idle)
    if cpu.state.nr_running != waiting:
        yield f"CPU {cpu.number}: nr_running {cpu.state.nr_running}, {waiting} tasks are there"


def _list(name: str, members: AnyList) -> Iterator[str]:
    previous = -1
    for member in members:
        if member.link >> LINK_SHIFT != members.id:
            yield f"{name}: a member's link names another list"
        if member.link <= previous:
            yield f"{name}: members are out of order"
        previous = member.link


def _sockets(host: Host) -> Iterator[str]:
    for record in host.recorder.live.values():
        if not isinstance(record, Sock):
            continue
        held = sum(skb.truesize for queue in _queues(record) for skb in queue)
        name = f"socket {record.uid}"
        charged = record.sk_rmem_alloc + record.prod_rmem_alloc
        if charged != held + record.in_transit + record.forward_deficit:
            yield (
                f"{name}: {charged} bytes charged, {held} queued,"
                f" {record.in_transit} in transit and {record.forward_deficit} owed"
            )
        if record.sk_forward_alloc < 0:
            yield f"{name}: sk_forward_alloc {record.sk_forward_alloc}"
        if host.rules.udp_rcvbuf == "strict" and record.queued > 1 and held > record.sk_rcvbuf:
            yield f"{name}: {held} bytes queued, sk_rcvbuf is {record.sk_rcvbuf}"


def _queues(sock: Sock) -> tuple[AnyList, ...]:
    return tuple(
        queue
        for queue in (sock.sk_receive_queue, sock.reader_queue, sock.udp_prod_queue)
        if queue is not None
    )


def _frames(host: Host) -> Iterator[str]:
    copies: dict[int, int] = {}
    freed = {
        skb.uid for cpu in host.cpus for skb in cpu.softnet_data.defer_list
    }  # read, and waiting to be freed where they came from
    for task in host.tasks.values():
        if task.reading is not None:  # freed, and its reader has not returned yet
            copies[task.reading.uid] = copies.get(task.reading.uid, 0) + 1
    frames: list[Frame] = []
    for record in host.recorder.live.values():
        if isinstance(record, Skb) and record.uid not in freed:
            copies[record.frame.uid] = copies.get(record.frame.uid, 0) + 1
        elif isinstance(record, Frame):
            frames.append(record)
    for frame in frames:
        if frame.copies and frame.copies > copies.get(frame.uid, 0):
            yield f"frame {frame.uid}: {frame.copies} copies unaccounted, {copies.get(frame.uid, 0)} skbs carry it"
