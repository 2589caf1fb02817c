from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.support.toy_groth16 import circuit as circuit_of_rows
from zkctl.constraints.r1cs import R1CS
from zkctl.field import BN254_FR
from zkctl.lint.foreign import SymbolLine, foreign_system, rows_of_matrices
from zkctl.lint.system import Row, System

P = BN254_FR.modulus
NAMES: list[SymbolLine] = [
    (1, 1, 0, "main.out"),
    (2, 2, 0, "main.q.x"),
    (3, 3, 0, "main.a[0]"),
    (4, 4, 0, "main.a[1]"),
    (5, 5, 0, "main.h"),
    (6, -1, 1, "main.sub.in"),
]


def with_labels(labels: list[int], n_private: int = 2) -> R1CS:
    """out = h q.x, h = a[0] a[1]; one output, one public input."""
    rows = [([(5, 1)], [(2, 1)], [(1, 1)]), ([(3, 1), (3, 2)], [(4, 1)], [(5, P - 1), (0, 0)])]
    made = circuit_of_rows(BN254_FR, rows, len(labels), 1, 1)
    return replace(
        made,
        n_outputs=1,
        n_public_inputs=1,
        n_private_inputs=n_private,
        labels=np.array(labels, np.uint64),
    )


def system(symbols: list[SymbolLine] | None = NAMES, n_private: int = 2) -> System:
    return foreign_system(with_labels([0, 1, 2, 3, 4, 5], n_private), symbols)


def test_roles_and_names_come_from_the_labels() -> None:
    found = system()
    assert (found.in_doubt, found.not_broken) == ("", "")
    assert (found.outputs, found.inputs) == ((1,), frozenset({2, 3, 4}))
    assert [found.names(w) for w in (1, 2, 3, 5, 9)] == ["out", "q.x", "a[0]", "h", "wire 9"]


def test_terms_of_one_wire_are_added_and_zeros_left_out() -> None:
    assert rows_of_matrices(with_labels([0, 1, 2, 3, 4, 5]))[1] == Row({3: 3}, {4: 1}, {5: P - 1})


def test_an_input_without_a_wire() -> None:
    """circom at O1 counts an unused private input, but the wire at its place is an inner one."""
    names: list[SymbolLine] = [
        *NAMES[:3],
        (4, -1, 0, "main.s"),
        (5, 4, 0, "main.h"),
        (6, 5, 0, "main.k"),
    ]
    found = foreign_system(with_labels([0, 1, 2, 3, 5, 6]), names)
    assert found.in_doubt == ""
    assert found.inputs == frozenset({2, 3})
    assert found.not_broken.startswith("the input s was eliminated")


def test_without_names_the_inputs_are_in_doubt() -> None:
    found = system(None)
    assert found.in_doubt == "the roles of wires are not known without a .sym file"
    assert not found.inputs


@pytest.mark.parametrize(
    ("symbols", "n_private", "reason"),
    [
        pytest.param(NAMES[:3], 2, "does not list the 4 outputs and inputs", id="too few lines"),
        pytest.param([NAMES[1], NAMES[0], *NAMES[2:]], 2, "does not list the 4", id="other order"),
        pytest.param(NAMES, 4, "signals of other components", id="count too large"),
        pytest.param(
            [(1, 1, 0, "other.out"), *NAMES[1:]], 2, "signals of other components", id="not of main"
        ),
        pytest.param(
            [(1, 2, 0, "main.out"), (2, 1, 0, "main.q.x"), *NAMES[2:]],
            2,
            "does not number the outputs and inputs",
            id="output at another wire",
        ),
        pytest.param(
            [*NAMES[:2], (3, 4, 0, "main.a[0]"), (4, 3, 0, "main.a[1]"), *NAMES[4:]],
            2,
            "does not number the outputs and inputs",
            id="inputs in another order",
        ),
    ],
)  # fmt: skip
def test_files_that_disagree_are_in_doubt(
    symbols: list[SymbolLine], n_private: int, reason: str
) -> None:
    found = system(symbols, n_private)
    assert reason in found.in_doubt
    assert not found.inputs


def test_labels_that_disagree_are_in_doubt() -> None:
    found = foreign_system(with_labels([0, 1, 2, 4, 3, 5]), NAMES)
    assert found.in_doubt == "the .sym file and the circuit disagree about main.a[0]"
