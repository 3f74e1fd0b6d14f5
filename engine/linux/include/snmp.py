"""include/net/snmp.h: the counters of /proc/net/snmp and /proc/net/netstat that the receive path moves.

A field is the protocol's name and the counter's, as nstat prints it.
"""

from __future__ import annotations

from engine.timeline.record import Record, field


class Mib(Record, kernel_name="mib", meaning="SNMP counters of the network namespace."):
    """What `nstat -az` prints; counters no modelled code moves are not here and read as 0."""

    IpInReceives: int = field("skbs that entered ip_rcv", unit="skbs")
    IpInHdrErrors: int = field("bad IP headers", unit="skbs")
    IpInAddrErrors: int = field("not for a local address", unit="skbs")
    IpInUnknownProtos: int = field("no handler for the protocol", unit="skbs")
    IpInDiscards: int = field("dropped for want of memory", unit="skbs")
    IpInDelivers: int = field("handed to a transport protocol", unit="skbs")
    UdpInDatagrams: int = field("datagrams read by programs", unit="datagrams")
    UdpNoPorts: int = field("no socket", unit="datagrams")
    UdpInErrors: int = field("datagrams lost at a socket", unit="datagrams")
    UdpRcvbufErrors: int = field("receive buffer full", unit="datagrams")
    UdpInCsumErrors: int = field("bad UDP checksum", unit="datagrams")
    UdpIgnoredMulti: int = field("multicast without a member", unit="datagrams")
    UdpMemErrors: int = field("udp_mem exhausted", unit="datagrams")
    IpExtInNoRoutes: int = field("no route", unit="skbs")
    IpExtInTruncatedPkts: int = field("shorter than the IP header says", unit="skbs")
    IpExtInMcastPkts: int = field("multicast", unit="skbs")
    IpExtInBcastPkts: int = field("broadcast", unit="skbs")
    IpExtInOctets: int = field("IP bytes in", unit="B")
    IpExtInMcastOctets: int = field("multicast IP bytes in", unit="B")
    IpExtInBcastOctets: int = field("broadcast IP bytes in", unit="B")
    IpExtInCsumErrors: int = field("bad IP header checksum", unit="skbs")
    IpExtInNoECTPkts: int = field("wire segments without ECN", unit="segments")
