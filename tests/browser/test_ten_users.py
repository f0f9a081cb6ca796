"""Ten users at one time: each gets an answer of its own, and learns when its turn comes."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.async_api import async_playwright

from benchmarks.app import serve
from benchmarks.app_users import CHROMIUM, prepare, visit_all

pytestmark = [pytest.mark.browser, pytest.mark.slow]

USERS = 10


async def meet(folder, studies):
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with serve(folder, "--workers", "2") as (address, _):
            return await visit_all(browser, address, studies, switches=3, pause=0.5)


@pytest.fixture(scope="module")
def visits(tmp_path_factory):
    """What ten users met with, of whom two can be worked for at one time."""
    folder = tmp_path_factory.mktemp("studies")
    with ThreadPoolExecutor(1) as apart:  # this thread may have a browser with a loop of its own
        return apart.submit(asyncio.run, meet(folder, prepare(folder, USERS))).result()


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
    assert all(len(visit.switches) >= 3 for visit in visits)
