"""Try every family of kernels on a million cases and print how many were wrong.

    python tests/oracle/kernel_cases.py [--cases 1000000] [--seed 1]      (or: make kernel-cases)

Ends with 1 if anything was wrong.  A smaller number of cases runs in the tests (test_kernel_cases.py).
ZKCTL_VECTOR_WIDTH and ZKCTL_IFMA choose other kernels than the machine's best.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.oracle.field_cases import FieldCases
from tests.oracle.group_cases import SIZES, WINDOWS, GroupCases
from zkctl.curve import CURVES
from zkctl.field.kernels.host import host

SLOW_FAMILIES = {"membership": 20, "few points combined": 20}  # a case costs that many others

Line = tuple[str, str, int, int]  # what, family, cases, wrong


def all_cases(n: int, seed: int) -> Iterator[Line]:
    """The families on about n cases each, one line at a time."""
    for curve in CURVES:
        for field in (curve.scalar_field, curve.base_field):
            for name, run in FieldCases(field, seed).families().items():
                yield field.name, name, n, run(n)
    for curve in CURVES:
        for group in (curve.g1, curve.g2):
            for name, run in GroupCases(group, seed).families().items():
                count = max(1, n // SLOW_FAMILIES.get(name, 1))
                yield group.name, name, count, run(count)


def all_sums(seed: int, most: int) -> Iterator[Line]:
    """Multi-scalar multiplications of every size up to `most`, with every window."""
    for curve in CURVES:
        for group in (curve.g1, curve.g2):
            cases = GroupCases(group, seed)
            sizes = [n for n in SIZES if n <= most]
            made, wrong = cases.sums_wrong(sizes, [None, *WINDOWS])
            yield group.name, f"sums of 0 .. {max(sizes)} terms", made, wrong


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(f"{host().width} lanes{', fused' * host().fused}, seed {options.seed}")
    print("| kernels of | family | cases | wrong | seconds |\n|---|---|---|---|---|")
    total = total_wrong = 0
    start = time.process_time()
    for lines in (all_cases(options.cases, options.seed), all_sums(options.seed, max(SIZES))):
        for what, family, cases, wrong in lines:
            now = time.process_time()
            print(f"| {what} | {family} | {cases:,} | {wrong} | {now - start:.1f} |", flush=True)
            total, total_wrong, start = total + cases, total_wrong + wrong, now
    print(f"{total:,} cases, {total_wrong} wrong")
    return 1 if total_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
