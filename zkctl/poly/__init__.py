"""Polynomials: evaluation domains and number-theoretic transforms."""

from zkctl.poly.domain import Domain

__all__ = ["Domain"]
