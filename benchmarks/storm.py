"""Model m in the language of PRISM, and Storm that solves it: one population by tier and zone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import stormpy
from stormpy import developer

from benchmarks.models import HOUR, TIERS, ZONES, Tier


def write_program() -> str:
    """Return model m; rates are per hour."""
    words = ["ctmc", *map(_tell_zone, ZONES)]
    words += [text for tier in TIERS for text in _tell_tier(tier)]
    enough = [f"({_number_up(tier)} >= {tier.required})" for tier in TIERS]
    return "\n".join([*words, f'label "down" = !({" & ".join(enough)});', ""])


def _tell_zone(zone: int) -> str:
    return f"""module zone{zone}
  lit{zone} : bool init true;
  [strike{zone}] lit{zone} -> 1/4380 : (lit{zone}'=false);
  [restore{zone}] !lit{zone} -> 1/2 : (lit{zone}'=true);
endmodule"""


def _tell_tier(tier: Tier) -> Iterator[str]:
    for zone in sorted(set(tier.zones)):
        unit, count = f"{tier.name}{zone}", tier.zones.count(zone)
        up, down, restarting = f"{unit}_up", f"{unit}_down", f"{unit}_restarting"
        fails, repairs = f"{up}/{tier.mtbf / HOUR:g}", f"{down}/{tier.mttr / HOUR:g}"
        yield f"""module {unit}
  {up} : [0..{count}] init {count};
  {down} : [0..{count}] init 0;
  {restarting} : [0..{count}] init 0;
  [] lit{zone} & {up} > 0 & {down} < {count} -> {fails} : ({up}'={up}-1) & ({down}'={down}+1);
  [] lit{zone} & {down} > 0 & {up} < {count} -> {repairs} : ({up}'={up}+1) & ({down}'={down}-1);
  [] lit{zone} & {restarting} > 0 & {up} < {count} -> {restarting} * 6 :
     ({up}'={up}+1) & ({restarting}'={restarting}-1);
  [strike{zone}] true -> 1 : ({up}'=0) & ({down}'=0) & ({restarting}'=0);
  [restore{zone}] true -> 1 : ({up}'=0) & ({down}'=0) & ({restarting}'={count});
endmodule"""


def _number_up(tier: Tier) -> str:
    return " + ".join(f"{tier.name}{zone}_up" for zone in sorted(set(tier.zones)))


class Storm:
    """Storm with a program at hand.

    Parameters
    ----------
    lumped : bool
        Whether states that behave alike are made one (bisimulation) before solving.
    """

    def __init__(self, *, lumped: bool) -> None:
        developer.set_log_level(developer.LogLevel.ERR)
        self._lumped = lumped
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "m.prism")
            file.write_text(write_program(), encoding="utf-8")
            self._program = stormpy.parse_prism_program(str(file), prism_compatibility=True)
        self._question = stormpy.parse_properties('LRA=? ["down"]', self._program)
        self.n_states = 0

    def solve(self) -> float:
        """Build the chain and return the long-run share of time in which the service is down."""
        model: Any = stormpy.build_model(self._program, self._question)
        if self._lumped:
            model = stormpy.transformations.perform_bisimulation(model, self._question)
        self.n_states = model.nr_states
        answer = stormpy.model_checking(model, self._question[0])
        return float(answer.get_value(model.initial_states[0]))
