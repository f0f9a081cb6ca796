"""The complete description of a system, in the user's nouns and in SI units.

Rules of this file
------------------
1. Everything is frozen; mappings keep the order of declaration and are not to be changed.
2. Every default is filled in: a reader of a System never decides what a missing key means.
   ``None`` says that something does not exist (no capacity given, no crew), never "default".
3. Times are in seconds, rates per second, probabilities in 0..1.
4. Cross-references hold (names exist, nothing needs itself): ``hasim.description`` sees to it.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field

from hasim.errors import Finding
from hasim.system.certificates import Certificate
from hasim.system.changes import Change
from hasim.system.costs import Costs
from hasim.system.encryption import Tls
from hasim.system.links import Link
from hasim.system.maintenance import Maintenance
from hasim.system.monitoring import GameDay, Monitoring
from hasim.system.needs import Failback, Need, Use
from hasim.system.options import Option
from hasim.system.parts import INSTANT, Count, DelayLaw, Part, Share
from hasim.system.relocate import Relocate
from hasim.system.routes import Route
from hasim.system.scenarios import Scenario
from hasim.system.shifts import Shift
from hasim.system.sla import Sla
from hasim.system.uncertain import Uncertain, Varied

LANGUAGE = 1
"""The version of the model language that this package reads."""

DEFAULT_MODE = "failure"
"""The name of the failure mode for which ``mtbf`` with ``mttr`` is short."""

DEFAULT_SERVICE = "service"
"""The name of the service of a model that declares none."""

Redundancy = Literal["active-active", "active-passive", "quorum"]
Sessions = Literal["synced", "lost"]


class FailureMode(Part):
    """One way in which a replica or a domain fails and is repaired.

    Attributes
    ----------
    after : Law
        The operating time to failure of one replica.
    repair : Law
        The time of the repair itself, without detection and waiting for a crew.
    detect : Law or None
        From the failure to its being noticed; None: by ``failover.detect`` in a group that fails
        over, elsewhere at once.
    crew : str or None
        Who repairs; None: as many repairers as it needs.
    priority : int
        Lower goes first at the crew.
    common_cause : float
        The beta factor: the share of the failures that strike the whole group.
    attended : bool
        Whether somebody takes it up before its repair, where monitoring watches.
    silent : bool
        Whether nothing answers after it, so that a balancer waits for its timeout; a domain's
        failures are silent whatever this says.
    """

    after: DelayLaw
    repair: DelayLaw
    detect: DelayLaw | None = None
    crew: str | None = None
    priority: int = 0
    common_cause: Share = 0.0
    attended: bool = True
    silent: bool = False


class Domain(Part):
    """A place whose contents are masked together: region, zone, rack.

    Attributes
    ----------
    level : str
        What kind of place it is.
    inside : str or None
        The domain around it (``in`` in the model language).
    failures : Mapping[str, FailureMode]
        How it fails, by name.
    needs : tuple of Need
        What must serve for it not to be masked.
    shares : tuple of str
        Domains of other trees that mask it too, such as a power feed.
    """

    level: str
    inside: str | None = None
    shares: tuple[str, ...] = ()
    failures: Mapping[str, FailureMode] = Field(default_factory=dict)
    needs: tuple[Need, ...] = ()


class Crew(Part):
    """Repairers who take one repair each at a time.

    Attributes
    ----------
    preempts : bool
        Whether a repair with a lower `priority` interrupts another, which goes on later.
    shifts : tuple of Shift
        When `size` is another; what is begun goes on when somebody is there again.
    """

    size: Count
    preempts: bool = False
    shifts: tuple[Shift, ...] = ()

    @property
    def takes_back(self) -> bool:
        """Whether what one of them works at can be interrupted."""
        return self.preempts or bool(self.shifts)


class Standby(Part):
    """What a standby replica is like.

    Attributes
    ----------
    rate : float
        Speed of its clocks of failure: 1 hot, 0.5 warm, 0 cold.
    latent : float
        Share of its failures that only a test or the need for it reveals.
    test : float or None
        Tests fall at the multiples of this many seconds; None: none.
    """

    rate: float = Field(default=1.0, ge=0.0, allow_inf_nan=False)
    latent: Share = 0.0
    test: float | None = Field(default=None, gt=0.0, allow_inf_nan=False)


class Failover(Part):
    """The chain by which another replica takes over.

    Attributes
    ----------
    detect, decide, fence, promote, switch : Law
        The stages in their order.
    rebuild : Law
        From a replica's return to its being a candidate again.
    coverage : float
        Probability that fence, promote and switch follow by themselves.
    manual : Law or None
        What replaces them otherwise; None: service waits for the primary's return.
    needs : tuple of Need
        What must serve for decide, fence, promote and switch to go on.
    prefer : tuple of int
        Numbers of the replicas that are picked first, in this order; the others follow by number.
    failback : Failback or None
        The return to the first replica; None: there is none.
    block : Law or None
        For so long after a takeover no other works by itself; None: no such guard.
    spurious : Law or None
        The time to a failover away from a primary that is well; None: there are none.
    sessions : str or None
        Whether the one that takes over knows the sessions of clients (``synced``) or they are
        ``lost``, so that clients connect again; None: lost, if it is known what that costs.
    """

    detect: DelayLaw = INSTANT
    decide: DelayLaw = INSTANT
    fence: DelayLaw = INSTANT
    promote: DelayLaw = INSTANT
    switch: DelayLaw = INSTANT
    rebuild: DelayLaw = INSTANT
    coverage: Share = 1.0
    manual: DelayLaw | None = None
    needs: tuple[Need, ...] = ()
    prefer: tuple[int, ...] = ()
    failback: Failback | None = None
    block: DelayLaw | None = None
    spurious: DelayLaw | None = None
    sessions: Sessions | None = None

    @property
    def never_works(self) -> bool:
        """Whether nobody takes over from a lost primary, by itself or by hand."""
        return self.coverage == 0 and self.manual is None


class Component(Part):
    """A group of replicas of one thing.

    Attributes
    ----------
    kind : str or None
        The role: load-balancer, database, host ...
    replicas : int
        How many there are.
    required : int
        How many must serve for the group to serve.
    redundancy : str
        ``active-active`` (all serve), ``active-passive`` (one serves, the others stand by) or
        ``quorum`` (one leads while `required` of them stand).
    witnesses : int
        How many of a quorum's replicas, the last ones, vote and never lead.
    slots : int or None
        Primaries of active-passive components that one replica of this host carries; None: any.
    capacity : float or None
        Requests per second of one replica.
    spread : tuple of str
        Domains over which the replicas are placed round robin.
    spread_everywhere : bool
        It is outside all domains on purpose.
    hosts : tuple of str
        Host components or single replicas of them (``node.2``) over which the replicas are placed.
    relocate : Relocate or None
        How a replica is restarted on another of the hosts; None: it waits for its own.
    shares : tuple of str
        Domains of other trees that mask every replica too, such as a power feed.
    needs : tuple of Need
        What must serve, all of it, for the group to serve; what `routes` lead to comes last.
    routes : tuple of Route
        Where it sends requests as a balancer.
    uses : tuple of Use
        What it serves on without, at a loss.
    failures : Mapping[str, FailureMode]
        How a replica fails, by name.
    standby : Standby or None
        What the standbys are like; None where all serve.
    failover : Failover or None
        How another takes over; None where all serve.
    start : Law
        From the end of a repair or of masking to serving.
    changes : Change or None
        Its own changes, ``web.change``; None: there are none.
    tls : Tls or None
        What handshakes of clients cost; None: not looked at.
    """

    kind: str | None = None
    replicas: Count = 1
    required: Count = 1
    redundancy: Redundancy = "active-active"
    witnesses: int = Field(default=0, ge=0)
    slots: Count | None = None
    capacity: float | None = Field(default=None, gt=0.0, allow_inf_nan=False)
    spread: tuple[str, ...] = ()
    spread_everywhere: bool = False
    hosts: tuple[str, ...] = ()
    relocate: Relocate | None = None
    shares: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    routes: tuple[Route, ...] = ()
    uses: tuple[Use, ...] = ()
    failures: Mapping[str, FailureMode] = Field(default_factory=dict)
    standby: Standby | None = None
    failover: Failover | None = None
    start: DelayLaw = INSTANT
    changes: Change | None = None
    tls: Tls | None = None


class Objectives(Part):
    """What a service is to reach; None: nothing asked.

    Attributes
    ----------
    availability, request_availability : float or None
        Shares in 0..1.
    sla : Sla or None
        What is promised with `availability` for its target.
    headroom, headroom_after_loss : float or None
        Capacity over peak demand, minus 1.
    mttr, p95_outage : float or None
        Seconds, at most.
    """

    availability: Share | None = None
    sla: Sla | None = None
    request_availability: Share | None = None
    headroom: float | None = Field(default=None, ge=0.0, allow_inf_nan=False)
    headroom_after_loss: float | None = Field(default=None, ge=0.0, allow_inf_nan=False)
    mttr: float | None = Field(default=None, gt=0.0, allow_inf_nan=False)
    p95_outage: float | None = Field(default=None, gt=0.0, allow_inf_nan=False)


class Service(Part):
    """What users see, and what objectives are about.

    Attributes
    ----------
    needs : tuple of Need
        What must serve, all of it.
    uses : tuple of Use
        What it serves on without, at a loss.
    demand : float or None
        Peak requests per second.
    objectives : Objectives
        What is asked of it.
    """

    needs: tuple[Need, ...] = Field(min_length=1)
    uses: tuple[Use, ...] = ()
    demand: float | None = Field(default=None, gt=0.0, allow_inf_nan=False)
    objectives: Objectives = Objectives()


class System(Part):
    """The complete description of a system; see the rules of this file.

    Attributes
    ----------
    language : int
        Version of the model language.
    name, description : str
        For people.
    domains, links, crews, components, certificates, services : Mapping
        The parts by name, in the order of declaration. There is at least one service.
    changes : Mapping
        Changes of several components, by name.
    maintenance : Mapping
        Planned work by name.
    monitoring, game_days : Mapping
        How failures are noticed, and drills, by name.
    scenarios : Mapping
        Incidents that can be played through, by name.
    options : Mapping
        What can be chosen about it, by name; the system is the one as it is written.
    costs : Costs or None
        What it costs; None: not looked at.
    uncertain : tuple of Uncertain
        What is not known exactly; everywhere else in the system the middle values stand.
    varied : tuple of Varied
        Where it stands.
    warnings : tuple of Finding
        What checking the description found worth saying; no part of what the system *is*, so
        that two systems are equal whatever was said about them.
    """

    language: int = LANGUAGE
    name: str
    description: str = ""
    domains: Mapping[str, Domain] = Field(default_factory=dict)
    links: Mapping[str, Link] = Field(default_factory=dict)
    crews: Mapping[str, Crew] = Field(default_factory=dict)
    components: Mapping[str, Component] = Field(min_length=1)
    certificates: Mapping[str, Certificate] = Field(default_factory=dict)
    services: Mapping[str, Service] = Field(min_length=1)
    changes: Mapping[str, Change] = Field(default_factory=dict)
    maintenance: Mapping[str, Maintenance] = Field(default_factory=dict)
    monitoring: Mapping[str, Monitoring] = Field(default_factory=dict)
    game_days: Mapping[str, GameDay] = Field(default_factory=dict)
    scenarios: Mapping[str, Scenario] = Field(default_factory=dict)
    options: Mapping[str, Option] = Field(default_factory=dict)
    costs: Costs | None = None
    uncertain: tuple[Uncertain, ...] = ()
    varied: tuple[Varied, ...] = ()
    warnings: Annotated[tuple[Finding, ...], Field(default=(), exclude=True, repr=False)]

    def all_changes(self) -> dict[str, Change]:
        """The changes of components, ``web.change``, and of several, by name."""
        own = {
            f"{name}.change": one.changes for name, one in self.components.items() if one.changes
        }
        return {**own, **self.changes}

    def at_middle(self) -> Self:
        """The system in which what is uncertain has its middle value for certain."""
        return self.model_copy(update={"uncertain": (), "varied": ()})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, System):
            return NotImplemented
        return all(
            getattr(self, field) == getattr(other, field)
            for field in System.model_fields
            if field != "warnings"
        )

    __hash__ = None  # type: ignore[assignment]
