"""Terms of sums: batches, classes, and that no useful term is lost or doubled."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from random import Random

import numpy as np
import pytest

from zkctl.curve import BN254, G1Array, msm_lists, multiply_base
from zkctl.curve.sums import terms as module
from zkctl.curve.sums.terms import MsmTerms, batches, classes
from zkctl.errors import ShapeError
from zkctl.field import FieldArray, ints_from_words, words_from_ints
from zkctl.runtime.settings import using

GROUP, FIELD = BN254.g1, BN254.scalar_field


@pytest.fixture(params=[1, 3], autouse=True)
def _threads(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "THREADS_FROM_ROWS", 1)
    with using(threads=request.param):
        yield


def points(logs: list[int]) -> G1Array:
    return multiply_base(G1Array.generator(GROUP), FieldArray.from_ints(FIELD, logs))


def listed(logs: list[int], scalars: list[int]) -> tuple[G1Array, np.ndarray]:
    return points(logs), words_from_ints(scalars, FIELD.n_words)


def useful(terms: MsmTerms) -> list[tuple[bytes, int]]:
    """Point and scalar of every term with a scalar that is not 0."""
    rows = np.concatenate(terms.points)
    found = zip(rows, ints_from_words(terms.scalars), strict=True)
    return [(row.tobytes(), value) for row, value in found if value]


@pytest.mark.parametrize("most", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("sizes", [[0], [5], [2, 3, 0, 4], [1, 1, 1]])
def test_batches_keep_order_and_bound(sizes: list[int], most: int) -> None:
    ends = np.cumsum([0, *sizes])
    logs = [list(range(a + 1, b + 1)) for a, b in pairwise(ends)]
    found = list(batches([listed(each, each) for each in logs], most))
    assert all(sum(len(words) for _, words in batch) <= most for batch in found)
    assert all(sum(len(words) for _, words in batch) == most for batch in found[:-1])
    flat = [value for batch in found for _, words in batch for value in ints_from_words(words)]
    assert flat == [value for each in logs for value in each]
    assert all(len(p) == len(words) for batch in found for p, words in batch)


@pytest.mark.parametrize("splitting", [0, 1 << 10])
@pytest.mark.parametrize("share", [0, 0.2, 0.9, 1])
def test_classes_have_every_useful_term(
    share: float, splitting: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether terms are gathered or left where they are; `share` of them are useful."""
    monkeypatch.setattr(module, "SPLIT_FROM_SMALL_SCALARS", splitting)
    rng = Random(str(share))
    lists, expected = [], []
    for n in (1, 40, 25):
        logs = [rng.choice([0, 3, 5, 8]) for _ in range(n)]
        full = [1, 2, 255, 256, 1 << 64, FIELD.modulus - 1]
        values = [rng.choice(full) if rng.random() < share else 0 for _ in range(n)]
        lists.append(listed(logs, values))
        rows = lists[-1][0].data
        kept = [k for k in range(n) if values[k] and logs[k]]
        expected += [(rows[k].tobytes(), values[k]) for k in kept]
    found = [useful(terms) for terms in classes(lists)]
    assert sorted(pair for each in found for pair in each) == sorted(expected)
    if len(found) == 2:
        assert max(value for _, value in found[0]) < 1 << module.SMALL_SCALAR_BITS
        assert min(value for _, value in found[1]) >= 1 << module.SMALL_SCALAR_BITS


def test_infinity_has_no_scalar() -> None:
    """A point at infinity that stays among the others must not be added."""
    (terms,) = classes([listed([0, *range(1, 20)], [FIELD.modulus - 1] * 20)])
    assert len(terms) == 20
    assert ints_from_words(terms.scalars)[0] == 0


@pytest.mark.parametrize("most", [3, 1 << 20])
def test_sum_over_lists(most: int) -> None:
    logs = [[1, 0, 2, 7], [], [5] * 200]
    scalars = [[3, 9, FIELD.modulus - 1, 0], [], list(range(200))]
    pairs = [listed(*each) for each in zip(logs, scalars, strict=True)]
    total = sum(
        a * b for x, y in zip(logs, scalars, strict=True) for a, b in zip(x, y, strict=True)
    )
    assert (msm_lists(pairs, most) == points([total % FIELD.modulus])[0]).all()


def test_lists_must_agree() -> None:
    with pytest.raises(ShapeError, match="scalars do not match the points: expected 2, got 1"):
        msm_lists([listed([1], [1]), (points([1, 2]), words_from_ints([1], FIELD.n_words))])
