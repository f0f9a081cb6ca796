"""Ten users at one time: each gets an answer of its own, and learns when its turn comes."""

import asyncio
import re

import pytest

from benchmarks.app import serve
from benchmarks.app_users import Habits, Visit, prepare
from benchmarks.app_wire import visit_by_wire

pytestmark = pytest.mark.normal

USERS = 10
HABITS = Habits(switches=6, pause=0.3)


async def meet(folder, studies):
    with serve(folder, "--workers", "2") as (address, _):
        return await asyncio.gather(
            *(visit_by_wire(address, study, Visit(name), HABITS) for name, study in studies.items())
        )


@pytest.fixture(scope="module")
def visits(tmp_path_factory):
    """What ten users met with, of whom two can be worked for at one time."""
    folder = tmp_path_factory.mktemp("studies")
    return asyncio.run(meet(folder, prepare(folder, USERS)))


def test_everybody_gets_an_answer(visits):
    assert [len(visit.answered_s) for visit in visits] == [1] * USERS


def test_nobody_sees_the_model_of_another(visits):
    assert [visit.models for visit in visits] == [{visit.name} for visit in visits]


def test_who_waits_is_told_how_many_are_before_it(visits):
    told = "\n".join(text for visit in visits for text in visit.told)
    ahead = {int(number) for number in re.findall(r"waiting for a worker; (\d+) before it", told)}
    assert ahead
    assert max(ahead) < USERS


def test_pages_change_while_others_are_at_work(visits):
    assert all(len(visit.switches) >= HABITS.switches for visit in visits)
