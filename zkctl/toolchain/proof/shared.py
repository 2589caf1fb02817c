"""The functions that the records of all proof systems share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zkctl.formats.json.snarkjs import read_public
from zkctl.storage.mapped import is_stream

if TYPE_CHECKING:
    from zkctl.curve import Curve
    from zkctl.field import FieldArray
    from zkctl.field.words import Words
    from zkctl.toolchain.proof.keys import CommonVerifyingKey, Proof, Statement


class PreparedProver:
    """A key with tables of multiples of its points, and the prover that uses them."""

    def __init__(
        self, prepared: Any, prove_prepared: Callable[[Any, Words], tuple[Proof, FieldArray]]
    ) -> None:
        self._prepared, self._prove = prepared, prove_prepared

    def prove(self, witness: Words) -> Statement:
        """Prove; return the public signals and the proof, which was verified."""
        proof, public = self._prove(self._prepared, witness)
        return public, proof


def read_statement(
    read_proof: Callable[[Path, Curve], Proof], public: Path, proof: Path, vk: CommonVerifyingKey
) -> Statement:
    """Read public signals and their proof.

    A proof that comes through a pipe is read first: when the pipe ends, the prover has published its other file.
    """
    arrived = read_proof(proof, vk.curve) if is_stream(proof) else None
    signals = read_public(public, vk.curve.scalar_field, vk.n_public)
    return signals, arrived or read_proof(proof, vk.curve)


def prepare_verification(curve: Curve) -> None:
    """Compile the kernels that a verification over this curve needs, where machine code can run: for processes that verify often."""
    from zkctl.curve import G1Array, G2Array
    from zkctl.curve.backend import prepare_pairing
    from zkctl.curve.subgroup.membership import members_of
    from zkctl.runtime.settings import using

    with using(compiles=True):
        prepare_pairing(curve)
        for kind, group in ((G1Array, curve.g1), (G2Array, curve.g2)):
            members_of(kind.from_ints(group, [group.generator]))
