"""Proving with PLONK: what is accepted, what is refused (tests/unit/fflonk/test_prove.py has what only fflonk has)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.toy_gates import toy_powers
from tests.support.toy_groth16 import circuit
from tests.support.toy_provers import EACH_PROVER, EACH_SYSTEM, PLONK, Prover
from zkctl.errors import EncodingError, ShapeError, UnsatisfiedError
from zkctl.field import FieldArray, words_from_ints
from zkctl.kzg import commitments
from zkctl.plonk.prove import prove
from zkctl.plonk.setup import make_key
from zkctl.plonk.verify import verify
from zkctl.runtime.settings import using


@EACH_PROVER
def test_proof_holds_for_its_public_signals_only(prover: Prover) -> None:
    key, field = prover.key(), prover.curve.scalar_field
    proof, public = prover.prove.prove(key, prover.witness())
    assert public.to_ints() == [55, 77]
    assert prover.verify.verify(key.verifying_key, public, proof)
    for other in ([56, 77], [55, 78], [77, 55], [0, 0]):
        signals = FieldArray.from_ints(field, other)
        assert not prover.verify.verify(key.verifying_key, signals, proof)


@EACH_PROVER
@pytest.mark.parametrize("table_bytes", [0, 1 << 28])
def test_prepared_keys(prover: Prover, table_bytes: int) -> None:
    key = prover.key()
    prepared = prover.prove.PreparedKey.of(key, table_bytes)
    assert (prepared.committer.table is None) == (table_bytes == 0)
    for _ in range(2):
        proof, public = prover.prove.prove_prepared(prepared, prover.witness())
        assert prover.verify.verify(key.verifying_key, public, proof)
    with pytest.raises(UnsatisfiedError):
        prover.prove.prove_prepared(prepared, prover.witness(w1=56))


@EACH_SYSTEM
def test_two_threads_and_small_batches(prover: Prover, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commitments, "POINTS_AT_ONCE", 3)
    with using(threads=2):
        proof, public = prover.prove.prove(prover.key(), prover.witness())
    assert prover.verify.verify(prover.key().verifying_key, public, proof)


@EACH_PROVER
@pytest.mark.parametrize("wire", ["w1", "w3", "w4", "w5"])
def test_every_wire_of_a_wrong_witness_is_refused(prover: Prover, wire: str) -> None:
    """B8: the circuit is what is named, not a polynomial that does not divide."""
    wrong = prover.witness(**{wire: 1000})
    with pytest.raises(
        UnsatisfiedError, match="the witness does not satisfy the circuit of this key"
    ) as caught:
        prover.prove.prove(prover.key(), wrong)
    assert "`r1cs`" in caught.value.hint


@EACH_SYSTEM
def test_witnesses_that_cannot_be_one(prover: Prover) -> None:
    key, field = prover.key(), prover.curve.scalar_field
    with pytest.raises(ShapeError, match="the key has 6 wires, the witness 5"):
        prover.prove.prove(key, prover.witness()[:5])
    with pytest.raises(ShapeError, match="the key has 6 wires, the witness 6"):
        prover.prove.prove(key, words_from_ints(range(1, 7), field.n_words + 2))
    with pytest.raises(EncodingError, match="witness value 3 is not below the modulus of"):
        prover.prove.prove(key, prover.witness(w3=5 + field.modulus))
    with pytest.raises(EncodingError, match="witness value 0 must be the constant 1"):
        prover.prove.prove(key, prover.witness(w0=0))


ONE, PUBLIC, X, Y = range(4)
CIRCUITS: dict[str, tuple[list[Any], int, int, list[int]]] = {
    # constraints, wires, public signals, witness; B8: c <== a b with 3 * 11; B1: (x - 15)(x - 16) = 0 without public signals
    "b8 readme": ([([(X, 1)], [(Y, 1)], [(PUBLIC, 1)])], 4, 1, [1, 33, 3, 11]),
    "b1 no public": ([([(1, 1), (0, -15)], [(1, 1), (0, -16)], [])], 2, 0, [1, 16]),
    "only public": ([], 3, 2, [1, 5, 6]),
    "full domain": ([([(1, 1)], [(1, 1)], [(2, 1)])] * 8, 3, 0, [1, 3, 9]),
}


@EACH_PROVER
@pytest.mark.parametrize("name", CIRCUITS)
def test_small_circuits(prover: Prover, name: str) -> None:
    constraints, n_wires, n_public, witness = CIRCUITS[name]
    curve = prover.curve
    if name == "full domain" and prover.name == "fflonk":
        constraints = constraints[:6]
    system = circuit(curve.scalar_field, constraints, n_wires, n_public, 0)
    key = prover.setup.make_key(system, toy_powers(curve))
    words = words_from_ints(witness, curve.scalar_field.n_words)
    proof, public = prover.prove.prove(key, words)
    assert public.to_ints() == witness[1 : n_public + 1]
    assert prover.verify.verify(key.verifying_key, public, proof)


def test_a_key_for_another_permutation_proves_nothing() -> None:
    """Equal wires with other values: rows hold, the permutation does not."""
    field = PLONK.curve.scalar_field
    system = circuit(
        field, [([(1, 1)], [(1, 1)], [(2, 1)]), ([(2, 1)], [(2, 1)], [(3, 1)])], 4, 0, 0
    )
    key = make_key(system, toy_powers(PLONK.curve))
    proof, public = prove(key, words_from_ints([1, 2, 4, 16], 4))
    assert verify(key.verifying_key, public, proof)
    key.wires[1, 1] = 1  # the second row multiplies 4 by 2 now: its gate wants 8
    with pytest.raises(UnsatisfiedError):
        prove(key, words_from_ints([1, 2, 4, 8], 4))
