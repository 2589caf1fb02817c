"""Files of many statements: every line strict, every complaint with its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.json_changes import Change, add, drop, put, swap
from tests.support.points import first_curve_points
from tests.support.toy_groth16 import toy_key
from zkctl.curve import BLS12_381, BN254, CURVES, Curve
from zkctl.errors import (
    CheckFailed,
    EncodingError,
    FormatError,
    LimitError,
    ZkctlError,
)
from zkctl.formats.json import statements
from zkctl.formats.json.groth16_text import proof_json
from zkctl.formats.json.snarkjs_groth16 import read_statements
from zkctl.formats.json.snarkjs_text import public_json
from zkctl.groth16.keys import Proof, VerifyingKey

R = BN254.scalar_field.modulus


def key_of(curve: Curve) -> VerifyingKey:
    return toy_key(curve).verifying_key


def statement(curve: Curve = BN254, tag: int = 7) -> Any:
    """Two public signals and any members of the groups as a proof."""
    key = toy_key(curve)
    proof = Proof(key.alpha_g1, key.beta_g2, key.delta_g1)
    return {"proof": json.loads(proof_json(proof)), "public": json.loads(public_json([5, tag]))}


def save(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines))
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "batch.jsonl"


@pytest.mark.parametrize("curve", CURVES, ids=str)
@pytest.mark.parametrize("end", ["", "\n"])
def test_lines_in_their_order(path: Path, curve: Curve, end: str) -> None:
    lines = [json.dumps(statement(curve, tag)) for tag in (3, 1, 2)]
    found = read_statements(save(path, *lines[:2], lines[2] + end), key_of(curve))
    assert [public.to_ints() for public, _ in found] == [[5, 3], [5, 1], [5, 2]]
    for _, proof in found:
        assert json.loads(proof_json(proof)) == statement(curve)["proof"]


def test_members_in_any_order_and_lines_of_dos(path: Path) -> None:
    one = statement()
    text = json.dumps({"public": one["public"], "proof": one["proof"]})
    assert len(read_statements(save(path, f" {text}\r", f"{text}\r", ""), key_of(BN254))) == 2


@pytest.mark.parametrize("text", ["", "\n"])
def test_no_statements(path: Path, text: str) -> None:
    path.write_text(text)
    message = "the file has no statements" if not text else "the line is empty"
    with pytest.raises(FormatError, match=message):
        read_statements(path, key_of(BN254))


CASES: dict[str, tuple[Change, type[ZkctlError], str, str]] = {
    "no proof": (drop("proof"), FormatError, "missing 'proof'", "$"),
    "no public": (drop("public"), FormatError, "missing 'public'", "$"),
    "more": (
        put("pubic", value=[]),
        FormatError,
        "unknown member 'pubic', expected only 'proof' and 'public'",
        "$",
    ),
    "public": (put("public", 1, value="07"), FormatError, "not a decimal", "$.public[1]"),
    "number": (put("public", 1, value=7), FormatError, "expected a string", "$.public[1]"),
    "r": (put("public", 0, value=str(R)), EncodingError, "not below the modulus", "$.public[0]"),
    "few": (put("public", value=["5"]), FormatError, "expected 2 public", "$.public"),
    "off": (add(1, "proof", "pi_c", 1), EncodingError, "g1: point 0 is not on", "$.proof.pi_c"),
    "swapped": (swap("proof", "pi_b"), CheckFailed, "not on the curve", "$.proof.pi_b"),
    "plonk": (
        put("proof", "protocol", value="plonk"),
        FormatError,
        "the proof is of another proof system than the verification key: expected groth16, got plonk",
        "$.proof.protocol",
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("line", [1, 3])
def test_what_is_refused(path: Path, case: str, line: int) -> None:
    change, error, message, place = CASES[case]
    given = [statement(tag=k) for k in range(3)]
    change(given[line - 1])
    with pytest.raises(error) as caught:
        read_statements(save(path, *map(json.dumps, given)), key_of(BN254))
    assert message in caught.value.message
    assert caught.value.where == f"{path} line {line} {place}".rstrip()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the line is empty"),
        ("  \r", "the line is empty"),
        ("{", "not valid JSON"),
        ('["a"]', "expected an object, found an array"),
        ('{"proof": {}, "proof": {}, "public": []}', "key"),
        ('{"proof": 1.5, "public": []}', "a number that is not a plain integer"),
    ],
)
def test_lines_that_are_no_statement(path: Path, text: str, message: str) -> None:
    good = json.dumps(statement())
    with pytest.raises(FormatError, match=message) as caught:
        read_statements(save(path, good, text, good), key_of(BN254))
    assert caught.value.where.startswith(f"{path} line 2")


def test_a_point_outside_the_subgroup(path: Path) -> None:
    wrong = statement()
    x, y = first_curve_points(BN254.g2, 1)[0]
    wrong["proof"]["pi_b"] = [list(map(str, x)), list(map(str, y)), ["1", "0"]]
    lines = [json.dumps(one) for one in (statement(), wrong)]
    message = "g2: point 0 is not in the subgroup of prime order"
    with pytest.raises(EncodingError, match=message) as caught:
        read_statements(save(path, *lines), key_of(BN254))
    assert caught.value.where == f"{path} line 2 $.proof.pi_b"


def test_a_proof_over_another_curve(path: Path) -> None:
    lines = [json.dumps(statement()), json.dumps(statement(BLS12_381))]
    with pytest.raises(FormatError, match="the proof is over bls12_381") as caught:
        read_statements(save(path, *lines), key_of(BN254))
    assert "line 2 $.proof.curve" in caught.value.where


def test_too_large(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "MAX_BYTES", 100)
    with pytest.raises(LimitError, match="the file has more than 100 bytes"):
        read_statements(save(path, json.dumps(statement())), key_of(BN254))
