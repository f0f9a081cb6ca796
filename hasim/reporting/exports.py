"""An item of an exhibition as a file: SVG, PNG or CSV, from its JSON alone.

Rules of this file: no answer and no engine is needed, nothing is fetched; whatever is downloaded is
in light colours, and the same item gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hasim.errors import InputError, show_value
from hasim.reporting.figures import Table, render_png, render_spec
from hasim.reporting.picture_colours import picture_for_theme

#: What the figures of an exhibition can be saved as.
FORMS = ("svg", "png", "csv")


def export_chart(item: Mapping[str, Any], form: str) -> bytes:
    """Return a chart, a picture or a sheet as a file.

    Parameters
    ----------
    item : mapping
        As `Exhibition.to_dict` has it.
    form : {"svg", "png", "csv"}
        A sheet is CSV only.

    Raises
    ------
    InputError
        For a form that the item does not have.
    """
    if form == "csv" and item["kind"] in ("chart", "picture", "sheet"):
        return table_of(item).to_csv().encode()
    match item["kind"], form:
        case "chart", "svg" | "png":
            return render_spec(item["spec"], item["claim"], form)
        case "picture", "svg":
            return picture_for_theme(item["svg"], dark=False).encode()
        case "picture", "png":
            return render_png(picture_for_theme(item["svg"], dark=False))
    found = f"{item['kind']} as {show_value(form)}"
    raise InputError(found, f"one of {', '.join(FORMS)} of a figure", "choose another form")


def table_of(item: Mapping[str, Any]) -> Table:
    """Return the numbers of a chart or a picture, or the texts of a sheet.

    Parameters
    ----------
    item : mapping
        As `Exhibition.to_dict` has it.
    """
    table = item if item["kind"] == "sheet" else item["table"]
    return Table(tuple(table["columns"]), tuple(map(tuple, table["rows"])))
