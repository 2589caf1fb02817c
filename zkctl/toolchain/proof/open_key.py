"""A proving key that stays open: for servers, which prove many times under the same key.

    key = OpenKey.open("circuit.zkey")
    proof, public = key.prove("witness.wtns")

The file is mapped and checked once, with every point in it; tables of multiples and the machine
code are made once.  Each proof then costs only its own work.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from zkctl.ceremony.policy import warnings_for_findings
from zkctl.curve import Curve
from zkctl.field import FieldArray
from zkctl.field.words import Words
from zkctl.formats.binary.wtns import read_wtns
from zkctl.runtime.printable import printable
from zkctl.toolchain.proof.prove import check_field
from zkctl.toolchain.proof.systems import ProofSystem, system_of_key

if TYPE_CHECKING:
    from zkctl.toolchain.proof.keys import CommonProvingKey, Proof

TABLE_BYTES = 1 << 28


class OpenKey:
    """An open key.

    Several threads may use it: one proves at a time, since a proof occupies all processors.
    """

    def __init__(
        self, system: ProofSystem, key: CommonProvingKey, warnings: list[str], table_bytes: int
    ) -> None:
        self.system = system
        self.key = key
        self.warnings = warnings
        self._prover = system.prepare(key, table_bytes)
        self._lock = Lock()

    @classmethod
    def open(
        cls, path: Path | str, *, allow_insecure: bool = False, table_bytes: int = TABLE_BYTES
    ) -> OpenKey:
        """Map and check a .zkey file, and prepare it for many proofs.

        `table_bytes` limits the memory of tables; without tables (0) proving is slower.
        Raises: FormatError, EncodingError for a malformed key or a point outside its group;
        IntegrityError for one that policy refuses; EnvironmentProblem if it cannot be read.
        """
        path = Path(path)
        system = system_of_key(path)
        stored = system.read_key(path)
        warnings = [f"{printable(path)}: {warning}" for warning in stored.warnings]
        warnings += warnings_for_findings(
            system.key_findings(stored), allow_insecure=allow_insecure
        )
        weak = system.weak_key_findings(stored.key.verifying_key)
        warnings += warnings_for_findings(weak, allow_insecure=allow_insecure)
        system.check_key_points(stored, printable(path))
        return cls(system, stored.key, warnings, table_bytes)

    @property
    def curve(self) -> Curve:
        """The curve."""
        return self.key.curve

    @property
    def n_public(self) -> int:
        """Number of public signals."""
        return self.key.n_public

    @property
    def verifying_key(self) -> Any:
        """The verifier's part."""
        return self.key.verifying_key

    def prove(self, witness: Path | str | Words) -> tuple[Proof, FieldArray]:
        """Prove; the proof is verified before it is returned, with its public signals.

        Shapes: a .wtns file, or plain words (n_wires, n_words) -> the proof, public (n_public,).
        Raises: UnsatisfiedError if the witness breaks the circuit; ShapeError, EncodingError or
        IntegrityError if it belongs to another key; FormatError, EnvironmentProblem for the file.
        """
        words = self._read(Path(witness)) if isinstance(witness, Path | str) else witness
        with self._lock:
            public, proof = self._prover.prove(words)
        return proof, public

    def _read(self, path: Path) -> Words:
        stored = read_wtns(path)
        check_field(self.key, stored, where=printable(path))
        return stored.words
