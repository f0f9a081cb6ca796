"""The conformance suite: systems whose answers are known, against every engine.

Theory of operation: `cases.py` says what a case is; the files of groups hold them; `suite.py` joins
them; `running.py` asks engines and judges; `report.py` keeps what they said, and `hasim verify`
shows it.

Rules of this folder: values are typed here, with their source, and read from nowhere; a tolerance
is that of the digits that are known, and is never widened for an engine.
"""

from hasim.conformance.cases import Case, LongRunMean
from hasim.conformance.report import Cell, Report
from hasim.conformance.running import ENGINES, run_cases
from hasim.conformance.suite import CASES

__all__ = ["CASES", "ENGINES", "Case", "Cell", "LongRunMean", "Report", "run_cases"]
