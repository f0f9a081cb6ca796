"""Downtime in a year or a month: how it is distributed, not only its mean."""

from __future__ import annotations

from functools import partial

from hasim.conformance.cases import HOUR, Case
from hasim.conformance.machine_repair import repair_machines
from hasim.process.questions import Accumulated, DowntimeBeyond, ReachedBy

_YEAR, _MONTH = 8760, 720

# ---------------------------------------------------------------------------- one unit

_TAKACS = partial(
    Case,
    "F01",
    "One unit, the chance of more downtime in a year",
    "Takacs 1957, closed form with a Bessel function",
)


def _one(mtbf: float, mttr: float) -> partial:  # type: ignore[type-arg]  # of a Process
    return partial(repair_machines, 1, 1, life=mtbf * HOUR, repair=mttr * HOUR, crews=1)


#: Mean hours up and down, hours of downtime, and the chance of more.
_BEYOND = (
    (2000, 2, 0.876, 0.9573494859687),
    (2000, 2, 4.38, 0.7455534952185),
    (2000, 2, 8.76, 0.4309729421037),
    (2000, 2, 17.52, 0.0849679464677),
    (2000, 2, 35.04, 0.00102088068084),
    (1000, 4, 8.76, 0.9727020411754),
    (1000, 4, 35.04, 0.4486268522786),
    (1000, 4, 87.6, 0.005410116754),
)

_TAKACS_CASES = (
    *(
        _TAKACS(
            f"over {x} h, MTBF {mtbf} h, MTTR {mttr} h",
            value,
            1e-9,
            _one(mtbf, mttr),
            DowntimeBeyond("works", _YEAR * HOUR, x * HOUR),
        )
        for mtbf, mttr, x, value in _BEYOND
    ),
    *(
        _TAKACS(
            f"mean hours, MTBF {mtbf} h, MTTR {mttr} h",
            value,
            1e-11,
            _one(mtbf, mttr),
            Accumulated("failed", _YEAR * HOUR),
            factor=1 / HOUR,
        )
        for mtbf, mttr, value in ((2000, 2, 8.7492527452567), (1000, 4, 34.88452564245))
    ),
)

# ---------------------------------------------------------------------------- two nodes

_PLEDGE = partial(
    Case,
    "F04",
    "Two nodes and one repairer: the chance of more downtime than pledged",
    "interval availability of a Markov chain, after de Souza e Silva and Gail 1986",
)

_PAIR = partial(repair_machines, 2, 1, life=HOUR / 0.002, repair=HOUR / 0.25, crews=1)

_PLEDGE_CASES = (
    *(
        _PLEDGE(
            f"over {x} h in {hours} h",
            value,
            1e-8,
            _PAIR,
            DowntimeBeyond("works", hours * HOUR, x * HOUR),
        )
        for hours, x, value in (
            (_YEAR, 0.876, 0.198150617725),
            (_YEAR, 4.38, 0.09275317005),
            (_YEAR, 8.76, 0.035728894239),
            (_YEAR, 17.52, 0.005224043716),
            (_MONTH, 0.072, 0.021742399103),
            (_MONTH, 0.72, 0.018530127448),
            (_MONTH, 3.6, 0.009104955245),
        )
    ),
    *(
        _PLEDGE(
            f"chance of no outage in {hours} h",
            value,
            1e-9,
            _PAIR,
            ReachedBy("failed", hours * HOUR),
            complement=True,
        )
        for hours, value in ((_YEAR, 0.76058963017), (_MONTH, 0.977867948865))
    ),
    _PLEDGE(
        "mean hours in 8760 h",
        1.102479372658,
        1e-10,
        _PAIR,
        Accumulated("failed", _YEAR * HOUR),
        factor=1 / HOUR,
    ),
)

CASES = (*_TAKACS_CASES, *_PLEDGE_CASES)
