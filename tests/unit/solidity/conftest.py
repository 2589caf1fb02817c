"""The contracts of all proof systems, compiled once for all test processes."""

from __future__ import annotations

import pytest

from tests.support.contracts import compiled
from tests.support.toy_contracts import TOYS
from zkctl.toolchain.proof.evm import Compiled


@pytest.fixture(scope="session")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Compiled]:
    """Verifiers by proof system and number of public signals; that of Groth16 has verifyBatch too."""
    folder = tmp_path_factory.getbasetemp().parent
    sources = {
        f"{name} {n}": make(n).source(batch=name == "groth16")
        for name, make in TOYS.items()
        for n in (0, 2)
    }
    return compiled(folder, sources)
