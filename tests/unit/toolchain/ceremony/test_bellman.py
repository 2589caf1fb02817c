"""Keys to bellman's parameters and back: golden bytes, continuation, refusals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.toy_groth16 import factors, powers_of_tau, save_circuit
from zkctl.ceremony.phase2.bellman import h_query_of, to_bellman
from zkctl.ceremony.phase2.circuit_hash import circuit_hash
from zkctl.curve import BLS12_381, BN254, Curve
from zkctl.errors import CheckFailed, EnvironmentProblem, IntegrityError, UsageError
from zkctl.formats.binary.bellman import read_bellman, write_bellman
from zkctl.formats.binary.zkey_groth16 import SETUP_ORDER, ZkeyFile, read_zkey, write_zkey
from zkctl.groth16.setup import initial_key
from zkctl.toolchain.ceremony.bellman import contribute_bellman, export_bellman, import_bellman
from zkctl.toolchain.ceremony.key import contribute_key


def start(folder: Path, curve: Any = BN254) -> Path:
    """A key of a toy circuit that nobody contributed to."""
    powers = powers_of_tau(curve, 3)
    circuit = factors(curve.scalar_field)
    save_circuit(folder / "c.r1cs", circuit)
    key = initial_key(circuit, powers)
    with (folder / "0.zkey").open("wb") as file:
        write_zkey(file, ZkeyFile(key, circuit_hash(key, powers), []), order=SETUP_ORDER)
    return folder


def test_golden_parameters_are_byte_exact(data: Path, tmp_path: Path) -> None:
    golden = data / "golden_bn128"
    summary = export_bellman(golden / "multiplier_final.zkey", tmp_path / "f.mpcparams")
    expected = golden / "multiplier_final.mpcparams"
    assert (tmp_path / "f.mpcparams").read_bytes() == expected.read_bytes()
    assert (summary.n_contributions, summary.n_new) == (1, 0)


@pytest.mark.parametrize("curve", [BN254, BLS12_381])
def test_h_query_there_and_back(curve: Curve) -> None:
    key = initial_key(factors(curve.scalar_field), powers_of_tau(curve, 2))
    there = to_bellman(key, bytes(64), [])
    back = h_query_of(there.key.h_query)
    again = to_bellman(replace(key, h_query=back), bytes(64), [])
    assert bool((again.key.h_query == there.key.h_query).all())
    tau = powers_of_tau(curve, 2).tau_g1
    n = key.domain_size
    assert bool((there.key.h_query == tau[n : 2 * n - 1] - tau[: n - 1]).all())


def test_a_key_goes_on_over_bellman(tmp_path: Path) -> None:
    at = start(tmp_path).joinpath
    contribute_key(at("0.zkey"), at("1.zkey"), name="alice")
    export_bellman(at("1.zkey"), at("1.mpc"))
    contribute_bellman(at("1.mpc"), at("2.mpc"), entropy="dice")
    summary = import_bellman(at("1.zkey"), at("2.mpc"), at("2.zkey"), name="bob")
    assert [c.origin.name for c in read_zkey(at("2.zkey")).contributions] == ["alice", "bob"]
    assert (summary.n_contributions, summary.n_new, summary.warnings) == (2, 1, [])
    contribute_bellman(at("2.mpc"), at("3.mpc"))
    summary = import_bellman(at("1.zkey"), at("3.mpc"), at("3.zkey"), name="carol")
    assert [c.origin.name for c in read_zkey(at("3.zkey")).contributions] == ["alice", "", ""]
    assert "the parameters hold 2 new contributions" in summary.warnings[-1]


def test_warnings_of_the_policy(tmp_path: Path) -> None:
    at = start(tmp_path).joinpath
    (warning,) = export_bellman(at("0.zkey"), at("0.mpc")).warnings
    assert "[P2-EMPTY]" in warning
    contribute_bellman(at("0.mpc"), at("1.mpc"))
    (warning,) = import_bellman(at("0.zkey"), at("1.mpc"), at("1.zkey"), name="DEV ONLY").warnings
    assert "[P2-DEV]" in warning


def test_what_does_not_continue_the_key_is_refused(data: Path, tmp_path: Path) -> None:
    at = start(tmp_path).joinpath
    contribute_key(at("0.zkey"), at("1.zkey"), name="alice")
    export_bellman(at("0.zkey"), at("0.mpc"))
    contribute_bellman(at("0.mpc"), at("fork.mpc"))
    message = "the parameters do not contain this contribution of the key"
    for name in ("0.mpc", "fork.mpc"):
        with pytest.raises(CheckFailed, match=message) as caught:
            import_bellman(at("1.zkey"), at(name), at("new.zkey"))
        assert caught.value.where == f"{at(name)}, contribution #1 (claimed name 'alice')"
    golden = data / "golden_bn128" / "multiplier_final.mpcparams"
    with pytest.raises(
        IntegrityError, match="the parameters are of another circuit: the circuit hashes differ"
    ):
        import_bellman(at("1.zkey"), golden, at("new.zkey"))
    with pytest.raises(UsageError, match="the name has 65 characters"):
        import_bellman(at("0.zkey"), at("fork.mpc"), at("new.zkey"), name="x" * 65)
    assert not at("new.zkey").exists()


@pytest.mark.parametrize("query", ["h_query", "l_query", "a_query"])
def test_changed_parameters_are_refused(tmp_path: Path, query: str) -> None:
    at = start(tmp_path).joinpath
    export_bellman(at("0.zkey"), at("0.mpc"))
    contribute_bellman(at("0.mpc"), at("1.mpc"))
    found = read_bellman(at("1.mpc"))
    points = getattr(found.key, query)
    points.data[0] = (points[0] + points[1]).data
    with at("bad.mpc").open("wb") as file:
        write_bellman(file, found)
    with pytest.raises(CheckFailed, match=r"the pairing check fails|the circuit differs") as caught:
        import_bellman(at("0.zkey"), at("bad.mpc"), at("new.zkey"))
    assert query in caught.value.where


def test_changed_contributions_and_delta_are_refused(tmp_path: Path) -> None:
    """The records' points are not those of the key: neither check sees what the other does."""
    at = start(tmp_path).joinpath
    export_bellman(at("0.zkey"), at("0.mpc"))
    contribute_bellman(at("0.mpc"), at("1.mpc"))
    found = read_bellman(at("1.mpc"))
    (record,) = found.contributions
    shifted = replace(record, g2_spx=record.g2_spx + record.g2_spx)
    delta = replace(found.key, delta_g1=found.key.delta_g1 + found.key.delta_g1)
    for bad, message in (
        (replace(found, contributions=[shifted]), "the pairing check fails"),
        (replace(found, key=delta), "delta_g1 is not what the last contribution left"),
    ):
        with at("bad.mpc").open("wb") as file:
            write_bellman(file, bad)
        with pytest.raises(CheckFailed, match=message):
            import_bellman(at("0.zkey"), at("bad.mpc"), at("new.zkey"))


def test_h_of_another_size_is_refused(tmp_path: Path) -> None:
    at = start(tmp_path).joinpath
    export_bellman(at("0.zkey"), at("0.mpc"))
    found = read_bellman(at("0.mpc"))
    with at("bad.mpc").open("wb") as file:
        write_bellman(file, replace(found, key=replace(found.key, h_query=found.key.h_query[:1])))
    with pytest.raises(CheckFailed, match="the parameters have 1 elements in h, expected 3"):
        import_bellman(at("0.zkey"), at("bad.mpc"), at("new.zkey"))


def test_existing_output_is_kept(tmp_path: Path) -> None:
    at = start(tmp_path).joinpath
    at("new").write_bytes(b"precious")
    export_bellman(at("0.zkey"), at("0.mpc"))
    for action in (
        lambda: export_bellman(at("0.zkey"), at("new")),
        lambda: contribute_bellman(at("0.mpc"), at("new")),
        lambda: import_bellman(at("0.zkey"), at("0.mpc"), at("new")),
    ):
        with pytest.raises(EnvironmentProblem, match="the output exists"):
            action()
    assert at("new").read_bytes() == b"precious"
