"""Write verdicts.tsv: what lint says of the circuit of each case, whose outputs are the results of one gadget.

python -m tests.gadgets.verdicts [part of a name ...]: judge these cases again, else those that have no line yet.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from tests.gadgets.case import GadgetCase, all_cases
from zkctl.lint.certificate import proved_outputs
from zkctl.lint.compiled import system_of
from zkctl.lint.expanding.expand import expanded
from zkctl.lint.prove import prove
from zkctl.lint.verdict import Verdict

FILE = Path(__file__).with_name("verdicts.tsv")
QUICK_ROWS = 100  # of one that the tests judge each time
NO_OUTPUTS, NOT_JUDGED = "no outputs", "not judged"


def verdict_of(case: GadgetCase) -> str:
    """Return the verdict on a case's outputs, with the contracts that it relies on; the checker agrees with it."""
    system = system_of(case.compiled())
    if not system.outputs:
        return NO_OUTPUTS
    judgement = prove(system)
    unique = proved_outputs(system, expanded(system, judgement.certificate))
    proved = {each.wire for each in judgement.outputs if each.verdict is Verdict.PROVED}
    assert proved <= unique, case.id
    if judgement.verdict is not Verdict.PROVED:
        return judgement.verdict.value
    return " by ".join([judgement.verdict.value, *filter(None, [", ".join(judgement.relies_on)])])


@cache
def recorded() -> dict[str, str]:
    """Return the lines of the file: the verdict of each case by its id."""
    lines = FILE.read_text().splitlines() if FILE.exists() else []
    return dict(line.split("\t") for line in lines)


def main(names: list[str]) -> int:
    """Judge cases, and write the file after each."""
    found = dict(recorded())
    for case in sorted(all_cases(), key=lambda case: case.constraints):
        if any(name in case.id for name in names) or (not names and case.id not in found):
            found[case.id] = verdict_of(case)
            print(f"{case.id}\t{found[case.id]}", flush=True)
            FILE.write_text("".join(f"{name}\t{found[name]}\n" for name in sorted(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
