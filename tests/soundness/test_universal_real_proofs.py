"""Proofs of snarkjs and of other projects under their keys: the verdicts of snarkjs 0.7.6, and files as it writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.universal_files import READERS, TEXTS
from zkctl.curve import curve_by_name
from zkctl.formats.curve_names import name_of_curve
from zkctl.formats.json.snarkjs import load_node
from zkctl.toolchain.proof.verify import verify
from zkctl.toolchain.proof.verify_batch import verify_batch

OTHER_LAYOUT = (
    "multiplier2-b",
    "ark-keccak",
    "kysigned",
    "cardano",
    "polygon",
)  # written by other tools


class Case(NamedTuple):
    """The files of one statement."""

    vkey: Path
    public: Path
    proof: Path
    valid: bool = True

    @property
    def system(self) -> str:
        return str(json.loads(self.vkey.read_text())["protocol"])


def golden(data: Path) -> list[Case]:
    found = [
        Case(path, *(path.with_name(f"{name}_{part}.json") for part in ("public", "proof")))
        for path in sorted((data / "plonk-golden").glob("*/*/*_vkey.json"))
        for name in [path.name.removesuffix("_vkey.json")]
    ]
    folder = data / "golden_bn128"
    for name in ("plonk", "fflonk"):
        found.append(Case(*(folder / f"{name}_{part}.json" for part in ("vk", "public", "proof"))))
    return found


def real(data: Path) -> list[Case]:
    return [
        Case(
            folder / "vkey.json",
            next(folder.glob("*public.json")),
            next(folder.glob("*proof.json")),
            valid="cardano" not in folder.name,
        )
        for folder in sorted((data / "plonk-real").iterdir())
        if folder.is_dir()
    ]


def test_verdicts(data: Path) -> None:
    cases = golden(data) + real(data)
    assert len(cases) > 40
    for case in cases:
        answer = verify(case.vkey, public=case.public, proof=case.proof)
        assert answer.valid == case.valid, case
        assert answer.warnings == []


def test_files_are_written_as_read(data: Path) -> None:
    for case in golden(data) + real(data):
        if any(name in str(case.vkey) for name in OTHER_LAYOUT):
            continue
        reader, text = READERS[case.system], case.vkey.read_text()
        key = reader.parse_verification_key(load_node(case.vkey))
        assert reader.verification_key_json(key) == text, case
        proof = reader.read_proof(case.proof, key.curve)
        assert TEXTS[case.system].proof_json(proof) == case.proof.read_text(), case


def test_another_public_signal(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "public.json"
    for case in golden(data) + real(data):
        public = json.loads(case.public.read_text())
        r = curve_by_name(
            name_of_curve(json.loads(case.vkey.read_text())["curve"])
        ).scalar_field.modulus
        for k, value in enumerate(public):
            changed = str((int(value) + 1) % r)
            path.write_text(json.dumps([*public[:k], changed, *public[k + 1 :]]))
            assert not verify(case.vkey, public=path, proof=case.proof).valid, (case, k)
            if k == 1:
                break


@pytest.mark.parametrize("system", ["plonk", "fflonk"])
def test_a_batch_of_one_proof_many_times(data: Path, tmp_path: Path, system: str) -> None:
    case = next(case for case in golden(data) if case.system == system)
    public, proof = (json.loads(path.read_text()) for path in (case.public, case.proof))
    wrong = [str(int(public[0]) + 1), *public[1:]]
    path = tmp_path / "batch.jsonl"
    lines = [
        json.dumps({"proof": proof, "public": wrong if k == 13 else public}) for k in range(20)
    ]
    path.write_text("\n".join(lines))
    found = verify_batch(case.vkey, statements=path)
    assert [each.line for each in found.verdicts if not each.valid] == [14]
