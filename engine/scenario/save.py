"""Writing a scene: checked before, whole or not at all."""

import os
import shutil
import tempfile
from pathlib import Path

from engine.scenario.document import SceneDocument, load
from engine.scenario.errors import SceneError


def save(text: str, path: Path) -> SceneDocument:
    """Write the text of a scene to a file and return it as a document of that file.

    The text is checked first, and written beside the file before it takes its place, so that a broken text, a
    full disk or a crash leaves the old file as it was.

    Raises:
        SceneError: The text is no scene, or the file cannot be written.
    """
    document = load(text, name=str(path), folder=path.parent)
    target = path.resolve()  # a link keeps pointing to the file that it names
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(text.encode())
                stream.flush()
                os.fsync(stream.fileno())
            if target.exists():
                shutil.copymode(target, name)
            else:
                Path(name).chmod(0o644)
            Path(name).replace(target)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise SceneError(
            f"cannot be written: {(error.strerror or str(error)).lower()}", file=str(path)
        ) from error
    return document
