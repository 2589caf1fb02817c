"""Ed25519 read strictly: one encoding, no small order, no torsion; in every place that takes a public key."""

from __future__ import annotations

import base64
import struct
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from zkctl.ceremony.record import ed25519
from zkctl.ceremony.record.ed25519 import ORDER, check_public_key, decode, parse_signature
from zkctl.ceremony.record.signing import (
    SignedStatement,
    canonical_public_key,
    check_message_signature,
    check_signature,
    check_signed,
    new_key,
    public_key_of,
    sign,
    ssh_signature,
)
from zkctl.errors import CheckFailed, FormatError

P = 2**255 - 19
STATEMENT = SignedStatement("c" * 64, 1, "a" * 128, "b" * 128)
# y of the four points of order 8
_OTHER = (P - 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7) % P
ORDER_8 = (0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7, _OTHER)


def encoded(y: int, sign: int = 0) -> bytes:
    return (y | sign << 255).to_bytes(32, "little")


def small_order() -> list[bytes]:
    """All encodings of the eight points of small order, canonical or not."""
    ys = [0, 1, P - 1, *ORDER_8, P, P + 1]
    return [encoded(y, sign) for y in ys for sign in (0, 1)]


def line(raw: bytes) -> str:
    blob = b"".join(struct.pack(">I", len(part)) + part for part in (b"ssh-ed25519", raw))
    return f"ssh-ed25519 {base64.b64encode(blob).decode()}"


def affine(point: Any) -> tuple[int, int]:
    inverse = pow(point[2], -1, P)
    return point[0] * inverse % P, point[1] * inverse % P


def mixed_order() -> bytes:
    """An honest key plus the point of order 2: (x, y) + (0, -1) = (-x, -y)."""
    point = decode(Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    assert point is not None
    x, y = (P - value for value in affine(point))
    return encoded(y, x & 1)


def test_the_points_of_order_8_are_what_they_are_called() -> None:
    for y in ORDER_8:
        point = decode(encoded(y))
        assert point is not None
        assert not ed25519._is_identity(ed25519._times(4, point))
        assert ed25519._is_identity(ed25519._times(8, point))


@pytest.mark.parametrize("raw", small_order(), ids=lambda raw: raw.hex())
def test_keys_of_small_order(raw: Any) -> None:
    with pytest.raises(FormatError, match=r"the public key (has small order|is not a canonical)"):
        check_public_key(raw, "k")
    signature = encoded(1).hex() + "00" * 32
    for take in (
        lambda: canonical_public_key(line(raw), "k"),
        lambda: check_message_signature(line(raw), signature, b"any", "k"),
        lambda: check_signature(line(raw), signature, STATEMENT, "k"),
        lambda: check_signed(line(raw), signature, STATEMENT, "k"),
    ):
        with pytest.raises(FormatError, match="the public key"):
            take()


@pytest.mark.parametrize("y", [P, P + 1, P + 3, P + 18, 2**255 - 1])
def test_coordinates_that_are_not_reduced(y: Any) -> None:
    with pytest.raises(FormatError, match="is not a canonical point: expected y below 2"):
        check_public_key(encoded(y), "k")


def test_bytes_of_no_point() -> None:
    for raw in (encoded(2), b"", bytes(31), bytes(33)):
        with pytest.raises(FormatError, match="the public key is not a canonical point"):
            check_public_key(raw, "k")


def test_a_key_with_a_small_component() -> None:
    with pytest.raises(FormatError, match="the public key is not in the group of prime order"):
        check_public_key(mixed_order(), "k")


def test_honest_keys_and_signatures() -> None:
    for _ in range(20):
        private = new_key()
        public = public_key_of(private, "k")
        assert canonical_public_key(f"{public} ann@laptop", "k") == public
        check_signature(public, sign(private, STATEMENT, "k"), STATEMENT, "k")


def spellings() -> list[tuple[str, object]]:
    return [
        ("upper case", str.upper),
        ("spaces", lambda s: f"{s[:64]} {s[64:]}"),
        ("a space before", lambda s: f" {s}"),
        ("a line end", lambda s: f"{s}\n"),
        ("0x", lambda s: f"0x{s}"),
        ("one digit less", lambda s: s[:-1]),
        ("a byte more", lambda s: f"{s}00"),
        (
            "other digits",
            lambda s: s.replace("0", "\N{FULLWIDTH DIGIT ZERO}") + "" if "0" in s else "x",
        ),
    ]


@pytest.mark.parametrize("change", [c for _, c in spellings()], ids=[n for n, _ in spellings()])
def test_one_encoding_of_a_signature(change: Any) -> None:
    private = new_key()
    public, signature = public_key_of(private, "k"), sign(private, STATEMENT, "k")
    message = "the signature is not that of the public key: expected 128 lower-case hexadecimal"
    with pytest.raises(CheckFailed, match=message):
        check_signature(public, change(signature), STATEMENT, "k")


@pytest.mark.parametrize("raw", small_order(), ids=lambda raw: raw.hex())
def test_r_of_small_order(raw: Any) -> None:
    message = "the signature is not that of the public key: R is not canonical or of small order"
    with pytest.raises(CheckFailed, match=message):
        parse_signature(raw.hex() + "01".ljust(64, "0"), "s")


def test_s_that_is_not_reduced() -> None:
    private = new_key()
    public, signature = public_key_of(private, "k"), sign(private, STATEMENT, "k")
    s = int.from_bytes(bytes.fromhex(signature[64:]), "little") + ORDER
    message = "the signature is not that of the public key: S is not below the order of the group"
    with pytest.raises(CheckFailed, match=message):
        check_signature(public, signature[:64] + s.to_bytes(32, "little").hex(), STATEMENT, "k")


def test_a_key_with_its_comment_is_no_record() -> None:
    private = new_key()
    public, signature = public_key_of(private, "k"), sign(private, STATEMENT, "k")
    message = (
        "the public key is not in its one form: expected ssh-ed25519 and the base64 of the key"
    )
    with pytest.raises(FormatError, match=message):
        check_signature(f"{public} ann", signature, STATEMENT, "k")
    for other in (f"{public}\n", f" {public}", public.replace(" ", "  ")):
        with pytest.raises(FormatError, match="the public key is not"):
            check_signature(other, signature, STATEMENT, "k")


def test_a_key_without_a_signature() -> None:
    check_signed("", "", STATEMENT, "k")
    with pytest.raises(CheckFailed, match="there is a public key without a signature"):
        check_signed(public_key_of(new_key(), "k"), "", STATEMENT, "k")


def armoured(blob: bytes, signature: bytes) -> str:
    def packed(*parts: bytes) -> bytes:
        return b"".join(struct.pack(">I", len(part)) + part for part in parts)

    value = packed(b"ssh-ed25519", signature)
    body = b"SSHSIG\0\0\0\1" + packed(blob, b"zkctl-ceremony-v1", b"", b"sha512", value)
    text = base64.b64encode(body).decode()
    return f"-----BEGIN SSH SIGNATURE-----\n{text}\n-----END SSH SIGNATURE-----\n"


@pytest.mark.parametrize("raw", small_order()[:4], ids=lambda raw: raw.hex())
def test_ssh_signatures_by_keys_of_small_order(raw: Any) -> None:
    blob = base64.b64decode(line(raw).split()[1])
    text = armoured(blob, encoded(1) + bytes(32))
    with pytest.raises(FormatError, match=r"the public key (has small order|is not a canonical)"):
        ssh_signature(text, "s")
    body = "sshsig:" + "".join(text.splitlines()[1:-1])
    with pytest.raises(FormatError, match=r"the public key (has small order|is not a canonical)"):
        check_signature(line(raw), body, STATEMENT, "s")


def test_unused_bits_of_an_ssh_signature() -> None:
    private = new_key()
    public = public_key_of(private, "k")
    blob = base64.b64decode(public.split()[1])
    text = "sshsig:" + "".join(armoured(blob, bytes(64)).splitlines()[1:-1])
    assert text.endswith("=")
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    at = len(text.rstrip("=")) - 1
    other = text[:at] + digits[digits.index(text[at]) + 1] + text[at + 1 :]
    assert base64.b64decode(other[7:]) == base64.b64decode(text[7:])
    with pytest.raises(CheckFailed, match="the signature is not that of the public key"):
        check_signature(public, other, STATEMENT, "s")
