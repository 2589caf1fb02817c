"""The contracts of all proof systems, compiled once for all test processes."""

from __future__ import annotations

import pytest

from tests.support.contracts import toy_contracts
from zkctl.toolchain.proof.evm import Compiled


@pytest.fixture(scope="session")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Compiled]:
    """Verifiers by proof system and number of public signals; that of Groth16 has verifyBatch too."""
    return toy_contracts(tmp_path_factory.getbasetemp().parent)
