"""`zkctl setup groth16`: the files of snarkjs, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from tests.support.binary_files import r1cs as r1cs_file
from tests.support.binary_files import u32, u64
from tests.support.toy_groth16 import circuit, factors, save_circuit, toy_key
from zkctl.constraints.r1cs import R1CS
from zkctl.curve import BN254, G1Array, G2Array
from zkctl.errors import (
    EnvironmentProblem,
    InputError,
    IntegrityError,
    LimitError,
    ZkctlError,
)
from zkctl.field import BLS12_381_FR, BN254_FR
from zkctl.formats.binary.zkey_groth16 import ZkeyFile
from zkctl.toolchain.proof.groth16 import NEEDS_CONTRIBUTIONS
from zkctl.toolchain.proof.setup import make_key
from zkctl.toolchain.proof.systems import FFLONK, GROTH16, PLONK, ProofSystem
from zkctl.toolchain.ptau.catalogue import UNPUBLISHED


def test_golden_key_byte_for_byte(data: Path, tmp_path: Path) -> None:
    golden, output = data / "golden_bn128", tmp_path / "key.zkey"
    summary = make_key(
        golden / "multiplier.r1cs", golden / "pot6_final.ptau", output=output, allow_insecure=True
    )
    assert output.read_bytes() == (golden / "multiplier_0000.zkey").read_bytes()
    assert (summary.curve, summary.n_constraints, summary.n_wires) == ("bn254", 10, 13)
    assert (summary.n_public, summary.domain_size) == (2, 16)
    assert "[P1-BEACON]" in summary.warnings[0]
    assert summary.warnings[-1] == NEEDS_CONTRIBUTIONS


def test_key_from_a_real_ceremony_needs_no_permission(data: Path, tmp_path: Path) -> None:
    """All bytes equal except the circuit hash, which snarkjs 0.6 computed differently."""
    folder, output = data / "p0tion", tmp_path / "key.zkey"
    ptau = folder / "powersOfTau28_hez_final_02.ptau"
    summary = make_key(folder / "circuit.r1cs", ptau, output=output)
    assert summary.warnings == [NEEDS_CONTRIBUTIONS]
    got, expected = (
        np.frombuffer(path.read_bytes(), np.uint8)
        for path in (output, folder / "circuit_0000.zkey")
    )
    different = np.flatnonzero(got != expected)
    assert len(got) == len(expected)
    assert different[-1] - different[0] < 64
    assert bytes(got[different[0] : different[0] + 4]).hex() == summary.circuit_hash[:8]


def test_beacon_only_powers_are_refused(data: Path, tmp_path: Path) -> None:
    golden = data / "golden_bn128"
    with pytest.raises(IntegrityError, match="only public-beacon phase-1 contributions") as caught:
        make_key(golden / "multiplier.r1cs", golden / "pot6_final.ptau", output=tmp_path / "key")
    assert caught.value.exit_code == 4
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("r1cs", "ptau", "message", "error"),
    [
        (
            "cshash/m17000.r1cs",
            "ptau/powersOfTau28_hez_final_11.ptau",
            r"expected 2\^15 or more, got 2\^11",
            EnvironmentProblem,
        ),
        (
            "golden_bn128/multiplier.r1cs",
            "golden_bn128/pot6_beacon.ptau",
            "not prepared for phase 2",
            EnvironmentProblem,
        ),
        (
            "co-snarks-examples/groth16/test_vectors/kyc/bls12/kyc.r1cs",
            "ptau/powersOfTau28_hez_final_08.ptau",
            "the circuit is over bls12_381.fr, the powers of tau over bn254",
            IntegrityError,
        ),
    ],
)
def test_circuits_and_powers_that_do_not_fit_are_refused(
    data: Path, tmp_path: Path, r1cs: str, ptau: str, message: str, error: type[ZkctlError]
) -> None:
    with pytest.raises(error, match=message):
        make_key(data / r1cs, data / ptau, output=tmp_path / "key", allow_insecure=True)
    assert not list(tmp_path.iterdir())


def test_linear_circuit_is_refused(data: Path, tmp_path: Path) -> None:
    folder = data / "co-snarks-examples/groth16/test_vectors/sum_arrays"
    ptau, output = data / "ptau/powersOfTau28_hez_final_08.ptau", tmp_path / "key"
    message = "the circuit has no non-linear constraint, so a proof shows no knowledge"
    with pytest.raises(IntegrityError, match=message):
        make_key(folder / "sum_arrays.r1cs", ptau, output=output)
    assert not output.exists()
    summary = make_key(folder / "sum_arrays.r1cs", ptau, output=output, allow_insecure=True)
    assert message in summary.warnings


def test_existing_key_stays_unless_forced(data: Path, tmp_path: Path) -> None:
    folder, output = data / "p0tion", tmp_path / "key.zkey"
    output.write_bytes(b"precious")
    inputs = folder / "circuit.r1cs", folder / "powersOfTau28_hez_final_02.ptau"
    with pytest.raises(EnvironmentProblem, match="the output exists"):
        make_key(*inputs, output=output)
    assert output.read_bytes() == b"precious"
    make_key(*inputs, output=output, force=True)
    assert output.stat().st_size == 3308


def test_bls12_381_circuit_on_a_bn254_phase_1(data: Path, tmp_path: Path) -> None:
    r1cs = save_circuit(tmp_path / "c.r1cs", factors(BLS12_381_FR))
    with pytest.raises(IntegrityError) as caught:
        make_key(r1cs, data / "ptau/powersOfTau28_hez_final_08.ptau", output=tmp_path / "key")
    assert caught.value.hint == "compile the circuit for the curve of the ptau file"


def test_a_missing_phase_1_gets_the_hint_where_to_get_one(data: Path, tmp_path: Path) -> None:
    golden = data / "golden_bn128"
    with pytest.raises(EnvironmentProblem, match="no such file") as caught:
        make_key(golden / "multiplier.r1cs", tmp_path / "no.ptau", output=tmp_path / "k.zkey")
    assert "`advise_ptau()`" in caught.value.hint
    assert "`download_ptau()`" in caught.value.hint


def test_defects_of_a_new_key_that_no_contribution_removes() -> None:
    key = toy_key(BN254)
    assert GROTH16.setup_findings(ZkeyFile(key, bytes(64), [])) == []
    g1, g2 = G1Array.generator(BN254.g1), G2Array.generator(BN254.g2)
    empty = replace(key, alpha_g1=g1, beta_g1=g1, beta_g2=g2)
    unbound = replace(key, gamma_abc_g1=G1Array.infinity(BN254.g1, len(key.gamma_abc_g1)))
    for weak, finding in ((empty, "VK-EMPTY"), (unbound, "VK-IC")):
        found = GROTH16.setup_findings(ZkeyFile(weak, bytes(64), []))
        assert {each.id for each in found} == {finding}


UNIVERSAL = pytest.mark.parametrize("system", [PLONK, FFLONK], ids=lambda system: system.name)


@UNIVERSAL
def test_golden_keys_of_universal_setups(data: Path, tmp_path: Path, system: ProofSystem) -> None:
    """B6 of the public reports: what the key will take is said first."""
    golden, output = data / "golden_bn128", tmp_path / "key.zkey"
    inputs = golden / "multiplier.r1cs", golden / "p8/pot9_final.ptau"
    stages: list[str] = []
    summary = make_key(
        *inputs,
        output=output,
        system=system,
        allow_insecure=True,
        progress=lambda stage, _done: stages.append(stage),
    )
    assert output.read_bytes() == (golden / f"{system.name}.zkey").read_bytes()
    assert (summary.n_rows, summary.domain_size, summary.circuit_hash) == (22, 32, None)
    assert summary.srs is not None
    assert "[P1-BEACON]" in summary.warnings[0]
    assert not [text for text in summary.warnings if "contribution yet" in text]
    assert summary.warnings[-1] == UNPUBLISHED
    assert stages == [
        "reading the circuit",
        "reading the powers of tau",
        "a key of 22 rows: 1 MiB, with about 1 MiB of memory",
        "computing the key",
        "looking for the powers of tau among the published ones",
        "writing the key",
    ]
    with pytest.raises(IntegrityError, match=r"\[P1-BEACON\]"):
        make_key(*inputs, output=tmp_path / "other", system=system)


@UNIVERSAL
def test_a_limit_of_memory(data: Path, tmp_path: Path, system: ProofSystem) -> None:
    """B6 of the public reports (snarkjs issue 313): exit code 7 before anything is computed."""
    n_rows, needed = {"plonk": (2000, 3), "fflonk": (200, 2)}[system.name]
    r1cs = save_circuit(tmp_path / "c.r1cs", many_rows(n_rows))
    ptau = data / "ptau/powersOfTau28_hez_final_11.ptau"
    with pytest.raises(LimitError) as caught:
        make_key(r1cs, ptau, output=tmp_path / "key", system=system, memory_limit=1)
    assert caught.value.exit_code == 7
    assert caught.value.message == (
        f"the setup needs too much memory: expected at most 1 MiB, got {needed} MiB"
    )
    assert caught.value.hint == "raise the limit, or compile the circuit with fewer rows"
    assert not (tmp_path / "key").exists()
    make_key(r1cs, ptau, output=tmp_path / "key", system=system, memory_limit=needed)


@UNIVERSAL
def test_powers_that_are_too_small_are_refused_before_a_size_is_named(
    data: Path, tmp_path: Path, system: ProofSystem
) -> None:
    r1cs = save_circuit(tmp_path / "c.r1cs", many_rows(5000))
    ptau = data / "ptau/powersOfTau28_hez_final_11.ptau"
    stages: list[str] = []
    with pytest.raises(EnvironmentProblem, match="the powers of tau are too small"):
        make_key(
            r1cs,
            ptau,
            output=tmp_path / "key",
            system=system,
            progress=lambda stage, _done: stages.append(stage),
        )
    assert stages == ["reading the circuit", "reading the powers of tau"]


def many_rows(n: int) -> R1CS:
    return circuit(BN254_FR, [([(1, 1)], [(1, 1)], [(1, 1)])] * n, 2, 1, 0)


class DiskUsage(NamedTuple):
    total: int
    used: int
    free: int


def test_a_full_disk(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(_folder: Path) -> DiskUsage:
        return DiskUsage(0, 0, 1000)

    monkeypatch.setattr("shutil.disk_usage", no_room)
    golden = data / "golden_bn128"
    with pytest.raises(EnvironmentProblem, match="the disk is too full: expected 54616 free bytes"):
        make_key(
            golden / "multiplier.r1cs",
            golden / "pot6_final.ptau",
            output=tmp_path / "key",
            system=PLONK,
            allow_insecure=True,
        )


@pytest.mark.parametrize("system", [GROTH16, PLONK, FFLONK], ids=lambda system: system.name)
def test_custom_gates_are_refused_by_file(data: Path, tmp_path: Path, system: ProofSystem) -> None:
    """One gate, Range, and one use of it on wire 1."""
    plain = r1cs_file([[[(1, 1)], [(2, 1)], [(3, 1)]]])
    gates, uses = u32(1) + b"Range\0" + u32(0), u32(1, 0, 1) + u64(1)
    sections = (*plain.sections, (4, gates), (5, uses))
    path = replace(plain, sections=sections).write(tmp_path / "c.r1cs")
    ptau = data / "ptau/powersOfTau28_hez_final_08.ptau"
    with pytest.raises(InputError, match="custom gates") as caught:
        make_key(path, ptau, output=tmp_path / "key", system=system)
    assert caught.value.where == str(path)
    assert not (tmp_path / "key").exists()


@UNIVERSAL
def test_no_constraint_left(data: Path, tmp_path: Path, system: ProofSystem) -> None:
    """B2 of the public reports (snarkjs issue 624): `a === 15` alone is simplified away."""
    r1cs = save_circuit(tmp_path / "c.r1cs", circuit(BN254_FR, [], 2, 0, 0))
    ptau, output = data / "ptau/powersOfTau28_hez_final_08.ptau", tmp_path / "key"
    with pytest.raises(IntegrityError) as caught:
        make_key(r1cs, ptau, output=output, system=system)
    assert caught.value.message == (
        "the circuit has no constraint left, so a proof shows no knowledge"
    )
    with pytest.raises(InputError, match="there is nothing to prove"):
        make_key(r1cs, ptau, output=output, system=system, allow_insecure=True)


@UNIVERSAL
def test_a_wire_in_no_row(data: Path, tmp_path: Path, system: ProofSystem) -> None:
    """B3 of the public reports (snarkjs issue 136): a wire that no constraint reads makes no difference."""
    r1cs = save_circuit(
        tmp_path / "c.r1cs", circuit(BN254_FR, [([(3, 1)], [(3, 1)], [(1, 1)])], 6, 1, 1)
    )
    ptau = data / "ptau/powersOfTau28_hez_final_08.ptau"
    summary = make_key(r1cs, ptau, output=tmp_path / "key", system=system)
    assert (summary.n_wires, summary.n_rows, summary.warnings) == (6, 3, [])
