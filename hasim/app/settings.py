"""How this server of the app was started: what `hasim app` hands over in the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from hasim.runners import available_processors

#: Seconds that a request may ask for, and that its worker may take beyond them.
MOST_SECONDS = 600.0
GRACE_SECONDS = 60.0

#: Bytes of memory of one worker.
MEMORY = 4 * 2**30


@dataclass(frozen=True, slots=True)
class Settings:
    """How the app was started.

    Parameters
    ----------
    studies : Path
        The folder of studies.
    model : Path or None
        A model to begin with.
    workers : int
        Most processes at work at one time.
    """

    studies: Path
    model: Path | None
    workers: int

    @classmethod
    def read(cls) -> Settings:
        """Read them from the environment, as `hasim app` has set it."""
        model = os.environ.get("HASIM_APP_MODEL", "")
        workers = os.environ.get("HASIM_APP_WORKERS", "")
        return cls(
            Path(os.environ.get("HASIM_APP_STUDIES") or usual_folder()),
            Path(model) if model else None,
            int(workers) if workers else available_processors(),
        )


def usual_folder() -> Path:
    """Where studies are kept unless somebody says otherwise (XDG Base Directory)."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "hasim" / "studies"
