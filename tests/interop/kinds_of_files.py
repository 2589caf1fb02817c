"""Put every kind of file into every place of the command line: does the message say what the file is?

    python tests/interop/kinds_of_files.py             # a table: places down, what is wrong in each
    python tests/interop/kinds_of_files.py --only SLOT # one place
    python tests/interop/kinds_of_files.py --messages  # each message as well

Ends with 1 if a message does not name the kind, an exit code is neither 3 nor 5, or a Python word appears.  The keys and proofs of
plonk and fflonk, circuits and calculators come from snarkjs and circom where they are installed.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.kinds_of_files import Kind, faults, make_good, make_kinds, slots  # noqa: E402
from zkctl.cli import app  # noqa: E402

NODE = ROOT / "tests" / "interop" / "node" / "node_modules"
SOURCE = """pragma circom 2.0.0;
template Mul() { signal input a; signal input b; signal output c; c <== a*b; }
component main = Mul();
"""
# commands that begin with a word are run with node; the files of the last column are named by the words
STEPS = (
    ("circom2", "mul.circom", "--r1cs", "--wasm", "--sym", "--json"),
    ("snarkjs", "plonk", "setup", "mul.r1cs", "pot.ptau", "plonk.zkey"),
    ("snarkjs", "fflonk", "setup", "mul.r1cs", "pot.ptau", "fflonk.zkey"),
    ("snarkjs", "zkey", "export", "verificationkey", "plonk.zkey", "plonk_vk.json"),
    ("snarkjs", "zkey", "export", "verificationkey", "fflonk.zkey", "fflonk_vk.json"),
    ("snarkjs", "wtns", "calculate", "mul_js/mul.wasm", "input.json", "mul.wtns"),
    ("snarkjs", "plonk", "prove", "plonk.zkey", "mul.wtns", "plonk_proof.json", "public.json"),
    ("snarkjs", "r1cs", "export", "json", "mul.r1cs", "r1cs.json"),
)
OF_OTHERS = {
    "plonk key of snarkjs": ("plonk_vk.json", "plonk verification key", "plonk keys"),
    "fflonk key of snarkjs": ("fflonk_vk.json", "fflonk verification key", "fflonk keys"),
    "plonk zkey of snarkjs": ("plonk.zkey", "plonk", "zkey file"),
    "fflonk zkey of snarkjs": ("fflonk.zkey", "fflonk", "zkey file"),
    "plonk proof of snarkjs": ("plonk_proof.json", "plonk proof"),
    "circuit of snarkjs as JSON": ("r1cs.json", "exported as JSON"),
    "constraints of circom": ("mul_constraints.json", "exported as JSON"),
    "symbols of circom": ("mul.sym", "sym file"),
    "page of a calculator": ("mul_js/generate_witness.js", "text", "script"),
}
SCRIPTS = {"circom2": "circom2/cli.js", "snarkjs": "snarkjs/cli.js"}


def add_files_of_others(kinds: dict[str, Kind], good: dict[str, Path], folder: Path) -> str:
    """Add what snarkjs and circom write; return why not, if they are not there."""
    if shutil.which("node") is None or not (NODE / "snarkjs").is_dir():
        return "snarkjs and circom are not installed: their files are left out"
    folder.mkdir()
    (folder / "mul.circom").write_text(SOURCE)
    (folder / "input.json").write_text('{"a": "3", "b": "11"}')
    run(["ptau", "new", "bn128", "7", "-o", str(folder / "0.ptau"), "-q"])
    words = ["--hex", "aa", "--iterations", "10", "-o", str(folder / "1.ptau"), "-q"]
    run(["ptau", "beacon", str(folder / "0.ptau"), *words])
    run(["ptau", "prepare", str(folder / "1.ptau"), "-o", str(folder / "pot.ptau"), "-q"])
    problems = []
    for tool, *arguments in STEPS:
        command = ["node", str(NODE / SCRIPTS[tool]), *arguments]
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=300, check=False
        )
        if done.returncode:
            problems.append(f"{' '.join(arguments)}: {done.stdout[-200:]}")
    for name, (file, *words) in OF_OTHERS.items():
        if (folder / file).exists():
            kinds[name] = Kind(folder / file, tuple(words))
    return "; ".join(problems)


def run(arguments: list[str]) -> tuple[int, str]:
    """Run a command in this process; return its exit code and what it wrote to stderr."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = app.main(arguments)
    return code, err.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", default="", help="one place")
    parser.add_argument("--messages", action="store_true", help="print each message")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "good").mkdir()
        good = make_good(folder / "good")
        kinds = make_kinds(folder / "kinds", good)
        left_out = add_files_of_others(kinds, good, folder / "others")
        if left_out:
            print(left_out)
        return report(good, kinds, folder / "out", options)


def report(
    good: dict[str, Path], kinds: dict[str, Kind], out: Path, options: argparse.Namespace
) -> int:
    n_wrong = n_runs = 0
    for slot in slots(good, out):
        if options.only not in ("", slot.name):
            continue
        wrong = []
        for kind_name, kind in kinds.items():
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir()
            code, error = run(slot.with_file(kind.path))
            n_runs += 1
            fault = faults(slot, kind_name, kind, code, error)
            if fault:
                wrong.append(f"{kind_name} ({fault})")
            if options.messages or fault:
                lines = [line for line in error.splitlines() if "error:" in line or "hint:" in line]
                print(f"    {slot.name} <- {kind_name}: exit {code}: {' | '.join(lines)}")
        n_wrong += len(wrong)
        print(f"{slot.name:<28} {len(kinds) - len(wrong):>3} of {len(kinds)} right", flush=True)
    print(f"{len(kinds)} kinds of files, {n_runs} runs, {n_wrong} wrong")
    return 1 if n_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
