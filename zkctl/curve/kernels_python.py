"""Temporary group kernels on Python integers (replaced by the compiled and numpy ones)."""

from __future__ import annotations


class PythonGroupKernels:
    def __init__(self, group):
        self.group = group
        self.p = group.base_field.modulus

    # Fq / Fq2 on tuples
    def _mul(self, a, b):
        p = self.p
        if len(a) == 1:
            return (a[0] * b[0] % p,)
        return ((a[0] * b[0] - a[1] * b[1]) % p, (a[0] * b[1] + a[1] * b[0]) % p)

    def _inv(self, a):
        p = self.p
        if len(a) == 1:
            return (pow(a[0], -1, p),)
        n = pow(a[0] * a[0] + a[1] * a[1], -1, p)
        return (a[0] * n % p, -a[1] * n % p)

    def _sub(self, a, b):
        return tuple((x - y) % self.p for x, y in zip(a, b, strict=True))

    def add_points(self, s, t):
        if s is None:
            return t
        if t is None:
            return s
        (x1, y1), (x2, y2) = s, t
        if x1 == x2:
            if y1 != y2:
                return None
            xx = self._mul(x1, x1)
            num, den = tuple(3 * c for c in xx), tuple(2 * c for c in y1)
        else:
            num, den = self._sub(y2, y1), self._sub(x2, x1)
        m = self._mul(num, self._inv(den))
        x3 = self._sub(self._sub(self._mul(m, m), x1), x2)
        return x3, self._sub(self._mul(m, self._sub(x1, x3)), y1)

    def add(self, x, y):
        from zkctl.curve.group import PointArray

        g = self.group
        a, b = PointArray(g, x).to_ints(), PointArray(g, y).to_ints()
        return PointArray.from_ints(
            g, [self.add_points(s, t) for s, t in zip(a, b, strict=True)]
        ).data

    def scalar_multiply(self, point, k):
        acc = None
        for bit in bin(k)[2:] if k else "":
            acc = self.add_points(acc, acc)
            if bit == "1":
                acc = self.add_points(acc, point)
        return acc
