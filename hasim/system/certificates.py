"""Certificates: what ends on a day that is known, on every replica at once."""

from pydantic import Field

from hasim.system.parts import INSTANT, DelayLaw, Part, Share


class Certificate(Part):
    """A certificate, key or token that is renewed again and again, or forgotten.

    Attributes
    ----------
    on : tuple of str
        The components of which no replica serves once it has expired.
    every : float
        Seconds from one expiry to the next.
    first : float
        Seconds from the start to the first expiry.
    missed : float
        Probability that an expiry comes without the renewal having been done.
    detect : Law
        From the expiry to its being noticed.
    renew : Law
        From there to its being renewed, without waiting for a crew.
    crew : str or None
        Who renews; None: somebody always can.
    priority : int
        Lower goes first at the crew.
    """

    on: tuple[str, ...] = Field(min_length=1)
    every: float = Field(gt=0.0, allow_inf_nan=False)
    first: float = Field(gt=0.0, allow_inf_nan=False)
    missed: Share
    detect: DelayLaw = INSTANT
    renew: DelayLaw
    crew: str | None = None
    priority: int = 0
