"""A driver without NAPI: an interrupt a packet, and what that does under load."""

from tests.engine.linux.drivers.machine import Machine


def test_every_packet_has_its_interrupt_and_goes_over_the_backlog() -> None:
    machine = Machine("legacy")
    machine.send(range(0, 100_000, 5000))
    machine.run(200_000)
    assert len(machine.steps("legacy_interrupt")) == 20
    assert len(machine.steps("enqueue_to_backlog")) == 20
    assert machine.steps("napi_gro_receive") == []
    assert machine.endings() == [("lost", "skb:NO_SOCKET")] * 20


def test_interrupts_leave_the_stack_no_time() -> None:
    """Frames every 672 ns, handlers of more than that: what is polled is little, NAPI polls it all."""
    load = [0] * 4000
    old, new = Machine("legacy", cpus=1), Machine("igb", cpus=1)
    for machine in (old, new):
        machine.send(load)
        machine.run(4000 * 672)
    assert len(old.steps("udp_rcv")) * 3 < len(new.steps("udp_rcv"))
    assert len(new.steps("igb_msix_ring")) * 20 < len(old.steps("legacy_interrupt"))


def test_a_full_backlog_refuses() -> None:
    machine = Machine("legacy", cpus=1, costs={"process_backlog": 10_000_000})
    machine.send([0] * 1500)
    machine.run(3_000_000)
    assert ("lost", "skb:CPU_BACKLOG") in machine.endings()
    assert machine.host.cpus[0].softnet_data.dropped == machine.endings().count(("lost", "skb:CPU_BACKLOG"))
