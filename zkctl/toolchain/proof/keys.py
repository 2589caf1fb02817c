"""Types that all proof systems share; most processes load it for no more than annotations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from zkctl.ceremony.contribution import Phase2Contribution
    from zkctl.curve import Curve
    from zkctl.field import FieldArray
    from zkctl.field.words import Words

# The proof and keys of a system are its own types; the actions only pass them from one function of its record to another.
Proof = Any
Statement = tuple["FieldArray", Proof]  # public signals and the proof of them


class CircuitFact(NamedTuple):
    """A number that key and circuit must agree on."""

    name: str
    in_key: object
    in_circuit: object


class SetupCost(NamedTuple):
    """The cost of a key, estimated before it is made: rows that are not padding, bytes of the file, bytes of memory."""

    n_rows: int
    key_bytes: int
    memory_bytes: int


class CommonVerifyingKey(Protocol):
    """The part of a verifying key that is common to all systems."""

    @property
    def curve(self) -> Curve:
        """The curve."""

    @property
    def n_public(self) -> int:
        """Number of public signals."""


class CommonProvingKey(CommonVerifyingKey, Protocol):
    """The part of a proving key that is common to all systems."""

    @property
    def n_wires(self) -> int:
        """Number of wires of the circuit."""

    @property
    def domain_size(self) -> int:
        """Number of rows."""

    @property
    def verifying_key(self) -> Any:
        """The verifier's part."""


class KeyFile(Protocol):
    """A proving key as its file holds it."""

    @property
    def key(self) -> Any:
        """The proving key: a `CommonProvingKey`."""

    @property
    def circuit_hash(self) -> bytes:
        """A digest of the circuit."""

    @property
    def contributions(self) -> Sequence[Phase2Contribution]:
        """The contributions of its phase 2; none in a system with a universal setup."""

    @property
    def warnings(self) -> Sequence[str]:
        """Warnings of its reader."""


class Prover(Protocol):
    """A key that is checked and prepared for many proofs."""

    def prove(self, witness: Words) -> Statement:
        """Prove; the proof is verified before it is returned."""


class PreparedVerifier(Protocol):
    """A verifying key that is checked and prepared for many proofs."""

    def verify(self, public: FieldArray, proof: Proof) -> bool:
        """Return whether the proof holds; the proof and the public signals are checked."""
