"""The optimal ate pairing (temporary: through py_ecc)."""

from __future__ import annotations

from typing import Any

from zkctl.curve.group import G1Array, G2Array
from zkctl.curve.parameters import Curve


def pairing_product(curve: Curve, p: G1Array, q: G2Array) -> tuple[int, ...]:
    """prod e(p[i], q[i]) as the twelve coefficients ((c00, c01), ...) snarkjs prints in vk_alphabeta_12.  Shapes: (n,), (n,) -> 12 ints."""
    raise NotImplementedError


def is_pairing_product_one(curve: Curve, p: G1Array, q: G2Array) -> bool:
    """Is prod e(p[i], q[i]) = 1?  Pairs with an infinite member contribute 1.  Shapes: (n,), (n,) -> bool.

    Assumes: every point is on its curve and in its group.
    """
    import py_ecc.optimized_bls12_381 as bls
    import py_ecc.optimized_bn128 as bn

    ec: Any = bn if curve.name == "bn254" else bls
    total = ec.FQ12.one()
    for a, b in zip(p.to_ints(), q.to_ints(), strict=True):
        if a is None or b is None:
            continue
        g1 = (ec.FQ(a[0][0]), ec.FQ(a[1][0]), ec.FQ(1))
        g2 = (ec.FQ2(b[0]), ec.FQ2(b[1]), ec.FQ2.one())
        total = total * ec.pairing(g2, g1, final_exponentiate=False)
    return bool(total ** ((ec.field_modulus**12 - 1) // ec.curve_order) == ec.FQ12.one())
