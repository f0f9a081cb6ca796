"""Links between places, which can be cut while both sides go on."""

from hasim.system.parts import DelayLaw, Part


class Link(Part):
    """A network between two domains.

    Attributes
    ----------
    between : tuple of str
        The two domains; what is inside of one cannot reach what is inside of the other while the
        link is cut.
    after : Law
        The time for which it is whole.
    lasts : Law
        The time for which it is cut.
    """

    between: tuple[str, str]
    after: DelayLaw
    lasts: DelayLaw
