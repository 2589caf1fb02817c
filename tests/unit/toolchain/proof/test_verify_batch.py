"""`zkctl verify --batch`: verdicts line by line from real files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from zkctl.errors import EncodingError, IntegrityError
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.proof.verify import verify
from zkctl.toolchain.proof.verify_batch import verify_batch

N = 12


@pytest.fixture
def golden(data: Path) -> Path:
    return data / "golden_bn128"


@pytest.fixture
def lines(golden: Path) -> list[Any]:
    one = {name: json.loads((golden / f"{name}.json").read_text()) for name in ("proof", "public")}
    return [json.loads(json.dumps(one)) for _ in range(N)]


def save(path: Path, lines: list[Any]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_all_hold(golden: Path, lines: list[Any], tmp_path: Path) -> None:
    vkey = golden / "verification_key.json"
    summary = verify_batch(vkey, statements=save(tmp_path / "a.jsonl", lines))
    assert (summary.valid, summary.n_proofs, summary.n_invalid) == (True, N, 0)
    assert (summary.curve, summary.n_public, summary.warnings) == ("bn254", 2, [])
    single = verify(vkey, public=golden / "public.json", proof=golden / "proof.json")
    assert {verdict.statement for verdict in summary.verdicts} == {single.statement}


def test_the_wrong_lines_are_named(golden: Path, lines: list[Any], tmp_path: Path) -> None:
    lines[3]["public"].reverse()
    lines[10]["public"][0] = "1"
    path = save(tmp_path / "a.jsonl", lines)
    summary = verify_batch(golden / "verification_key.json", statements=path)
    assert (summary.valid, summary.n_proofs, summary.n_invalid) == (False, N, 2)
    assert [verdict.line for verdict in summary.verdicts] == list(range(1, N + 1))
    assert [verdict.line for verdict in summary.verdicts if not verdict.valid] == [4, 11]
    assert len({verdict.statement for verdict in summary.verdicts}) == 3


def test_a_malformed_line_ends_it(golden: Path, lines: list[Any], tmp_path: Path) -> None:
    lines[5]["proof"]["pi_a"][0] = "1"
    path = save(tmp_path / "a.jsonl", lines)
    with pytest.raises(EncodingError, match="not on the curve") as caught:
        verify_batch(golden / "verification_key.json", statements=path)
    assert "a.jsonl line 6 $.proof.pi_a" in caught.value.where


def test_forgeable_key_is_refused(golden: Path, lines: list[Any], tmp_path: Path) -> None:
    vkey, path = tmp_path / "vkey.json", save(tmp_path / "a.jsonl", lines)
    export_verification_key(golden / "multiplier_0000.zkey", output=vkey, allow_insecure=True)
    with pytest.raises(IntegrityError, match=r"delta = 1 \* gamma, anyone can forge proofs"):
        verify_batch(vkey, statements=path)
    summary = verify_batch(vkey, statements=path, allow_insecure=True)
    assert summary.n_invalid == N
    assert "[VK-DELTA]" in summary.warnings[0]
