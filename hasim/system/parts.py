"""What all parts of a System share: being frozen, and the kinds of values that they hold."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

from hasim.laws import Fixed, Law

MAX_COUNT = 100_000
"""Most replicas of a component and most members of a crew (ten times the largest benchmark)."""

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Count = Annotated[int, Field(ge=1, le=MAX_COUNT)]


def _law(value: object) -> Any:
    if not isinstance(value, Law):
        raise ValueError("a delay law is needed")
    return value


DelayLaw = Annotated[Law, PlainValidator(_law)]
INSTANT = Fixed(0.0)


class Part(BaseModel):
    """What all parts of a System share: frozen, and unknown names are refused."""

    # What a model does not use is not built: a twentieth of the time that a small run takes.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)
