"""`python -m hasim.work STUDY REQUEST`: carry out one request, then end.

Exit status: 0 the request is over, and the study says how; 2 it could not be begun.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from hasim.errors import HasimError
from hasim.work.carrying_out import carry_out
from hasim.work.limits import end_with_input, limit_process


def main() -> int:
    """Read what was typed and do it."""
    parser = argparse.ArgumentParser(prog="python -m hasim.work")
    parser.add_argument("study", type=Path)
    parser.add_argument("request", type=int)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--tied", action="store_true", help="end when standard input does")
    parser.add_argument("--memory", type=int, default=0, help="bytes; 0: no limit")
    words = parser.parse_args()
    limit_process(words.memory)
    if words.tied:
        end_with_input()
    try:
        carry_out(words.study, words.request, threads=words.threads)
    except HasimError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
