"""Write constraints.txt: every dependency pinned and hashed for Python 3.11 and above.

Run by hand, with `uv` on the path, when a dependency is added or brought up to date::

    python scripts/pin.py            # keeps what is pinned already
    python scripts/pin.py --upgrade  # takes the newest versions

The file has two parts: what `make setup` installs (runtime and `dev`, which holds what `app` and
`scale` add), then what the extra `oracles` adds. Both install with `pip install --require-hashes`.
No address of any index is written.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
TITLE = "# Written by scripts/pin.py; do not edit. For Python 3.11 and above."
ORACLES = "# The extra oracles adds:"


def resolve(extras: str, pinned: Path, *, upgrade: bool) -> list[str]:
    """Return the pinned blocks (name, version, marker, hashes) that pyproject.toml asks for."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out.txt")
        if not upgrade and pinned.exists():
            out.write_text(pinned.read_text())
        command = ["uv", "pip", "compile", "--universal", "--python-version", "3.11"]
        command += ["--generate-hashes", "--no-annotate", "--no-header", "--quiet"]
        command += [*extras.split(), "pyproject.toml", "-o", str(out)]
        subprocess.run(command, cwd=ROOT, check=True)
        lines = [line for line in out.read_text().splitlines() if not line.startswith(("#", "-"))]
    blocks = re.split(r"\n(?=\S)", "\n".join(lines).strip())
    return [block.rstrip() for block in blocks]


def main() -> None:
    """Resolve everything once, then split off what `make setup` does not need."""
    upgrade = "--upgrade" in sys.argv[1:]
    everything = resolve("--all-extras", CONSTRAINTS, upgrade=upgrade)
    with tempfile.TemporaryDirectory() as folder:
        pinned = Path(folder, "everything.txt")
        pinned.write_text("\n".join(everything) + "\n")
        first, oracles = (
            set(resolve(extras, pinned, upgrade=False))
            for extras in ("--extra dev", "--extra oracles")
        )
    parts = {TITLE: first, ORACLES: oracles - first}
    lines = [
        line
        for title, held in parts.items()
        for line in (title, *filter(held.__contains__, everything))
    ]
    CONSTRAINTS.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
