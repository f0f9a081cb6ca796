"""The words of the model language: which keys stand where, what they hold, what they mean.

One table, from which unknown keys are told, the JSON Schema is written and docs/language.md is
tested. `resolution` gives the words their meaning.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from hasim.description.cost_words import COMPONENT_COSTS, COSTS, KEYED_FORMS, PLAIN_FORMS
from hasim.description.scenario_words import EVENT, SCENARIO
from hasim.errors import escape_text
from hasim.system import MAX_COUNT, Policy, Redundancy, Sessions, Strategy

Form = Literal[
    "text", "name", "version", "count", "whole", "flag", "number", "share", "ratio",
    "duration", "throughput", "rate", "mean", "steps", "detection", "readmission",
    "spread", "hosts", "places", "needs", "uses", "changeover", "required",
    "redundancy", "standby", "failover", "failback", "replicas", "occurrence",
    "domains", "crews", "components", "services", "failures", "demand", "objectives",
    "parameters", "files", "stamps", "instances", "each", "links", "cut", "relocate",
    "changes", "own change", "maintenance", "strategy", "waves", "names",
    "monitoring", "game days", "looks", "shifts", "clock", "days", "duty",
    "routes", "layer", "policy", "weights", "on_loss",
    "certificates", "guarded", "failing", "sessions", "tls", "clients", "scenarios", "events",
    "struck", "promise", "window", "excluded", "credits", "options",
    "costs", "currency", "people", "fees",
    "priced components", "downtime price", "price", "instance", "data", "traffic",
    "storage price", "transfer price",
]  # fmt: skip
Part = Literal[
    "model", "domain", "crew", "component", "domain mode", "mode",
    "standby", "failover", "service", "demand", "objectives", "need", "changeover", "use",
    "failback", "stamp", "link", "cut", "relocate", "change", "own change", "maintenance",
    "shift", "monitoring", "game day", "route", "certificate", "tls", "scenario", "event", "sla",
    "costs", "component costs",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the language.

    Parameters
    ----------
    name : str
        As it is written.
    form : str
        What kind of value it holds.
    meaning : str
        One line for an editor's tooltip.
    default : str
        As text; empty where there is none.
    """

    name: str
    form: Form
    meaning: str
    default: str = ""


_FAILING = (
    Key("mtbf", "mean", "Mean operating time between failures, of the mode `failure`."),
    Key("mttr", "mean", "Mean time to repair, of the mode `failure`."),
    Key("availability", "share", "Gives the missing one of mtbf and mttr."),
)
_PRESET = Key("preset", "text", "Values of the catalogue for what is left open.")
_MODE = (
    _PRESET,
    Key("after", "mean", "The operating time to failure: a law, or a duration (exponential)."),
    Key("rate", "rate", "Failures per time: the exponential form of `after`."),
    Key("repair", "mean", "The time of the repair: a law, or a duration (exponential)."),
    Key("detect", "detection", "From the failure to the start of the repair.", "at once"),
    Key("crew", "name", "Who repairs.", "as many repairers as it needs"),
    Key("priority", "whole", "Lower goes first at the crew.", "0"),
    Key("attended", "flag", "Whether somebody takes it up first.", "true without `detect`"),
)

_CHANGE = (
    Key("rate", "rate", "Changes per time."),
    Key("failure_rate", "share", "Share of them that are bad.", "0 %"),
    Key("strategy", "strategy", "How a change reaches its scope.", "rolling"),
    Key("takes", "steps", "The deployment itself; of one turn where it rolls.", "0 s"),
    Key("at_once", "count", "Replicas in a turn.", "1"),
    Key("waves", "waves", "Shares of the requests exposed before all are.", "[5 %]"),
    Key("bake", "steps", "From one wave to the next.", "0 s"),
    Key("catch", "share", "Probability that a wave finds a bad change.", "0 %"),
    Key("latent", "steps", "From a bad change to its first symptom.", "0 s"),
    Key("detect", "detection", "From the first symptom to its being known.", "0 s"),
    Key("rollback", "steps", "From there to the old state.", "0 s"),
)

_SECTIONS = (
    Key("domains", "domains", "What fails together: regions, zones, racks."),
    Key("links", "links", "Networks between domains, which can be cut."),
    Key("crews", "crews", "Who repairs."),
    Key("components", "components", "Groups of replicas."),
    Key("certificates", "certificates", "What expires on known days, on all replicas at once."),
    Key("services", "services", "What users see, and what objectives are about."),
    Key("changes", "changes", "Changes that reach several components at once."),
    Key("maintenance", "maintenance", "Planned work that takes replicas out."),
    Key("monitoring", "monitoring", "How failures are noticed, and by whom taken up."),
    Key("game_days", "game days", "Drills that find standbys which are dead unnoticed."),
    Key("scenarios", "scenarios", "Incidents that are played through."),
)

KEYS: Mapping[Part, tuple[Key, ...]] = {
    "model": (
        Key("language", "version", "Version of the model language.", "1"),
        Key("name", "text", "Name of the model.", "the name of the file"),
        Key("description", "text", "What the model is about."),
        Key("parameters", "parameters", "Values by name, written ${name} where they are used."),
        Key("include", "files", "Files below the model's folder that hold parts of it."),
        *_SECTIONS,
        Key("costs", "costs", "What it costs, and what downtime costs."),
        Key("stamps", "stamps", "Blocks of parts that are there once for each instance."),
        Key("options", "options", "What hasim size may choose from: keys, and their values."),
    ),
    "stamp": (
        Key("for", "instances", "The instances: a list of names, or names with parameters."),
        *_SECTIONS,
    ),
    "domain": (
        _PRESET,
        Key("level", "text", "What kind of place it is, such as zone.", "domain"),
        Key("in", "name", "The domain around it."),
        Key("shares", "places", "Domains of other trees that mask it too."),
        *_FAILING,
        Key("failures", "failures", "How it fails: modes by name."),
        Key("crew", "name", "Who repairs the modes that name no crew."),
        Key("needs", "needs", "What must serve for it not to be masked."),
    ),
    "link": (
        Key("between", "places", "The two domains that cannot reach each other while it is cut."),
        Key("cut", "cut", "How often it is cut, and for how long."),
    ),
    "cut": (
        Key("after", "mean", "The time for which it is whole: a law, or a duration (exponential)."),
        Key("rate", "rate", "Cuts per time: the exponential form of `after`."),
        Key("lasts", "mean", "The time for which it is cut: a law, or a duration (exponential)."),
    ),
    "crew": (
        _PRESET,
        Key("size", "count", "How many repairs it does at a time.", "1"),
        Key("preempts", "flag", "Whether a repair that goes first interrupts another.", "false"),
        Key("shifts", "shifts", "Times at which its size is another."),
    ),
    "shift": (
        Key("from", "clock", "When it starts, such as 08:00."),
        Key("to", "clock", "When it ends; before `from`, on the next day."),
        Key("days", "days", "On which days it starts, such as [mon..fri].", "every day"),
        Key("size", "duty", "How many are on duty; 0 for nobody."),
    ),
    "component": (
        _PRESET,
        Key("kind", "text", "The role, such as database or load-balancer."),
        Key("replicas", "count", "How many there are.", "1"),
        Key("required", "required", "How many must serve, or `peak`.", "1"),
        Key("redundancy", "redundancy", "How the replicas share the work.", "active-active"),
        Key("witnesses", "count", "Replicas of a quorum that vote and never lead.", "0"),
        Key("slots", "count", "Primaries that a replica of this host carries.", "any number"),
        Key("capacity", "throughput", "Requests per second of one replica."),
        Key("spread", "spread", "Domains over which the replicas are placed round robin."),
        Key("hosts", "hosts", "Host components over whose replicas they are placed."),
        Key("relocate", "relocate", "How a replica is restarted on another host.", "not at all"),
        Key("shares", "places", "Domains of other trees that mask every replica too."),
        Key("needs", "needs", "What must serve, all of it, for this to serve."),
        Key("routes", "routes", "Where it sends requests as a balancer; it needs that too."),
        Key("uses", "uses", "What it serves on without, at a loss."),
        *_FAILING,
        Key("failures", "failures", "How a replica fails: modes by name."),
        Key("crew", "name", "Who repairs the modes that name no crew."),
        Key("standby", "standby", "What the standbys are like.", "hot"),
        Key("failover", "failover", "How a standby takes over."),
        Key("start", "steps", "From the end of masking or of a repair to serving.", "0 s"),
        Key("changes", "own change", "Its deployments, and how they go wrong."),
        Key("tls", "tls", "What it costs that clients connect again."),
    ),
    "domain mode": _MODE,
    "mode": (
        *_MODE,
        Key("common_cause", "share", "Share of the failures that strike the whole group.", "0 %"),
        Key("silent", "flag", "Whether nothing answers after it, not even a refusal.", "false"),
    ),
    "standby": (
        _PRESET,
        Key("rate", "share", "Speed at which a standby comes to fail.", "100 %"),
        Key("latent", "share", "Share found only by a test or the need for it.", "0 %"),
        Key("test", "duration", "Tests fall at the multiples of this."),
    ),
    "failover": (
        _PRESET,
        Key("detect", "detection", "From the failure to its being noticed.", "0 s"),
        Key("decide", "steps", "From there to the choice of the candidate.", "0 s"),
        Key("fence", "steps", "Keeping the old primary from serving.", "0 s"),
        Key("promote", "steps", "Making the standby the primary.", "0 s"),
        Key("switch", "steps", "Until clients reach the new primary.", "0 s"),
        Key("rebuild", "steps", "From a replica's return to being a candidate.", "0 s"),
        Key("coverage", "share", "Probability that it works by itself.", "100 %"),
        Key("manual", "steps", "What people need where it does not.", "wait for the primary"),
        Key("needs", "needs", "What must serve for the chain to go on."),
        Key("prefer", "replicas", "The replicas that are picked first.", "by number"),
        Key("failback", "failback", "The return to the first replica.", "none"),
        Key("block", "steps", "For so long after a takeover no other works by itself.", "0 s"),
        Key("spurious", "occurrence", "Failovers away from a primary that is well.", "none"),
        Key("sessions", "sessions", "Whether clients connect again: synced or lost."),
    ),
    "tls": (
        _PRESET,
        Key("clients", "clients", "How many are connected to all replicas together."),
        Key("handshake", "duration", "Time of one core for a full handshake."),
        Key("resumed", "share", "Share of the clients that resume their session.", "0 %"),
        Key("resumption", "duration", "Time of one core where a session is resumed.", "0 s"),
        Key("cores", "count", "Cores of one replica.", "1"),
    ),
    "certificate": (
        _PRESET,
        Key("on", "guarded", "Components of which nothing serves once it has expired."),
        Key("every", "duration", "From one expiry to the next."),
        Key("first", "duration", "From the start to the first expiry.", "every"),
        Key("missed", "share", "Probability that a renewal is not done in time."),
        Key("detect", "detection", "From the expiry to its being noticed.", "0 s"),
        Key("renew", "steps", "From there to its being renewed."),
        Key("crew", "name", "Who renews.", "somebody always can"),
        Key("priority", "whole", "Lower goes first at the crew.", "0"),
    ),
    "service": (
        Key("needs", "needs", "What must serve, all of it, for the service to serve."),
        Key("uses", "uses", "What it serves on without, at a loss."),
        Key("demand", "demand", "Requests that users make."),
        Key("objectives", "objectives", "What is asked of it."),
    ),
    "demand": (Key("peak", "throughput", "Requests per second at the peak."),),
    "objectives": (
        Key("availability", "promise", "Share of time, at least; or an SLA with its window."),
        Key("request_availability", "share", "Share of requests, at least."),
        Key("headroom", "ratio", "Capacity over peak demand minus 1, at least."),
        Key("headroom_after_loss", "ratio", "The same after the worst single loss."),
        Key("mttr", "duration", "Mean length of an outage, at most."),
        Key("p95_outage", "duration", "What 95 % of the outages stay below."),
    ),
    "sla": (
        Key("target", "share", "Share of the time of a window, at least."),
        Key("window", "window", "What it is promised for: each month or each year.", "month"),
        Key("exclude", "excluded", "What counts neither as down nor as time.", "what says so"),
        Key("credits", "credits", "Share of the bill credited below each availability.", "none"),
    ),
    "need": (
        Key("name", "name", "A component or service."),
        Key(
            "at_least",
            "count",
            "How many will do: replicas of `name`, or needs in `of` or `cells`.",
        ),
        Key("calls", "number", "Requests made of it for each request served.", "1"),
        Key("any", "needs", "One of these will do."),
        Key("all", "needs", "All of these."),
        Key("of", "needs", "`at_least` of these."),
        Key("cells", "needs", "Each of these serves users of its own."),
        Key("each", "each", "region.web: the part web of each instance of the stamp region."),
        Key("within", "text", "Level of the domains of which each replica uses its own only."),
        Key("tolerates", "duration", "How long it is served on without it.", "not at all"),
        Key("failover", "changeover", "What changing the alternative costs.", "nothing"),
        Key("fails", "failing", "Whether it is served on unguarded without it: open.", "closed"),
    ),
    "changeover": (
        Key("detect", "detection", "From the loss of an alternative to its being noticed.", "0 s"),
        Key("switch", "steps", "From there to using the next one.", "0 s"),
        Key("coverage", "share", "Probability that it works by itself.", "100 %"),
        Key("manual", "steps", "What people need where it does not.", "wait for the one in use"),
        Key("failback", "failback", "The return to the first alternative.", "none"),
    ),
    "failback": (
        Key("after", "steps", "For so long the preferred one must have been back.", "0 s"),
        Key("takes", "steps", "The change itself, in which nothing serves.", "0 s"),
    ),
    "relocate": (
        Key("detect", "detection", "From the loss of the host to its being noticed.", "0 s"),
        Key("decide", "steps", "From there to its being given up.", "0 s"),
        Key("start", "steps", "From there to running on another host.", "0 s"),
        Key("needs", "needs", "What must serve for it to be decided and started."),
    ),
    "monitoring": (
        _PRESET,
        Key("watches", "places", "Components and domains.", "all that can fail"),
        Key("scrape", "looks", "Until the failure shows: a law, or how often is looked.", "0 s"),
        Key("rule", "looks", "Until a rule sees it: a law, or how often it is asked.", "0 s"),
        Key("for", "steps", "For so long it must last before it is an alert.", "0 s"),
        Key("group", "steps", "Until alerts are sent together.", "0 s"),
        Key("page", "steps", "Until somebody is called.", "0 s"),
        Key("acknowledge", "steps", "Until somebody takes it up.", "0 s"),
        Key("diagnose", "steps", "From there to the start of the repair.", "0 s"),
        Key("covers", "share", "Share of the failures that it notices.", "100 %"),
        Key("otherwise", "steps", "How long people take to notice the others."),
        Key("crew", "name", "Who acknowledges and diagnoses.", "the crew of the failure mode"),
        Key("needs", "needs", "What must serve for it to work."),
        Key("false_alarms", "occurrence", "How often somebody is called for nothing.", "never"),
    ),
    "game day": (
        Key("on", "places", "Components whose standbys are looked at."),
        Key("every", "duration", "From one to the next."),
        Key("first", "duration", "When the first one is.", "after `every`"),
        Key("finds", "share", "Probability that it finds a hidden failure.", "100 %"),
    ),
    "scenario": tuple(Key(*row) for row in SCENARIO),
    "event": tuple(Key(*row) for row in EVENT),
    "costs": tuple(Key(*row) for row in COSTS),
    "component costs": tuple(Key(*row) for row in COMPONENT_COSTS),
    "use": (
        Key("name", "name", "A component or service."),
        Key("loses", "share", "Share of the work that is lost without it.", "0 %"),
        Key("calls", "number", "Requests made of it for each request served.", "1"),
    ),
    "own change": _CHANGE,
    "change": (Key("scope", "names", "The components that it reaches."), *_CHANGE),
    "maintenance": (
        Key("on", "names", "The components whose replicas are taken out in turn."),
        Key("every", "duration", "From the beginning of a window to that of the next."),
        Key("first", "duration", "When the first window begins.", "the same as every"),
        Key("takes", "steps", "The work on a turn."),
        Key("drain", "steps", "Out of rotation before the work.", "0 s"),
        Key("at_once", "count", "Replicas in a turn.", "1"),
        Key("excluded", "flag", "Whether its downtime does not count in the SLA.", "false"),
    ),
    "route": (
        Key("to", "name", "The component whose replicas get the requests."),
        Key("share", "share", "Of its requests, where several routes share them.", "100 %"),
        Key("layer", "layer", "7: requests are routed; 4: connections are.", "7"),
        Key("policy", "policy", "Which replica gets which request.", "round-robin"),
        Key("weights", "weights", "Of each replica of `to`, for the policy weighted."),
        Key("spill", "flag", "Whether zone-aware goes elsewhere with nobody in its own.", "true"),
        Key("detect", "detection", "From a failure to being out of rotation.", "at once"),
        Key("detect_silent", "detection", "The same where nothing answers.", "as detect says"),
        Key("readmit", "readmission", "From serving again to being in rotation.", "at once"),
        Key("panic", "share", "With less than this in rotation, all get requests.", "0 %"),
        Key("pinned", "share", "Share of requests on long-lived connections; layer 4.", "0 %"),
        Key("idle", "steps", "From a silent death's ejection to the end of its connections."),
        Key("through", "name", "The registry through which the replicas are found."),
        Key("expiry", "detection", "From a failure to the expiry of its lease; instead of detect."),
        Key("eviction", "duration", "Time between two sweeps of the registry.", "0 s"),
        Key("cache", "duration", "Time between two renewals of what it answers.", "0 s"),
        Key("poll", "duration", "Time between two questions of the balancer.", "0 s"),
        Key("self_preservation", "share", "With less than this renewing, none is evicted.", "0 %"),
        Key("on_loss", "on_loss", "What follows where the registry does not serve.", "keep"),
    ),
}

_PER_REQUEST = "it acts on single requests and comes with the request-level engine"

NOT_YET: Mapping[Part, Mapping[str, str]] = {
    **{part: {} for part in get_args(Part)},
    "model": {
        "backups": "backups and restores",
    },
    "component": {
        "replication": "replication of data",
        "resources": "processors and memory",
        "safe_utilisation": "sizing",
    },
    "domain mode": {
        "preempts": "a repair that interrupts another",
        "common_cause": "an event that strikes several domains",
    },
    "mode": {"preempts": "a repair that interrupts another"},
    "demand": {"profile": "demand over the day", "growth": "demand that grows"},
    "objectives": {
        "rto": "recovery time",
        "rpo": "loss of data",
        "p99": "response time",
        "queue_age": "age of a queue",
    },
    "changeover": {"fence": "keeping the old one from serving"},
    "game day": {"fails_over": "a planned failover"},
    "route": {
        "retries": _PER_REQUEST,
        "slow_start": _PER_REQUEST,
        "sticky": _PER_REQUEST,
        "drain": "emptying a replica before it stops",
    },
}

#: Policies that are told by name, and why they are not there.
POLICIES_NOT_YET: Mapping[str, str] = {
    **dict.fromkeys(
        ("least-connections", "least-outstanding", "least-request", "power-of-two", "random-two"),
        _PER_REQUEST,
    ),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a value may hold the names of other parts of the model.

    Parameters
    ----------
    has_names : bool
        Its texts are such names, alone or as the entries of a list.
    part : str or None
        Its mappings hold the keys of this part.
    named : str or None
        It is a mapping from the user's names to such parts.
    has_name_keys : bool
        The keys of its mapping are names of parts that stand elsewhere.
    """

    has_names: bool = False
    part: Part | None = None
    named: Part | None = None
    has_name_keys: bool = False


PLAIN = Shape()

#: The shape of every form; a key that is added to the language is stamped by its form.
SHAPES: Mapping[Form, Shape] = {
    "text": PLAIN,
    "version": PLAIN,
    "count": PLAIN,
    "whole": PLAIN,
    "flag": PLAIN,
    "number": PLAIN,
    "share": PLAIN,
    "ratio": PLAIN,
    "duration": PLAIN,
    "throughput": PLAIN,
    "rate": PLAIN,
    "mean": PLAIN,
    "steps": PLAIN,
    "detection": PLAIN,
    "readmission": PLAIN,
    "layer": PLAIN,
    "policy": PLAIN,
    "weights": PLAIN,
    "on_loss": PLAIN,
    "required": PLAIN,
    "redundancy": PLAIN,
    "parameters": PLAIN,
    "files": PLAIN,
    "instances": PLAIN,
    "each": PLAIN,
    "name": Shape(has_names=True),
    "spread": Shape(has_names=True),
    "hosts": Shape(has_names=True),
    "needs": Shape(has_names=True, part="need"),
    "occurrence": PLAIN,
    "places": Shape(has_names=True),
    "replicas": Shape(has_names=True),
    "uses": Shape(has_names=True, part="use"),
    "changeover": Shape(part="changeover"),
    "failback": Shape(part="failback"),
    "routes": Shape(part="route"),
    "standby": Shape(part="standby"),
    "failover": Shape(part="failover"),
    "demand": Shape(part="demand"),
    "objectives": Shape(part="objectives"),
    "promise": Shape(part="sla"),
    "window": PLAIN,
    "excluded": PLAIN,
    "credits": PLAIN,
    "options": PLAIN,
    "failures": Shape(named="mode"),
    "domains": Shape(named="domain"),
    "crews": Shape(named="crew"),
    "components": Shape(named="component"),
    "certificates": Shape(named="certificate"),
    "guarded": Shape(has_names=True),
    "failing": PLAIN,
    "sessions": PLAIN,
    "clients": PLAIN,
    "tls": Shape(part="tls"),
    "services": Shape(named="service"),
    "stamps": Shape(named="stamp"),
    "links": Shape(named="link"),
    "cut": Shape(part="cut"),
    "relocate": Shape(part="relocate"),
    "monitoring": Shape(named="monitoring"),
    "game days": Shape(named="game day"),
    "scenarios": Shape(named="scenario"),
    "events": Shape(part="event"),
    "struck": Shape(has_names=True),
    "shifts": Shape(part="shift"),
    "looks": PLAIN,
    "clock": PLAIN,
    "days": PLAIN,
    "duty": PLAIN,
    "changes": Shape(named="change"),
    "own change": Shape(part="own change"),
    "maintenance": Shape(named="maintenance"),
    "strategy": PLAIN,
    "waves": PLAIN,
    "names": Shape(has_names=True),
    "costs": Shape(part="costs"),
    "priced components": Shape(named="component costs", has_name_keys=True),
    **dict.fromkeys(KEYED_FORMS, Shape(has_name_keys=True)),
    **dict.fromkeys(PLAIN_FORMS, PLAIN),
}

#: The shape of every key of every part.
KEY_SHAPES: Mapping[Part, Mapping[str, Shape]] = {
    part: {key.name: SHAPES[key.form] for key in keys} for part, keys in KEYS.items()
}

#: Words of other languages for which `difflib` finds nothing, and what they mean here.
MEANT: Mapping[Part, Mapping[str, str]] = {
    "model": {"zones": "domains", "regions": "domains", "nodes": "components", "title": "name"},
    "domain": {"parent": "in", "depends_on": "needs"},
    "component": {
        "count": "replicas",
        "instances": "replicas",
        "depends_on": "needs",
        "zones": "spread",
        "in": "spread",
        "domains": "spread",
        "on": "hosts",
        "mttf": "mtbf",
        "throughput": "capacity",
    },
    "domain mode": {"mtbf": "after", "mttf": "after", "mttr": "repair"},
    "mode": {"mtbf": "after", "mttf": "after", "mttr": "repair", "beta": "common_cause"},
    "service": {"depends_on": "needs", "slo": "objectives"},
    "change": {"on": "scope", "changes_per_year": "rate", "cfr": "failure_rate"},
    "own change": {"changes_per_year": "rate", "cfr": "failure_rate"},
    "maintenance": {"scope": "on", "period": "every", "offset": "first"},
    "route": {
        "target": "to",
        "algorithm": "policy",
        "backend": "to",
        "health_check": "detect",
        "interval": "detect",
        "registry": "through",
        "lease": "expiry",
        "ttl": "expiry",
        "eject": "detect",
        "zone_aware": "policy",
    },
    "objectives": {
        "downtime": "availability",
        "latency": "p99",
        "cost": "budget under costs, at the top of the model",
    },
    "sla": {"availability": "target", "period": "window", "penalties": "credits"},
}

#: Values of `redundancy`, `strategy`, `policy` and `standby` by name.
REDUNDANCIES: tuple[Redundancy, ...] = ("active-active", "active-passive", "quorum")
STRATEGIES: tuple[Strategy, ...] = ("recreate", "rolling", "blue-green", "canary")
POLICIES: tuple[Policy, ...] = (
    "round-robin",
    "weighted",
    "hash",
    "consistent-hash",
    "zone-aware",
    "priority",
)
STANDBY_RATES = {"hot": 1.0, "warm": 0.5, "cold": 0.0}

#: What a need can be said to do where it is not met.
FAILING = ("closed", "open")

#: What becomes of the sessions of clients when another replica takes over.
SESSIONS: tuple[Sessions, ...] = ("synced", "lost")

#: Most unknown words of one model for which a similar one is looked for: each costs a millisecond.
MAX_SUGGESTIONS = 50

COUNTS = f"expected a whole number from 1 to {MAX_COUNT}"


def names_of(part: Part) -> list[str]:
    """The keys of a part, in their order."""
    return [key.name for key in KEYS[part]]


def suggestion(word: str, words: Iterable[str]) -> str:
    """The next step after an unknown word: the one probably meant, or all that there are."""
    words = [escape_text(each) for each in words]
    if len(word) <= 100:
        similar = difflib.get_close_matches(word.lower(), words, 1, 0.6)
        if similar:
            return f"did you mean {similar[0]}?"
    if len(words) == 1:
        return f"there is only {words[0]}"
    return f"there are {', '.join(words)}" if 0 < len(words) <= 20 else ""
