"""What each service is asked for, and whether its model can be held against that at all.

Rules of this file: what can never be known of a model is refused before anything is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hasim.errors import InputError
from hasim.planner.sizing.search import Aims
from hasim.planner.sizing.targets import Target, objectives_as_targets, read_targets
from hasim.planner.sizing.traits import Book
from hasim.system import System


def read_aims(targets: Sequence[Target | str], written: System) -> tuple[Target, ...]:
    """Return targets that were given, as text or read; without any, the objectives of the model.

    Parameters
    ----------
    targets : sequence of Target or str
    written : System

    Raises
    ------
    InputError
        For one that cannot be meant.
    """
    texts = [target for target in targets if isinstance(target, str)]
    others = [target for target in targets if not isinstance(target, str)]
    currency = None if written.costs is None else written.costs.currency
    read = (*others, *read_targets(texts, written.services, currency))
    return read or objectives_as_targets(written)


def aims_of(written: System, targets: Sequence[Target]) -> Aims:
    """Return the targets of each service; those of money are of none.

    Parameters
    ----------
    written : System
        The model as it is written.
    targets : sequence of Target

    Raises
    ------
    InputError
        Without targets, for a service that is not there, and for breaches of no promise.
    """
    if not targets:
        raise InputError(
            "there is nothing to reach: no target is given and the model has no objectives",
            "at least one target",
            "write availability=99.95%",
        )
    for target in targets:
        if target.service is not None and target.service not in written.services:
            raise InputError(f"the model has no service {target.service}", "one that it has", "")
    counts_all = not any(work.excluded for work in written.maintenance.values())
    aims = {
        service: [
            target if counts_all or target.figure.key != "availability" else _when_solved(target)
            for target in targets
            if target.figure.source != "money" and target.service in (None, service)
        ]
        for service in written.services
    }
    _check_promises(written, aims)
    return aims


def with_parts(aims: Aims) -> tuple[str, ...]:
    """Return the services whose outages bear on what is asked of them."""
    return tuple(
        service
        for service, targets in aims.items()
        if any(target.figure.source in ("outages", "solution") for target in targets)
    )


def is_of_windows(target: Target) -> bool:
    """Whether a target is about months or years of a promise."""
    return target.figure.key in ("month_in_breach", "year_in_breach")


def check_headroom(book: Book, aims: Aims) -> None:
    """Refuse targets of headroom where nothing has a capacity or is asked for any.

    Parameters
    ----------
    book : Book
    aims : mapping of str to sequence of Target

    Raises
    ------
    InputError
    """
    for service, targets in aims.items():
        for target in targets:
            if target.figure.source != "structure":
                continue
            known = book.capacity(book.found.base).get(service)
            if known is None or known.headroom is None:
                raise InputError(
                    f"{target.text}: {service} has no headroom",
                    "a demand of the service, and a capacity of a component that it needs",
                    "add them, or leave the target out",
                )


def _when_solved(target: Target) -> Target:
    """A target that is held against the solution alone: its figure does not count all downtime."""
    return replace(target, figure=replace(target.figure, source="solution"))


def _check_promises(written: System, aims: Aims) -> None:
    """Refuse targets of breaches where nothing is promised that could be broken."""
    for service, targets in aims.items():
        promised = written.services[service].objectives.availability
        for target in targets:
            if is_of_windows(target) and not 0.0 < (promised or 0.0) < 1.0:
                raise InputError(
                    f"{target.text}: {service} promises nothing that could be in breach",
                    "an availability among the objectives of the service",
                    f"write services: {{{service}: {{objectives: {{availability: 99.9 %}}}}}}",
                )
