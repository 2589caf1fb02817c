"""Contributions of phase 2: byte for byte on a beacon, sound on fresh secrets, on both curves."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.support.points import first_curve_points
from tests.support.toy_groth16 import factors, powers_of_tau
from zkctl.ceremony.beacon import beacon_origin
from zkctl.ceremony.hashing import contribution_hash
from zkctl.ceremony.knowledge import participant
from zkctl.ceremony.phase2.circuit_hash import circuit_hash
from zkctl.ceremony.phase2.contribute import contribute_phase2
from zkctl.ceremony.phase2.verify import check_phase2
from zkctl.curve import BLS12_381, BN254, Curve
from zkctl.errors import EncodingError
from zkctl.formats.binary.zkey_groth16 import CONTRIBUTION_ORDER, ZkeyFile, read_zkey, write_zkey
from zkctl.groth16.setup import initial_key

CURVES = pytest.mark.parametrize("curve", [BN254, BLS12_381], ids=lambda c: c.name)
GOLDEN = beacon_origin(bytes(range(1, 32)).hex(), 10, "golden beacon phase2")


def test_beacon_is_reproduced_byte_for_byte(data: Path) -> None:
    start = read_zkey(data / "golden_bn128" / "multiplier_0000.zkey")
    key, record = contribute_phase2(start.key, start.circuit_hash, start.contributions, GOLDEN)
    stream = io.BytesIO()
    write_zkey(stream, ZkeyFile(key, start.circuit_hash, [record]), order=CONTRIBUTION_ORDER)
    assert stream.getvalue() == (data / "golden_bn128" / "multiplier_final.zkey").read_bytes()


@CURVES
def test_contributions_build_on_each_other(curve: Curve) -> None:
    powers = powers_of_tau(curve, 2)
    initial = key = initial_key(factors(curve.scalar_field), powers)
    digest = circuit_hash(initial, powers)
    records = []
    for origin in (participant("alice"), participant("bob"), GOLDEN):
        key, record = contribute_phase2(key, digest, records, origin, "text")
        records.append(record)
    check_phase2(key, digest, records, initial, powers)
    assert len({contribution_hash(record) for record in records}) == 3
    assert not bool(key.delta_g1 == initial.delta_g1)


@CURVES
@pytest.mark.parametrize("name", ["delta_g1", "delta_g2", "l_query", "h_query"])
def test_no_secret_touches_a_foreign_point(curve: Curve, name: str) -> None:
    powers = powers_of_tau(curve, 2)
    key = initial_key(factors(curve.scalar_field), powers)
    points = getattr(key, name)
    foreign = type(points).from_ints(points.group, first_curve_points(points.group, 1))
    if points.group.cofactor == 1:
        foreign.data[0, 0] ^= np.uint64(1)
    data = points.data.copy()
    data.reshape(-1, data.shape[-1])[-1] = foreign.data[0]
    bad = replace(key, **{name: type(points)(points.group, data)})
    with pytest.raises(EncodingError, match=r"is not (on the curve|in the group of prime order)"):
        contribute_phase2(bad, bytes(64), [], participant("alice"))
