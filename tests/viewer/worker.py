"""A worker that sends the small host's run, in the ways that the tests ask for.

Run as a script: the first argument is how (whole, slow, dies, bad, fails, noise).
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.viewer.host import chunks, prologue
from viewer.frames import FrameKind, frame


def send(kind: FrameKind, payload: bytes) -> None:
    sys.stdout.buffer.write(frame(kind, payload))
    sys.stdout.buffer.flush()


def progress(share: int) -> None:
    told = {"until_ns": share * 1000, "of_ns": 100_000, "steps": share}
    send(FrameKind.PROGRESS, json.dumps(told).encode())


def main(how: str) -> int:
    asked = json.loads(sys.stdin.readline())
    if how == "bad":
        print(json.dumps({"error": f"{asked.get('path')}:3: nic[0].driver: must be igb"}), file=sys.stderr)
        return 2
    if how == "noise":
        print("Traceback: this is not a frame")
        return 0
    send(FrameKind.PROLOGUE, prologue().to_bytes())
    made = chunks(6)
    for number, chunk in enumerate(made):
        progress(number * 30)
        send(FrameKind.CHUNK, chunk.to_bytes())
        if how == "dies" and number == 0:
            os.kill(os.getpid(), 9)
        if how == "fails" and number == 1:
            told = {"error": "budget is negative", "function": "net_rx_action", "packet": 7, "where": "cpu 0"}
            print(json.dumps(told), file=sys.stderr)
            return 1
        if how == "slow":
            time.sleep(60)  # killed by whoever asked
    send(FrameKind.RESULTS, json.dumps({"steps": 3}).encode())
    send(FrameKind.END, b"")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
