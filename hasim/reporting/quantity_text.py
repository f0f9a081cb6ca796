"""Values of quantities in words, to three digits."""

from __future__ import annotations

from hasim.solution.text import show_seconds
from hasim.units import SECONDS_PER_YEAR


def show_quantity(kind: str, value: float) -> str:
    """Return a value as people read it.

    Parameters
    ----------
    kind : str
        ``duration``, ``rate``, ``share``, ``throughput``, ``price`` or ``number``.
    value : float
        In seconds, per second, as a share, in requests per second, in the unit of the price or as a
        number.
    """
    match kind:
        case "duration":
            return show_seconds(value)
        case "rate":
            return f"{value * SECONDS_PER_YEAR:.3g} / year"
        case "share":
            return f"{100.0 * value:.4g} %"
        case "throughput":
            return f"{value:,.0f} rps" if value >= 1000.0 else f"{value:.3g} rps"
        case _:
            return f"{value:.3g}"
