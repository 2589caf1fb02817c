"""The command `serve`: what it refuses before it starts, and its end."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from zkctl.cli.app import main


def test_an_unknown_role(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "other"]) == 2
    assert (
        "the role is unknown: expected all, verifier, prover, got 'other'"
        in capsys.readouterr().err
    )


def test_without_the_extra(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("zkctl.service.proving")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "structlog", None)
    assert main(["serve"]) == 5
    text = capsys.readouterr().err
    assert "the service needs the package structlog" in text
    assert "pip install 'zkctl[service]'" in text


def test_a_stop_that_did_not_wait(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from zkctl.service.proving import run

    def stopped(request: Any, ready: Any, _note: Any) -> int:
        ready(run.ServiceSummary("http://h:1", "http://h:2", "zk_live_x", True))
        assert request.options["demo"] is True
        return 1

    monkeypatch.setattr(run, "serve", stopped)
    assert main(["serve", "all", "--demo"]) == 5
    captured = capsys.readouterr()
    assert captured.out.splitlines()[:2] == ["http://h:1", "admin   http://h:2"]
    assert "zk_live_x  (shown once)" in captured.out
    message = "the service was stopped before its jobs and requests had ended"
    assert message in captured.err
