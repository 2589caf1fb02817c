"""The exact forms of the commands: which action runs, with which arguments and options."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, Toolchain
from zkctl.toolchain.ceremony.requests import BeaconRequest
from zkctl.toolchain.circuit.requests import WasmLimits

P = Path
BEACON = {"beacon_hex": "0a0b", "iterations": 10, "name": "final"}

FORMS: list[tuple[str, str, tuple[Any, ...], dict[str, Any]]] = [
    ("compile m.py", "compile_circuit", ("m.py", {}, P()), {"force": False}),
    (
        "compile m.py:main -P depth=20 -P n=3 -o out --force",
        "compile_circuit",
        ("m.py:main", {"depth": "20", "n": "3"}, P("out")),
        {"force": True},
    ),
    (
        "witness m.wprog in.json -o w.wtns",
        "calculate_witness",
        (P("m.wprog"),),
        {"inputs": P("in.json"), "output": P("w.wtns"), "force": False, "reduce": False},
    ),
    (
        "witness m.wasm in.json --reduce",
        "calculate_witness",
        (P("m.wasm"),),
        {
            "inputs": P("in.json"),
            "output": P("witness.wtns"),
            "reduce": True,
            "limits": WasmLimits(600, 1024),
        },
    ),
    (
        "witness m.wasm in.json --time-limit 5 --memory 2048",
        "calculate_witness",
        (P("m.wasm"),),
        {
            "inputs": P("in.json"),
            "output": P("witness.wtns"),
            "limits": WasmLimits(5, 2048),
        },
    ),
    (
        "witness m.wprog in.json --r1cs m.r1cs",
        "calculate_witness",
        (P("m.wprog"),),
        {"inputs": P("in.json"), "r1cs": P("m.r1cs"), "sym": None},
    ),
    ("ptau new bn128 12 -o p.ptau", "new_ptau", ("bn128", 12, P("p.ptau")), {"force": False}),
    (
        "ptau contribute a.ptau -o b.ptau --name Ann",
        "contribute_ptau",
        (P("a.ptau"),),
        {"output": P("b.ptau"), "name": "Ann", "entropy": "", "force": False},
    ),
    (
        "ptau beacon a.ptau -o b.ptau --hex 0a0b --iterations 10 --name final",
        "beacon_ptau",
        (P("a.ptau"),),
        {"output": P("b.ptau"), **BEACON},
    ),
    ("ptau prepare a.ptau -o b.ptau", "prepare_ptau", (P("a.ptau"),), {"output": P("b.ptau")}),
    ("ptau verify p.ptau", "verify_ptau", (P("p.ptau"),), {"allow_insecure": False}),
    (
        "ptau truncate p.ptau --power 8 -o q.ptau",
        "truncate_ptau",
        (P("p.ptau"),),
        {"output": P("q.ptau"), "power": 8, "force": False},
    ),
    ("ptau convert p.ptau -o q.ptau", "convert_ptau", (P("p.ptau"),), {"output": P("q.ptau")}),
    (
        "ptau export-json p.ptau -o p.json",
        "export_ptau_json",
        (P("p.ptau"),),
        {"output": P("p.json")},
    ),
    ("ptau export-challenge p.ptau -o c", "export_challenge", (P("p.ptau"),), {"output": P("c")}),
    (
        "ptau contribute-challenge c -o r --curve bn128",
        "contribute_challenge",
        (P("c"),),
        {"output": P("r"), "curve": "bn128", "entropy": ""},
    ),
    (
        "ptau import-response p.ptau r -o q.ptau --name Ann",
        "import_response",
        (P("p.ptau"),),
        {"response": P("r"), "output": P("q.ptau"), "name": "Ann", "force": False},
    ),
    (
        "ptau download --power 12",
        "download_ptau",
        (12, None),
        {"source": "", "from_file": None, "mirrors": [], "offline": False, "force": False},
    ),
    (
        "ptau download --power 12 --source hez --mirror https://a/ --mirror https://b/ -o p.ptau",
        "download_ptau",
        (12, P("p.ptau")),
        {"source": "hez", "mirrors": ["https://a/", "https://b/"]},
    ),
    (
        "ptau download --power 12 --from-file q.ptau --offline",
        "download_ptau",
        (12, None),
        {"from_file": P("q.ptau"), "offline": True},
    ),
    ("ptau info p.ptau", "describe", (P("p.ptau"),), {}),
    ("ptau advise m.r1cs", "advise_ptau", (P("m.r1cs"),), {}),
    (
        "setup groth16 m.r1cs p.ptau -o m_0000.zkey",
        "make_key",
        (P("m.r1cs"), P("p.ptau")),
        {"output": P("m_0000.zkey"), "allow_insecure": False, "force": False},
    ),
    (
        "ceremony contribute a.zkey -o b.zkey --name Ann --force",
        "contribute_key",
        (P("a.zkey"), P("b.zkey")),
        {"name": "Ann", "entropy": "", "force": True},
    ),
    (
        "ceremony beacon a.zkey -o b.zkey --hex 0a0b --iterations 10 --name final",
        "beacon_key",
        (P("a.zkey"), P("b.zkey"), BeaconRequest(**BEACON)),
        {"force": False},
    ),
    (
        "ceremony verify k.zkey --r1cs m.r1cs --ptau p.ptau",
        "verify_key",
        (P("k.zkey"), P("m.r1cs"), P("p.ptau")),
        {"allow_insecure": False},
    ),
    (
        "ceremony export-bellman k.zkey -o k.mpcparams",
        "export_bellman",
        (P("k.zkey"), P("k.mpcparams")),
        {"force": False},
    ),
    (
        "ceremony import-bellman a.zkey k.mpcparams -o b.zkey --name Ann",
        "import_bellman",
        (P("a.zkey"), P("k.mpcparams"), P("b.zkey")),
        {"name": "Ann", "force": False},
    ),
    (
        "ceremony contribute-bellman a.mpcparams -o b.mpcparams --force",
        "contribute_bellman",
        (P("a.mpcparams"), P("b.mpcparams")),
        {"entropy": "", "force": True},
    ),
    (
        "export-vkey k.zkey -o vkey.json --allow-insecure",
        "export_verification_key",
        (P("k.zkey"),),
        {"output": P("vkey.json"), "allow_insecure": True},
    ),
    (
        "prove k.zkey witness.wtns -o proof.json --public public.json",
        "prove",
        (P("k.zkey"), P("witness.wtns")),
        {
            "proof_output": P("proof.json"),
            "public_output": P("public.json"),
            "r1cs": None,
            "allow_insecure": False,
            "force": False,
        },
    ),
    (
        "prove k.zkey w.wtns --r1cs m.r1cs --allow-insecure",
        "prove",
        (P("k.zkey"), P("w.wtns")),
        {
            "proof_output": P("proof.json"),
            "public_output": P("public.json"),
            "r1cs": P("m.r1cs"),
            "allow_insecure": True,
        },
    ),
    (
        "verify vkey.json public.json proof.json",
        "verify",
        (P("vkey.json"),),
        {"public": P("public.json"), "proof": P("proof.json"), "allow_insecure": False},
    ),
    ("info some.ptau", "describe", (P("some.ptau"),), {}),
    (
        "export-json w.wtns -o w.json --force",
        "export_json",
        (P("w.wtns"),),
        {"output": P("w.json"), "force": True},
    ),
    ("powersoftau new bn128 12 -o p.ptau", "new_ptau", ("bn128", 12, P("p.ptau")), {}),
    (
        "groth16 verify v.json u.json p.json",
        "verify",
        (P("v.json"),),
        {"public": P("u.json"), "proof": P("p.json")},
    ),
]


@pytest.mark.parametrize(("line", "action", "arguments", "options"), FORMS)
def test_form(
    run: Run,
    toolchain: Toolchain,
    line: str,
    action: str,
    arguments: tuple[Any, ...],
    options: dict[str, Any],
) -> None:
    assert run(*line.split()).code == 0
    ((called, got_arguments, got_options),) = toolchain.calls
    assert (called, got_arguments) == (action, arguments)
    assert options.items() <= got_options.items()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-P", "depth"], "expected NAME=VALUE after -P, got 'depth'"),
        (["-P", "=3"], "expected NAME=VALUE after -P, got '=3'"),
        (["-P", "a=1", "-P", "a=2"], "parameter a is given twice: 1 and 2"),
    ],
)
def test_template_parameters_that_are_refused(
    run: Run, toolchain: Toolchain, words: list[str], message: str
) -> None:
    outcome = run("compile", "m.py", *words)
    assert (outcome.code, toolchain.calls) == (2, [])
    assert message in outcome.err
