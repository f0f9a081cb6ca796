"""Restarting elsewhere."""

from hasim.system.needs import Need
from hasim.system.parts import INSTANT, DelayLaw, Part


class Relocate(Part):
    """How a replica whose host is gone is restarted on another.

    Attributes
    ----------
    detect, decide, start : Law
        Until the loss is noticed, until the host is given up, and until the replica runs elsewhere.
    needs : tuple of Need
        What must serve for `decide` and `start` to go on: a scheduler, a registry of images.
    """

    detect: DelayLaw = INSTANT
    decide: DelayLaw = INSTANT
    start: DelayLaw = INSTANT
    needs: tuple[Need, ...] = ()
