from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.errors import EnvironmentProblem
from zkctl.field import BN254_FR
from zkctl.formats.binary.wtns import read_wtns
from zkctl.lint.search.counterexample import Counterexample
from zkctl.toolchain.lint.witnesses import write_counterexample

PAIR = Counterexample([1, 7, 49], [1, BN254_FR.modulus - 7, 49], (1,))


def test_both_witnesses_are_written_for_the_owner_only(tmp_path: Path) -> None:
    paths = write_counterexample(tmp_path, BN254_FR, PAIR)
    assert [p.name for p in paths] == ["lint-witness-1.wtns", "lint-witness-2.wtns"]
    assert [read_wtns(p).values.to_ints() for p in paths] == [PAIR.first, PAIR.second]
    assert all(p.stat().st_mode & 0o777 == 0o600 for p in paths)


def test_both_or_none(tmp_path: Path) -> None:
    (tmp_path / "lint-witness-2.wtns").write_bytes(b"older")
    with pytest.raises(EnvironmentProblem, match=r"lint-witness-2\.wtns"):
        write_counterexample(tmp_path, BN254_FR, PAIR)
    assert [p.name for p in tmp_path.iterdir()] == ["lint-witness-2.wtns"]
    write_counterexample(tmp_path, BN254_FR, PAIR, force=True)
    assert len(list(tmp_path.iterdir())) == 2
