"""The first challenge of a phase 1: a constant of curve and power.

For power 28 it is the hash of 103 GB, so the published values are shipped in first_challenges.json;
`compute_first_challenge` makes each of them again.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import resources

from zkctl.curve import Curve, G1Array, G2Array
from zkctl.curve.encoding import encode_uncompressed

_BLANK = hashlib.blake2b(b"").digest()


@cache
def _known_first_challenges() -> dict[str, dict[str, str]]:
    text = (
        resources.files("zkctl.ceremony.phase1")
        .joinpath("first_challenges.json")
        .read_text("utf-8")
    )
    table: dict[str, dict[str, str]] = json.loads(text)
    return table


def first_challenge(curve: Curve, power: int) -> bytes:
    """Return the challenge of a phase 1 without contributions; from a table, else computed."""
    known = _known_first_challenges()[curve.name].get(str(power))
    return bytes.fromhex(known) if known else compute_first_challenge(curve, power)


def compute_first_challenge(curve: Curve, power: int) -> bytes:
    """Return H(H() | U(generators)): every power is the generator while tau = alpha = beta = 1."""
    n = 1 << power
    state = hashlib.blake2b(_BLANK)
    g1, g2 = (
        encode_uncompressed(generator).tobytes()
        for generator in (G1Array.generator(curve.g1), G2Array.generator(curve.g2))
    )
    for encoded, count in ((g1, 2 * n - 1), (g2, n), (g1, n), (g1, n), (g2, 1)):
        step = min(count, 1 << 12)
        block = encoded * step
        for _ in range(count // step):
            state.update(block)
        state.update(encoded * (count % step))
    return state.digest()
