"""The functions that are modelled: their file, where they are drawn, what they cost.

One row a function; a step names a row. Costs are nanoseconds on an unloaded machine of about 3 GHz: plausible
defaults that add up to figures people have measured, never claims about someone's hardware. `[host.costs]` of a scene
overrides single rows.

Sources of costs: [B] batch of published stage differences (XDP paper, Cloudflare's drop ladder), split over the
functions of a stage; [K] measured on a running kernel; [G] order of magnitude.

A function that only calls on has no step of its own: the step of the one that it calls names it (`via`), and pays for
both. Rows of kind "mark" are no functions but the moment at which a tracepoint fires.
"""

from __future__ import annotations

import sys

from engine.timeline.functions import Declare, seal
from engine.timeline.schema import FunctionInfo
from engine.topology import Station

_f = Declare(64, 1024)

_ENTRY = "arch/x86/entry/entry_64.S"
_IRQ = "kernel/irq/handle.c"
_SOFTIRQ = "kernel/softirq.c"
_DEV = "net/core/dev.c"
_GRO = "net/core/gro.c"
_SKB = "net/core/skbuff.c"
_IGB = "drivers/net/ethernet/intel/igb/igb_main.c"
_IXGBE = "drivers/net/ethernet/intel/ixgbe/ixgbe_main.c"
_IP = "net/ipv4/ip_input.c"
_ROUTE = "net/ipv4/route.c"
_UDP = "net/ipv4/udp.c"
_UDPO = "net/ipv4/udp_offload.c"
_SOCK = "net/core/sock.c"
_SOCKET = "net/socket.c"
_DGRAM = "net/core/datagram.c"
_WAIT = "kernel/sched/wait.c"
_SCHED = "kernel/sched/core.c"
_SMP = "kernel/smp.c"
_EPOLL = "fs/eventpoll.c"
_SELECT = "fs/select.c"
_TIMER = "kernel/time/hrtimer.c"

# -- interrupts, softirqs, timers ---------------------------------------------------------------------------
common_interrupt = _f("arch/x86/kernel/irq.c", Station.IRQ, 120, "[G]")
irq_handler_entry = _f(_IRQ, Station.IRQ, 10, "[G]", kind="mark")
irq_handler_exit = _f(_IRQ, Station.IRQ, 10, "[G]", kind="mark")
irq_exit_rcu = _f(_SOFTIRQ, Station.IRQ, 60, "[G]")
raise_softirq_irqoff = _f(_SOFTIRQ, Station.SOFTIRQ, 10, "[G]")
__raise_softirq_irqoff = _f(_SOFTIRQ, Station.SOFTIRQ, 10, "[G]")
do_softirq = _f(_SOFTIRQ, Station.SOFTIRQ, 30, "[G]")
handle_softirqs = _f(_SOFTIRQ, Station.SOFTIRQ, 60, "[G]")
softirq_entry = _f(_SOFTIRQ, Station.SOFTIRQ, 10, "[G]", kind="mark")
softirq_exit = _f(_SOFTIRQ, Station.SOFTIRQ, 10, "[G]", kind="mark")
wakeup_softirqd = _f(_SOFTIRQ, Station.SOFTIRQ, 20, "[G]")
run_ksoftirqd = _f(_SOFTIRQ, Station.SOFTIRQ, 40, "[G]")
__local_bh_enable_ip = _f(_SOFTIRQ, Station.SOFTIRQ, 7, "[K] half of a local_bh off/on pair")
sysvec_apic_timer_interrupt = _f("arch/x86/kernel/apic/apic.c", Station.IRQ, 150, "[G]")
hrtimer_interrupt = _f(_TIMER, Station.IRQ, 80, "[G]")
tick_nohz_handler = _f("kernel/time/tick-sched.c", Station.IRQ, 250, "[G]")
hrtimer_wakeup = _f(_TIMER, Station.WAKE, 20, "[G]")
hrtimer_start_range_ns = _f(_TIMER, Station.SCHED, 60, "[G]")
hrtimer_try_to_cancel = _f(_TIMER, Station.SCHED, 40, "[G]")
napi_watchdog = _f(_DEV, Station.IRQ, 40, "[G]")
sysvec_call_function_single = _f("arch/x86/kernel/smp.c", Station.IRQ, 150, "[G]")
__flush_smp_call_function_queue = _f(_SMP, Station.IRQ, 40, "[G]")
sysvec_reschedule_ipi = _f("arch/x86/kernel/smp.c", Station.IRQ, 100, "[G]")
native_queued_spin_lock_slowpath = _f("kernel/locking/qspinlock.c", "", 20, "[G]")

# -- NAPI ---------------------------------------------------------------------------------------------------
napi_schedule_prep = _f(_DEV, Station.IRQ, 20, "[G]")
__napi_schedule = _f(_DEV, Station.IRQ, 30, "[G]")
__napi_schedule_irqoff = _f(_DEV, Station.IRQ, 30, "[G]")
__usecs_to_jiffies = _f("kernel/time/time.c", Station.SOFTIRQ, 5, "[G]")
net_rx_action = _f(_DEV, Station.SOFTIRQ, 75, "[G]", then=(__usecs_to_jiffies,))
skb_defer_free_flush = _f(_DEV, Station.SOFTIRQ, 20, "[G]")
napi_consume_skb = _f(_SKB, Station.SOFTIRQ, 40, "[G]")
__napi_poll = _f(_DEV, Station.POLL, 40, "[G]")
napi_poll = _f(_DEV, Station.POLL, 10, "[G]", kind="mark")
napi_complete_done = _f(_DEV, Station.POLL, 60, "[G]")
smp_call_function_single_async = _f(_SMP, Station.BACKLOG, 10, "[G]")
generic_exec_single = _f(_SMP, Station.BACKLOG, 10, "[G]")
__smp_call_single_queue = _f(_SMP, Station.WAKE, 20, "[G] another CPU's cache line")
net_rps_send_ipi = _f(
    _DEV,
    Station.BACKLOG,
    20,
    "[G]",
    then=(
        smp_call_function_single_async,
        generic_exec_single,
        __smp_call_single_queue,
    ),
)

# -- drivers ------------------------------------------------------------------------------------------------
igb_msix_ring = _f(_IGB, Station.IRQ, 60, "[G]")
igb_poll = _f(_IGB, Station.POLL, 80, "[G]")
igb_alloc_rx_buffers = _f(_IGB, Station.RING, 160, "[G] sixteen descriptors and a posted doorbell")
igb_ring_irq_enable = _f(_IGB, Station.IRQ, 100, "[G] posted MMIO write")
ixgbe_msix_clean_rings = _f(_IXGBE, Station.IRQ, 50, "[G]")
ixgbe_poll = _f(_IXGBE, Station.POLL, 80, "[G]")
ixgbe_alloc_rx_buffers = _f(_IXGBE, Station.RING, 160, "[G] sixteen descriptors and a posted doorbell")
ixgbe_irq_enable_queues = _f(_IXGBE, Station.IRQ, 100, "[G] posted MMIO write")
legacy_interrupt = _f("drivers without NAPI", Station.IRQ, 400, "[G] device acknowledged over the bus")
legacy_rx = _f("drivers without NAPI", Station.POLL, 150, "[G]")
__napi_build_skb = _f(_SKB, Station.POLL, 5, "[B]")
napi_skb_cache_get = _f(_SKB, Station.POLL, 10, "[B]")
__build_skb_around = _f(_SKB, Station.POLL, 10, "[B]")
napi_build_skb = _f(
    _SKB,
    Station.POLL,
    15,
    "[B]",
    then=(
        __napi_build_skb,
        napi_skb_cache_get,
        __build_skb_around,
    ),
)
netdev_alloc_skb = _f(_SKB, Station.POLL, 60, "[B]")
eth_type_trans = _f("net/ethernet/eth.c", Station.POLL, 15, "[B] first touch of the header")

# -- GRO ----------------------------------------------------------------------------------------------------
napi_gro_receive = _f(_GRO, Station.GRO, 15, "[B]")
gro_receive_skb = _f(_GRO, Station.GRO, 15, "[B]")
dev_gro_receive = _f(_GRO, Station.GRO, 25, "[B]")
inet_gro_receive = _f("net/ipv4/af_inet.c", Station.GRO, 15, "[B]")
udp4_gro_receive = _f(_UDPO, Station.GRO, 10, "[B]")
udp_gro_receive = _f(
    _UDPO,
    Station.GRO,
    10,
    "[B]",
    via=(
        inet_gro_receive,
        udp4_gro_receive,
    ),
)
gro_normal_one = _f("include/net/gro.h", Station.GRO, 5, "[B]")
gro_normal_list = _f("include/net/gro.h", Station.GRO, 5, "[B]")
napi_gro_receive_exit = _f(_GRO, Station.GRO, 2, "[G]", kind="mark")
napi_gro_complete = _f(_GRO, Station.GRO, 30, "[B]")

# -- layer 2, RPS -------------------------------------------------------------------------------------------
netif_receive_skb_list_internal = _f(_DEV, Station.TAP, 20, "[B]")
__netif_receive_skb_list_core = _f(_DEV, Station.TAP, 10, "[B]")
__netif_receive_skb_core = _f(_DEV, Station.TAP, 30, "[B]")
__netif_receive_skb_one_core = _f(_DEV, Station.TAP, 8, "[B]")
__netif_receive_skb = _f(_DEV, Station.TAP, 8, "[B]")
deliver_skb = _f(_DEV, Station.TAP, 10, "[B]")
tpacket_rcv = _f("net/packet/af_packet.c", Station.TAP, 150, "[G] and 60 ns a KiB from cache")
netif_rx_internal = _f(_DEV, Station.BACKLOG, 20, "[G]")
__netif_rx = _f(_DEV, Station.BACKLOG, 10, "[G]")
netif_rx_exit = _f(_DEV, Station.BACKLOG, 0, "[G] a tracepoint that is off", kind="mark")
get_rps_cpu = _f(_DEV, Station.BACKLOG, 25, "[G]")
__skb_get_hash_net = _f("net/core/flow_dissector.c", Station.BACKLOG, 60, "[G] dissector and keyed hash")
enqueue_to_backlog = _f(_DEV, Station.BACKLOG, 40, "[G] another CPU's cache line")
process_backlog = _f(_DEV, Station.BACKLOG, 50, "[G]")
trigger_rx_softirq = _f(_DEV, Station.IRQ, 30, "[G]")
rps_trigger_softirq = _f(_DEV, Station.IRQ, 30, "[G]")

# -- IPv4 ---------------------------------------------------------------------------------------------------
ip_rcv = _f(_IP, Station.IP, 8, "[B]")
ip_list_rcv = _f(_IP, Station.IP, 10, "[B]")
ip_rcv_core = _f(_IP, Station.IP, 20, "[B]")
ip_sublist_rcv = _f(_IP, Station.IP, 10, "[B]")
ip_rcv_finish = _f(_IP, Station.IP, 6, "[B]")
ip_rcv_finish_core = _f(_IP, Station.IP, 12, "[B]")
udp_v4_early_demux = _f(_UDP, Station.IP, 20, "[B]")
ip_route_input_noref = _f(_ROUTE, Station.IP, 35, "[B]")
ip_route_input_rcu = _f(_ROUTE, Station.IP, 10, "[B]")
ip_route_input_slow = _f(_ROUTE, Station.IP, 30, "[B]")
ip_route_use_hint = _f(_ROUTE, Station.IP, 8, "[B]")
ip_error = _f(_ROUTE, Station.IP, 20, "[G]")
fib_lookup_good_nhc = _f("net/ipv4/fib_trie.c", Station.IP, 5, "[B]")
fib_table_lookup = _f("net/ipv4/fib_trie.c", Station.IP, 20, "[B]", then=(fib_lookup_good_nhc,))
inet_lookup_ifaddr_rcu = _f("net/ipv4/devinet.c", Station.IP, 4, "[B]")
fib_validate_source = _f("net/ipv4/fib_frontend.c", Station.IP, 6, "[B]", then=(inet_lookup_ifaddr_rcu,))
dst_alloc = _f("net/core/dst.c", Station.IP, 20, "[B]")
rt_dst_alloc = _f(_ROUTE, Station.IP, 10, "[B]", then=(dst_alloc,))
ip_local_deliver = _f(_IP, Station.IP, 6, "[B]")
ip_local_deliver_finish = _f(_IP, Station.IP, 6, "[B]", via=(ip_local_deliver,))
ip_protocol_deliver_rcu = _f(_IP, Station.IP, 6, "[B]")
raw_local_deliver = _f("net/ipv4/raw.c", Station.IP, 5, "[B]", via=(ip_protocol_deliver_rcu,))

# -- UDP receive --------------------------------------------------------------------------------------------
udp_rcv = _f(_UDP, Station.UDP, 5, "[B]")
__udp4_lib_rcv = _f(_UDP, Station.UDP, 15, "[B]", via=(udp_rcv,))
__udp4_lib_lookup = _f(_UDP, Station.UDP, 15, "[B]")
udp4_lib_lookup2 = _f(_UDP, Station.UDP, 15, "[B] a bucket's head")
udp4_lib_lookup4 = _f(_UDP, Station.UDP, 15, "[B] a bucket's head")
udp4_lib_lookup1 = _f(_UDP, Station.UDP, 15, "[B] a bucket's head")
inet_lookup_reuseport = _f("net/ipv4/inet_hashtables.c", Station.UDP, 15, "[B]")
__udp4_lib_mcast_deliver = _f(_UDP, Station.UDP, 25, "[B]")
skb_clone = _f(_SKB, Station.UDP, 45, "[G] slab allocation and copy of the metadata")
udp_unicast_rcv_skb = _f(_UDP, Station.UDP, 5, "[B]")
udp_queue_rcv_skb = _f(_UDP, Station.UDP, 5, "[B]")
udp_queue_rcv_one_skb = _f(_UDP, Station.UDP, 8, "[B]", via=(udp_queue_rcv_skb,))
sk_filter_trim_cap = _f("net/core/filter.c", Station.UDP, 8, "[B]")
skb_pull_rcsum = _f(_SKB, Station.UDP, 5, "[B]", via=(sk_filter_trim_cap,))
ipv4_pktinfo_prepare = _f("net/ipv4/ip_sockglue.c", Station.UDP, 5, "[B]")
__udp_enqueue_schedule_skb = _f(_UDP, Station.SOCKET, 45, "[B]", via=(ipv4_pktinfo_prepare,))
llist_del_all = _f("include/linux/llist.h", Station.SOCKET, 15, "[G] one exchange", kind="mark")
__sk_mem_schedule = _f(_SOCK, Station.SOCKET, 20, "[B]")
__sk_mem_raise_allocated = _f(_SOCK, Station.SOCKET, 20, "[B]", via=(__sk_mem_schedule,))
sock_def_readable = _f(_SOCK, Station.SOCKET, 12, "[B]")
sk_skb_reason_drop = _f(_SKB, Station.SOCKET, 60, "[G]")
kfree_skb_reason = _f(_SKB, Station.SOCKET, 60, "[G]")
udp_fail_queue_rcv_skb = _f(_UDP, Station.SOCKET, 5, "[G]", kind="mark")

# -- waking -------------------------------------------------------------------------------------------------
__wake_up_common = _f(_WAIT, Station.WAKE, 10, "[G]")
__wake_up_sync_key = _f(_WAIT, Station.WAKE, 15, "[G]", then=(__wake_up_common,))
__wake_up_sync = _f(_WAIT, Station.WAKE, 10, "[G]", then=(__wake_up_common,))
__wake_up = _f(_WAIT, Station.WAKE, 10, "[G]", then=(__wake_up_common,))
autoremove_wake_function = _f(_WAIT, Station.WAKE, 10, "[G]")
receiver_wake_function = _f(_DGRAM, Station.WAKE, 8, "[G]")
default_wake_function = _f(_SCHED, Station.WAKE, 5, "[G]")
pollwake = _f(_SELECT, Station.WAKE, 20, "[G]")
ep_poll_callback = _f(_EPOLL, Station.WAKE, 35, "[G]")
ep_autoremove_wake_function = _f(_EPOLL, Station.WAKE, 10, "[G]")
try_to_wake_up = _f(_SCHED, Station.WAKE, 250, "[G] same core 600 with the switch")
ttwu_queue_wakelist = _f(_SCHED, Station.WAKE, 60, "[G]")
native_send_call_func_single_ipi = _f("arch/x86/kernel/apic/ipi.c", Station.WAKE, 60, "[G] APIC write")
call_function_single_prep_ipi = _f(_SCHED, Station.WAKE, 20, "[G]", then=(native_send_call_func_single_ipi,))
sched_ttwu_pending = _f(_SCHED, Station.WAKE, 60, "[G]")
ttwu_do_wakeup = _f(_SCHED, Station.WAKE, 20, "[G]")
ttwu_do_activate = _f(_SCHED, Station.WAKE, 120, "[G]")

# -- scheduler ----------------------------------------------------------------------------------------------
schedule = _f(_SCHED, Station.SCHED, 30, "[G]")
__schedule = _f(_SCHED, Station.SCHED, 200, "[G]")
schedule_idle = _f(_SCHED, Station.SCHED, 30, "[G]")
sched_switch = _f(_SCHED, Station.SCHED, 600, "[K] context switch 1200 with schedule and finish", kind="mark")
finish_task_switch = _f(_SCHED, Station.SCHED, 150, "[G]")
preempt_schedule_irq = _f(_SCHED, Station.SCHED, 30, "[G]")
sched_tick = _f(_SCHED, Station.SCHED, 150, "[G]")
smpboot_thread_fn = _f("kernel/smpboot.c", Station.SCHED, 40, "[G]")
exit_to_user_mode = _f(_ENTRY, Station.SYSCALL, 40, "[K] half of a null system call")

# -- system calls: receive ----------------------------------------------------------------------------------
sys_enter = _f(_ENTRY, Station.SYSCALL, 50, "[K] half of a null system call", kind="mark")
sys_exit = _f(_ENTRY, Station.SYSCALL, 50, "[K] half of a null system call", kind="mark")
__x64_sys_recvfrom = _f(_SOCKET, Station.SYSCALL, 10, "[K]")
__sys_recvfrom = _f(_SOCKET, Station.SYSCALL, 20, "[K]")
sock_recvmsg = _f(_SOCKET, Station.SYSCALL, 10, "[K]")
inet_recvmsg = _f("net/ipv4/af_inet.c", Station.SYSCALL, 8, "[K]")
udp_recvmsg = _f(
    _UDP,
    Station.SYSCALL,
    20,
    "[K]",
    via=(
        __x64_sys_recvfrom,
        __sys_recvfrom,
        sock_recvmsg,
        inet_recvmsg,
    ),
)
__skb_recv_udp = _f(_UDP, Station.SYSCALL, 20, "[K]")
__skb_try_recv_from_queue = _f(_DGRAM, Station.SYSCALL, 12, "[K]")
__skb_wait_for_more_packets = _f(_DGRAM, Station.SYSCALL, 40, "[K]")
schedule_timeout = _f("kernel/time/sleep_timeout.c", Station.SYSCALL, 20, "[K]")
udp_rmem_release = _f(_UDP, Station.SYSCALL, 20, "[K]")
copy_linear_skb = _f("include/linux/udp.h", Station.SYSCALL, 30, "[G] and 60 ns a KiB from cache")
skb_consume_udp = _f(_UDP, Station.SYSCALL, 15, "[K]")
__consume_stateless_skb = _f(_SKB, Station.SYSCALL, 10, "[K]", via=(skb_consume_udp,))
skb_release_data = _f(_SKB, Station.SYSCALL, 15, "[K]")
skb_free_head = _f(_SKB, Station.SYSCALL, 15, "[K]", via=(skb_release_data,))
kfree_skbmem = _f(_SKB, Station.SYSCALL, 20, "[K]")
skb_attempt_defer_free = _f(_SKB, Station.SYSCALL, 25, "[K]", via=(skb_consume_udp,))
sock_recv_length = _f(_SOCKET, Station.SYSCALL, 5, "[K]", kind="mark")
user_work = _f("", Station.APP, 0, "the scene's `work`", kind="user")
user_spin = _f("", Station.APP, 0, "the scene's `work`", kind="user")
user_sleep = _f("", Station.APP, 100, "[G]", kind="user")

# -- epoll, poll, select ------------------------------------------------------------------------------------
__x64_sys_epoll_wait = _f(_EPOLL, Station.SYSCALL, 20, "[K] epoll_wait with one event 515 to 570")
do_epoll_wait = _f(_EPOLL, Station.SYSCALL, 40, "[K]")
ep_poll = _f(_EPOLL, Station.SYSCALL, 40, "[K]")
ep_send_events = _f(_EPOLL, Station.SYSCALL, 40, "[K]")
mutex_lock = _f("kernel/locking/mutex.c", Station.SYSCALL, 12, "[K]")
mutex_unlock = _f("kernel/locking/mutex.c", Station.SYSCALL, 8, "[K]")
__x64_sys_epoll_ctl = _f(_EPOLL, Station.SYSCALL, 20, "[G]")
do_epoll_ctl = _f(_EPOLL, Station.SYSCALL, 60, "[G] with the search in the tree")
ep_start_scan = _f(_EPOLL, Station.SYSCALL, 20, "[K]")
ep_item_poll = _f(_EPOLL, Station.SYSCALL, 25, "[K]")
sock_poll = _f(_SOCKET, Station.SYSCALL, 12, "[K]")
udp_poll = _f(_UDP, Station.SYSCALL, 10, "[K]")
datagram_poll = _f(_DGRAM, Station.SYSCALL, 15, "[K]")
__first_packet_length = _f(_UDP, Station.SYSCALL, 5, "[K]")
first_packet_length = _f(_UDP, Station.SYSCALL, 15, "[K]", then=(__first_packet_length,))
ep_done_scan = _f(_EPOLL, Station.SYSCALL, 25, "[K]")
schedule_hrtimeout_range_clock = _f("kernel/time/sleep_timeout.c", Station.SYSCALL, 10, "[K]")
schedule_hrtimeout_range = _f(
    "kernel/time/sleep_timeout.c", Station.SYSCALL, 20, "[K]", then=(schedule_hrtimeout_range_clock,)
)
__x64_sys_poll = _f(_SELECT, Station.SYSCALL, 20, "[K]")
do_sys_poll = _f(_SELECT, Station.SYSCALL, 60, "[K]")
__x64_sys_pselect6 = _f(_SELECT, Station.SYSCALL, 20, "[K]")
__x64_sys_select = _f(_SELECT, Station.SYSCALL, 20, "[K]")
core_sys_select = _f(_SELECT, Station.SYSCALL, 60, "[K]")
do_select = _f(_SELECT, Station.SYSCALL, 40, "[K]")
poll_scan = _f(_SELECT, Station.SYSCALL, 57, "[K] 57 ns a descriptor scanned", kind="mark")
poll_schedule_timeout = _f(_SELECT, Station.SYSCALL, 30, "[K]")
poll_freewait = _f(_SELECT, Station.SYSCALL, 30, "[K]")
__x64_sys_clock_nanosleep = _f("kernel/time/posix-timers.c", Station.SYSCALL, 20, "[K]")
hrtimer_nanosleep = _f(_TIMER, Station.SYSCALL, 40, "[G]")


# -- drivers: what happens seldom ---------------------------------------------------------------------------
igb_msix_other = _f(_IGB, Station.IRQ, 150, "[G] link state read over the bus")
igb_watchdog_task = _f(_IGB, Station.IRQ, 0, "its kworker's time is not charged")
ixgbe_msix_other = _f(_IXGBE, Station.IRQ, 150, "[G] link state read over the bus")

FUNCTIONS: tuple[FunctionInfo, ...] = seal(vars(sys.modules[__name__]), _f)
"""The whole table, in order of number."""
