"""The headers that are read, as tables: Ethernet, VLAN, IPv4, UDP, TCP, ICMP, ARP.

Names are Wireshark's; DSCP, ECN and TTL are short. Left out: IPv6, the options of IPv4 and TCP one by one, what an
ICMP error quotes.
"""

from __future__ import annotations

from engine.packet.parts import (
    Part,
    bits,
    flags,
    hexadecimal,
    ipv4,
    mac,
    named,
    number,
    size_in_bytes,
)

IPV4, ARP, VLAN, SERVICE_VLAN = 0x0800, 0x0806, 0x8100, 0x88A8
ICMP, TCP, UDP = 1, 6, 17

ETHERTYPES = {IPV4: "IPv4", ARP: "ARP", 0x86DD: "IPv6", VLAN: "802.1Q VLAN", SERVICE_VLAN: "802.1ad VLAN"}
PROTOCOLS = {ICMP: "ICMP", 2: "IGMP", TCP: "TCP", UDP: "UDP", 47: "GRE", 50: "ESP"}
ICMP_TYPES = {
    0: "Echo reply",
    3: "Destination unreachable",
    5: "Redirect",
    8: "Echo request",
    11: "Time to live exceeded",
}
ECHO = (0, 8)

_TYPE = named(ETHERTYPES, hexadecimal)

ETHERNET = (
    Part(0, 6, "Destination", mac, "MAC address of the adapter or group it is for"),
    Part(6, 6, "Source", mac, "MAC address of the adapter that sent it"),
    Part(12, 2, "Type", _TYPE, "protocol of what it carries"),
)
TAG = (
    Part(0, 1, "Priority", bits(5, 3), "class of service, PCP"),
    Part(0, 1, "DEI", bits(4, 1), "drop eligible indicator"),
    Part(0, 2, "ID", bits(0, 12), "number of the VLAN"),
    Part(2, 2, "Type", _TYPE, "protocol of what it carries"),
)
IP_HEADER = (
    Part(0, 1, "Version", bits(4, 4), "4 for IPv4"),
    Part(0, 1, "Header Length", bits(0, 4, 4, " B"), "IHL, counted in words of four bytes"),
    Part(1, 1, "DSCP", bits(2, 6), "differentiated services codepoint"),
    Part(
        1,
        1,
        "ECN",
        lambda data: ("Not-ECT", "ECT(1)", "ECT(0)", "CE")[data[0] & 3],
        "explicit congestion notification",
    ),
    Part(2, 2, "Total Length", size_in_bytes, "header and data, without Ethernet and padding"),
    Part(4, 2, "Identification", hexadecimal, "tells the fragments of one packet from another's"),
    Part(
        6,
        1,
        "Flags",
        flags(("", "", "", "", "", "MF", "DF", "reserved")),
        "DF: never fragment; MF: more follow",
    ),
    Part(6, 2, "Fragment Offset", bits(0, 13, 8, " B"), "where in the packet this fragment belongs"),
    Part(8, 1, "TTL", number, "routers it may still pass"),
    Part(9, 1, "Protocol", named(PROTOCOLS), "protocol of what it carries"),
)
IP_CHECKSUM = (10, "Header Checksum", "over the header, ones' complement")
IP_ADDRESSES = (
    Part(12, 4, "Source Address", ipv4, "host that sent it"),
    Part(16, 4, "Destination Address", ipv4, "host or group it is for"),
)
PORTS = (
    Part(0, 2, "Source Port", number, "port of the sender"),
    Part(2, 2, "Destination Port", number, "port it is for"),
)
UDP_LENGTH = (Part(4, 2, "Length", size_in_bytes, "header and data"),)
UDP_CHECKSUM = (6, "Checksum", "over addresses, ports and data; 0 is none")
TCP_HEADER = (
    Part(4, 4, "Sequence Number", number, "of its first byte of data, as on the wire"),
    Part(8, 4, "Acknowledgment Number", number, "the byte expected next, as on the wire"),
    Part(12, 1, "Header Length", bits(4, 4, 4, " B"), "data offset, counted in words of four bytes"),
    Part(
        13,
        1,
        "Flags",
        flags(("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR")),
        "what the segment does to the connection",
    ),
    Part(14, 2, "Window", number, "bytes the sender has room for, before scaling"),
)
TCP_CHECKSUM = (16, "Checksum", "over addresses, ports and data")
TCP_URGENT = (Part(18, 2, "Urgent Pointer", number, "end of urgent data, with URG"),)
ICMP_HEADER = (
    Part(0, 1, "Type", named(ICMP_TYPES), "kind of message"),
    Part(1, 1, "Code", number, "which of its kind"),
)
ICMP_CHECKSUM = (2, "Checksum", "over the whole message")
ICMP_ECHO = (
    Part(4, 2, "Identifier", number, "tells one ping from another"),
    Part(6, 2, "Sequence Number", number, "number of the request"),
)
ICMP_REST = (Part(4, 4, "Rest of Header", hexadecimal, "by type and code"),)
ARP_PACKET = (
    Part(0, 2, "Hardware type", named({1: "Ethernet"}), "kind of link"),
    Part(2, 2, "Protocol type", _TYPE, "protocol whose addresses are asked for"),
    Part(4, 1, "Hardware size", number, "bytes of a link address"),
    Part(5, 1, "Protocol size", number, "bytes of a protocol address"),
    Part(6, 2, "Opcode", named({1: "request", 2: "reply"}), "question or answer"),
    Part(8, 6, "Sender MAC address", mac, "who asks or answers"),
    Part(14, 4, "Sender IP address", ipv4, "who asks or answers"),
    Part(18, 6, "Target MAC address", mac, "who is asked; zero in a request"),
    Part(24, 4, "Target IP address", ipv4, "whose address is asked for"),
)
