"""Groups, pairings and multi-scalar multiplication on BN254 and BLS12-381."""

from zkctl.curve.curves.bls12_381 import BLS12_381
from zkctl.curve.curves.bn254 import BN254
from zkctl.curve.curves.parameters import AffinePoint, Curve, Group
from zkctl.curve.curves.registry import (
    CURVES,
    curve_by_base_modulus,
    curve_by_name,
    curve_by_scalar_modulus,
)
from zkctl.curve.group import G1Array, G2Array, PointArray, point_array
from zkctl.curve.pairing import (
    is_pairing_product_one,
    pairing_product,
    product_is_one_and_members,
)
from zkctl.curve.subgroup.batch import are_in_subgroup
from zkctl.curve.subgroup.membership import is_in_subgroup, is_on_curve, members_of
from zkctl.curve.sums.msm import msm, msm_lists, msm_words
from zkctl.curve.sums.scale import multiply_base, multiply_each

__all__ = [
    "BLS12_381",
    "BN254",
    "CURVES",
    "AffinePoint",
    "Curve",
    "G1Array",
    "G2Array",
    "Group",
    "PointArray",
    "are_in_subgroup",
    "curve_by_base_modulus",
    "curve_by_name",
    "curve_by_scalar_modulus",
    "is_in_subgroup",
    "is_on_curve",
    "is_pairing_product_one",
    "members_of",
    "msm",
    "msm_lists",
    "msm_words",
    "multiply_base",
    "multiply_each",
    "pairing_product",
    "point_array",
    "product_is_one_and_members",
]
