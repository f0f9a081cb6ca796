"""The table of a figure as people read it: each number in its unit, to some digits.

Rules of this file: the unit of a column stands in brackets at the end of its name. What is told in
words loses it there; another one stays, beside plain numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hasim.reporting.figures.drawing import Cell, Table
from hasim.reporting.quantity_text import show_quantity
from hasim.solution.text import show_seconds, show_share

#: Shares from here on are told by their distance from 100 %.
_NEAR = 0.99


def tell_table(table: Table) -> Table:
    """Return a table with texts in place of numbers.

    Parameters
    ----------
    table : Table

    Returns
    -------
    Table
        For a page; a file keeps the numbers.
    """
    units = [_unit_of(name) for name in table.columns]
    columns = (
        name.removesuffix(f" ({unit})") if unit in _SHOWN else name
        for name, unit in zip(table.columns, units, strict=True)
    )
    rows = (
        tuple(_tell(cell, unit) for cell, unit in zip(row, units, strict=True))
        for row in table.rows
    )
    return Table(tuple(columns), tuple(rows))


def _unit_of(column: str) -> str:
    """What stands in brackets at the end of a name."""
    _, bracket, unit = column.rpartition(" (")
    return unit.removesuffix(")") if bracket and unit.endswith(")") else ""


def _tell(cell: Cell, unit: str) -> str:
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else _SHOWN.get(unit, _number)(cell)


def _seconds(value: float) -> str:
    return show_seconds(value) if value else "0 s"


def _share(value: float) -> str:
    return show_share(value) if _NEAR < value < 1.0 else show_quantity("share", value)


def _rate(value: float) -> str:
    return show_quantity("throughput", value)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:.4g}"


_SHOWN: Mapping[str, Callable[[float], str]] = {"s": _seconds, "rps": _rate, "share": _share}
