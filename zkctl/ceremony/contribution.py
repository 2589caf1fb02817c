"""Contributions of both phases as plain data."""

from __future__ import annotations

from enum import IntEnum

from zkctl.curve import G1Array, G2Array
from zkctl.runtime.records import record


class ContributorKind(IntEnum):
    """The source of a contribution's randomness."""

    PARTICIPANT = 0
    BEACON = 1


@record
class Origin:
    """The source of a contribution: a claimed name, and for a beacon its bytes and iteration exponent."""

    kind: ContributorKind
    name: str = ""
    beacon: bytes = b""
    iterations: int = 0


@record(eq=False)
class Phase1PublicKey:
    """Proofs of knowledge of tau, alpha, beta.  Shapes: g1_* (3,) G1 in that order, g2_spx (3,) G2."""

    g1_s: G1Array
    g1_sx: G1Array
    g2_spx: G2Array


@record(eq=False)
class Phase1Contribution:
    """One record of a ptau file's section 7.

    The points are the values after this contribution; docs/reference/formats.md has the bytes.
    """

    tau_g1: G1Array
    tau_g2: G2Array
    alpha_g1: G1Array
    beta_g1: G1Array
    beta_g2: G2Array
    public_key: Phase1PublicKey
    partial_hash: bytes  # 216
    next_challenge: bytes  # 64
    origin: Origin


@record(eq=False)
class Phase2Contribution:
    """One record of a zkey's section 10."""

    delta_after: G1Array
    g1_s: G1Array
    g1_sx: G1Array
    g2_spx: G2Array
    contribution_challenge: bytes  # 64
    origin: Origin
