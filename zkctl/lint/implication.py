"""The conditions that follow from constraints: equations that rows imply, and comparisons that proved ranges imply.

Values of comparisons are circom's: numbers of the field above p / 2 are negative.  A condition that is not found to hold may hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from zkctl.circom.asserted import Condition
from zkctl.constraints.linear import Terms
from zkctl.constraints.simplify.rows import Constraint
from zkctl.lint.linear_span import LinearSpan
from zkctl.lint.subject import Subject

Polynomial = dict[tuple[int, ...], int]  # sorted wires of a product -> coefficient
Interval = tuple[int, int]

_MOST_DEGREE = 4
_MOST_TERMS = 300
_MOST_VALUES = 64  # of a wire, tried one by one
_LINEAR = 1
_NEGATED = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_SWAPPED = {">": "<", ">=": "<="}


class Implication:
    """The constraints of a circuit, asked whether a condition holds for every witness."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.p = subject.modulus

    @cached_property
    def span(self) -> LinearSpan:
        """The linear rows."""
        return LinearSpan(self.subject)

    def holds(self, condition: Condition) -> bool:
        """Return whether a condition is not 0 in every witness."""
        operands = condition.operands
        match condition.operator:
            case "&&":
                return all(map(self.holds, operands))
            case "||":
                return any(map(self.holds, operands)) or self._covers(condition)
            case "not":
                return self.fails(operands[0])
            case "==":
                return self._are_equal(*operands)
            case "!=":
                return self._differ(*operands)
            case "<" | "<=" | ">" | ">=":
                return self._are_ordered(condition.operator, *operands)
        return self._is_nonzero(condition)

    def fails(self, condition: Condition) -> bool:
        """Return whether a condition is 0 in every witness."""
        operator, operands = condition.operator, condition.operands
        match operator:
            case "&&":
                return any(map(self.fails, operands))
            case "||":
                return all(map(self.fails, operands))
            case "not":
                return self.holds(operands[0])
        if operator in _NEGATED:
            return self.holds(Condition(_NEGATED[operator], operands))
        return self._are_equal(condition, Condition())

    # -- equations

    def _are_equal(self, x: Condition, y: Condition) -> bool:
        left, right = self._polynomial(x), self._polynomial(y)
        if (
            left is not None
            and right is not None
            and self._is_zero(_added(left, right, -1, self.p))
        ):
            return True
        a, b = self._interval(x), self._interval(y)
        return a is not None and a == b and a[0] == a[1]

    def _differ(self, x: Condition, y: Condition) -> bool:
        a, b = self._interval(x), self._interval(y)
        if a is not None and b is not None and (a[1] < b[0] or b[1] < a[0]):
            return True
        left, right = self._polynomial(x), self._polynomial(y)
        return (
            left is not None
            and right is not None
            and self._has_inverse(_added(left, right, -1, self.p))
        )

    def _is_nonzero(self, value: Condition) -> bool:
        return self._differ(value, Condition())

    def _covers(self, condition: Condition) -> bool:
        """Return whether one of several equations always holds: the product of their differences is 0."""
        factors = list(self._differences(condition))
        known = [each for each in factors if each is not None]
        if len(known) < len(factors) or len(known) > _MOST_DEGREE:
            return False
        total: Polynomial | None = {(): 1}
        for each in known:
            total = None if total is None else _product(total, each, self.p)
        return total is not None and self._is_zero(total)

    def _differences(self, condition: Condition) -> Iterator[Polynomial | None]:
        if condition.operator == "||":
            for each in condition.operands:
                yield from self._differences(each)
        elif condition.operator == "==":
            left, right = map(self._polynomial, condition.operands)
            is_known = left is not None and right is not None
            yield _added(left, right, -1, self.p) if is_known else None  # type: ignore[arg-type]
        else:
            yield None

    def _polynomial(self, value: Condition) -> Polynomial | None:
        """Return a value as a polynomial of representative wires; None if it is none, or a large one."""
        if not value.operator:
            a, b, c = (self._linear(side) for side in (value.a, value.b, value.c))
            return _added(_product(a, b, self.p) or {}, c, 1, self.p)
        parts = [self._polynomial(each) for each in value.operands]
        known = [each for each in parts if each is not None]
        if len(known) < len(parts):
            return None
        match value.operator:
            case "+" | "-":
                return _added(known[0], known[1], 1 if value.operator == "+" else -1, self.p)
            case "neg":
                return _added({}, known[0], -1, self.p)
            case "*":
                return _product(known[0], known[1], self.p)
        return None

    def _linear(self, terms: dict[int, int]) -> Polynomial:
        return {(w,) if w else (): c for w, c in self.span.normal(terms).items()}

    def _is_zero(self, value: Polynomial) -> bool:
        """Return whether rows say that a polynomial is 0."""
        if not value:
            return True
        if _degree(value) <= _LINEAR:
            return self.span.is_zero(_form(value)) or self._is_zero_for_all_values(value)
        wires = {wire for product in value for wire in product}
        rows = (self._row_polynomial(k) for k in self.span.rows_near(wires))
        return any(_are_proportional(value, row, self.p) for row in rows) or (
            self._is_zero_for_all_values(value)
        )

    def _row_polynomial(self, number: int) -> Polynomial:
        row: Constraint = self.subject.constraints[number]
        a, b, c = (self._linear(side) for side in row)
        return _added(_product(a, b, self.p) or {}, c, -1, self.p)

    def _is_zero_for_all_values(self, value: Polynomial) -> bool:
        """Return whether a polynomial of one wire is 0 for each of the few values that the wire can have."""
        wires = {wire for product in value for wire in product}
        if len(wires) != 1:
            return False
        bound = self.span.bounds.get(next(iter(wires)), _MOST_VALUES)
        return bound < _MOST_VALUES and all(
            sum(c * x ** len(product) for product, c in value.items()) % self.p == 0
            for x in range(bound + 1)
        )

    def _has_inverse(self, value: Polynomial) -> bool:
        """Return whether a linear form is a constant, or a factor of a row whose product is a constant, but not 0."""
        if _degree(value) > _LINEAR:
            return False
        form = _form(value)
        if not form.keys() - {0}:
            return bool(form)
        for number in self.span.rows_near(form.keys() - {0}, hops=1):
            a, b, c = map(self.span.normal, self.subject.constraints[number])
            if c.keys() == {0} and any(self._is_multiple(form, side) for side in (a, b) if side):
                return True
        return False

    def _is_multiple(self, form: Terms, side: Terms) -> bool:
        """Return whether a form is a side of a row, or its negative."""
        span = self.span
        return any(span.is_zero(span.added(form, side, k)) for k in (1, -1))

    # -- comparisons

    def _are_ordered(self, operator: str, x: Condition, y: Condition) -> bool:
        if operator in _SWAPPED:
            operator, x, y = _SWAPPED[operator], y, x
        least = 1 if operator == "<" else 0
        a, b = self._interval(x), self._interval(y)
        if a is not None and b is not None and b[0] - a[1] >= least:
            return True
        left, right = self._polynomial(x), self._polynomial(y)
        if left is None or right is None:
            return False
        difference = _added(right, left, -1, self.p)
        if _degree(difference) > _LINEAR:
            return False
        found = self.span.interval(_form(difference))
        return found is not None and found[0] >= least

    def _interval(self, value: Condition) -> Interval | None:
        """Return the least and the largest integer of a value, within -p/2 and p/2."""
        if value.operator in _NEGATED or value.operator in ("&&", "||", "not"):
            return 0, 1
        found = self._polynomial(value)
        if found is not None and _degree(found) <= _LINEAR:
            return self.span.interval(_form(found))
        if found is not None or len(value.operands) != 2:
            return None
        x, y = map(self._interval, value.operands)
        bounded = _BY_CONSTANT.get(value.operator)
        if bounded is None or y is None or y[0] != y[1] or y[0] < 0:
            return None
        if x is not None and x[0] < 0:
            x = None
        return bounded(x, y[0])


def _divided(x: Interval | None, k: int) -> Interval | None:
    return None if x is None or not k else (x[0] // k, x[1] // k)


def _shifted(x: Interval | None, k: int) -> Interval | None:
    return None if x is None else (x[0] >> k, x[1] >> k)


def _remainder(x: Interval | None, k: int) -> Interval | None:
    if x is not None and k and x[0] // k == x[1] // k:
        return x[0] % k, x[1] % k
    return (0, k - 1) if k else None


def _masked(x: Interval | None, k: int) -> Interval | None:
    if x is not None and x[0] == x[1]:
        return x[0] & k, x[0] & k
    return 0, k if x is None else min(k, x[1])


_BY_CONSTANT: dict[str, Callable[[Interval | None, int], Interval | None]] = {
    "\\": _divided,
    ">>": _shifted,
    "%": _remainder,
    "&": _masked,
}


def _added(x: Polynomial, y: Polynomial, factor: int, p: int) -> Polynomial:
    total = dict(x)
    for product, c in y.items():
        total[product] = (total.get(product, 0) + factor * c) % p
    return {product: c for product, c in total.items() if c}


def _product(x: Polynomial, y: Polynomial, p: int) -> Polynomial | None:
    if len(x) * len(y) > _MOST_TERMS or _degree(x) + _degree(y) > _MOST_DEGREE:
        return None
    total: Polynomial = {}
    for one, c in x.items():
        for other, d in y.items():
            key = tuple(sorted(one + other))
            total[key] = (total.get(key, 0) + c * d) % p
    return {product: c for product, c in total.items() if c}


def _degree(value: Polynomial) -> int:
    return max(map(len, value), default=0)


def _form(value: Polynomial) -> dict[int, int]:
    return {product[0] if product else 0: c for product, c in value.items()}


def _are_proportional(x: Polynomial, y: Polynomial, p: int) -> bool:
    if x.keys() != y.keys():
        return False
    one = next(iter(x))
    return all(x[key] * y[one] % p == y[key] * x[one] % p for key in x)
