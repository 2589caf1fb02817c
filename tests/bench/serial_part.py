"""How much of a proof two threads can share: the time in parts that are not divided, and how even the shares are.

    python tests/bench/serial_part.py KEY.zkey WITNESS.wtns [--threads 2] [--runs 3]

For machines on which two threads cannot be timed, as those whose processors share a core.  All tasks run one after the other, each
timed by the processor time of its thread; what N cores would take is the time outside of tasks, and for each set of tasks the time
until the last one ends when every free core takes the next one.  Contention for memory is not part of that.
"""

from __future__ import annotations

import argparse
import heapq
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from zkctl.runtime import parallel

SETS: list[list[float]] = []  # seconds of the tasks of each call of in_parallel


def timed_one_by_one(tasks: Sequence[Callable[[], Any]]) -> list[Any]:
    """As `in_parallel`, on one thread; tasks of a task belong to it."""
    if parallel._worker.busy or len(tasks) == 1:
        return [task() for task in tasks]
    seconds, results = [], []
    parallel._worker.busy = True
    try:
        for task in tasks:
            start = time.thread_time()
            results.append(task())
            seconds.append(time.thread_time() - start)
    finally:
        parallel._worker.busy = False
    SETS.append(seconds)
    return results


parallel.in_parallel = timed_one_by_one  # before the modules that import it

from compare_prove import ROOT, machine  # noqa: E402

from zkctl.formats.binary.wtns import read_wtns  # noqa: E402
from zkctl.runtime.settings import using  # noqa: E402
from zkctl.toolchain.proof.systems import system_of_key  # noqa: E402


def until_the_last(seconds: Sequence[float], n: int) -> float:
    """The time in which n cores do these tasks, in order."""
    free = [0.0] * n
    for each in seconds:
        heapq.heappush(free, heapq.heappop(free) + each)
    return max(free)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("key", type=Path)
    parser.add_argument("witness", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    system = system_of_key(options.key)
    stored, words = system.read_key(options.key), read_wtns(options.witness).words
    print(f"machine: {machine(ROOT / 'tests' / 'interop' / 'node' / 'node_modules')}")
    for _ in range(options.runs + 1):  # the first fills tables
        SETS.clear()
        start = time.process_time()
        with using(threads=options.threads):
            system.prove(stored.key, words)
        total = time.process_time() - start
        divided = sum(map(sum, SETS))
        longest = sum(until_the_last(each, options.threads) for each in SETS)
        even = longest * options.threads / divided
        print(
            f"{system.name}: {total:.3f} s, not divided {total - divided:.3f} ({(total - divided) / total:.1%});"
            f" longest share / mean share {even:.3f}; on {options.threads} cores"
            f" {total / (total - divided + longest):.2f} times as fast (derived)",
            flush=True,
        )


if __name__ == "__main__":
    main()
