"""A simulator of models/shop.yaml alone, written straight from the words of interface.md.

It is the independent second reading of that text: it shares no code with hasim and was written
without looking at hasim's compiler, Process or engines. `test_shop_by_hand.py` compares the two.

Theory of operation
-------------------
Events in a heap. Each replication starts with everything new, is not measured during a warm-up,
then adds up what it sees; results are means and ratios over replications with standard errors
over replications. The parts:

- `by_hand/parameters.py`: the numbers of the YAML text, and of by_hand/stressed.yaml;
- `by_hand/parts.py`: zones, replicas and their clocks, failures, crews, k-of-n groups;
- `by_hand/database.py`: the failing-over group, rules 1 to 6 of `failover`;
- `by_hand/replication.py`: what happens and whom it touches; who holds service back;
- `by_hand/ledger.py`, `by_hand/summary.py`: sums, values, standard errors.

What the shop does not use is not there: nested domains that fail (region `eu` never does),
`start`, `rebuild`, `tolerates`, `within`, hosts, priorities.

Readings
--------
Where the words of interface.md leave a choice, this is what was chosen. How much it matters was
tried with the numbers of stressed.yaml, 4,000 years each way (there unavailability has a standard
error of 0.2 %, rare causes up to 8 %): the other choice in 1, 2, 7, 8, 9, 10, 15 or 16 moved no
figure by more than 3.3 standard errors. The remaining readings were not varied. For comparison,
two plain misreadings were seen at once: coverage drawn before the pick (`manual` + 40 %) and
another replica serving at once in rule 4 (`switch` - 6 %).

 1. *One detection for the primary.* The failure that starts a chain is found at the end of that
    chain's `detect` stage, by the same draw; its repair is asked for at that moment. All other
    failures of db have a draw of `failover.detect` of their own: a standby's, and that of a
    primary which fails while it is masked and its chain runs.
 2. *Latent* concerns standbys only. Until the pick the old primary is the primary, masked or
    not, so its failure is never latent; from the pick on it is a standby and may fail latently,
    and the candidate no longer can.
 3. *Tests* find a latent failure whether or not its replica is masked; they take no time and
    fall at multiples of 30 d from the start of the simulation.
 4. *Detection and repair go on inside a masked zone*, as the clocks do; a crew may repair there.
 5. *The pick when coverage fails* is void: in rule 3 "the primary" is still the old primary,
    since its return restores service. A dead standby found by that pick stays found.
 6. *Coverage* is drawn only if a candidate is found; "otherwise" in rule 3 means that the draw
    failed, while no candidate leads to rule 4. Rule 4's promote and switch have neither a fence
    nor a draw of coverage, nor has the pick at the end of `manual`.
 7. *Any replica can be picked*, the old primary included (masked, then dead and undetected when
    its zone is back): it is then found dead and the next is tried.
 8. *Waiting (rule 4).* The replica must truly be up. A dead one that is unmasked and not yet
    detected, or latent, at its zone's return is found at once, by need. If the old primary and
    another return at the same moment (a common cause ends), the old primary serves.
 9. *Rule 5.* The candidate is the primary from the pick on, so in the chain that starts again its
    return cancels it (rule 1), and "old primary" in rule 4 is that candidate. What started the
    chain is then the candidate's failure or masking: downtime from there on is charged to it
    (the outage stays counted for the failure that began it).
10. *Common cause, "while one of its kind is under repair"*: from being found until its end,
    waiting for a crew included; not while it is undetected ("an undetected failure is down and
    not under repair"). "Its kind" means common-cause events; a replica's own crash under repair
    does not prevent one, it only is not struck. The clock, being exponential, stands still in
    such times (equal in law to passing over events of a clock that runs on).
11. *Standbys alone* are struck if the primary (reading 2) is not among the struck; the event is
    then latent with probability 10 % as a whole, drawn once. Otherwise it is found at the end of
    the chain's detect. After it ends, the own crash clock of each struck replica goes on.
12. *Repair of a common cause* has the mode's repair law, one draw, one crew.
13. *Cancelled chain (rule 1)*: it serves at once, at the moment of the return.
14. *Who is charged.* "First need that does not serve, deepest first": db if db does not serve,
    else web if fewer than 4 serve, else edge. A member that is masked is at stage masked, even
    if it has also failed.
15. *Most advanced first, ties to the lowest number*: members are ranked repair, crew, detect,
    masked, within one stage by number; the (required - serving)-th of that ranking is charged.
16. *Waiting, stage masked*: "what is masked is charged to the domain" is taken to hold here too:
    if even the most advanced member is masked, its own zone is charged, whatever started the
    chain; in the other stages what started the chain is charged.
17. *The stages of a chain started by masking* are detect, decide and so on, charged to the zone.
18. *request_availability*: web's share is serving / (serving + unmasked undetected), edge's
    likewise (its failures are found at once, so 1); the two multiply. A dead standby of db gets
    no requests. A replica struck while masked counts once its zone is back.
19. *An outage* is one unbroken time in which checkout is down; lengths are those of the outages
    that end in the measured part. Quantiles interpolate linearly.
20. *short_s_per_year* counts the time up with fewer than peak / capacity = 3 serving replicas of
    web; required is 4, so it is 0.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np

from verification.by_hand.ledger import Ledger
from verification.by_hand.parameters import SHOP, STRESSED, YEAR, Shop
from verification.by_hand.replication import replicate
from verification.by_hand.summary import Results, summarise

REPLICATION_YEARS = 100.0
"""Length of a replication; a run shorter than 40 of them has 40 shorter ones."""

WARMUP_YEARS = 1.0
"""Not measured: the slowest transient, which replica of db is primary, fades as exp(-8 t/year)."""

_FEWEST = 40
_MOST_IN_ONE_TASK = 10


def simulate(
    years: float,
    seed: int,
    *,
    shop: Shop = SHOP,
    warmup_years: float = WARMUP_YEARS,
    processes: int = 1,
) -> Results:
    """Simulate the shop for this many years in all.

    Parameters
    ----------
    years : float
        Measured time over all replications, in years of 365 days.
    seed : int
        The same seed gives the same results on any number of processes.
    shop : Shop
        The numbers; others than the default serve checks against closed forms.
    warmup_years : float
        Time at the start of each replication that is not measured.
    processes : int
        Processes to use.

    Returns
    -------
    dict
        {name: (value, standard error)}, see `by_hand.summary.summarise`.

    Raises
    ------
    ValueError
        If `years` is not positive.
    """
    if not years > 0:
        raise ValueError(f"years: {years}; expected more than 0")
    count = max(_FEWEST, round(years / REPLICATION_YEARS))
    one = partial(_replicate, shop, warmup_years * YEAR, years / count * YEAR)
    seeds = _seeds(seed, count)
    if processes == 1:
        return summarise([one(number) for number in seeds])
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawn) as pool:
        return summarise(list(pool.map(one, seeds, chunksize=_MOST_IN_ONE_TASK)))


def main() -> None:
    """Run from the command line and print a table or JSON."""
    parser = argparse.ArgumentParser(prog="python -m verification.shop_by_hand")
    parser.add_argument("--years", type=float, default=20_000.0, help="measured years in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--stressed", action="store_true", help="the numbers of stressed.yaml")
    parser.add_argument("--json", action="store_true", help="print {name: [value, std. error]}")
    given = parser.parse_args()
    began = time.perf_counter()
    shop = STRESSED if given.stressed else SHOP
    results = simulate(given.years, given.seed, shop=shop, processes=given.processes)
    if given.json:
        print(json.dumps(_without_nan(results), indent=2))
        return
    for name, (value, error) in results.items():
        print(f"{name:50} {value:16.9g}  +- {error:.2g}")
    print(f"{given.years / (time.perf_counter() - began):.0f} years a second")


def _replicate(shop: Shop, warmup: float, length: float, seed: int) -> Ledger:
    return replicate(shop, seed, warmup, length)


def _seeds(seed: int, count: int) -> list[int]:
    """A seed of 128 bits for each replication."""
    words = np.random.SeedSequence(seed).generate_state(2 * count, np.uint64)
    return [int(high) << 64 | int(low) for high, low in zip(words[::2], words[1::2], strict=True)]


def _without_nan(results: Results) -> dict[str, list[float | None]]:
    return {
        name: [number if number == number else None for number in pair]
        for name, pair in results.items()
    }


if __name__ == "__main__":
    main()
