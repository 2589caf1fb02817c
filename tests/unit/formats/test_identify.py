"""Recognising files by content, whatever their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.errors import EnvironmentProblem, FormatError
from zkctl.formats.identify import FileKind, identify

REAL = {
    "golden_bn128/multiplier.r1cs": FileKind.R1CS,
    "nova-scotia/toy/pasta/toy.r1cs": FileKind.R1CS,
    "golden_bn128/multiplier.sym": FileKind.SYM,
    "golden_bn128/witness.wtns": FileKind.WTNS,
    "golden_bn128/pot6_final.ptau": FileKind.PTAU,
    "golden_bn128/multiplier_final.zkey": FileKind.ZKEY,
    "golden_bn128/plonk.zkey": FileKind.ZKEY,
    "golden_bn128/verification_key.json": FileKind.VERIFICATION_KEY,
    "golden_bn128/plonk_vk.json": FileKind.VERIFICATION_KEY,
    "golden_bn128/fflonk_vk.json": FileKind.VERIFICATION_KEY,
    "garaga/examples/vk_bls.json": FileKind.VERIFICATION_KEY,
    "garaga/examples/gnark_vk_bn254.json": FileKind.VERIFICATION_KEY,
    "golden_bn128/proof.json": FileKind.PROOF,
    "golden_bn128/plonk_proof.json": FileKind.PROOF,
    "golden_bn128/fflonk_proof.json": FileKind.PROOF,
    "garaga/examples/proof_bls.json": FileKind.PROOF,
    "garaga/examples/gnark_proof_bn254.json": FileKind.PROOF,
    "garaga/examples/proof_sp1.json": FileKind.PROOF,
    "garaga/examples/proof_risc0.json": FileKind.RECEIPT,
    "golden_bn128/public.json": FileKind.PUBLIC,
    "golden_bn128/input.json": FileKind.JSON,
    "p0tion/inputs.json": FileKind.JSON,
}


@pytest.mark.parametrize("name", REAL)
def test_real_files(data: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "anything").symlink_to(data / name)
    assert identify(tmp_path / "anything") is REAL[name]


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"", "an empty file"),
        (b"pragma circom 2.0.0;", "circom source code"),
        (b"\x89PNG\r\n\x1a\n" + bytes(8), "a PNG image"),
        (b"PK\x03\x04" + bytes(8), "a zip archive"),
        (b"\x01\x02\x03\x04\x05", "unknown data starting with 01020304"),
        ('{"a": 1}'.encode("utf-16"), "UTF-16 text"),
    ],
)
def test_other_files(tmp_path: Path, raw: bytes, found: str) -> None:
    path = tmp_path / "x.zkey"
    path.write_bytes(raw)
    with pytest.raises(FormatError) as caught:
        identify(path)
    assert caught.value.message == f"expected a file of circom, snarkjs or zkctl, found {found}"


def test_a_wasm_module(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\0asm\1\0\0\0")
    assert identify(tmp_path / "x") is FileKind.WASM


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="cannot read the file: no such file or directory"):
        identify(tmp_path / "x")


def test_circom_sources_are_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "c.circom"
    path.write_text("// a circuit\npragma circom 2.1.0;\n")
    with pytest.raises(FormatError, match="found circom source code") as caught:
        identify(path)
    assert caught.value.hint.startswith("compile it, and name a file")
