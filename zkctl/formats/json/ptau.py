"""Powers of tau as JSON, for readers and programs that need the numbers.

The names are snarkjs' (`powersoftau export json`), the values are not: that command prints each point as
one meaningless number.  Here a point is [x, y, z] as in verification keys, Fq2 is [c0, c1], hashes are
hexadecimal.  Block k of a Lagrange section has 2^k points; the largest block of lTauG1 is included.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from zkctl.ceremony.contribution import ContributorKind, Phase1Contribution
from zkctl.ceremony.hashing import response_hash
from zkctl.curve import PointArray
from zkctl.formats.binary.ptau.file import PtauFile

_POINTS_AT_ONCE = 1 << 10


def write_ptau_json(file: BinaryIO, ptau: PtauFile) -> None:
    """Write everything, one point per line, without holding it all in memory."""
    for piece in ptau_pieces(ptau):
        file.write(piece.encode())


def ptau_pieces(ptau: PtauFile) -> Iterator[str]:
    """Yield the document."""
    powers, lagrange = ptau.powers, ptau.powers.lagrange
    start = {
        "curve": powers.curve.name,
        "q": str(powers.curve.base_field.modulus),
        "power": powers.power,
        "ceremonyPower": powers.ceremony_power,
        "contributions": [_contribution(k, c) for k, c in enumerate(ptau.contributions, 1)],
    }
    yield json.dumps(start, indent=1)[:-2]
    raw = {
        "tauG1": powers.tau_g1,
        "tauG2": powers.tau_g2,
        "alphaTauG1": powers.alpha_tau_g1,
        "betaTauG1": powers.beta_tau_g1,
    }
    for name, points in raw.items():
        yield from (f',\n "{name}": [\n', *_points(points, "  "), "\n ]")
    yield f',\n "betaG2": {json.dumps(_point(powers.beta_g2))}'
    if lagrange is not None:
        yield from _blocks("lTauG1", lagrange.tau_g1)
        yield from _blocks("lTauG2", lagrange.tau_g2)
        yield from _blocks("lAlphaTauG1", lagrange.alpha_tau_g1)
        yield from _blocks("lBetaTauG1", lagrange.beta_tau_g1)
    yield "\n}\n"


def _blocks(name: str, points: PointArray) -> Iterator[str]:
    yield f',\n "{name}": ['
    for log_n in range(len(points).bit_length()):
        yield f"{',' if log_n else ''}\n  [\n"
        yield from _points(points[(1 << log_n) - 1 : (2 << log_n) - 1], "   ")
        yield "\n  ]"
    yield "\n ]"


def _points(points: PointArray, indent: str) -> Iterator[str]:
    for start in range(0, len(points), _POINTS_AT_ONCE):
        rows = points[start : start + _POINTS_AT_ONCE].to_ints()
        lines = (indent + json.dumps(_projective(points, row)) for row in rows)
        yield (",\n" if start else "") + ",\n".join(lines)


def _point(point: PointArray) -> list[Any]:
    return _projective(point, type(point).concatenate([point]).to_ints()[0])


def _projective(points: PointArray, point: Any) -> list[Any]:
    one, zero = [["1"], ["0"]] if points.group.degree == 1 else [["1", "0"], ["0", "0"]]
    rows = [zero, one, zero] if point is None else [[str(x) for x in c] for c in point] + [one]
    return [row[0] if len(row) == 1 else row for row in rows]


def _contribution(number: int, contribution: Phase1Contribution) -> dict[str, Any]:
    key, origin = contribution.public_key, contribution.origin
    record: dict[str, Any] = {
        "id": number,
        "type": int(origin.kind),
        "name": origin.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
        "tauG1": _point(contribution.tau_g1),
        "tauG2": _point(contribution.tau_g2),
        "alphaG1": _point(contribution.alpha_g1),
        "betaG1": _point(contribution.beta_g1),
        "betaG2": _point(contribution.beta_g2),
        "key": {
            name: {
                "g1_s": _point(key.g1_s[k]),
                "g1_sx": _point(key.g1_sx[k]),
                "g2_spx": _point(key.g2_spx[k]),
            }
            for k, name in enumerate(("tau", "alpha", "beta"))
        },
        "partialHash": contribution.partial_hash.hex(),
        "responseHash": response_hash(contribution.partial_hash, key).hex(),
        "nextChallenge": contribution.next_challenge.hex(),
    }
    if origin.kind is ContributorKind.BEACON:
        record |= {"beaconHash": origin.beacon.hex(), "numIterationsExp": origin.iterations}
    return record
