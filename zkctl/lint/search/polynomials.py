"""Polynomials over a prime field as lists of coefficients, constant first, and their roots."""

from __future__ import annotations

from zkctl.lint.forms import square_root

Polynomial = list[int]  # the last coefficient is not 0; [] is the zero polynomial

_TRY_ALL_BELOW = 64  # modulus up to which every field element is tried
_DIGITS = range(-8, 24)  # roots that are tried first
_SHIFTS = 40  # tries to split a product of linear factors; each fails with probability 1/2


def trimmed(f: Polynomial) -> Polynomial:
    """Remove leading zeros in place and return the polynomial."""
    while f and not f[-1]:
        f.pop()
    return f


def add(f: Polynomial, g: Polynomial, p: int) -> Polynomial:
    """Return f + g."""
    if len(f) < len(g):
        f, g = g, f
    return trimmed([(x + g[k]) % p if k < len(g) else x for k, x in enumerate(f)])


def scale(f: Polynomial, k: int, p: int) -> Polynomial:
    """Return k f."""
    return trimmed([x * k % p for x in f])


def multiply(f: Polynomial, g: Polynomial, p: int) -> Polynomial:
    """Return f g."""
    if not f or not g:
        return []
    out = [0] * (len(f) + len(g) - 1)
    for i, x in enumerate(f):
        for j, y in enumerate(g):
            out[i + j] += x * y
    return trimmed([x % p for x in out])


def remainder(f: Polynomial, g: Polynomial, p: int) -> Polynomial:
    """Return f mod g; g is not zero."""
    return _divide(f, g, p)[1]


def _divide(f: Polynomial, g: Polynomial, p: int) -> tuple[Polynomial, Polynomial]:
    rest, inverse = list(f), pow(g[-1], -1, p)
    quotient = [0] * max(len(f) - len(g) + 1, 0)
    for shift in range(len(f) - len(g), -1, -1):
        k = rest[shift + len(g) - 1] * inverse % p
        quotient[shift] = k
        if k:
            for j, y in enumerate(g):
                rest[shift + j] = (rest[shift + j] - k * y) % p
    return trimmed(quotient), trimmed(rest)


def greatest_common_divisor(f: Polynomial, g: Polynomial, p: int) -> Polynomial:
    """Return the monic greatest common divisor; [] of two zeros."""
    while g:
        f, g = g, remainder(f, g, p)
    return scale(f, pow(f[-1], -1, p), p) if f else []


def roots(f: Polynomial, p: int) -> list[int]:
    """Return the roots of a nonzero polynomial over the field of odd prime order p, ascending, each once."""
    if len(f) <= 1:
        return []
    if p < _TRY_ALL_BELOW:
        return [x for x in range(p) if not value(f, x, p)]
    found = [x % p for x in _DIGITS if not value(f, x, p)]
    for x in found:  # bits and digits have only such roots, and dividing them out costs little
        while not value(f, x, p):
            f = _divide(f, [p - x, 1], p)[0]
    return sorted(found + _large_roots(f, p))


def _large_roots(f: Polynomial, p: int) -> list[int]:
    if len(f) <= 2:
        return _split(f, p)
    if len(f) == 3:
        return _roots_of_quadratic(f, p)
    # the product of the distinct linear factors: gcd(f, x^p - x)
    linear = greatest_common_divisor(f, add(_power([0, 1], p, f, p), [0, p - 1], p), p)
    return _split(linear, p)


def _roots_of_quadratic(f: Polynomial, p: int) -> list[int]:
    """Return (-b +- root(b^2 - 4 a c)) / 2 a: a search asks for thousands of these."""
    c, b, a = f
    root = square_root((b * b - 4 * a * c) % p, p)
    if root is None:
        return []
    inverse = pow(2 * a, -1, p)
    return list({(root - b) * inverse % p, (-root - b) * inverse % p})


def value(f: Polynomial, x: int, p: int) -> int:
    """Return f(x)."""
    total = 0
    for k in reversed(f):
        total = (total * x + k) % p
    return total


def _power(base: Polynomial, exponent: int, modulus: Polynomial, p: int) -> Polynomial:
    result, base = [1], remainder(base, modulus, p)
    for bit in bin(exponent)[2:]:
        result = remainder(multiply(result, result, p), modulus, p)
        if bit == "1":
            result = remainder(multiply(result, base, p), modulus, p)
    return result


def _split(f: Polynomial, p: int) -> list[int]:
    """Return the roots of a product of distinct linear factors.

    Source: Cantor and Zassenhaus; half of the roots x make x + s a square.
    """
    if len(f) <= 1:
        return []
    if len(f) == 2:
        return [-f[0] * pow(f[1], -1, p) % p]
    for s in range(_SHIFTS):
        half = add(_power([s, 1], (p - 1) // 2, f, p), [p - 1], p)
        factor = greatest_common_divisor(f, half, p)
        if 1 < len(factor) < len(f):
            return _split(factor, p) + _split(_divide(f, factor, p)[0], p)
    return []
