"""The coordinator under kill -9: at every write, fsync, commit and rename nothing accepted is lost."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.service.harness import Harness, ScriptedContributor, copy_of
from tests.support.crash import count_steps, run_and_die, spread
from zkctl.formats.ceremony_files import Receipt
from zkctl.service.coordinator import store
from zkctl.toolchain.ceremony.audit import verify_ceremony
from zkctl.toolchain.ceremony.folder import open_ceremony

FEW = 8
NAMES = ("ann", "bob")


@pytest.fixture
def with_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each commit be two steps, before and after, at which a child may die."""
    real = store.Store.transaction

    @contextmanager
    def transaction(self):
        with real(self):
            yield
            _step()
        _step()

    monkeypatch.setattr(store.Store, "transaction", transaction)


def _step() -> None:
    """Something that tests/support/crash.py counts, without effect."""
    handle = os.open(os.devnull, os.O_RDONLY)
    try:
        os.fchmod(handle, os.fstat(handle).st_mode & 0o777)
    finally:
        os.close(handle)


class Ceremony:
    """Two people with the keys that they made, which they send whatever happens to the server."""

    def __init__(self, folder: Path, base: Path) -> None:
        self.folder, self.base = folder, base
        self.private: dict[str, bytes] = {}
        self.made: dict[str, tuple[bytes, Receipt]] = {}
        self.reset()
        harness = Harness(self.folder)
        for name in NAMES:
            contributor = ScriptedContributor(harness, name).enter()
            self.private[name], self.made[name] = contributor.private, contributor.make()
            self._contribute(contributor)
        harness.coordinator.close()

    def reset(self) -> None:
        for name in ("ceremony", "state"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        copy_of(self.base, self.folder)

    def play(self) -> Harness:
        """Each enters, and contributes unless the coordinator says that it is done."""
        harness = Harness(self.folder)
        people = [
            ScriptedContributor(harness, name, private).enter()
            for name, private in self.private.items()
        ]
        for contributor in people:
            if contributor.state == "active":
                self._contribute(contributor)
            harness.worker.step()
            assert contributor.state == "accepted"
        return harness

    def _contribute(self, contributor: ScriptedContributor) -> None:
        data, receipt = self.made[contributor.name]
        contributor.send(data, contributor.announce(data, receipt), 1500)
        contributor.harness.worker.step()


def check(ceremony: Ceremony) -> None:
    """What was accepted before the end is accepted now, once; the others can go on."""
    before = open_ceremony(ceremony.folder / "ceremony").ledger.accepted
    harness = ceremony.play()
    after = open_ceremony(ceremony.folder / "ceremony").ledger.accepted
    assert after[: len(before)] == before
    assert [entry.name for entry in after] == list(NAMES)
    assert [p.name for p in (ceremony.folder / "state" / "incoming").iterdir()] == []
    harness.coordinator.close()


def sweep(ceremony: Ceremony, n_steps: int) -> None:
    def action() -> None:
        ceremony.play()

    ceremony.reset()
    total = count_steps(action)
    for step in spread(n_steps, total) if n_steps < total else range(1, total + 1):
        ceremony.reset()
        assert run_and_die(action, step), f"step {step} of {total}"
        check(ceremony)
    assert len(verify_ceremony(ceremony.folder / "ceremony").contributors) == 2


def test_killed_at_some_steps(base: Path, tmp_path: Path, with_commits: None) -> None:
    sweep(Ceremony(tmp_path, base), FEW)


@pytest.mark.slow
def test_killed_at_every_step(base: Path, tmp_path: Path, with_commits: None) -> None:
    sweep(Ceremony(tmp_path, base), 1000)
