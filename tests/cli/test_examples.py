"""Every example in the help of a command runs, on real files, as a process of its own."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from tests.cli.test_help import COMMANDS
from tests.conftest import ROOT
from tests.support.address.answers import write_answer, write_settings
from tests.support.address.provider import write_rows
from tests.support.binary_files import Container
from tests.support.made_once import made_once
from tests.support.service_examples import prepare_registry, prepare_service
from tests.support.toy_groth16 import factors, save_circuit
from zkctl.address.hashes import holder_key
from zkctl.ceremony.record.signing import public_key_of
from zkctl.cli import app
from zkctl.field import BN254_FR
from zkctl.formats.binary.ptau.file import read_ptau
from zkctl.formats.json.bundle import bundle_text
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.toolchain.address.documents import read_request
from zkctl.toolchain.address.registry_folder import parse_records
from zkctl.toolchain.ptau import download
from zkctl.toolchain.ptau.catalogue import published_file

PREPARE = """
zkctl compile preimage.py
zkctl snapshot
zkctl witness preimage.wprog input.json
zkctl ptau new bn254 8 -o pot_0000.ptau
zkctl ptau contribute pot_0000.ptau -o pot_0001.ptau --name Ann
zkctl ptau prepare pot_0001.ptau -o pot.ptau
zkctl ptau export-challenge pot_0001.ptau -o challenge
zkctl ptau contribute-challenge challenge -o response
zkctl setup groth16 preimage.r1cs pot.ptau -o preimage_0000.zkey
zkctl ceremony contribute preimage_0000.zkey -o preimage.zkey --name Ann
zkctl export-vkey preimage.zkey
zkctl prove preimage.zkey witness.wtns
zkctl export-solidity preimage.zkey -o Verifier.sol
zkctl ceremony export-bellman preimage.zkey -o preimage.mpcparams
zkctl ceremony contribute-bellman preimage.mpcparams -o next.mpcparams
zkctl ceremony keygen -o ann.key
zkctl lock
zkctl ceremony init ceremony --r1cs preimage.r1cs --ptau pot.ptau --beacon-source "a block"
zkctl ceremony init invited --r1cs preimage.r1cs --ptau pot.ptau --beacon-source "a block" --admission invitation
zkctl ceremony contribute ceremony --name Ann
zkctl ceremony contribute ceremony/0001.zkey -o preimage_0002.zkey --name Ben \
    --transcript ceremony/transcript.jsonl --receipt receipt.json
zkctl deploy eject out
"""
PREPARE_ADDRESSES = """
zkctl ceremony keygen -o provider.key
zkctl address keygen -o holder.json
zkctl address registry new registry --name tokyo.example
zkctl address registry add registry homes.csv --credentials homes.jsonl
zkctl address registry publish registry --sign provider.key --valid-for 86400
zkctl address registry snapshot registry -o epoch-1
zkctl address request shop membership-v1 --owner tokyo.example --purpose gift --valid-for 86400 -o request.json
"""
OUTPUT_OPTIONS = ("-o", "--public", "--credentials")
OTHER_OUTPUTS = {  # without an option
    "zkctl address registry new": ("registry",),
    "zkctl ceremony init": ("ceremony",),
    "zkctl deploy eject": ("out",),
    "zkctl fullprove": ("public.json",),
    "zkctl witness preimage.wprog input.json --r1cs": ("witness.wtns",),
    "zkctl compile --all": ("build",),
    "zkctl init age-proof": ("age-proof",),
    "zkctl init tree": ("tree",),
    "zkctl compile preimage.py": ("preimage.r1cs", "preimage.sym", "preimage.wprog"),
}
SECONDS = 120
CIRCOM = """pragma circom 2.1.0;
template Square() { signal input x; signal output y; y <== x * x; }
component main = Square();
"""
NEED_A_SERVICE = {  # the tests that run such a command against one
    "zkctl serve": "test_check_01_demo.py",
    "zkctl bench --service": "test_check_28_load.py",
    "zkctl prove input.json --service": "test_client.py",
    "zkctl verify --bundle proof.zkp1 --service": "test_client.py",
}

EXAMPLES = [
    line
    for _, command in COMMANDS
    for line in command.epilog.replace("\\\n", "").splitlines()
    if not line.startswith(("zkctl ceremony serve", "zkctl ceremony join", "zkctl ptau download"))
    if not line.startswith(tuple(NEED_A_SERVICE))
]  # the three others have tests of their own below
REMAINING = {
    name: line
    for _, command in COMMANDS
    for line in command.epilog.splitlines()
    for name in ("serve", "join", "download")
    if line.startswith((f"zkctl ceremony {name}", f"zkctl ptau {name}"))
}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every file that an example reads."""
    return made_once(tmp_path_factory, "examples", prepare)


def prepare(folder: Path) -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S)
    (folder / "preimage.py").write_text(example)
    (folder / "input.json").write_text(json.dumps({"digest": str(poseidon(7)), "secret": "7"}))
    (folder / "node_modules").mkdir()
    for name in ("square", "circuit"):
        (folder / f"{name}.circom").write_text(CIRCOM)
    settings = "version: 1\ncircuits:\n  preimage:\n    source: preimage.py\n"
    (folder / "zkctl.yaml").write_text(settings)
    (folder / "inputs/preimage").mkdir(parents=True)
    shutil.copy(folder / "input.json", folder / "inputs/preimage/good.json")
    (folder / "inputs/preimage/bad.json").write_text('{"digest": "7", "secret": "7"}')
    (folder / "inputs/square").mkdir()
    (folder / "inputs/square/good.json").write_text('{"x": "3"}')
    lines = [json.dumps({"digest": str(poseidon(k)), "secret": k}) for k in range(3)]
    (folder / "inputs.jsonl").write_text("\n".join(lines))
    with chdir(folder):
        for line in PREPARE.replace("\\\n", "").strip().splitlines():
            assert app.main(shlex.split(line)[1:]) == 0, line
    proof, public = (
        json.loads((folder / f"{name}.json").read_text()) for name in ("proof", "public")
    )
    (folder / "proof.zkp1").write_text(bundle_text("preimage", "bn128", "groth16", proof, public))
    prepare_addresses(folder)
    prepare_registry(folder)
    save_circuit(folder / "product.r1cs", factors(BN254_FR))  # small enough for these powers of tau
    without_largest_block(folder / "pot.ptau", folder / "old.ptau")


def prepare_addresses(folder: Path) -> None:
    """Make a registry with more homes than a wallet asks for, and a verifier that pins a key under which all statements hold."""
    (folder / "pids.txt").write_text("JP-13-113-01\n")
    steps = iter(PREPARE_ADDRESSES.strip().splitlines())
    with chdir(folder):
        for line in steps:
            assert app.main(shlex.split(line)[1:]) == 0, line
            if "keygen -o holder" in line:
                write_homes(folder)
            if "snapshot" in line:
                write_verifier(folder)
    first = (folder / "homes.jsonl").read_bytes().splitlines()[0]
    (folder / "home.json").write_bytes(first)
    request = read_request(folder / "request.json").signals()
    record = parse_records((folder / "epoch-1/records.jsonl").read_bytes(), "")[0].signed.body
    roots = {name: int(json.loads(record)[name]) for name in ("root", "revocation_root")}
    names = ("root", "revocation_root", "scope", "context")
    write_answer(folder / "answer", [9, *(int(str((request | roots)[name])) for name in names)])


def write_homes(folder: Path) -> None:
    secret = int(json.loads((folder / "holder.json").read_text())["holder_secret"])
    keys = [holder_key(secret), *range(5, 1105)]
    write_rows(
        folder / "homes.csv",
        [[f"JP-13-{k % 1000:03}", str(x)] for k, x in enumerate(keys)],
        ("pid", "holder_key"),
    )


def write_verifier(folder: Path) -> None:
    public = public_key_of((folder / "provider.key").read_bytes(), "")
    (folder / "provider.pub").write_text(public)
    vkey, *_ = write_answer(folder / "answer", [0] * 5)
    owners = {"tokyo.example": public}
    write_settings(
        folder / "shop", {"membership-v1": vkey, "region-v1": vkey}, owners, max_root_age=86400
    )


def without_largest_block(path: Path, output: Path) -> None:
    """Write the file as an old snarkjs prepared it."""
    file, power = Container.read(path), read_ptau(path).powers.power
    point_bytes = len(file[12]) // ((4 << power) - 1)
    file.with_section(12, file[12][: ((2 << power) - 1) * point_bytes]).write(output)


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the prepared folder for one example."""
    made = shutil.copytree(prepared, tmp_path / "folder")
    prepare_service(made)
    return made


def environment() -> dict[str, str]:
    compilers = [
        ROOT / "tests/interop/node/node_modules/.bin",
        Path(shutil.which("node") or "").parent,
    ]
    path = ":".join(map(str, [Path(sys.executable).parent, *compilers, "/usr/bin", "/bin"]))
    return {"PATH": path, "HOME": str(Path.home()), "NO_COLOR": "1"}


def remove_outputs(line: str, folder: Path) -> list[Path]:
    """Remove the files that a command writes, so that it need not overwrite any; return them."""
    words = shlex.split(line)
    names = [name for option, name in pairwise(words) if option in OUTPUT_OPTIONS]
    for start, others in OTHER_OUTPUTS.items():
        names += others if line.startswith(start) else ()
    names = [name for name in names if name != "-"]  # standard output
    for name in names:
        if (folder / name).is_dir():
            shutil.rmtree(folder / name)
        else:
            (folder / name).unlink(missing_ok=True)
    return [folder / name for name in names]


def test_each_command_has_an_example_that_is_run_here() -> None:
    assert all(command.epilog for _, command in COMMANDS)
    assert len(EXAMPLES) + len(REMAINING) >= len(COMMANDS)
    assert set(REMAINING) == {"serve", "join", "download"}
    examples = [line for _, command in COMMANDS for line in command.epilog.splitlines()]
    for start, name in NEED_A_SERVICE.items():
        assert any(line.startswith(start) for line in examples), start
        assert (ROOT / "tests/service/proving" / name).exists()


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_runs(line: str, folder: Path) -> None:
    outputs = remove_outputs(line, folder)
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    for path in outputs:
        assert path.exists(), path


def test_the_example_of_download_runs_with_a_file_in_the_cache(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In place of the network: the catalogue names the file that the cache has."""
    line = REMAINING["download"]
    content = (folder / "pot.ptau").read_bytes()
    wanted = replace(
        published_file(12),
        n_bytes=len(content),
        algorithm="blake2b",
        digest=hashlib.blake2b(content).hexdigest(),
    )
    cache = folder / "cache"
    cache.mkdir()
    shutil.copy(folder / "pot.ptau", cache / wanted.name)
    monkeypatch.setattr(download, "ptau_cache_folder", lambda: cache)
    monkeypatch.setattr(download, "published_file", lambda *_: wanted)
    (output,) = remove_outputs(line, folder)
    with chdir(folder):
        assert app.main(shlex.split(line)[1:]) == 0
    assert output.read_bytes() == content


@contextmanager
def coordinator(folder: Path) -> Iterator[str]:
    """The example of `serve`, on a free port instead of 8000; the address that it prints."""
    line = REMAINING["serve"]
    assert "--port 8000" in line
    server = subprocess.Popen(
        shlex.split(line.replace("--port 8000", "--port 0")),
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.send_signal(signal.SIGTERM)
        assert server.wait(SECONDS) == 0
    finally:
        server.kill()
        server.wait()


def test_the_examples_of_serve_and_join_run_together(folder: Path) -> None:
    """The address of the example is replaced by the one that `serve` prints."""
    line = REMAINING["join"]
    assert "https://ceremony.example.org" in line
    with coordinator(folder) as url:
        assert url.startswith("http://127.0.0.1:")
        done = subprocess.run(
            ["bash", "-c", line.replace("https://ceremony.example.org", url)],
            cwd=folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
    assert done.returncode == 0, done.stderr
    assert (folder / "ceremony" / "0002.zkey").exists()
