"""Small ceremonies for tests: a circuit, a phase 1, a folder, contributors."""

from __future__ import annotations

from pathlib import Path

from tests.toy_groth16 import factors, save_circuit
from zkctl.ceremony.knowledge import participant
from zkctl.ceremony.phase2 import contribute_phase2
from zkctl.ceremony.rules import Rules
from zkctl.curve import BN254
from zkctl.formats.zkey import CONTRIBUTION_ORDER, ZkeyFile, read_zkey, write_zkey
from zkctl.toolchain.ceremony_run import init_ceremony
from zkctl.toolchain.ptau import contribute_ptau, new_ptau, prepare_ptau

PLAIN = Rules("", "", "", "", minimum_players=2, beacon_source="bitcoin block 900000")


def phase1_and_circuit(folder: Path) -> tuple[Path, Path]:
    """A circuit and a prepared phase 1 in a folder."""
    at = folder.joinpath
    save_circuit(at("c.r1cs"), factors(BN254.scalar_field))
    new_ptau("bn254", 2, at("0.ptau"))
    contribute_ptau(at("0.ptau"), at("1.ptau"), name="carol")
    prepare_ptau(at("1.ptau"), at("pot.ptau"))
    return at("c.r1cs"), at("pot.ptau")


def begin(folder: Path, rules: Rules = PLAIN, **options) -> Path:
    """A new ceremony beside its circuit and phase 1."""
    r1cs, ptau = folder / "c.r1cs", folder / "pot.ptau"
    if not ptau.exists():
        phase1_and_circuit(folder)
    init_ceremony(folder / "ceremony", r1cs, ptau, rules=rules, **options)
    return folder / "ceremony"


def extend(old: Path, new: Path, name: str, origin=None) -> Path:
    """A contribution made in this process: quick, where the secret does not matter."""
    stored = read_zkey(old)
    key, record = contribute_phase2(
        stored.key, stored.circuit_hash, stored.contributions, origin or participant(name)
    )
    file = ZkeyFile(key, stored.circuit_hash, [*stored.contributions, record])
    new.unlink(missing_ok=True)  # its old bytes may still be mapped
    with new.open("wb") as stream:
        write_zkey(stream, file, order=CONTRIBUTION_ORDER)
    return new
