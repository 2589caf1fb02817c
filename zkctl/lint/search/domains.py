"""Small domains of wires that hold in every satisfying assignment: roots of one-variable constraints, and digits made by two of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from zkctl.lint.search.box_sums import Box
from zkctl.lint.search.polynomials import Polynomial, add, multiply, roots, scale
from zkctl.lint.system import Form, Row

_WIDEST = 64  # values in a box of roots


def boxes_of(rows: Sequence[Row], bounds: Mapping[int, int], p: int) -> dict[int, Box]:
    """Return boxes for wires: from proved bounds 0 <= w <= bound, and from rows of one wire and chains of products that end in 0."""
    boxes: dict[int, Box] = {w: (0, b) for w, b in bounds.items()}
    definitions: dict[int, list[Row]] = defaultdict(list)
    closings = []
    for row in rows:
        wires = (row.a.keys() | row.b.keys() | row.c.keys()) - {0}
        if len(wires) == 1:
            _narrow(boxes, next(iter(wires)), _one_wire(row, p), p)
        elif len(wires) <= 3 and row.a and row.b:
            for w in row.c:
                if w:
                    definitions[w].append(row)
            if not row.c:
                closings.append(row)
    for row in closings:
        _narrow_by_chain(boxes, row, definitions, p)
    return boxes


def _one_wire(row: Row, p: int) -> list[int]:
    a, b, c = (_in_one_wire(form) for form in row)
    f = add(multiply(a, b, p), scale(c, p - 1, p), p)
    return roots(f, p) if f else []


def _in_one_wire(form: Form) -> Polynomial:
    slope = next((k for w, k in form.items() if w), 0)
    return [form.get(0, 0), slope] if slope else [form[0]] if 0 in form else []


def _narrow(boxes: dict[int, Box], wire: int, values: Iterable[int], p: int) -> None:
    signed = [v if 2 * v < p else v - p for v in values]
    if signed and wire not in boxes and max(signed) - min(signed) < _WIDEST:
        boxes[wire] = (min(signed), max(signed))


def _narrow_by_chain(
    boxes: dict[int, Box], closing: Row, definitions: Mapping[int, list[Row]], p: int
) -> None:
    """Narrow x where t_1 = f_1(x), t_2 = t_1 g_2(x), ... and t_k g(x) = 0: all values are then roots of the product."""
    wires = {w for form in closing for w in form if w}
    for x in wires:
        factors = [_product(form, x, definitions, p, depth=8) for form in (closing.a, closing.b)]
        if factors[0] and factors[1]:
            _narrow(boxes, x, roots(multiply(factors[0], factors[1], p), p), p)


def _product(
    form: Form, x: int, definitions: Mapping[int, list[Row]], p: int, depth: int
) -> Polynomial | None:
    """Return the form as a polynomial in x, by the rows that define its wires; None if it has other wires."""
    total: Polynomial = []
    for w, k in form.items():
        part: Polynomial | None = [1] if not w else [0, 1] if w == x else None
        if part is None and depth:
            part = _defined(w, x, definitions, p, depth)
        if part is None or len(part) > _WIDEST:
            return None
        total = add(total, scale(part, k, p), p)
    return total


def _defined(
    w: int, x: int, definitions: Mapping[int, list[Row]], p: int, depth: int
) -> Polynomial | None:
    for row in definitions.get(w, ())[:2]:
        if w in row.a or w in row.b:
            continue
        sides = [_product(form, x, definitions, p, depth - 1) for form in (row.a, row.b)]
        rest = _product({v: k for v, k in row.c.items() if v != w}, x, definitions, p, depth - 1)
        if sides[0] is not None and sides[1] is not None and rest is not None:
            difference = add(multiply(sides[0], sides[1], p), scale(rest, p - 1, p), p)
            return scale(difference, pow(row.c[w], -1, p), p)
    return None
