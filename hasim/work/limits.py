"""What a worker may take of the machine: some memory, idle processors, and the time of its server.

Rules of this file: limits are the operating system's, so that nothing in a model gets around them.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress

#: How far a worker steps back behind the pages of the app, of 19.
_NICENESS = 5


def limit_process(memory: int) -> None:
    """Limit this process.

    Parameters
    ----------
    memory : int
        Bytes of data that it may hold; 0: as many as there are. Only Linux keeps to it.
    """
    with suppress(OSError):
        os.nice(_NICENESS)
    if memory and sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def end_with_input() -> None:
    """End this process when its standard input does: who started it is gone.

    What has been computed is kept; nothing is tidied up, as after a kill.
    """

    def wait() -> None:
        with suppress(OSError):
            while os.read(0, 1024):
                pass
        os._exit(1)

    threading.Thread(target=wait, daemon=True, name="end with input").start()
