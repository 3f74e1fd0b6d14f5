"""The packet view: one packet's memory, its way through the host, its headers and its bytes."""

from viewer.panels.packet.panel import PacketPanel

__all__ = ["PacketPanel"]
