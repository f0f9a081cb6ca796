"""Money in words: whole amounts where they are large, three digits where they are small."""

from __future__ import annotations

#: From here on the three digits of everything else would be fewer than people expect of money.
_WHOLE = 100.0


def show_money(amount: float, currency: str) -> str:
    """Return an amount as people read it: ``382,920 EUR``, ``0.0425 EUR``.

    Parameters
    ----------
    amount : float
        May be negative.
    currency : str
    """
    number = f"{amount:,.0f}" if abs(amount) >= _WHOLE else f"{amount:.3g}"
    return f"{number} {currency}"
