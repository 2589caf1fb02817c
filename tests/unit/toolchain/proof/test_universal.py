"""The functions that the records of PLONK and fflonk share."""

from __future__ import annotations

from tests.support.toy_gates import mixed
from zkctl.curve import BN254
from zkctl.field import FieldArray
from zkctl.toolchain.proof import universal


def test_counts_of_a_key() -> None:
    """Two of six rows are additions."""
    circuit = mixed(BN254.scalar_field)
    counts = universal.counts_of_key(circuit, BN254, 6, 8)
    assert (counts.n_additions, counts.n_constraints, counts.domain_size) == (2, 6, 8)


def test_public_signals_as_json() -> None:
    text = universal.public_json(FieldArray.from_ints(BN254.scalar_field, [3, 5]))
    assert text.split() == ["[", '"3",', '"5"', "]"]
