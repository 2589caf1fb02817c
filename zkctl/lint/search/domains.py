"""Small domains of wires that hold in every satisfying assignment: roots of one-variable constraints, and digits made by two of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from zkctl.lint.search.box_sums import Box
from zkctl.lint.search.polynomials import Polynomial, add, multiply, roots, scale
from zkctl.lint.system import Form, Row

_WIDEST = 64  # values in a box of roots


def boxes_of(rows: Sequence[Row], bounds: Mapping[int, int], p: int) -> dict[int, Box]:
    """Return boxes for wires: from proved bounds 0 <= w <= bound, rows of one wire, chains of products that end in 0, and sums."""
    boxes: dict[int, Box] = {w: (0, b) for w, b in bounds.items()}
    definitions: dict[int, list[Row]] = defaultdict(list)
    closings = []
    for row in rows:
        wires = (row.a.keys() | row.b.keys() | row.c.keys()) - {0}
        if len(wires) == 1:
            _narrow(boxes, next(iter(wires)), _one_wire(row, p), p)
        elif len(wires) <= 3 and row.a and row.b:
            closings += [] if row.c else [row]
            for w in row.c.keys() - {0}:
                definitions[w].append(row)
    for row in closings:
        _narrow_by_chain(boxes, row, definitions, p)
    _spread([form for row in rows if (form := _linear(row, p))], boxes, p)
    return boxes


def _linear(row: Row, p: int) -> dict[int, int]:
    """Return A B - C of a row with a constant side, {} of others."""
    for constant, other in ((row.a, row.b), (row.b, row.a)):
        if constant.keys() <= {0}:
            form = {w: -k for w, k in row.c.items()}
            for w, k in other.items():
                form[w] = form.get(w, 0) + constant.get(0, 0) * k
            return {w: k % p for w, k in form.items() if k % p}
    return {}


def _spread(forms: Sequence[Form], boxes: dict[int, Box], p: int) -> None:
    """Box the last wire of a linear form whose other wires have boxes, as far as the sum does not wrap."""
    open_wires = [{w for w in form if w and w not in boxes} for form in forms]
    forms_of: dict[int, list[int]] = defaultdict(list)
    for k, wires in enumerate(open_wires):
        for w in wires:
            forms_of[w].append(k)
    ready = [k for k, wires in enumerate(open_wires) if len(wires) == 1]
    while ready:
        k = ready.pop()
        if len(open_wires[k]) != 1:
            continue
        (wire,) = open_wires[k]
        box = _box_of_last(forms[k], wire, boxes, p)
        if box is None:
            continue
        boxes[wire] = box
        for other in forms_of[wire]:
            open_wires[other].discard(wire)
            if len(open_wires[other]) == 1:
                ready.append(other)


def _box_of_last(form: Form, wire: int, boxes: Mapping[int, Box], p: int) -> Box | None:
    """Return the range of -(rest) / coefficient as integers, None if it is too wide to be one."""
    factor = pow(-form[wire], -1, p)
    low = high = 0
    for w, k in form.items():
        if w == wire:
            continue
        c = k * factor % p
        c = c if 2 * c < p else c - p
        ends = (1, 1) if not w else boxes[w]
        low += min(c * ends[0], c * ends[1])
        high += max(c * ends[0], c * ends[1])
    return (low, high) if high - low < p // 4 and -p // 4 < low and high < p // 4 else None


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
