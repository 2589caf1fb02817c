"""`zkctl calldata`: the four forms, and proofs that no contract takes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.toy_contracts import save_groth16, toy_groth16
from zkctl.errors import EncodingError, EnvironmentProblem, FormatError
from zkctl.toolchain.proof.calldata import CalldataFormat, call_of, text_of_call, write_calldata


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_the_call_of_files(tmp_path: Path, n: int) -> None:
    _, public, proof = save_groth16(tmp_path, n)
    assert call_of(proof, public) == toy_groth16(n).call


def test_forms(tmp_path: Path) -> None:
    _, public, proof = save_groth16(tmp_path)
    call = call_of(proof, public)
    assert text_of_call(call, CalldataFormat.REMIX) == call.text
    data = text_of_call(call, CalldataFormat.HEX)
    assert data == "0x" + call.encoded().hex()
    assert len(call.encoded()) == 4 + 32 * 10
    named = json.loads(text_of_call(call, CalldataFormat.JSON))
    assert list(named) == ["a", "b", "c", "input"]
    flat = [*named["a"], *named["b"][0], *named["b"][1], *named["c"], *named["input"]]
    assert [int(word, 16) for word in flat] == list(call.words)
    assert all(len(word) == 66 for word in flat)


@pytest.mark.parametrize("form", CalldataFormat)
def test_written_to_a_file(tmp_path: Path, form: CalldataFormat) -> None:
    _, public, proof = save_groth16(tmp_path)
    call, output = call_of(proof, public), tmp_path / "calldata"
    summary = write_calldata(proof, public, output=output, form=form)
    written = output.read_bytes()
    if form is CalldataFormat.ABI:
        assert written == call.encoded()
    else:
        assert written.decode() == text_of_call(call, form)
    assert (summary.function, summary.n_public, summary.n_bytes) == (call.signature, 2, 324)
    with pytest.raises(EnvironmentProblem, match="exists"):
        write_calldata(proof, public, output=output, form=form)


def test_what_no_contract_takes(tmp_path: Path) -> None:
    _, public, proof = save_groth16(tmp_path)
    made = json.loads(proof.read_text())
    for change, kind, text in (
        ({"curve": "bls12381"}, EncodingError, "not on the curve"),
        ({"pi_a": ["1", "1", "1"]}, EncodingError, "not on the curve"),
        ({"protocol": "stark"}, FormatError, "unknown protocol 'stark'"),
    ):
        bad = tmp_path / "bad.json"
        bad.write_text(json.dumps({**made, **change}))
        with pytest.raises(kind, match=text):
            call_of(bad, public)
    public.write_text(
        '["21888242871839275222246405745257275088548364400416034343698204186575808495617"]'
    )
    with pytest.raises(EncodingError, match="not below the modulus"):
        call_of(proof, public)
    public.write_text('{"1": 2}')
    with pytest.raises(FormatError):
        call_of(proof, public)


def test_the_other_way_round(tmp_path: Path) -> None:
    """Files in the wrong order are named, and the order is told."""
    vkey, public, proof = save_groth16(tmp_path)
    for first, second, message in (
        (public, proof, "expected a proof, found a list of 2 strings, as public signals are"),
        (vkey, public, "expected a proof, found a groth16 verification key"),
        (proof, proof, "expected public signals, found a groth16 proof"),
    ):
        with pytest.raises(FormatError) as caught:
            call_of(first, second)
        assert caught.value.message == message
        assert caught.value.hint == (
            "name the verification key first, then the public signals, then the proof"
            " (calldata: the proof, then the public signals)"
        )
