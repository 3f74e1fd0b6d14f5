"""The Qt binding that is installed does not lose references.

PySide6 6.12.0 on Python before 3.12 takes a reference from None at every call of a method that returns nothing, and
the process aborts after some thousands of them (docs/decisions/0001-pyside-pin.md).
"""

from __future__ import annotations

import subprocess
import sys

CALLS = 500


def test_void_methods_leave_the_count_of_none_alone() -> None:
    code = (
        "import gc, sys\n"
        "from PySide6.QtCore import QObject\n"
        "gc.disable()\n"
        "thing, before = QObject(), sys.getrefcount(None)\n"
        f"for _ in range({CALLS}): thing.setObjectName('x')\n"
        "print(sys.getrefcount(None) - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert abs(int(done.stdout)) < CALLS // 10
