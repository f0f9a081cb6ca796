"""Simulate the random models that the bands of the engine matched are held against.

Some half an hour on one core: python scripts/simulate_matched_truths.py. Rewrites
verification/matched_truths.json: for each model unavailability and outages a year, each with the
low and high end of its 95 % interval.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from hasim.solving import solve  # noqa: E402  # found only then
from verification.matched_models import random_model  # noqa: E402

NUMBERS = range(200, 400)
FIGURES = ("unavailability", "outages_per_year")


def simulate(number: int) -> dict[str, list[float]]:
    """Return the figures of a model with their intervals."""
    found = solve(
        random_model(number),
        engine="montecarlo",
        precision=0.003,
        seed=1,
        max_time=14.0,
        threads=1,
    )["service"]
    ends = {figure: getattr(found, figure) for figure in FIGURES}
    return {figure: [one.value, one.low, one.high] for figure, one in ends.items()}


if __name__ == "__main__":
    lines = []
    for number in NUMBERS:
        lines.append(f'"{number}": {json.dumps(simulate(number))}')
        print(number, flush=True)
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    (ROOT / "verification" / "matched_truths.json").write_text(text, encoding="utf-8")
