"""The commands on real files: a deterministic chain byte for byte, and what can go wrong around it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Outcome, Run
from tests.cli.test_startup import FOREIGN, probe
from tests.support.file_limit import file_limit, limit_files

BEACON = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"


@pytest.fixture
def golden(data: Path) -> Path:
    return data / "golden_bn128"


@pytest.fixture
def semaphore(data: Path) -> Path:
    return data / "semaphore-v4"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def published(golden: Path) -> dict[str, str]:
    """The digests by file name."""
    lines = (golden / "SHA256SUMS").read_text().split("\n")
    return {line.split()[1]: line.split()[0] for line in lines if line}


def succeed(outcome: Outcome) -> Outcome:
    assert outcome.code == 0, outcome.err
    return outcome


def test_golden_phase_1(run: Run, golden: Path, tmp_path: Path) -> None:
    new, beacon, final = (tmp_path / f"pot6_{part}.ptau" for part in ("0000", "beacon", "final"))
    succeed(run("ptau", "new", "bn128", "6", "-o", new))
    words = ["--hex", BEACON, "--iterations", "10", "--name", "golden beacon"]
    succeed(run("ptau", "beacon", new, "-o", beacon, *words))
    succeed(run("ptau", "prepare", beacon, "-o", final))
    assert {path.name: digest(path) for path in (new, beacon, final)}.items() <= published(
        golden
    ).items()


def test_golden_phase_2(run: Run, golden: Path, tmp_path: Path) -> None:
    first, last = tmp_path / "multiplier_0000.zkey", tmp_path / "multiplier_final.zkey"
    vkey = tmp_path / "verification_key.json"
    circuit, ptau = golden / "multiplier.r1cs", golden / "pot6_final.ptau"
    outcome = succeed(run("setup", "groth16", circuit, ptau, "-o", first, "--allow-insecure"))
    assert "warning: only public-beacon phase-1 contributions" in outcome.err
    words = ["--hex", BEACON, "--iterations", "10", "--name", "golden beacon phase2"]
    succeed(run("ceremony", "beacon", first, "-o", last, *words))
    succeed(run("export-vkey", last, "-o", vkey, "--allow-insecure"))
    assert {path.name: digest(path) for path in (first, last, vkey)}.items() <= published(
        golden
    ).items()
    words = ["--r1cs", str(circuit), "--ptau", str(ptau), "--allow-insecure"]
    assert succeed(run("ceremony", "verify", last, *words)).out.startswith("OK\n")


def test_prove_and_verify_with_a_key_of_a_real_ceremony(
    run: Run, semaphore: Path, tmp_path: Path
) -> None:
    proof, public = tmp_path / "proof.json", tmp_path / "public.json"
    key, made = semaphore / "semaphore-5.zkey", semaphore / "generated"
    words = ["-o", proof, "--public", public, "--json"]
    answer = succeed(run("prove", key, made / "witness.wtns", *words)).json
    assert answer["result"]["n_public"] == 4
    assert public.read_bytes() == (made / "public.json").read_bytes()
    checked = succeed(run("verify", made / "verification_key.json", public, proof))
    assert checked.out == "OK\n"


@pytest.mark.parametrize(
    ("signals", "code"), [("12345", 1), (None, 3)], ids=["another value", "one too few"]
)
def test_altered_public_signals(
    run: Run, semaphore: Path, tmp_path: Path, signals: str | None, code: int
) -> None:
    made, altered = semaphore / "generated", tmp_path / "public.json"
    values = json.loads((made / "public.json").read_text())[:-1] + ([signals] if signals else [])
    altered.write_text(json.dumps(values))
    outcome = run("verify", made / "verification_key.json", altered, made / "proof.json")
    assert (outcome.code, outcome.out) == (code, "INVALID\n" if code == 1 else "")


@pytest.mark.parametrize("command", ["info", "verify", "prove", "export-vkey", "ptau"])
def test_a_missing_file(run: Run, tmp_path: Path, command: str) -> None:
    gone = tmp_path / "gone.zkey"
    words = {
        "info": ["info", gone],
        "verify": ["verify", gone, gone, gone],
        "prove": ["prove", gone, gone, "-o", tmp_path / "p", "--public", tmp_path / "u"],
        "export-vkey": ["export-vkey", gone, "-o", tmp_path / "v"],
        "ptau": ["ptau", "verify", gone],
    }[command]
    outcome = run(*words)
    assert (outcome.code, outcome.out) == (5, "")
    assert "no such file" in outcome.err
    assert str(gone) in outcome.err
    assert not list(tmp_path.iterdir())


def export(run: Run, golden: Path, output: Path, *words: str) -> Outcome:
    return run("export-vkey", golden / "multiplier_final.zkey", "-o", output, "-q", *words)


def test_an_existing_output_stays_without_force(run: Run, golden: Path, tmp_path: Path) -> None:
    output = tmp_path / "vkey.json"
    output.write_text("precious")
    outcome = export(run, golden, output, "--allow-insecure")
    assert (outcome.code, output.read_text()) == (5, "precious")
    assert "--force" in outcome.err
    assert export(run, golden, output, "--allow-insecure", "--force").code == 0
    assert digest(output) == published(golden)["verification_key.json"]


def test_policy_refuses_with_4(run: Run, golden: Path, tmp_path: Path) -> None:
    outcome = export(run, golden, tmp_path / "vkey.json")
    assert (outcome.code, list(tmp_path.iterdir())) == (4, [])
    assert "--allow-insecure" in outcome.err


@pytest.mark.parametrize("system", ["plonk", "fflonk"])
def test_other_proof_systems(run: Run, golden: Path, system: str) -> None:
    vkey, public, proof = (golden / f"{system}_{part}.json" for part in ("vk", "public", "proof"))
    assert run("verify", vkey, public, proof).out == "OK\n"
    outcome = run("verify", vkey, golden / "public.json", golden / "proof.json")
    assert outcome.code == 3


def test_an_output_that_is_the_input(run: Run, golden: Path, tmp_path: Path) -> None:
    key = tmp_path / "key.zkey"
    shutil.copy(golden / "multiplier_0000.zkey", key)
    before = digest(key)
    words = ["-o", key, "--name", "me", "--force", "-q"]
    assert run("ceremony", "contribute", key, *words).code == 2
    link = tmp_path / "link.zkey"
    link.symlink_to(key)
    words[1] = link
    assert run("ceremony", "contribute", key, *words).code == 2
    assert digest(key) == before


def test_a_missing_folder(run: Run, golden: Path, tmp_path: Path) -> None:
    outcome = export(run, golden, tmp_path / "none" / "vkey.json", "--allow-insecure")
    assert outcome.code == 5


def test_a_read_only_folder(run: Run, golden: Path, tmp_path: Path) -> None:
    """For root no folder of its own is read-only, but /sys is."""
    folder = Path("/sys") if os.geteuid() == 0 else tmp_path
    if folder == tmp_path:
        tmp_path.chmod(0o500)
    outcome = export(run, golden, folder / "vkey.json", "--allow-insecure")
    assert outcome.code == 5
    assert not (folder / "vkey.json").exists()


def test_a_disk_that_fills_up(run_process: Run, golden: Path, tmp_path: Path) -> None:
    words = ["export-vkey", golden / "multiplier_final.zkey", "-o", "v.json", "--allow-insecure"]
    with file_limit():
        limit_files(1000)
        outcome = run_process(*words)
    assert outcome.code == 5
    assert not list(tmp_path.iterdir())


def test_devices_are_not_files(run: Run, golden: Path) -> None:
    assert run("info", "/dev/zero").code == 5
    assert export(run, golden, Path("/dev/full"), "--allow-insecure", "--force").code == 5


def test_verifying_loads_no_foreign_arithmetic(semaphore: Path) -> None:
    made = semaphore / "generated"
    words = [made / "verification_key.json", made / "public.json", made / "proof.json"]
    assert probe(FOREIGN, "verify", *words) == "loaded= code=0"


def test_proving_loads_no_foreign_arithmetic(semaphore: Path, tmp_path: Path) -> None:
    witness = semaphore / "generated" / "witness.wtns"
    words = ["-o", tmp_path / "proof.json", "--public", tmp_path / "public.json"]
    outcome = probe(FOREIGN, "prove", semaphore / "semaphore-5.zkey", witness, *words)
    assert outcome == "loaded= code=0"


def test_contribute_never_waits_for_a_terminal(
    run_process: Run, golden: Path, tmp_path: Path
) -> None:
    words = ["ceremony", "contribute", golden / "multiplier_0000.zkey", "-o", "b.zkey"]
    succeed(run_process(*words, "--name", "\x1b[31mmallory\u202e"))
    shown = succeed(run_process("info", "b.zkey")).out
    assert "\\x1b[31mmallory\\u202e" in shown
    assert "\x1b" not in shown
    assert (tmp_path / "b.zkey").is_file()


def test_doctor_does_one_thing(run: Run) -> None:
    outcome = run("doctor", "--self-test", "--warm-up")
    assert (outcome.code, outcome.out) == (2, "")
    assert "two tasks at once: expected --self-test or --warm-up, got both" in outcome.err


def test_doctor(run: Run) -> None:
    answer = succeed(run("doctor", "--json")).json["result"]
    assert answer["self_test"] is None
    assert answer["packages"]["numpy"] != "missing"
    assert "kernels" in succeed(run("doctor")).out


def test_a_failed_self_test_is_a_failed_check(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from zkctl.toolchain.inspect import self_test

    checks = [self_test.Check("bn254.fr arithmetic", "galois", 5, 0.1, "multiply disagrees")]
    monkeypatch.setattr(self_test, "run_self_test", lambda _progress: checks)
    outcome = run("doctor", "--self-test")
    assert outcome.code == 1
    assert "1 of 1 self-tests failed" in outcome.err
    assert "FAILED: multiply disagrees" in outcome.out
    answer = run("doctor", "--self-test", "--json").json
    assert answer["error"]["where"] == "bn254.fr arithmetic: multiply disagrees"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_leaves_no_file(tmp_path: Path, number: int, code: int) -> None:
    words = ["ptau", "new", "bn254", "16", "-o", "pot.ptau"]
    process = subprocess.Popen(
        [sys.executable, "-m", "zkctl.cli.app", *words],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    process.stderr.readline()  # the first stage has begun
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (code, "")
    assert err.splitlines()[-1] == "error: interrupted"
    assert not list(tmp_path.iterdir())


def test_a_level_and_a_proof_system_exclude_each_other(run: Run, tmp_path: Path) -> None:
    outcome = run("compile", tmp_path / "c.py", "--for", "plonk", "--O1")
    assert outcome.code == 2
    assert "--for chooses the level of simplification itself" in outcome.err
    assert "leave out --O0, --O1 and --O2" in outcome.err


@pytest.mark.parametrize("system", ["plonk", "fflonk"])
def test_setups_that_need_no_contribution(
    run: Run, golden: Path, tmp_path: Path, system: str
) -> None:
    r1cs, ptau, key = golden / "multiplier.r1cs", golden / "p8/pot9_final.ptau", tmp_path / "k.zkey"
    insecure = "--allow-insecure"
    assert run(system, "setup", r1cs, ptau, "-o", key, insecure).code == 0
    assert key.read_bytes() == (golden / f"{system}.zkey").read_bytes()
    assert run("setup", system, r1cs, ptau, "-o", key, "--force").code == 4
    answer = run("ceremony", "verify", key, "--r1cs", r1cs, "--ptau", ptau, insecure)
    assert answer.code == 0
    assert "not sound: no contributor added a secret" in answer.out
    for action in (("contribute", "--name", "A"), ("beacon", "--hex", "0102")):
        new = tmp_path / "new.zkey"
        refused = run("ceremony", action[0], key, "-o", new, *action[1:])
        assert refused.code == 3
        assert f"expected groth16, got {system}" in refused.err
        assert not new.exists()
