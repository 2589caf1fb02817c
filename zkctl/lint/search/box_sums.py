"""Linear congruences in bounded integers: sum c_i x_i = t (mod p) with lo_i <= x_i <= hi_i.

Decompositions into bits or limbs, carries, quotients with remainders.  A sum that may wrap has several integer targets t + k p,
so that an aliased decomposition is one more solution.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zkctl.runtime.records import record

Box = tuple[
    int, int
]  # smallest and largest value as integers; the field element is the integer mod p

_PIVOTS = 3  # coefficients by which a congruence is scaled for trial
_TARGETS = 12  # integer targets tried of a sum that wraps often: the first and the last ones
_VALUES = 6  # values tried of one unknown that has more: the first and the last ones
_STEPS_PER_UNKNOWN = 40  # steps of the search for each unknown, before it ends


@record(eq=False)
class BoxSum:
    """A congruence after scaling, its terms by falling coefficient; all coefficients are positive.

    The unknown k is lows[k] + d or, where flipped, highs[k] - d, for a digit 0 <= d <= widths[k].
    """

    modulus: int
    wires: Sequence[int]
    weights: Sequence[int]
    widths: Sequence[int]
    boxes: Sequence[Box]
    flipped: Sequence[bool]
    target: int  # of the digits, in 0 .. p - 1

    @property
    def largest(self) -> int:
        """The largest value of the integer sum."""
        return sum(c * b for c, b in zip(self.weights, self.widths, strict=True))

    @property
    def has_one_solution(self) -> bool:
        """True if the digits have at most one solution: super-increasing weights, no wrap."""
        total = 0
        for c, b in zip(reversed(self.weights), reversed(self.widths), strict=True):
            if b and c <= total:
                return False
            total += c * b
        return total < self.modulus

    @property
    def surplus_bits(self) -> int:
        """About the base-2 logarithm of the number of solutions."""
        sizes = sum((b + 1).bit_length() - 1 for b in self.widths)
        return sizes - min(self.largest, self.modulus).bit_length()

    def solutions(self) -> Iterator[dict[int, int]]:
        """Yield solutions as field elements by wire, not always all of them."""
        p = self.modulus
        count = max((self.largest - self.target) // p + 1, 0)
        for k in _ends(0, count - 1, _TARGETS):
            for digits in self._digits(self.target + k * p):
                yield {
                    w: (box[1] - d if flip else box[0] + d) % p
                    for w, d, box, flip in zip(
                        self.wires, digits, self.boxes, self.flipped, strict=True
                    )
                }

    def _digits(self, target: int) -> Iterator[list[int]]:
        """Yield digits whose integer sum is the target, the largest weight first."""
        n = len(self.weights)
        rest = [0] * (n + 1)  # the largest sum of the digits from k on
        for k in range(n - 1, -1, -1):
            rest[k] = rest[k + 1] + self.weights[k] * self.widths[k]
        chosen: list[int] = []
        left = [target]
        choices = [self._options(0, target, rest)]  # for each chosen digit and the next one
        for _ in range(_STEPS_PER_UNKNOWN * (n + 1)):
            digit = next(choices[-1], None)
            if digit is None:
                choices.pop()
                if not choices:
                    return
                chosen.pop()
                left.pop()
                continue
            chosen.append(digit)
            left.append(left[-1] - digit * self.weights[len(chosen) - 1])
            if len(chosen) == n and not left[-1]:
                yield list(chosen)
            choices.append(self._options(len(chosen), left[-1], rest))

    def _options(self, k: int, left: int, rest: Sequence[int]) -> Iterator[int]:
        """Return values of digit k that leave a sum the later digits can reach; none after the last digit."""
        if k == len(self.weights):
            return iter(())
        least = -((rest[k + 1] - left) // self.weights[k])
        return _ends(max(least, 0), min(left // self.weights[k], self.widths[k]), _VALUES)


def box_sum(
    terms: Sequence[tuple[int, int]], constant: int, boxes: Sequence[Box], p: int
) -> BoxSum:
    """Return the congruence constant + sum of coefficient * wire = 0, scaled so that its largest sum is small.

    Shapes: terms (wire, coefficient) and boxes, one for each unknown.
    """
    widths = [hi - lo for lo, hi in boxes]
    factor, best = 1, -1
    smallest = sorted({min(c, p - c) for _, c in terms})[:_PIVOTS]
    for candidate in (1, *(pow(c, -1, p) for c in smallest)):
        reach = sum(
            abs(_signed(c * candidate % p, p)) * b for (_, c), b in zip(terms, widths, strict=True)
        )
        if best < 0 or reach < best:
            factor, best = candidate, reach
    signed = [_signed(c * factor % p, p) for _, c in terms]
    target = -constant * factor
    for c, (lo, hi) in zip(signed, boxes, strict=True):
        target -= c * (lo if c > 0 else hi)
    order = sorted(range(len(terms)), key=lambda k: -abs(signed[k]))
    return BoxSum(
        p,
        [terms[k][0] for k in order],
        [abs(signed[k]) for k in order],
        [widths[k] for k in order],
        [boxes[k] for k in order],
        [signed[k] < 0 for k in order],
        target % p,
    )


def _signed(c: int, p: int) -> int:
    return c if 2 * c < p else c - p


def _ends(first: int, last: int, limit: int) -> Iterator[int]:
    """Yield the integers from first to last; of too many, the first and the last ones."""
    if last - first < limit:
        yield from range(first, last + 1)
        return
    yield from range(first, first + limit // 2)
    yield from range(last, last - limit // 2, -1)
