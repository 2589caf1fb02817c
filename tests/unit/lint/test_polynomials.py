from tests.support.lint_rows import P, facts_of, row
from zkctl.lint.polynomials import Expansion, add_product, as_step, of_form, row_polynomial


def test_products_are_sorted_monomials() -> None:
    total: dict[tuple[int, ...], int] = {}
    add_product(total, of_form({3: 1, 0: 1}), of_form({2: 1, 0: P - 1}), P)
    assert total == {(2, 3): 1, (3,): P - 1, (2,): 1, (): P - 1}
    assert as_step({(2, 3): 1, (): 4}) == [[[], 4], [[2, 3], 1]]


def test_a_wire_is_replaced_by_its_row() -> None:
    facts = facts_of([row({1: 1}, {2: 1}, {3: 1}), row({3: 1}, {3: 1}, {4: 1})])
    found = Expansion(facts)
    found.add_row(1, {(): 1})
    assert found.replace(3, 0, 10)
    assert found.polynomial == {(1, 1, 2, 2): 1, (4,): P - 1}
    total: dict[tuple[int, ...], int] = {}
    for k, factor in found.combination.items():
        add_product(total, factor, row_polynomial(facts, k), P)
    assert total == found.polynomial


def test_a_wire_that_its_row_multiplies_is_not_replaced() -> None:
    facts = facts_of([row({1: 1}, {3: 1}, {3: 1}), row({3: 1}, {3: 1}, {4: 1})])
    found = Expansion(facts)
    found.add_row(1, {(): 1})
    assert not found.replace(3, 0, 10)
