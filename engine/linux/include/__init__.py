"""The structures that several kernel files share, as recorded records.

All are imported here in one order, so that class numbers, and with them the digest of a run, do not depend on which
module a program happens to import first.
"""

import engine.hardware.records
import engine.linux.include.eventpoll
import engine.linux.include.interrupt
import engine.linux.include.netdevice
import engine.linux.include.packet
import engine.linux.include.sched
import engine.linux.include.skbuff
import engine.linux.include.snmp
import engine.linux.include.sock
import engine.linux.include.sysctl  # noqa: F401
