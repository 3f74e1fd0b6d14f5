"""Frames of the worker's output."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.frames import Frame, FrameKind, FrameReader, frame

frames = st.lists(st.builds(Frame, st.sampled_from(FrameKind), st.binary(max_size=40)), max_size=12)


@given(frames, st.integers(1, 17))
def test_frames_come_out_whole_whatever_the_pieces_are(sent: list[Frame], size: int) -> None:
    stream = b"".join(frame(*one) for one in sent)
    reader = FrameReader()
    got = [one for at in range(0, len(stream), size) for one in reader.feed(stream[at : at + size])]
    assert got == sent
    assert reader.pending == 0


def test_half_a_frame_waits() -> None:
    reader = FrameReader()
    assert list(reader.feed(frame(FrameKind.CHUNK, b"abcdef")[:-1])) == []
    assert reader.pending == 10
    assert list(reader.feed(b"f")) == [Frame(FrameKind.CHUNK, b"abcdef")]


@pytest.mark.parametrize("stream", [b"Traceback (most", b"\xff\0\0\0\0", b"C\xff\xff\xff\xff"])
def test_what_is_no_frame_is_refused(stream: bytes) -> None:
    with pytest.raises(ValueError, match="the worker"):
        list(FrameReader().feed(stream))
