"""The bytes of a packet, made again when somebody looks, and what they mean.

`frame_bytes` writes the Ethernet frame that the timeline tells of, `layers` reads any frame, `hex_rows` sets it in
rows. Nothing is recorded for this: a frame follows from its flow, its number and its length.
"""

from engine.packet.hexdump import HexRow, hex_rows
from engine.packet.layers import layers
from engine.packet.parts import Field, Layer
from engine.packet.regenerate import frame_bytes

__all__ = ["Field", "HexRow", "Layer", "frame_bytes", "hex_rows", "layers"]
