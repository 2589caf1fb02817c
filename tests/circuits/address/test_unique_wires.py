"""The linter proves every wire unique, not the outputs only: structure-v1 and region-v1 have none.

The inputs then determine the whole witness, but for the inverses that are hinted where a number is 0.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.address.circuits import compiled
from tests.support.address.project import CIRCUITS, ProjectCircuit
from zkctl.lint.certificate import proved_outputs
from zkctl.lint.compiled import system_of
from zkctl.lint.expanding.expand import expanded
from zkctl.lint.prove import prove

WITH_CANONICAL_BITS = {"membership-v1", "nonrevocation-v1"}  # these are proved by a contract
PROVED = [each for each in CIRCUITS if each.id not in WITH_CANONICAL_BITS]


@pytest.mark.parametrize("circuit", PROVED, ids=lambda each: each.id)
def test_every_wire_is_unique(circuit: ProjectCircuit) -> None:
    parameters = circuit.parameters(2)
    if "list_size" in parameters:
        parameters["list_size"] = 1
    made = compiled(circuit.name, **parameters)
    calls = made.program.hint_calls
    inverses = {wire for each in calls if each.function == "inverse_or_zero" for wire in each.outputs}  # fmt: skip
    wires = tuple(wire for wire in range(1, made.program.n_wires) if wire not in inverses)
    system = replace(system_of(made), outputs=wires, copies=())
    judgement = prove(system)
    assert judgement.verdict == "PROVED"
    assert set(wires) <= proved_outputs(system, expanded(system, judgement.certificate))
