"""A witness program and a proving key that stay open: from inputs to proofs without files.

    circuit = OpenCircuit.open("circuit.wprog", "circuit.zkey")
    proof, public = circuit.prove({"a": 3, "b": [5, 7]})

The program is read and checked once, the key as by `OpenKey`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from zkctl.constraints.evaluate import Evaluator
from zkctl.errors import IntegrityError
from zkctl.field import FieldArray
from zkctl.formats.binary.wprog import read_wprog
from zkctl.runtime.printable import printable
from zkctl.toolchain.circuit.inputs import InputReader
from zkctl.toolchain.circuit.witness import words_of_inputs
from zkctl.toolchain.proof.open_key import TABLE_BYTES, OpenKey

if TYPE_CHECKING:
    from zkctl.toolchain.proof.keys import Proof

_MANY = 1 << 10  # the evaluator is compiled if so many witnesses are worth it


class OpenCircuit:
    """An open circuit.  Several threads may use it: one proves at a time."""

    def __init__(self, evaluator: Evaluator, key: OpenKey) -> None:
        self.evaluator = evaluator
        self.key = key

    @classmethod
    def open(
        cls,
        program: Path | str,
        key: Path | str,
        *,
        allow_insecure: bool = False,
        table_bytes: int = TABLE_BYTES,
    ) -> OpenCircuit:
        """Read and check a .wprog and a .zkey file of the same circuit.

        `allow_insecure` and `table_bytes` as for `OpenKey.open`.
        Raises: IntegrityError if they belong to different circuits or policy refuses the key; FormatError, EncodingError for malformed
        files; EnvironmentProblem if one cannot be read.
        """
        path = Path(program)
        read = read_wprog(path)
        opened = OpenKey.open(key, allow_insecure=allow_insecure, table_bytes=table_bytes)
        n_wires = read.n_wires if read.kept is None else len(read.kept)
        expected = opened.curve.scalar_field.name, opened.key.n_wires, opened.n_public
        found = read.field.name, n_wires, read.n_public
        if found != expected:
            raise IntegrityError(
                "program and key belong to different circuits: expected field, wires and public signals"
                f" {_listed(expected)} as in the key, got {_listed(found)}",
                where=printable(path),
                hint="pass the program that was compiled with the circuit of the key",
            )
        return cls(Evaluator(read, n_runs=_MANY), opened)

    @property
    def warnings(self) -> list[str]:
        """Warnings about the key."""
        return self.key.warnings

    def prove(
        self, inputs: Mapping[str, object], *, reduce: bool = False
    ) -> tuple[Proof, FieldArray]:
        """Prove for inputs by name: integers or decimal or 0x text, in nested lists and objects as in a JSON file.

        `reduce` takes inputs modulo the field as circom does.  Returns the proof, which has been verified, and its public signals.
        Raises: InputError for missing, unknown or misshapen inputs; UnsatisfiedError for inputs that break a constraint.
        """
        reader = InputReader(self.evaluator.program.field, reduce, "", [])
        return self.key.prove(words_of_inputs(self.evaluator, inputs, reader))


def _listed(facts: tuple[str, int, int]) -> str:
    return ", ".join(map(str, facts))
