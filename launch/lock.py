"""One start at a time in a folder.  Standard library only."""

import contextlib
import os
import time

from launch import places
from launch.words import say, tell


@contextlib.contextmanager
def alone():
    """Let a second start (the user was impatient) wait until the first one has prepared everything."""
    file = places.ROOT / "work" / ".lock"
    file.parent.mkdir(exist_ok=True)
    with file.open("w") as handle:
        if not lock(handle):
            tell(say("Another window is preparing the course: waiting for it.", "另一个窗口正在准备课程，请稍候。"))
            while not lock(handle):
                time.sleep(0.5)
        yield


def lock(handle):
    with contextlib.suppress(OSError):
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
