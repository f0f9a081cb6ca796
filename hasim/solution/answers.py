"""What a Solution is made of: estimates under the user's names, status, verdicts, provenance.

Rules of this file: frozen data; no clock times; what is not known is None, with a reason in
`Solution.warnings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from hasim.solution.budget import ErrorBudget
from hasim.solution.costs import Costs, Prices, add_up
from hasim.solution.routes import RouteAnswer
from hasim.solution.sla import SlaAnswer
from hasim.stats import Estimate

StatusCode = Literal[
    "exact", "matched", "bounded", "converged", "decided", "limit", "stopped", "no_outage_seen"
]

#: Version of the JSON document.
FORMAT = 1

DONE, OBJECTIVE_NOT_SHOWN, AT_A_LIMIT, STOPPED = 0, 1, 3, 130


@dataclass(frozen=True, slots=True)
class Status:
    """How far the answer can be trusted.

    Parameters
    ----------
    code : str
        One of `StatusCode`.
    text : str
        A sentence: what was reached, and what to do where that is not what was asked.
    """

    code: StatusCode
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """An objective and whether it is met.

    Parameters
    ----------
    target : float
    met : bool or None
        None where the interval holds the target, so that neither can be shown.
    """

    target: float
    met: bool | None


@dataclass(frozen=True, slots=True)
class AfterLoss:
    """Headroom after the worst loss of one replica, host or domain that can fail.

    Parameters
    ----------
    replica, host, domain : float or None
        None where there is nothing of that kind that can fail.
    worst : str or None
        The loss that leaves least, in words such as ``zone a``.
    """

    replica: float | None
    host: float | None
    domain: float | None
    worst: str | None


@dataclass(frozen=True, slots=True)
class SinglePoint:
    """Something whose loss alone takes a service down.

    Parameters
    ----------
    name : str
        ``balancer.1``, ``zone a`` or ``db.crash.common``.
    kind : str
        ``replica``, ``host``, ``domain`` or what strikes whole groups, such as ``common cause``.
    hidden : bool
        Whether it stands behind what the service needs, and not among it.
    why : str
        Half a sentence.
    """

    name: str
    kind: str
    hidden: bool
    why: str


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a service can carry against what is asked of it.

    Parameters
    ----------
    demand_rps, full_rps : float or None
        Peak demand, and what can be carried with everything in service; requests per second.
    headroom : float or None
        Least raw capacity over peak demand, minus 1.
    headroom_after_loss : AfterLoss or None
    short_s_per_year : Estimate or None
        Time in which the service is up with less capacity than the peak asks.
    """

    demand_rps: float | None
    full_rps: float | None
    headroom: float | None
    headroom_after_loss: AfterLoss | None
    short_s_per_year: Estimate | None


@dataclass(frozen=True, slots=True)
class Handshakes:
    """What it costs a component that clients connect again: numbers of the design.

    Parameters
    ----------
    full_cpu_s, mean_cpu_s : float
        Seconds of one core for a full handshake, and on average over those that resume too.
    storm_after_failover_s : float or None
        Until all clients are back after another replica took over; None where none does.
    storm_after_loss_s : float or None
        Until the clients of one replica are back on the others; None where there are no others, or
        one serves for all.
    new_connections_per_s : float or None
        So many handshakes of the mean cost one replica can do; None where they cost nothing.
    """

    full_cpu_s: float
    mean_cpu_s: float
    storm_after_failover_s: float | None
    storm_after_loss_s: float | None
    new_connections_per_s: float | None


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """All that is known about one service, or one `Outages` measure of a Process.

    Parameters
    ----------
    availability, unavailability, nines : Estimate
        Share of time up, share of time down, and minus its decimal logarithm.
    request_availability : Estimate or None
        Share of requests served; None where the Process does not measure it.
    outages_per_year, downtime_s_per_year : Estimate
    mttr_s, mtbf_s : Estimate
        Mean length of an outage and mean time up between two, in seconds.
    mttr_stages_s : mapping of str to Estimate
        Seconds of the mean outage that go to each stage.
    outages_per_year_by_cause, downtime_s_per_year_by_cause : mapping of str to Estimate
    outage_length_s : mapping of str to Estimate
        ``p50``, ``p95`` and ``p99``.
    outages_seen : int or None
        How many outages the simulated figures rest on; None where nothing was simulated.
    downtime_s_per_year_by_kind : mapping of str to Estimate
        Of ``failure``, ``change`` and ``maintenance``; empty where there is no planned work.
    sla_unavailability : Estimate or None
        Share of time down that counts in the SLA; None where no maintenance is excluded from it.
    capacity : Capacity or None
    objectives : mapping of str to Verdict
    single_points_of_failure : tuple of SinglePoint or None
        None for a Process, which has no structure.
    error_budget : ErrorBudget or None
        None without an objective of availability.
    sla : SlaAnswer or None
        None without an objective of availability, or where it was not worth the time.
    unguarded_s_per_year : Estimate or None
        Time in which the service serves though a need that fails open is not met; None where there
        is none that can stop.
    guards : mapping of str to Estimate, or None
        Downtime a year in seconds that each guard adds; None for a Process.
    """

    availability: Estimate
    unavailability: Estimate
    nines: Estimate
    request_availability: Estimate | None
    outages_per_year: Estimate
    downtime_s_per_year: Estimate
    mttr_s: Estimate
    mtbf_s: Estimate
    mttr_stages_s: Mapping[str, Estimate]
    outages_per_year_by_cause: Mapping[str, Estimate]
    downtime_s_per_year_by_cause: Mapping[str, Estimate]
    outage_length_s: Mapping[str, Estimate]
    outages_seen: int | None
    downtime_s_per_year_by_kind: Mapping[str, Estimate] = field(default_factory=dict)
    sla_unavailability: Estimate | None = None
    capacity: Capacity | None = None
    objectives: Mapping[str, Verdict] = field(default_factory=dict)
    single_points_of_failure: tuple[SinglePoint, ...] | None = None
    error_budget: ErrorBudget | None = None
    sla: SlaAnswer | None = None
    unguarded_s_per_year: Estimate | None = None
    guards: Mapping[str, Estimate] | None = None

    @property
    def sla_availability(self) -> Estimate | None:
        """1 minus the downtime that counts in the SLA; None where no maintenance is excluded."""
        lost = self.sla_unavailability
        return None if lost is None else lost.complement()


@dataclass(frozen=True, slots=True)
class ComponentAnswer:
    """What is known about a component beside what services tell.

    Parameters
    ----------
    latent_unavailability : Estimate or None
        Share of time in which one of its standbys is dead and nobody knows; None where none hides.
    two_primaries_s_per_year : Estimate or None
        Seconds a year in which it has two primaries; None where no cut can part it without a fence.
    """

    latent_unavailability: Estimate | None = None
    two_primaries_s_per_year: Estimate | None = None


@dataclass(frozen=True, slots=True)
class MonitoringAnswer:
    """What monitoring costs people.

    Parameters
    ----------
    false_alarms_per_year : Estimate
    false_alarms_s_per_year : Estimate
        Seconds a year that people spend on them.
    """

    false_alarms_per_year: Estimate
    false_alarms_s_per_year: Estimate


@dataclass(frozen=True, slots=True)
class Move:
    """What becomes of a service where something that was left out is put in.

    Parameters
    ----------
    unavailability : Estimate
        Share of time down.
    factor : float or None
        How many times that of the model; None where one of them is not known.
    p95_outage_s : Estimate
        The length that 95 % of outages do not exceed.
    """

    unavailability: Estimate
    factor: float | None
    p95_outage_s: Estimate


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One omission with a typical value in its place.

    Parameters
    ----------
    omission : str
        The sentence of `Solution.leaves_out`.
    put_in : str
        The values and the entries of the catalogue that they are from.
    grade : str or None
        The worst of their grades; None where it is no figure.
    sources : tuple of str
        Ids of what they rest on.
    services : mapping of str to Move
        By name; empty where it was not reached, which `Solution.warnings` say.
    """

    omission: str
    put_in: str
    grade: str | None
    sources: tuple[str, ...]
    services: Mapping[str, Move]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the answer was made from, enough to make it again.

    Parameters
    ----------
    hasim : str
        Version of the package.
    model_hash : str
        SHA-256 of the Process.
    seed : int
    precision : float
        What was asked.
    replications : int
    warmup_s, horizon_s : float
        Simulated seconds of each replication before measuring, and measured.
    events : int
        Events in the measured windows of all replications.
    """

    hasim: str
    model_hash: str
    seed: int
    precision: float
    replications: int
    warmup_s: float
    horizon_s: float
    events: int

    def versions(self) -> dict[str, str]:
        """Return the versions of Python and of the libraries that the figures depend on."""
        import platform
        from importlib.metadata import version

        libraries = {name: version(name) for name in ("numpy", "numba", "simpy")}
        return {"hasim": self.hasim, "python": platform.python_version(), **libraries}


@dataclass(frozen=True, slots=True)
class Solution:
    """The answer to a model.

    Parameters
    ----------
    model : str
        Name of the model.
    engine : str
        ``exact``, ``matched``, ``bounds``, ``montecarlo`` or ``reference``; ``mixed`` where one
        computed all but the lengths of outages and these were simulated.
    why : tuple of str
        Why this engine answers, one sentence for each engine considered.
    status : Status
    services : mapping of str to ServiceAnswer
        By name: the services of a System, or the `Outages` measures of a Process.
    measures : mapping of str to Estimate
        The other measures of a Process made by hand; empty for a System.
    leaves_out, warnings : tuple of str
    provenance : Provenance
    components : mapping of str to ComponentAnswer
        Those whose standbys can be dead unnoticed.
    monitoring : mapping of str to MonitoringAnswer
        What has false alarms.
    routes : mapping of str to RouteAnswer
        By the way, such as ``edge to web``.
    what_if : tuple of WhatIf or None
        What becomes of the answer without each omission that can be written; None: not asked.
    security : mapping of str to Handshakes
        By component; only those whose encryption is described.
    prices : Prices or None
        What the model says of costs; None: nothing.
    """

    model: str
    engine: str
    why: tuple[str, ...]
    status: Status
    services: Mapping[str, ServiceAnswer]
    measures: Mapping[str, Estimate]
    leaves_out: tuple[str, ...]
    warnings: tuple[str, ...]
    provenance: Provenance
    components: Mapping[str, ComponentAnswer] = field(default_factory=dict)
    monitoring: Mapping[str, MonitoringAnswer] = field(default_factory=dict)
    routes: Mapping[str, RouteAnswer] = field(default_factory=dict)
    what_if: tuple[WhatIf, ...] | None = None
    security: Mapping[str, Handshakes] = field(default_factory=dict)
    prices: Prices | None = None

    @property
    def costs(self) -> Costs | None:
        """What it costs a year, downtime included; None for a model without `costs`."""
        if self.prices is None:
            return None
        return add_up(
            self.prices, {name: one.downtime_s_per_year for name, one in self.services.items()}
        )

    @property
    def seed(self) -> int:
        """The seed of the random numbers."""
        return self.provenance.seed

    @property
    def model_hash(self) -> str:
        """SHA-256 of the Process that was solved."""
        return self.provenance.model_hash

    @property
    def exit_status(self) -> int:
        """Exit status of a command: 130 stopped, 3 at a limit, 1 what is asked not met, else 0."""
        match self.status.code:
            case "stopped":
                return STOPPED
            case "limit" | "no_outage_seen":
                return AT_A_LIMIT
            case _:
                met = [v.met for s in self.services.values() for v in s.objectives.values()]
                costs = self.costs
                if costs is not None and costs.budget is not None:
                    met.append(costs.budget.met)
                return DONE if all(met) else OBJECTIVE_NOT_SHOWN

    def __getitem__(self, name: str) -> ServiceAnswer:
        if name not in self.services:
            known = ", ".join(self.services) or "none"
            raise KeyError(f"{name} is not a service of {self.model}; there are: {known}")
        return self.services[name]

    def to_dict(self) -> dict[str, object]:
        """Return the JSON document of `hasim run`, as docs/results.md describes it."""
        from hasim.solution.document import to_document

        return to_document(self)

    def __str__(self) -> str:
        from hasim.solution.text import to_text

        return to_text(self)
