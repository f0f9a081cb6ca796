"""What Storm says about a program or a fault tree."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import stormpy
import stormpy.dft
from stormpy import developer

developer.set_log_level(developer.LogLevel.ERR)


def ask_program(text: str, questions: Sequence[str], *, exactly: bool) -> list[float]:
    """Return Storm's answers to questions in its language.

    Parameters
    ----------
    text : str
        In the language of PRISM.
    questions : sequence of str
    exactly : bool
        By whole fractions, which it can where time plays no part; else in floating point to its
        own precision.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "model.prism")
        file.write_text(text, encoding="utf-8")
        program = stormpy.parse_prism_program(str(file), prism_compatibility=True)
    asked = stormpy.parse_properties("; ".join(questions), program)
    build = stormpy.build_model[stormpy.Rational] if exactly else stormpy.build_model
    model = build(program, asked)
    (start,) = model.initial_states
    return [float(stormpy.model_checking(model, one).get_value(start)) for one in asked]


def ask_tree(galileo: str, questions: Sequence[str]) -> list[float]:
    """Return Storm's answers to questions about the failure of the top of a tree.

    Only the top is asked for: of what no longer matters to it Storm keeps no account, so that an
    answer about a gate below would be wrong unless that were declared relevant.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "tree.dft")
        file.write_text(galileo, encoding="utf-8")
        tree = stormpy.dft.load_dft_galileo_file(str(file))
    asked = stormpy.parse_properties("; ".join(questions))
    return list(map(float, stormpy.dft.analyze_dft(stormpy.dft.prepare_for_analysis(tree), asked)))
