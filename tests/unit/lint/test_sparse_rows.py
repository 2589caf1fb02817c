from random import Random

import pytest

from zkctl.lint.forms import combined
from zkctl.lint.sparse_rows import SparseRows, TooMuchWorkError

P = 10007


def random_rows(seed: int) -> dict[int, dict[int, int]]:
    random = Random(seed)
    n_wires = random.randrange(2, 12)
    rows = {}
    for k in range(random.randrange(1, 12)):
        wires = random.sample(range(1, n_wires + 1), random.randrange(1, min(n_wires, 4) + 1))
        rows[k] = {wire: random.choice((1, P - 1, 2, 77)) for wire in wires}
    return rows


@pytest.mark.parametrize("seed", range(50))
def test_null_vectors_are_null(seed: int) -> None:
    rows = random_rows(seed)
    sparse = SparseRows(rows, P, 10_000)
    for free in sparse.free():
        vector = sparse.null_vector({free: 1})
        assert vector[free] == 1
        assert all(
            sum(v * vector.get(w, 0) for w, v in form.items()) % P == 0 for form in rows.values()
        )


@pytest.mark.parametrize("seed", range(50))
def test_a_wire_has_a_combination_if_all_null_vectors_are_0_there(seed: int) -> None:
    rows = random_rows(seed)
    sparse = SparseRows(rows, P, 10_000)
    vectors = [sparse.null_vector({free: 1}) for free in sparse.free()]
    for wire in sparse.wires:
        made_of = sparse.combination(wire)
        assert (made_of is not None) == (not sparse.by_free(wire))
        if made_of is None:
            assert any(wire in vector for vector in vectors)
        else:
            assert combined([(rows[k], v) for k, v in made_of.items()], P) == {wire: 1}
            assert not any(wire in vector for vector in vectors)


def test_the_work_is_limited() -> None:
    rows = {k: {w: pow(w + 2, k, P) for w in range(9)} for k in range(9)}
    with pytest.raises(TooMuchWorkError):
        SparseRows(rows, P, 100)
    assert SparseRows(rows, P, 1000).free() == []


def test_wires_of_one_row_cost_no_work() -> None:
    rows = {k: {k: 1, 100: 1, 101: 2} for k in range(50)}
    assert len(SparseRows(rows, P, 0).free()) == 2
