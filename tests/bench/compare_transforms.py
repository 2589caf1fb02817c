"""Number-theoretic transforms of this version beside those of another one, in turns.

    taskset -c 0 python tests/bench/compare_transforms.py OTHER_FOLDER [--lengths 12 14 16 18] [--runs 7]

OTHER_FOLDER holds another version's folder `zkctl`.  Each version runs in a process of its own that waits for orders; a figure is the
processor time of one call on one thread.  The ratio is the median of the ratios pair by pair.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
AT_LEAST_ROWS = 1 << 13  # transformed for one figure


def serve() -> None:
    """Answer each line `field log_n operation` with the seconds it took."""
    from zkctl.field import BLS12_381_FR, BN254_FR, FieldArray, powers
    from zkctl.poly.domain import Domain

    fields = {field.name: field for field in (BN254_FR, BLS12_381_FR)}
    for line in sys.stdin:
        name, log_n, operation = line.split()
        domain = Domain(fields[name], int(log_n))
        x = FieldArray(domain.field, powers(5, domain.n, domain.field).data)
        coset = domain.coset(1)
        run: Callable[[], object] = {
            "ntt": lambda d=domain, x=x: d.ntt(x),
            "move_to_coset": lambda d=domain, x=x: d.move_to_coset(x, 7),
            "to_coset": lambda c=coset, x=x: c.values(x),
            "from_coset": lambda c=coset, x=x: c.coefficients(x),
        }[operation]
        run()
        repeats = max(1, AT_LEAST_ROWS // domain.n)
        start = time.process_time()
        for _ in range(repeats):
            run()
        print((time.process_time() - start) / repeats, flush=True)


def start(folder: Path) -> subprocess.Popen[str]:
    """Start the process of one version."""
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).resolve()), "--serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder.resolve()), "ZKCTL_THREADS": "1"},
    )


def ask(process: subprocess.Popen[str], order: str) -> float:
    """Seconds that an operation takes in a process."""
    assert process.stdin and process.stdout
    print(order, file=process.stdin, flush=True)
    return float(process.stdout.readline())


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("other", type=Path, nargs="?")
    parser.add_argument("--lengths", type=int, nargs="+", default=[12, 14, 16, 18])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--serve", action="store_true")
    options = parser.parse_args()
    if options.serve:
        serve()
        return
    if options.other is None:
        parser.error("name the folder of the other version")
    versions = [start(options.other), start(ROOT)]
    print("| field | operation | n | other ms | this ms | ratio |\n|---|---|---|---|---|---|")
    for name in ("bn254.fr", "bls12_381.fr"):
        for operation in ("ntt", "move_to_coset", "to_coset", "from_coset"):
            for log_n in options.lengths:
                order = f"{name} {log_n} {operation}"
                pairs = [[ask(each, order) for each in versions] for _ in range(options.runs + 1)]
                other, this = (1e3 * min(column) for column in zip(*pairs[1:], strict=True))
                ratio = statistics.median(a / b for a, b in pairs[1:])
                print(
                    f"| {name} | {operation} | 2^{log_n} | {other:.3g} | {this:.3g} | {ratio:.2f} |",
                    flush=True,
                )
    for each in versions:
        each.terminate()


if __name__ == "__main__":
    main()
