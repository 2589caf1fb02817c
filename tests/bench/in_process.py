"""Proving in a process that keeps running: two threads beside one, and a witness of bits beside one of full-size numbers.

    python tests/bench/in_process.py [--runs 9] [--length 1091] [--bit-rounds 679]

Start-up, which takes longer than proving a small circuit, does not count here. What is compared takes turns; medians.
The circuits are Poseidon chains of full-size numbers (1091 hashes: 261,840 constraints, a domain of 2^18) and one whose
wires are mostly bits (679 rounds: 65,280 constraints) beside the chain of as many; the keys are synthetic.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from compare_peers import make_case
from compare_prove import ROOT, machine

from zkctl.formats.binary.wtns import read_wtns
from zkctl.formats.binary.zkey_groth16 import read_zkey
from zkctl.groth16.prove import prove
from zkctl.runtime.settings import using

ROWS_OF_A_HASH = 240


def prover(key: Path, witness: Path, n_threads: int) -> Callable[[], object]:
    """Proves once each time it is called."""
    proving_key, words = read_zkey(key).key, read_wtns(witness).words

    def run() -> None:
        with using(threads=n_threads):
            prove(proving_key, words)

    return run


def in_turns(actions: list[Callable[[], object]], runs: int) -> list[tuple[float, float]]:
    """Median wall and processor seconds of each, after one round that does not count."""
    samples: list[list[tuple[float, float]]] = [[] for _ in actions]
    for _ in range(runs + 1):
        for action, found in zip(actions, samples, strict=True):
            wall, cpu = time.perf_counter(), time.process_time()
            action()
            found.append((time.perf_counter() - wall, time.process_time() - cpu))
    columns = [zip(*found[1:], strict=True) for found in samples]
    return [(statistics.median(next(c)), statistics.median(next(c))) for c in columns]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--length", type=int, default=1091)
    parser.add_argument("--bit-rounds", type=int, default=679)
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    print(f"machine: {machine(ROOT / 'tests' / 'interop' / 'node' / 'node_modules')}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def chain(length: int) -> tuple[int, Path, Path]:
            parameter, inputs = f"length={length}", {"start": "5"}
            made = make_case("chain", "chain.py", parameter, inputs, folder / str(length))
            return made.constraints, made.key, made.witness

        rows, key, witness = chain(options.length)
        one, two = in_turns([prover(key, witness, 1), prover(key, witness, 2)], options.runs)
        print(
            f"{rows:,} constraints: one thread {one[0]:.3f} s, two {two[0]:.3f} s wall: {one[0] / two[0]:.2f}"
            f" times as fast, with {two[1] / one[1]:.2f} of the processor time"
        )
        word = {"word": [str(k * k % 3 % 2) for k in range(96)]}
        bits = make_case("bits", "bits.py", f"rounds={options.bit_rounds}", word, folder / "bits")
        rows, key, witness = chain(round(bits.constraints / ROWS_OF_A_HASH))
        full, small = in_turns(
            [prover(key, witness, 1), prover(bits.key, bits.witness, 1)], options.runs
        )
        print(
            f"{rows:,} constraints of full-size numbers {full[1]:.3f} s, {bits.constraints:,} of mostly bits"
            f" {small[1]:.3f} s: {full[1] / small[1]:.2f} times as fast (CPU, one thread)"
        )


if __name__ == "__main__":
    main()
