from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.poseidon import permutation, permuted
from tests.support.all_witnesses import SMALL_FIELDS
from zkctl.dsl import Array, Signal, circuit, eager_field, private
from zkctl.errors import CircuitError
from zkctl.field import BLS12_381_FQ, BLS12_381_FR
from zkctl.gadgets.hash.poseidon import poseidon, poseidon_ex
from zkctl.gadgets.hash.poseidon_parameters import FULL_ROUNDS, WIDTHS, grain_constants


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


# poseidon1(1n) to poseidon16(1n, ... 16n) of the package poseidon-bls12381 1.0.2, which has other numbers of partial rounds
OTHER_PARTIAL_ROUNDS = {t: 56 if t < 6 else 57 for t in WIDTHS}
OTHER_BLS12_381 = [
    33312903538086167554741214005086116725441315171650202128840830167854170336490,
    28821147804331559602169231704816259064962739503761913593647409715501647586810,
    41091099622722973056082071867846799679887891223501702244297781245659866568853,
    21145329782224435656281698581333264404190182101555512590871803982657985796198,
    19910650718767919841341369211498575831516882113024471841705162516008347228033,
    5976081871653250910620874069795420868936043846713243447124754802886779448220,
    5951794095757481085919779002345090095026100094016102501996479854585033927390,
    15367865982286806831160580074019332501176678691949824692745571370261751686839,
    46425227340207990137169937929723316863802237483385758910191844188222150184714,
    16482173003825121341410568624232112608747493961303939350213628491940846641688,
    25359853447062652827289896628603549519506498150713728726425441660092934397783,
    46752266178820119634591315081953340931227436217827550053657522059494450075410,
    19258313966991359521209093835891791139388377170889583023893531205006257480687,
    10638344602422740268745599433503396075930999277533738240642740921758047840142,
    568089291587783306990405751556738513924655934662720631854734143721381374404,
    25855229287100031581361858649880969370309977279221631489485682419164947063378,
]


@pytest.mark.parametrize("t", WIDTHS)
def test_the_derivation_over_bls12_381_is_that_of_others(t: int) -> None:
    """Constants, matrix and permutation for their numbers of rounds: theirs are ours for t = 2 and 4 alone."""
    n_partial, p = OTHER_PARTIAL_ROUNDS[t], BLS12_381_FR.modulus
    n_constants = (FULL_ROUNDS + n_partial) * t
    flat, drawn = grain_constants(BLS12_381_FR, t, n_partial, n_constants, 2 * t)
    constants = [flat[k : k + t] for k in range(0, n_constants, t)]
    mds = [[pow(x + y, -1, p) for y in drawn[t:]] for x in drawn[:t]]
    assert permuted([*range(t)], constants, mds, BLS12_381_FR)[0] == OTHER_BLS12_381[t - 2]
    if t in (2, 4):
        with eager_field(BLS12_381_FR):
            assert poseidon(*range(1, t)) == OTHER_BLS12_381[t - 2]


@pytest.mark.parametrize("t", WIDTHS)
def test_every_width_over_bls12_381(t: int) -> None:
    p = BLS12_381_FR.modulus
    inputs = [p - k * k for k in range(1, t)]
    with eager_field(BLS12_381_FR):
        found = poseidon_ex(inputs, 5, n_outputs=t)
    assert list(found) == permutation([5, *inputs], BLS12_381_FR)
    if t in (2, 9, 17):  # the circuit computes what eager mode computes
        compiled = hashed.over(BLS12_381_FR).compile(n=t - 1)
        assert compiled.witness(x=inputs)[1] == permutation([0, *inputs], BLS12_381_FR)[0]


@pytest.mark.parametrize("field", [BLS12_381_FQ, SMALL_FIELDS[0]], ids=lambda f: f.name)
def test_other_fields_are_refused_by_name(field: Any) -> None:
    expected = (
        f"poseidon has constants for bn254.fr and bls12_381.fr, this circuit is over {field.name}"
    )
    with eager_field(field), pytest.raises(CircuitError, match=expected):
        poseidon(1, 2)
    with pytest.raises(CircuitError, match=expected):
        hashed.over(field).compile(n=2)
