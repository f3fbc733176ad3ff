"""Files that are there whole or not at all."""

import os
import tempfile
from pathlib import Path


def write_whole(place: Path, content: bytes) -> None:
    """The file is there whole or not at all, also when the disk is full or the machine stops."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=place.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(place)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
