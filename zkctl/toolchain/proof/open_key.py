"""A proving key that stays open: for servers, which prove many times under the same key.

    key = ProvingKey.open("circuit.zkey")
    proof, public = key.prove("witness.wtns")

The file is mapped and checked once, with every point in it; tables of multiples and the machine
code are made once.  Each proof then costs only its own work.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from zkctl.ceremony.policy import check_phase2, check_verifying_key
from zkctl.curve import Curve
from zkctl.curve.backend import prepare_pairing
from zkctl.errors import IntegrityError
from zkctl.field import FieldArray
from zkctl.field.array import Words
from zkctl.formats.binary.wtns import read_wtns
from zkctl.formats.binary.zkey_groth16 import check_key_points, read_zkey
from zkctl.groth16.keys import Proof, VerifyingKey
from zkctl.groth16.keys import ProvingKey as Key
from zkctl.groth16.prove import PreparedKey, prove_prepared
from zkctl.runtime.printable import printable

TABLE_BYTES = 1 << 28


class ProvingKey:
    """An open key.

    Several threads may use it: they take turns, since one proof occupies all processors.
    """

    def __init__(self, key: Key, warnings: list[str], table_bytes: int) -> None:
        self.key = key
        self.warnings = warnings
        self._prepared = PreparedKey.of(key, table_bytes)
        self._turn = Lock()

    @classmethod
    def open(
        cls, path: Path | str, *, allow_insecure: bool = False, table_bytes: int = TABLE_BYTES
    ) -> ProvingKey:
        """Map a .zkey file and get everything ready.

        `table_bytes` is the memory that tables may take; 0 does without and proves slower.
        Raises: FormatError, EncodingError for a malformed key or a point outside its group;
        IntegrityError for one that policy refuses; EnvironmentProblem if it cannot be read.
        """
        path = Path(path)
        stored = read_zkey(path)
        warnings = check_phase2(stored.contributions, allow_insecure=allow_insecure)
        warnings += check_verifying_key(stored.key.verifying_key, allow_insecure=allow_insecure)
        check_key_points(stored, printable(path))
        prepare_pairing(stored.key.curve)
        return cls(stored.key, warnings, table_bytes)

    @property
    def curve(self) -> Curve:
        """The curve."""
        return self.key.curve

    @property
    def n_public(self) -> int:
        """Number of public signals."""
        return self.key.n_public

    @property
    def verifying_key(self) -> VerifyingKey:
        """The verifier's part."""
        return self.key.verifying_key

    def prove(self, witness: Path | str | Words) -> tuple[Proof, FieldArray]:
        """Prove; the proof is verified before it is returned, with its public signals.

        Shapes: a .wtns file, or plain words (n_wires, n_words) -> the proof, public (n_public,).
        Raises: UnsatisfiedError if the witness breaks the circuit; ShapeError, EncodingError or
        IntegrityError if it is none of this key; FormatError, EnvironmentProblem for the file.
        """
        words = self._read(Path(witness)) if isinstance(witness, Path | str) else witness
        with self._turn:
            return prove_prepared(self._prepared, words)

    def _read(self, path: Path) -> Words:
        stored = read_wtns(path)
        if stored.field != self.curve.scalar_field:
            raise IntegrityError(
                f"the witness is over {stored.field.name}, the key over {self.curve.name}",
                where=printable(path),
                hint="witness and key come from different circuits",
            )
        return stored.words
