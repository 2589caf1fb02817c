"""A small curve, and signatures by Python's integers alone."""

from __future__ import annotations

from zkctl.gadgets.curve.short_weierstrass_parameters import ShortWeierstrass, multiple, sum_of

# p = 2^32 - 5; the order was counted with baby steps and giant steps, and is prime
TOY = ShortWeierstrass(
    name="toy curve", p=4294967291, a=-3, b=31, n=4294959973, gx=2, gy=2174915433, bits=16
)
# SEC 2 v1, section 2.2.1: in two limbs of 56 bits
SECP112R1 = ShortWeierstrass(
    name="secp112r1",
    p=0xDB7C2ABF62E35E668076BEAD208B,
    a=-3,
    b=0x659EF8BA043916EEDE8911702B22,
    n=0xDB7C2ABF62E35E7628DFAC6561C5,
    gx=0x09487239995A5EE76B55F9C2F098,
    gy=0xA89CE5AF8724C0A23E0E0FF77500,
    bits=56,
)


def limbs(number: int, curve: ShortWeierstrass) -> list[int]:
    return [number >> curve.bits * k & (1 << curve.bits) - 1 for k in range(curve.n_limbs)]


def point_limbs(point: tuple[int, int], curve: ShortWeierstrass) -> dict[str, list[int]]:
    return {"x": limbs(point[0], curve), "y": limbs(point[1], curve)}


def signed(curve: ShortWeierstrass, secret: int, digest: bytes, nonce: int) -> tuple[int, int]:
    """r and s of a digest that is not shortened."""
    point = multiple(curve, nonce, (curve.gx, curve.gy))
    assert point is not None
    r = point[0] % curve.n
    s = (int.from_bytes(digest, "big") + r * secret) * pow(nonce, -1, curve.n) % curve.n
    assert r and s
    return r, s


def is_valid(
    curve: ShortWeierstrass, key: tuple[int, int], digest: bytes, signature: tuple[int, int]
) -> bool:
    r, s = signature
    if not (0 < r < curve.n and 0 < s < curve.n):
        return False
    scale = pow(s, -1, curve.n)
    found = sum_of(
        curve,
        multiple(curve, int.from_bytes(digest, "big") * scale, (curve.gx, curve.gy)),
        multiple(curve, r * scale, key),
    )
    return found is not None and found[0] % curve.n == r


def signature_inputs(
    curve: ShortWeierstrass, key: tuple[int, int], digest: bytes, signature: tuple[int, int]
) -> dict[str, object]:
    r, s = signature
    return {
        "digest": list(digest),
        "r": limbs(r, curve),
        "s": limbs(s, curve),
        "x": limbs(key[0], curve),
        "y": limbs(key[1], curve),
    }
