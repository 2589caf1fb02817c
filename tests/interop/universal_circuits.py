"""Circuits of circom for PLONK and fflonk: compiled, set up beside snarkjs, and proved by both."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from tests.interop.conftest import Runner
from tests.support.toy_groth16 import powers_of_tau
from zkctl.curve import Curve
from zkctl.formats.binary.ptau.file import PtauFile, write_ptau
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.proof.prove import prove
from zkctl.toolchain.proof.setup import make_key
from zkctl.toolchain.proof.systems import SYSTEMS
from zkctl.toolchain.proof.verify import verify


@dataclass(frozen=True)
class Source:
    """A circuit of one template: circom's level of simplification, the template's body, names of public inputs."""

    level: str
    body: str
    public: str = ""

    def compile(self, folder: Path, run_circom2: Runner, *options: str) -> Path:
        names = f" {{public [{self.public}]}}" if self.public else ""
        text = f"template Main() {{ {self.body} }}\ncomponent main{names} = Main();\n"
        (folder / "main.circom").write_text(f"pragma circom 2.1.6;\n{text}")
        command = ("main.circom", "--r1cs", "--wasm", self.level, *options)
        done = run_circom2(*command, cwd=folder)
        assert done.returncode == 0, done.stdout + done.stderr
        return folder / "main.r1cs"


def save_powers(folder: Path, curve: Curve, power: int) -> Path:
    """A prepared ptau file whose secret is known."""
    path = folder / f"pot_{power}.ptau"
    with path.open("wb") as file:
        write_ptau(file, PtauFile(powers_of_tau(curve, power), []))
    return path


def check_same_setup(
    folder: Path, system: str, r1cs: Path, ptau: Path, run_snarkjs: Runner
) -> tuple[Path, Path]:
    """Both tools make the same key and the same verification key, which are returned."""
    ours, theirs = folder / f"{system}.zkey", folder / f"snarkjs_{system}.zkey"
    vkeys = folder / f"{system}.json", folder / f"snarkjs_{system}.json"
    make_key(r1cs, ptau, output=ours, system=SYSTEMS[system], allow_insecure=True)
    done = run_snarkjs(system, "setup", r1cs, ptau, theirs, cwd=folder)
    assert done.returncode == 0, done.stdout
    assert ours.read_bytes() == theirs.read_bytes()
    export_verification_key(ours, output=vkeys[0], allow_insecure=True)
    done = run_snarkjs("zkey", "export", "verificationkey", theirs, vkeys[1], cwd=folder)
    assert done.returncode == 0, done.stdout
    assert vkeys[0].read_bytes() == vkeys[1].read_bytes()
    return ours, vkeys[0]


def write_witness(folder: Path, inputs: dict[str, object], run_snarkjs: Runner) -> Path:
    """The witness by circom's program."""
    (folder / "input.json").write_text(json.dumps(inputs))
    command = ("wtns", "calculate", "main_js/main.wasm", "input.json", "witness.wtns")
    done = run_snarkjs(*command, cwd=folder)
    assert done.returncode == 0, done.stdout
    return folder / "witness.wtns"


def check_our_proof(
    folder: Path, system: str, key: Path, vkey: Path, witness: Path, run_snarkjs: Runner
) -> None:
    """Our proof holds for both tools."""
    proof, public = folder / f"{system}_proof.json", folder / f"{system}_public.json"
    prove(key, witness, proof_output=proof, public_output=public, allow_insecure=True)
    assert verify(vkey, public=public, proof=proof, allow_insecure=True).valid
    done = run_snarkjs(system, "verify", vkey, public, proof, cwd=folder)
    assert done.returncode == 0, done.stdout


def check_their_proof(
    folder: Path, system: str, key: Path, vkey: Path, witness: Path, run_snarkjs: Runner
) -> None:
    """snarkjs' proof holds for us, and for no other public signals."""
    proof, public = folder / f"{system}_theirs.json", folder / f"{system}_their_public.json"
    done = run_snarkjs(system, "prove", key, witness, proof, public, cwd=folder)
    assert done.returncode == 0, done.stdout
    assert public.read_bytes() == (folder / f"{system}_public.json").read_bytes()
    assert verify(vkey, public=public, proof=proof, allow_insecure=True).valid
    signals = json.loads(public.read_text())
    if signals:
        public.write_text(json.dumps([*signals[:-1], str(int(signals[-1]) ^ 1)]))
        assert not verify(vkey, public=public, proof=proof, allow_insecure=True).valid
