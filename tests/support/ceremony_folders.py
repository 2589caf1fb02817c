"""Small ceremonies for tests: a circuit, a phase 1, a folder, contributors."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.toy_groth16 import factors, save_circuit
from zkctl.ceremony.drand import QUICKNET, round_time
from zkctl.ceremony.knowledge import participant
from zkctl.ceremony.phase2.contribute import contribute_phase2
from zkctl.ceremony.record.rules import Rules
from zkctl.curve import BN254
from zkctl.errors import FormatError
from zkctl.formats.binary.zkey_groth16 import CONTRIBUTION_ORDER, ZkeyFile, read_zkey, write_zkey
from zkctl.formats.ceremony_files import entry_line, read_ledger
from zkctl.runtime import clock
from zkctl.toolchain.ceremony.accept import accept_contribution
from zkctl.toolchain.ceremony.finalize import finalize_ceremony
from zkctl.toolchain.ceremony.folder_steps import (
    beacon_in_folder,
    contribute_in_folder,
    init_ceremony,
)
from zkctl.toolchain.ceremony.receipts import generate_signing_key
from zkctl.toolchain.ceremony.requests import BeaconRequest, ContributionRequest
from zkctl.toolchain.ptau.contribute import contribute_ptau
from zkctl.toolchain.ptau.new import new_ptau
from zkctl.toolchain.ptau.prepare import prepare_ptau

# round 1000 of drand quicknet: public since 2023-08-23T15:59:24Z
ROUND_1000 = (
    "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125"
    "e342b73a8dd2bacbe47e4b6b63ed5e39"
)
PLAIN = Rules("", "", "", "", minimum_players=2, beacon_source="bitcoin block 900000")


def phase1_and_circuit(folder: Path) -> tuple[Path, Path]:
    """A circuit and a prepared phase 1 in a folder."""
    at = folder.joinpath
    save_circuit(at("c.r1cs"), factors(BN254.scalar_field))
    new_ptau("bn254", 2, at("0.ptau"))
    contribute_ptau(at("0.ptau"), output=at("1.ptau"), name="carol")
    prepare_ptau(at("1.ptau"), output=at("pot.ptau"))
    return at("c.r1cs"), at("pot.ptau")


def begin(folder: Path, rules: Rules = PLAIN, **options: Any) -> Path:
    """A new ceremony beside its circuit and phase 1."""
    r1cs, ptau = folder / "c.r1cs", folder / "pot.ptau"
    if not ptau.exists():
        phase1_and_circuit(folder)
    init_ceremony(folder / "ceremony", r1cs, ptau, rules=rules, **options)
    return folder / "ceremony"


def extend(old: Path, new: Path, name: str, origin: Any = None) -> Path:
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


def finish(folder: Path, *, signed: Sequence[str], unsigned: Sequence[str] = ()) -> Path:
    """A finished ceremony: these contributors, a refused file in between, the announced beacon."""
    n = len(signed) + len(unsigned)
    rules = replace(PLAIN, minimum_players=n, beacon_source=QUICKNET, beacon_round=1000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: round_time(1000) - 3600)
        ceremony = begin(folder, rules)
        generate_signing_key(folder / "key")
        for name in signed:
            contribute_in_folder(
                ceremony, ContributionRequest(name=name, signing_key=folder / "key")
            )
        with pytest.raises(FormatError):
            accept_contribution(ceremony, folder / "c.r1cs")
        for name in unsigned:
            contribute_in_folder(ceremony, ContributionRequest(name=name))
        patch.setattr(clock, "now", lambda: round_time(1000) + 60)
        beacon_in_folder(ceremony, BeaconRequest(drand_round=1000, drand_signature=ROUND_1000))
        finalize_ceremony(ceremony)
    return ceremony


def rewrite_ledger(folder: Path, index: int, **changes: Any) -> None:
    """Change a line and chain all lines after it again, as a cheating coordinator would."""
    ledger, previous, lines = read_ledger(folder / "transcript.jsonl"), "0" * 64, []
    for k, entry in enumerate(ledger.entries):
        changed = replace(entry, previous=previous, **(changes if k == index else {}))
        lines.append(entry_line(changed))
        previous = hashlib.sha256(lines[-1]).hexdigest()
    (folder / "transcript.jsonl").write_bytes(b"\n".join(lines) + b"\n")
