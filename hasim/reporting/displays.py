"""What a notebook shows of a System, a Process, and of answers: the figures of the app.

Theory of operation: IPython keeps formatters by the name of a type, which is looked up when an
object of it is to be shown. So nothing is imported before that, and the types know nothing of how
they look. `import hasim` registers them where IPython runs (docs/decisions/0036-rich-displays.md).

Rules of this file: HTML without script, that asks for nothing; what is no HTML is the same text as
that of the commands.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Protocol

Show = Callable[[Any], str]


class _Printer(Protocol):
    """What IPython writes plain text with."""

    def text(self, text: str) -> None:
        """Write a text."""


def register() -> None:
    """Tell IPython how to show what hasim answers; nothing where it does not run."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if shell is None:
        return
    formatters = shell.display_formatter.formatters
    for (module, name), (html, plain) in DISPLAYS.items():
        formatters["text/html"].for_type_by_name(module, name, html)
        formatters["text/plain"].for_type_by_name(module, name, _printed(plain))


def _printed(plain: Show) -> Callable[[Any, _Printer, bool], None]:
    def write(shown: Any, printer: _Printer, cycle: bool) -> None:
        printer.text(plain(shown))

    return write


# ---------------------------------------------------------------------------- HTML


def _system_html(system: Any) -> str:
    from hasim.reporting.exhibits.described import exhibit_system
    from hasim.reporting.exhibits.markup_page import exhibition_html

    return exhibition_html(exhibit_system(system))


def _process_html(process: Any) -> str:
    from hasim.reporting.markup import details, tag

    head, _, rest = str(process).partition("\n")
    return tag("div", tag("p", head), details("In words", tag("pre", rest.strip())))


def _solution_html(solution: Any) -> str:
    from hasim.reporting.exhibits.markup_page import exhibition_html
    from hasim.reporting.exhibits.solved import exhibit_solution

    return exhibition_html(exhibit_solution(solution), opened=max(1, len(solution.services)))


def _comparison_html(comparison: Any) -> str:
    from hasim.reporting.exhibits.compared import exhibit_comparison
    from hasim.reporting.exhibits.markup_page import exhibition_html

    return exhibition_html(exhibit_comparison(comparison), opened=len(comparison.contests))


def _sizing_html(sizing: Any) -> str:
    from hasim.reporting.exhibits.markup_page import exhibition_html
    from hasim.reporting.exhibits.sized import exhibit_sizing

    return exhibition_html(exhibit_sizing(sizing), opened=2)


# ---------------------------------------------------------------------------- text


def _system_text(system: Any) -> str:
    groups, services = len(system.components), ", ".join(system.services)
    replicas = sum(one.replicas for one in system.components.values())
    return f"{system.name}: {groups} components with {replicas} replicas; services {services}"


def _solution_text(solution: Any) -> str:
    from hasim.reporting.tables import tell_solution

    return tell_solution(solution)


def _comparison_text(comparison: Any) -> str:
    from hasim.reporting.comparison_table import tell_comparison

    return tell_comparison(comparison)


def _sizing_text(sizing: Any) -> str:
    from hasim.reporting.sizing_text import tell_sizing

    return tell_sizing(sizing)


#: How types are shown, by module and name: as HTML and as text.
DISPLAYS: dict[tuple[str, str], tuple[Show, Show]] = {
    ("hasim.system.model", "System"): (_system_html, _system_text),
    ("hasim.process.network", "Process"): (_process_html, str),
    ("hasim.solution.answers", "Solution"): (_solution_html, _solution_text),
    ("hasim.planner.comparison", "Comparison"): (_comparison_html, _comparison_text),
    ("hasim.planner.sizing.answer", "Sizing"): (_sizing_html, _sizing_text),
}
