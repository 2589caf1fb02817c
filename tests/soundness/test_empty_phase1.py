"""Keys made from powers of tau that nobody contributed to: named with the consequence, by every command."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support import toy_groth16
from zkctl.cli import app
from zkctl.curve import CURVES, Curve, G1Array, G2Array
from zkctl.formats.binary.zkey_groth16 import read_zkey, write_zkey
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.proof.prove import prove

CONSEQUENCE = (
    "made from a phase 1 without contribution: anyone can prove anything with this key [VK-EMPTY]"
)
UNBOUND = "public input 1 is not bound, its point is infinity [VK-IC]"


@pytest.fixture(params=CURVES, ids=str)
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key whose alpha, beta and tau are 1, with a phase-2 contribution, its circuit, and proofs."""
    curve: Curve = request.param
    monkeypatch.chdir(tmp_path)
    sound = toy_groth16.toy_key(curve)
    made = replace(
        sound,
        alpha_g1=G1Array.generator(curve.g1),
        beta_g1=G1Array.generator(curve.g1),
        beta_g2=G2Array.generator(curve.g2),
        gamma_abc_g1=G1Array.infinity(curve.g1, len(sound.gamma_abc_g1)),
    )
    toy_groth16.save_key(tmp_path / "key.zkey", made)
    toy_groth16.save_key(tmp_path / "sound.zkey", sound)
    witness = toy_groth16.factors_witness(curve.scalar_field)
    saved = toy_groth16.save_witness(tmp_path / "w.wtns", curve.scalar_field, witness)
    prove(
        tmp_path / "sound.zkey",
        saved,
        proof_output=tmp_path / "proof.json",
        public_output=tmp_path / "public.json",
    )
    export_verification_key(
        tmp_path / "key.zkey", output=tmp_path / "vkey.json", allow_insecure=True
    )
    proof, public = (json.loads((tmp_path / f"{n}.json").read_text()) for n in ("proof", "public"))
    (tmp_path / "batch.jsonl").write_text(json.dumps({"proof": proof, "public": public}) + "\n")
    return tmp_path


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def act(*words: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = app.main(list(words))
        out, err = capfd.readouterr()
        return code, out, err

    return act


COMMANDS = [
    ("verify", "vkey.json", "public.json", "proof.json"),
    ("verify", "vkey.json", "--batch", "batch.jsonl"),
    ("export-vkey", "key.zkey", "-o", "again.json"),
    ("prove", "key.zkey", "w.wtns", "-o", "p.json", "--public", "q.json"),
]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words[:3:2]))
def test_a_key_without_contribution_is_refused_with_the_consequence(
    run: Run, words: tuple[str, ...]
) -> None:
    code, out, err = run(*words)
    assert (code, out) == (4, "")
    for text in (CONSEQUENCE, UNBOUND, "alpha = 1 is a public number [VK-ALPHA]"):
        assert text in err


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("words", COMMANDS[:3], ids=lambda words: " ".join(words[:3:2]))
def test_it_can_be_allowed(run: Run, words: tuple[str, ...]) -> None:
    code, _, err = run(*words, "--allow-insecure")
    assert code == (
        0 if words[0] == "export-vkey" else 1
    )  # the sound key's proof does not hold here
    assert f"warning: {CONSEQUENCE}" in err


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", ["key.zkey", "vkey.json"])
def test_info_shows_the_findings(run: Run, name: str) -> None:
    code, _, err = run("info", name)
    assert code == 0
    assert f"warning: {CONSEQUENCE}" in err
    assert f"warning: {UNBOUND}" in err
    assert CONSEQUENCE not in run("info", "sound.zkey")[2]


def test_other_points_at_infinity_are_malformed(folder: Path, run: Run) -> None:
    vkey: dict[str, Any] = json.loads((folder / "vkey.json").read_text())
    for name in ("vk_alpha_1", "vk_beta_2", "vk_gamma_2", "vk_delta_2"):
        infinity = ["0", "1", "0"] if name.endswith("1") else [["0", "0"], ["1", "0"], ["0", "0"]]
        (folder / "bad.json").write_text(json.dumps(vkey | {name: infinity}))
        code, _, err = run("verify", "bad.json", "public.json", "proof.json")
        assert code == 3
        assert "is at infinity" in err


def test_a_whole_way_without_contribution(folder: Path, run: Run) -> None:
    """From powers of tau of `ptau new` to a key; each step has to be allowed."""
    curve = read_zkey(folder / "key.zkey").key.curve
    toy_groth16.save_circuit(folder / "c.r1cs", toy_groth16.factors(curve.scalar_field))
    assert run("ptau", "new", curve.name, "3", "-o", "new.ptau")[0] == 0
    assert run("ptau", "prepare", "new.ptau", "-o", "pot.ptau")[0] == 0
    setup = ("setup", "groth16", "c.r1cs", "pot.ptau", "-o", "0.zkey")
    code, _, err = run(*setup)
    assert (code, "[P1-EMPTY]" in err) == (4, True)
    assert run(*setup, "--allow-insecure")[0] == 0
    check = ("ceremony", "verify", "0.zkey", "--r1cs", "c.r1cs", "--ptau", "pot.ptau")
    assert run(*check)[0] == 4
    code, _, err = run(*check, "--allow-insecure")
    assert (code, CONSEQUENCE in err) == (0, True)


def test_keys_keep_their_bytes(folder: Path, tmp_path: Path) -> None:
    with (tmp_path / "again.zkey").open("wb") as file:
        write_zkey(file, read_zkey(folder / "key.zkey"))
    assert read_zkey(tmp_path / "again.zkey").key.gamma_abc_g1.is_infinity().all()
