"""bellman's parameters: the golden file byte for byte, and every way of breaking it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from zkctl.errors import EncodingError, FormatError
from zkctl.formats.binary.bellman import read_bellman, write_bellman

SINGLES = 4 * 64 - 64 + 3 * 128  # alpha beta delta in g1, beta gamma delta in g2


@pytest.fixture
def golden(data: Path) -> bytes:
    return (data / "golden_bn128" / "multiplier_final.mpcparams").read_bytes()


def load(folder: Path, raw: bytes):
    (folder / "a.mpcparams").write_bytes(raw)
    return read_bellman(folder / "a.mpcparams")


def test_what_is_read_is_written(golden: bytes, tmp_path: Path) -> None:
    found = load(tmp_path, golden)
    assert (found.key.curve.name, len(found.contributions)) == ("bn254", 1)
    with (tmp_path / "b.mpcparams").open("wb") as file:
        write_bellman(file, found)
    assert (tmp_path / "b.mpcparams").read_bytes() == golden


@pytest.mark.parametrize("fraction", [k / 9 for k in range(1, 9)])
def test_truncated_files_say_what_is_missing(golden: bytes, tmp_path: Path, fraction: Any) -> None:
    with pytest.raises(FormatError, match=r"needs \d+ bytes, \d+ remain"):
        load(tmp_path, golden[: int(len(golden) * fraction)])


def test_trailing_bytes(golden: bytes, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="3 bytes after the contributions"):
        load(tmp_path, golden + b"abc")


@pytest.mark.parametrize("raw", [b"", b"{}", b"zkey" * 100, bytes(1000)])
def test_other_files(tmp_path: Path, raw: Any) -> None:
    with pytest.raises(FormatError, match="expected bellman parameters, found"):
        load(tmp_path, raw)


def arrays(golden: bytes) -> dict[str, tuple[int, int]]:
    """Name -> (offset of the length, size with the length)."""
    found, position = {}, SINGLES
    for name, size in (("ic", 64), ("h", 64), ("l", 64), ("a", 64), ("b1", 64), ("b2", 128)):
        n = int.from_bytes(golden[position : position + 4], "big")
        found[name] = (position, 4 + n * size)
        position += 4 + n * size
    return found


def shortened(golden: bytes, name: str, point: int) -> bytes:
    """Without the last point of an array."""
    start, size = arrays(golden)[name]
    n = int.from_bytes(golden[start : start + 4], "big")
    body = golden[start + 4 : start + size - point]
    return golden[:start] + (n - 1).to_bytes(4, "big") + body + golden[start + size :]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("h", "elements, not one less than a power of two"),
        ("l", r"l_query has \d+ elements, \d+ expected"),
        ("b1", r"b_g1_query has \d+ elements, \d+ expected"),
    ],
)
def test_counts_must_fit(golden: bytes, tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        load(tmp_path, shortened(golden, name, 64))


def test_h_must_not_be_empty(golden: bytes, tmp_path: Path) -> None:
    """One less than 2^0: a domain of one point has no quotient."""
    start, size = arrays(golden)["h"]
    with pytest.raises(FormatError, match="h_query has 0 elements, not one less than a power of"):
        load(tmp_path, golden[:start] + bytes(4) + golden[start + size :])


def test_points_must_lie_in_their_groups(golden: bytes, tmp_path: Path) -> None:
    raw = bytearray(golden)
    start, _ = arrays(golden)["h"]
    raw[start + 4 + 63] ^= 1
    with pytest.raises(EncodingError, match="is not on the curve") as caught:
        load(tmp_path, bytes(raw))
    assert caught.value.where.endswith("a.mpcparams, h_query")
    raw = bytearray(golden)
    raw[64:128] = bytes(64)
    with pytest.raises(EncodingError, match="beta_g1: point 0 is at infinity"):
        load(tmp_path, bytes(raw))
