"""Writing a file whole or not at all: beside its place first, then onto it."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path

NEW_MODE = 0o644


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` in the place of a file; a crash, a full disk or a refusal leaves the old file as it was.

    The permissions of the old file stay, a link keeps pointing to the file that it names, and both the data
    and the name are on the disk when this returns.

    Raises:
        OSError: The file or its folder cannot be written, or there is no room.
    """
    target = path.resolve()
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            shutil.copymode(target, beside)
        else:
            beside.chmod(NEW_MODE)
        beside.replace(target)
        _flush_folder(target.parent)
    finally:
        beside.unlink(missing_ok=True)


def reason(error: OSError) -> str:
    """What the system says is wrong, as the end of a sentence."""
    return (error.strerror or str(error)).lower()


def _flush_folder(folder: Path) -> None:
    """Make a renaming last, where folders can be opened."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return  # not on every system
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # file systems that have no such thing
            raise
    finally:
        os.close(handle)
