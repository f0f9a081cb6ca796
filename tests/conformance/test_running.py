"""How cells are judged, and how the report is worded."""

from dataclasses import replace
from functools import partial

import pytest

from hasim.conformance import CASES, Case, Cell, Report, run_cases
from hasim.conformance.dynamic_trees import vote
from hasim.errors import InputError
from hasim.laws import Exponential
from hasim.process import ProcessBuilder, go
from hasim.process.questions import LongRunShare, TimeToReach
from hasim.reporting.conformance_table import tell_report

VOTE = next(case for case in CASES if case.asked == "mean time to failure, 2 of 3")
DUPLEX = next(case for case in CASES if case.asked == "unavailability, hot, Erlang repair")


WORDS = """\
X01  Two boxes
     Somebody 1999
                                               known              ours            error   engine
  hours to failure                             1.50               1.5             6.7e-11 exact
  unavailability                               0.25               0.5             1.0e+00 exact
      WRONG
  unavailability                               0.25               wrong                   montecarlo
      WRONG: SolveError: the speed is below 0

X02  A box
     Nobody
                                               known              ours            error   engine
  anything                                     2                  refused                 exact
      it cannot be said

WRONG X01 unavailability, exact: 0.5 instead of 0.25
WRONG X01 unavailability, montecarlo: SolveError: the speed is below 0
4 answers: 1 right, 1 refused, 2 wrong
largest relative error of exact: 6.7e-11 (X01 hours to failure)"""


def judged(case, engine="exact"):
    (cell,) = run_cases([engine], [case]).cells
    return cell


def test_an_answer_within_its_tolerance_is_right():
    cell = judged(VOTE)
    assert (cell.verdict, cell.reason) == ("right", "")
    assert cell.error <= 1e-12


@pytest.mark.parametrize("factor", [1 + 1e-11, 2.0, -1.0])
def test_an_answer_beyond_its_tolerance_is_wrong(factor):
    report = run_cases(["exact"], [replace(VOTE, value=VOTE.value * factor)])
    assert [cell.verdict for cell in report.cells] == ["wrong"]
    assert report.exit_status == 1


@pytest.mark.normal
def test_a_simulated_answer_far_away_is_wrong():
    assert judged(DUPLEX, "montecarlo").verdict == "right"
    far = replace(DUPLEX, value=1.2 * DUPLEX.value)
    assert judged(far, "montecarlo").verdict == "wrong"


def test_what_is_not_built_is_refused_by_every_engine():
    unbuilt = Case("X01", "x", "nobody", "anything", 1.0, 1e-9, unbuilt="it cannot be said")
    report = run_cases(["exact", "montecarlo"], [unbuilt])
    told = [(cell.verdict, cell.reason) for cell in report.cells]
    assert told == [("refused", "it cannot be said")] * 2
    assert report.exit_status == 0


def misbehaving():
    builder = ProcessBuilder("no way out")
    unit = builder.automaton("unit", "up", "down")
    builder.any_of("down", unit["down"])
    unit.delay("failure", "up", Exponential(1.0), go("down", when="down"))
    return builder.build()


def test_an_engine_that_fails_is_wrong_and_ends_nothing():
    bad = Case("X02", "x", "nobody", "x", 1.0, 1e-9, misbehaving, TimeToReach("down"))
    cells = run_cases(["exact"], [bad, VOTE]).cells
    assert [cell.verdict for cell in cells] == ["wrong", "right"]
    assert cells[0].reason.startswith("SolveError: ")


def test_an_endless_answer_is_wrong_and_has_no_number():
    def never():
        builder = ProcessBuilder("never")
        unit = builder.automaton("unit", "up", "down")
        unit.delay("restart", "up", Exponential(1.0), "up")
        builder.any_of("down", unit["down"])
        return builder.build()

    cell = judged(Case("X03", "x", "nobody", "x", 1.0, 1e-9, never, TimeToReach("down")))
    assert (cell.verdict, cell.ours, cell.reason) == ("wrong", None, "the answer is inf")


@pytest.mark.slow
def test_what_the_exact_engine_is_not_asked_is_refused_by_it():
    case = next(case for case in CASES if case.id == "D06" and case.beyond)
    assert judged(replace(case, beyond="")).verdict == "refused"


def test_an_unknown_engine_is_told():
    with pytest.raises(InputError, match="engine magic"):
        run_cases(["magic"], [VOTE])


def test_progress_is_told_before_each_cell():
    told = []
    run_cases(["exact"], [VOTE], progress=lambda case, engine: told.append((case.name, engine)))
    assert told == [(VOTE.name, "exact")]


def handmade():
    known = partial(Case, "X01", "Two boxes", "Somebody 1999")
    process = partial(vote, (1.0, 1.0))
    share, question = LongRunShare("failed"), TimeToReach("failed")
    first = known("hours to failure", 1.5, 1e-9, process, question, "1.50")
    second = known("unavailability", 0.25, 1e-9, process, share)
    third = Case("X02", "A box", "Nobody", "anything", 2.0, 1e-9, unbuilt="it cannot be said")
    return Report(
        (
            Cell(first, "exact", "right", 1.5000000001, 6.7e-11),
            Cell(second, "exact", "wrong", 0.5, 1.0),
            Cell(second, "montecarlo", "wrong", reason="SolveError: the speed is below 0"),
            Cell(third, "exact", "refused", reason="it cannot be said"),
        )
    )


def test_the_report_in_words():
    assert tell_report(handmade()) == WORDS


def test_the_report_as_a_document():
    document = handmade().to_dict()
    assert [document[key] for key in ("right", "refused", "wrong")] == [1, 1, 2]
    assert document["cells"][0] == {
        "case": "X01",
        "title": "Two boxes",
        "source": "Somebody 1999",
        "asked": "hours to failure",
        "published": "1.50",
        "value": 1.5,
        "tolerance": 1e-9,
        "engine": "exact",
        "verdict": "right",
        "ours": 1.5000000001,
        "relative_error": 6.7e-11,
        "reason": None,
    }
