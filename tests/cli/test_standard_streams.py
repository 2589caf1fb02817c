"""JSON through standard input, standard output and pipes, in every command that reads or writes it."""

from __future__ import annotations

import io
import json
import os
import shlex
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.cli.conftest import Outcome, Run, Toolchain
from tests.support import toy_groth16
from zkctl.curve import BN254
from zkctl.runtime.standard_streams import STDIN, STDOUT

NAMES = ("vkey.json", "public.json", "proof.json")
NEEDS_FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a circuit, its key and witness, a proof, and many proofs."""
    folder = tmp_path_factory.mktemp("streams")
    field = BN254.scalar_field
    toy_groth16.save_key(folder / "key.zkey", toy_groth16.toy_key(BN254))
    toy_groth16.save_witness(folder / "w.wtns", field, toy_groth16.factors_witness(field))
    for words in ("export-vkey key.zkey", "prove key.zkey w.wtns"):
        assert process(folder, words).code == 0
    vkey, public, proof = (json.loads((folder / name).read_text()) for name in NAMES)
    assert vkey["nPublic"] == len(public)
    line = json.dumps({"proof": proof, "public": public}) + "\n"
    (folder / "batch.jsonl").write_text(line * 2)
    public[0] = "7"
    (folder / "wrong.json").write_text(json.dumps(public))
    return folder


def command(words: str) -> list[str]:
    return [sys.executable, "-m", "zkctl.cli.app", *shlex.split(words)]


def process(folder: Path, words: str, stdin: bytes = b"") -> Outcome:
    done = subprocess.run(
        command(words), cwd=folder, input=stdin, capture_output=True, timeout=120, check=False
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def shell(folder: Path, line: str) -> Outcome:
    """Run a line of bash in which zkctl is a function."""
    program = f"""zkctl() {{ '{sys.executable}' -m zkctl.cli.app "$@"; }}; {line}"""
    done = subprocess.run(
        ["bash", "-c", program],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


# -- input


@pytest.mark.parametrize("place", range(3))
def test_verify_reads_any_one_of_its_files_from_stdin(files: Path, place: int) -> None:
    words = list(NAMES)
    words[place] = "-"
    outcome = process(files, f"verify {' '.join(words)}", (files / NAMES[place]).read_bytes())
    assert (outcome.code, outcome.out) == (0, "OK\n"), outcome.err


def test_a_wrong_proof_is_named_by_its_stream(files: Path) -> None:
    outcome = process(files, "verify vkey.json wrong.json -", (files / "proof.json").read_bytes())
    assert (outcome.code, outcome.out) == (1, "INVALID\n")
    assert "public signals\n  standard input\n" in outcome.err
    outcome = process(files, "verify vkey.json - proof.json", b'["1", ')
    assert outcome.code == 3
    assert "\n  standard input\n" in outcome.err
    outcome = process(files, "verify - public.json proof.json", b"")
    assert outcome.code == 3
    assert "expected JSON, found an empty file\n  standard input\n" in outcome.err


def test_verify_batch_reads_stdin(files: Path) -> None:
    lines = (files / "batch.jsonl").read_bytes()
    outcome = process(files, "verify vkey.json --batch -", lines)
    assert (outcome.code, outcome.out) == (0, "OK: all 2 proofs hold\n")
    outcome = process(files, "verify vkey.json --batch - --json", lines + b"{}\n")
    assert outcome.code == 3
    assert outcome.json["error"]["where"] == "standard input line 3 $"


def test_process_substitution_for_every_input(files: Path) -> None:
    outcome = shell(files, "zkctl verify <(cat vkey.json) <(cat public.json) <(cat proof.json)")
    assert (outcome.code, outcome.out) == (0, "OK\n"), outcome.err
    outcome = shell(files, "zkctl verify <(cat vkey.json) --batch <(cat batch.jsonl)")
    assert (outcome.code, outcome.out) == (0, "OK: all 2 proofs hold\n"), outcome.err
    outcome = shell(files, "cat public.json | zkctl verify vkey.json /dev/stdin proof.json")
    assert (outcome.code, outcome.out) == (0, "OK\n"), outcome.err


def test_a_named_pipe_waits_for_its_writer(files: Path, tmp_path: Path, run: Run) -> None:
    pipe, text = tmp_path / "pipe", (files / "public.json").read_bytes()
    os.mkfifo(pipe)
    writer = threading.Timer(0.2, pipe.write_bytes, [text])
    writer.start()
    outcome = run("verify", files / "vkey.json", pipe, files / "proof.json")
    writer.join()
    assert (outcome.code, outcome.out) == (0, "OK\n"), outcome.err


def test_a_redirected_file_is_read_from_where_the_shell_stands(files: Path) -> None:
    line = "(read -r _; zkctl verify vkey.json - proof.json) < <(echo skipped; cat public.json)"
    assert shell(files, line).out == "OK\n"
    assert shell(files, "zkctl verify vkey.json - proof.json < public.json").out == "OK\n"


def test_a_terminal_as_stdin(files: Path) -> None:
    """One end-of-file key ends the input."""
    mine, its = os.openpty()
    started = subprocess.Popen(
        command("verify vkey.json - proof.json"), cwd=files, stdin=its, stdout=subprocess.PIPE
    )
    os.write(mine, (files / "public.json").read_bytes() + b"\n\x04")
    out, _ = started.communicate(timeout=60)
    os.close(mine)
    os.close(its)
    assert (started.returncode, out) == (0, b"OK\n")


def test_info_describes_a_document_from_stdin(
    files: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def info(text: bytes) -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
        return run("info", "-", "--json")

    for name, kind in zip(NAMES, ("verification key", "public signals", "proof"), strict=True):
        text = (files / name).read_bytes()
        found, expected = info(text).json["result"], run("info", files / name, "--json").json
        assert found == {**expected["result"], "file": "standard input"}
        assert (found["kind"], found["bytes"]) == (kind, len(text))
    assert shell(files, "zkctl info <(cat vkey.json)").code == 0
    outcome = info(b'{"a": 1.5}')
    assert "no command reads it: a number that is not a plain integer" in outcome.out


def test_info_refuses_other_files_from_stdin(files: Path) -> None:
    outcome = process(files, "info -", (files / "key.zkey").read_bytes())
    assert outcome.code == 3
    assert outcome.err.startswith(
        "error: only JSON can come through a pipe: expected JSON, found a zkey file"
    )
    assert "\n  standard input\n" in outcome.err
    assert process(files, "info -", b"").code == 3
    assert shell(files, "zkctl info <(cat key.zkey)").code == 3


def test_witness_reads_its_inputs_from_stdin(tmp_path: Path) -> None:
    (tmp_path / "c.py").write_text(
        "from zkctl.dsl import Signal, circuit, constrain, private, public\n@circuit\n"
        "def square(y: Signal = public(), x: Signal = private()) -> None:\n"
        "    constrain(x * x == y)\n"
    )
    outcome = process(tmp_path, "compile c.py")
    assert outcome.code == 0, outcome.err
    outcome = process(tmp_path, "witness square.wprog -", b'{"x": "5", "y": "25"}')
    assert outcome.code == 0, outcome.err
    kept = (tmp_path / "witness.wtns").read_bytes()
    assert (
        shell(tmp_path, """zkctl witness square.wprog <(echo '{"x": 5, "y": 25}') -o b.wtns""").code
        == 0
    )
    assert (tmp_path / "b.wtns").read_bytes() == kept
    outcome = process(tmp_path, "witness square.wprog - -o c.wtns", b"[5]")
    assert outcome.code == 3
    assert "standard input" in outcome.err
    assert not (tmp_path / "c.wtns").exists()


@pytest.mark.parametrize(
    ("words", "limit"),
    [
        ("verify - public.json proof.json", 16),
        ("verify vkey.json - proof.json", 64),
        ("info -", 64),
    ],
)
def test_an_endless_input_stops_at_the_limit(files: Path, words: str, limit: int) -> None:
    """A gibibyte is offered; what was taken is little more than the limit of this kind of file."""
    with Path("/dev/zero").open("rb") as zeros:
        feeder = subprocess.Popen(["head", "-c", str(1 << 30)], stdin=zeros, stdout=subprocess.PIPE)
        started = subprocess.run(
            command(words),
            cwd=files,
            stdin=feeder.stdout,
            capture_output=True,
            text=True,
            check=False,
        )
        assert feeder.stdout is not None
        feeder.stdout.close()
    assert feeder.wait() != 0  # its reader left before the end
    assert started.returncode == 7
    assert started.stderr.splitlines()[-2:] == [
        f"error: standard input has more than {limit << 20} bytes, the limit for this kind of file",
        "  standard input",
    ]


def test_an_endless_pipe_stops_at_the_limit(files: Path) -> None:
    outcome = shell(files, "zkctl verify <(cat /dev/zero) public.json proof.json")
    assert outcome.code == 7
    assert "error: the file has more than 16777216 bytes" in outcome.err


def test_a_closed_stdin(files: Path) -> None:
    outcome = shell(files, "zkctl verify - public.json proof.json <&-")
    assert outcome.code == 5
    assert "error: cannot read the input: stdin is closed\n" in outcome.err
    outcome = shell(files, f"zkctl verify - public.json proof.json 0> {os.devnull}")
    assert outcome.code == 5
    assert "error: cannot read the input: bad file descriptor\n  standard input\n" in outcome.err


TWICE = [
    ("verify - - p", "VKEY.json and PUBLIC.json"),
    ("verify - - -", "VKEY.json, PUBLIC.json and PROOF.json"),
    ("verify - --batch=-", "VKEY.json and --batch"),
    (
        "ceremony contribute k -o n --name A --transcript - --entropy-file -",
        "--entropy-file and --transcript",
    ),
    (
        "ceremony join http://x --invitation-file - --entropy-file -",
        "--invitation-file and --entropy-file",
    ),
]


@pytest.mark.parametrize(("line", "names"), TWICE)
def test_one_input_may_be_stdin(run: Run, toolchain: Toolchain, line: str, names: str) -> None:
    outcome = run(*shlex.split(line))
    assert (outcome.code, toolchain.calls) == (2, [])
    assert (
        f"error: standard input is used twice: expected - once, got it for {names}\n" in outcome.err
    )


FILES_ONLY = [
    ("prove - w", "KEY.zkey must be a file: expected its path, got -"),
    ("prove k -", "WITNESS.wtns must be a file: expected its path, got -"),
    ("prove k w --r1cs -", "--r1cs must be a file: expected its path, got -"),
    ("prove k w --r1cs=-", "--r1cs must be a file: expected its path, got -"),
    ("export-vkey -", "KEY.zkey must be a file: expected its path, got -"),
    ("setup groth16 - p -o k", "NAME.r1cs must be a file: expected its path, got -"),
    ("setup groth16 c - -o k", "POT.ptau must be a file: expected its path, got -"),
    ("setup groth16 c p -o -", "--output must be a file: expected its path, got -"),
    ("setup groth16 c p -o-", "--output must be a file: expected its path, got -"),
    ("setup groth16 c p -o /dev/stdout", "--output must be a file: expected its path, got /dev/stdout"),
    ("witness - i", "NAME.wprog must be a file: expected its path, got -"),
    ("witness p i -o -", "--output must be a file: expected its path, got -"),
    ("export-json - -o x", "FILE must be a file: expected its path, got -"),
    ("ptau info -", "POT.ptau must be a file: expected its path, got -"),
    ("ptau new bn254 3 -o -", "--output must be a file: expected its path, got -"),
    ("ptau export-challenge p -o -", "--output must be a file: expected its path, got -"),
    ("ceremony contribute k -o - --name A", "--output must be a file: expected its path, got -"),
    ("ceremony contribute k -o n --name A --receipt -", "--receipt must be a file: expected its path, got -"),
    ("ceremony keygen -o -", "--output must be a file: expected its path, got -"),
    ("ceremony status -", "FOLDER must be a folder: expected its path, got -"),
    ("compile c.py -o -", "--output must be a folder: expected its path, got -"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "message"), FILES_ONLY)
def test_only_json_passes_through_the_streams(
    run: Run, toolchain: Toolchain, line: str, message: str
) -> None:
    outcome = run(*shlex.split(line))
    assert (outcome.code, toolchain.calls) == (2, [])
    assert f"error: {message}\n" in outcome.err
    assert "only JSON passes through standard input and output; write ./- for a f" in outcome.err


def test_a_file_of_this_name(files: Path, tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / name).write_bytes((files / name).read_bytes())
    (tmp_path / "public.json").rename(tmp_path / "-")
    assert process(tmp_path, "verify vkey.json ./- proof.json").out == "OK\n"
    outcome = process(tmp_path, f"export-vkey {files}/key.zkey -o ./-")
    assert outcome.code == 5
    assert "error: the output exists\n  -\n" in outcome.err


# -- output


def test_the_verification_key_on_stdout_is_that_of_the_file(files: Path) -> None:
    outcome = process(files, "export-vkey key.zkey -o -")
    assert outcome.code == 0
    assert outcome.out == (files / "vkey.json").read_text()
    assert "verification key  standard output\n" in outcome.err  # what is else the result
    assert process(files, "export-vkey key.zkey -o - --quiet").err == ""
    outcome = process(files, "export-vkey key.zkey -o /dev/stdout")
    assert outcome.out == (files / "vkey.json").read_text()


def test_a_proof_through_a_pipe_into_its_verifier(files: Path, tmp_path: Path) -> None:
    line = f"zkctl prove key.zkey w.wtns -o - --public {tmp_path}/u.json | zkctl verify vkey.json {tmp_path}/u.json -"
    outcome = shell(files, f"set -o pipefail; {line}")
    assert (outcome.code, outcome.out) == (0, "OK\n"), outcome.err
    line = f"zkctl prove key.zkey w.wtns -o {tmp_path}/p.json --public -"
    assert shell(files, line).out == (files / "public.json").read_text()
    assert json.loads((tmp_path / "p.json").read_text())["protocol"] == "groth16"


def test_one_output_may_be_stdout(run: Run, toolchain: Toolchain) -> None:
    outcome = run("prove", "k", "w", "-o", "-", "--public", "-")
    assert (outcome.code, toolchain.calls) == (2, [])
    assert (
        "error: standard output is used twice: expected - once, got it for --output and --public\n"
        in outcome.err
    )
    for line in (
        "prove k w --public - --json",
        "--json export-vkey k -o -",
        "bench --save - --json",
    ):
        outcome = run(*shlex.split(line))
        assert (outcome.code, toolchain.calls) == (2, [])
        assert "two results on standard output: expected --" in outcome.json["error"]["message"]
        assert " - or --json, got both" in outcome.json["error"]["message"]


def outcome_with_stdout(folder: Path, words: str, stdout: int) -> tuple[int, str]:
    done = subprocess.run(
        command(words),
        cwd=folder,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("force", ["", " --force"])
def test_a_reader_that_left_leaves_no_half_result(files: Path, tmp_path: Path, force: str) -> None:
    kept = tmp_path / "p.json"
    if force:
        kept.write_text("before")
    reading, writing = os.pipe()
    os.close(reading)
    words = f"prove key.zkey w.wtns -q -o {kept} --public -{force}"
    assert outcome_with_stdout(files, words, writing) == (141, "")
    os.close(writing)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == (
        [("p.json", "before")] if force else []
    )


@NEEDS_FULL
def test_a_full_disk_behind_stdout_leaves_no_half_result(files: Path, tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        words = f"prove key.zkey w.wtns -q -o - --public {tmp_path}/u.json"
        code, err = outcome_with_stdout(files, words, full.fileno())
    assert (code, err) == (5, "error: cannot write the result: no space left on device\n  stdout\n")
    assert not list(tmp_path.iterdir())


def test_stdout_that_is_closed_or_an_input(files: Path, tmp_path: Path) -> None:
    """Both are refused before any work."""
    outcome = shell(files, f"zkctl prove key.zkey w.wtns -o - --public {tmp_path}/u.json >&-")
    assert outcome.code == 5
    assert outcome.err == "error: cannot write the result: stdout is closed\n"
    key = tmp_path / "key.zkey"
    key.write_bytes((files / "key.zkey").read_bytes())
    outcome = shell(tmp_path, "zkctl export-vkey key.zkey -o - >> key.zkey")
    assert outcome.code == 2
    assert "error: the output is the input key.zkey\n  standard output\n" in outcome.err
    assert key.read_bytes() == (files / "key.zkey").read_bytes()
    assert sorted(tmp_path.iterdir()) == [key]


def test_a_refused_proof_writes_nothing(files: Path, tmp_path: Path) -> None:
    field = BN254.scalar_field
    wrong = toy_groth16.factors_witness(field)
    wrong[1, 0] ^= 1
    toy_groth16.save_witness(tmp_path / "wrong.wtns", field, wrong)
    words = f"prove key.zkey {tmp_path}/wrong.wtns -o - --public {tmp_path}/u.json"
    outcome = process(files, words)
    assert (outcome.code, outcome.out) == (1, "")
    assert not (tmp_path / "u.json").exists()
    (tmp_path / "u.json").write_text("there already")
    outcome = process(files, f"prove key.zkey w.wtns -o - --public {tmp_path}/u.json")
    assert (outcome.code, outcome.out) == (5, "")


def test_powers_of_tau_as_json_on_stdout(tmp_path: Path) -> None:
    assert process(tmp_path, "ptau new bn254 3 -o p.ptau").code == 0
    assert process(tmp_path, "ptau export-json p.ptau -o p.json").code == 0
    outcome = process(tmp_path, "ptau export-json p.ptau -o -")
    assert outcome.code == 0
    assert outcome.out == (tmp_path / "p.json").read_text()


@pytest.mark.parametrize("name", ["key.zkey", "w.wtns"])
def test_a_binary_file_as_json_on_stdout(files: Path, tmp_path: Path, name: str) -> None:
    assert process(files, f"export-json {name} -o {tmp_path}/file.json").code == 0
    outcome = process(files, f"export-json {name} -o -")
    assert (outcome.code, outcome.out) == (0, (tmp_path / "file.json").read_text())


@pytest.mark.parametrize(
    ("line", "option"),
    [
        ("verify v u -", "proof"),
        ("ceremony included k --receipt -", 0),
        ("ceremony accept f k --receipt -", "receipt"),
        ("ceremony verify k --r1cs c --ptau p --transcript -", "ledger"),
        ("ceremony contribute k -o n --name A --transcript -", "ledger"),
        ("ceremony attest - -o a.md", 0),
        ("ceremony attest r -o a.md --signed-receipt -", "signed_receipt"),
    ],
)
def test_every_document_in_json_may_be_a_stream(
    run: Run, toolchain: Toolchain, line: str, option: int | str
) -> None:
    outcome = run(*shlex.split(line))
    assert outcome.code == 0, outcome.err
    _, arguments, options = toolchain.calls[0]
    given = arguments[option] if isinstance(option, int) else options[option]
    assert given == (STDOUT if option == "signed_receipt" else STDIN)
    assert (outcome.out == "") == (option == "signed_receipt")
