"""Rich displays: registered by name where IPython runs, the figures of the app, text as text."""

import json
import subprocess
import sys
from importlib import import_module

import pytest
from IPython.core.formatters import DisplayFormatter

import hasim
from hasim.description import draft_of, resolve
from hasim.reporting import displays
from hasim.reporting.tables import tell_solution
from tests.planner.candidates import paired_singles
from tests.reporting.test_report import Page

pytestmark = pytest.mark.normal  # altair takes half a second to import, IPython as long

HOSTILE = "<script>alert('x')</script>"


def shown(thing):
    """What a notebook gets of an object, by the formatters that are registered."""
    formatter = DisplayFormatter()
    for (module, name), (html, _) in displays.DISPLAYS.items():
        formatter.formatters["text/html"].for_type_by_name(module, name, html)
    data, _ = formatter.format(thing)
    return data["text/html"]


def system(**more):
    draft = {"name": "x", "components": {"web": {"mtbf": "99 h", "mttr": "1 h"}}, **more}
    return resolve(draft_of(draft))


@pytest.mark.parametrize("place", displays.DISPLAYS, ids=lambda place: place[1])
def test_every_name_is_that_of_a_type(place):
    module, name = place
    found = getattr(import_module(module), name)
    assert (found.__module__, found.__name__) == place


def test_importing_hasim_in_a_notebook_is_enough():
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "import hasim, json, sys\n"
        "early = 'hasim.system' in sys.modules\n"
        "from hasim.description import draft_of, resolve\n"
        "web = {'mtbf': '9 h', 'mttr': '1 h'}\n"
        "one = resolve(draft_of({'name': 'x', 'components': {'web': web}}))\n"
        "data, _ = shell.display_formatter.format(one)\n"
        "print(json.dumps([early, data['text/plain'], '<svg' in data['text/html']]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    text = "x: 1 components with 1 replicas; services service"
    assert json.loads(done.stdout.splitlines()[-1]) == [False, text, True]


def test_without_a_notebook_nothing_is_registered_or_imported():
    code = "import sys, hasim; print('hasim.reporting' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_solution_shows_its_cards_and_figures_and_asks_for_nothing():
    page = Page(shown(hasim.solve(system())))
    assert page.open == []
    assert page.asks == []
    assert page.elements["svg"] == 3
    assert "script" not in page.elements
    text = " ".join("".join(page.text).split())
    assert "availability99.00 %computed2.00 nines" in text
    assert "What this model leaves out" in text


def test_a_comparison_and_a_process_are_shown():
    page = Page(shown(hasim.compare(paired_singles())))
    assert page.elements["table"] >= 2
    assert "best in unavailability: a" in "".join(page.text)
    assert "automaton web.1" in "".join(Page(shown(hasim.compile(system()))).text)


def test_text_is_that_of_the_command():
    solution = hasim.solve(system())
    (_, plain) = displays.DISPLAYS["hasim.solution.answers", "Solution"]
    assert plain(solution) == tell_solution(solution)


def test_what_a_user_wrote_stays_text():
    page = Page(shown(system(description=HOSTILE)))
    assert "script" not in page.elements
    assert HOSTILE in "".join(page.text)
