import re
from importlib import resources

import pytest

from tests.support.toy_contracts import TOYS, toy_groth16
from zkctl.curve import BLS12_381, BN254, G1Array, G2Array
from zkctl.errors import EnvironmentProblem, UsageError
from zkctl.solidity.render import check_name, coordinates, g2_words, header, no_contract


@pytest.mark.parametrize("name", ["Verifier", "_v1", "a" * 64, "Groth16Verifier", "R1"])
def test_names_of_contracts(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize(
    "name",
    ["", "1a", "a-b", "a b", "a\n", "é", "A{}", "a" * 65, "$a", "*/", "a\u202eb", "Verifier;"],
)
def test_no_identifiers(name: str) -> None:
    with pytest.raises(
        UsageError,
        match="the contract's name is no identifier: expected letters, digits and _, at most",
    ):
        check_name(name)


@pytest.mark.parametrize(
    "name",
    ["contract", "uint256", "bytes32", "ufixed128x18", "verifyProof", "InvalidProof", "msg", "wei"],
)
def test_words_of_the_language_and_the_template(name: str) -> None:
    with pytest.raises(
        UsageError, match="the contract's name is taken: expected a name of your own, got the word"
    ):
        check_name(name)


def test_every_template_begins_with_a_comment() -> None:
    for path in sorted((resources.files("zkctl.solidity") / "templates").iterdir(), key=str):
        assert path.read_text("utf-8").strip().startswith("//"), path


def test_lines_about_the_key_stay_comments() -> None:
    text = header(["circuit\nselfdestruct(0)", "*/ x", "\u2028y"])
    assert all(line.startswith("/// ") for line in text.splitlines())
    assert len(text.splitlines()) == 3


@pytest.mark.parametrize("name", TOYS)
@pytest.mark.parametrize("n", [0, 1])
def test_nothing_is_left_to_fill_in(name: str, n: int) -> None:
    text = TOYS[name](n).source("Named", batch=name == "groth16")
    assert "contract Named {" in text
    assert "$" not in text
    assert re.search(r"uint256\[0\]", text) is None
    assert text.startswith("// SPDX-License-Identifier: Apache-2.0\npragma solidity ^0.8.20;\n")


def test_every_custom_error_and_the_pragma_are_in_the_guide() -> None:
    from tests.conftest import ROOT

    guide = (ROOT / "docs/guides/verifying-on-chain.md").read_text()
    source = toy_groth16(1).source(batch=True)
    for name in re.findall(r"error (\w+)\(", source):
        assert f"`{name}()`" in guide
    assert "`^0.8.20`" in guide


def test_points_as_the_evm_has_them() -> None:
    one = G1Array.generator(BN254.g1)
    assert coordinates(one) == [(1, 2)]
    assert coordinates(G1Array.infinity(BN254.g1, 1)) == [(0, 0)]
    x1, x0, y1, y0 = g2_words(G2Array.generator(BN254.g2))
    (found,) = G2Array.generator(BN254.g2).to_ints()
    assert found == ((x0, x1), (y0, y1))
    assert g2_words(G2Array.infinity(BN254.g2, 1)[0]) == [0] * 4


def test_a_curve_without_a_contract() -> None:
    problem = no_contract(BLS12_381.name)
    assert isinstance(problem, EnvironmentProblem)
    assert problem.message == "no contract for this curve: expected a key over bn254, got bls12_381"
