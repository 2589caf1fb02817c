from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.all_witnesses import SMALL_FIELDS
from zkctl.dsl import Array, Signal, circuit, eager_field, private
from zkctl.errors import CircuitError
from zkctl.field import BLS12_381_FR
from zkctl.gadgets.hash.poseidon import poseidon, poseidon_ex


@pytest.fixture(scope="module")
def vectors(data: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(
        (data / "circomlib" / "circomlibjs_vectors.json").read_text()
    )
    return loaded


@circuit
def hashed(x: Array[Signal] = private("n"), *, n: int) -> Signal:
    return poseidon(*x)


@pytest.mark.parametrize("n", range(1, 17))
def test_values_of_circomlibjs(vectors: dict[str, Any], n: int) -> None:
    case = vectors["poseidon"][str(n)]
    inputs, expected = [int(x) for x in case["inputs"]], int(case["out"])
    assert poseidon(*inputs) == expected
    assert poseidon(*[0] * n) == int(vectors["poseidon_zero"][str(n)])
    if n in (1, 2, 3, 6):  # the circuit computes what eager mode computes
        assert hashed.compile(n=n).witness(x=inputs)[1] == expected


def test_values_of_go_iden3(data: Path) -> None:
    for case in json.loads((data / "vectors" / "poseidon_small.json").read_text()):
        assert poseidon(*case["inputs"]) == int(case["expected"][0])


def test_several_outputs(vectors: dict[str, Any]) -> None:
    case = vectors["poseidonEx"]
    inputs, state = [int(x) for x in case["inputs"]], int(case["initState"])
    expected = tuple(int(x) for x in case["out"])
    assert poseidon_ex(inputs, state, n_outputs=3) == expected

    @circuit
    def several(x: Array[Signal] = private(2), s: Signal = private()) -> Array[Signal]:
        return Array(poseidon_ex(x, s, n_outputs=3))

    assert tuple(several.compile().witness(x=inputs, s=state)[1:4]) == expected


@pytest.mark.parametrize("arguments", [(), tuple(range(17))])
def test_number_of_inputs(arguments: tuple[int, ...]) -> None:
    with pytest.raises(CircuitError, match=f"poseidon takes 1 to 16 inputs, got {len(arguments)}"):
        poseidon(*arguments)


def test_number_of_outputs() -> None:
    with pytest.raises(CircuitError, match="poseidon_ex of 2 inputs has 1 to 3 outputs, not 4"):
        poseidon_ex([1, 2], 0, n_outputs=4)


@pytest.mark.parametrize("field", [BLS12_381_FR, SMALL_FIELDS[0]], ids=lambda f: f.name)
def test_other_fields_are_refused_by_name(field: Any) -> None:
    expected = f"poseidon has constants for bn254.fr, this circuit is over {field.name}"
    with eager_field(field), pytest.raises(CircuitError, match=expected):
        poseidon(1, 2)
    with pytest.raises(CircuitError, match=expected):
        hashed.over(field).compile(n=2)
