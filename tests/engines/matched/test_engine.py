"""The bands of replaced laws hold the closed forms of systems whose laws have memory."""

import math
from itertools import pairwise

import pytest
from scipy.integrate import quad

from hasim.engines.exact.engine import solve_exactly
from hasim.engines.exact.phase_type import PhaseType, Series
from hasim.engines.matched.closeness import come_close
from hasim.engines.matched.engine import match_long_run
from hasim.errors import RefusedError
from hasim.laws import (
    Empirical,
    Exponential,
    Fixed,
    Gamma,
    Hyperexponential,
    Lognormal,
    Uniform,
    Weibull,
)
from hasim.process import ProcessBuilder

WORK = 200_000


def live(mean):
    """A law that is exponential but for 1e-12, so that two clocks with memory run at once."""
    return Weibull(1.0 + 1e-12, mean)


LIFE = live(100.0)
REPAIRS = [
    Fixed(8.0),
    Uniform(4.0, 12.0),
    Lognormal.from_mean_cv(8.0, 0.95),
    Lognormal.from_mean_cv(8.0, 2.5),
    Weibull.from_shape_mean(0.7, 8.0),
    Weibull.from_shape_mean(2.5, 8.0),
    Gamma.from_mean_cv(8.0, 0.7),
    Empirical((2.0, 3.0, 3.5, 8.0, 10.0, 21.5)),
]


def crew_of_one(fails, repair, *, n=2, needed=1):
    builder = ProcessBuilder("pair")
    builder.pool("crew", 1)
    units = [builder.unit(f"u{i}", fails=fails, repair=repair, crew="crew") for i in range(n)]
    builder.at_least("works", needed, [unit["up"] for unit in units])
    builder.outages("system", "works")
    builder.share("up", "works")
    return builder.build()


def matched(process):
    return match_long_run(process, work=WORK)


def both_down(mean_life, repair):
    """Share of time with both of two units down, lives exponential and one crew.

    A round begins with both up. After each repair, begun with one unit up, that one has survived
    with chance g = E exp(-repair / life), which ends the round; so a round has 1 / g repairs on
    average, in each of which both are down for E max(repair - life, 0) (Takács 1962, chapter 5, the
    machine repair problem with two machines).
    """
    survived = _integrate(repair, lambda t: math.exp(-t / mean_life) / mean_life)
    both = _integrate(repair, lambda t: -math.expm1(-t / mean_life))
    chance = 1.0 - survived
    return both / (chance * mean_life / 2 + repair.mean)


def _integrate(law, weight):
    """The integral of a weight times the survival function of a law, piece by piece."""
    if isinstance(law, Empirical):
        ends = sorted({0.0, *law.values})
    else:
        ends = [0.0, *(law.quantile(1.0 - 10.0**-k) for k in (0.1, 0.3, 1, 2, 3, 4, 6, 8, 10, 12))]
    pieces = (
        quad(lambda t: weight(t) * law.survival(t), low, high, epsrel=1e-11, epsabs=0.0)[0]
        for low, high in pairwise(ends)
        if high > low
    )
    return math.fsum(pieces)


@pytest.mark.parametrize("repair", REPAIRS, ids=str)
@pytest.mark.parametrize("life", [30.0, 1000.0])
def test_repairs_of_any_law(life, repair):
    truth = both_down(life, repair)
    found = matched(crew_of_one(live(life), repair))
    band = found.outages["system"].unavailability
    assert band.low <= truth <= band.high
    assert found.missing["up"] == pytest.approx(band, rel=1e-9, abs=0)
    assert band.value == pytest.approx(truth, rel=0.02, abs=0)
    assert found.replaced == tuple(
        f"{what} of u{i}" for what in ("failure", "repair") for i in (0, 1)
    )


def test_what_is_answered_exactly_has_no_band():
    """A unit by itself, and a pair of which one clock with memory runs at a time."""
    builder = ProcessBuilder("mixed")
    builder.pool("crew", 1)
    units = [builder.unit(f"u{i}", fails=LIFE, repair=Fixed(8.0), crew="crew") for i in range(2)]
    alone = builder.unit("alone", fails=Weibull.from_shape_mean(2.0, 90.0), repair=Fixed(10.0))
    builder.pool("other", 1)
    plain = [
        builder.unit(f"p{i}", fails=Exponential(100.0), repair=Fixed(8.0), crew="other")
        for i in range(2)
    ]
    builder.any_of("either", *[unit["up"] for unit in units])
    builder.any_of("third", alone["up"])
    builder.any_of("other pair", *[unit["up"] for unit in plain])
    builder.all_of("works", "either", "third", "other pair")
    builder.outages("system", "works")
    builder.share("alone-up", "third")
    builder.share("pair-up", "other pair")
    found = matched(builder.build())
    truth = both_down(100.0, Fixed(8.0))
    assert found.values["alone-up"] == pytest.approx((0.9, 0.9, 0.9), rel=1e-12)
    assert found.values["pair-up"] == pytest.approx((1 - truth,) * 3, rel=1e-9)
    assert all(who.endswith(("of u0", "of u1")) for who in found.replaced)
    band = found.outages["system"].unavailability
    assert band.low <= 1 - 0.9 * (1 - truth) ** 2 <= band.high
    assert band.high > band.low


def test_staged_laws_are_left_alone():
    """Repairs of two kinds and lives that are no stages: only lives are replaced."""
    process = crew_of_one(
        Weibull.from_shape_mean(1.4, 100.0), Hyperexponential((0.5, 0.5), (2.0, 9.0))
    )
    assert matched(process).replaced == ("failure of u0", "failure of u1")


def test_a_series_of_equal_stages_is_erlang():
    process = crew_of_one(Exponential(100.0), Fixed(8.0))
    places = [("u0", "repair"), ("u1", "repair")]
    row, chain = Series((1.0, 0.0, 0.0), (0.3,) * 3), PhaseType(((1.0, 3, 0.3),))
    one, other = (
        solve_exactly(process, (0.9,), stand_ins=dict.fromkeys(places, law)) for law in (row, chain)
    )
    assert one == other
    assert one.outages["system"].lengths is not None


def test_figures_lie_in_their_bands_together():
    found = matched(
        crew_of_one(Weibull.from_shape_mean(1.4, 100.0), Lognormal.from_mean_cv(8.0, 1.2))
    )
    outages = found.outages["system"]
    for band in (outages.unavailability, outages.availability, outages.rate):
        assert 0.0 < band.low < band.value < band.high
    assert outages.availability.high == pytest.approx(1.0 - outages.unavailability.low, rel=1e-6)
    assert outages.lengths is None
    assert outages.why_no_lengths


@pytest.mark.parametrize("cv2", [0.0, 0.03, 0.09, 0.13, 0.22, 0.3, 0.8, 3.0])
def test_weights_keep_what_no_law_changes(cv2):
    """A figure that is the same in all runs stays so: the weights sum to 1."""
    law = Gamma.from_mean_cv(5.0, math.sqrt(cv2)) if cv2 else Fixed(5.0)
    close = come_close(law)
    assert len(close.weights) == len(close.coarser) == 1 + len(close.laws)
    assert math.fsum(close.weights) == pytest.approx(1.0)
    assert math.fsum(close.coarser) == pytest.approx(1.0)


def test_chains_are_drawn_out_to_the_variance_of_the_law():
    """A figure that is linear in the variance comes out exactly."""
    close = come_close(Fixed(5.0))
    variances = [1 / 2, *(law.moment(2) / law.mean**2 - 1 for law in close.laws)]
    for weights in (close.weights, close.coarser):
        total = math.fsum(w * v for w, v in zip(weights, variances, strict=True))
        assert total == pytest.approx(0.0, abs=1e-12)


# ------------------------------------------------------------------ refusals


def test_without_memory_there_is_nothing_to_replace():
    with pytest.raises(RefusedError, match="no law with memory"):
        matched(crew_of_one(Exponential(100.0), Exponential(8.0)))


def test_a_law_that_varies_too_much_is_named():
    with pytest.raises(RefusedError, match=r"repair of u0 varies too much \(cv 4\)"):
        matched(crew_of_one(LIFE, Lognormal.from_mean_cv(8.0, 4.0)))


def test_what_takes_no_time_is_named():
    with pytest.raises(RefusedError, match="repair of u0 takes no time"):
        matched(crew_of_one(LIFE, Fixed(0.0)))


def test_what_may_keep_in_step_is_named():
    with pytest.raises(RefusedError, match="u0 goes round in fixed times"):
        matched(crew_of_one(Fixed(100.0), Fixed(8.0)))


def test_too_many_states_are_counted():
    with pytest.raises(RefusedError, match="more than 6 states"):
        match_long_run(crew_of_one(LIFE, Fixed(8.0), n=4), work=40)


def test_a_calendar_is_named():
    builder = ProcessBuilder("tested")
    builder.pool("crew", 1)
    builder.signal("test")
    nodes = []
    for name in "ab":
        node = builder.automaton(name, "up", "latent", "down")
        node.delay("fails", "up", LIFE, "latent")
        node.on("test", "latent", "down")
        node.needs("down", "crew")
        node.delay("repair", "down", Fixed(8.0), "up")
        nodes.append(node)
    builder.schedule("monthly", "test", every=720.0)
    builder.any_of("works", *[node["up"] for node in nodes])
    builder.outages("system", "works")
    with pytest.raises(RefusedError, match="monthly follows a calendar"):
        matched(builder.build())


@pytest.mark.parametrize("law", [Fixed(50.0), Lognormal.from_mean_cv(50.0, 6.0)])
def test_what_no_measure_depends_on_does_not_stand_in_the_way(law):
    """Two more units with a crew of their own, whose laws alone would be refused."""
    builder = ProcessBuilder("beside")
    builder.pool("crew", 1)
    builder.pool("other", 1)
    units = [builder.unit(f"u{i}", fails=LIFE, repair=Fixed(8.0), crew="crew") for i in range(2)]
    for name in "ab":
        builder.unit(name, fails=law, repair=Fixed(8.0), crew="other")
    builder.any_of("works", *[unit["up"] for unit in units])
    builder.outages("system", "works")
    band, truth = (
        matched(builder.build()).outages["system"].unavailability,
        both_down(100.0, Fixed(8.0)),
    )
    assert band.low <= truth <= band.high


@pytest.mark.parametrize(
    ("fails", "repair"),
    [
        (Uniform(990.0, 1010.0), Uniform(9.0, 11.0)),  # its value would be 82 % too high
        (Uniform(9.0, 11.0), Uniform(1.0, 9.0)),  # 49 %
        (Fixed(10.0), Uniform(1.0, 9.0)),  # 54 %
    ],
)
def test_what_keeps_in_step_for_long_is_refused(fails, repair):
    with pytest.raises(RefusedError, match="go round so regularly that they keep in step for long"):
        matched(crew_of_one(fails, repair))


@pytest.mark.parametrize("crash", [70.0, 5000.0])
def test_a_regular_life_beside_rare_crashes_is_regular(crash):
    """Fixed wear that mostly comes first; the value would be five times too high at 5,000."""
    builder = ProcessBuilder("worn")
    builder.pool("crew", 1)
    units = []
    for name in "ab":
        unit = builder.automaton(name, "up", "worn", "crashed")
        unit.delay("wear", "up", Fixed(50.0), "worn")
        unit.delay("crash", "up", Exponential(crash), "crashed")
        unit.delay("renew", "worn", Uniform(1.5, 4.5), "up")
        unit.delay("restart", "crashed", Exponential(2.0), "up")
        unit.needs("worn", "crew")
        unit.needs("crashed", "crew")
        units.append(unit)
    builder.any_of("works", *[unit["up"] for unit in units])
    builder.outages("system", "works")
    with pytest.raises(RefusedError, match="go round so regularly that they keep in step for long"):
        matched(builder.build())


def test_what_exact_refuses_too_is_not_sent_there():
    builder = ProcessBuilder("step")
    units = [builder.unit(name, fails=Fixed(90.0), repair=Fixed(10.0)) for name in "ab"]
    builder.all_of("both", *[unit["up"] for unit in units])
    builder.share("both up", "both")
    with pytest.raises(RefusedError, match="keep in step for ever"):
        matched(builder.build())
