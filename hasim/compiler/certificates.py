"""Certificates: what expires at known moments and then stops all that it is on, at once.

Theory of operation
-------------------
A schedule emits `wildcard expires` at each expiry. With the probability that the renewal was missed
the automaton `wildcard` then leaves `valid`, for `expired.detect` until that is noticed and
`expired.repair`, which may need a crew, until it is renewed; else it stays `valid`. The components
that it is on are held (`Plan.holds`): whatever their replicas do, they do not serve while it is not
`valid`. So replicas and failovers are no help, and nobody fails over because of it. Downtime is
charged to `wildcard.expired`.

Rules of this file
------------------
1. A certificate that is always renewed in time, or in no time, has no automaton.
2. An expiry that comes before the last one is over changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from hasim.compiler.plan import Hold, Plan, is_instant
from hasim.laws import Exponential
from hasim.process import (
    Alternative,
    Automaton,
    Blame,
    ByPhase,
    Delay,
    Label,
    Occupancy,
    Origin,
    Phase,
    Reaction,
    Row,
    Schedule,
)
from hasim.system import Certificate, System

PASS = "certificates"

VALID, DETECT, RENEW = "valid", "expired.detect", "expired.repair"


def expiry_cause(name: str) -> str:
    """The cause of what the expiry of a certificate costs."""
    return f"{name}.expired"


def lapsing(system: System) -> Iterator[tuple[str, Certificate]]:
    """Yield the certificates that can stop something."""
    for name, one in system.certificates.items():
        takes_time = not (is_instant(one.detect) and is_instant(one.renew))
        if one.missed > 0 and (takes_time or one.crew is not None):
            yield name, one


def add_holds(plan: Plan) -> None:
    """Let each certificate hold the components that it is on."""
    for name, certificate in lapsing(plan.system):
        terms = ((Occupancy(name, VALID), 1),)
        gate = plan.draft.gate(f"{name} is valid", terms, 1, Origin(name, PASS))
        hold = Hold(gate, _blame(name, certificate), {_lapses(name): expiry_cause(name)})
        for component in certificate.on:
            plan.holds.setdefault(component, []).append(hold)


def add_certificates(plan: Plan) -> None:
    """Add the automaton and the schedule of each certificate."""
    for name, certificate in lapsing(plan.system):
        origin, expires = Origin(name, PASS), f"{name} expires"
        plan.draft.add_signal(expires, (name,), origin)
        plan.draft.add_automaton(
            Automaton(
                name,
                tuple(_phases(certificate)),
                ((VALID, 1.0),),
                tuple(_delays(plan, certificate)),
                (Reaction(expires, VALID, _expiry(plan, name, certificate)),),
                origin=origin,
            )
        )
        plan.draft.schedules[expires] = Schedule(
            expires, certificate.first, certificate.every, (expires,), origin
        )


def _lapses(name: str) -> str:
    """Signal: a certificate expires and was not renewed; to those who remember causes."""
    return f"{expiry_cause(name)} begins"


def _blame(name: str, certificate: Certificate) -> Blame:
    cause = expiry_cause(name)
    detect = ((DETECT, Label("detect", cause)),)
    renew = ((RENEW, Label("repair", cause)),)
    cases = (*detect, *renew) if not is_instant(certificate.detect) else renew
    waiting = ((RENEW, Label("crew", cause)),) if certificate.crew is not None else ()
    return ByPhase(name, cases, waiting)


def _phases(certificate: Certificate) -> Iterator[Phase]:
    yield Phase(VALID)
    if not is_instant(certificate.detect):
        yield Phase(DETECT)
    yield Phase(RENEW, pool=certificate.crew, priority=certificate.priority)


def _delays(plan: Plan, certificate: Certificate) -> Iterator[Delay]:
    if not is_instant(certificate.detect):
        yield Delay("detect", (DETECT,), certificate.detect, Row((Alternative(RENEW),)))
    crew = plan.system.crews.get(certificate.crew or "")
    is_put_off = crew is not None and crew.preempts
    keeps = is_put_off and not isinstance(certificate.renew, Exponential)
    over = Row((Alternative(VALID),))
    yield Delay("renew", (RENEW,), certificate.renew, over, "resume" if keeps else "restart")


def _expiry(plan: Plan, name: str, certificate: Certificate) -> Row:
    """What an expiry leads to: nothing, or the end of service."""
    target = RENEW if is_instant(certificate.detect) else DETECT
    emits = plan.draft.emits(_lapses(name))
    missed = Alternative(target, weight=certificate.missed, emits=emits)
    if certificate.missed == 1:
        return Row((missed,))
    return Row((missed, Alternative(VALID, weight=1 - certificate.missed)))
