"""Measure an open key: opening, the first proof, later proofs, each with and without tables.

    python tests/bench/warm_key.py [--runs 15] [--lengths 17 68] [--threads 1]

Circuits: Poseidon chains (240 constraints a hash) with keys made by known_tau.py.  Keys with and without
tables prove in turns; medians of CPU time in this process.  `command` is a whole `zkctl prove`.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from compare_peers import make_case
from compare_prove import ZKCTL, measure

from zkctl import OpenKey
from zkctl.runtime.settings import using

TABLES = {"no tables": 0, "tables": 1 << 30}


def milliseconds(action: Callable[[], object]) -> float:
    """CPU time of one call, all threads."""
    start = time.process_time()
    action()
    return 1e3 * (time.process_time() - start)


def mebibytes() -> float:
    """The most memory this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(length: int, runs: int, folder: Path) -> None:
    """One circuit."""
    case = make_case(
        f"chain {length}", "chain.py", f"length={length}", {"start": "5"}, folder / str(length)
    )
    command = [ZKCTL, "prove", str(case.key), str(case.witness), "--allow-insecure", "--force"]
    whole = [measure(command, sorted(os.sched_getaffinity(0)), folder).cpu for _ in range(4)][1:]
    keys, opened, first, memory = {}, {}, {}, {}
    for name, table_bytes in TABLES.items():
        before = mebibytes()

        def open_key(name: str = name, table_bytes: int = table_bytes) -> None:
            keys[name] = OpenKey.open(case.key, allow_insecure=True, table_bytes=table_bytes)

        opened[name] = milliseconds(open_key)
        first[name] = milliseconds(lambda name=name: keys[name].prove(case.witness))
        memory[name] = mebibytes() - before
    later: dict[str, list[float]] = {name: [] for name in TABLES}
    for _ in range(runs):
        for name, key in keys.items():
            later[name].append(milliseconds(lambda key=key: key.prove(case.witness)))
    ratio = statistics.median(
        b / a for a, b in zip(later["no tables"], later["tables"], strict=True)
    )
    for name in TABLES:
        print(
            f"{case.constraints:>8} {1e3 * statistics.median(whole):>9.0f} {name:<10}"
            f" {opened[name]:>8.0f} {first[name]:>8.1f} {statistics.median(later[name]):>8.1f}"
            f" {memory[name]:>+7.0f}"
        )
    print(f"{'':>8} tables / no tables, pair by pair: {ratio:.2f}", flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--lengths", type=int, nargs="*", default=[17, 68])
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    os.environ["ZKCTL_THREADS"] = str(options.threads)
    print(f"{options.threads} thread(s), CPU milliseconds, medians of {options.runs}; MiB gained")
    print("    rows   command key            open    first    later     MiB")
    with tempfile.TemporaryDirectory() as name, using(threads=options.threads):
        for length in options.lengths:
            run(length, options.runs, Path(name))


if __name__ == "__main__":
    main()
