"""Tree files: one file for a snapshot, read as its folder is."""

import tarfile
from pathlib import Path

import pytest

from tests.support.address.provider import OWNER, Provider
from zkctl.errors import EnvironmentProblem, FormatError
from zkctl.toolchain.address.snapshot import audit_snapshot, open_snapshot, view_of
from zkctl.toolchain.address.tree_file import snapshot_part, tree_blocks


def tree_of(folder: Path, output: Path) -> Path:
    parts = [(path.name, path.read_bytes()) for path in sorted(folder.iterdir())]
    output.write_bytes(b"".join(tree_blocks(parts)))
    return output


def test_a_tree_file_is_read_as_its_folder(tmp_path: Path) -> None:
    provider = Provider(tmp_path)
    provider.add()
    folder = provider.epoch("epoch-1")
    tree = tree_of(folder, tmp_path / "epoch-1.tree")
    for path in folder.iterdir():
        assert snapshot_part(tree, path.name).data == path.read_bytes()
    views = [view_of(open_snapshot(each, provider.public_key, OWNER), 1) for each in (folder, tree)]
    assert views[0][0].path == views[1][0].path
    assert audit_snapshot(tree, provider.public_key, OWNER).n_leaves == 3


def test_tar_extracts_it(tmp_path: Path) -> None:
    path = tmp_path / "a.tree"
    path.write_bytes(b"".join(tree_blocks([("records.jsonl", b"x" * 700), ("buckets.bin", b"")])))
    with tarfile.open(path) as archive:
        archive.extractall(tmp_path / "out", filter="data")
    assert (tmp_path / "out/records.jsonl").read_bytes() == b"x" * 700
    assert snapshot_part(path, "buckets.bin").size == 0


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tree"
    whole = b"".join(tree_blocks([("records.jsonl", b"x" * 700)]))
    path.write_bytes(whole)
    with pytest.raises(EnvironmentProblem, match=r"the snapshot has no part buckets\.bin"):
        snapshot_part(path, "buckets.bin")
    path.write_bytes(whole[:900])
    with pytest.raises(FormatError):
        snapshot_part(path, "records.jsonl")
    path.write_bytes(b"no archive" * 100)
    with pytest.raises(FormatError, match="the file is not a snapshot"):
        snapshot_part(path, "records.jsonl")
