"""Temporary kernels on Python integers (replaced by the compiled and numpy ones)."""

from __future__ import annotations

import numpy as np


def _ints(x):
    b = x.shape[-1] * 8
    raw = np.ascontiguousarray(x).tobytes()
    return [int.from_bytes(raw[k : k + b], "little") for k in range(0, len(raw), b)]


class PythonFieldKernels:
    def __init__(self, field):
        self.field = field

    def _words(self, values):
        b = self.field.n_bytes
        return (
            np.frombuffer(b"".join(v.to_bytes(b, "little") for v in values), np.uint64)
            .reshape(-1, self.field.n_words)
            .copy()
        )

    def multiply(self, x, y):
        p, ri = self.field.modulus, self.field.montgomery_r_inverse
        return self._words([a * b * ri % p for a, b in zip(_ints(x), _ints(y), strict=True)])

    def scale(self, x, constant):
        p, ri = self.field.modulus, self.field.montgomery_r_inverse
        c = _ints(constant)[0] * ri % p
        return self._words([a * c % p for a in _ints(x)])

    def add(self, x, y):
        p = self.field.modulus
        return self._words([(a + b) % p for a, b in zip(_ints(x), _ints(y), strict=True)])

    def subtract(self, x, y):
        p = self.field.modulus
        return self._words([(a - b) % p for a, b in zip(_ints(x), _ints(y), strict=True)])

    def inverse(self, x):
        p, r = self.field.modulus, self.field.montgomery_r
        return self._words([pow(a, -1, p) * r * r % p if a else 0 for a in _ints(x)])

    def segment_sums(self, x, starts):
        p = self.field.modulus
        v = _ints(x)
        return self._words(
            [
                sum(v[a:b]) % p
                for a, b in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
            ]
        )

    def transform(self, x, root):
        """NTT natural to natural order with the given root (python int)."""
        p = self.field.modulus

        def go(v, w):
            if len(v) == 1:
                return v
            e, o = go(v[::2], w * w % p), go(v[1::2], w * w % p)
            h, t, out = len(v) // 2, 1, [0] * len(v)
            for k in range(h):
                z = t * o[k] % p
                out[k], out[k + h] = (e[k] + z) % p, (e[k] - z) % p
                t = t * w % p
            return out

        return self._words(go(_ints(x), root))
