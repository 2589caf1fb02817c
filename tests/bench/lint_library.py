"""CPU seconds of lint on the library's circuits: a table for docs/design/performance.md.

python tests/bench/lint_library.py [part of a name ...]

Without names: all cases of 2,000 constraints and more.  The three parts are the proof, the certificate in the checker's steps,
and the check of it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.gadgets.case import GadgetCase, all_cases  # noqa: E402
from zkctl.lint.certificate import proved_outputs  # noqa: E402
from zkctl.lint.compiled import system_of  # noqa: E402
from zkctl.lint.expanding.expand import expanded  # noqa: E402
from zkctl.lint.prove import prove  # noqa: E402

LEAST_ROWS = 2000
BAR_ROWS = 25_000  # constraints that lint is to judge in 5 s

T = TypeVar("T")


def main() -> None:
    names = sys.argv[1:]
    print(f"Load {os.getloadavg()[0]:.1f}.\n")
    print(
        f"| circuit | rows | verdict | prove | write | check | for {BAR_ROWS:,} rows |\n|---|---|---|---|---|---|---|"
    )
    for case in sorted(all_cases(), key=lambda case: case.constraints):
        if any(name in case.id for name in names) or (not names and case.constraints >= LEAST_ROWS):
            print(line_of(case), flush=True)


def line_of(case: GadgetCase) -> str:
    """Judge a circuit as `zkctl lint` does, without a search for counterexamples."""
    system = system_of(case.compiled())
    judgement, first = timed(lambda: prove(system))
    steps, second = timed(lambda: expanded(system, judgement.certificate))
    _, third = timed(lambda: proved_outputs(system, steps))
    n = len(system.rows)
    total = (first + second + third) * BAR_ROWS / max(n, 1)
    return f"| {case.id} | {n:,} | {judgement.verdict.value} | {first:.1f} | {second:.1f} | {third:.1f} | {total:.1f} |"


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return a result and the CPU seconds that it took."""
    start = time.process_time()
    found = work()
    return found, time.process_time() - start


if __name__ == "__main__":
    main()
