"""Tornados against closed forms made without the compiler."""

import pytest

from hasim.description import check, read_text
from hasim.errors import InputError
from hasim.planner.sensitivity import find_swings
from tests.compiler.scenarios import system_of

HOUR, DAY, YEAR = 3600.0, 86400.0, 365 * 86400.0


def bars_of(text, tmp_path, **options):
    tornado = find_swings(system_of(text, tmp_path), **options)
    return {bar.quantity.name: bar for bar in tornado.bars["service"]}, tornado


def down(mtbf, mttr):
    return mttr / (mtbf + mttr)


def test_a_series_of_two_units(tmp_path):
    """Each alone from half to double; the longest bar first."""
    text = """
    name: t
    components:
      a: {mtbf: 100 d, mttr: 10 h}
      b: {mtbf: 200 d, mttr: 1 h}
    """
    bars, tornado = bars_of(text, tmp_path)

    def both(a=(100 * DAY, 10 * HOUR), b=(200 * DAY, HOUR)):
        return 1 - (1 - down(*a)) * (1 - down(*b))

    repair = bars["components.a.failures.failure.repair"]
    assert repair.at_low.value == pytest.approx(both(a=(100 * DAY, 5 * HOUR)))
    assert repair.at_high.value == pytest.approx(both(a=(100 * DAY, 20 * HOUR)))
    after = bars["components.b.failures.failure.after"]
    assert after.swing.value == pytest.approx(both(b=(400 * DAY, HOUR)) - both(b=(100 * DAY, HOUR)))
    assert [name[11] for name in bars] == ["a", "a", "b", "b"]
    assert all(bar.is_real and bar.quantity.source == "factor 2" for bar in bars.values())
    assert tornado.unavailability["service"].value == pytest.approx(both())
    assert tornado.quantities == 4


def test_a_between_goes_over_its_own_range_and_a_share_keeps_its_distance(tmp_path):
    """Common cause 40 % from half to double, 90 % to where the rest is doubled and halved."""
    text = """
    name: t
    components:
      web:
        replicas: 2
        failures:
          crash: {after: 100 d, repair: {between: [2 h, 20 h]}, common_cause: %s}
    """
    bars, _ = bars_of(text % "40 %", tmp_path)
    cause = bars["components.web.failures.crash.common_cause"].quantity
    assert (cause.low, cause.high) == (pytest.approx(0.2), pytest.approx(0.8))
    bars, _ = bars_of(text % "90 %", tmp_path)
    cause = bars["components.web.failures.crash.common_cause"].quantity
    assert (cause.low, cause.high) == (pytest.approx(0.8), pytest.approx(0.95))
    repair = bars["components.web.failures.crash.repair"].quantity
    assert (repair.low, repair.high, repair.source) == (2 * HOUR, 20 * HOUR, "between")


def test_what_a_preset_fills_in_goes_over_the_range_of_the_catalogue():
    checked = check(read_text("components: {disk: {preset: hard-disk}}"))
    tornado = find_swings(checked.system, ranges=checked.ranges)
    ranges = {bar.quantity.name: bar.quantity for bar in tornado.bars["service"]}
    after = ranges["components.disk.failures.failure.after"]
    assert after.source == "catalogue"
    assert after.low == pytest.approx(YEAR / 0.063)
    assert after.high == pytest.approx(YEAR / 0.0022)


def test_what_moves_nothing_has_no_bar(tmp_path):
    text = """
    name: t
    components: {a: {mtbf: 100 d, mttr: 10 h}, b: {mtbf: 100 d, mttr: 10 h}}
    services: {service: {needs: [a]}}
    """
    bars, tornado = bars_of(text, tmp_path)
    assert all(".a." in name for name in bars)
    assert tornado.quantities == 4


@pytest.mark.normal
def test_simulated_swings_hold_the_exact_ones(tmp_path):
    text = "name: t\ncomponents: {a: {mtbf: 20 d, mttr: 10 h}}"
    exact, _ = bars_of(text, tmp_path)
    found, tornado = bars_of(text, tmp_path, engine="montecarlo")
    again, _ = bars_of(text, tmp_path, engine="montecarlo", threads=1)
    assert tornado.engine == "montecarlo"
    assert found == again
    for name, bar in found.items():
        half = (bar.swing.high - bar.swing.low) / 2
        assert abs(bar.swing.value - exact[name].swing.value) < 2 * half
        assert bar.is_real


def test_another_engine_is_refused(tmp_path):
    system = system_of("name: t\ncomponents: {a: {mtbf: 20 d, mttr: 10 h}}", tmp_path)
    with pytest.raises(InputError, match="engine reference"):
        find_swings(system, engine="reference")


def test_what_the_model_does_not_allow_is_told_and_left_out(tmp_path):
    text = """
    name: t
    components:
      edge:
        mtbf: 100 d
        mttr: 1 h
        routes: [{to: a, share: 80 %}, {to: b, share: 20 %}]
      a: {mtbf: 50 d, mttr: 1 h}
      b: {mtbf: 50 d, mttr: 1 h}
    services: {service: {needs: [edge]}}
    """
    bars, tornado = bars_of(text, tmp_path)
    assert not any("share" in name for name in bars)
    assert len([text for text in tornado.warnings if "stays as it is" in text]) == 2
