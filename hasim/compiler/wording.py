"""The events of a Process in the user's words.

Theory of operation
-------------------
An engine's log says which automaton entered which phase in a step. Every automaton knows the pass
that made it and the name in the System that it was made from; with both, and the way phases are
named by that pass, one sentence tells what happened. Steps that mean nothing to a user (a memory
that takes note, a pick that takes no time and leads on) have none.

Rules of this file
------------------
1. One function for each pass that makes automata, in the order of the passes.
2. Sentences name things as the model does, and never a phase.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from hasim.compiler import (
    causes,
    certificates,
    changeover,
    changes,
    common_cause,
    crews,
    failover_gates,
    failures,
    false_alarms,
    links,
    maintenance,
    relocation,
    rotation,
    start,
    tolerance,
)
from hasim.compiler.alarms import watchers
from hasim.compiler.common_cause import IDLE
from hasim.compiler.failback import failback_of
from hasim.compiler.failover import (
    BY_MISTAKE,
    FAILBACK,
    MANUAL,
    RECONNECT,
    RECONNECT_BACK,
    SPURIOUS_PICK,
    STUCK,
    WAIT,
)
from hasim.compiler.failover_gates import BUILT, block_of
from hasim.compiler.plan import UP, is_instant
from hasim.compiler.planned_wording import tell_change, tell_maintenance
from hasim.compiler.rebuild import REBUILDING
from hasim.compiler.serving import (
    RUNNING,
    SERVING,
    controller_of,
    primary_of,
)
from hasim.compiler.split_brain import split_of
from hasim.compiler.takeover_wording import (
    tell_block,
    tell_changeover,
    tell_relocation,
    tell_split,
    tell_tolerance,
)
from hasim.errors import cut_list
from hasim.process import Automaton
from hasim.system import FailureMode, System
from hasim.topology import placement

Kind = Literal["start", "delay", "immediate", "signal", "grant", "revoke"]

MOST_NAMED = 6
"""So many masked replicas are named in a sentence; precedent: what fits a line of a terminal."""

STAGE_TEXTS = {
    "detect": "the loss of its primary is being detected",
    "decide": "the failure is noticed; deciding whether to fail over",
    "fence": "fencing the old primary",
    "promote": "promoting the new primary",
    "switch": "switching clients to the new primary",
    RECONNECT: "clients connect to the new primary",
    RECONNECT_BACK: "clients connect to the first replica",
    MANUAL: "the automatic failover does not work; people take over",
    BY_MISTAKE: "its primary is stopped by mistake and no other takes over; people do",
    STUCK: "the automatic failover does not work, and nobody takes over; waiting for the primary",
    WAIT: "no standby can take over; waiting",
    SPURIOUS_PICK: "the primary is taken for dead by mistake",
    FAILBACK: "going back to the first replica",
    SERVING: "service is restored",
}

BACK = ("readmitting", "registering", "caching anew", "polling anew")
READMITTED = "{balancer} sends requests to {replica} again"
EJECTED = "{balancer} ejects {replica}"
ROUTE_TEXTS = {
    rotation.TAKEN: "{balancer} sends no more requests to {replica}",
    "ejecting": "{balancer} still sends requests to {replica}",
    "pinned": "{balancer} ejects {replica}, whose long-lived connections hang",
    "readmitting": "{balancer} probes {replica}, which is back",
    "expiring": "{balancer} still sends requests to {replica}, whose lease runs on",
    rotation.EVICTING: "the lease of {replica} has expired",
    "caching": "{replica} is evicted from the registry",
    "polling": "the registry no longer tells {balancer} of {replica}",
    "registering": "{replica} is back and not registered yet",
    "caching anew": "{replica} is registered",
    "polling anew": "the registry tells {balancer} of {replica} again",
}


@dataclass(frozen=True)
class Wording:
    """Sentences about the events of a compiled System.

    Parameters
    ----------
    system : System
    inside : Mapping of str to tuple of str
        The replicas that each domain and each replica of a host masks, at every depth.

    Examples
    --------
    >>> words = Wording.of(system)                                  # doctest: +SKIP
    >>> words.narrate(process.automata[4], "crash.repair", "grant")  # doctest: +SKIP
    'crew oncall starts the repair of db.1 (crash)'
    """

    system: System
    inside: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, system: System) -> Wording:
        """Wording for a System."""
        return cls(system, _inside(system))

    def narrate(self, automaton: Automaton, phase: str, kind: Kind, before: str = "") -> str | None:
        """What it means that an automaton entered a phase.

        Parameters
        ----------
        automaton : Automaton
            Of the compiled Process.
        phase : str
            The phase entered; of a grant the one that holds the token now, of a revocation the one
            that waits again.
        kind : {'start', 'delay', 'immediate', 'signal', 'grant', 'revoke'}
            What the step was (docs/semantics.md, 30).
        before : str
            The phase that was left, where the caller knows it; makes some sentences say more.

        Returns
        -------
        str or None
            One sentence without a full stop; None where there is nothing to tell.
        """
        if kind == "start":
            return None
        tell = _TELLERS.get(_maker(automaton))
        return None if tell is None else tell(self, automaton, phase, kind, before)

    def tell_down(self, automaton: Automaton, phase: str, *, waits: bool) -> str:
        """Why what can fail is down: the end of a sentence, such as ``is under repair (crash)``.

        Parameters
        ----------
        automaton : Automaton
            Of a replica, a domain or a common cause.
        phase : str
            The phase that it is in.
        waits : bool
            Whether it waits for the token that its phase needs.
        """
        if _maker(automaton) == changes.PASS:
            return "is in progress already"
        if _maker(automaton) == common_cause.PASS:
            component, mode, _ = automaton.name.split(".")
            return f"has struck {component} already, and {_state(phase, waits)}"
        mode, _, state = phase.partition(".")
        if state.startswith("common "):
            return f"is down by a common cause ({mode}), and {_state(state[7:], waits)}"
        return f"has failed already ({mode}), and {_state(state, waits)}"

    def releases(self, place: str) -> str:
        """The end of a sentence about a place that masks nothing any longer."""
        masked = self.masks(place)
        return f": no longer {masked}" if masked else ""

    def masks(self, place: str) -> str:
        """The replicas that a place masks, for the end of a sentence; empty without any."""
        names = self.inside.get(place, ())
        return f"masks {cut_list(names, MOST_NAMED)}" if names else ""


def _maker(automaton: Automaton) -> str:
    """The pass that made an automaton; those of failover are told apart by their name."""
    name, made_by = automaton.origin.name, automaton.origin.made_by
    if made_by != failover_gates.PASS:
        return made_by
    if automaton.name == controller_of(name):
        return "controller"
    makers = {primary_of(name): "primary", block_of(name): "block", failback_of(name): "failback"}
    makers[split_of(name)] = "split"
    return makers.get(automaton.name, "rebuild")


def _state(state: str, waits: bool) -> str:
    """What happens to a failure now."""
    if state == "latent":
        return "nobody has noticed yet"
    if state.startswith("detect"):
        return "the failure is being detected"
    if state in _WORKS:
        return "somebody is called" if waits else _WORKS[state]
    return "its repair waits for a crew" if waits else "it is under repair"


# ---------------------------------------------------------------------------- one for each maker


def _tell_failing(
    words: Wording, automaton: Automaton, phase: str, kind: Kind, before: str
) -> str | None:
    """Replicas and domains: failures, their discovery and their repair."""
    name = _name_of(words.system, automaton.name)
    mode, _, state = phase.partition(".")
    if phase == UP:
        return _tell_return(words, automaton.name, name, before)
    if state in _WORKS:
        return _tell_people(words, automaton, phase, kind, before)
    if state.startswith("detect ") and before != UP:
        return None
    crew = _mode_of(words.system, automaton.name, mode).crew
    if state == "common detect" or (state == "common repair" and before == UP):
        return f"{name} is struck ({mode}, common cause)"
    if state != "repair":
        return _tell_failure(words, automaton.name, name, phase) if kind == "delay" else None
    if kind == "grant":
        return f"crew {crew} starts the repair of {name} ({mode})"
    if kind == "revoke":
        return f"crew {crew} leaves the repair of {name} ({mode}){_why_left(words.system, crew)}"
    waits = f"; it asks for crew {crew}" if crew else "; its repair begins"
    if before.partition(".")[2] in _WORKS:
        owner = _owner_of(words.system, automaton.name)
        same = crew == _called(words.system, owner, _mode_of(words.system, automaton.name, mode))
        then = "; its repair begins" if same else waits
        return f"the failure of {name} ({mode}) is understood{then}"
    if before == UP:
        return f"{_tell_failure(words, automaton.name, name, phase)}{waits}"
    how = _HOW_FOUND.get(before.partition(".")[2], "") if kind == "signal" else ""
    return f"the failure of {name} ({mode}) is found{how}{waits}"


_WORKS = {"acknowledge": "its crew takes it up", "diagnose": "somebody looks into it"}
"""What people do before a repair."""


def _tell_people(
    words: Wording, automaton: Automaton, phase: str, kind: Kind, before: str
) -> str | None:
    """What people do before a repair: taking a failure up and looking into it."""
    name, (mode, _, _) = _name_of(words.system, automaton.name), phase.partition(".")
    failure = f"the failure of {name} ({mode})"
    owner = _owner_of(words.system, automaton.name)
    crew = _called(words.system, owner, _mode_of(words.system, automaton.name, mode))
    was = before.partition(".")[2]
    if kind == "grant":
        return f"crew {crew} takes up {failure}"
    if kind == "revoke":
        return f"crew {crew} leaves {failure}"
    calls = f"; it calls crew {crew}" if crew else "; somebody is called"
    if before == UP:
        return f"{_tell_failure(words, automaton.name, name, phase)}{calls}"
    if was in _WORKS:
        return f"{failure} is acknowledged; {_WORKS['diagnose']}"
    how = _HOW_FOUND.get(was, "") if kind == "signal" else ""
    return f"{failure} is found{how}{calls}"


def _called(system: System, owner: str, mode: FailureMode) -> str | None:
    """The crew that is called for a failure; None for anybody."""
    return system.monitoring[watchers(system)[owner]].crew or mode.crew


_HOW_FOUND = {
    "latent": ", having been hidden",
    "detect": " since it was needed",
    "detect by failover": "",
}


def _tell_failure(words: Wording, item: str, name: str, phase: str) -> str:
    mode, _, state = phase.partition(".")
    hidden = ", unnoticed" if state == "latent" else ""
    masks = words.masks(item)
    if item in words.system.domains:
        return f"{name} goes down ({mode})" + (f": {masks}" if masks else "")
    return f"{name} fails ({mode}{hidden})" + (f": {masks}" if masks else "")


def _tell_return(words: Wording, item: str, name: str, before: str) -> str:
    mode = before.partition(".")[0]
    how = f" ({mode})" if mode else ""
    starts = item not in words.system.domains and _starts(words.system, item)
    return f"{name} is repaired{how}" + ("" if starts else words.releases(item))


def _tell_common(
    words: Wording, automaton: Automaton, phase: str, kind: Kind, before: str
) -> str | None:
    """Common causes: events of a whole group."""
    name = automaton.name
    component, mode, _ = name.split(".")
    given = words.system.components[component].failures[mode]
    crew = given.crew
    if phase == IDLE:
        return None if before == IDLE else f"the common cause {name} is over"
    if phase in _WORKS and kind in ("grant", "revoke"):
        verb = "takes up" if kind == "grant" else "leaves"
        return f"crew {_called(words.system, component, given)} {verb} what {name} struck"
    if kind == "grant":
        return f"crew {crew} starts the repair of what {name} struck"
    if kind == "revoke":
        why = _why_left(words.system, crew)
        return f"crew {crew} leaves the repair of what {name} struck{why}"
    if before in _WORKS:
        then = _WORKS["diagnose"] if phase in _WORKS else "its repair is next"
        return f"the common cause {name} is taken up; {then}"
    if phase.startswith("detect ") and before != IDLE:
        return None
    if phase in ("repair", *_WORKS) and before != IDLE:
        return f"the common cause {name} is found"
    hidden = ", unnoticed" if phase == "latent" else ""
    return f"the common cause {name} strikes {component}{hidden}"


def _tell_controller(
    _words: Wording, automaton: Automaton, phase: str, _kind: Kind, before: str
) -> str | None:
    """Controllers: the stages of a failover."""
    group = automaton.origin.name
    if phase == SERVING and before in ("detect", "decide", MANUAL, STUCK, WAIT):
        return f"failover of {group}: its primary is back"
    if phase == "detect" and before in ("fence", "promote", "switch", RECONNECT):
        return f"failover of {group}: the new primary is lost; the chain starts again"
    text = STAGE_TEXTS.get(phase)
    return None if text is None else f"failover of {group}: {text}"


def _tell_primary(
    _words: Wording, automaton: Automaton, phase: str, _kind: Kind, _before: str
) -> str | None:
    group = automaton.origin.name
    return f"failover of {group}: {group}.{phase} is picked as the new primary"


def _tell_link(
    words: Wording, automaton: Automaton, phase: str, _kind: Kind, _before: str
) -> str | None:
    ends = " and ".join(
        _name_of(words.system, end) for end in words.system.links[automaton.name].between
    )
    if phase == links.CUT:
        return f"link {automaton.name} is cut: {ends} do not reach each other"
    return f"link {automaton.name} is whole again"


def _tell_rebuild(
    _words: Wording, automaton: Automaton, phase: str, kind: Kind, _before: str
) -> str | None:
    name = automaton.origin.name
    if phase == REBUILDING:
        return f"{name} is being rebuilt as a standby"
    return f"{name} is rebuilt and can take over" if phase == BUILT and kind == "delay" else None


def _tell_start(
    words: Wording, automaton: Automaton, phase: str, _kind: Kind, _before: str
) -> str | None:
    name = automaton.origin.name
    if phase == RUNNING:
        return f"{name} has started{words.releases(name)}"
    return f"{name} starts" if phase.startswith(start.starting("")) else None


def _tell_change(
    words: Wording, automaton: Automaton, phase: str, _kind: Kind, before: str
) -> str | None:
    return tell_change(words.system, automaton.name, phase, before)


def _tell_maintenance(
    words: Wording, automaton: Automaton, phase: str, _kind: Kind, before: str
) -> str | None:
    return tell_maintenance(automaton.name, phase, before, words.masks)


def _tell_route(
    _words: Wording, automaton: Automaton, phase: str, kind: Kind, before: str
) -> str | None:
    """Balancers: what leaves their rotation and comes back."""
    replica = automaton.origin.name
    balancer = automaton.name.removesuffix(f" to {replica}")
    step, last = (name.partition(" after ")[0] for name in (phase, before))
    if phase == rotation.IN:
        early = kind == "immediate" and last not in ("out", "pinned", rotation.TAKEN)
        text = "{replica} is back before {balancer} ejects it" if early else READMITTED
    elif step == rotation.TAKEN and last in ("out", "pinned", *BACK):
        text = ""
    elif step == "out":
        text = {**dict.fromkeys(BACK, ""), "pinned": "the connections to {replica} are gone"}.get(
            last, EJECTED
        )
    else:
        text = ROUTE_TEXTS[step]
    return text.format(balancer=balancer, replica=replica) or None


def _tell_nothing(
    _words: Wording, _automaton: Automaton, _phase: str, _kind: Kind, _before: str
) -> str | None:
    return None


def _tell_duty(
    _words: Wording, automaton: Automaton, phase: str, _kind: Kind, _before: str
) -> str | None:
    """Shifts: how many of a crew are on duty from now on."""
    return f"crew {automaton.origin.name}: {'nobody' if phase == '0' else phase} on duty"


def _tell_false_alarm(
    words: Wording, automaton: Automaton, phase: str, kind: Kind, before: str
) -> str | None:
    name = automaton.origin.name
    crew = words.system.monitoring[name].crew
    if kind in ("grant", "revoke"):
        return (
            f"crew {crew} {'takes up' if kind == 'grant' else 'leaves'} the false alarm of {name}"
        )
    if phase == false_alarms.QUIET:
        return f"the false alarm of {name} turns out to be nothing"
    if before in _WORKS:
        return None
    return f"a false alarm of {name}" + (f"; it calls crew {crew}" if crew else "")


def _tell_certificate(
    words: Wording, automaton: Automaton, phase: str, kind: Kind, before: str
) -> str | None:
    """Certificates: expiries that nobody forestalled, and their end."""
    name = automaton.origin.name
    crew = words.system.certificates[name].crew
    if kind == "grant":
        return f"crew {crew} starts to renew the certificate {name}"
    if kind == "revoke":
        return f"crew {crew} leaves the renewal of {name} for a repair that goes first"
    if phase == certificates.VALID:
        return None if before == phase else f"the certificate {name} is renewed"
    if before != certificates.VALID:
        return f"the expiry of the certificate {name} is found"
    stopped = ", ".join(words.system.certificates[name].on)
    return f"the certificate {name} expires, and was not renewed: {stopped} cannot serve"


_TELLERS: Mapping[str, Callable[[Wording, Automaton, str, Kind, str], str | None]] = {
    crews.PASS: _tell_duty,
    failures.PASS: _tell_failing,
    common_cause.PASS: _tell_common,
    "controller": _tell_controller,
    "primary": _tell_primary,
    "block": tell_block,
    "split": tell_split,
    links.PASS: _tell_link,
    relocation.PASS: tell_relocation,
    "failback": _tell_nothing,
    "rebuild": _tell_rebuild,
    causes.PASS: _tell_nothing,
    changeover.PASS: tell_changeover,
    tolerance.PASS: tell_tolerance,
    certificates.PASS: _tell_certificate,
    start.PASS: _tell_start,
    changes.PASS: _tell_change,
    maintenance.PASS: _tell_maintenance,
    false_alarms.PASS: _tell_false_alarm,
    rotation.PASS: _tell_route,
}


# ---------------------------------------------------------------------------- what is inside what


def _inside(system: System) -> Mapping[str, tuple[str, ...]]:
    """For each domain and each host's replica, all that is always inside, at every depth."""
    direct: dict[str, list[str]] = {}
    for component, places in placement(system).items():
        given = system.components[component]
        for number, place in enumerate(places, start=1):
            where = None if given.relocate else place.host or place.domain
            for around in filter(None, (where, *given.shares)):
                direct.setdefault(around, []).append(f"{component}.{number}")
    for name, domain in system.domains.items():
        for around in filter(None, (domain.inside, *domain.shares)):
            direct.setdefault(around, []).append(name)
    return {
        place: tuple(
            dict.fromkeys(name for name in _walk(place, direct) if name not in system.domains)
        )
        for place in direct
    }


def _walk(place: str, direct: Mapping[str, list[str]]) -> Iterator[str]:
    stack = direct[place][::-1]
    while stack:
        name = stack.pop()
        yield name
        stack.extend(direct.get(name, ())[::-1])


def _name_of(system: System, item: str) -> str:
    domain = system.domains.get(item)
    return item if domain is None else f"{domain.level} {item}"


def _starts(system: System, replica: str) -> bool:
    return not is_instant(system.components[replica.rpartition(".")[0]].start)


def _mode_of(system: System, item: str, mode: str) -> FailureMode:
    owner = _owner_of(system, item)
    return (system.domains.get(owner) or system.components[owner]).failures[mode]


def _owner_of(system: System, item: str) -> str:
    """The domain, or the component of a replica."""
    return item if item in system.domains else item.rpartition(".")[0]


def _why_left(system: System, crew: str | None) -> str:
    """Why a repair is interrupted, where that is known."""
    has_shifts = crew is not None and bool(system.crews[crew].shifts)
    return "" if has_shifts else " for one that goes first"
