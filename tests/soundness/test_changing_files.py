"""Every reader that keeps a view of its file notices that somebody wrote to it meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from zkctl.curve import BN254
from zkctl.dsl import Signal, circuit, private
from zkctl.errors import EnvironmentProblem
from zkctl.formats import sym
from zkctl.formats.binary import bellman, sections, zkey_fflonk, zkey_plonk
from zkctl.formats.binary.bellman import read_bellman
from zkctl.formats.binary.ptau import exchange as ptau_exchange
from zkctl.formats.binary.ptau.exchange import read_challenge, read_response
from zkctl.formats.binary.ptau.file import read_ptau
from zkctl.formats.binary.r1cs import open_r1cs, read_r1cs
from zkctl.formats.binary.wprog import read_wprog, write_wprog
from zkctl.formats.binary.wtns import read_wtns
from zkctl.formats.binary.zkey_groth16 import read_zkey
from zkctl.formats.sym import read_main_names, read_sym
from zkctl.storage.mapped import MappedFile, map_file
from zkctl.toolchain.ptau.exchange import contribute_challenge, export_challenge
from zkctl.toolchain.ptau.new import new_ptau


@circuit
def square(x: Signal = private()) -> Signal:
    return x * x


@pytest.fixture
def changing(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on a file is written to as soon as it is mapped."""

    def mapped(path: Path) -> MappedFile:
        source = map_file(path)
        os.utime(path, ns=(source.modified_ns, source.modified_ns + 1))
        return source

    def begin() -> None:
        for module in (sections, sym, ptau_exchange, bellman):
            monkeypatch.setattr(module, "map_file", mapped)

    return begin


def refuses(read: Callable[[Path], object], path: Path, changing: Callable[[], None]) -> None:
    read(path)
    changing()
    with pytest.raises(EnvironmentProblem, match="the file changed while it was read") as caught:
        read(path)
    assert caught.value.where == str(path)


READERS = {
    "multiplier.r1cs": read_r1cs,
    "multiplier.sym": read_sym,
    "witness.wtns": read_wtns,
    "multiplier_final.zkey": read_zkey,
    "plonk.zkey": zkey_plonk.read_zkey,
    "fflonk.zkey": zkey_fflonk.read_zkey,
    "pot6_final.ptau": read_ptau,
    "multiplier_final.mpcparams": read_bellman,
}


def test_constraints_in_parts(data: Path, tmp_path: Path, changing: Callable[[], None]) -> None:
    path = tmp_path / "multiplier.r1cs"
    path.write_bytes((data / "golden_bn128" / "multiplier.r1cs").read_bytes())
    refuses(lambda path: list(open_r1cs(path).parts()), path, changing)


def test_names_of_main(data: Path, tmp_path: Path, changing: Callable[[], None]) -> None:
    path = tmp_path / "multiplier.sym"
    path.write_bytes((data / "golden_bn128" / "multiplier.sym").read_bytes())
    refuses(read_main_names, path, changing)


@pytest.mark.parametrize("name", READERS)
def test_files_of_circom_and_snarkjs(
    data: Path, tmp_path: Path, name: str, changing: Callable[[], None]
) -> None:
    path = tmp_path / name
    path.write_bytes((data / "golden_bn128" / name).read_bytes())
    refuses(READERS[name], path, changing)


def test_witness_programs(tmp_path: Path, changing: Callable[[], None]) -> None:
    path = tmp_path / "a.wprog"
    with path.open("wb") as file:
        write_wprog(file, square.compile().program)
    refuses(read_wprog, path, changing)


def test_challenges(tmp_path: Path, changing: Callable[[], None]) -> None:
    new_ptau("bn254", 2, tmp_path / "0.ptau")
    export_challenge(tmp_path / "0.ptau", output=tmp_path / "challenge")
    refuses(read_challenge, tmp_path / "challenge", changing)


def test_responses(tmp_path: Path, changing: Callable[[], None]) -> None:
    new_ptau("bn254", 2, tmp_path / "0.ptau")
    export_challenge(tmp_path / "0.ptau", output=tmp_path / "challenge")
    contribute_challenge(tmp_path / "challenge", output=tmp_path / "response")
    refuses(partial(read_response, curve=BN254, power=2), tmp_path / "response", changing)
