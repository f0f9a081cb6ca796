"""The page: it stands alone, says what the table says, and nothing in it is what a user wrote."""

from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest

import hasim
from hasim.description import check, read_model
from hasim.planner.sensitivity import find_swings
from hasim.reporting.comparison_table import tell_comparison
from hasim.reporting.report import list_files, write_report
from hasim.reporting.report_words import tell_service
from hasim.reporting.reported import Reported
from hasim.units import SECONDS_PER_YEAR
from tests.cli.typed import MODELS, PAIR, SHOP

pytestmark = pytest.mark.normal  # altair takes half a second to import

HOSTILE = "<script>alert('x')</script><img src=http://example.invalid/x>"
_ASKING = {"src", "href", "xlink:href", "data", "action", "poster", "srcset"}


class Page(HTMLParser):
    """What is in a page: elements, identifiers, and whatever asks for something."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.ids, self.asks, self.text = Counter(), Counter(), [], []
        self.open = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements[tag] += 1
        if tag not in ("meta",):
            self.open.append(tag)
        for name, value in attrs:
            self.ids.update([value] if name == "id" else [])
            if name in _ASKING or name.startswith("on") or "url(" in (value or ""):
                self.asks.append((name, value))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)
        if self.open and self.open[-1] == "style":
            assert "@import" not in data
            assert "url(" not in data


def reported(file, title=None, **changes):
    checked = check(read_model(file))
    solution = hasim.solve(checked.system, precision=0.3)
    command, text = changes.get("command", "hasim run"), changes.get("text", "name: x")
    title = title or solution.model
    return Reported.of(checked, solution, file=str(file), text=text, command=command, title=title)


@pytest.fixture(scope="module")
def shop():
    return reported(SHOP)


@pytest.fixture(scope="module")
def pair():
    return reported(PAIR)


def test_a_page_asks_for_nothing_and_runs_nothing(shop):
    page = Page(write_report([shop]))
    assert page.open == []
    assert page.asks == []
    assert page.elements["svg"] == 7
    assert not {"script", "link", "img", "iframe", "object"} & set(page.elements)
    assert max(page.ids.values(), default=1) == 1


def test_the_same_answers_give_the_same_bytes(shop, pair):
    assert write_report([shop, pair]) == write_report([shop, pair])
    assert list(list_files([shop])) == list(list_files([shop]))


def test_a_page_holds_the_figures_of_the_table(shop):
    from hasim.reporting.tables import tell_solution

    text = " ".join("".join(Page(write_report([shop])).text).split())
    assert " ".join(tell_solution(shop.solution).split()) in text
    for words in (
        "What this model leaves out",
        "Assumptions",
        "How to reproduce",
        "db.crash.common",
    ):
        assert words in text
    assert shop.solution.model_hash in text


def test_the_page_tells_what_becomes_of_an_sla_beside_the_objectives():
    page = "\n".join(Page(write_report([reported(MODELS / "sla.yaml")])).text)
    objectives = page[page.index("Objectives") : page.index("Downtime by cause")]
    for words in ("months below 99.95 %", "2.07 %", "credited of the bill", "0.246 %"):
        assert words in objectives


def test_several_models_begin_side_by_side(shop, pair):
    page = Page(write_report([shop, pair]))
    text = "".join(page.text)
    assert text.index("2 designs side by side") < text.index("checkout is down for")
    assert page.asks == [("href", "#model-1"), ("href", "#model-2")]
    assert set(page.ids) == {"model-1", "model-2"}


def test_nothing_that_a_user_wrote_becomes_markup(tmp_path):
    file = tmp_path / "hostile.yaml"
    model = (
        f'name: web\ndescription: "{HOSTILE}"\n'
        "components: {web: {mtbf: 30 d, mttr: 1 h, redundancy: active-active}}\n"
    )
    file.write_text(model)
    text = write_report([reported(file, HOSTILE, text=model, command=HOSTILE)])
    page = Page(text)
    assert not {"script", "img"} & set(page.elements)
    assert page.asks == []
    assert "".join(page.text).count(HOSTILE) >= 4


def test_values_of_the_catalogue_have_grades_and_sources(tmp_path):
    file = tmp_path / "preset.yaml"
    file.write_text("name: one\ncomponents: {db: {preset: patroni-postgres}}\n")
    text = "".join(Page(write_report([reported(file)])).text)
    assert "patroni-postgres" in text
    assert "sources of these values" in text
    assert "judgement or memory" in text


def test_files_hold_every_picture_and_table(shop, pair):
    names = [name for name, _ in list_files([shop])]
    figures = ("causes", "recovery", "lengths", "capacity", "headroom")
    expected = {f"checkout.{one}.{kind}" for one in figures for kind in ("svg", "csv")}
    assert set(names) == expected | {
        "topology.svg",
        "checkout.figures.csv",
        "db.failover.svg",
        "db.failover.csv",
    }
    both = [name for name, _ in list_files([shop, pair])]
    assert len(both) == len(set(both))
    assert {"1.topology.svg", "2.topology.svg"} <= set(both)


def test_the_tornado_shows_what_is_more_than_chance():
    checked = check(read_model(PAIR))
    tornado = find_swings(checked.system, ranges=checked.ranges)
    one = replace(reported(PAIR), tornado=tornado)
    assert {"service.tornado.svg", "service.tornado.csv"} <= {name for name, _ in list_files([one])}
    (table,) = (text for name, text in list_files([one]) if name == "service.tornado.csv")
    header, *rows = table.splitlines()
    low, high = (f"{end} end,downtime a year at {end} (s)" for end in ("low", "high"))
    assert header == f"parameter,{low},{high}"
    assert {row.partition(",")[0] for row in rows} == {
        "components.web.failures.failure.after",
        "components.web.failures.failure.repair",
    }
    for row in rows:  # half and double the time between failures, or that of repairs
        downtimes = sorted(float(row.split(",")[place]) for place in (2, 4))
        truth = [SECONDS_PER_YEAR * (10.0 / (mtbf + 10.0)) ** 2 for mtbf in (2000.0, 500.0)]
        assert downtimes == pytest.approx(truth)


def test_models_of_the_same_services_are_compared():
    models = {"pair": reported(PAIR, "pair"), "other": reported(PAIR, "other")}
    comparison = hasim.compare({name: one.system for name, one in models.items()})
    text = "".join(Page(write_report(list(models.values()), comparison)).text)
    assert "Which differences are real" in text
    assert tell_comparison(comparison) in text


def test_words_tell_the_answer(shop):
    said = tell_service("checkout", shop.solution["checkout"])
    for words in (
        "checkout is down for",
        "The largest cause is db.crash.common",
        "Met: ",
        "zone a",
    ):
        assert words in said
