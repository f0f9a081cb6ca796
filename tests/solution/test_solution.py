"""A Solution as data, as JSON and as text."""

import json
from dataclasses import replace

import pytest

from hasim.solution import (
    AfterLoss,
    Capacity,
    ChanceBelow,
    CreditTier,
    Move,
    Provenance,
    ServiceAnswer,
    SlaAnswer,
    Solution,
    SpentBy,
    Status,
    Verdict,
    WhatIf,
    WindowAnswer,
)
from hasim.solution.sla import sla_document
from hasim.solution.text import show_seconds, show_share
from hasim.stats import NOTHING_KNOWN, Estimate

RARE = Estimate(1e-4, 5e-5, 2e-4)
E = Estimate(2.0, 1.0, 4.0)
ANSWER = ServiceAnswer(
    availability=RARE.complement(),
    unavailability=RARE,
    nines=RARE.nines(),
    request_availability=None,
    outages_per_year=E,
    downtime_s_per_year=E.scaled(1000.0),
    mttr_s=E.scaled(60.0),
    mtbf_s=E.scaled(1e6),
    mttr_stages_s={"detect": E, "repair": E},
    outages_per_year_by_cause={"db.crash": E},
    downtime_s_per_year_by_cause={"db.crash": E},
    outage_length_s={"p50": E, "p95": E, "p99": NOTHING_KNOWN},
    outages_seen=200,
    capacity=Capacity(1500.0, 3000.0, 1.0, AfterLoss(0.6, None, 0.3, "zone a"), E),
    objectives={"availability": Verdict(0.999, True)},
)
MADE = Provenance("0.1.0", "abc", 1, 0.05, 96, 10.0, 100.0, 12345)


def solution(code="converged", answer=ANSWER, measures=None):
    status = Status(code, "unavailability is known to within 5 %, as asked")
    return Solution(
        model="shop",
        engine="montecarlo",
        why=("montecarlo: asked for",),
        status=status,
        services={"checkout": answer},
        measures=measures or {},
        leaves_out=("Demand is constant.",),
        warnings=("checkout: only 7 outages were seen",),
        provenance=MADE,
    )


def with_verdict(met):
    return solution(answer=replace_objectives(met))


def replace_objectives(met):
    fields = {name: getattr(ANSWER, name) for name in ServiceAnswer.__dataclass_fields__}
    return ServiceAnswer(**fields | {"objectives": {"mttr": Verdict(60.0, met)}})


KEYS = [
    "format",
    "hasim",
    "model",
    "model_hash",
    "engine",
    "why",
    "seed",
    "status",
    "services",
    "leaves_out",
    "warnings",
    "provenance",
]
SERVICE_KEYS = [
    "availability",
    "unavailability",
    "nines",
    "request_availability",
    "sla_availability",
    "outages_per_year",
    "downtime_s_per_year",
    "mttr_s",
    "mtbf_s",
    "mttr_stages_s",
    "outages_per_year_by_cause",
    "downtime_s_per_year_by_cause",
    "downtime_s_per_year_by_kind",
    "outage_length_s",
    "outages_seen",
    "capacity",
    "objectives",
    "single_points_of_failure",
    "unguarded_s_per_year",
    "guards",
    "error_budget",
    "sla",
]


def test_the_document_has_the_keys_of_the_contract():
    document = solution().to_dict()
    assert list(document) == KEYS
    checkout = document["services"]["checkout"]
    assert list(checkout) == SERVICE_KEYS
    assert checkout["unavailability"] == {"value": 1e-4, "low": 5e-5, "high": 2e-4}
    assert checkout["request_availability"] is None
    assert checkout["outage_length_s"]["p99"] == {"value": None, "low": None, "high": None}
    assert checkout["capacity"]["headroom_after_loss"] == {
        "replica": 0.6,
        "host": None,
        "domain": 0.3,
        "worst": "zone a",
    }
    assert checkout["objectives"] == {"availability": {"target": 0.999, "met": True}}


def test_the_document_is_strict_json():
    text = json.dumps(solution().to_dict(), allow_nan=False)
    assert json.loads(text) == solution().to_dict()


def test_measures_are_there_when_there_are_any():
    document = solution(measures={"spare": E}).to_dict()
    assert document["measures"] == {"spare": E.to_dict()}


def test_what_ifs_are_there_when_they_were_asked():
    one = WhatIf(
        "Demand is constant.", "5 % (bursts)", "D", ("judgement",), {"checkout": Move(E, 3.2, E)}
    )
    document = replace(solution(), what_if=(one,)).to_dict()
    assert document["what_if"] == [
        {
            "omission": "Demand is constant.",
            "put_in": "5 % (bursts)",
            "grade": "D",
            "source": ["judgement"],
            "services": {
                "checkout": {
                    "unavailability": E.to_dict(),
                    "factor": 3.2,
                    "p95_outage_s": E.to_dict(),
                }
            },
        }
    ]


def test_services_are_found_by_name():
    assert solution()["checkout"] is ANSWER
    with pytest.raises(KeyError, match="there are: checkout"):
        solution()["login"]


@pytest.mark.parametrize(
    ("code", "status"), [("converged", 0), ("limit", 3), ("no_outage_seen", 3), ("stopped", 130)]
)
def test_exit_status_follows_the_status(code, status):
    assert solution(code).exit_status == status


@pytest.mark.parametrize(("met", "status"), [(True, 0), (False, 1), (None, 1)])
def test_exit_status_follows_the_objectives(met, status):
    assert with_verdict(met).exit_status == status


def test_the_text_tells_the_main_figures():
    assert str(solution()).splitlines() == [
        "shop: montecarlo, unavailability is known to within 5 %, as asked",
        "checkout",
        "  availability            99.9900 %  (99.9800 % to 99.99500 %)",
        "  outages a year          2  (1 to 4)",
        "  downtime a year         33.3 min  (16.7 min to 1.11 h)",
        "  mean outage             2 min  (1 min to 4 min)",
        "  95 % of outages within  2 s  (1 s to 4 s)",
        "  objective availability  met (target 0.999)",
        "warning: checkout: only 7 outages were seen",
    ]


@pytest.mark.parametrize(
    ("estimate", "shown"),
    [
        (NOTHING_KNOWN, "not known"),
        (Estimate(None, 60.0, None), "above 1 min"),
        (Estimate(None, 0.0, 60.0), "below 1 min"),
        (Estimate(60.0, None, None), "1 min"),
        (Estimate(60.0, 30.0, None), "1 min  (30 s to ?)"),
    ],
)
def test_the_text_tells_what_is_not_known(estimate, shown):
    fields = {name: getattr(ANSWER, name) for name in ServiceAnswer.__dataclass_fields__}
    answer = ServiceAnswer(**fields | {"mttr_s": estimate})
    line = str(solution(answer=answer)).splitlines()[5]
    assert line == f"  mean outage             {shown}"


def test_a_share_is_never_rounded_to_certainty():
    assert show_share(0.99) == "99.00 %"
    assert show_share(1 - 1e-4) == "99.9900 %"
    assert show_share(1 - 3e-9) == "99.999999700 %"
    assert show_share(0.3) == "30.00 %"


def test_seconds_are_shown_in_the_largest_unit_that_they_reach():
    shown = [show_seconds(s) for s in (0.25, 30.0, 90.0, 7200.0, 86400.0, 31_536_000.0, 4e10, 1e15)]
    assert shown == [
        *("0.25 s", "30 s", "1.5 min", "2 h", "1 d", "1 year", "1268 years", "3.17e+07 years")
    ]


def test_versions_name_what_the_figures_depend_on():
    assert list(MADE.versions()) == ["hasim", "python", "numpy", "numba", "simpy"]


def test_the_document_of_an_sla():
    chance = Estimate(0.02, 0.01, 0.03)
    window = WindowAnswer(chance, {"p5": Estimate.of_exact(0.999)}, (ChanceBelow(0.999, chance),))
    answer = SlaAnswer(
        target=0.999,
        window="year",
        is_exact=False,
        month=window,
        year=window,
        months_in_breach_per_year=chance.scaled(12.0),
        credit_share=Estimate.of_exact(0.1),
        credit_tiers=(CreditTier(0.99, 0.25, chance),),
        budget_spent=chance,
        spent_by=(SpentBy(90, chance),),
    )
    document = sla_document(answer)
    told = {"value": 0.02, "low": 0.01, "high": 0.03}
    assert document["window"] == "year"
    assert document["exact"] is False
    assert document["month"]["breach"] == told
    assert document["month"]["below"] == [{"availability": 0.999, "chance": told}]
    assert document["credits"]["tiers"] == [{"below": 0.99, "share": 0.25, "chance": told}]
    assert document["budget"]["spent_by_day"] == [{"day": 90, "chance": told}]
    assert sla_document(replace(answer, credit_share=None))["credits"] is None
