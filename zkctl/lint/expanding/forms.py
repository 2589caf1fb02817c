"""Linear forms and polynomials of the checker, and its refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from zkctl.errors import CheckFailed

Form = dict[int, int]
Polynomial = dict[tuple[int, ...], int]


class RowForms(NamedTuple):
    """A row A * B = C."""

    a: Form
    b: Form
    c: Form


def need(condition: object) -> None:
    """Refuse the step if the condition is false."""
    if not condition:
        raise CheckFailed("a condition of the step does not hold")


def without_one(form: Mapping[int, int]) -> set[int]:
    """Return the wires of a form, without wire 0."""
    return set(form) - {0}


def as_polynomial(form: Mapping[int, int]) -> Polynomial:
    """Return a form as a polynomial."""
    return {((w,) if w else ()): c for w, c in form.items()}
