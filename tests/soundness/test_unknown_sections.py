"""Strict reading: a section that the format does not define is refused (docs/design/security-cases.md, N9)."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.binary_files import Container
from tests.support.toy_groth16 import (
    factors,
    factors_witness,
    powers_of_tau,
    save_circuit,
    save_key,
    save_witness,
    toy_key,
)
from zkctl.curve import BN254
from zkctl.dsl import Signal, circuit, private
from zkctl.errors import FormatError, UsageError
from zkctl.field import BN254_FR
from zkctl.formats.binary.ptau.file import PtauFile, open_ptau, read_ptau, write_ptau
from zkctl.formats.binary.r1cs import read_r1cs
from zkctl.formats.binary.wprog import read_wprog, write_wprog
from zkctl.formats.binary.wtns import read_wtns
from zkctl.formats.binary.zkey_groth16 import read_zkey
from zkctl.runtime.settings import using

ONLY = {
    "r1cs": "a r1cs file has only 1, 2, 3, 4 and 5",
    "wtns": "a wtns file has only 1 and 2",
    "ptau": "a ptau file has only 1, 2, 3, 4, 5, 6, 7, 12, 13, 14 and 15",
    "zkey": "a zkey file has only 1, 2, 3, 4, 5, 6, 7, 8, 9 and 10",
    "wprog": "a wprg file has only 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 12",
}
READERS: dict[str, Callable[[Path], Any]] = {
    "r1cs": read_r1cs,
    "wtns": read_wtns,
    "ptau": read_ptau,
    "zkey": read_zkey,
    "wprog": read_wprog,
}


def save_ptau(path: Path) -> None:
    out = io.BytesIO()
    write_ptau(out, PtauFile(powers_of_tau(BN254, 1), []))
    path.write_bytes(out.getvalue())


@circuit
def square(x: Signal = private()) -> Signal:
    return x * x


def save_program(path: Path) -> None:
    with path.open("wb") as file:
        write_wprog(file, square.compile().program)


SAVERS: dict[str, Callable[[Path], Any]] = {
    "r1cs": lambda path: save_circuit(path, factors(BN254_FR)),
    "wtns": lambda path: save_witness(path, BN254_FR, factors_witness(BN254_FR)),
    "ptau": save_ptau,
    "zkey": lambda path: save_key(path, toy_key(BN254)),
    "wprog": save_program,
}
KINDS = pytest.mark.parametrize("kind", READERS)


def extended(folder: Path, kind: str, *ids: int) -> Path:
    """A good file with more sections: the first of them in front, the others behind."""
    path = folder / f"a.{kind}"
    SAVERS[kind](path)
    good = Container.read(path)
    more = [(k, b"more") for k in ids]
    return replace(good, sections=(*more[:1], *good.sections, *more[1:])).write(path)


@KINDS
def test_an_unknown_section_is_refused_in_strict_reading_only(tmp_path: Path, kind: str) -> None:
    path = extended(tmp_path, kind, 4242)
    READERS[kind](path)
    with using(strict=True), pytest.raises(FormatError) as caught:
        READERS[kind](path)
    assert caught.value.message == f"unknown section 4242, {ONLY[kind]}"
    assert caught.value.where == str(path)
    assert caught.value.hint == (
        "ask the author of the file for their content;"
        " without `strict` and ZKCTL_STRICT unknown sections are ignored"
    )


@KINDS
def test_all_unknown_sections_are_named(tmp_path: Path, kind: str) -> None:
    path = extended(tmp_path, kind, 0, 16, 4242)
    with using(strict=True), pytest.raises(FormatError) as caught:
        READERS[kind](path)
    assert caught.value.message == f"unknown sections 0, 16 and 4242, {ONLY[kind]}"


@KINDS
def test_what_the_format_defines_is_read_strictly(tmp_path: Path, kind: str) -> None:
    with using(strict=True):
        READERS[kind](extended(tmp_path, kind))


def test_optional_sections_are_known(tmp_path: Path) -> None:
    """Custom gates: none of them, in the sections that an r1cs file may have for them."""
    path = extended(tmp_path, "r1cs")
    good = Container.read(path)
    replace(good, sections=(*good.sections, (4, bytes(4)), (5, bytes(4)))).write(path)
    with using(strict=True):
        assert not read_r1cs(path).has_custom_gates


def test_a_missing_section_is_told_first(tmp_path: Path) -> None:
    path = extended(tmp_path, "zkey", 4242)
    Container.read(path).without(9).write(path)
    with using(strict=True), pytest.raises(FormatError, match="missing section 9"):
        read_zkey(path)


def test_the_directory_alone_is_read_strictly_too(tmp_path: Path) -> None:
    """What `ptau truncate` opens."""
    path = extended(tmp_path, "ptau", 11)
    open_ptau(path)
    with using(strict=True), pytest.raises(FormatError, match="unknown section 11, a ptau file"):
        open_ptau(path)


@pytest.mark.parametrize("protocol", [2, 10], ids=["plonk", "fflonk"])
def test_keys_of_other_protocols_are_refused_first(tmp_path: Path, protocol: int) -> None:
    """Their sections have other numbers: what is unknown of a groth16 key says nothing of them."""
    path = extended(tmp_path, "zkey", 11, 17)
    Container.read(path).with_section(1, protocol.to_bytes(4, "little")).write(path)
    with using(strict=True), pytest.raises(FormatError, match="expected groth16, got"):
        read_zkey(path)


def test_real_files_are_read_strictly(data: Path) -> None:
    with using(strict=True):
        read_r1cs(data / "golden_bn128/multiplier.r1cs")
        read_wtns(data / "golden_bn128/witness.wtns")
        read_ptau(data / "ptau/powersOfTau28_hez_final_08.ptau")
        read_zkey(data / "semaphore-v4/semaphore-5.zkey")


@pytest.mark.parametrize("bad", ["yes", "2", " 1", "true", "\u0661"])
def test_a_senseless_variable_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    """Only where it matters: a file without unknown sections is the same either way."""
    monkeypatch.setenv("ZKCTL_STRICT", bad)
    with pytest.raises(UsageError) as caught:
        read_zkey(extended(tmp_path, "zkey", 11))
    assert caught.value.message == f"ZKCTL_STRICT is {bad!r}: expected 0 or 1"
    assert caught.value.hint == "unset ZKCTL_STRICT"
    read_zkey(extended(tmp_path, "zkey"))
