"""Zero knowledge of PLONK and fflonk: no part of a proof repeats (docs/design/security-cases.md).

No correctness test can see a missing blinding factor: such proofs verify everywhere.
"""

from __future__ import annotations

import inspect
import os
import random
from typing import Any

import pytest

from tests.support.toy_provers import EACH_PROVER, EACH_SYSTEM, Prover, parts_of
from zkctl.field import sampling
from zkctl.kzg import proving

# What the witness alone does not change: values of the key's polynomials follow from the challenge.
N_PROOFS, N_WORKERS = 25, 8


def distinct(prover: Prover, n: int) -> None:
    prepared = prover.prove.PreparedKey.of(prover.key(), 0)
    seen: dict[str, set[bytes]] = {}
    for _ in range(n):
        proof, _ = prover.prove.prove_prepared(prepared, prover.witness())
        for name, part in parts_of(proof).items():
            seen.setdefault(name, set()).add(part)
    assert {name: len(parts) for name, parts in seen.items() if len(parts) < n} == {}


@EACH_PROVER
def test_z3_every_commitment_and_evaluation_is_new(prover: Prover) -> None:
    distinct(prover, N_PROOFS)


@pytest.mark.slow
@EACH_PROVER
def test_z3_of_a_thousand_proofs(prover: Prover) -> None:
    distinct(prover, 1000)


@EACH_SYSTEM
def test_z3_attack_sees_equal_parts_without_blinding(
    prover: Prover, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "random_nonzero", lambda _field: 0)
    with pytest.raises(AssertionError):
        distinct(prover, 2)


@EACH_SYSTEM
def test_z3_every_random_number_counts(prover: Prover, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them changes the proof while the others stay: none is drawn for nothing."""
    key = prover.key()
    counted: list[int] = []

    def proof_with(changed: int | None) -> dict[str, bytes]:
        rng = random.Random(4)
        counted.clear()

        def draw(_field: Any) -> int:
            counted.append(len(counted))
            value = rng.randrange(1, 1 << 200)
            return value + 1 if counted[-1] == changed else value

        monkeypatch.setattr(proving, "random_nonzero", draw)
        return parts_of(prover.prove.prove(key, prover.witness())[0])

    same = proof_with(None)
    n_drawn = len(counted)
    assert n_drawn == {"plonk": 11, "fflonk": 9}[prover.name]
    assert proof_with(None) == same
    for k in range(n_drawn):
        assert proof_with(k) != same


@EACH_SYSTEM
def test_z5_workers_of_a_fork_blind_differently(prover: Prover) -> None:
    prepared = prover.prove.PreparedKey.of(prover.key(), 0)
    readers = []
    for _ in range(N_WORKERS):
        reader, writer = os.pipe()
        if os.fork() == 0:
            try:
                proof, _ = prover.prove.prove_prepared(prepared, prover.witness())
                os.write(writer, b"".join(parts_of(proof).values())[:64])
            finally:
                os._exit(0)
        os.close(writer)
        readers.append(reader)
    found = [os.read(reader, 64) for reader in readers]
    for _ in readers:
        os.wait()
    assert all(len(each) == 64 for each in found)
    assert len(set(found)) == N_WORKERS


@EACH_SYSTEM
def test_z2_no_way_to_choose_the_random_numbers(prover: Prover) -> None:
    functions = (prover.prove.prove, prover.prove.prove_prepared, prover.prove.PreparedKey.of)
    names = {name for each in functions for name in inspect.signature(each).parameters}
    assert names == {"key", "witness", "prepared", "max_bytes"}
    assert vars(proving)["random_nonzero"] is sampling.random_nonzero
