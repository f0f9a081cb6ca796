"""Candidates whose unavailability is known in closed form."""

from hasim.description import draft_of, resolve

HOURS = 3600.0


def single(mttr, *, name="x", mtbf="99 h", service="service", **objectives):
    """One replica: mttr / (mtbf + mttr)."""
    component = {"mtbf": mtbf, "mttr": mttr}
    services = {service: {"needs": ["web"], "objectives": objectives}}
    return resolve(draft_of({"name": name, "components": {"web": component}, "services": services}))


def paired_singles():
    """Three whose unavailability is 1 %, 1.1 % and 1.21 %, and the order that is right."""
    mttr = {name: 99.0 * u / (1.0 - u) for name, u in (("a", 0.01), ("b", 0.011), ("c", 0.0121))}
    return {name: single(f"{hours!r} h") for name, hours in mttr.items()}
