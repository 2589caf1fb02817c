"""Phase 1 by challenge and response, and every way in which a response can be wrong (docs/design/security-cases.md, N73)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.binary_files import Container
from zkctl.ceremony.contribution import Phase1PublicKey
from zkctl.ceremony.phase1.contribute import new_powers
from zkctl.curve import BN254
from zkctl.errors import (
    CheckFailed,
    EncodingError,
    FormatError,
    InputError,
    UsageError,
)
from zkctl.formats.binary.ptau.exchange import (
    Response,
    read_challenge,
    read_response,
    write_response,
)
from zkctl.formats.binary.ptau.file import read_ptau
from zkctl.toolchain.ptau.contribute import contribute_ptau
from zkctl.toolchain.ptau.exchange import contribute_challenge, export_challenge, import_response
from zkctl.toolchain.ptau.new import new_ptau
from zkctl.toolchain.ptau.prepare import prepare_ptau
from zkctl.toolchain.ptau.transform import truncate_ptau
from zkctl.toolchain.ptau.verify import verify_ptau


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """alice's contribution to 2^2 powers, its challenge, and a response to it."""
    at = tmp_path_factory.mktemp("exchange")
    new_ptau("bn254", 2, at / "0.ptau")
    contribute_ptau(at / "0.ptau", output=at / "1.ptau", name="alice")
    export_challenge(at / "1.ptau", output=at / "challenge")
    contribute_challenge(at / "challenge", output=at / "response", entropy="dice")
    return at


def altered(folder: Path, output: Path, change: Any) -> Path:
    """The response after a change of its parts."""
    with output.open("wb") as stream:
        write_response(stream, change(read_response(folder / "response", BN254, 2)))
    return output


@pytest.mark.parametrize("curve", ["bn254", "bls12_381"])
def test_the_way_around(tmp_path: Path, curve: str) -> None:
    new_ptau(curve, 2, tmp_path / "0.ptau")
    for k, name in enumerate(("alice", "bob")):
        old, new = tmp_path / f"{k}.ptau", tmp_path / f"{k + 1}.ptau"
        given = export_challenge(old, output=tmp_path / f"c{k}")
        answered = contribute_challenge(tmp_path / f"c{k}", output=tmp_path / f"r{k}", curve=curve)
        assert (given.curve, given.power) == (answered.curve, answered.power) == (curve, 2)
        assert given.challenge_hash == answered.challenge_hash
        done = import_response(old, response=tmp_path / f"r{k}", output=new, name=name)
        assert (done.n_contributions, done.contribution_hash) == (k + 1, answered.contribution_hash)
    assert (
        given.previous_response_hash
        == verify_ptau(tmp_path / "1.ptau").contributors[0].contribution_hash
    )
    names = [c.claimed_name for c in verify_ptau(tmp_path / "2.ptau").contributors]
    assert names == ["alice", "bob"]


def test_the_first_challenge_follows_nothing(folder: Path, tmp_path: Path) -> None:
    summary = export_challenge(folder / "0.ptau", output=tmp_path / "c")
    assert summary.previous_response_hash.startswith("786a02f742015903c6c6fd852552d272")
    assert read_challenge(tmp_path / "c").digest.hex() == summary.challenge_hash


def test_prepared_files_have_the_same_challenge(folder: Path, tmp_path: Path) -> None:
    prepare_ptau(folder / "1.ptau", output=tmp_path / "p.ptau")
    export_challenge(tmp_path / "p.ptau", output=tmp_path / "c")
    assert (tmp_path / "c").read_bytes() == (folder / "challenge").read_bytes()


def test_truncated_files_have_no_challenge(folder: Path, tmp_path: Path) -> None:
    truncate_ptau(folder / "1.ptau", output=tmp_path / "cut.ptau", power=1)
    with pytest.raises(InputError, match="expected the full powers for a contribution"):
        export_challenge(tmp_path / "cut.ptau", output=tmp_path / "c")
    with pytest.raises(InputError, match="expected the full powers for a contribution"):
        import_response(
            tmp_path / "cut.ptau", response=folder / "response", output=tmp_path / "new.ptau"
        )


def test_powers_that_are_not_the_recorded_ones_have_no_challenge(
    folder: Path, tmp_path: Path
) -> None:
    file = Container.read(folder / "1.ptau")
    swapped = file[2][:128] + file[2][192:256] + file[2][128:192] + file[2][256:]
    file.with_section(2, swapped).write(tmp_path / "bad.ptau")
    with pytest.raises(
        CheckFailed, match=r"the powers hash to the challenge .*, the file records "
    ):
        export_challenge(tmp_path / "bad.ptau", output=tmp_path / "c")
    assert not (tmp_path / "c").exists()


def test_a_response_to_another_challenge(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(
        CheckFailed, match=r"the response answers the challenge .*, the next one is"
    ):
        import_response(
            folder / "0.ptau", response=folder / "response", output=tmp_path / "new.ptau"
        )
    import_response(folder / "1.ptau", response=folder / "response", output=tmp_path / "2.ptau")
    with pytest.raises(CheckFailed, match="the response answers the challenge"):
        import_response(
            tmp_path / "2.ptau", response=folder / "response", output=tmp_path / "3.ptau"
        )
    contribute_ptau(folder / "0.ptau", output=tmp_path / "fork.ptau", name="mallory")
    with pytest.raises(CheckFailed, match="the response answers the challenge"):
        import_response(
            tmp_path / "fork.ptau", response=folder / "response", output=tmp_path / "3.ptau"
        )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2.ptau", "fork.ptau"]


def _swap(name: Any):
    """Two powers of a section change places."""

    def change(response: Response) -> Response:
        points = getattr(response.powers, name)
        order = np.arange(len(points))
        order[2:4] = 3, 2
        return replace(response, powers=replace(response.powers, **{name: points[order]}))

    return change


def _negate(part: Any):
    """A point of the public key gets the other sign."""

    def change(response: Response) -> Response:
        key = response.public_key
        points = getattr(key, part)
        wrong = type(points).concatenate([points[0], points[1], -points[2]])
        return replace(response, public_key=replace(key, **{part: wrong}))

    return change


def _other_beta(response: Response) -> Response:
    return replace(response, powers=replace(response.powers, beta_g2=-response.powers.beta_g2))


def _no_contribution(response: Response) -> Response:
    """The powers stay, the secrets are 1."""
    key = response.public_key
    return replace(response, public_key=Phase1PublicKey(key.g1_s, key.g1_s, key.g2_spx))


def _start_again(response: Response) -> Response:
    return replace(response, powers=new_powers(BN254, 2))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_swap("tau_g1"), "pairing check fails"),
        (_swap("tau_g2"), "pairing check fails"),
        (_swap("alpha_tau_g1"), "pairing check fails"),
        (_swap("beta_tau_g1"), "pairing check fails"),
        (_other_beta, "pairing check fails"),
        (_negate("g1_sx"), "pairing check fails"),
        (_negate("g2_spx"), "pairing check fails"),
        (_no_contribution, "the secret is 1 or -1"),
        (_start_again, "pairing check fails"),
    ],
)
def test_responses_that_prove_nothing(
    folder: Path, tmp_path: Path, change: Any, message: str
) -> None:
    bad = altered(folder, tmp_path / "bad", change)
    with pytest.raises(CheckFailed, match=message) as caught:
        import_response(
            folder / "1.ptau", response=bad, output=tmp_path / "new.ptau", name="mallory"
        )
    assert caught.value.where.startswith(str(bad))
    assert not (tmp_path / "new.ptau").exists()


def test_unaltered_parts_are_accepted(folder: Path, tmp_path: Path) -> None:
    same = altered(folder, tmp_path / "same", lambda response: response)
    assert same.read_bytes() == (folder / "response").read_bytes()


@pytest.mark.parametrize("cut", [-1, 1])
def test_responses_of_another_size(folder: Path, tmp_path: Path, cut: int) -> None:
    raw = (folder / "response").read_bytes()
    (tmp_path / "bad").write_bytes(raw[:-1] if cut < 0 else raw + b"\0")
    with pytest.raises(FormatError, match="a response for power 2 over bn254 has 1632 bytes"):
        import_response(folder / "1.ptau", response=tmp_path / "bad", output=tmp_path / "new.ptau")


@pytest.mark.parametrize(
    ("offset", "change", "where"),
    [
        (96, lambda _: 0x3F, "tau in g1"),
        (64 + 7 * 32, lambda _: 0x3F, "tau in g2"),
        (1632 - 700, lambda byte: byte ^ 0xFF, "public key"),
    ],
)
def test_points_of_a_response_that_do_not_exist(
    folder: Path, tmp_path: Path, offset: int, change: Any, where: str
) -> None:
    raw = bytearray((folder / "response").read_bytes())
    raw[offset] = change(raw[offset])
    (tmp_path / "bad").write_bytes(raw)
    with pytest.raises(EncodingError) as caught:
        import_response(folder / "1.ptau", response=tmp_path / "bad", output=tmp_path / "new.ptau")
    assert caught.value.where == f"{tmp_path / 'bad'}, {where}"


def test_what_is_not_a_challenge(folder: Path, tmp_path: Path) -> None:
    raw = (folder / "challenge").read_bytes()
    (tmp_path / "short").write_bytes(raw[:-1])
    with pytest.raises(FormatError, match="not a challenge: no power over bn254 gives"):
        contribute_challenge(tmp_path / "short", output=tmp_path / "r")
    with pytest.raises(
        FormatError, match="not a challenge: its first point is not the generator of a known curve"
    ):
        contribute_challenge(folder / "1.ptau", output=tmp_path / "r")
    with pytest.raises(UsageError, match="the challenge is over bn254, not bls12_381"):
        contribute_challenge(folder / "challenge", output=tmp_path / "r", curve="bls12381")
    bad = bytearray(raw)
    bad[64 + 64 + 63] ^= 1  # y of tau
    (tmp_path / "off").write_bytes(bad)
    with pytest.raises(EncodingError, match="is not on the curve") as caught:
        contribute_challenge(tmp_path / "off", output=tmp_path / "r")
    assert caught.value.where == f"{tmp_path / 'off'}, tau in g1"
    bad[64 + 64 : 64 + 128] = bytes(64)
    (tmp_path / "infinite").write_bytes(bad)
    with pytest.raises(EncodingError, match="is infinity"):
        contribute_challenge(tmp_path / "infinite", output=tmp_path / "r")
    assert not (tmp_path / "r").exists()


def test_names_are_checked_first(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the name has 65 characters"):
        import_response(
            folder / "1.ptau", response=folder / "response", output=tmp_path / "n", name="x" * 65
        )
    import_response(folder / "1.ptau", response=folder / "response", output=tmp_path / "n")
    assert read_ptau(tmp_path / "n").contributions[1].origin.name == ""
