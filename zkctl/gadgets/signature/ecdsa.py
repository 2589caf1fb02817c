"""ECDSA over secp256k1 and P-256 (FIPS 186-4, section 6; SEC 1, section 4.1.4), for digests of 32 bytes.

With r, s, the digest z and R = (z G + r Q) / s, the point whose x is r modulo n, the circuit checks v R - u Q - c G = 0 for v != 0,
u s = v r and c s = v z modulo n.  The prover chooses u and v of half the bits, by Euclid's algorithm for n and r / s, so half of the
doublings are saved.  Source: Antipa et al., "Accelerated Verification of ECDSA Signatures", SAC 2005.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zkctl.dsl import Array, Bit, Byte, Int, Ints, Signal, Uint, advice, constrain, dot, gadget
from zkctl.dsl.advice import inverse, join, repeat, select, split
from zkctl.dsl.decomposition import enforce_bit, enforce_width
from zkctl.dsl.spans import circuit_error
from zkctl.gadgets.bits import from_bits
from zkctl.gadgets.compare import is_zero
from zkctl.gadgets.curve.scalar_multiples import DIGIT_BITS, enforce_zero_sum, offset
from zkctl.gadgets.curve.short_weierstrass import CurvePoint, enforce_on_curve, negate_if
from zkctl.gadgets.curve.short_weierstrass_parameters import (
    P256,
    SECP256K1,
    ShortWeierstrass,
    blinding_point,
    multiple,
)
from zkctl.gadgets.number.big import big_from_bytes, big_less_than, big_to_bits
from zkctl.gadgets.number.polynomials import (
    Polynomial,
    combination,
    enforce_multiple,
    enforce_zero,
    of_integer,
    of_limbs,
    product,
)
from zkctl.gadgets.number.residues import quotient_modulo

DIGEST_BYTES = 32


@gadget
def verify_ecdsa_secp256k1(
    digest: Sequence[Byte], r: Array[Uint], s: Array[Uint], key: CurvePoint
) -> None:
    """Enforce that a signature of a digest is valid under a public key of secp256k1.

    digest: 32 bytes, usually sha256 of the message; r, s and the coordinates of the key: 4 limbs of 64 bits, the lowest first.
    Assumes:  nothing.  Both s and n - s are accepted: where signatures must have one form, the caller enforces s <= n / 2.
    Enforces: the key is on the curve, its coordinates are below the prime; r and s are in 1 .. n - 1; the equation of ECDSA.
    Cost:     about 327,000 constraints, and the bits of limbs whose bits were not made yet.
    """
    verify_ecdsa(digest, r, s, key, curve=SECP256K1)


@gadget
def verify_ecdsa_p256(
    digest: Sequence[Byte], r: Array[Uint], s: Array[Uint], key: CurvePoint
) -> None:
    """Enforce that a signature of a digest is valid under a public key of P-256 (ES256).

    digest: 32 bytes, usually sha256 of the message; r, s and the coordinates of the key: 4 limbs of 64 bits, the lowest first.
    Assumes:  nothing.  Both s and n - s are accepted: where signatures must have one form, the caller enforces s <= n / 2.
    Enforces: the key is on the curve, its coordinates are below the prime; r and s are in 1 .. n - 1; the equation of ECDSA.
    Cost:     about 351,000 constraints, and the bits of limbs whose bits were not made yet.
    """
    verify_ecdsa(digest, r, s, key, curve=P256)


@gadget
def verify_ecdsa(
    digest: Sequence[Byte], r: Array[Uint], s: Array[Uint], key: CurvePoint, *, curve: ShortWeierstrass
) -> None:  # fmt: skip
    """Enforce that a signature of a digest is valid under a public key of a curve.

    Assumes:  nothing, as verify_ecdsa_secp256k1.
    Enforces: as verify_ecdsa_secp256k1.  The digest has no more bits than the order, or is one of 32 bytes that was not shortened.
    Cost:     that of an addition or doubling nearly as often as the order has bits.
    """
    if len(digest) != DIGEST_BYTES:
        raise circuit_error(
            f"ECDSA signs a digest of {DIGEST_BYTES} bytes here: got {len(digest)}",
            hint="hash the message first: sha256(message)",
        )
    for name, number in (("r", r), ("s", s)):
        _enforce_scalar(name, number, curve)
    for name, coordinate in (("x", key.x), ("y", key.y)):
        _enforce_below(coordinate, curve.p, f"{name} of the public key is not below the prime", curve)  # fmt: skip
    enforce_on_curve(key, curve=curve)
    number = big_from_bytes(digest, bits=curve.bits)
    nonce = _nonce_point(number, r, s, key, curve)
    u_bits, v_bits, generator_bits = _factors(number, r, s, curve)
    opposite = negate_if(1, key, curve=curve)  # type: ignore[arg-type]  # a constant
    enforce_zero_sum([nonce, opposite], [v_bits, u_bits], generator_bits, curve=curve)


def _enforce_scalar(name: str, x: Array[Uint], curve: ShortWeierstrass) -> None:
    message = f"{name} of the signature is not in 1 .. n - 1"
    if len(x) != curve.n_limbs:
        raise circuit_error(
            f"{name} of a signature of {curve.name} has the wrong length: expected {curve.n_limbs} limbs, got {len(x)}"
        )
    _enforce_below(x, curve.n, message, curve)
    constrain(
        is_zero(x.sum()) == 0, message
    )  # a sum of so few limbs stays below the field's modulus


def _enforce_below(x: Array[Uint], limit: int, message: str, curve: ShortWeierstrass) -> None:
    limbs = [limit >> curve.bits * k & (1 << curve.bits) - 1 for k in range(curve.n_limbs)]
    constrain(big_less_than(x, Array(limbs), bits=curve.bits), message)


def _nonce_point(
    number: Array[Uint], r: Array[Uint], s: Array[Uint], key: CurvePoint, curve: ShortWeierstrass
) -> CurvePoint:
    """Return a point of the curve with x == r or x == r + n, below p; which of those with this x is for the equation to say."""
    x, y = _nonce(number, r, s, key.x, key.y, curve=curve)
    n_bits = curve.p.bit_length()
    widths = [min(curve.bits, n_bits - k) for k in range(0, n_bits, curve.bits)]
    checked = [_in_widths(each, widths) for each in (x, y)]
    point = CurvePoint(*checked)
    _enforce_below(point.x, curve.p, "x of the nonce's point is not below the prime", curve)
    enforce_on_curve(point, curve=curve)
    wraps = enforce_bit(_wraps(point.x, order=curve.n, bits=curve.bits), "not a bit")
    order = of_integer(curve.n, curve.bits, curve.n_limbs)
    added = [combination([1], [product([each], of_limbs([wraps]))])[0] for each in order]
    difference = combination([1, -1, -1], [of_limbs(point.x), of_limbs(r), added])
    enforce_zero(difference, curve.bits, "the signature is not valid: r is not x of the point")
    return point


def _factors(
    number: Array[Uint], r: Array[Uint], s: Array[Uint], curve: ShortWeierstrass
) -> tuple[Array[Bit], Array[Bit], Array[Bit]]:
    """Return the bits of u and v, both raised by the offset, and of c, with u s = v r and c s = v z modulo n, v not 0."""
    half, n_digits = _sizes(curve)
    raised = offset(n_digits)
    assert 1 << half < 7 * raised // 8, "both signs of u and v fit"
    assert raised < curve.n, "v is not 0 modulo n, since it is not 0"
    hinted = _short_pair(r, s, curve=curve)
    u_bits, v_bits = (_enforced_bits(each) for each in hinted)
    u, v = _signed(u_bits, raised, curve), _signed(v_bits, raised, curve)
    order, bits = curve.n, curve.bits
    first = combination([1, -1], [product(u, of_limbs(s)), product(v, of_limbs(r))])
    enforce_multiple(first, order, bits, "the factors of the points do not fit r and s")
    size = v[0].value.field.modulus  # type: ignore[union-attr]
    value = dot([(1 << k) % size for k in range(len(v_bits))], v_bits.flat, -raised % size)
    constrain(is_zero(value) == 0, "the factor of the nonce's point is 0")
    scaled = product(v, of_limbs(number))
    generator = quotient_modulo(scaled, of_limbs(s), order, bits)
    return u_bits, v_bits, big_to_bits(generator, bits=bits)[: order.bit_length()]


def _in_widths(limbs: Array[Signal], widths: Sequence[int]) -> Array[Uint]:
    message = "a limb of the nonce's point is too large"
    return Array([enforce_width(x, n, message) for x, n in zip(limbs, widths, strict=True)])


def _enforced_bits(bits: Array[Signal]) -> Array[Bit]:
    return Array([enforce_bit(x, "not a bit of a factor") for x in bits])


def _sizes(curve: ShortWeierstrass) -> tuple[int, int]:
    """Return half of the bits of the order, and the digits of numbers of that many bits and a sign."""
    half = -(-curve.n.bit_length() // 2)
    return half, half // DIGIT_BITS + 1


def _signed(bits: Array[Bit], raised: int, curve: ShortWeierstrass) -> Polynomial:
    """Return the number that bits spell, less what it was raised by, in limbs."""
    limbs: list[Any] = [
        from_bits(bits[k : k + curve.bits]) for k in range(0, len(bits), curve.bits)
    ]
    return combination([1, -1], [of_limbs(limbs), of_integer(raised, curve.bits, len(limbs))])


@advice
def _wraps(x: Ints, *, order: int, bits: int) -> Int:
    """Return 1 if x is not below the order, else 0."""
    return join(x, bits) >= order  # type: ignore[no-any-return]


@advice(steps=1 << 24)
def _short_pair(r: Ints, s: Ints, *, curve: ShortWeierstrass) -> tuple[Ints, Ints]:
    """Return the bits of u and v, each raised by the offset: u = v r / s modulo n is the first remainder of at most half the bits."""
    half, n_digits = _sizes(curve)
    n, raised, n_bits = curve.n, offset(n_digits), DIGIT_BITS * n_digits
    bits = curve.bits
    start = join(r, bits) * inverse(join(s, bits), n) % n

    def euclid(_k: Int, x: Int, y: Int, v: Int, w: Int) -> Any:
        more = (y >> half) > 0
        quotient = x // y
        return (
            select(more, y, x),
            select(more, x - quotient * y, y),
            select(more, w, v),
            select(more, v - quotient * w, w),
        )

    _x, u, _v, v = repeat(n.bit_length(), euclid, n, start, 0, 1)
    return split(u + raised, 1, n_bits), split(v + raised, 1, n_bits)


@advice(steps=1 << 24)
def _nonce(
    z: Ints, r: Ints, s: Ints, key_x: Ints, key_y: Ints, *, curve: ShortWeierstrass
) -> tuple[Ints, Ints]:
    """Return (z G + r Q) / s: the loop starts from the blinding point, whose last multiple is taken away at the end."""
    p, a, n, bits = curve.p, curve.a, curve.n, curve.bits
    start = blinding_point(curve)
    end = multiple(curve, -(1 << n.bit_length()), start)
    assert end is not None
    scale = inverse(join(s, bits), n)
    for_g, for_q = join(z, bits) * scale % n, join(r, bits) * scale % n
    qx, qy = join(key_x, bits), join(key_y, bits)
    n_bits = n.bit_length()

    def plus(x: Int, y: Int, point: tuple[Any, Any]) -> tuple[Int, Int]:
        slope = (point[1] - y) * inverse((point[0] - x) % p, p) % p
        x3 = (slope * slope - x - point[0]) % p
        return x3, (slope * (x - x3) - y) % p

    def step(k: Int, x: Int, y: Int) -> tuple[Int, Int]:
        slope = (3 * x * x + a) * inverse(2 * y % p, p) % p
        x2 = (slope * slope - 2 * x) % p
        state = [x2, (slope * (x - x2) - y) % p]
        for factor, point in ((for_g, (curve.gx, curve.gy)), (for_q, (qx, qy))):
            bit = factor >> n_bits - 1 - k & 1
            state = select(bit, list(plus(state[0], state[1], point)), state)
        return state[0], state[1]

    x, y = repeat(n_bits, step, *start)
    x, y = plus(x, y, end)
    n_limbs = len(key_x)
    return split(x, bits, n_limbs), split(y, bits, n_limbs)
