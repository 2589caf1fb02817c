"""Each action refuses the parameters that docs/reference/ceremonies.md says it refuses, and only tells when allowed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.toy_groth16 import (
    BEACON,
    SOMEBODY,
    Secrets,
    factors,
    factors_witness,
    powers_of_tau,
    save_circuit,
    save_key,
    save_witness,
    toy_key,
)
from zkctl.ceremony.knowledge import participant
from zkctl.ceremony.phase1.contribute import contribute_phase1, new_powers
from zkctl.curve import BN254
from zkctl.errors import IntegrityError
from zkctl.field import BN254_FR
from zkctl.formats.binary.ptau.file import PtauFile, write_ptau
from zkctl.groth16.keys import ProvingKey
from zkctl.toolchain.ceremony.key import contribute_key, verify_key
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.proof.open_key import OpenKey
from zkctl.toolchain.proof.prove import prove
from zkctl.toolchain.proof.setup import make_key

Action = Callable[[Path, bool], Sequence[str]]  # in a folder, insecure allowed -> warnings


def proves(folder: Path, allowed: bool) -> Sequence[str]:
    summary = prove(
        folder / "key",
        folder / "witness",
        proof_output=folder / "proof.json",
        public_output=folder / "public.json",
        allow_insecure=allowed,
    )
    return summary.warnings


def exports(folder: Path, allowed: bool) -> Sequence[str]:
    return export_verification_key(
        folder / "key", output=folder / "vk.json", allow_insecure=allowed
    ).warnings


def opens(folder: Path, allowed: bool) -> Sequence[str]:
    return OpenKey.open(folder / "key", allow_insecure=allowed, table_bytes=0).warnings


def known_delta(key: ProvingKey) -> ProvingKey:
    return replace(key, delta_g1=-key.delta_g1, delta_g2=-key.gamma_g2)


KEYS = {
    "P2-BEACON": (lambda key: key, BEACON),
    "VK-DELTA": (known_delta, SOMEBODY),
}


@pytest.mark.parametrize("check", KEYS)
@pytest.mark.parametrize("action", [proves, exports, opens])
def test_keys(tmp_path: Path, action: Action, check: str) -> None:
    change, origin = KEYS[check]
    save_key(tmp_path / "key", change(toy_key(BN254)), origin)
    save_witness(tmp_path / "witness", BN254_FR, factors_witness(BN254_FR))
    with pytest.raises(IntegrityError, match=rf"\[{check}\]"):
        action(tmp_path, False)
    if (action, check) != (proves, "VK-DELTA"):  # a proof by that key does not hold
        assert any(f"[{check}]" in warning for warning in action(tmp_path, True))


def sets_up(folder: Path, allowed: bool) -> Sequence[str]:
    return make_key(
        folder / "r1cs", folder / "ptau", output=folder / "key", allow_insecure=allowed, force=True
    ).warnings


def verifies(folder: Path, allowed: bool) -> Sequence[str]:
    make_key(
        folder / "r1cs", folder / "ptau", output=folder / "first", allow_insecure=True, force=True
    )
    contribute_key(folder / "first", folder / "second", name="alice", force=True)
    parts = folder / "r1cs", folder / "ptau"
    return verify_key(folder / "second", *parts, allow_insecure=allowed).warnings


@pytest.mark.parametrize("action", [sets_up, verifies])
@pytest.mark.parametrize("name", ["tau", "alpha", "beta"])
def test_powers_of_a_small_number(tmp_path: Path, action: Action, name: str) -> None:
    """Somebody contributed, they say."""
    powers = powers_of_tau(BN254, 2, replace(Secrets(), **{name: 5}))
    _, record = contribute_phase1(new_powers(BN254, 2), [], participant("mallory"))
    with (tmp_path / "ptau").open("wb") as file:
        write_ptau(file, PtauFile(powers, [record]))
    save_circuit(tmp_path / "r1cs", factors(BN254_FR))
    with pytest.raises(IntegrityError, match=rf"{name} = 5 is a public number \[P1-SMALL\]"):
        action(tmp_path, False)
    assert any("[P1-SMALL]" in warning for warning in action(tmp_path, True))
