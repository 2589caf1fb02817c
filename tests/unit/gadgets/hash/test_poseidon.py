from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.all_witnesses import SMALL_FIELDS
from zkctl.dsl import Array, Signal, circuit, eager_field, private
from zkctl.errors import CircuitError
from zkctl.field import BLS12_381_FQ, BLS12_381_FR
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
    with pytest.raises(CircuitError, match=f"poseidon takes 1 to 16 inputs, got {len(arguments)}") as caught:  # fmt: skip
        poseidon(*arguments)
    assert caught.value.hint == "poseidon_sponge hashes longer lists"


def test_number_of_outputs() -> None:
    with pytest.raises(CircuitError, match="poseidon_ex of 2 inputs has 1 to 3 outputs, not 4"):
        poseidon_ex([1, 2], 0, n_outputs=4)


# the authors' test vectors of poseidonperm_x5_255_3 and poseidonperm_x5_255_5, of 0, 1, 2 ... (hadeshash, test_vectors.txt)
PUBLISHED_255 = {
    3: [
        0x28CE19420FC246A05553AD1E8C98F5C9D67166BE2C18E9E4CB4B4E317DD2A78A,
        0x51F3E312C95343A896CFD8945EA82BA956C1118CE9B9859B6EA56637B4B1DDC4,
        0x3B2B69139B235626A0BFB56C9527AE66A7BF486AD8C11C14D1DA0C69BBE0F79A,
    ],
    5: [
        0x2A918B9C9F9BD7BB509331C81E297B5707F6FC7393DCEE1B13901A0B22202E18,
        0x65EBF8671739EEB11FB217F2D5C5BF4A0C3F210E3F3CD3B08B5DB75675D797F7,
        0x2CC176FC26BC70737A696A9DFD1B636CE360EE76926D182390CDB7459CF585CE,
        0x4DC4E29D283AFD2A491FE6AEF122B9A968E74EFF05341F3CC23FDA1781DCB566,
        0x03FF622DA276830B9451B88B85E6184FD6AE15C8AB3EE25A5667BE8592CCE3B1,
    ],
}


@pytest.mark.parametrize("t", PUBLISHED_255)
def test_published_permutations_over_bls12_381(t: int) -> None:
    with eager_field(BLS12_381_FR):
        assert list(poseidon_ex([*range(1, t)], 0, n_outputs=t)) == PUBLISHED_255[t]
        assert poseidon(*range(1, t)) == PUBLISHED_255[t][0]
    compiled = hashed.over(BLS12_381_FR).compile(n=t - 1)
    assert compiled.witness(x=[*range(1, t)])[1] == PUBLISHED_255[t][0]
    assert compiled.r1cs.n_constraints == hashed.compile(n=t - 1).r1cs.n_constraints


@pytest.mark.parametrize("field", [BLS12_381_FQ, SMALL_FIELDS[0]], ids=lambda f: f.name)
def test_other_fields_are_refused_by_name(field: Any) -> None:
    expected = (
        f"poseidon has constants for bn254.fr and bls12_381.fr, this circuit is over {field.name}"
    )
    with eager_field(field), pytest.raises(CircuitError, match=expected):
        poseidon(1, 2)
    with pytest.raises(CircuitError, match=expected):
        hashed.over(field).compile(n=2)
