"""B6 of the public reports: the memory of a setup of PLONK and fflonk is what it says before it begins."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

MEASURE = """
import sys
from pathlib import Path
from tests.support.toy_gates import mixed
from tests.support.toy_groth16 import circuit, powers_of_tau
from zkctl.curve import BN254
from zkctl.runtime.progress import silent
from zkctl.runtime.settings import using
from zkctl.toolchain.proof.systems import SYSTEMS

def of(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith(name))

system, n, power = SYSTEMS[sys.argv[1]], int(sys.argv[2]), int(sys.argv[3])
field, powers = BN254.scalar_field, powers_of_tau(BN254, power)
system.setup(mixed(field), powers, silent)
large = circuit(field, [([(1, 1), (2, 3)], [(2, 1)], [(3, 1)])] * n, 4, 1, 0)
cost = system.setup_cost(large, powers)
before = of("VmRSS")
Path("/proc/self/clear_refs").write_text("5")  # the peak begins here
kept = system.setup(large, powers, silent)
print(cost.memory_bytes, of("VmHWM") - before)
"""


@pytest.mark.slow
@pytest.mark.parametrize(("system", "n", "power"), [("plonk", 16_000, 15), ("fflonk", 4_000, 16)])
def test_memory_of_a_setup(system: str, n: int, power: int) -> None:
    """16,000 sums and 16,000 products fill a domain of 2^15 rows; fflonk's is one of 2^13."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, system, str(n), str(power)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    stated, used = map(int, done.stdout.split())
    assert stated / 4 < used < stated  # some of it is memory that was free before
