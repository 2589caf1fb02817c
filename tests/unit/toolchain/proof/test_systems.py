"""A second proof system needs one record: the actions prove, verify and export with it unchanged."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from tests.support.binary_files import Container, u32
from tests.support.toy_groth16 import (
    factors_witness,
    save_key,
    save_witness,
    toy_key,
)
from zkctl import OpenKey
from zkctl.constraints.r1cs import R1CS
from zkctl.curve import BN254, Curve
from zkctl.errors import EnvironmentProblem, FormatError, IntegrityError
from zkctl.field import BN254_FR, FieldArray
from zkctl.field.words import Words
from zkctl.formats.json.snarkjs import load_node
from zkctl.formats.json.snarkjs_text import public_json
from zkctl.formats.json.strict import Node
from zkctl.runtime.findings import Finding
from zkctl.runtime.progress import Progress
from zkctl.srs.powers_of_tau import PowersOfTau
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.proof.keys import CircuitFact
from zkctl.toolchain.proof.prove import prove
from zkctl.toolchain.proof.setup import make_key
from zkctl.toolchain.proof.systems import (
    SYSTEMS,
    ProofSystem,
    read_verifying_key,
    system_of_key,
)
from zkctl.toolchain.proof.verify import verify
from zkctl.toolchain.proof.verify_batch import verify_batch

PROTOCOL = "plonk"  # a name that file headers have, whose record the toy system replaces
WEAK = 13  # a toy key that the toy system calls weak


@dataclass(frozen=True)
class ToyKey:
    """A key of the toy system; a proof is this number plus the sum of the public signals."""

    number: int
    n_wires: int = 5
    n_public: int = 2
    domain_size: int = 4
    curve: Curve = BN254

    @property
    def verifying_key(self) -> ToyKey:
        return self


@dataclass(frozen=True)
class ToyFile:
    key: ToyKey
    circuit_hash: bytes = bytes(64)
    contributions: list[Any] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ToyProver:
    key: ToyKey

    def prove(self, witness: Words) -> tuple[FieldArray, int]:
        return toy_prove(self.key, witness)


@dataclass(frozen=True)
class ToyVerifier:
    key: ToyKey

    def verify(self, public: FieldArray, proof: int) -> bool:
        return toy_verify(self.key, public, proof)


def read_key(path: Path) -> ToyFile:
    return ToyFile(ToyKey(int.from_bytes(Container.read(path)[2], "little")))


def write_key(file: BinaryIO, stored: ToyFile) -> None:
    file.write(Container(b"zkey", 1, ((1, u32(2)), (2, u32(stored.key.number)))).bytes())


def toy_setup(circuit: R1CS, powers: PowersOfTau, progress: Progress) -> ToyFile:
    progress("making a toy", None)
    return ToyFile(ToyKey(7, n_wires=circuit.n_wires, domain_size=len(powers.tau_g2)))


def toy_prove(key: ToyKey, witness: Words) -> tuple[FieldArray, int]:
    public = FieldArray.from_words(BN254_FR, witness[1 : key.n_public + 1])
    return public, key.number + sum(public.to_ints())


def toy_verify(vk: ToyKey, public: FieldArray, proof: int) -> bool:
    return proof == vk.number + sum(public.to_ints())


def read_statement(public: Path, proof: Path, _vk: ToyKey) -> tuple[FieldArray, int]:
    signals = FieldArray.from_ints(BN254_FR, [int(n) for n in json.loads(public.read_text())])
    return signals, json.loads(proof.read_text())["toy"]


def read_statements(path: Path, _vk: ToyKey) -> list[tuple[FieldArray, int]]:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [
        (FieldArray.from_ints(BN254_FR, [int(n) for n in line["public"]]), line["proof"]["toy"])
        for line in lines
    ]


def read_vkey(root: Node) -> ToyKey:
    return ToyKey(root.member("number").number())


def weak(vk: ToyKey) -> list[Finding]:
    return [Finding("TOY-WEAK", "the number is unlucky")] if vk.number == WEAK else []


def verify_all(vk: ToyKey, given: Sequence[tuple[FieldArray, int]]) -> list[bool]:
    return [toy_verify(vk, *statement) for statement in given]


TOY = ProofSystem(
    name=PROTOCOL,
    read_key=read_key,
    write_key=write_key,
    check_key_points=lambda _stored, _where: None,
    key_findings=lambda _stored: [],
    circuit_facts=lambda _key, _circuit: [CircuitFact("toy number", 1, 1)],
    setup=toy_setup,
    setup_findings=lambda stored: weak(stored.key),
    setup_facts=lambda _stored: {},
    prove=toy_prove,
    prepare=lambda key, _table_bytes: ToyProver(key),
    proof_json=lambda proof: json.dumps({"protocol": PROTOCOL, "toy": proof}),
    public_json=public_json,
    vkey_json=lambda stored: json.dumps({"protocol": PROTOCOL, "number": stored.key.number}),
    read_vkey=read_vkey,
    weak_key_findings=weak,
    check_proof=lambda root, _curve: root.member("toy").number(),
    parse_proofs=lambda roots, _curve: [root.member("toy").number() for root in roots],
    prepare_vkey=ToyVerifier,
    read_statement=read_statement,
    read_statements=read_statements,
    verify=toy_verify,
    verify_batch=verify_all,
    statement_id=lambda vk, public: f"toy {vk.number} {public.to_ints()}",
    contract=lambda _vk, _options: "",
    contract_call=lambda _proof, _public: None,  # type: ignore[arg-type,return-value]
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a toy key, a witness and a circuit, where the toy system is registered."""
    monkeypatch.setitem(SYSTEMS, PROTOCOL, TOY)
    with (tmp_path / "key.zkey").open("wb") as file:
        write_key(file, ToyFile(ToyKey(7)))
    save_witness(tmp_path / "witness.wtns", BN254_FR, factors_witness(BN254_FR))
    return tmp_path


def test_prove_verify_export_with_a_second_system(folder: Path) -> None:
    key, vkey = folder / "key.zkey", folder / "vkey.json"
    proof, public = folder / "proof.json", folder / "public.json"
    made = prove(key, folder / "witness.wtns", proof_output=proof, public_output=public)
    assert (made.n_public, made.warnings) == (2, [])
    exported = export_verification_key(key, output=vkey)
    assert (exported.n_contributions, exported.n_beacons) == (None, None)
    answer = verify(vkey, public=public, proof=proof)
    assert answer.valid
    assert answer.statement == made.statement
    public.write_text('["1", "2"]')
    assert not verify(vkey, public=public, proof=proof).valid


def test_open_key_and_batch_with_a_second_system(folder: Path) -> None:
    key = OpenKey.open(folder / "key.zkey")
    proof, public = key.prove(folder / "witness.wtns")
    assert (proof, key.system) == (7 + sum(public.to_ints()), TOY)
    export_verification_key(folder / "key.zkey", output=folder / "vkey.json")
    lines = [
        {"public": [str(n) for n in public.to_ints()], "proof": {"toy": proof + k}} for k in (0, 1)
    ]
    (folder / "all.jsonl").write_text("\n".join(map(json.dumps, lines)))
    found = verify_batch(folder / "vkey.json", statements=folder / "all.jsonl")
    assert [one.valid for one in found.verdicts] == [True, False]


def test_setup_with_a_second_system(data: Path, folder: Path) -> None:
    golden, new = data / "golden_bn128", folder / "new.zkey"
    inputs = golden / "multiplier.r1cs", golden / "pot6_final.ptau"
    summary = make_key(*inputs, output=new, system=TOY, allow_insecure=True)
    assert not [text for text in summary.warnings if "no phase-2 contribution" in text]
    assert system_of_key(new) is TOY
    assert read_key(new).key == ToyKey(7)


def test_weak_keys_of_a_second_system_are_refused(folder: Path) -> None:
    with (folder / "key.zkey").open("wb") as file:
        write_key(file, ToyFile(ToyKey(WEAK)))
    key, vkey = folder / "key.zkey", folder / "vkey.json"
    outputs = {"proof_output": folder / "proof.json", "public_output": folder / "public.json"}
    actions = {
        "prove": lambda **more: prove(key, folder / "witness.wtns", **outputs, **more),
        "export": lambda **more: export_verification_key(key, output=vkey, **more),
        "open": lambda **more: OpenKey.open(key, **more),
        "verify": lambda **more: verify(
            vkey, public=folder / "public.json", proof=folder / "proof.json", **more
        ),
    }
    for act in actions.values():
        with pytest.raises(IntegrityError, match="the number is unlucky"):
            act()
        summary: Any = act(allow_insecure=True)
        assert summary.warnings == ["the number is unlucky [TOY-WEAK]"]


def test_a_record_is_chosen_by_the_header_not_by_the_caller(folder: Path) -> None:
    """A proof or key that names another system than its record is never read as that system's."""
    groth16 = save_key(folder / "groth16.zkey", toy_key(BN254))
    assert system_of_key(groth16).name == "groth16"
    assert system_of_key(folder / "key.zkey") is TOY
    with pytest.raises(FormatError, match="expected groth16, got plonk"):
        SYSTEMS["groth16"].read_key(folder / "key.zkey")
    export_verification_key(groth16, output=folder / "vkey.json")
    export_verification_key(folder / "key.zkey", output=folder / "toy.json")
    with pytest.raises(FormatError, match="expected protocol 'groth16', got 'plonk'"):
        SYSTEMS["groth16"].read_vkey(load_node(folder / "toy.json"))
    (folder / "proof.json").write_text(json.dumps({"protocol": PROTOCOL, "toy": 1}))
    (folder / "public.json").write_text('["55", "77"]')
    with pytest.raises(FormatError, match="expected groth16, got plonk"):
        verify(folder / "vkey.json", public=folder / "public.json", proof=folder / "proof.json")


@pytest.mark.parametrize("protocol", [2, 10])
def test_systems_without_a_record_are_refused_by_name(
    tmp_path: Path, protocol: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = {2: "plonk", 10: "fflonk"}[protocol]
    monkeypatch.delitem(SYSTEMS, name)
    path = tmp_path / "key.zkey"
    path.write_bytes(Container(b"zkey", 1, ((1, u32(protocol)), (2, b""))).bytes())
    with pytest.raises(EnvironmentProblem, match=f"{name} keys are not yet supported") as caught:
        system_of_key(path)
    assert caught.value.hint == "groth16 keys are"
    vkey = tmp_path / "vkey.json"
    vkey.write_text(json.dumps({"protocol": name, "nPublic": 1}))
    for act in (
        lambda: verify(vkey, public=vkey, proof=vkey),
        lambda: verify_batch(vkey, statements=vkey),
    ):
        with pytest.raises(EnvironmentProblem, match=f"{name} keys are not yet supported"):
            act()


def test_unknown_systems_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.zkey"
    path.write_bytes(Container(b"zkey", 1, ((1, u32(3)),)).bytes())
    with pytest.raises(FormatError, match="unknown protocol 3"):
        system_of_key(path)
    vkey = tmp_path / "vkey.json"
    vkey.write_text(json.dumps({"protocol": "groth17"}))
    with pytest.raises(
        FormatError, match="unknown protocol 'groth17': expected 'groth16', 'plonk' or 'fflonk'"
    ):
        verify(vkey, public=vkey, proof=vkey)


def test_there_are_three_records() -> None:
    assert list(SYSTEMS) == ["groth16", "plonk", "fflonk"]
    assert [system.name for system in SYSTEMS.values()] == list(SYSTEMS)


@pytest.mark.parametrize(
    ("action", "n_paths"),
    [(prove, 4), (verify, 3), (make_key, 3), (export_verification_key, 2), (verify_batch, 2)],
)
def test_paths_of_one_type_are_keywords(action: Any, n_paths: int, tmp_path: Path) -> None:
    """Outputs and inputs that could be exchanged unnoticed cannot be given by position."""
    with pytest.raises(TypeError, match="positional argument"):
        action(*(tmp_path / str(k) for k in range(n_paths)))


@pytest.mark.parametrize(
    ("document", "found"),
    [('["55", "77"]', "a list of 2 strings"), ('{"curve": "bn128"}', "a JSON object")],
)
def test_what_is_no_verification_key_is_named_before_its_protocol(
    tmp_path: Path, document: str, found: str
) -> None:
    path = tmp_path / "vkey.json"
    path.write_text(document)
    with pytest.raises(FormatError, match=f"expected a verification key, found {found}"):
        read_verifying_key(path)
