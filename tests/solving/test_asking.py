"""Questions of the long run, asked of the exact engine and of simulation."""

import pytest

from hasim.errors import InputError, RefusedError
from hasim.process import Process, ProcessBuilder
from hasim.process.questions import (
    LevelShare,
    LongRunShare,
    OutageRate,
    Question,
    ReachedBy,
)
from hasim.solving.asking import ask


def pair() -> Process:
    builder = ProcessBuilder("pair")
    nodes = builder.units("node", 2, fails="exponential(10 h)", repair="exponential(2 h)")
    builder.count("up", [node["up"] for node in nodes])
    builder.at_least("serving", 1, [node["up"] for node in nodes])
    return builder.build()


LONG_RUN: list[Question] = [
    LongRunShare("serving"),
    LongRunShare("serving", ("node.1", "down")),
    LevelShare("up", 1.0),
    LevelShare("serving", 0.0),
    OutageRate("serving"),
]


@pytest.mark.parametrize(
    "engine", ["montecarlo", pytest.param("reference", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("question", LONG_RUN, ids=str)
def test_simulation_agrees_with_exact(question: Question, engine: str) -> None:
    process = pair()
    truth = ask(process, question, engine="exact").value
    found = ask(process, question, engine=engine, precision=0.3)
    assert truth is not None
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert abs(found.value - truth) <= 3.5 * (found.high - found.low) / (2.0 * 1.96)
    assert found.low < found.high


def test_answer_is_the_same_on_any_number_of_threads() -> None:
    one, two = (
        ask(pair(), LONG_RUN[1], engine="montecarlo", threads=threads) for threads in (1, 2)
    )
    assert one == two


@pytest.mark.parametrize("engine", ["exact", "montecarlo", "reference"])
def test_unknown_gate_is_refused(engine: str) -> None:
    with pytest.raises(InputError, match=r"servin is no gate.*did you mean serving"):
        ask(pair(), LongRunShare("servin"), engine=engine)


@pytest.mark.parametrize(
    "question", [ReachedBy("serving", 1.0), OutageRate("serving", ("node.1", "failure"))]
)
def test_what_is_not_simulated_says_so(question: Question) -> None:
    with pytest.raises(RefusedError, match="not yet simulated"):
        ask(pair(), question, engine="montecarlo")
