"""Measure batch verification beside single verification, and how long it takes to find what fails.

    python tests/bench/batch_verify.py [--runs 7] [--sizes 10 100 1000] [--threads 1]

In one process, on different proofs of a small circuit; medians of CPU time.  `one wrong`: the proof at a third of
the list does not hold.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.support.toy_groth16 import factors_witness, toy_key
from zkctl.curve import BN254
from zkctl.curve.backend import compile_pairing
from zkctl.field import BN254_FR
from zkctl.groth16.batch import verify_batch
from zkctl.groth16.prove import prove
from zkctl.groth16.verify import PreparedVerifyingKey, ProofStatement, verify
from zkctl.runtime.settings import using

N_PROOFS = 20  # different ones


def median(action: Callable[[], object], runs: int) -> float:
    """CPU milliseconds of one call."""
    action()
    times = []
    for _ in range(runs):
        start = time.process_time()
        action()
        times.append(1e3 * (time.process_time() - start))
    return statistics.median(times)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10, 100, 1000])
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    key = toy_key(BN254)
    vk = key.verifying_key
    compile_pairing(BN254)
    proofs: list[ProofStatement] = []
    for x in range(N_PROOFS):
        proof, public = prove(key, factors_witness(BN254_FR, x=x))
        proofs.append((public, proof))
    with using(threads=options.threads):
        prepared = PreparedVerifyingKey.of(vk)
        single = median(lambda: verify(vk, *proofs[0]), 5 * options.runs)
        warm = median(lambda: prepared.verify(*proofs[0]), 5 * options.runs)
        making = median(lambda: PreparedVerifyingKey.of(vk), options.runs)
        print(f"{options.threads} thread(s), CPU milliseconds; one proof alone: {single:.2f}")
        print(f"under a prepared key: {warm:.2f}; preparing it: {making:.2f}")
        print("  proofs    all hold     each   times faster    one wrong")
        for n in options.sizes:
            given = [proofs[k % N_PROOFS] for k in range(n)]
            good = median(lambda given=given: verify_batch(vk, given), options.runs)
            given[n // 3] = given[n // 3][0], proofs[(n // 3 + 1) % N_PROOFS][1]
            assert verify_batch(vk, given).count(False) == 1
            bad = median(lambda given=given: verify_batch(vk, given), options.runs)
            ratio = single * n / good
            print(f"{n:>8}  {good:>10.1f} {good / n:>8.3f}   {ratio:>12.1f} {bad:>12.1f}")


if __name__ == "__main__":
    main()
