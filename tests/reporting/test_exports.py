"""Figures as files: from their JSON alone, on white, and the same as in a report."""

import csv
import io
import json
from xml.etree import ElementTree

import pytest

import hasim
from hasim.errors import InputError
from hasim.reporting.exhibits import Chart, Sheet
from hasim.reporting.exhibits.pictures import picture_heat
from hasim.reporting.exports import export_chart
from hasim.reporting.figures import draw_causes, for_theme, render
from hasim.reporting.figures.drawing import INK, PALE
from tests.cli.typed import SHOP

pytestmark = pytest.mark.normal  # altair takes half a second to import

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def system():
    return hasim.load(SHOP)


@pytest.fixture(scope="module")
def solution(system):
    return hasim.solve(system, precision=0.3)


@pytest.fixture(scope="module")
def figure(solution):
    return draw_causes("checkout", solution["checkout"])


def stored(item):
    return json.loads(json.dumps(item.to_dict(), allow_nan=False))


def test_a_chart_is_saved_as_a_report_draws_it(figure):
    assert export_chart(stored(Chart.of(figure)), "svg").decode() == render(figure)


def test_a_table_is_saved_with_all_digits(figure):
    assert export_chart(stored(Chart.of(figure)), "csv").decode() == figure.table.to_csv()


def test_a_chart_is_saved_at_twice_its_size(figure):
    png = export_chart(stored(Chart.of(figure)), "png")
    assert png.startswith(PNG)
    width = float(ElementTree.fromstring(render(figure)).get("width"))
    assert int.from_bytes(png[16:20]) == pytest.approx(2.0 * width, abs=2)


def test_a_picture_is_saved_in_light_colours(system, solution):
    picture = stored(picture_heat(system, solution))
    svg = export_chart(picture, "svg").decode()
    assert "var(" not in svg
    assert "@media" not in svg
    assert "db" in " ".join(ElementTree.fromstring(svg).itertext())
    assert export_chart(picture, "png").startswith(PNG)
    (head, *rows) = csv.reader(io.StringIO(export_chart(picture, "csv").decode()))
    assert head == ["part", "of the downtime (share)"]
    assert rows[0][0] == "db"


def test_a_sheet_is_saved_as_csv_only():
    sheet = stored(Sheet("x", ("a", "b"), (("1", "<b>"),)))
    assert export_chart(sheet, "csv") == b"a,b\n1,<b>\n"
    with pytest.raises(InputError, match="sheet as png"):
        export_chart(sheet, "png")


def test_a_dark_screen_gets_other_colours_of_what_is_no_data(figure):
    spec = Chart.of(figure).spec
    dark = json.dumps(for_theme(spec, dark=True))
    assert INK not in dark
    assert PALE not in dark
    assert "#0072b2" in dark
    assert for_theme(spec, dark=False) == spec
