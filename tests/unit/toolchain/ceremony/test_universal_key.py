"""`zkctl ceremony verify` of keys of PLONK and fflonk: made again and compared."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.support.binary_files import Container, le
from tests.support.ceremony_folders import begin
from tests.support.toy_groth16 import factors, ones, save_circuit
from zkctl.curve import BN254
from zkctl.errors import CheckFailed, EnvironmentProblem, IntegrityError, UsageError
from zkctl.formats.binary.ptau.file import PtauFile, write_ptau
from zkctl.toolchain.ceremony.audit import verify_ceremony
from zkctl.toolchain.ceremony.key import verify_key
from zkctl.toolchain.ceremony.universal_key import check_same, verify_universal_key
from zkctl.toolchain.proof.setup import make_key
from zkctl.toolchain.proof.systems import PLONK
from zkctl.toolchain.ptau.catalogue import UNPUBLISHED

SYSTEMS = pytest.mark.parametrize("system", ["plonk", "fflonk"])


def files(data: Path) -> tuple[Path, Path]:
    golden = data / "golden_bn128"
    return golden / "multiplier.r1cs", golden / "p8/pot9_final.ptau"


@SYSTEMS
def test_keys_of_snarkjs(data: Path, system: str) -> None:
    key = data / "golden_bn128" / f"{system}.zkey"
    summary = verify_universal_key(key, *files(data), allow_insecure=True)
    assert (summary.protocol, summary.n_rows, summary.n_public) == (system, 22, 2)
    assert summary.trust == "not sound: no contributor added a secret"
    assert [each.hash_is for each in summary.contributors] == ["as recorded"]
    assert (summary.ceremony, summary.ptau_published_as) == ("", "")
    assert (
        summary.warnings[-1]
        == UNPUBLISHED
        == ("the powers of tau are not a published file: verify them with `verify_ptau()` as well")
    )


def test_the_ceremony_is_named(data: Path, tmp_path: Path) -> None:
    r1cs, ptau = (
        data / "golden_bn128/multiplier.r1cs",
        data / "ptau/powersOfTau28_hez_final_08.ptau",
    )
    make_key(r1cs, ptau, output=tmp_path / "k.zkey", system=PLONK)
    said = list[str]()
    summary = verify_universal_key(
        tmp_path / "k.zkey", r1cs, ptau, progress=lambda text, _: said.append(text)
    )
    assert said[1:3] == [
        "a key of 22 rows: 1 MiB, with about 1 MiB of memory",
        "making the key again",
    ]
    assert summary.ceremony == "Hermez, 54 contributions and a beacon, power 28"
    assert summary.ptau_published_as.startswith("powersOfTau28_hez_final_08.ptau (Hermez")
    assert len(summary.contributors) == 55
    assert summary.trust.startswith("sound if ")
    assert summary.warnings == []


@SYSTEMS
def test_powers_that_policy_refuses(data: Path, system: str) -> None:
    with pytest.raises(IntegrityError, match=r"\[P1-BEACON\]"):
        verify_universal_key(data / "golden_bn128" / f"{system}.zkey", *files(data))


@SYSTEMS
def test_every_section_is_compared(data: Path, tmp_path: Path, system: str) -> None:
    """B5 of the public reports (snarkjs PR 144): a change that the reader accepts is found, wherever it is."""
    good, path = Container.read(data / "golden_bn128" / f"{system}.zkey"), tmp_path / "k.zkey"
    for section in good.order:
        if section in (1, 2):
            continue
        part, powers = good[section], 14 if system == "plonk" else 16
        if section == powers:
            changed = good.with_bytes(section, 128, part[-64:])
        elif 4 <= section <= 6:
            changed = good.with_bytes(section, 40, bytes([part[40] ^ 1]))
        else:
            changed = good.with_bytes(section, 8 if section == 3 else 0, le(12345))
        changed.write(path)
        with pytest.raises(CheckFailed) as caught:
            verify_universal_key(path, *files(data), allow_insecure=True)
        assert caught.value.message == (
            f"the key is not that of the circuit and the powers of tau: section {section} differs"
        )
        assert caught.value.hint == (
            "pass the circuit and the powers of tau that the key was made from"
        )


def test_another_commitment(data: Path, tmp_path: Path) -> None:
    good = Container.read(data / "golden_bn128/plonk.zkey")
    offset = 72 + 20 + 64
    other = good[2][offset + 64 : offset + 128]
    path = good.with_bytes(2, offset, other).write(tmp_path / "k.zkey")
    with pytest.raises(CheckFailed, match="section 2 differs"):
        verify_universal_key(path, *files(data), allow_insecure=True)


@SYSTEMS
def test_more_than_a_key(data: Path, tmp_path: Path, system: str) -> None:
    good = Container.read(data / "golden_bn128" / f"{system}.zkey")
    more = Container(good.magic, good.version, (*good.sections, (99, b"?")))
    path = more.write(tmp_path / "k.zkey")
    with pytest.raises(CheckFailed, match="the directory differs"):
        verify_universal_key(path, *files(data), allow_insecure=True)


@dataclass
class Halves:
    """A writer of half a key; between the halves something may happen."""

    raw: bytes
    then: Callable[[], object] = list

    def write_key(self, file: BinaryIO, _made: object) -> None:
        half = len(self.raw) // 2
        file.write(self.raw[:half])
        self.then()
        file.write(self.raw[half:])


def test_a_key_that_goes_on(data: Path) -> None:
    key = data / "golden_bn128/plonk.zkey"
    raw = key.read_bytes()
    check_same(Halves(raw), None, key)  # type: ignore[arg-type]
    for n in (0, len(raw) - 1):
        with pytest.raises(CheckFailed) as caught:
            check_same(Halves(raw[:n]), None, key)  # type: ignore[arg-type]
        assert caught.value.message.endswith(f"its size, {len(raw)} bytes instead of {n} differs")
    with pytest.raises(CheckFailed):
        check_same(Halves(raw + b"?"), None, key)  # type: ignore[arg-type]


def test_a_key_that_changes_meanwhile(data: Path, tmp_path: Path) -> None:
    key = tmp_path / "k.zkey"
    key.write_bytes((data / "golden_bn128/plonk.zkey").read_bytes())
    writer = Halves(key.read_bytes(), lambda: os.utime(key, ns=(0, 1)))
    with pytest.raises(EnvironmentProblem, match="the file changed while it was read"):
        check_same(writer, None, key)  # type: ignore[arg-type]


def test_sections_that_no_format_defines_are_told(data: Path, tmp_path: Path) -> None:
    """Of the circuit and of the powers; a key with more has another directory."""
    paths = []
    for path in files(data):
        good = Container.read(path)
        more = Container(good.magic, good.version, (*good.sections, (99, b"?")))
        paths.append(more.write(tmp_path / path.name))
    r1cs, ptau = paths
    summary = verify_universal_key(
        data / "golden_bn128/plonk.zkey", r1cs, ptau, allow_insecure=True
    )
    told = [text for text in summary.warnings if "unknown section 99" in text]
    assert [text.split(":")[0] for text in told] == [str(r1cs), str(ptau)]


def test_a_weak_key_of_weak_powers(tmp_path: Path) -> None:
    """tau is 1: the powers are refused; where they are not, the key's weaknesses are told as well."""
    r1cs = save_circuit(tmp_path / "c.r1cs", factors(BN254.scalar_field))
    ptau, key = tmp_path / "pot.ptau", tmp_path / "k.zkey"
    with ptau.open("wb") as file:
        write_ptau(file, PtauFile(ones(BN254, 6), []))
    make_key(r1cs, ptau, output=key, system=PLONK, allow_insecure=True)
    with pytest.raises(IntegrityError):
        verify_universal_key(key, r1cs, ptau)
    summary = verify_universal_key(key, r1cs, ptau, allow_insecure=True)
    ids = [found[1] for text in summary.warnings if (found := re.search(r"\[(.*)\]$", text))]
    assert ids == ["P1-EMPTY", "P1-SMALL", "P1-SMALL", "P1-SMALL", "VK-TAU", "VK-SIGMA"]


def test_another_circuit_and_other_powers(data: Path) -> None:
    key = data / "golden_bn128/plonk.zkey"
    r1cs, _ = files(data)
    with pytest.raises(CheckFailed) as caught:
        verify_universal_key(
            key, r1cs, data / "ptau/powersOfTau28_hez_final_08.ptau", allow_insecure=True
        )
    assert caught.value.message == (
        "the key stands on other powers of tau:"
        " expected srs 7f90e096d0c577cce01d51dc4696766a06e63bc50a73c2a6858b2f6ef61c47e7,"
        " got b6ef7f576cb423b878eb13d3467ab0e951e145eb8aedd126829ae9d1e1d86203"
    )
    assert caught.value.hint == "pass the powers of tau that the key was made from"
    other = data / "plonk-golden/mixed/bn128/main.r1cs"
    with pytest.raises(CheckFailed) as caught:
        verify_universal_key(key, other, files(data)[1], allow_insecure=True)
    assert caught.value.message == (
        "the number of wires of the key is not that of the circuit: expected 42, got 13"
    )
    assert caught.value.hint == "pass the circuit that the key was made from"


@SYSTEMS
def test_the_action_for_every_key(data: Path, system: str) -> None:
    key, given = data / "golden_bn128" / f"{system}.zkey", files(data)
    summary = verify_key(key, *given, allow_insecure=True)
    assert summary == verify_universal_key(key, *given, allow_insecure=True)
    for options in ({"expected": ["00"]}, {"ledger": key}):
        with pytest.raises(UsageError) as caught:
            verify_key(key, *given, **options)  # type: ignore[arg-type]
        assert caught.value.message == (
            f"{system} keys take no contributions: expected neither hashes nor a ledger"
        )
        assert caught.value.hint == "such a key stands on the contributions to its powers of tau"


def test_a_ceremony_around_a_key_without_contributions(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = data / "golden_bn128/plonk.zkey"
    found = verify_universal_key(key, *files(data), allow_insecure=True)
    folder = begin(tmp_path)
    monkeypatch.setattr("zkctl.toolchain.ceremony.audit.verify_key", lambda *_, **__: found)
    with pytest.raises(CheckFailed) as caught:
        verify_ceremony(folder)
    assert caught.value.message == (
        "the newest key takes no contributions: expected a groth16 key, got plonk"
    )
