"""The functions that all records of proof systems share; the actions test them on files of each system."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Thread

import pytest

from tests.support.toy_contracts import save_groth16
from zkctl.curve import curve_by_name
from zkctl.errors import FormatError
from zkctl.field.words import Words
from zkctl.formats.json.snarkjs_groth16 import read_proof, read_verification_key
from zkctl.toolchain.proof.shared import PreparedProver, prepare_verification, read_statement


def test_a_prepared_prover_returns_the_signals_first() -> None:
    def prove(prepared: str, witness: Words) -> tuple[str, str]:
        return f"proof of {witness} under {prepared}", "signals"

    prover = PreparedProver("key", prove)  # type: ignore[arg-type]  # no numbers are needed
    assert prover.prove("witness") == ("signals", "proof of witness under key")  # type: ignore[arg-type, comparison-overlap]


def test_a_proof_from_a_pipe_is_read_first(tmp_path: Path) -> None:
    """The prover publishes the signals when the pipe ends: they are not there before."""
    vkey, public, proof = save_groth16(tmp_path)
    pipe, late = tmp_path / "pipe", tmp_path / "late.json"
    os.mkfifo(pipe)

    def publish() -> None:
        pipe.write_bytes(proof.read_bytes())
        late.write_bytes(public.read_bytes())

    order: list[Path] = []

    def reading(path: Path, curve: object) -> object:
        order.append(path)
        found = read_proof(path, curve)  # type: ignore[arg-type]
        writer.join()
        return found

    writer = Thread(target=publish)
    writer.start()
    signals, _ = read_statement(reading, late, pipe, read_verification_key(vkey))  # type: ignore[arg-type]
    assert len(signals) == 2
    assert order == [pipe]


def test_signals_of_a_file_are_read_first(tmp_path: Path) -> None:
    vkey, public, proof = save_groth16(tmp_path)
    public.write_text("[]")
    proof.write_text("no proof")
    with pytest.raises(FormatError) as caught:
        read_statement(read_proof, public, proof, read_verification_key(vkey))
    assert str(public) in caught.value.where


@pytest.mark.parametrize("name", ["bn254", "bls12_381"])
def test_verification_is_prepared_once_more_without_harm(name: str) -> None:
    prepare_verification(curve_by_name(name))
