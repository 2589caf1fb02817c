"""The hashes of the two phases: challenges, responses, keys of contributors.

Phase 1: response = H(challenge | C(powers) | U(public key)), next challenge = H(response | U(powers));
the file keeps the state just before the public key.  Phase 2: contribution challenge = H(circuit hash |
public keys of all contributions so far | U(g1_s) | U(g1_sx)).  H = BLAKE2b-512.  Source: docs/reference/ceremonies.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from zkctl.ceremony.contribution import Phase1PublicKey, Phase2Contribution
from zkctl.ceremony.primitives.blake2b.state import Blake2bState
from zkctl.curve import G1Array, G2Array, PointArray
from zkctl.curve.encoding import encode_compressed, encode_uncompressed
from zkctl.srs.powers_of_tau import PowersOfTau

DIGEST_BYTES = 64
# snarkjs hashes sections piece by piece, as many points as fit this many uncompressed bytes, other ones
# when it imports a response; the size shows in the leftover bytes of the state that a ptau file keeps
PIECE_BYTES = 1 << 20
IMPORT_PIECE_BYTES = 1 << 24
BLANK = hashlib.blake2b(b"").digest()  # the response before the first


def pieces(points: PointArray, n_bytes: int = PIECE_BYTES) -> Iterator[PointArray]:
    """Yield the points in the pieces in which they are hashed."""
    step = n_bytes // points.group.point_bytes
    for start in range(0, len(points), step):
        yield points[start : start + step]


def sections(powers: PowersOfTau) -> tuple[PointArray, ...]:
    """Return the hashed sections of a phase 1, in order.  Shapes: (n_k,) each."""
    beta = G2Array.concatenate([powers.beta_g2])
    return powers.tau_g1, powers.tau_g2, powers.alpha_tau_g1, powers.beta_tau_g1, beta


# -- phase 1


def response_state(
    challenge: bytes, powers: PowersOfTau, piece_bytes: int = PIECE_BYTES
) -> Blake2bState:
    """Return the response's hash just before the public key."""
    state = Blake2bState()
    state.update(challenge)
    for section in sections(powers):
        for piece in pieces(section, piece_bytes):
            state.update(encode_compressed(piece).data)
    return state


def response_hash(partial_hash: bytes, key: Phase1PublicKey) -> bytes:
    """Return the response's hash from the state before the public key."""
    state = Blake2bState.restore(partial_hash)
    state.update(encode_phase1_key(key))
    return state.digest()


def recomputed_response_hash(challenge: bytes, powers: PowersOfTau, key: Phase1PublicKey) -> bytes:
    """Return the response's hash from the powers themselves."""
    state = hashlib.blake2b(challenge)
    for section in sections(powers):
        for piece in pieces(section):
            state.update(encode_compressed(piece).data)
    state.update(encode_phase1_key(key))
    return state.digest()


def next_challenge(response: bytes, powers: PowersOfTau) -> bytes:
    """Return the challenge for the contribution after this response."""
    state = hashlib.blake2b(response)
    for section in sections(powers):
        for piece in pieces(section):
            state.update(encode_uncompressed(piece).data)
    return state.digest()


def knowledge_digests(challenge: bytes, g1_s: G1Array, g1_sx: G1Array) -> list[bytes]:
    """Return the digests from which the G2 points of the proofs of knowledge are hashed: tau, alpha, beta."""
    s, sx = encode_uncompressed(g1_s), encode_uncompressed(g1_sx)
    parts = (bytes([k]) + challenge + s[k].tobytes() + sx[k].tobytes() for k in range(len(s)))
    return [hashlib.blake2b(part).digest() for part in parts]


def encode_phase1_key(key: Phase1PublicKey) -> bytes:
    """Return U of (g1_s, g1_sx) of tau, alpha, beta, then their g2_spx."""
    g1 = [point for k in range(3) for point in (key.g1_s[k], key.g1_sx[k])]
    encoded = encode_uncompressed(G1Array.concatenate(g1)).tobytes()
    return encoded + encode_uncompressed(key.g2_spx).tobytes()


# -- phase 2


def contribution_hash(contribution: Phase2Contribution) -> bytes:
    """Return the hash that a contributor of phase 2 keeps and publishes."""
    return hashlib.blake2b(_encode_phase2_key(contribution)).digest()


def contribution_challenge(
    circuit_hash: bytes, earlier: Iterable[Phase2Contribution], g1_s: G1Array, g1_sx: G1Array
) -> bytes:
    """Return the challenge of the contribution that follows the earlier ones."""
    state = hashlib.blake2b(circuit_hash)
    for contribution in earlier:
        state.update(_encode_phase2_key(contribution))
    state.update(_encode_pair(g1_s, g1_sx))
    return state.digest()


def contribution_challenges(
    circuit_hash: bytes, contributions: Iterable[Phase2Contribution]
) -> list[bytes]:
    """Return the challenge that each contribution must carry."""
    state = hashlib.blake2b(circuit_hash)
    expected = []
    for contribution in contributions:
        own = state.copy()
        own.update(_encode_pair(contribution.g1_s, contribution.g1_sx))
        expected.append(own.digest())
        state.update(_encode_phase2_key(contribution))
    return expected


def _encode_pair(g1_s: G1Array, g1_sx: G1Array) -> bytes:
    return encode_uncompressed(G1Array.concatenate([g1_s, g1_sx])).tobytes()


def _encode_phase2_key(contribution: Phase2Contribution) -> bytes:
    g1 = [contribution.delta_after, contribution.g1_s, contribution.g1_sx]
    return b"".join(
        (
            encode_uncompressed(G1Array.concatenate(g1)).tobytes(),
            encode_uncompressed(contribution.g2_spx).tobytes(),
            contribution.contribution_challenge,
        )
    )
