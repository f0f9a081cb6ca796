"""Needs: what must serve for something to serve, and what is used without being needed."""

from pydantic import Field

from hasim.system.parts import INSTANT, DelayLaw, Part, Share


class NeedName(Part):
    """A need for one component or service.

    Attributes
    ----------
    name : str
        The component or service.
    at_least : int or None
        Replicas of the component that will do, where not its own ``required``; with `within`
        replicas in the same domain, 1 where None.
    calls : float
        Requests made of it for each request served.
    by : str or None
        The balancer that has a route there, whose view of the replicas counts; None: no route.
    within : str or None
        Level of the domains, such as ``zone``, in which each replica uses those of its own only.
    tolerates : float or None
        Seconds for which it is served on without it; None: none.
    fails_open : bool
        Whether it never stops what has it, which then serves unguarded.
    """

    name: str
    at_least: int | None = Field(default=None, ge=1)
    calls: float = Field(default=1.0, ge=0.0, allow_inf_nan=False)
    by: str | None = None
    within: str | None = None
    tolerates: float | None = Field(default=None, gt=0.0, allow_inf_nan=False)
    fails_open: bool = False


class Failback(Part):
    """The return to what is preferred, once it is there again.

    Attributes
    ----------
    after : Law
        For so long it must have been there.
    takes : Law
        The change itself, in which nothing serves.
    """

    after: DelayLaw = INSTANT
    takes: DelayLaw = INSTANT


class Changeover(Part):
    """What it costs to change from one alternative to another.

    Attributes
    ----------
    detect, switch : Law
        From the loss of the alternative in use to its being noticed, and from there to using the
        next one.
    coverage : float
        Probability that the change works by itself.
    manual : Law or None
        What replaces `switch` otherwise; None: the alternative in use is waited for.
    failback : Failback or None
        The way back to the first alternative; None: there is none.
    """

    detect: DelayLaw = INSTANT
    switch: DelayLaw = INSTANT
    coverage: Share = 1.0
    manual: DelayLaw | None = None
    failback: Failback | None = None

    @property
    def never_works(self) -> bool:
        """Whether the first alternative is never left, neither by itself nor by hand."""
        return self.coverage == 0 and self.manual is None


class NeedAny(Part):
    """A need that is met while at least one of ``needs`` is.

    Attributes
    ----------
    needs : tuple of Need
        The alternatives; they share the requests equally.
    failover : Changeover or None
        Given, one alternative is in use at a time, the first one to begin with.
    tolerates : float or None
        Seconds for which it is served on without it; None: none.
    fails_open : bool
        Whether it never stops what has it.
    """

    needs: tuple["Need", ...] = Field(min_length=1)
    failover: Changeover | None = None
    tolerates: float | None = Field(default=None, gt=0.0, allow_inf_nan=False)
    fails_open: bool = False


class NeedAll(Part):
    """A need that is met while all of ``needs`` are; the rest as for the others."""

    needs: tuple["Need", ...] = Field(min_length=1)
    tolerates: float | None = Field(default=None, gt=0.0, allow_inf_nan=False)
    fails_open: bool = False


class NeedAtLeast(Part):
    """A need that is met while at least ``at_least`` of ``needs`` are; the rest likewise."""

    at_least: int = Field(ge=1)
    needs: tuple["Need", ...] = Field(min_length=1)
    tolerates: float | None = Field(default=None, gt=0.0, allow_inf_nan=False)
    fails_open: bool = False


class NeedCells(Part):
    """A need of which each part serves users of its own, as many as the others.

    Attributes
    ----------
    needs : tuple of Need
        The cells.
    at_least : int
        The need is met while so many of them are; the users of the others are not served.
    tolerates : float or None
        Seconds for which it is served on without it; None: none.
    fails_open : bool
        As in NeedName.
    """

    needs: tuple["Need", ...] = Field(min_length=1)
    at_least: int = Field(default=1, ge=1)
    tolerates: float | None = Field(default=None, gt=0.0, allow_inf_nan=False)
    fails_open: bool = False


Need = NeedName | NeedAny | NeedAll | NeedAtLeast | NeedCells
"""A name, or some of several needs."""


def is_routed(need: Need) -> bool:
    """Whether a need stands for routes: a name behind a balancer, or several in an order."""
    if isinstance(need, NeedName):
        return need.by is not None
    return isinstance(need, NeedAny) and all(map(is_routed, need.needs))


class Use(Part):
    """A soft dependency: what uses it serves on without it, but loses some of its work.

    Attributes
    ----------
    name : str
        The component or service.
    loses : float
        Share of the work that is lost while it does not serve.
    calls : float
        Requests made of it for each request served.
    by : str or None
        The balancer that has a route there with a share; None: no route.
    """

    name: str
    loses: Share = 0.0
    calls: float = Field(default=1.0, ge=0.0, allow_inf_nan=False)
    by: str | None = None
