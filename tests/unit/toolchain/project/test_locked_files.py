"""Powers of tau, keys and compiled files compared with zkctl.lock, without and before any code."""

from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.errors import EnvironmentProblem, IntegrityError
from zkctl.toolchain.project.build import compile_project
from zkctl.toolchain.project.check import examine_project
from zkctl.toolchain.project.lock import write_lock
from zkctl.toolchain.project.locked_files import check_locked_proof, check_locked_setup

PLACES = {"pot.ptau": "ptau", "out/zk/small.zkey": "small.zkey", "out/zk/small.vkey.json": "small.vkey.json"}  # fmt: skip


@pytest.fixture
def locked(folder: Path) -> Path:
    """A project with keys of two circuits, locked."""
    compile_project(folder)
    for name in (*PLACES, "out/zk/large.zkey"):
        (folder / name).write_text(name)
    write_lock(folder)
    return folder


def rows_of(error: IntegrityError) -> list[list[str]]:
    """The rows of the table of differences."""
    return [row.split() for row in error.where.splitlines()[2:]]


@pytest.mark.parametrize("name", PLACES)
def test_a_changed_file_is_refused_before_code_runs(locked: Path, name: str) -> None:
    (locked / name).write_text("other")
    for work in (compile_project, examine_project):
        with pytest.raises(IntegrityError, match="expected no difference, got 1") as caught:
            work(locked, locked=True)
        assert rows_of(caught.value)[0][0] == PLACES[name]


def test_files_that_are_not_there_are_a_warning(locked: Path) -> None:
    """A machine that compiles needs no keys; compiled files are made again."""
    for name in (*PLACES, "out/zk/large.zkey", "out/zk/large.r1cs"):
        (locked / name).unlink()
    (locked / "out/zk/small.r1cs").write_text("other")
    expected = [
        f"{name} is locked and not there: it was not compared"
        for name in ("ptau", "small.zkey", "small.vkey.json", "large.zkey")
    ]
    assert examine_project(locked, locked=True).warnings == expected
    assert compile_project(locked, locked=True).warnings == expected
    assert compile_project(locked, names=["raw"], locked=True).warnings == expected[:1]


def test_a_key_that_the_lock_does_not_have(locked: Path) -> None:
    (locked / "out/zk/raw.zkey").write_text("new")
    assert compile_project(locked, names=["large"], locked=True).warnings == []
    with pytest.raises(IntegrityError) as caught:
        examine_project(locked, locked=True)
    assert rows_of(caught.value)[0][:2] == ["raw.zkey", "missing"]


def test_the_files_of_a_proof_are_those_of_one_circuit(locked: Path) -> None:
    out, project = locked / "out/zk", locked / "zkctl.yaml"
    check_locked_proof(out / "small.zkey", project=project)
    check_locked_proof(
        out / "small.zkey", program=out / "small.wprog", r1cs=out / "small.r1cs", project=locked
    )
    with pytest.raises(IntegrityError) as caught:
        check_locked_proof(
            out / "small.zkey", program=out / "large.wprog", r1cs=out / "raw.r1cs", project=project
        )
    assert [row[0] for row in rows_of(caught.value)] == ["large.wprog", "raw.r1cs"]


def test_a_key_of_no_circuit(locked: Path) -> None:
    out, project = locked / "out/zk", locked / "zkctl.yaml"
    (out / "small.zkey").write_text("other")
    with pytest.raises(IntegrityError) as caught:
        check_locked_proof(out / "small.zkey", project=project)
    assert rows_of(caught.value)[0][0] == "small.zkey"
    (locked / "k.zkey").write_text("other")
    with pytest.raises(IntegrityError, match="expected no difference, got 1") as caught:
        check_locked_proof(locked / "k.zkey", project=project)
    assert rows_of(caught.value)[0][:5] == ["k.zkey", "no", ".zkey", "of", "this"]
    (locked / "empty.zkey").write_text("")  # raw has no key: its digest in the lock is empty
    with pytest.raises(IntegrityError):
        check_locked_proof(locked / "empty.zkey", project=project)


def test_setup(locked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a name of the project its file is that of the working folder."""
    monkeypatch.chdir(locked / "circuits")
    r1cs, ptau = locked / "out/zk/small.r1cs", locked / "pot.ptau"
    check_locked_setup(r1cs, ptau)
    ptau.write_text("other")
    (locked / "other.r1cs").write_text("x")
    with pytest.raises(IntegrityError) as caught:
        check_locked_setup(locked / "other.r1cs", ptau)
    assert [row[0] for row in rows_of(caught.value)] == ["other.r1cs", "pot.ptau"]
    (locked / "zkctl.lock").unlink()
    with pytest.raises(EnvironmentProblem, match=r"the project has no zkctl\.lock"):
        check_locked_setup(r1cs, ptau)
    monkeypatch.chdir("/")
    with pytest.raises(EnvironmentProblem, match="there is no"):
        check_locked_proof(r1cs)


def test_a_setup_without_locked_powers_of_tau(locked: Path) -> None:
    ptau = locked / "pot.ptau"
    text = ptau.read_text()
    ptau.unlink()
    write_lock(locked)
    ptau.write_text(text)
    with pytest.raises(IntegrityError) as caught:
        check_locked_setup(locked / "out/zk/small.r1cs", ptau, project=locked)
    assert rows_of(caught.value)[0][:2] == ["pot.ptau", "missing"]


def test_published_powers_of_tau_are_compared_with_the_catalogue(
    locked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hashlib import sha256

    from zkctl.toolchain.ptau import catalogue

    settings = locked / "zkctl.yaml"
    settings.write_text(settings.read_text().replace("pot.ptau", "ppot-0080:5"))
    write_lock(locked)
    r1cs, ptau = locked / "out/zk/small.r1cs", locked / "pot.ptau"
    with pytest.raises(IntegrityError) as caught:
        check_locked_setup(r1cs, ptau, project=locked)
    published = catalogue.published_file(5, "ppot-0080")
    row = rows_of(caught.value)[0]
    assert row[:2] == ["pot.ptau", published.name]
    assert row[2].rstrip(".") in sha256(ptau.read_bytes()).hexdigest()
    digest = sha256(ptau.read_bytes()).hexdigest()
    made = catalogue.PublishedFile("a", "b", "c", 5, 1, "sha256", digest, ())
    monkeypatch.setattr(catalogue, "published_file", lambda *_: made)
    check_locked_setup(r1cs, ptau, project=locked)
