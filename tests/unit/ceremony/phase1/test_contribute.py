"""Contributions of phase 1: byte for byte on a beacon, sound on fresh secrets, on both curves."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.support.points import first_curve_points
from zkctl.ceremony.beacon import beacon_origin
from zkctl.ceremony.contribution import ContributorKind
from zkctl.ceremony.hashing import next_challenge, response_hash
from zkctl.ceremony.knowledge import participant
from zkctl.ceremony.phase1.contribute import contribute_phase1, new_powers
from zkctl.ceremony.phase1.verify import check_phase1
from zkctl.curve import BLS12_381, BN254, Curve, G1Array, G2Array
from zkctl.errors import EncodingError, InputError, LimitError
from zkctl.formats.binary.ptau.file import PtauFile, read_ptau, write_ptau
from zkctl.srs.lagrange import with_lagrange

CURVES = pytest.mark.parametrize("curve", [BN254, BLS12_381], ids=lambda c: c.name)
GOLDEN = beacon_origin(bytes(range(1, 32)).hex(), 10, "golden beacon")


def digest(file: PtauFile) -> str:
    stream = io.BytesIO()
    write_ptau(stream, file)
    return hashlib.sha256(stream.getvalue()).hexdigest()


def golden_digest(data: Path, name: str) -> str:
    lines = (data / "golden_bn128" / "SHA256SUMS").read_text().splitlines()
    return {path: value for value, path in map(str.split, lines)}[name]


@pytest.mark.parametrize(("stem", "power"), [("pot6", 6), ("p8/pot9", 9)])
def test_beacon_chain_is_reproduced_byte_for_byte(data: Path, stem: str, power: int) -> None:
    """New, beacon, prepare phase 2: the 216 bytes of hash state with their leftovers included."""
    powers = new_powers(BN254, power)
    assert digest(PtauFile(powers, [])) == golden_digest(data, f"{stem}_0000.ptau")
    powers, record = contribute_phase1(powers, [], GOLDEN)
    assert digest(PtauFile(powers, [record])) == golden_digest(data, f"{stem}_beacon.ptau")
    prepared = PtauFile(with_lagrange(powers), [record])
    assert digest(prepared) == golden_digest(data, f"{stem}_final.ptau")


@CURVES
def test_contributions_build_on_each_other(curve: Curve) -> None:
    powers, records = new_powers(curve, 2), []
    for name in ("alice", "bob"):
        powers, record = contribute_phase1(powers, records, participant(name), "some text")
        records.append(record)
    powers, record = contribute_phase1(powers, records, GOLDEN)
    records.append(record)
    check_phase1(with_lagrange(powers), records)
    assert [record.origin.kind for record in records] == [
        ContributorKind(0),
        ContributorKind(0),
        ContributorKind(1),
    ]
    assert records[0].next_challenge != records[1].next_challenge
    assert len({r.public_key.g1_sx.data.tobytes() for r in records}) == 3


def test_hashes_describe_the_new_powers() -> None:
    powers, record = contribute_phase1(new_powers(BN254, 1), [], participant("alice"))
    response = response_hash(record.partial_hash, record.public_key)
    assert record.next_challenge == next_challenge(response, powers)


def test_contributing_drops_the_lagrange_form() -> None:
    prepared = with_lagrange(new_powers(BN254, 1))
    powers, _ = contribute_phase1(prepared, [], participant("alice"))
    assert powers.lagrange is None


def test_truncated_powers_take_no_contribution(data: Path) -> None:
    file = read_ptau(data / "p0tion" / "powersOfTau28_hez_final_02.ptau")
    with pytest.raises(InputError, match=r"the powers are truncated from 2\^28 to 2\^2") as caught:
        contribute_phase1(file.powers, file.contributions, participant("alice"))
    assert "expected the full powers for a contribution" in str(caught.value)


@pytest.mark.parametrize("power", [0, -1, 29])
def test_impossible_powers_are_refused(power: int) -> None:
    with pytest.raises(
        LimitError, match=f"power {power} is not possible, it must be between 1 and 28"
    ):
        new_powers(BN254, power)


@CURVES
@pytest.mark.parametrize("name", ["tau_g1", "tau_g2", "alpha_tau_g1", "beta_tau_g1", "beta_g2"])
def test_no_secret_touches_a_foreign_point(curve: Curve, name: str) -> None:
    """A point outside the group would tell the secret modulo the order of its own group."""
    powers = new_powers(curve, 1)
    points = getattr(powers, name)
    outside = first_curve_points(points.group, 1)[0]
    foreign: G1Array | G2Array = type(points).from_ints(points.group, [outside])
    if points.group.cofactor == 1:
        foreign.data[0, 0] ^= np.uint64(1)
    data = points.data.copy()
    data.reshape(-1, data.shape[-1])[-1] = foreign.data[0]
    bad = replace(powers, **{name: type(points)(points.group, data)})
    with pytest.raises(EncodingError, match=r"is not (on the curve|in the group of prime order)"):
        contribute_phase1(bad, [], participant("alice"))
