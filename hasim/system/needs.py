"""Needs: what must serve for something to serve."""

from pydantic import Field

from hasim.system.parts import Part


class NeedName(Part):
    """A need for one component or service.

    Attributes
    ----------
    name : str
        The component or service.
    at_least : int or None
        Replicas of the component that will do, where not its own ``required``.
    calls : float
        Requests made of it for each request served.
    by : str or None
        The balancer that has a route there, whose view of the replicas counts; None: no route.
    """

    name: str
    at_least: int | None = Field(default=None, ge=1)
    calls: float = Field(default=1.0, ge=0.0, allow_inf_nan=False)
    by: str | None = None


class NeedAny(Part):
    """A need that is met while at least one of ``needs`` is; they share the requests equally."""

    needs: tuple["Need", ...] = Field(min_length=1)


class NeedAll(Part):
    """A need that is met while all of ``needs`` are."""

    needs: tuple["Need", ...] = Field(min_length=1)


class NeedAtLeast(Part):
    """A need that is met while at least ``at_least`` of ``needs`` are."""

    at_least: int = Field(ge=1)
    needs: tuple["Need", ...] = Field(min_length=1)


Need = NeedName | NeedAny | NeedAll | NeedAtLeast
"""A name, or some of several needs."""
