from __future__ import annotations

import hashlib
import random
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from tests.gadgets.cases.signature_ecdsa import (
    DIGEST,
    VECTORS,
    inputs,
    signed_on_small_curve,
    signed_p256,
    signed_secp256k1,
)
from tests.support.weierstrass import (  # fmt: skip
    SECP112R1,
    TOY,
    is_valid,
    limbs,
    point_limbs,
    signature_inputs,
    signed,
)
from zkctl.dsl import CompiledCircuit, Ints, advice
from zkctl.dsl.advice import join, split
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets.curve.scalar_multiples import offset
from zkctl.gadgets.curve.short_weierstrass_parameters import (
    P256,
    SECP256K1,
    ShortWeierstrass,
    is_on_curve,
    multiple,
    sum_of,
)
from zkctl.gadgets.signature import ecdsa
from zkctl.gadgets.signature.ecdsa import verify_ecdsa

RNG = random.Random(256)
G = TOY.gx, TOY.gy
CURVES = {"secp256k1": ec.SECP256K1(), "P-256": ec.SECP256R1()}
Point = tuple[int, int]


@pytest.fixture(scope="module")
def small() -> CompiledCircuit:
    return signed_on_small_curve.compile()


def times(factor: int, point: Point = G, curve: ShortWeierstrass = TOY) -> Point:
    found = multiple(curve, factor, point)
    assert found is not None
    return found


def recovered(
    curve: ShortWeierstrass, nonce_point: Point, digest: bytes, s: int
) -> tuple[Point, Point]:
    """A public key and (r, s), so that the signature has this point: Q = (s R - z G) / r."""
    r = nonce_point[0] % curve.n
    z_point = multiple(curve, -int.from_bytes(digest, "big"), (curve.gx, curve.gy))
    total = sum_of(curve, multiple(curve, s, nonce_point), z_point)
    key = multiple(curve, pow(r, -1, curve.n), total)
    assert key is not None
    return key, (r, s)


def beyond_order(curve: ShortWeierstrass) -> Point:
    """A point whose x is not below n."""
    for x in range(curve.n + 1, curve.p):
        square = (x**3 + curve.a * x + curve.b) % curve.p
        y = pow(square, (curve.p + 1) // 4, curve.p)
        if is_on_curve(curve, (x, y)):
            return x, y
    raise AssertionError


def check(small: CompiledCircuit, key: Point, digest: bytes, signature: Point) -> None:
    """The circuit accepts exactly what Python's integers accept."""
    given = signature_inputs(TOY, key, digest, signature)
    if is_valid(TOY, key, digest, signature):
        small.witness(**given)
        return
    with pytest.raises(UnsatisfiedError):
        small.witness(**given)


def test_the_vectors_are_those_of_another_implementation() -> None:
    assert hashlib.sha256(b"a message").digest() == DIGEST
    for name, (key, r, s) in VECTORS.items():
        public_key = ec.EllipticCurvePublicNumbers(*key, CURVES[name]).public_key()
        public_key.verify(utils.encode_dss_signature(r, s), b"a message", ec.ECDSA(hashes.SHA256()))
        with pytest.raises(InvalidSignature):
            public_key.verify(utils.encode_dss_signature(s, r), b"a message", ec.ECDSA(hashes.SHA256()))  # fmt: skip


def test_signatures(small: CompiledCircuit) -> None:
    for _ in range(6):
        secret, nonce = RNG.randrange(1, TOY.n), RNG.randrange(1, TOY.n)
        digest = RNG.randbytes(32)
        r, s = signed(TOY, secret, digest, nonce)
        key = times(secret)
        check(small, key, digest, (r, s))
        check(small, key, digest, (r, TOY.n - s))
        check(small, times(-secret), digest, (r, s))
        check(small, key, digest[::-1], (r, s))
        check(small, key, digest, ((r + 1) % TOY.n, s))


def test_special_keys_nonces_and_digests(small: CompiledCircuit) -> None:
    n = TOY.n
    for secret, nonce in ((1, 1), (1, 2), (2, 1), (n - 1, 1), (1, n - 1), (7, 7), (7, n - 7), (n - 1, n - 1)):  # fmt: skip
        for digest in (bytes(32), b"\xff" * 32, bytes(31) + b"\1", n.to_bytes(32, "big")):
            signature = signed(TOY, secret, digest, nonce)
            check(small, times(secret), digest, signature)


def test_factors_that_are_equal_or_opposite(small: CompiledCircuit) -> None:
    """R = u1 G + u2 Q with u1 = +-u2, and multiples of Q = G: additions of equal points in other algorithms."""
    r_point = times(4321)
    for key in (G, times(-1), times(2), times((TOY.n + 1) // 2)):
        r = r_point[0] % TOY.n
        digest = r.to_bytes(32, "big")  # z = r: u1 = u2
        secret = next(k for k in (1, -1, 2, (TOY.n + 1) // 2) if times(k) == key)
        s = (r + r * secret) * pow(4321, -1, TOY.n) % TOY.n
        check(small, key, digest, (r, s or 1))
        opposite = (TOY.n - r).to_bytes(32, "big")
        check(small, key, opposite, (r, (r * secret - r) * pow(4321, -1, TOY.n) % TOY.n or 1))


def test_numbers_out_of_range(small: CompiledCircuit) -> None:
    key, (r, s) = times(99), signed(TOY, 99, DIGEST, 1234)
    message = "{} of the signature is not in 1 .. n - 1"
    for name, wrong in (
        ("r", (0, s)),
        ("s", (r, 0)),
        ("r", (TOY.n, s)),
        ("s", (r, TOY.n)),
        ("s", (r, (1 << 32) - 1)),
    ):
        with pytest.raises(UnsatisfiedError, match=message.format(name)):
            small.witness(**signature_inputs(TOY, key, DIGEST, wrong))
    check(small, key, DIGEST, (1, 1))
    check(small, key, DIGEST, (TOY.n - 1, TOY.n - 1))


def test_a_point_with_x_beyond_the_order(small: CompiledCircuit) -> None:
    point = beyond_order(TOY)
    for s in (1, 2, 123456, TOY.n - 1):
        key, signature = recovered(TOY, point, DIGEST, s)
        assert is_valid(TOY, key, DIGEST, signature)
        check(small, key, DIGEST, signature)
    message = "the signature is not valid: r is not x of the point"
    with pytest.raises(UnsatisfiedError, match=message):
        small.witness(**signature_inputs(TOY, key, DIGEST, (signature[0] + 1, signature[1])))


def test_keys_off_the_curve_or_not_reduced(small: CompiledCircuit) -> None:
    signature = signed(TOY, 1, DIGEST, 1234)
    small.witness(**signature_inputs(TOY, G, DIGEST, signature))
    with pytest.raises(UnsatisfiedError, match="x of the public key is not below the prime"):
        small.witness(**signature_inputs(TOY, (G[0] + TOY.p, G[1]), DIGEST, signature))
    with pytest.raises(UnsatisfiedError, match="y of the public key is not below the prime"):
        small.witness(**signature_inputs(TOY, (G[0], TOY.p), DIGEST, signature))
    for key in ((0, 0), (G[0], G[1] + 1), (G[1], G[0])):
        with pytest.raises(UnsatisfiedError, match="the point is not on the curve"):
            small.witness(**signature_inputs(TOY, key, DIGEST, signature))


original_nonce, original_pair = ecdsa._nonce, ecdsa._short_pair
N_BITS, OFFSET = 4 * 5, offset(5)


@advice(steps=1 << 24)
def opposite_nonce(z: Ints, r: Ints, s: Ints, key_x: Ints, key_y: Ints, *, curve: ShortWeierstrass) -> tuple[Ints, Ints]:  # fmt: skip
    x, y = original_nonce(z, r, s, key_x, key_y, curve=curve)
    return x, split(curve.p - join(y, curve.bits), curve.bits, 2)


@advice
def no_factors(r: Ints, s: Ints, *, curve: ShortWeierstrass) -> tuple[Ints, Ints]:
    return split(OFFSET, 1, N_BITS), split(OFFSET, 1, N_BITS)


@advice(steps=1 << 24)
def other_factor(r: Ints, s: Ints, *, curve: ShortWeierstrass) -> tuple[Ints, Ints]:
    u, v = original_pair(r, s, curve=curve)
    return u, split(join(v, 1) + 1, 1, N_BITS)


@advice(steps=1 << 24)
def double_factors(r: Ints, s: Ints, *, curve: ShortWeierstrass) -> tuple[Ints, Ints]:
    u, v = (2 * join(each, 1) - OFFSET for each in original_pair(r, s, curve=curve))
    return split(u, 1, N_BITS), split(v, 1, N_BITS)


@pytest.mark.parametrize(
    ("name", "dishonest", "message"),
    [
        ("_nonce", opposite_nonce, "the big numbers differ"),
        ("_short_pair", no_factors, "the factor of the nonce's point is 0"),
        ("_short_pair", other_factor, "the factors of the points do not fit r and s"),
        ("_short_pair", double_factors, ""),
    ],
)
def test_a_prover_with_other_hints(
    monkeypatch: pytest.MonkeyPatch, name: str, dishonest: Any, message: str
) -> None:
    """What follows from the changed hints is computed as by an honest prover: the constraints themselves must refuse it."""
    monkeypatch.setattr(ecdsa, name, dishonest)
    compiled = signed_on_small_curve.compile()
    given = signature_inputs(TOY, times(99), DIGEST, signed(TOY, 99, DIGEST, 1234))
    if not message:  # other factors that are as good
        compiled.witness(**given)
        return
    with pytest.raises(UnsatisfiedError, match=message):
        compiled.witness(**given)


def test_on_integers_over_a_larger_curve() -> None:
    curve = SECP112R1
    secret, nonce = RNG.randrange(1, curve.n), RNG.randrange(1, curve.n)
    r, s = signed(curve, secret, DIGEST, nonce)
    key = times(secret, (curve.gx, curve.gy), curve)
    first, point = limbs(r, curve), point_limbs(key, curve)
    verify_ecdsa(list(DIGEST), first, limbs(s, curve), point, curve=curve)
    with pytest.raises(UnsatisfiedError):
        verify_ecdsa(list(DIGEST), first, limbs(s ^ 1, curve), point, curve=curve)


@pytest.mark.slow
@pytest.mark.parametrize("curve", [SECP256K1, P256], ids=lambda c: c.name)
def test_edges_of_the_curves_in_use(curve: ShortWeierstrass) -> None:
    checked = {"secp256k1": signed_secp256k1, "P-256": signed_p256}[curve.name].compile()
    generator = curve.gx, curve.gy
    for secret, nonce, digest in ((1, 1, DIGEST), (curve.n - 1, 2, bytes(32)), (2, 1, b"\xff" * 32)):  # fmt: skip
        key, signature = times(secret, generator, curve), signed(curve, secret, digest, nonce)
        checked.witness(**inputs(curve, (key, *signature), digest))
        with pytest.raises(UnsatisfiedError):
            checked.witness(**inputs(curve, (key, signature[1], signature[0]), digest))
    key, signature = recovered(curve, beyond_order(curve), DIGEST, 77)
    checked.witness(**inputs(curve, (key, *signature), DIGEST))
    with pytest.raises(UnsatisfiedError):
        checked.witness(**inputs(curve, (key, signature[0], 78), DIGEST))


def test_refusals() -> None:
    key = point_limbs(G, TOY)
    with pytest.raises(
        CircuitError, match="ECDSA signs a digest of 32 bytes here: got 20"
    ) as caught:
        verify_ecdsa([0] * 20, [1, 0], [1, 0], key, curve=TOY)
    assert caught.value.hint == "hash the message first: sha256(message)"
    message = "s of a signature of toy curve has the wrong length: expected 2 limbs, got 3"
    with pytest.raises(CircuitError, match=message):
        verify_ecdsa(list(DIGEST), [1, 0], [1, 0, 0], key, curve=TOY)
