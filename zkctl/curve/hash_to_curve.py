"""Hash to G1 of BLS12-381: the suite BLS12381G1_XMD:SHA-256_SSWU_RO_ of RFC 9380, section 8.8.1.

A message becomes two field elements, each a point of E': y^2 = x^3 + A x + B (simplified SWU, section
6.6.2), and their sum goes to G1 by an isogeny of degree 11 and the effective cofactor 1 - x.

RFC 9380 writes the isogeny as 53 coefficients.  Here it follows from its kernel by Kohel's formulas:
with h = product of (x - x_i) over the kernel's five abscissae, f = x^3 + A x + B and g = h'/h,
X = 11 x - 2 s - 2 f' g - 4 f g' (s the sum of the x_i) and Y = y X', then (X/11^2, Y/11^3) lies on
y^2 = x^3 + 4.  That h belongs to a subgroup and the image to our curve is asserted below.
"""

from __future__ import annotations

import hashlib

from zkctl.curve.curves.bls12_381 import BLS12_381
from zkctl.curve.group import G1Array
from zkctl.curve.sums.scale import multiply_each
from zkctl.errors import UsageError
from zkctl.field import FieldArray

_q = BLS12_381.base_field.modulus
_H_EFF = 1 - BLS12_381.x  # RFC 9380 section 8.8.1
_ELEMENT_BYTES = 64  # L: 381 bits and 128 more
_MAX_DST_BYTES = 255

# E' and Z: RFC 9380 section 8.8.1.
_A = (
    0x144698A3B8E9433D693A02C96D4982B0EA985383EE66A8D8E8981AEFD881AC98936F8DA0E0F97F5CF428082D584C1D
)
_B = 0x12E2908D11688030018B12E8753EEE3B2016C1F0F24F4070A0B9C14FCEF35EF55A23215A316CEAA5D1CC48E98E172BE0
_Z = 11
# The square root of x_den in RFC 9380 section E.2, low coefficients first.
_H = (
    0x133341FB0962A34CB0504A9C4FADA0A5090D38679B4C040D5D1C3AFB023A3409FCC0815FEA66D8B02BBEF9C8B5A66E07,
    0x0264908AF037BCEDE00D054CF5D4775E83EB6CF63C76B969F8ED174FB59FCFF78D201F46F6CFC4ED6552E59CE75177B0,
    0x1335C502C1F54C49ACEEA65E87FD7203BA0F626F305FC0CFD606A5DAE9F3C8E81A4B3B69600129FABD307C69BF319D39,
    0x094440F65F408A6E930E16E3E92DD17BF60D6E9679A8D3D58593DE55AC23703042D609537EB3549AAC234D896CA82944,
    0x04AFE09D5CF4956A23B6B71F59D2B3407B415A774B7BE81BBB6FA99CBC798E0AC98BA725A5BC328016B1C268B4766E85,
    1,
)
_N = len(_H) - 1
_SCALE = pow(2 * _N + 1, -1, _q)
_s1 = -_H[4] % _q  # the power sums of the x_i, by Newton's identities
_s2 = (_s1 * _s1 - 2 * _H[3]) % _q
_s3 = (_s1 * _s2 - _H[3] * _s1 - 3 * _H[2]) % _q
# Velu: the image of the isogeny is y^2 = x^3 + (A - 5 t) x + (B - 7 w).
assert (_A - 5 * (6 * _s2 + 2 * _A * _N)) % _q == 0
assert (_B - 7 * (10 * _s3 + 6 * _A * _s1 + 4 * _B * _N)) * pow(_SCALE, 6, _q) % _q == 4


def hash_to_g1(message: bytes, dst: bytes) -> G1Array:
    """Return the point of G1 of a message under a domain separation tag.  Shapes: -> ().

    Raises: UsageError for a tag that is empty or longer than 255 bytes.
    """
    length = 2 * _ELEMENT_BYTES
    uniform = expand_message(message, dst, length)
    parts = [uniform[k : k + _ELEMENT_BYTES] for k in range(0, length, _ELEMENT_BYTES)]
    images = [_isogeny(*_simplified_swu(int.from_bytes(part, "big") % _q)) for part in parts]
    points = G1Array.from_ints(BLS12_381.g1, [((x,), (y,)) for x, y in images])
    factor = FieldArray.from_ints(BLS12_381.scalar_field, [_H_EFF])
    return multiply_each(points[:1] + points[1:], factor)[0]


def expand_message(message: bytes, dst: bytes, length: int) -> bytes:
    """Return `length` bytes by expand_message_xmd with SHA-256 (RFC 9380 section 5.3.1)."""
    if not 0 < len(dst) <= _MAX_DST_BYTES:
        raise UsageError(
            f"domain separation tag has a wrong length: expected 1 to 255 bytes, got {len(dst)}"
        )
    suffix = dst + bytes([len(dst)])
    first = hashlib.sha256(bytes(64) + message + length.to_bytes(2, "big") + b"\0" + suffix)
    blocks = [hashlib.sha256(first.digest() + b"\1" + suffix).digest()]
    for k in range(2, -(-length // 32) + 1):
        mixed = bytes(a ^ b for a, b in zip(first.digest(), blocks[-1], strict=True))
        blocks.append(hashlib.sha256(mixed + bytes([k]) + suffix).digest())
    return b"".join(blocks)[:length]


def _simplified_swu(u: int) -> tuple[int, int]:
    """Return a point of E' from a field element."""
    zuu = _Z * u * u % _q
    denominator = (zuu * zuu + zuu) % _q
    factor = 1 + pow(denominator, -1, _q) if denominator else -pow(_Z, -1, _q)
    x = -_B * pow(_A, -1, _q) * factor % _q
    y = _square_root(_right_side(x))
    if y is None:
        x = zuu * x % _q
        y = _square_root(_right_side(x))
    assert y is not None, "one of the two is a square since Z is not"
    return x, y if y % 2 == u % 2 else _q - y


def _right_side(x: int) -> int:
    return (x * x * x + _A * x + _B) % _q


def _square_root(value: int) -> int | None:
    root = pow(value, (_q + 1) // 4, _q)
    return root if root * root % _q == value else None


def _isogeny(x: int, y: int) -> tuple[int, int]:
    """Map a point of E' to y^2 = x^3 + 4 (a point of the kernel, of order 11, occurs with probability 2^-378)."""
    h, h1, h2, h3 = (_derivative(x, k) for k in range(4))
    inverse = pow(h, -1, _q)
    g = h1 * inverse
    g1 = (h2 * h - h1 * h1) * inverse**2
    g2 = (h3 * h * h - 3 * h2 * h1 * h + 2 * h1**3) * inverse**3
    f, f1, f2 = _right_side(x), 3 * x * x + _A, 6 * x
    image = (2 * _N + 1) * x - 2 * _s1 - 2 * f1 * g - 4 * f * g1
    slope = 2 * _N + 1 - 2 * f2 * g - 6 * f1 * g1 - 4 * f * g2
    return image * _SCALE**2 % _q, y * slope * _SCALE**3 % _q


def _derivative(x: int, k: int) -> int:
    """Return the k-th derivative of h."""
    coefficients = list(_H)
    for _ in range(k):
        coefficients = [j * c for j, c in enumerate(coefficients)][1:]
    return sum(c * pow(x, j, _q) for j, c in enumerate(coefficients)) % _q
