"""Sums and products along an array that are sequential by definition: evaluation, division by X - x, prefix products."""

from __future__ import annotations

from zkctl.field import FieldArray
from zkctl.field.backend import scan_kernels


def evaluate(coefficients: FieldArray, point: int) -> int:
    """Return a polynomial's value.  Shapes: (n,)."""
    field = coefficients.field
    value = scan_kernels(field, len(coefficients)).horner(coefficients.data, point % field.modulus)
    return value * field.montgomery_r_inverse % field.modulus


def divided(coefficients: FieldArray, point: int) -> FieldArray:
    """Return the quotient of a polynomial by X - point, without the remainder.  Shapes: (n + 1,) -> (n,)."""
    field, rows = coefficients.field, coefficients.data[1:]
    return FieldArray(field, scan_kernels(field, len(rows)).divide(rows, point % field.modulus))


def prefix_products(values: FieldArray) -> FieldArray:
    """Return the products of the first 1, 2, ... n elements.  Shapes: (n,) -> (n,)."""
    field = values.field
    return FieldArray(field, scan_kernels(field, len(values)).prefix_products(values.data))
