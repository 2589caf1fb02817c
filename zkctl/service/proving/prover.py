"""The proving side of one circuit: its key and witness program stay open, and a self-test before the first job."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zkctl.errors import EnvironmentProblem, IntegrityError
from zkctl.formats.json.strict import load_json
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.toolchain.proof.open_circuit import OpenCircuit

if TYPE_CHECKING:
    from zkctl.service.proving.circuits import ServedCircuit

MAX_SAMPLE_BYTES = 4 << 20


@record(repr=False)
class ProvedStatement:
    """A verified proof in the members of its JSON, its public signals in decimal, and the digest of key and signals."""

    proof: dict[str, Any]
    public_signals: list[str]
    statement_id: bytes


class WrongStatement(IntegrityError):
    """A proof whose public signals are not those of the request: the fault is the service's, never the caller's."""


class CircuitProver:
    """One circuit, open for proofs."""

    def __init__(self, circuit: ServedCircuit, opened: OpenCircuit, seconds: float) -> None:
        self.circuit, self.seconds = circuit, seconds
        self._opened = opened
        self._names = [signal.name for signal in circuit.signals]

    @classmethod
    def open(cls, circuit: ServedCircuit, *, table_bytes: int) -> CircuitProver:
        """Open the files of a circuit and test them: prove the stored sample and verify it under the key that the service publishes.

        Raises: EnvironmentProblem without the files; IntegrityError if proving and verification key are no pair; as `OpenCircuit.open`.
        """
        begun = time.monotonic()
        files = circuit.files
        if files.zkey is None or files.wprog is None:
            raise EnvironmentProblem(
                "the circuit cannot be proved: expected a proving key and a witness program",
                where=circuit.id,
            )
        opened = OpenCircuit.open(files.wprog, files.zkey, table_bytes=table_bytes)
        made = cls(circuit, opened, 0.0)
        if files.sample is not None:
            made.test(_sample(files.sample))
        made.seconds = time.monotonic() - begun
        return made

    def test(self, sample: Mapping[str, Any]) -> None:
        """Prove a sample and verify the proof under the published verification key.  Raises: IntegrityError."""
        key = self.circuit.ready_key()
        proof, public = self._opened.prove(sample)
        if not key.system.verify(key.vkey, public, proof):
            raise IntegrityError(
                "the proof of the sample does not verify: proving key and verification key are no pair",
                where=self.circuit.id,
                hint="export the verification key again with `export_verification_key()`",
            )

    def prove(self, inputs: Mapping[str, Any], expected: Mapping[str, str]) -> ProvedStatement:
        """Prove; the proof has been verified and its public signals compared with `expected` (name -> decimal).

        Raises: UnsatisfiedError, InputError for the inputs; WrongStatement.
        """
        proof, public = self._opened.prove(inputs)
        key = self._opened.key
        signals = json.loads(key.system.public_json(public))
        self._check_expected(signals, expected)
        return ProvedStatement(
            proof=json.loads(key.system.proof_json(proof)),
            public_signals=signals,
            statement_id=bytes.fromhex(key.system.statement_id(key.verifying_key, public)),
        )

    def _check_expected(self, signals: list[str], expected: Mapping[str, str]) -> None:
        found = dict(zip(self._names, signals, strict=True))
        wrong = [name for name, value in expected.items() if found.get(name) != value]
        if wrong:
            raise WrongStatement(
                f"the proof is of another statement: the signal {printable(wrong[0], 64)} is not that of the request",
                where=self.circuit.id,
            )


def _sample(path: Path) -> dict[str, Any]:
    read = load_json(path, max_bytes=MAX_SAMPLE_BYTES)
    if not isinstance(read, dict):
        raise IntegrityError("the sample is no object of inputs", where=printable(path))
    return read
