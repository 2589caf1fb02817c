"""The compiled evaluator against Python integers: random and extreme rows, every kind of hint, indices out of range."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from zkctl.errors import ShapeError
from zkctl.field import BLS12_381_FR, BN254_FR, PrimeField, ints_from_words, words_from_ints
from zkctl.field.backend import uses_compiled_kernels
from zkctl.field.kernels.compiled.evaluator import CompiledEvaluator, Evaluation
from zkctl.field.kernels.evaluator.job import (
    BITS,
    BROKEN,
    CALLS_PYTHON,
    DIVIDE_OR_ZERO,
    FINISHED,
    INVERSE_OR_ZERO,
    PYTHON,
    QUOTIENT_REMAINDER,
)
from zkctl.field.kernels.interface import HintArrays, RowArrays

pytestmark = pytest.mark.skipif(not uses_compiled_kernels(), reason="machine code cannot run here")
FIELDS = (BN254_FR, BLS12_381_FR)
N_ROWS = 4000  # 50,000 were run once
Side = list[tuple[int, int]]  # (wire, coefficient)
Hint = tuple[int, int, int, list[Side], list[int]]  # before row, kind, first, inputs, outputs


def edges(p: int) -> list[int]:
    """Numbers at the ends of words and of the field."""
    ones = [(1 << 64 * k) - 1 for k in range(1, 5)]
    high = [((1 << 64) - 1) << 64 * k for k in range(1, 4)]
    return [0, 1, 2, p - 1, p - 2, p // 2, p // 2 + 1, *(x % p for x in ones + high)]


def arrays(
    field: PrimeField, rows: Sequence[tuple[Side, Side, Side, int]], hints: Sequence[Hint] = ()
) -> tuple[RowArrays, HintArrays]:
    """Rows and hints as the kernel takes them."""
    p, pool = field.modulus, {}  # type: ignore[var-annotated]
    for side in [s for row in rows for s in row[:3]] + [s for hint in hints for s in hint[3]]:
        for _, c in side:
            pool.setdefault(c, len(pool))

    def table(sides: list[Any]) -> tuple[Any, Any, Any]:
        starts = np.cumsum([0, *(len(side) for side in sides)]).astype(np.int64)
        wires = np.array([w for side in sides for w, _ in side], np.uint32)
        return starts, wires, np.array([pool[c] for side in sides for _, c in side], np.uint32)

    targets = np.array([row[3] for row in rows], np.uint32)
    montgomery = words_from_ints([c * field.montgomery_r % p for c in pool], field.n_words)
    sides = table([s for row in rows for s in row[:3]])
    before, kinds, first = (np.array([hint[k] for hint in hints], np.uint32) for k in range(3))
    first_side = np.cumsum([0, *(len(hint[3]) for hint in hints)])[:-1].astype(np.uint32)
    out_starts = np.cumsum([0, *(len(hint[4]) for hint in hints)]).astype(np.uint32)
    outputs = np.array([wire for hint in hints for wire in hint[4]], np.uint32)
    hinted = table([s for hint in hints for s in hint[3]])
    return (
        RowArrays(*sides, targets, montgomery, pool.get(1, -1), pool.get(p - 1, -1)),
        HintArrays(before, kinds, first, first_side, *hinted, out_starts, outputs),
    )


def started(
    field: PrimeField,
    given: list[int],
    rows: Sequence[tuple[Side, Side, Side, int]],
    hints: Sequence[Hint] = (),
    n_more: int = 0,
) -> Evaluation:
    """An evaluation whose first values are given."""
    program = CompiledEvaluator(field).prepare(len(given) + n_more, *arrays(field, rows, hints))
    evaluation = program.evaluation()
    evaluation.set_consecutive(0, given)
    return evaluation


def random_side(rng: random.Random, p: int, n_wires: int, coefficients: list[int]) -> Side:
    n = rng.choice([0, 1, 1, 1, 2, 3, 5, 12])
    wires = sorted(rng.sample(range(n_wires), min(n, n_wires)))
    return [(w, rng.choice([1, 1, p - 1, *rng.choices(coefficients, k=3)]) or 1) for w in wires]


@pytest.mark.parametrize("field", FIELDS, ids=repr)
def test_many_random_rows(field: PrimeField) -> None:
    rng, p = random.Random(7), field.modulus
    given = [1, *edges(p), *(rng.randrange(p) for _ in range(20))]
    coefficients = [*edges(p)[1:], *(rng.randrange(1, p) for _ in range(40))]
    values, rows = list(given), []
    for _ in range(N_ROWS):
        n = len(values)
        low = rng.choice([0, max(0, n - 30)])
        a, b, c = (
            [(low + w, x) for w, x in random_side(rng, p, n - low, coefficients)] for _ in "abc"
        )
        x, y, z = (sum(values[w] * coefficient for w, coefficient in side) for side in (a, b, c))
        rows.append((a, b, [*c, (n, 1)], n))
        values.append((x * y - z) % p)
    evaluation = started(field, given, rows, n_more=len(rows))
    assert evaluation.run() == FINISHED
    assert evaluation.row == len(rows)
    assert evaluation.value(len(values) - 1) == values[-1]
    assert ints_from_words(evaluation.plain_values()) == values


@pytest.mark.parametrize("field", FIELDS, ids=repr)
def test_all_pairs_of_extreme_numbers(field: PrimeField) -> None:
    p = field.modulus
    given = edges(p)
    n = len(given)
    rows, expected = [], []
    for i, x in enumerate(given):
        for j, y in enumerate(given):
            for factor in (1, p - 1, p - 2, (1 << 64) - 1):
                rows.append(
                    ([(i, factor)], [(j, 1)], [(j, factor), (n + len(rows), 1)], n + len(rows))
                )
                expected.append((factor * x * y - factor * y) % p)
    evaluation = started(field, given, rows, n_more=len(rows))
    assert evaluation.run() == FINISHED
    assert ints_from_words(evaluation.plain_values())[n:] == expected


@pytest.mark.parametrize("field", FIELDS, ids=repr)
@pytest.mark.parametrize("factor", [1, -1, 2, -2])
def test_long_sums_of_the_largest_number(field: PrimeField, factor: int) -> None:
    p = field.modulus
    side = [(k, factor % p) for k in range(5000)]
    rows = [(side, side, [*side, (5000, 1)], 5000)]
    evaluation = started(field, [p - 1] * 5000, rows, n_more=1)
    assert evaluation.run() == FINISHED
    total = -5000 * factor
    assert evaluation.value(5000) == (total * total - total) % p


@pytest.mark.parametrize("field", FIELDS, ids=repr)
def test_a_row_that_does_not_hold_stops(field: PrimeField) -> None:
    p = field.modulus
    good: tuple[Side, Side, Side, int] = ([(1, 1)], [(1, 1)], [(2, 1)], 0)
    rows = [good, ([(1, 1)], [(1, 1)], [(3, 1)], 3), ([(0, 1)], [(1, 1)], [(2, 1)], 0), good]
    evaluation = started(field, [1, 5, 25], rows, n_more=1)
    assert evaluation.run() == BROKEN
    assert evaluation.row == 2
    assert [evaluation.value(k) for k in range(4)] == [1, 5, 25, 25]
    almost = started(field, [1, p - 1, 2], [good])
    assert almost.run() == BROKEN
    whole = started(
        field, [1, p - 1, 1], [good, ([], [], [], 0), ([(0, 3)], [(1, 1)], [(1, 3)], 0)]
    )
    assert whole.run() == FINISHED


def python_result(p: int, kind: int, first: int, inputs: list[int], n: int) -> list[int]:
    x, y = (*inputs, 0)[:2]
    table: dict[int, Callable[[], list[int]]] = {
        BITS: lambda: [x >> first + k & 1 for k in range(n)],
        INVERSE_OR_ZERO: lambda: [pow(x, p - 2, p)],
        DIVIDE_OR_ZERO: lambda: [x * pow(y, p - 2, p) % p],
        QUOTIENT_REMAINDER: lambda: list(divmod(x, y)) if y else [0, x],
    }
    return table[kind]()


@pytest.mark.parametrize("field", FIELDS, ids=repr)
def test_hints(field: PrimeField) -> None:
    rng, p = random.Random(11), field.modulus
    given = [1, *edges(p), 3, 1000, *(rng.randrange(p) for _ in range(6))]
    values: list[int] = list(given)
    hints: list[Hint] = []
    for i in range(len(given)):
        for j in range(len(given)):
            for kind, n in (
                (BITS, rng.randrange(70)),
                (INVERSE_OR_ZERO, 1),
                (DIVIDE_OR_ZERO, 1),
                (QUOTIENT_REMAINDER, 2),
            ):
                inputs: list[Side] = (
                    [[(i, 1)], [(j, 1)]] if kind > INVERSE_OR_ZERO else [[(i, 1), (j, 5)]]
                )
                first = rng.choice([0, 1, 63, 64, 200, 300, 65536])
                numbers = [sum(values[w] * c for w, c in side) % p for side in inputs]
                outputs = list(range(len(values), len(values) + n))
                hints.append((0, kind, first, inputs, outputs))
                values += python_result(p, kind, first, numbers, n)
    evaluation = started(field, given, [], hints, len(values) - len(given))
    assert evaluation.run() == FINISHED
    assert ints_from_words(evaluation.plain_values()) == values


def test_hints_between_rows_and_in_python() -> None:
    p = BN254_FR.modulus
    rows = [
        ([(1, 1)], [(1, 1)], [(2, 1)], 2),
        ([(3, 1)], [(2, 1)], [(4, 1)], 4),
        ([(5, 1)], [(5, 1)], [(6, 1)], 0),
    ]
    hints: list[Hint] = [
        (1, INVERSE_OR_ZERO, 0, [[(2, 1)]], [3]),
        (2, PYTHON, 0, [], [5, 6]),
        (3, BITS, 1, [[(6, 1)]], [7, 8]),
    ]
    evaluation = started(BN254_FR, [1, 3], rows, hints, 7)
    assert evaluation.run() == CALLS_PYTHON
    assert (evaluation.row, evaluation.hint) == (2, 1)
    assert evaluation.value(3) == pow(9, -1, p)
    evaluation.set_integers([5, 6], [p - 2, 4])
    evaluation.skip_hint()
    assert evaluation.run() == FINISHED
    assert evaluation.hint == 3
    assert ints_from_words(evaluation.plain_values()) == [1, 3, 9, pow(9, -1, p), 1, p - 2, 4, 0, 1]


def inversions(field: PrimeField, kinds: Sequence[int], numbers: Sequence[int]) -> Evaluation:
    """1 / x or 7 / x of numbers, one hint each, all independent, and then 1 / (the first result + x) for each."""
    n = len(numbers)
    hints: list[Hint] = []
    for first, more in ((2 + n, []), (2 + 2 * n, [(2 + n, 1)])):
        for k, kind in enumerate(kinds):
            side = [(2 + k, 1), *more]
            above = [[(1, 1)]] if kind == DIVIDE_OR_ZERO else []
            hints.append((0, kind, 0, [*above, side], [first + k]))
    return started(field, [1, 7, *numbers], [], hints, 2 * n)


@pytest.mark.parametrize("field", FIELDS, ids=repr)
@pytest.mark.parametrize("n", [16, 37])
def test_inversions_at_once(field: PrimeField, n: int) -> None:
    """Zeros nowhere, in each position, everywhere, and at random."""
    rng, p = random.Random(13), field.modulus
    mixed = [rng.choice([INVERSE_OR_ZERO, DIVIDE_OR_ZERO]) for _ in range(n)]
    for number, kinds in enumerate(
        [[INVERSE_OR_ZERO] * n, [DIVIDE_OR_ZERO] * n, *[mixed] * (n + 5)]
    ):
        numbers = [rng.choice([1, p - 1, rng.randrange(1, p)]) for _ in range(n)]
        if 2 < number < 3 + n:
            numbers[number - 3] = 0
        elif number == 3 + n:
            numbers = [0] * n
        elif number > 3 + n:
            numbers = [x if rng.random() < 0.5 else 0 for x in numbers]
        above = [7 if kind == DIVIDE_OR_ZERO else 1 for kind in kinds]
        first = [y * pow(x, p - 2, p) % p for x, y in zip(numbers, above, strict=True)]
        sums = [x + first[0] for x in numbers]
        second = [y * pow(x, p - 2, p) % p for x, y in zip(sums, above, strict=True)]
        evaluation = inversions(field, kinds, numbers)
        assert evaluation.program.run_levels is not None
        assert evaluation.run() == FINISHED
        assert evaluation.hint == 2 * n
        assert ints_from_words(evaluation.plain_values()) == [1, 7, *numbers, *first, *second]


def random_levels(rng: random.Random, p: int, values: list[int], n: int) -> tuple[Any, Any]:
    """Rows and hints that depend on each other, every second item an inversion; their results are added to the values."""
    rows, hints = [], []
    for k in range(n):
        size = len(values)
        recent = range(max(0, size - 60), size)
        side = [(w, rng.choice([1, 5, p - 1])) for w in rng.sample(recent, rng.randrange(4))]
        other = [(rng.randrange(min(size, 12)), 1)]
        x, y = (sum(values[w] * c for w, c in each) % p for each in (side, other))
        if k % 2:
            rows.append((side, other, [(size, 1)], size))
            values.append(x * y % p)
            rows.append(([(size, 1)], [(0, 1)], [(size, 1)], 0))  # a check
        elif rng.random() < 0.2:
            hints.append((len(rows), QUOTIENT_REMAINDER, 0, [side, other], [size, size + 1]))
            values += divmod(x, y) if y else (0, x)
        elif rng.random() < 0.2 or k > n - 3:
            hints.append((len(rows), BITS, 3, [side], [size, size + 1]))
            values += (x >> 3 & 1, x >> 4 & 1)
        else:
            hints.append((len(rows), DIVIDE_OR_ZERO, 0, [side, other], [size]))
            values.append(x * pow(y, p - 2, p) % p)
    return rows, hints


@pytest.mark.parametrize("field", FIELDS, ids=repr)
def test_levels_of_random_programs(field: PrimeField) -> None:
    rng, p, planned = random.Random(17), field.modulus, 0
    for _ in range(30):
        values = [1, 0, 2, p - 1, *(rng.randrange(p) for _ in range(8))]
        given = list(values)
        rows, hints = random_levels(rng, p, values, 200)
        evaluation = started(field, given, rows, hints, len(values) - len(given))
        planned += evaluation.program.run_levels is not None
        assert evaluation.run() == FINISHED
        assert (evaluation.row, evaluation.hint) == (len(rows), len(hints))
        assert ints_from_words(evaluation.plain_values()) == values
    assert planned


def test_a_row_between_levels_that_does_not_hold() -> None:
    """The first one in the order of the program is found, with its values."""
    n, p = 20, BN254_FR.modulus
    hints: list[Hint] = [(k, INVERSE_OR_ZERO, 0, [[(1, k + 1)]], [2 + k]) for k in range(n)]
    good = [([(1, k + 1)], [(2 + k, 1)], [(0, 1)], 0) for k in range(n)]
    whole = started(BN254_FR, [1, 9], good, hints, n)
    assert whole.program.run_levels is not None
    assert whole.run() == FINISHED
    for at in range(n):
        rows = [
            *good[:at],
            ([(2 + at, 1)], [(0, 1)], [(0, 5)], 0),
            *good[at + 1 :],
            ([(1, 1)], [], [(0, 1)], 0),
        ]
        evaluation = started(BN254_FR, [1, 9], rows, hints, n)
        assert evaluation.run() == BROKEN
        assert evaluation.row == at
        assert evaluation.value(2 + at) == pow(9 * (at + 1), -1, p)


@pytest.mark.parametrize("wrong", [0, 1, 7])
def test_wires_of_rows_before_a_row_that_does_not_hold(wrong: int) -> None:
    """They are computed a second time, in the order of the program, from what was set and not from the first time's values."""
    n = 20
    hints: list[Hint] = [(0, INVERSE_OR_ZERO, 0, [[(1, k + 1)]], [4 + k]) for k in range(n)]
    rows = [
        ([(1, 1)], [(0, 1)], [(2, 1)], 2),  # wire 2 = wire 1
        ([(2, 1)], [(2, 1)], [(3, 1), (1, 1)], 3),  # wire 3 = wire 2^2 - wire 1
        ([(3, 1)], [(0, 1)], [(0, wrong)] if wrong else [], 0),
    ]
    evaluation = started(BN254_FR, [1, 9], rows, hints, n + 2)
    assert evaluation.program.run_levels is not None
    assert evaluation.run() == BROKEN
    assert (evaluation.row, evaluation.value(2), evaluation.value(3)) == (2, 9, 72)


def test_inversions_one_after_the_other_keep_their_order() -> None:
    hints: list[Hint] = [
        (0, INVERSE_OR_ZERO, 0, [[(k + 1, 1), (0, 3)]], [k + 2]) for k in range(40)
    ]
    assert started(BN254_FR, [1, 5], [], hints, 40).program.run_levels is None
    few = [(0, INVERSE_OR_ZERO, 0, [[(1, k + 1)]], [2 + k]) for k in range(15)]
    assert started(BN254_FR, [1, 5], [], few, 15).program.run_levels is None
    called = [
        *hints[:1],
        *((0, INVERSE_OR_ZERO, 0, [[(1, k)]], [k + 2]) for k in range(1, 30)),
        (0, PYTHON, 0, [], []),
    ]
    assert started(BN254_FR, [1, 5], [], called, 40).program.run_levels is None


def test_indices_are_checked() -> None:
    rows = [([(1, 1)], [(1, 1)], [(2, 7)], 2)]
    good, hints = arrays(BN254_FR, rows, [(1, DIVIDE_OR_ZERO, 0, [[(1, 1)], [(0, 1)]], [3])])
    evaluator = CompiledEvaluator(BN254_FR)
    evaluator.prepare(4, good, hints)
    range_message = r"an index of a witness program is out of range: expected below \d"
    starts_message = "starts do not delimit 3 terms: expected 4 ascending numbers"
    kind_message = "a hint does not fit its kind: expected other inputs or outputs"
    length_message = "arrays of a witness program differ in length: expected one entry each"

    def refused(message: str, changed_rows: dict[str, Any], changed_hints: dict[str, Any]) -> None:
        with pytest.raises(ShapeError, match=message):
            evaluator.prepare(4, replace(good, **changed_rows), replace(hints, **changed_hints))

    u32 = lambda *numbers: np.array(numbers, np.uint32)  # noqa: E731
    refused(range_message, {"wires": u32(1, 4, 2)}, {})
    refused(range_message, {"targets": u32(4)}, {})
    refused(range_message, {"coefficients": u32(0, 0, 2)}, {})
    refused(range_message, {}, {"wires": u32(1, 9)})
    refused(range_message, {}, {"outputs": u32(4)})
    refused(range_message, {}, {"coefficients": u32(0, 9)})
    refused(range_message, {}, {"rows": u32(2)})
    refused(range_message, {}, {"kinds": u32(5)})
    refused(kind_message, {}, {"sides": u32(1)})
    refused(kind_message, {}, {"kinds": u32(QUOTIENT_REMAINDER)})
    refused(length_message, {}, {"first": u32()})
    refused(length_message, {"coefficients": u32(0)}, {})
    refused(starts_message, {"starts": np.array([0, 2, 1, 3])}, {})
    refused(starts_message, {"starts": np.array([0, 1, 3])}, {})
    refused("starts do not delimit 3 terms", {"starts": np.array([0, 1, 2, 4])}, {})
    refused("starts do not delimit 3 terms", {"starts": np.array([-1, 1, 2, 3])}, {})


def test_conversions_refuse_other_words() -> None:
    evaluator = CompiledEvaluator(BN254_FR)
    message = "words do not fit bn254.fr: expected a multiple of 32 bytes, got 24"
    with pytest.raises(ShapeError, match=message):
        evaluator.to_plain(bytearray(24))
    evaluator.to_montgomery(bytearray())
    evaluation = started(BN254_FR, [1, 2], [])
    message = "values do not fit the wires: expected 1, got 2"
    with pytest.raises(ShapeError, match=message):
        evaluation.set_consecutive(1, [3, 4])


def test_inputs_of_any_hint() -> None:
    """Also of those that only Python computes, and no more than there are."""
    p = BN254_FR.modulus
    hints: list[Hint] = [
        (0, PYTHON, 0, [[(1, 5), (2, p - 1)], [], [(0, 7)]], [3]),
        (0, PYTHON, 0, [[(3, 1)]], []),
    ]
    evaluation = started(BN254_FR, [1, p - 1, 9], [], hints, 1)
    assert evaluation.run() == CALLS_PYTHON
    assert evaluation.hint_inputs(3) == [p - 14, 0, 7]
    assert evaluation.hint_inputs(0) == []
    with pytest.raises(ShapeError, match="a hint does not fit its kind: expected other inputs"):
        evaluation.hint_inputs(5)
    evaluation.set_integers([3], [p - 2])
    evaluation.skip_hint()
    assert evaluation.hint_inputs(1) == [p - 2]
    message = r"a wire is out of range: expected below 4, got \d"
    with pytest.raises(ShapeError, match=message):
        evaluation.set_integers([0, 4], [1, 1])
    with pytest.raises(ShapeError, match=message):
        evaluation.value(4)


@pytest.mark.parametrize("field", FIELDS, ids=repr)
def test_numbers_that_are_not_below_p(field: PrimeField) -> None:
    p, evaluator = field.modulus, CompiledEvaluator(field)
    good = [1, 2, p - 1, p - 2, p >> 1, (1 << 192) - 1, 1 << 192, p - (1 << 64)]
    bad = [0, p, p + 1, (1 << 256) - 1, p + (1 << 64), p | (1 << 255)]

    def count(numbers: list[int]) -> int:
        return evaluator.count_improper(
            bytearray(b"".join(x.to_bytes(32, "little") for x in numbers))
        )

    assert (count([]), count(good), count(bad), count([*good, *bad])) == (0, 0, 6, 6)
    assert [count([x]) for x in bad] == [1] * 6


def test_evaluations_of_one_program_are_independent() -> None:
    rows = [([(1, 1)], [(1, 1)], [(2, 1)], 2)]
    program = CompiledEvaluator(BN254_FR).prepare(3, *arrays(BN254_FR, rows))
    first, second = program.evaluation(), program.evaluation()
    first.set_integers([0, 1], [1, 3])
    second.set_integers([0, 1], [1, 4])
    assert (second.run(), first.run()) == (FINISHED, FINISHED)
    assert (first.value(2), second.value(2)) == (9, 16)
