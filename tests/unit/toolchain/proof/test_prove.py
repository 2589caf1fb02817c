"""`zkctl prove`: what it writes, what it refuses, and whom it blames."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from tests.support.binary_files import Container
from tests.support.toy_groth16 import (
    BEACON,
    circuit,
    factors,
    factors_witness,
    save_circuit,
    save_key,
    save_witness,
    toy_key,
)
from zkctl.constraints.r1cs import R1CS
from zkctl.curve import BLS12_381, BN254, G1Array
from zkctl.errors import (
    EncodingError,
    EnvironmentProblem,
    FormatError,
    IntegrityError,
    ShapeError,
    UnsatisfiedError,
    UsageError,
)
from zkctl.field import BLS12_381_FR, BN254_FR
from zkctl.formats.binary.wtns import read_wtns
from zkctl.groth16.keys import ProvingKey
from zkctl.toolchain.proof.circuit_check import _signals_of
from zkctl.toolchain.proof.prove import ProveSummary, prove
from zkctl.toolchain.proof.verify import verify


@dataclass(frozen=True)
class ProofFiles:
    """The files of one proof in a folder."""

    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / name

    def prove(self, **options: object) -> ProveSummary:
        return prove(
            self.path("key.zkey"),
            self.path("witness.wtns"),
            proof_output=self.path("proof.json"),
            public_output=self.path("public.json"),
            **options,
        )

    def outputs(self) -> list[str]:
        return [p.name for p in self.folder.iterdir() if p.suffix == ".json" or p.name[0] == "."]


@pytest.fixture
def files(tmp_path: Path) -> ProofFiles:
    save_key(tmp_path / "key.zkey", toy_key(BN254))
    save_witness(tmp_path / "witness.wtns", BN254_FR, factors_witness(BN254_FR))
    save_circuit(tmp_path / "circuit.r1cs", factors(BN254_FR))
    return ProofFiles(tmp_path)


def test_writes_proof_and_public_signals(files: ProofFiles) -> None:
    summary = files.prove(r1cs=files.path("circuit.r1cs"))
    assert json.loads(files.path("public.json").read_text()) == ["55", "77"]
    assert list(json.loads(files.path("proof.json").read_text())) == [
        "pi_a",
        "pi_b",
        "pi_c",
        "protocol",
        "curve",
    ]
    assert (summary.curve, summary.n_public, summary.warnings) == ("bn254", 2, [])


def test_two_proofs_of_one_witness_differ_but_share_the_statement(files: ProofFiles) -> None:
    first, proof = files.prove(), files.path("proof.json").read_bytes()
    second = files.prove(force=True)
    assert files.path("proof.json").read_bytes() != proof
    assert first.statement == second.statement


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("p0tion/circuit_0000.zkey", "no phase-2 contribution, anyone can forge proofs"),
        ("ark-circom/test.zkey", "no phase-2 contribution, anyone can forge proofs"),
        ("golden_bn128/multiplier_final.zkey", "only public-beacon phase-2 contributions"),
    ],
)
def test_forgeable_keys_are_refused(data: Path, files: ProofFiles, key: str, message: str) -> None:
    files.path("key.zkey").write_bytes((data / key).read_bytes())
    with pytest.raises(IntegrityError, match=message) as caught:
        files.prove()
    assert caught.value.exit_code == 4
    assert not files.outputs()


def test_forgeable_key_is_used_when_allowed(data: Path, files: ProofFiles) -> None:
    save_key(files.path("key.zkey"), toy_key(BN254), BEACON)
    assert "[P2-BEACON]" in files.prove(allow_insecure=True).warnings[0]


def test_key_with_known_delta_is_refused_despite_its_contributions(files: ProofFiles) -> None:
    key = toy_key(BN254)
    save_key(files.path("key.zkey"), replace(key, delta_g2=-key.gamma_g2, delta_g1=-key.delta_g1))
    with pytest.raises(IntegrityError, match=r"delta = -1 \* gamma, anyone can forge proofs"):
        files.prove()


@pytest.mark.parametrize("system", ["plonk"])
def test_keys_of_other_proof_systems(data: Path, files: ProofFiles, system: str) -> None:
    """The wires of additions are no wires of the circuit, which `r1cs` compares."""
    golden = data / "golden_bn128"
    for target, source in (
        ("key.zkey", f"{system}.zkey"),
        ("witness.wtns", "witness.wtns"),
        ("circuit.r1cs", "multiplier.r1cs"),
    ):
        files.path(target).write_bytes((golden / source).read_bytes())
    assert files.prove(r1cs=files.path("circuit.r1cs")).n_public == 2
    public = json.loads((golden / f"{system}_public.json").read_text())
    assert json.loads(files.path("public.json").read_text()) == public
    assert verify(
        golden / f"{system}_vk.json",
        public=files.path("public.json"),
        proof=files.path("proof.json"),
    ).valid


@pytest.mark.parametrize("system", ["plonk", "fflonk"])
def test_keys_of_another_circuit(data: Path, files: ProofFiles, system: str) -> None:
    golden, co_snarks = data / "golden_bn128", data / "co-snarks-examples/plonk/test_vectors"
    files.path("key.zkey").write_bytes((golden / f"{system}.zkey").read_bytes())
    files.path("witness.wtns").write_bytes((golden / "witness.wtns").read_bytes())
    with pytest.raises(IntegrityError, match="the number of wires of the key is not that of"):
        files.prove(r1cs=co_snarks / "multiplier2/multiplier2.r1cs")


def test_witness_over_another_field_is_refused(files: ProofFiles) -> None:
    save_witness(files.path("witness.wtns"), BLS12_381_FR, factors_witness(BLS12_381_FR))
    with pytest.raises(
        IntegrityError, match=r"the witness is over bls12_381.fr, the key over bn254"
    ):
        files.prove()


def test_witness_of_another_length_is_refused(files: ProofFiles) -> None:
    save_witness(files.path("witness.wtns"), BN254_FR, factors_witness(BN254_FR)[:4])
    with pytest.raises(ShapeError, match="the key has 5 wires, the witness 4") as caught:
        files.prove(r1cs=files.path("circuit.r1cs"))
    assert caught.value.where == str(files.path("witness.wtns"))


def _break_witness(files: ProofFiles) -> None:
    words = factors_witness(BN254_FR)
    words[1, 0] += 1
    save_witness(files.path("witness.wtns"), BN254_FR, words)


def test_unsatisfied_witness_ends_without_files(files: ProofFiles) -> None:
    _break_witness(files)
    with pytest.raises(
        UnsatisfiedError, match="the witness does not satisfy the circuit of this key"
    ) as caught:
        files.prove()
    assert caught.value.exit_code == 1
    assert not files.outputs()


def test_failing_constraint_is_named_without_values(data: Path, tmp_path: Path) -> None:
    golden = data / "golden_bn128"
    witness = read_wtns(golden / "witness.wtns")
    words = witness.words.copy()
    words[7, 0] += 1
    save_witness(tmp_path / "w.wtns", witness.field, words)
    outputs = tmp_path / "proof.json", tmp_path / "public.json"
    with pytest.raises(
        UnsatisfiedError, match=r"the witness breaks constraint \d+ of 10"
    ) as caught:
        prove(
            golden / "multiplier_final.zkey",
            tmp_path / "w.wtns",
            proof_output=outputs[0],
            public_output=outputs[1],
            r1cs=golden / "multiplier.r1cs",
            allow_insecure=True,
        )
    assert caught.value.where == str(golden / "multiplier.r1cs")
    assert "main.int[" in caught.value.hint
    assert not any(path.exists() for path in outputs)


def test_failing_constraint_names_wires_where_there_are_no_names(files: ProofFiles) -> None:
    _break_witness(files)
    with pytest.raises(UnsatisfiedError, match="breaks constraint 0 of 1") as caught:
        files.prove(r1cs=files.path("circuit.r1cs"))
    assert caught.value.hint == "it constrains wire 1, wire 3, wire 4"


def test_names_of_another_circuit_do_not_hide_the_failure(files: ProofFiles) -> None:
    _break_witness(files)
    files.path("circuit.sym").write_bytes(b"1,1,0,main.a\n2,99,0,main.b\n")
    with pytest.raises(UnsatisfiedError, match="breaks constraint 0 of 1") as caught:
        files.prove(r1cs=files.path("circuit.r1cs"))
    assert caught.value.hint == "it constrains wire 1, wire 3, wire 4"


def test_long_constraints_name_their_first_signals() -> None:
    row = [(wire, 1) for wire in range(20)]
    wide = circuit(BN254_FR, [(row, row, row)], 20, 0, 2)
    hint = _signals_of(wide, 0, Path("absent.r1cs"))
    assert hint.startswith("it constrains wire 1, wire 2,")
    assert hint.endswith(", wire 12 and 7 more")


OTHER_CIRCUITS: dict[str, Callable[[], R1CS]] = {
    "the field of the key is not that of the circuit: expected bls12_381.fr, got bn254.fr": lambda: (
        factors(BLS12_381_FR)
    ),
    "the number of wires of the key is not that of the circuit: expected 6, got 5": lambda: circuit(
        BN254_FR, [([(3, 1)], [(4, 1), (0, 3)], [(1, 1)])], 6, 1, 1
    ),
    "the number of public signals of the key is not that of the circuit: expected 1, got 2": lambda: (
        circuit(BN254_FR, [([(3, 1)], [(4, 1), (0, 3)], [(1, 1)])], 5, 1, 0)
    ),
    "the domain size of the key is not that of the circuit: expected 8, got 4": lambda: circuit(
        BN254_FR, [([(3, 1)], [(4, 1)], [(1, 1)])] * 2, 5, 1, 1
    ),
    "the number of coefficients of the key is not that of the circuit: expected 5, got 6": lambda: (
        circuit(BN254_FR, [([(3, 1)], [(4, 1)], [(1, 1)])], 5, 1, 1)
    ),
}


@pytest.mark.parametrize("message", OTHER_CIRCUITS)
def test_key_of_another_circuit_is_refused(files: ProofFiles, message: str) -> None:
    save_circuit(files.path("circuit.r1cs"), OTHER_CIRCUITS[message]())
    with pytest.raises(IntegrityError, match=message):
        files.prove(r1cs=files.path("circuit.r1cs"))


def _with_l_query(key: ProvingKey, data: np.ndarray) -> ProvingKey:
    return replace(key, l_query=G1Array(key.curve.g1, data))


def test_key_with_a_point_off_the_curve_is_blamed(files: ProofFiles) -> None:
    key = toy_key(BN254)
    data = key.l_query.data.copy()
    data[1, 0] ^= np.uint64(1)
    save_key(files.path("key.zkey"), _with_l_query(key, data))
    with pytest.raises(EncodingError, match="point 1 is not on the curve") as caught:
        files.prove()
    assert caught.value.where == f"{files.path('key.zkey')}, section 8"


def test_altered_key_is_blamed_when_the_witness_is_good(files: ProofFiles) -> None:
    key = toy_key(BN254)
    save_key(files.path("key.zkey"), _with_l_query(key, key.l_query.data[::-1].copy()))
    with pytest.raises(UnsatisfiedError):
        files.prove()
    with pytest.raises(
        IntegrityError,
        match="the witness satisfies the circuit, but a proof under the key is invalid",
    ):
        files.prove(r1cs=files.path("circuit.r1cs"))


@pytest.mark.parametrize("existing", ["proof.json", "public.json"])
def test_both_files_or_none(files: ProofFiles, existing: str) -> None:
    files.path(existing).write_text("precious")
    with pytest.raises(EnvironmentProblem, match="the output exists"):
        files.prove()
    assert files.outputs() == [existing]
    assert files.path(existing).read_text() == "precious"


def test_outputs_must_differ_from_each_other_and_from_inputs(files: ProofFiles) -> None:
    key, witness, out = (files.path(n) for n in ("key.zkey", "witness.wtns", "out.json"))
    with pytest.raises(UsageError, match="two outputs have the same path"):
        prove(key, witness, proof_output=out, public_output=out)
    with pytest.raises(UsageError, match="the output is the input"):
        prove(key, witness, proof_output=out, public_output=witness, force=True)


def test_equal_outputs_are_refused_before_any_work(files: ProofFiles) -> None:
    key, witness, out = (files.path(n) for n in ("key.zkey", "witness.wtns", "out.json"))
    again = out.parent / "." / ".." / out.parent.name / out.name
    said: list[str] = []
    with pytest.raises(UsageError, match="two outputs have the same path"):
        prove(
            key,
            witness,
            proof_output=out,
            public_output=again,
            progress=lambda text, _share: said.append(text),
        )
    assert said == []


def test_bls12_381(tmp_path: Path) -> None:
    """The same code over the other curve, through files."""
    save_key(tmp_path / "key.zkey", toy_key(BLS12_381))
    save_witness(tmp_path / "witness.wtns", BLS12_381_FR, factors_witness(BLS12_381_FR))
    assert ProofFiles(tmp_path).prove().curve == "bls12_381"
    assert json.loads((tmp_path / "proof.json").read_text())["curve"] == "bls12381"


def test_the_number_of_public_signals_that_is_expected(files: ProofFiles) -> None:
    with pytest.raises(
        IntegrityError, match="the number of public signals of the key is wrong: expected 1, got 2"
    ) as caught:
        files.prove(expect_public=1)
    assert caught.value.where == str(files.path("key.zkey"))
    assert files.outputs() == []
    assert files.prove(expect_public=2).n_public == 2


def test_unknown_sections_of_the_witness_are_reported(files: ProofFiles) -> None:
    path = files.path("witness.wtns")
    good = Container.read(path)
    replace(good, sections=(*good.sections, (4242, b"more"))).write(path)
    warnings = files.prove().warnings
    assert len(warnings) == 1
    assert warnings[0].startswith(f"{path}: unknown section 4242")


def test_the_program_beside_a_circuit_is_checked(files: ProofFiles) -> None:
    """NAME.wprog beside NAME.r1cs: here not even a program."""
    files.path("circuit.wprog").write_bytes(b"no program")
    with pytest.raises(FormatError):
        files.prove(r1cs=files.path("circuit.r1cs"))
    assert files.outputs() == []
