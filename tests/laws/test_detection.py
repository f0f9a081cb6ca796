"""Detection: probes, heartbeats, leases and laws."""

import pytest

from hasim.laws import Fixed, Law, LawError, Lognormal, Uniform, parse_detection

DURATION = "a duration is a number and a unit (ms s min h d week month year); write 5 s or 5 h"
THREE = "write {probe: 5 s, misses: 3}, {heartbeat: 10 s, misses: 3} or {lease: 30 s, renew: 10 s}"


@pytest.mark.parametrize(
    ("value", "law"),
    [
        ({"probe": "5 s", "misses": 3}, Uniform(10, 15)),
        ({"probe": "5 s", "misses": 3, "timeout": "1 s"}, Uniform(11, 16)),
        ({"probe": "5 s", "misses": 1}, Uniform(0, 5)),
        ({"heartbeat": "10 s", "misses": 3}, Uniform(20, 30)),
        ({"lease": "30 s", "renew": "10 s"}, Uniform(20, 30)),
        ({"lease": "30 s", "renew": "30 s"}, Uniform(0, 30)),
        ("1 min", Fixed(60)),
        ("0 s", Fixed(0)),
        ("uniform(low 1 s, high 2 s)", Uniform(1, 2)),
        (
            {"lognormal": {"median": "4 h", "p95": "24 h"}},
            Lognormal.from_median_p95(14400, 86400),
        ),
    ],
    ids=str,
)
def test_detection_is_read(value: object, law: Law) -> None:
    assert parse_detection(value) == law


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            {"probe": "5 s"},
            "probe without misses; probe takes misses and timeout if wanted; "
            "write {probe: 5 s, misses: 3}",
        ),
        (
            {"lease": "9 s"},
            "lease without renew; lease takes renew; write {lease: 30 s, renew: 10 s}",
        ),
        (
            {"heartbeat": "5 s", "misses": 3, "timeout": "1 s"},
            "heartbeat has no parameter timeout; heartbeat takes misses; "
            "write {heartbeat: 10 s, misses: 3}",
        ),
        (
            {"probe": "5 s", "lease": "3 s"},
            "probe and lease stand side by side; a failure is detected in one way; "
            "write {probe: 5 s, misses: 3} or {lease: 30 s, renew: 10 s}",
        ),
        (
            {"misses": 3},
            f"misses without probe, heartbeat or lease; detection names what is missed; {THREE}",
        ),
        (
            {"probe": "0 s", "misses": 3},
            "probe is 0 s; the time between two is above 0; write 5 s",
        ),
        (
            {"probe": "5 s", "misses": 0},
            "misses is 0; it is 1 or more; write {probe: 5 s, misses: 3}",
        ),
        (
            {"probe": "5 s", "misses": 1.5},
            "misses: 1.5 is not a count; a count is a whole number without a unit; write 1 or 2",
        ),
        ({"probe": 5, "misses": 3}, f"probe: 5 is not a duration; {DURATION}"),
        (
            {"lease": "10 s", "renew": "20 s"},
            "renew is 20 s; it is above 0 and at most the lease, 10 s; "
            "write {lease: 30 s, renew: 10 s}",
        ),
    ],
    ids=str,
)
def test_wrong_detection_shows_the_nearest_valid_form(value: object, message: str) -> None:
    with pytest.raises(LawError) as caught:
        parse_detection(value)
    assert str(caught.value) == message


def test_a_wrong_law_of_detection_is_refused_as_a_law() -> None:
    with pytest.raises(LawError, match="did you mean lognormal"):
        parse_detection({"lognoraml": {}})
