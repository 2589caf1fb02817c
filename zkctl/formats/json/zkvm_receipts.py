"""Groth16 receipts of the zkVMs risc0 and sp1, as JSON with hexadecimal byte strings.

A seal is a 4-byte selector of the verifier and the proof in the order of EIP-197: A.x, A.y, B.x1,
B.x0, B.y1, B.y0, C.x, C.y, 32 bytes each, big-endian.  The public signals are digests:
sp1    the program's key; SHA-256 of the public values without its three top bits
risc0  halves of the control root, halves of the digest of the claim, the control id
Sources: SP1VerifierGroth16.sol (succinctlabs/sp1-contracts, MIT), RiscZeroGroth16Verifier.sol and
ControlID.sol 2.2 (risc0/risc0-ethereum, Apache-2.0): facts of the formats, no code.
"""

from __future__ import annotations

import re

from zkctl.curve import BN254, AffinePoint, Curve
from zkctl.errors import EnvironmentProblem
from zkctl.formats.json.points import JsonPoint, ProofPoints, below
from zkctl.formats.json.strict import Node

_SELECTOR_BYTES, _PROOF_BYTES = 4, 256
_HEX = r"0x(?:[0-9a-fA-F]{2})*"  # compiled when a receipt is read
_SP1_DIGEST_BITS = 253

# selector of a risc0 verifier -> its control root and BN254 control id
_RISC0_VERIFIERS = {
    "bb001d44": (  # 2.2
        "ce52bf56033842021af3cf6db8a50d1b7535c125a34f1a22c6fdcf002c5a1529",
        "04446e66d300eb7fb45c9726bb53c793dda407a62e9601618bb43c5c14657ac0",
    )
}
# the digest of the system state of a program that has halted
_RISC0_HALTED = "a3acc27117418996340b84e5a90f3ef4c49d22c79e44aad822ec9c313e1eb8e2"


def is_receipt(root: Node) -> bool:
    """Return whether this is a receipt of risc0 or sp1."""
    return _is_risc0(root) or root.has("vkey", "publicValues", "proof")


def _is_risc0(root: Node) -> bool:
    return root.has("seal", "image_id", "journal")


def parse_proof(root: Node, curve: Curve) -> ProofPoints:
    """Return the points of a receipt's proof, not yet checked.  Raises: FormatError, EncodingError."""
    if curve is not BN254:
        raise root.fail(f"the receipt is over {BN254.name}, the verification key over {curve.name}")
    node, _, raw = _seal(root)
    words = [int.from_bytes(raw[k : k + 32], "big") for k in range(0, _PROOF_BYTES, 32)]
    for word in words:
        below(word, node, curve.base_field)
    ax, ay, bx1, bx0, by1, by0, cx, cy = words
    a, b, c = ((ax,), (ay,)), ((bx0, bx1), (by0, by1)), ((cx,), (cy,))
    return ProofPoints([_or_infinity(point) for point in (a, b, c)], [node.place] * 3)


def _or_infinity(point: AffinePoint) -> JsonPoint:
    return point if any(point[0] + point[1]) else None


def parse_public(root: Node) -> list[int]:
    """Return the public signals that a receipt's contents stand for.

    Raises: FormatError; EnvironmentProblem for a risc0 verifier we have no constants of.
    """
    if not _is_risc0(root):
        program = _bytes(root.member("vkey"), 32)
        digest = _sha256(_bytes(root.member("publicValues")))
        truncated = int.from_bytes(digest, "big") % (1 << _SP1_DIGEST_BITS)
        return [
            below(int.from_bytes(program, "big"), root.member("vkey"), BN254.scalar_field),
            truncated,
        ]
    node, selector, _ = _seal(root)
    if selector not in _RISC0_VERIFIERS:
        raise EnvironmentProblem(
            f"risc0 verifier {selector} is not supported",
            where=node.place,
            hint=f"supported: {', '.join(_RISC0_VERIFIERS)}",
        )
    control_root, control_id = (bytes.fromhex(text) for text in _RISC0_VERIFIERS[selector])
    image_id, journal = _bytes(root.member("image_id"), 32), _bytes(root.member("journal"))
    claim = _risc0_claim(image_id, journal)
    return [*_halves(control_root), *_halves(claim), int.from_bytes(control_id, "big")]


def _seal(root: Node) -> tuple[Node, str, bytes]:
    node = root.member("seal" if _is_risc0(root) else "proof")
    raw = _bytes(node, _SELECTOR_BYTES + _PROOF_BYTES)
    return node, raw[:_SELECTOR_BYTES].hex(), raw[_SELECTOR_BYTES:]


def _bytes(node: Node, length: int | None = None) -> bytes:
    text = node.text()
    if not re.fullmatch(_HEX, text):
        raise node.fail("expected bytes as 0x and an even number of hexadecimal digits")
    raw = bytes.fromhex(text[2:])
    if length is not None and len(raw) != length:
        raise node.fail(f"expected {length} bytes, found {len(raw)}")
    return raw


def _risc0_claim(image_id: bytes, journal: bytes) -> bytes:
    """Return the digest of "this image ran, halted with code 0 and wrote this journal"."""
    output = _tagged("risc0.Output", [_sha256(journal), bytes(32)], b"")
    parts = [bytes(32), image_id, bytes.fromhex(_RISC0_HALTED), output]
    return _tagged("risc0.ReceiptClaim", parts, bytes(8))


def _tagged(tag: str, digests: list[bytes], data: bytes) -> bytes:
    """Return risc0's hash of a structure: its tag, its digests, its data, the number of digests."""
    count = len(digests).to_bytes(2, "little")
    return _sha256(_sha256(tag.encode()) + b"".join(digests) + data + count)


def _sha256(data: bytes) -> bytes:
    import hashlib  # it loads OpenSSL: only for receipts

    return hashlib.sha256(data).digest()


def _halves(digest: bytes) -> list[int]:
    """Return the two 128-bit halves of a digest read as a little-endian number, low half first."""
    return [int.from_bytes(digest[:16], "little"), int.from_bytes(digest[16:], "little")]
