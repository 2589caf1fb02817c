"""Points of an emulated curve: coordinates in limbs, modulo another prime than the circuit's.

Coordinates are residues: any number of as many bits as the prime that is congruent to the coordinate.  No point is infinity.
"""

from __future__ import annotations

from zkctl.dsl import (
    Array,
    Bit,
    Struct,
    Uint,
    constrain,
    dot,
    gadget,
    hint,
    hints,
    sized,
    wire,
)
from zkctl.dsl.spans import circuit_error
from zkctl.gadgets.curve.short_weierstrass_parameters import ShortWeierstrass
from zkctl.gadgets.number.polynomials import (
    Polynomial,
    combination,
    enforce_multiple,
    of_integer,
    of_limbs,
    product,
)
from zkctl.gadgets.number.residues import quotient_modulo, residue
from zkctl.gadgets.select import select


class CurvePoint(Struct):
    """An affine point: x and y in limbs, the lowest first; as an input of a circuit 4 limbs of 64 bits each."""

    x: Array[Uint] = sized(4, bits=64)
    y: Array[Uint] = sized(4, bits=64)


@gadget(stamped=True)
def add_points(p: CurvePoint, q: CurvePoint, *, curve: ShortWeierstrass) -> CurvePoint:
    """Return p + q for points with different x.

    Assumes:  p and q are points of the curve (enforce_on_curve, or results of these gadgets); x coordinates have as many bits as the prime.
    Enforces: the x coordinates differ modulo the prime: equal and opposite points are refused; the result is the sum, by its slope.
    Cost:     1,291 constraints for secp256k1, 1,390 for P-256: the bits of slope, x and y, and for each of the three equations the
              products, and quotient and carries of about 170 bits together.
    """
    _check(p, curve)
    _check(q, curve)
    px, py, qx, qy = (of_limbs(each) for each in (p.x, p.y, q.x, q.y))
    _enforce_different(p.x, q.x, curve)
    rise, run = combination([1, -1], [qy, py]), combination([1, -1], [qx, px])
    slope = quotient_modulo(rise, run, curve.p, curve.bits)
    return _third_point(of_limbs(slope), px, py, qx, curve)


@gadget(stamped=True)
def double_point(p: CurvePoint, *, curve: ShortWeierstrass) -> CurvePoint:
    """Return p + p.

    Assumes:  p is a point of the curve, whose order is odd: so y is not 0, and the slope is unique.
    Enforces: the result is the double, by the slope of the tangent.
    Cost:     1,297 constraints for secp256k1, 1,396 for P-256.
    """
    _check(p, curve)
    px, py = of_limbs(p.x), of_limbs(p.y)
    rise = _plus_constant(combination([3], [product(px, px)]), curve.a, curve)
    slope = quotient_modulo(rise, combination([2], [py]), curve.p, curve.bits)
    return _third_point(of_limbs(slope), px, py, px, curve)


def _third_point(
    slope: Polynomial, px: Polynomial, py: Polynomial, qx: Polynomial, curve: ShortWeierstrass
) -> CurvePoint:
    """Return the negative of the third point on the line through p with this slope, which meets the curve at qx too."""
    x = residue(combination([1, -1, -1], [product(slope, slope), px, qx]), curve.p, curve.bits)
    fall = product(slope, combination([1, -1], [px, of_limbs(x)]))
    y = residue(combination([1, -1], [fall, py]), curve.p, curve.bits)
    return CurvePoint(x, y)


@gadget(stamped=True)
def enforce_on_curve(p: CurvePoint, *, curve: ShortWeierstrass) -> None:
    """Enforce the equation of the curve.

    Assumes:  nothing.
    Enforces: y^2 == x^3 + a x + b modulo the prime; the order is prime, so the point generates the whole curve.
    Cost:     609 constraints for secp256k1, 675 for P-256.
    """
    _check(p, curve)
    px, py = of_limbs(p.x), of_limbs(p.y)
    square = residue(product(px, px), curve.p, curve.bits)
    factor = _plus_constant(of_limbs(square), curve.a, curve)
    right = _plus_constant(product(factor, px), curve.b, curve)
    difference = combination([1, -1], [product(py, py), right])
    enforce_multiple(difference, curve.p, curve.bits, "the point is not on the curve")


@gadget
def negate_if(condition: Bit, p: CurvePoint, *, curve: ShortWeierstrass) -> CurvePoint:
    """Return -p where the condition is 1, else p.

    Assumes:  nothing.
    Enforces: y of the result is y, or a multiple of the prime less y, limb by limb without borrows: its limbs are a bit longer.
    Cost:     1 constraint for each limb of y.
    """
    _check(p, curve)
    limbs = _above_all(curve)
    opposite: Array[Uint] = Array([limb - y for limb, y in zip(limbs, p.y, strict=True)])
    return CurvePoint(p.x, select(condition, opposite, p.y))


def _above_all(curve: ShortWeierstrass) -> list[int]:
    """Return a multiple of the prime in limbs of which none is below that of a coordinate."""
    radix, n = 1 << curve.bits, curve.n_limbs
    least = sum(radix << curve.bits * k for k in range(n))
    rest = (
        -(-least // curve.p) * curve.p - least
    )  # less than p: it fits into the limbs, of at most radix - 1 each
    return [radix + (rest >> curve.bits * k & radix - 1) for k in range(n)]


def _plus_constant(x: Polynomial, constant: int, curve: ShortWeierstrass) -> Polynomial:
    """Return x + constant modulo the prime, for a constant that may be negative."""
    if abs(constant) < 1 << curve.bits:
        return combination([1, 1 if constant >= 0 else -1], [x, of_integer(abs(constant), curve.bits, 1)])  # fmt: skip
    return combination([1, 1], [x, of_integer(constant % curve.p, curve.bits, curve.n_limbs)])


def _enforce_different(a: Array[Uint], b: Array[Uint], curve: ShortWeierstrass) -> None:
    """Enforce that two numbers of the bits of the prime are not congruent.  Cost: 3 constraints.

    Their difference lies in -2 p .. 2 p, exclusive; were it a multiple of p, it would be -p, 0 or p, and so would be its image in the
    circuit's field.  (The image of another difference is one of them with a probability that can be neglected; it is refused.)
    """
    modulus = a[0].field.modulus
    factors = [(1 << curve.bits * k) % modulus for k in range(curve.n_limbs)]
    difference = wire(dot(factors, a.flat) - dot(factors, b.flat))
    forbidden = wire(difference * (wire(difference * difference) - curve.p**2 % modulus))
    inverse = hint(hints.inverse_or_zero, forbidden)
    constrain(forbidden * inverse == 1, "the points to add have the same x coordinate")


def _check(p: CurvePoint, curve: ShortWeierstrass) -> None:
    """Refuse coordinates of another length or width.

    Raises: CircuitError.
    """
    top = curve.p.bit_length() - curve.bits * (curve.n_limbs - 1)
    for name, limbs in (("x", p.x), ("y", p.y)):
        if len(limbs) != curve.n_limbs:
            raise circuit_error(
                f"{name} of a point of {curve.name} has the wrong length: expected {curve.n_limbs} limbs, got {len(limbs)}"
            )
        widths = [*[curve.bits] * (curve.n_limbs - 1), top]
        if name == "y":  # of a point that may be negated
            widths = [curve.bits + 1] * curve.n_limbs
        for width, limb in zip(widths, limbs, strict=True):
            if limb.n_bits > width:
                raise circuit_error(
                    f"a limb of {name} of a point of {curve.name} is too wide: expected {width} bits, got {limb.n_bits}",
                    hint="to_uint(limb, bits) proves the width",
                )
