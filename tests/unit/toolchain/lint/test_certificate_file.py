from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.errors import EnvironmentProblem, InputError
from zkctl.toolchain.lint.certificate_file import load_certificate, save_certificate

STEPS = [["solve", 0, 1 << 200], ["root", 1]]


def test_steps_come_back(tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    save_certificate(path, STEPS)
    assert load_certificate(path) == STEPS
    with pytest.raises(EnvironmentProblem):
        save_certificate(path, STEPS)
    save_certificate(path, STEPS[:1], force=True)
    assert load_certificate(path) == STEPS[:1]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"\xff", "the certificate is not UTF-8"),
        (b"{}", "the certificate is not a list of steps: expected lists that begin with a name"),
        (b"[", "the certificate is not JSON"),
    ],
)
def test_what_is_no_certificate(tmp_path: Path, raw: bytes, message: str) -> None:
    path = tmp_path / "proof.json"
    path.write_bytes(raw)
    with pytest.raises(InputError, match=message) as problem:
        load_certificate(path)
    assert "proof.json" in problem.value.where
