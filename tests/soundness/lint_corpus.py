"""Print what the prover says of the corpus, by difficulty; fail on a verdict that is a fault.

python tests/soundness/lint_corpus.py [folder of the data]
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

from tests.support.lint_corpus import LEVELS, programs, system_of
from zkctl.lint.certificate import proved_outputs
from zkctl.lint.expanding.expand import expanded
from zkctl.lint.prove import prove

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def main() -> int:
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    table: Counter[tuple[str, str, str]] = Counter()
    faults = 0
    for program in programs(data):
        for level in LEVELS:
            start = time.process_time()
            system = system_of(program, level)
            judgement = prove(system)
            seconds = time.process_time() - start
            unique = proved_outputs(system, expanded(system, judgement.certificate))
            assert all(o.wire in unique for o in judgement.outputs if o.verdict == "PROVED")
            verdict = str(judgement.verdict)
            table[program.difficulty, program.wanted.split("+")[0], verdict] += 1
            faults += verdict == program.fault
            is_open = program.wanted.startswith("PROVED") and verdict != "PROVED"
            if verdict == program.fault or is_open or seconds > 1:
                mark = "FAULT" if verdict == program.fault else ""
                print(
                    f"{program.name:26} {level} {program.difficulty:6} {verdict:8} {seconds:.2f} s {mark}"
                )
    for (difficulty, wanted, verdict), n in sorted(table.items()):
        print(f"{difficulty:8} wanted {wanted:10} said {verdict:8} {n}")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
