"""The exact engine against published results and closed forms."""

import itertools
import math

import pytest

import hasim
from benchmarks.models import active_passive
from hasim.engines.exact.engine import solve_exactly
from hasim.errors import RefusedError
from hasim.laws import Empirical, Erlang, Exponential, Fixed, Lognormal, Weibull
from hasim.process import ByPhase, Delay, Label, Phase, Process, ProcessBuilder, Row, go
from hasim.process.automata import Alternative, Automaton
from tests.process.markov import Chain

HOUR = 3600.0


def static(unavailabilities, build):
    """A Process whose components are down for given shares of time; `build` makes the gate."""
    builder = ProcessBuilder("static")
    units = [
        builder.unit(f"u{i}", fails=Exponential((1.0 - q) / q), repair=Exponential(1.0))
        for i, q in enumerate(unavailabilities)
    ]
    build(builder, units)
    builder.outages("system", "works")
    return builder.build()


def unavailability(process):
    return solve_exactly(process).outages["system"].unavailability


def test_two_of_three_whatever_the_laws():
    """Truth case E01: Weibull lives, lognormal repairs, a crew for each unit."""
    builder = ProcessBuilder("E01")
    sigma = math.sqrt(math.log(5.0))
    repair = Lognormal(math.log(10 * HOUR) - sigma**2 / 2, sigma)
    fails = Weibull.from_shape_mean(1.5, 1000 * HOUR)
    units = builder.units("unit", 3, fails=fails, repair=repair)
    builder.at_least("works", 2, [unit["up"] for unit in units])
    builder.outages("system", "works")
    figures = solve_exactly(builder.build()).outages["system"]
    assert figures.unavailability == pytest.approx(0.000292147634526, rel=1e-10, abs=0)
    assert figures.rate * HOUR == pytest.approx(5.82354088757e-05, rel=1e-10, abs=0)
    assert figures.unavailability / figures.rate / HOUR == pytest.approx(
        5.0166666666667, rel=1e-10, abs=0
    )
    assert figures.availability / figures.rate / HOUR == pytest.approx(
        17166.66666667, rel=1e-10, abs=0
    )


def build_bridge(builder, units):
    a, b, c, d, e = (unit["up"] for unit in units)
    for name, path in (("ac", (a, c)), ("bd", (b, d)), ("aed", (a, e, d)), ("bec", (b, e, c))):
        builder.at_least(name, len(path), list(path))
    builder.any_of("works", "ac", "bd", "aed", "bec")


@pytest.mark.parametrize(("up", "expected"), [(0.9, 0.97848), (0.99, 0.9997980498)])
def test_bridge(up, expected):
    """Truth case B01: shared components in several paths, 2p^2 + 2p^3 - 5p^4 + 2p^5."""
    process = static([1.0 - up] * 5, build_bridge)
    figures = solve_exactly(process).outages["system"]
    assert figures.availability == pytest.approx(expected, rel=1e-11, abs=0)
    polynomial = 2 * up**2 + 2 * up**3 - 5 * up**4 + 2 * up**5
    assert figures.unavailability == pytest.approx(1 - polynomial, rel=1e-11, abs=0)


@pytest.mark.parametrize(
    ("n", "k", "q", "expected"),
    [
        (20, 3, 0.1, 0.0162138547483),
        (10, 2, 0.1, 0.080252776),
        (60, 4, 0.01, 5.643998648907579e-07),
        (20, 3, 0.0045974, 1.74148335075e-06),
    ],
)
def test_consecutive_k_of_n(n, k, q, expected):
    """Truth case G06: the system fails when k neighbours have failed."""

    def build(builder, units):
        runs = [f"run {i}" for i in range(n - k + 1)]
        for i, run in enumerate(runs):
            builder.at_least(run, 1, [unit["up"] for unit in units[i : i + k]])
        builder.all_of("works", *runs)

    assert unavailability(static([q] * n, build)) == pytest.approx(expected, rel=1e-9, abs=0)


@pytest.mark.parametrize(
    ("redundancy", "expected"), [(2, 0.00685484462317), (3, 4.74075837853e-05)]
)
def test_database_with_redundancy(redundancy, expected):
    """Truth case G03: two modes of failure a unit, repaired at rates 1 and 1/2."""
    builder = ProcessBuilder("G03")
    groups = []

    def group(name, count, required, mean):
        units = []
        for i in range(count):
            unit = builder.automaton(f"{name}.{i}", "up", "one", "two")
            unit.delay("first", "up", Exponential(mean), "one")
            unit.delay("second", "up", Exponential(mean), "two")
            unit.delay("mend first", "one", Exponential(1.0), "up")
            unit.delay("mend second", "two", Exponential(2.0), "up")
            units.append(unit["up"])
        builder.at_least(name, required, units)
        groups.append(name)

    for name in ("processor a", "processor b", "controller a", "controller b"):
        group(name, redundancy, 1, redundancy * 50.0)
    for i in range(6):
        group(f"disks {i}", redundancy + 2, 3, redundancy * 150.0)
    builder.all_of("works", *groups)
    builder.outages("system", "works")
    assert unavailability(builder.build()) == pytest.approx(expected, rel=1e-10, abs=0)


def test_fifteen_nines_have_all_their_digits():
    def build(builder, units):
        builder.at_least("works", 1, [unit["up"] for unit in units])

    assert unavailability(static([1e-3] * 5, build)) == pytest.approx(1e-15, rel=1e-10, abs=0)


def test_twenty_of_forty_different_components():
    shares = [0.05 + 0.01 * i for i in range(40)]

    def build(builder, units):
        builder.at_least("works", 20, [unit["up"] for unit in units])

    up = [1.0]
    for q in shares:
        up = [
            (up[k] * q if k < len(up) else 0.0) + (up[k - 1] * (1 - q) if k else 0.0)
            for k in range(len(up) + 1)
        ]
    assert unavailability(static(shares, build)) == pytest.approx(
        math.fsum(up[:20]), rel=1e-10, abs=0
    )


def test_agrees_with_the_chain_of_the_whole():
    """Outage rates of the bridge against an exploration of all 32 states."""
    process = static([0.1, 0.2, 0.05, 0.15, 0.3], build_bridge)
    chain, figures = Chain(process), solve_exactly(process).outages["system"]
    assert figures.unavailability == pytest.approx(chain.unavailability("system"), rel=1e-12, abs=0)
    assert figures.rate == pytest.approx(chain.outage_rate("system"), rel=1e-12, abs=0)


def test_kept_work_of_several_modes_counts_by_its_mean():
    """An interrupted mode keeps its work, so each ends once in its mean time up (Cox 1962)."""
    repair = Exponential(10.0)
    modes = {"wear": Weibull.from_shape_mean(3.0, 100.0), "crash": Lognormal(5.0, 0.5)}
    delays = [
        Delay(mode, ("up",), law, Row((Alternative(mode),)), memory="resume", cause=mode)
        for mode, law in modes.items()
    ]
    delays += [Delay(f"mend {m}", (m,), repair, Row((Alternative("up"),))) for m in modes]
    phases = tuple(Phase(name) for name in ("up", *modes))
    unit = Automaton("unit", phases, (("up", 1.0),), tuple(delays))
    builder = ProcessBuilder("modes")
    process = with_automata(builder, unit)
    figures = solve_exactly(process).outages["system"]
    rates = {mode: 1.0 / law.mean for mode, law in modes.items()}
    up = 1.0 / (1.0 + 10.0 * sum(rates.values()))
    assert figures.availability == pytest.approx(up, rel=1e-12, abs=0)
    assert figures.begun == pytest.approx(
        {m: up * rate for m, rate in rates.items()}, rel=1e-12, abs=0
    )


def with_automata(builder, *automata):
    """A Process of ready-made automata that works while each is up."""
    made = builder.automaton("placeholder", "up")
    builder.at_least("works", 1, [made["up"]])
    builder.outages("system", "works")
    process = builder.build()
    count, gate = process.nodes
    (term, weight) = count.terms[0]
    terms = tuple((type(term)(a.name, "up"), weight) for a in automata)
    return Process(
        process.name,
        automata,
        (type(count)(count.name, terms), type(gate)(gate.name, gate.level, ">=", len(automata))),
        measures=process.measures,
    )


def test_measures_of_a_process_by_hand():
    builder = ProcessBuilder("all measures")
    unit = builder.unit("unit", fails=Exponential(90.0), repair=Fixed(10.0))
    builder.count("level", [unit["up"]])
    builder.at_least("works", 1, [unit["up"]])
    builder.share("share", "works")
    builder.average("average", "level")
    builder.rate("rate", ("unit", "failure"))
    answer = solve_exactly(builder.build())
    assert answer.values == pytest.approx(
        {"share": 0.9, "average": 0.9, "rate": 0.01}, rel=1e-12, abs=0
    )
    assert answer.missing == pytest.approx({"share": 0.1, "average": 0.1}, rel=1e-12, abs=0)


def test_a_crew_that_is_never_short_binds_nobody():
    builder = ProcessBuilder("crews")
    builder.pool("crew", 2)
    fails, repair = Exponential(90.0), Exponential(10.0)
    units = builder.units("u", 2, fails=fails, repair=repair, crew="crew")
    builder.at_least("works", 1, [unit["up"] for unit in units])
    builder.outages("system", "works")
    assert unavailability(builder.build()) == pytest.approx(0.01, rel=1e-12, abs=0)


def refusals(process):
    with pytest.raises(RefusedError) as caught:
        solve_exactly(process)
    return caught.value.refusals


@pytest.mark.parametrize(
    ("n", "k", "fails", "repairs", "crews", "expected"),
    [
        (5, 3, 1e-3, 0.1, 1, 5.818292633718e-05),
        (5, 3, 1e-3, 0.1, 2, 1.4415348807473e-05),
        (5, 3, 1e-3, 0.1, 5, 9.5623253070166e-06),
        (3, 2, 2e-4, 0.25, 1, 3.833856011787e-06),
    ],
)
def test_few_crews(n, k, fails, repairs, crews, expected):
    """Truth case A07: a birth and death process."""
    figures = solve_exactly(crowd(n, k, Exponential(1 / fails), Exponential(1 / repairs), crews))
    assert figures.outages["system"].unavailability == pytest.approx(expected, rel=1e-10, abs=0)


def test_how_often_and_how_long_with_one_crew():
    """Truth case A07, five units, three needed, one crew."""
    figures = solve_exactly(crowd(5, 3, Exponential(1e3), Exponential(10.0), 1)).outages["system"]
    assert figures.rate == pytest.approx(5.70309021145e-06, rel=1e-9, abs=0)
    assert figures.unavailability / figures.rate == pytest.approx(10.202, rel=1e-9, abs=0)
    assert figures.availability / figures.rate == pytest.approx(175333.33333333, rel=1e-9, abs=0)


def crowd(n, k, fails, repair, crews):
    """Units alike with few crews."""
    builder = ProcessBuilder("crowd")
    builder.pool("crew", crews)
    units = builder.units("u", n, fails=fails, repair=repair, crew="crew")
    builder.at_least("works", k, [unit["up"] for unit in units])
    builder.outages("system", "works")
    return builder.build()


def test_erlang_repairs_with_one_crew():
    """Truth case E02: two units, one repairman, repairs of two stages; closed form of Gnedenko."""
    figures = solve_exactly(crowd(2, 1, Exponential(100.0), Erlang(2, 8.0), 1))
    assert figures.outages["system"].unavailability == pytest.approx(
        0.008401985923946, rel=1e-10, abs=0
    )


def test_a_duplex_with_coverage():
    """Truth case A06 (Trivedi and others 1990): unavailability and its stages by phase."""
    plant = duplex(0.9)
    figures = solve_exactly(plant).outages["system"]
    assert figures.unavailability == pytest.approx(3.665431416279e-06, rel=1e-10, abs=0)
    year = 525_600  # minutes
    assert figures.stages["failover"] * year == pytest.approx(0.437852, rel=2e-6, abs=0)
    assert figures.stages["reboot"] * year == pytest.approx(1.45951, rel=4e-6, abs=0)
    assert figures.stages["repair"] * year == pytest.approx(0.0291902, rel=2e-6, abs=0)


def duplex(coverage):
    builder = ProcessBuilder("duplex")
    plant = builder.automaton("plant", "two", "failover", "reboot", "one", "none")
    uncovered = go("reboot", weight=1 - coverage)
    plant.delay("first", "two", Exponential(3000), go("failover", weight=coverage), uncovered)
    plant.delay("failover", "failover", Exponential(1 / 360), "one")
    plant.delay("reboot", "reboot", Exponential(1 / 12), "one")
    plant.delay("repair", "one", Exponential(1), "two")
    plant.delay("second", "one", Exponential(6000), "none")
    plant.delay("last-repair", "none", Exponential(1), "one")
    builder.any_of("works", plant["two"], plant["one"])
    stages = {"failover": "failover", "reboot": "reboot", "none": "repair"}
    blame = ByPhase("plant", tuple((p, Label(s, "plant")) for p, s in stages.items()))
    builder.outages("system", "works", blame=blame)
    return builder.build()


def test_workstations_and_server_wait_for_failover_together():
    """An active-passive pair, exponential (performance.md, 4b): 22 states, by GTH."""
    figures = solve_exactly(active_passive(exponential=True)).outages["service"]
    assert figures.availability == pytest.approx(0.999815840, abs=5e-10)


def test_a_crew_that_can_be_short_for_repairs_with_memory_is_named():
    process = crowd(3, 1, Exponential(100.0), Fixed(8.0), 2)
    assert refusals(process)[0] == (
        "u.1 and u.3 are not independent (they share the crew crew), and repair of u.1 is fixed, "
        "so its state has memory"
    )


def test_a_race_of_laws_with_memory_is_named():
    builder = ProcessBuilder("race")
    unit = builder.automaton("unit", "up", "down")
    unit.delay("wear", "up", Weibull.from_shape_mean(2.0, 10.0), "down")
    unit.delay("crash", "up", Lognormal.from_mean_cv(10.0, 1.0), "down")
    unit.delay("repair", "down", Exponential(1.0), "up")
    builder.any_of("works", unit["up"])
    builder.share("works", "works")
    assert refusals(builder.build()) == (
        "wear of unit is weibull and races with others, so its state has memory",
        "crash of unit is lognormal and races with others, so its state has memory",
    )


def test_two_rounds_of_fixed_length_may_keep_in_step():
    builder = ProcessBuilder("step")
    units = [builder.unit(name, fails=Fixed(90.0), repair=Fixed(10.0)) for name in "abc"]
    builder.all_of("both", *[unit["up"] for unit in units[:2]])
    builder.share("both up", "both")
    assert refusals(builder.build()) == (
        "a and b go round in fixed times, so they may keep in step for ever",
    )


def test_one_that_nothing_measured_depends_on_keeps_in_step_with_nobody():
    builder = ProcessBuilder("step")
    units = [builder.unit(name, fails=Fixed(90.0), repair=Fixed(10.0)) for name in "ab"]
    builder.any_of("works", units[0]["up"])
    builder.share("up", "works")
    assert solve_exactly(builder.build()).values["up"] == pytest.approx(0.9)


def beside_a_unit(hinders):
    """A unit that is measured, and what stands in the way beside it."""
    builder = ProcessBuilder("beside")
    unit = builder.unit("unit", fails=Exponential(10.0), repair=Fixed(1.0))
    builder.at_least("works", 1, [unit["up"]])
    builder.outages("system", "works")
    return builder, hinders(builder)


def ending(builder):
    other = builder.automaton("other", "up", "lost", "kept")
    other.delay("end", "up", Exponential(1.0), go("lost"), go("kept"))
    return other


def racing(builder):
    other = builder.automaton("other", "up", "lost", "kept")
    other.delay("wear", "up", Weibull.from_shape_mean(2.0, 10.0), "lost")
    other.delay("crash", "up", Weibull.from_shape_mean(0.7, 10.0), "kept")
    other.delay("repair", "lost", Exponential(1.0), "up")
    other.delay("return", "kept", Exponential(1.0), "up")
    return other


@pytest.mark.parametrize("hinders", [ending, racing])
def test_what_no_measure_looks_at_does_not_stand_in_the_way(hinders):
    builder, _ = beside_a_unit(hinders)
    figures = solve_exactly(builder.build()).outages["system"]
    assert figures.unavailability == pytest.approx(1.0 / 11.0, rel=1e-15)


@pytest.mark.parametrize("hinders", [ending, racing])
def test_what_any_measure_looks_at_stands_in_the_way(hinders):
    builder, other = beside_a_unit(hinders)
    builder.any_of("kept", other["kept"])
    builder.share("kept", "kept")
    assert refusals(builder.build())[0].startswith(("other can end", "wear of other"))


@pytest.mark.parametrize("hinders", [ending, racing])
def test_what_a_rate_counts_stands_in_the_way(hinders):
    builder, _ = beside_a_unit(hinders)
    last = "end" if hinders is ending else "crash"
    builder.rate("ends", ("other", last))
    assert refusals(builder.build())[0].startswith(("other can end", "wear of other"))


def test_two_ends_for_ever_are_named():
    builder = ProcessBuilder("trap")
    unit = builder.automaton("unit", "up", "lost", "kept")
    unit.delay("end", "up", Exponential(1.0), go("lost"), go("kept"))
    builder.any_of("kept", unit["kept"])
    builder.share("kept", "kept")
    assert refusals(builder.build()) == (
        "unit can end for ever in lost or in kept, so the long run depends on chance at the start",
    )


def test_what_is_never_repaired_ends_down():
    builder = ProcessBuilder("end")
    unit = builder.automaton("unit", "up", "down")
    unit.delay("end", "up", Exponential(1.0), "down")
    builder.at_least("works", 1, [unit["up"]])
    builder.outages("system", "works")
    figures = solve_exactly(builder.build()).outages["system"]
    assert (figures.unavailability, figures.availability, figures.rate) == (1.0, 0.0, 0.0)


def test_rates_ten_orders_of_magnitude_apart():
    builder = ProcessBuilder("stiff")
    unit = builder.automaton("unit", "up", "blink", "down")
    unit.delay("blink", "up", Exponential(1e3), "blink")
    unit.delay("break", "up", Exponential(1e10), "down")
    unit.delay("back", "blink", Exponential(1e-3), "up")
    unit.delay("repair", "down", Exponential(1e3), "up")
    builder.at_least("works", 1, [unit["up"]])
    builder.outages("system", "works")
    down = 1e-6 + 1e-7
    assert unavailability(builder.build()) == pytest.approx(down / (1.0 + down), rel=1e-12, abs=0)


def test_the_split_by_stage_and_cause_adds_up():
    process = hasim.compile(hasim.load("models/single_point_of_failure.yaml"))
    figures = solve_exactly(process).outages["site"]
    for split in (figures.stages, figures.causes):
        assert math.fsum(split.values()) == pytest.approx(figures.unavailability, rel=1e-12, abs=0)
    assert math.fsum(figures.begun.values()) == pytest.approx(figures.rate, rel=1e-12, abs=0)


def test_all_orders_of_the_components_agree():
    shares = [0.1, 0.2, 0.05, 0.15, 0.3]

    def build(order):
        def build_in_order(builder, units):
            build_bridge(builder, [units[i] for i in order])

        return build_in_order

    orders = list(itertools.permutations(range(5)))[::17]
    for order in orders:
        mine = [0.0] * 5
        for place, unit in enumerate(order):
            mine[unit] = shares[place]
        found = unavailability(static(mine, build(order)))
        assert found == pytest.approx(
            unavailability(static(shares, build_bridge)), rel=1e-12, abs=0
        )


def modes(*delays):
    """A unit with delays from ``up`` that lead to ``down``, and a repair."""
    builder = ProcessBuilder("modes")
    unit = builder.automaton("unit", "up", "down")
    for number, law in enumerate(delays):
        unit.delay(f"mode {number}", "up", law, "down", memory="resume")
    unit.delay("repair", "down", Exponential(1.0), "up")
    builder.at_least("works", 1, [unit["up"]])
    builder.outages("system", "works")
    return builder.build()


def test_fixed_lives_of_one_unit_that_can_end_together_are_refused():
    """Both end in one instant, which is one outage and not two, as means would have it."""
    assert refusals(modes(Fixed(20.0), Fixed(20.0))) == (
        "mode 1 and mode 0 of unit have fixed times and can end together",
    )


def test_times_that_can_be_nothing_are_refused():
    """A stay of no length is no stay."""
    assert refusals(modes(Empirical((0.0, 20.0)))) == ("mode 0 of unit takes no time at times",)


def test_a_large_population_is_solved():
    builder = ProcessBuilder("large")
    many = builder.automaton("many", "up", "down", count=1500)
    many.delay("fail", "up", Exponential(100.0), "down")
    many.delay("repair", "down", Exponential(1.0), "up")
    builder.at_least("works", 1490, many["up"])
    builder.outages("system", "works")
    up = 100.0 / 101.0
    expected = math.fsum(
        math.exp(
            math.lgamma(1501)
            - math.lgamma(k + 1)
            - math.lgamma(1501 - k)
            + k * math.log(up)
            + (1500 - k) * math.log1p(-up)
        )
        for k in range(1490)
    )
    assert unavailability(builder.build()) == pytest.approx(expected, rel=1e-9, abs=0)


def test_a_gate_over_several_populations_counts_all_members():
    builder = ProcessBuilder("two")
    many = [builder.automaton(name, "up", "down", count=3) for name in "ab"]
    for one in many:
        one.delay("fail", "up", Exponential(9.0), "down")
        one.delay("repair", "down", Exponential(1.0), "up")
    builder.at_least("works", 3, [one["up"] for one in many])
    builder.outages("system", "works")
    expected = math.fsum(math.comb(6, k) * 0.9**k * 0.1 ** (6 - k) for k in range(3))
    assert unavailability(builder.build()) == pytest.approx(expected, rel=1e-12, abs=0)


@pytest.mark.parametrize(("staff", "expected"), [(1.0, 1 / 11), (0.5, 1.0)])
def test_a_unit_alone_waits_for_ever_where_its_crew_has_nobody(staff, expected):
    builder = ProcessBuilder("alone")
    builder.constant("staff", staff)
    builder.pool("crew", "staff")
    unit = builder.unit("u", fails="exponential(10 h)", repair="exponential(1 h)", crew="crew")
    builder.outages("out", builder.all_of("ok", unit["up"]))
    found = solve_exactly(builder.build()).outages["out"].unavailability
    assert found == pytest.approx(expected, rel=1e-12)
