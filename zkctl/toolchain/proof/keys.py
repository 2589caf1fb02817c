"""The parts of keys that all proof systems share; only for types, so that no process loads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from zkctl.ceremony.contribution import Phase2Contribution
    from zkctl.curve import Curve
    from zkctl.field.array import Words
    from zkctl.toolchain.proof.systems import Statement


class VerifyingKey(Protocol):
    """The part of a verifying key that is common to all systems."""

    @property
    def curve(self) -> Curve:
        """The curve."""

    @property
    def n_public(self) -> int:
        """Number of public signals."""


class ProvingKey(VerifyingKey, Protocol):
    """The part of a proving key that is common to all systems."""

    @property
    def n_vars(self) -> int:
        """Number of wires."""

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
        """The proving key: a `ProvingKey`."""

    @property
    def circuit_hash(self) -> bytes:
        """A digest of the circuit."""

    @property
    def contributions(self) -> Sequence[Phase2Contribution]:
        """The contributions of its phase 2; none in a system with a universal setup."""


class Prover(Protocol):
    """A key that is checked and prepared for many proofs."""

    def prove(self, witness: Words) -> Statement:
        """Prove; the proof is verified before it is returned."""
