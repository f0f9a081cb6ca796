"""The tables of an answer in words: what a report and a page of the app both lay out."""

from __future__ import annotations

from collections.abc import Iterable

from hasim.description.catalogue import find_entry, sources_of
from hasim.reporting.exhibits.exhibition import Sheet
from hasim.reporting.figures.drawing import show_share_of
from hasim.reporting.money_text import show_money
from hasim.reporting.reported import Assumption
from hasim.reporting.tables import Parts, Show, others_title, show_estimate
from hasim.solution import Costs, ServiceAnswer, Solution
from hasim.solution.text import show_seconds
from hasim.stats import Estimate

#: What stands where an interval would, for what was computed.
COMPUTED = "computed"

#: What is said where a sheet has nothing to hold, and above values of the catalogue.
NO_POINTS = "Nothing whose loss alone takes it down."
NO_PRESETS = "No value is from the catalogue."
PRESETS_SAID = "Values from the catalogue, which stand where the model says nothing of its own"


def sheet_of_figures(
    first: str, figures: Iterable[tuple[str, Estimate, Show, str]], title: str = ""
) -> Sheet:
    """Figures with their intervals, as those of `headline_figures`.

    Parameters
    ----------
    first : str
        Heading of the column of their names.
    figures : iterable of (str, Estimate, callable, str)
    title : str
    """
    rows = []
    for name, estimate, show, more in figures:
        value, interval = show_estimate(estimate, show)
        rows.append((name, value, interval or COMPUTED, more))
    return Sheet(title, (first, "value", "95 % interval", ""), tuple(rows))


def sheet_of_causes(answer: ServiceAnswer) -> Sheet:
    """Downtime and outages by cause, the largest first."""
    rates = answer.outages_per_year_by_cause
    parts = Parts.of(answer.downtime_s_per_year_by_cause, by_size=True)
    rows = []
    for name, one, share in parts.named:
        rate = rates[name].value if name in rates else None
        outages = "" if rate is None else f"{rate:.3g}"
        rows.append((name, *show_estimate(one, show_seconds), show_share_of(share), outages))
    rest = [(*row, "") for row in _others(parts)]
    head = "cause", "downtime a year", "95 % interval", "share", "outages a year"
    return Sheet("Downtime by cause", head, (*rows, *rest))


def sheet_of_stages(answer: ServiceAnswer) -> Sheet:
    """The stages of the mean outage, in their order."""
    parts = Parts.of(answer.mttr_stages_s, by_size=False)
    rows = (
        (name, *show_estimate(one, show_seconds), show_share_of(share))
        for name, one, share in parts.named
    )
    head = "stage", "of the mean outage", "95 % interval", "share"
    return Sheet("The mean outage by stage", head, (*rows, *_others(parts)))


def _others(parts: Parts) -> list[tuple[str, ...]]:
    if not parts.n_others:
        return []
    told = others_title(parts), show_seconds(parts.others), "", show_share_of(parts.others_share)
    return [told]


def sheet_of_points(answer: ServiceAnswer) -> Sheet:
    """What takes a service down alone, and why."""
    rows = (
        (one.name, one.kind, "yes" if one.hidden else "no", one.why)
        for one in answer.single_points_of_failure or ()
    )
    head = "lost", "what it is", "hidden", "why"
    return Sheet("Single points of failure", head, tuple(rows))


def sheet_of_costs(costs: Costs) -> Sheet:
    """What running costs a year, line by line."""
    rows = ((one.name, one.kind, show_money(one.per_year, costs.currency)) for one in costs.lines)
    return Sheet("Running costs", ("of running", "", "a year"), tuple(rows))


def sheet_of_presets(assumptions: Iterable[Assumption]) -> Sheet:
    """Values from the catalogue, with their grades."""
    presets = sorted((one for one in assumptions if one.preset), key=lambda o: (o.preset, o.key))
    rows = ((one.key, one.value, one.grade, one.preset) for one in presets)
    head = "key", "value", "grade", "preset"
    return Sheet("Values from the catalogue", head, tuple(rows))


def tell_defaults(assumptions: Iterable[Assumption]) -> str:
    """How many keys have the default of the language."""
    count = sum(one.origin == "default" for one in assumptions)
    return f"{count} keys have the default of the language, as the complete model says."


def list_sources(presets: Iterable[str]) -> list[str]:
    """What entries of the catalogue rest on, a line each.

    Parameters
    ----------
    presets : iterable of str
        Their names.
    """
    entries = [entry for name in dict.fromkeys(presets) if (entry := find_entry(name)) is not None]
    lines = (f"{one.title}. {one.address}" for entry in entries for one in sources_of(entry))
    return list(dict.fromkeys(lines))


def sheet_of_making(solution: Solution, command: str = "") -> Sheet:
    """How an answer comes about again.

    Parameters
    ----------
    solution : Solution
    command : str
        What gives it again; empty where nobody typed one.
    """
    made = solution.provenance
    rows = [("command", command)] if command else []
    rows += [
        ("engine", solution.engine),
        ("seed", str(made.seed)),
        ("precision asked", f"{100.0 * made.precision:g} %"),
        ("model hash", made.model_hash),
        ("versions", ", ".join(f"{name} {one}" for name, one in made.versions().items())),
    ]
    if made.replications:
        simulated = f"{made.replications:,} histories, {made.events:,} events in the time measured"
        rows.append(("simulated", simulated))
    return Sheet("How to reproduce", ("", ""), tuple(rows))
