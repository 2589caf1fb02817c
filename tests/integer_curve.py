"""The affine group law on Python integers: the slow, obvious reference."""

from __future__ import annotations


class IntegerCurve:
    """Points as in `PointArray.to_ints`; None is infinity."""

    def __init__(self, group):
        self.group, self.p = group, group.base_field.modulus

    def _mul(self, a, b):
        if len(a) == 1:
            return (a[0] * b[0] % self.p,)
        return ((a[0] * b[0] - a[1] * b[1]) % self.p, (a[0] * b[1] + a[1] * b[0]) % self.p)

    def _inverse(self, a):
        if len(a) == 1:
            return (pow(a[0], -1, self.p),)
        norm = pow(a[0] * a[0] + a[1] * a[1], -1, self.p)
        return (a[0] * norm % self.p, -a[1] * norm % self.p)

    def _sub(self, a, b):
        return tuple((x - y) % self.p for x, y in zip(a, b, strict=True))

    def negate(self, point):
        if point is None:
            return None
        return point[0], tuple(-c % self.p for c in point[1])

    def add(self, s, t):
        if s is None or t is None:
            return t if s is None else s
        (x1, y1), (x2, y2) = s, t
        if x1 == x2:
            if y1 != y2 or not any(y1):
                return None
            numerator = tuple(3 * c for c in self._mul(x1, x1))
            denominator = tuple(2 * c for c in y1)
        else:
            numerator, denominator = self._sub(y2, y1), self._sub(x2, x1)
        slope = self._mul(numerator, self._inverse(denominator))
        x3 = self._sub(self._sub(self._mul(slope, slope), x1), x2)
        return x3, self._sub(self._mul(slope, self._sub(x1, x3)), y1)

    def multiply(self, point, k):
        total = None
        for bit in bin(k)[2:] if k else "":
            total = self.add(total, total)
            if bit == "1":
                total = self.add(total, point)
        return total
