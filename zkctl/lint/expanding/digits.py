"""Digits that are read off a sum, the highest first."""

from __future__ import annotations

from collections.abc import Iterable

from zkctl.lint.expanding.emission import Emitter, Parts, Poly

_ONE: Poly = {(): 1}


def read_off(emitter: Emitter, parts: Parts, digits: Iterable[tuple[int, int]]) -> None:
    """Write that variables equal their copies, of parts that are the sum of c (v - v') for all (c, v), c being signed.

    Each abs(c) is greater than what the smaller ones can reach together, and all together reach less than p.
    """
    total = emitter.zero(parts)
    for c, v in sorted(digits, key=lambda digit: -abs(digit[0])):
        d, named = emitter.define({(v,): 1, (v ^ 1,): -1})
        emitter.bound([(named, _ONE)], d)
        emitter.bound([(total, _ONE), (named, {(): -c})], d)  # c d + smaller ones = 0: d is 0
        emitter.learn([(named, _ONE)])
