"""One start at a time in a folder.  Standard library only."""

import contextlib
import errno
import os
import time

from launch import places
from launch.words import say, tell

# What the system answers where somebody else holds the lock. Any other answer (of a network drive, mostly) means that
# there are no locks here: asking again would go on for ever.
HELD = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK, errno.EINTR}


@contextlib.contextmanager
def alone():
    """Let a second start (the user was impatient) wait until the first one has prepared everything."""
    file = places.ROOT / "work" / ".lock"
    file.parent.mkdir(exist_ok=True)
    with file.open("w") as handle:
        held = lock(handle)
        if held is None:
            tell(
                say(
                    "This drive knows no locks: open the course in one window at a time.",
                    "这个磁盘不支持文件锁：请不要在两个窗口里同时启动课程。",
                )
            )
        elif not held:
            tell(say("Another window is preparing the course: waiting for it.", "另一个窗口正在准备课程，请稍候。"))
            while lock(handle) is False:
                time.sleep(0.5)
        yield


def lock(handle):
    """Return True for a lock that is ours now, False for one that another start holds, None where there are none."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return False if error.errno in HELD else None
    return True
