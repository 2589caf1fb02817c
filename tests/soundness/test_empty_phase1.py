"""Keys from a phase 1 without contribution (tau = alpha = beta = 1): refused for what they are, usable when allowed.

Their public inputs are bound to nothing, since every L_i(1) but the first is 0 (docs/design/security-cases.md, N113).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.toy_groth16 import (
    Constraint,
    Secrets,
    circuit,
    contribute,
    factors,
    powers_of_tau,
    save_circuit,
    save_witness,
    toy_key,
)
from zkctl.ceremony.knowledge import participant
from zkctl.ceremony.phase1.contribute import contribute_phase1, new_powers
from zkctl.cli import app
from zkctl.constraints.r1cs import R1CS
from zkctl.curve import CURVES, Curve, G1Array, G2Array, multiply_base
from zkctl.errors import EncodingError, IntegrityError
from zkctl.field import FieldArray, PrimeField, words_from_ints
from zkctl.formats.binary.bellman import read_bellman
from zkctl.formats.binary.ptau.file import PtauFile, write_ptau
from zkctl.formats.binary.zkey_groth16 import read_zkey, write_zkey
from zkctl.formats.json.snarkjs_groth16 import read_verification_key
from zkctl.groth16.batch import verify_batch
from zkctl.groth16.keys import Proof, ProvingKey, VerifyingKey
from zkctl.groth16.setup import initial_key
from zkctl.groth16.verify import PreparedVerifyingKey, verify
from zkctl.groth16.weak_keys import weak_key_findings
from zkctl.srs.powers_of_tau import PowersOfTau
from zkctl.toolchain.ceremony.bellman import export_bellman, import_bellman
from zkctl.toolchain.ceremony.key import contribute_key
from zkctl.toolchain.proof.setup import make_key
from zkctl.toolchain.ptau.new import new_ptau
from zkctl.toolchain.ptau.prepare import prepare_ptau

EMPTY = (
    "made from a phase 1 without contribution: anyone can prove anything with this key [VK-EMPTY]"
)
UNBOUND = [
    "public input 1 is not bound, its point is infinity [VK-IC]",
    "public input 2 is not bound, its point is infinity [VK-IC]",
]
SMALL = ["alpha = 1 is a public number [VK-ALPHA]", "beta = 1 is a public number [VK-BETA]"]
FINDINGS = [EMPTY, *SMALL, *UNBOUND]
OTHER_PUBLIC = ["1", "2"]


def private_first(field: PrimeField) -> R1CS:
    """product = x * y * (v + 3): the first constraint, the only one that tau = 1 sees, has no public signal."""
    # wires: 0 one, 1 product, 2 tag (unused), 3 x, 4 y, 5 x * y, 6 v
    rows: list[Constraint] = [
        ([(3, 1)], [(4, 1)], [(5, 1)]),
        ([(5, 1)], [(6, 1), (0, 3)], [(1, 1)]),
    ]
    return circuit(field, rows, 7, 1, 1)


@dataclass(frozen=True)
class Files:
    """What the commands are given, all from an empty phase 1."""

    curve: Curve
    folder: Path

    def __truediv__(self, name: str) -> Path:
        return self.folder / name


@pytest.fixture(scope="module", params=CURVES, ids=str)
def files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Files:
    """A circuit, its key with one contribution, the key for the verifier and a proof."""
    curve: Curve = request.param
    made = Files(curve, tmp_path_factory.mktemp(f"empty_{curve.name}"))
    field = curve.scalar_field
    new_ptau(curve.name, 3, made / "new.ptau")
    prepare_ptau(made / "new.ptau", output=made / "final.ptau")
    save_circuit(made / "r1cs", private_first(field))
    witness = words_from_ints([1, 200, 77, 5, 8, 40, 2], field.n_words)
    save_witness(made / "wtns", field, witness)
    make_key(made / "r1cs", made / "final.ptau", output=made / "first.zkey", allow_insecure=True)
    contribute_key(made / "first.zkey", made / "key.zkey", name="alice")
    assert run("export-vkey", "--allow-insecure", made / "key.zkey", "-o", made / "vkey.json") == 0
    outputs = ["-o", made / "proof.json", "--public", made / "public.json"]
    assert run("prove", "--allow-insecure", made / "key.zkey", made / "wtns", *outputs) == 0
    (made / "other.json").write_text(json.dumps(OTHER_PUBLIC))
    line = {"public": OTHER_PUBLIC, "proof": json.loads((made / "proof.json").read_text())}
    (made / "all.jsonl").write_text(json.dumps(line) + "\n")
    return made


def run(*arguments: str | Path) -> int:
    return app.main([str(argument) for argument in arguments])


COMMANDS: dict[str, Callable[[Files, Path], Sequence[str | Path]]] = {
    "verify": lambda f, _: ("verify", f / "vkey.json", f / "other.json", f / "proof.json"),
    "batch": lambda f, _: ("verify", f / "vkey.json", "--batch", f / "all.jsonl"),
    "export": lambda f, new: ("export-vkey", f / "key.zkey", "-o", new / "vkey.json"),
    "prove": lambda f, new: (
        *("prove", f / "key.zkey", f / "wtns"),
        *("-o", new / "proof.json", "--public", new / "public.json"),
    ),
    "setup": lambda f, new: ("setup", "groth16", f / "r1cs", f / "final.ptau", "-o", new / "key"),
    "ceremony": lambda f, _: (
        *("ceremony", "verify", f / "key.zkey"),
        *("--r1cs", f / "r1cs", "--ptau", f / "final.ptau"),
    ),
}
EXPECTED = dict.fromkeys(COMMANDS, FINDINGS) | {"setup": [EMPTY, *UNBOUND]}


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_refuses_and_goes_on_when_allowed(
    files: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """The proof holds for public inputs that are none of its witness: that is why they are refused."""
    arguments = COMMANDS[name](files, tmp_path)
    capsys.readouterr()
    assert run(*arguments, "--json") == 4
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["kind"] == "integrity"
    phase1_first = name in ("setup", "ceremony")  # they see the powers before the key
    for text in ["[P1-EMPTY]"] if phase1_first else FINDINGS:
        assert text in error["message"]
    assert not list(tmp_path.iterdir())
    assert run(*arguments, "--allow-insecure", "--json") == 0
    result = json.loads(capsys.readouterr().out)["result"]
    assert [text for text in result["warnings"] if "[VK-" in text] == EXPECTED[name]
    assert result.get("valid", True)


@pytest.mark.parametrize("name", ["key.zkey", "vkey.json"])
def test_info_warns(files: Files, capsys: pytest.CaptureFixture[str], name: str) -> None:
    capsys.readouterr()
    assert run("info", files / name) == 0
    shown = capsys.readouterr()
    for text in FINDINGS:
        assert f"warning: {text}" in shown.err
    assert run("info", files / name, "--json") == 0
    assert json.loads(capsys.readouterr().out)["result"]["warnings"] == FINDINGS


def test_the_key_goes_through_bellmans_parameters(files: Files, tmp_path: Path) -> None:
    export_bellman(files / "key.zkey", tmp_path / "key.mpcparams")
    assert read_bellman(tmp_path / "key.mpcparams").key.gamma_abc_g1.is_infinity().all()
    import_bellman(files / "key.zkey", tmp_path / "key.mpcparams", tmp_path / "again.zkey")
    again = read_zkey(tmp_path / "again.zkey").key.verifying_key
    assert [str(finding) for finding in weak_key_findings(again)] == FINDINGS


# -- the forgeries that the findings are about


def forged(vk: VerifyingKey, public: FieldArray) -> Proof:
    """A = alpha + sum x_i IC_i, B = beta, C = 0: e(A, B) = e(alpha, beta) e(sum x_i IC_i, 1) if beta = 1."""
    x = vk.gamma_abc_g1[0]
    for k, value in enumerate(public.to_ints(), 1):
        one = FieldArray.from_ints(public.field, [value])
        x = x + multiply_base(vk.gamma_abc_g1[k], one)[0]
    return Proof(vk.alpha_g1 + x, vk.beta_g2, G1Array.infinity(vk.curve.g1, 1)[0])


def from_secrets(curve: Curve, secrets: Secrets) -> ProvingKey:
    initial = initial_key(factors(curve.scalar_field), powers_of_tau(curve, 2, secrets))
    return contribute(initial, 0xDE17A5EC2E7)


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_anyone_proves_anything_under_the_key(curve: Curve) -> None:
    """Without any witness, for a secret tau too: alpha = beta = 1 is enough."""
    vk = from_secrets(curve, Secrets(alpha=1, beta=1)).verifying_key
    assert not vk.gamma_abc_g1.is_infinity().any()
    sound = toy_key(curve).verifying_key
    public = FieldArray.from_ints(curve.scalar_field, [123, 456])
    assert verify(vk, public, forged(vk, public))
    assert not verify(sound, public, forged(sound, public))
    assert [str(finding) for finding in weak_key_findings(vk)] == [EMPTY, *SMALL]


@pytest.mark.parametrize("curve", CURVES, ids=str)
@pytest.mark.parametrize("missing", [(0,), (1,), (2,), (1, 2), (0, 1, 2)])
def test_points_at_infinity_count_as_zero(curve: Curve, missing: tuple[int, ...]) -> None:
    """Every way to verify gives the answer of the equation, whichever points are infinite."""
    vk = from_secrets(curve, Secrets(alpha=1, beta=1)).verifying_key
    vk = without(vk, *missing)
    prepared = PreparedVerifyingKey.of(vk)
    statements = []
    for values in ([0, 0], [5, 7], [-1, 1 << 200]):
        public = FieldArray.from_ints(curve.scalar_field, values)
        statements.append((public, forged(vk, public)))
    changed = FieldArray.from_ints(curve.scalar_field, [6, 7])  # input 1 is another one
    statements.append((changed, statements[1][1]))
    answers = [True, True, True, 1 in missing]
    assert [verify(vk, *one) for one in statements] == answers
    assert [prepared.verify(*one) for one in statements] == answers
    assert verify_batch(vk, statements) == answers
    assert verify_batch(vk, statements[:3]) == [True] * 3


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_many_inputs_at_infinity(curve: Curve) -> None:
    """More points than the tables for few take."""
    n = 300
    vk = from_secrets(curve, Secrets(alpha=1, beta=1)).verifying_key
    rows = G1Array.concatenate([vk.gamma_abc_g1[2]] * n)
    rows.data[1::2] = 0
    many = replace(vk, gamma_abc_g1=rows)
    public = FieldArray.from_ints(curve.scalar_field, range(n - 1))
    proof = forged(many, public)
    assert verify(many, public, proof)
    other = FieldArray.from_ints(
        curve.scalar_field, [9, *range(1, n - 1)]
    )  # of a point at infinity
    assert verify_batch(many, [(public, proof), (other, proof)]) == [True, True]
    other = FieldArray.from_ints(curve.scalar_field, [0, 9, *range(2, n - 1)])
    assert not verify(many, other, proof)


def without(vk: VerifyingKey, *indices: int) -> VerifyingKey:
    data = vk.gamma_abc_g1.data.copy()
    data[list(indices)] = 0
    return replace(vk, gamma_abc_g1=G1Array(vk.curve.g1, data))


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_the_constant_may_be_at_infinity(curve: Curve) -> None:
    """gnark writes such a key for a circuit without constants, which zeros satisfy: nothing is forged."""
    vk = without(toy_key(curve).verifying_key, 0)
    assert weak_key_findings(vk) == []


# -- files


def test_keys_keep_their_bytes(files: Files, tmp_path: Path) -> None:
    with (tmp_path / "again.zkey").open("wb") as file:
        write_zkey(file, read_zkey(files / "key.zkey"))
    assert read_zkey(tmp_path / "again.zkey").key.gamma_abc_g1.is_infinity().all()


# -- setup


def powers_of(curve: Curve, tau: int, alpha: int, beta: int) -> PowersOfTau:
    """Powers up to domain size 4, not prepared."""
    field = curve.scalar_field
    g1, g2 = G1Array.generator(curve.g1), G2Array.generator(curve.g2)

    def g1_powers(factor: int, n: int) -> G1Array:
        values = [factor * pow(tau, k, field.modulus) for k in range(n)]
        return multiply_base(g1, FieldArray.from_ints(field, values))

    return PowersOfTau(
        curve=curve,
        power=2,
        ceremony_power=2,
        tau_g1=g1_powers(1, 7),
        tau_g2=multiply_base(
            g2, FieldArray.from_ints(field, [pow(tau, k, field.modulus) for k in range(4)])
        ),
        alpha_tau_g1=g1_powers(alpha, 4),
        beta_tau_g1=g1_powers(beta, 4),
        beta_g2=multiply_base(g2, FieldArray.from_ints(field, [beta]))[0],
    )


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_setup_with_a_root_of_unity(curve: Curve, tmp_path: Path) -> None:
    """tau = w is no small number, somebody contributed, and yet two of three points are infinity."""
    tau = curve.scalar_field.root_of_unity(2)
    _, record = contribute_phase1(new_powers(curve, 2), [], participant("mallory"))
    with (tmp_path / "start.ptau").open("wb") as file:
        write_ptau(file, PtauFile(powers_of(curve, tau, 10**30, 10**31), [record]))
    prepare_ptau(tmp_path / "start.ptau", output=tmp_path / "ptau")
    save_circuit(tmp_path / "r1cs", factors(curve.scalar_field))
    inputs = tmp_path / "r1cs", tmp_path / "ptau"
    with pytest.raises(IntegrityError, match="public input 1 is not bound, its point is infinity"):
        make_key(*inputs, output=tmp_path / "key")
    assert not (tmp_path / "key").exists()
    warnings = make_key(*inputs, output=tmp_path / "key", allow_insecure=True).warnings
    assert UNBOUND[1] in warnings
    assert not [text for text in warnings if "VK-EMPTY" in text]


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_setup_with_alpha_and_beta_one(curve: Curve, tmp_path: Path) -> None:
    _, record = contribute_phase1(new_powers(curve, 2), [], participant("mallory"))
    with (tmp_path / "ptau").open("wb") as file:
        write_ptau(file, PtauFile(powers_of_tau(curve, 2, Secrets(alpha=1, beta=1)), [record]))
    save_circuit(tmp_path / "r1cs", factors(curve.scalar_field))
    inputs = tmp_path / "r1cs", tmp_path / "ptau"
    warnings = make_key(*inputs, output=tmp_path / "key", allow_insecure=True).warnings
    assert EMPTY in warnings


# -- the readers: infinity in IC only


@pytest.mark.parametrize("name", ["vk_alpha_1", "vk_beta_2", "vk_gamma_2", "vk_delta_2"])
def test_other_points_of_a_key_are_not_infinity(files: Files, tmp_path: Path, name: str) -> None:
    key: dict[str, Any] = json.loads((files / "vkey.json").read_text())
    assert read_verification_key(files / "vkey.json").gamma_abc_g1.is_infinity().all()
    key[name] = key["IC"][0] if name.endswith("1") else [["0", "0"], ["1", "0"], ["0", "0"]]
    (tmp_path / "vkey.json").write_text(json.dumps(key))
    with pytest.raises(EncodingError, match=r"g[12]: point 0 is at infinity"):
        read_verification_key(tmp_path / "vkey.json")


def garaga(key: dict[str, Any]) -> dict[str, Any]:
    def g1(point: Sequence[str]) -> dict[str, str]:
        return dict(zip("xy", affine(point), strict=True))

    def g2(name: str) -> dict[str, Any]:
        return dict(zip("xy", key[name][:2], strict=True))

    own = {f"{name}_g2": g2(f"vk_{name}_2") for name in ("beta", "gamma", "delta")}
    own |= {"alpha_g1": g1(key["vk_alpha_1"]), "ic": [g1(point) for point in key["IC"]]}
    return {"elliptic_curve_id": key["curve"], "verifying_key": own}


def gnark(key: dict[str, Any]) -> dict[str, Any]:
    def g1(point: Sequence[str]) -> dict[str, str]:
        return dict(zip("XY", affine(point), strict=True))

    def g2(name: str) -> dict[str, Any]:
        parts = [dict(zip(("A0", "A1"), part, strict=True)) for part in key[name][:2]]
        return dict(zip("XY", parts, strict=True))

    return {
        "G1": {"Alpha": g1(key["vk_alpha_1"]), "K": [g1(point) for point in key["IC"]]},
        "G2": {name: g2(f"vk_{name.lower()}_2") for name in ("Beta", "Gamma", "Delta")},
        "PublicAndCommitmentCommitted": [],
    }


def affine(point: Sequence[str]) -> Sequence[str]:
    return point[:2] if point[2] == "1" else ("0", "0")


@pytest.mark.parametrize("form", [garaga, gnark])
def test_keys_in_the_forms_of_other_tools(
    files: Files, tmp_path: Path, form: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    """They write infinity as (0, 0)."""
    key: dict[str, Any] = json.loads((files / "vkey.json").read_text())
    path = tmp_path / "vkey.json"
    path.write_text(json.dumps(form(key)))
    found = weak_key_findings(read_verification_key(path))
    assert [str(finding) for finding in found] == FINDINGS
    key["vk_beta_2"] = [["0", "0"], ["0", "0"], ["0", "0"]]
    path.write_text(json.dumps(form(key)))
    with pytest.raises(EncodingError, match="g2: point 0 is at infinity"):
        read_verification_key(path)


def test_queries_of_the_prover_may_be_infinity_too(files: Files) -> None:
    key = read_zkey(files / "key.zkey").key
    assert key.curve is files.curve
    assert key.a_query.is_infinity().any()
    assert key.l_query.is_infinity().any()
