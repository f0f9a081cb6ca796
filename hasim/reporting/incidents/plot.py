"""What is done in an incident, and when: as data, as text for a link, as a command.

Theory of operation: an incident is a function of a System, a seed and what is done, and nothing
else. So this is all that has to be kept of it, and whoever has it plays the same incident again.
The text has the form of the query of an address, ``seed=1&fail=db.1@3600s``.

Detection that takes longer is a change of the System: the law of each step that notices a failure
of a component, or of a domain, is moved by so many seconds. It holds from the start of the
incident, so that what has been played by then is played anew.

Rules of this file: times are in seconds, and written with as many digits as they have.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from hasim.errors import InputError, list_words, show_value
from hasim.laws import Fixed, Law, Uniform
from hasim.reporting.incidents.teller import Failure
from hasim.system import Component, Domain, System
from hasim.units import parse_duration

#: Longest text that is read; precedent: what browsers and servers take as an address.
MOST_LETTERS = 8000

_KEYS = ("seed", "others", "fail", "slow", "until")


@dataclass(frozen=True, slots=True)
class Plot:
    """What is done in an incident.

    Parameters
    ----------
    seed : int
    others : bool
        Whether things fail by themselves too.
    failures : tuple of Failure
        What is made to fail, in the order of time.
    slower : mapping of str to float
        By so many seconds the failures of a component or domain are noticed later.
    now : float
        The moment up to which it has been played, in seconds from the start.
    """

    seed: int
    others: bool
    failures: tuple[Failure, ...]
    slower: Mapping[str, float]
    now: float

    def to_text(self) -> str:
        """Return it as a text that an address can hold."""
        pairs = [("seed", str(self.seed))]
        pairs += [("others", "yes")] if self.others else []
        pairs += [("fail", f"{item}@{show_time(time)}") for item, time in self.failures]
        pairs += [("slow", f"{name}@{show_time(by)}") for name, by in self.slower.items()]
        pairs += [("until", show_time(self.now))] if self.now else []
        return urlencode(pairs, safe="@")

    @classmethod
    def from_text(cls, text: str) -> Plot:
        """Return what a text says.

        Raises
        ------
        InputError
            Where it is none that `to_text` writes.
        """
        if len(text) > MOST_LETTERS:
            raise _refuse(f"{len(text)} letters")
        plot = cls(1, others=False, failures=(), slower={}, now=0.0)
        for key, value in parse_qsl(text, keep_blank_values=True):
            plot = _with(plot, key, value)
        failures = tuple(sorted(plot.failures, key=lambda one: one.time))
        last = max((one.time for one in failures), default=0.0)
        return replace(plot, failures=failures, now=max(plot.now, last))

    def changed(self, system: System) -> System:
        """The system in which failures are noticed as late as they are here."""
        for name, seconds in self.slower.items():
            system = notice_later(system, name, seconds)
        return system

    def to_command(self, system: System, model: str) -> str:
        """Return the command that tells the same incident."""
        words = ["hasim", "trace", model, "--seed", str(self.seed)]
        words += [] if self.others else ["--alone"]
        changed = self.changed(system)
        for name in self.slower:
            for path, law in _laws_of_detection(changed, name):
                words += ["--set", f"{path}={law}"]
        for item, time in self.failures:
            words += ["--fail", f"{item}@{show_time(time)}"]
        if not self.failures:
            words += ["--until", show_time(self.now)]
        return shlex.join(words)


def show_time(seconds: float) -> str:
    """Return a time with all its digits: ``3600.5s``."""
    shown = f"{seconds:.9f}".rstrip("0").rstrip(".")
    return f"{shown if float(shown) == seconds else repr(seconds)}s"


def notice_later(system: System, name: str, seconds: float) -> System:
    """The system in which the failures of a component or domain are noticed so much later.

    Parameters
    ----------
    system : System
    name : str
        Of a component or of a domain.
    seconds : float

    Raises
    ------
    InputError
        Where there is nothing of that name which fails.
    """
    owner = system.components.get(name) or system.domains.get(name)
    if owner is None or not owner.failures:
        able = [name for name, one in system.components.items() if one.failures]
        able += [name for name, one in system.domains.items() if one.failures]
        raise InputError(
            f"{show_value(name)} is no component or domain that fails",
            f"one of {list_words(able, 'and')}" if able else "a model in which something can fail",
            f"write {able[0]}" if able else "give a component a mtbf",
        )
    if isinstance(owner, Domain):
        changed = owner.model_copy(update={"failures": _noticed_later(owner, seconds)})
        return system.model_copy(update={"domains": {**system.domains, name: changed}})
    update: dict[str, Any] = {"failures": _noticed_later(owner, seconds)}
    if owner.failover is not None:
        detect = _later(owner.failover.detect, seconds)
        update["failover"] = owner.failover.model_copy(update={"detect": detect})
    components = {**system.components, name: owner.model_copy(update=update)}
    return system.model_copy(update={"components": components})


def _noticed_later(owner: Component | Domain, seconds: float) -> dict[str, Any]:
    """The failure modes; in a group that fails over, the failover notices those without a law."""
    is_watched = isinstance(owner, Component) and owner.failover is not None
    return {
        key: mode
        if mode.detect is None and is_watched
        else mode.model_copy(update={"detect": _later(mode.detect or Fixed(0.0), seconds)})
        for key, mode in owner.failures.items()
    }


def _later(law: Law, seconds: float) -> Law:
    """A law moved by so many seconds; where it cannot be moved, stretched to the same mean."""
    match law:
        case Fixed():
            return Fixed(law.value + seconds)
        case Uniform():
            return Uniform(law.low + seconds, law.high + seconds)
        case _:
            return law.scaled((law.mean + seconds) / law.mean)


def _laws_of_detection(system: System, name: str) -> Iterator[tuple[str, Law]]:
    """The keys of the model that say how failures are noticed, and their laws."""
    section = "components" if name in system.components else "domains"
    owner = system.components.get(name) or system.domains[name]
    for key, mode in owner.failures.items():
        if mode.detect is not None:
            yield f"{section}.{name}.failures.{key}.detect", mode.detect
    if isinstance(owner, Component) and owner.failover is not None:
        yield f"{section}.{name}.failover.detect", owner.failover.detect


# ---------------------------------------------------------------------------- reading


def _with(plot: Plot, key: str, value: str) -> Plot:
    """A plot with what one part of its text says."""
    match key:
        case "seed" if value.isascii() and value.isdigit() and len(value) < 20:
            return replace(plot, seed=int(value))
        case "others" if value in ("yes", "no"):
            return replace(plot, others=value == "yes")
        case "until":
            return replace(plot, now=_read_time(value, value))
        case "fail" | "slow":
            name, sign, time = value.rpartition("@")
            if sign and name and time:
                return _with_named(plot, key, name, _read_time(time, value))
    raise _refuse(f"{key}={value}" if key in _KEYS else key)


def _with_named(plot: Plot, key: str, name: str, seconds: float) -> Plot:
    if key == "fail":
        return replace(plot, failures=(*plot.failures, Failure(name, seconds)))
    return replace(plot, slower={**plot.slower, name: seconds})


def _read_time(time: str, whole: str) -> float:
    try:
        return parse_duration(time)
    except InputError as error:
        raise _refuse(whole) from error


def _refuse(found: str) -> InputError:
    return InputError(
        f"{show_value(found)} in the script of an incident",
        "seed, others, fail, slow and until",
        "write seed=1&fail=db.1@3600s",
    )
