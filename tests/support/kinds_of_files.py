"""Files of many kinds, and all places of the command line where a file is read.

`make_kinds` writes one small file of each kind with the words that a message about it must have; `slots` lists the commands,
with X for the file in question and the kinds that the command accepts there.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import re
import shutil
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.support.binary_files import BN254_Q, BN254_R, container, le, u32
from tests.support.ceremony_folders import begin
from tests.support.toy_groth16 import (
    factors_witness,
    save_witness,
)
from zkctl.ceremony.record.rules import Rules
from zkctl.curve import BN254, G1Array, G2Array
from zkctl.curve.encoding import encode_compressed, encode_uncompressed
from zkctl.dsl import Signal, circuit, private
from zkctl.formats.binary.wprog import write_wprog
from zkctl.toolchain.ceremony.bellman import export_bellman
from zkctl.toolchain.ceremony.folder_steps import contribute_in_folder
from zkctl.toolchain.ceremony.receipts import generate_signing_key, write_statement
from zkctl.toolchain.ceremony.requests import ContributionRequest
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.proof.prove import prove
from zkctl.toolchain.ptau.exchange import contribute_challenge, export_challenge
from zkctl.toolchain.ptau.transform import export_ptau_json


@dataclass(frozen=True)
class Kind:
    """A file, and the words of which a message about it must have one."""

    path: Path
    words: tuple[str, ...]


@dataclass(frozen=True)
class Slot:
    """A place for a file on the command line: X in the words, and the kinds that are welcome there."""

    name: str
    words: tuple[str | Path, ...]
    accepts: frozenset[str]

    def with_file(self, path: Path) -> list[str]:
        return [str(path) if word == "X" else str(word) for word in self.words]


@circuit
def square(x: Signal = private()) -> Signal:
    """One multiplication."""
    return x * x


def make_good(folder: Path) -> dict[str, Path]:
    """One valid file of each kind that commands read, by kind."""
    rules = Rules("", "", "", "", minimum_players=1, beacon_source="bitcoin block 900000")
    ceremony = begin(folder, rules)
    at = folder.joinpath
    contribute_in_folder(ceremony, ContributionRequest(name="ann", receipt=at("receipt.json")))
    key = shutil.copy(ceremony / "0001.zkey", at("key.zkey"))
    good = {
        "r1cs": at("c.r1cs"),
        "ptau": at("pot.ptau"),
        "unprepared ptau": at("1.ptau"),
        "zkey": key,
        "receipt": at("receipt.json"),
        "ledger": ceremony / "transcript.jsonl",
        "rules": ceremony / "ceremony.yaml",
        "wtns": save_witness(at("w.wtns"), BN254.scalar_field, factors_witness(BN254.scalar_field)),
    }
    export_verification_key(key, output=at("vkey.json"))
    prove(key, good["wtns"], proof_output=at("proof.json"), public_output=at("public.json"))
    export_challenge(at("1.ptau"), output=at("challenge"))
    contribute_challenge(at("challenge"), output=at("response"))
    export_bellman(key, output=at("key.mpcparams"))
    export_ptau_json(at("1.ptau"), output=at("ptau.json"))
    generate_signing_key(at("ann.key"))
    write_statement(at("receipt.json"), at("statement.txt"))
    with at("square.wprog").open("wb") as stream:
        write_wprog(stream, square.compile().program)
    at("input.json").write_text('{"x": "3"}')
    proof, public = (json.loads(at(f"{n}.json").read_text()) for n in ("proof", "public"))
    at("batch.jsonl").write_text(json.dumps({"proof": proof, "public": public}) + "\n")
    names = {
        "verification key": "vkey.json",
        "proof": "proof.json",
        "public signals": "public.json",
        "statements": "batch.jsonl",
        "challenge": "challenge",
        "response": "response",
        "mpcparams": "key.mpcparams",
        "wprog": "square.wprog",
        "inputs": "input.json",
        "powers of tau as JSON": "ptau.json",
        "signing key": "ann.key",
    }
    return good | {kind: at(name) for kind, name in names.items()}


OF_GOOD = {
    "r1cs": ("r1cs file",),
    "ptau": ("ptau file",),
    "unprepared ptau": ("ptau file",),
    "zkey": ("zkey file",),
    "wtns": ("wtns file",),
    "wprog": ("wprog file",),
    "receipt": ("receipt of a contributor", "zkctl-receipt"),
    "ledger": ("ledger",),
    "rules": ("rules of a ceremony",),
    "verification key": ("groth16 verification key",),
    "proof": ("groth16 proof",),
    "public signals": ("list of 2 strings",),
    "statements": ("in one object",),
    "challenge": ("challenge of a phase 1",),
    "response": ("response of a phase 1",),
    "mpcparams": ("bellman",),
    "inputs": ("JSON object, perhaps the inputs",),
    "powers of tau as JSON": ("powers of tau as JSON",),
    "signing key": ("private key",),
}


# -- files that no command reads


def _archive() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("key.zkey"))
    return stream.getvalue()


def _zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("key.zkey", b"zkey")
    return stream.getvalue()


def _numpy() -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.arange(4))
    return stream.getvalue()


def _points(compressed: bool, *groups: str) -> bytes:
    """Generators of bn254 in gnark's bytes, whose flags are set by hand."""
    g1, g2 = G1Array.generator(BN254.g1), G2Array.generator(BN254.g2)
    if not compressed:
        return b"".join(encode_uncompressed(g1 if g == "1" else g2).tobytes() for g in groups)
    raw = b""
    for group in groups:
        point = bytearray(encode_compressed(g1 if group == "1" else g2).tobytes())
        point[0] |= 0x80
        raw += bytes(point)
    return raw


def _gnark_vkey(compressed: bool) -> bytes:
    ic = _points(compressed, "1", "1")
    return _points(compressed, *"112212") + (2).to_bytes(4, "big") + ic + bytes(8)


def _gnark_pk() -> bytes:
    n = 8
    return n.to_bytes(8, "big") + pow(n, -1, BN254_R).to_bytes(32, "big") + bytes(range(200))


def _gnark_r1cs() -> bytes:
    names = b"\x6cGnarkVersion\x650.9.0\x6bScalarField\x62fr"
    return b"\xa2" + names + b"\x64Logs\x80" + bytes(30)


def gnark_files() -> dict[str, tuple[bytes, str]]:
    """gnark's binary files by hand, and words of their names."""
    witness = b"".join(n.to_bytes(4, "big") for n in (1, 2, 3)) + bytes(range(96))
    return {
        "gnark constraint system": (_gnark_r1cs(), "constraint system of gnark"),
        "gnark proving key": (_gnark_pk(), "proving key of gnark"),
        "gnark compressed key": (_gnark_vkey(True), "verification key in the bytes of"),
        "raw gnark verification key": (_gnark_vkey(False), "verification key in the bytes of"),
        "gnark witness": (witness, "witness of gnark"),
        "gnark bytes of a proof": (_points(True, *"121"), "proof in the bytes of gnark"),
        "raw gnark proof": (_points(False, *"121"), "proof in the bytes of gnark"),
    }


def _plonk_zkey(number: int) -> bytes:
    header = u32(32) + le(BN254_Q) + u32(32) + le(BN254_R) + u32(5, 1, 8, 0, 1) + bytes(200)
    return container(b"zkey", 1, {1: u32(number), 2: header}).bytes()


_POINT = ["1", "2", "1"]
_HEX = "0x" + "12" * 32
_DOCUMENTS: dict[str, tuple[Any, str | tuple[str, ...]]] = {
    "plonk key": (
        {"protocol": "plonk", "curve": "bn128", "nPublic": 1, "Qm": _POINT},
        ("plonk verification key", "plonk keys", "the verification key is incomplete"),
    ),
    "fflonk key": (
        {"protocol": "fflonk", "curve": "bn128", "nPublic": 1, "C0": _POINT},
        ("fflonk verification key", "fflonk keys", "the verification key is incomplete"),
    ),
    "plonk proof": (
        {"A": _POINT, "T1": _POINT, "eval_a": "1", "protocol": "plonk", "curve": "bn128"},
        ("plonk proof", "got plonk"),
    ),
    "fflonk proof": (
        {"polynomials": {}, "evaluations": {}, "protocol": "fflonk", "curve": "bn128"},
        ("fflonk proof", "got fflonk"),
    ),
    "gnark key": ({"G1": {"Alpha": {}}, "G2": {}}, "verification key of gnark"),
    "gnark proof": ({"Ar": {}, "Bs": {}, "Krs": {}}, "proof of gnark"),
    "garaga key": (
        {"elliptic_curve_id": 0, "verifying_key": {}},
        "verification key of garaga",
    ),
    "garaga proof": (
        {"elliptic_curve_id": 0, "proof": {}, "public_inputs": []},
        "proof of garaga",
    ),
    "SP1 proof": ({"vkey": _HEX, "publicValues": "0x", "proof": "0x11"}, "proof of SP1"),
    "RISC Zero receipt": (
        {"seal": "0x11", "image_id": _HEX, "journal": "0x"},
        "receipt of RISC Zero",
    ),
    "RISC Zero receipt of the host": ({"inner": {}, "journal": {}}, "receipt of RISC Zero"),
    "bundle": ({"proof": {}, "publicSignals": ["1"]}, "a proof and its public signals in one"),
    "bundle of another tool": ({"pi_a": _POINT, "pubSignals": ["1"]}, "in one object"),
    "calldata": ({"pA": [], "pB": [], "pC": [], "pubSignals": []}, "calldata"),
    "r1cs as JSON": ({"n8": 32, "nVars": 2, "constraints": []}, "exported as JSON"),
    "contract": ({"abi": [], "bytecode": "0x"}, "compiled contract"),
    "interface of a contract": (
        [{"type": "function"}],
        ("interface (ABI)", "expected a string, found an object"),
    ),
    "package.json": ({"name": "a", "version": "1", "dependencies": {}}, "package.json"),
    "lone number": (12345, "lone number"),
    "string": ("zkey", "JSON string"),
    "null": (None, "JSON null"),
    "true": (True, "JSON boolean"),
    "empty object": ({}, "empty JSON object"),
    "list of numbers": ([15, 7], ("list of 2 numbers", "expected a string, found a number")),
    "list of lists": ([["1"], ["2"]], ("list of 2 values", "expected a string, found an array")),
}

_LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"ab" * 32 + b"\nsize 29\n"
_PAGE = b"<!DOCTYPE html>\n<html><head><title>404</title></head><body>Not Found</body></html>\n"
_DENIED = b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>\n'
_CONTENTS: dict[str, tuple[bytes | Callable[[], bytes], tuple[str, ...]]] = {
    "git-lfs pointer": (_LFS, ("git-lfs pointer",)),
    "HTML page": (_PAGE, ("HTML page",)),
    "HTML page after blanks": (b"\n \n<html lang='en'>", ("HTML page",)),
    "S3 error": (_DENIED, ("XML error message",)),
    "XML": (b"<?xml version='1.0'?><a/>", ("HTML or XML",)),
    "SVG image": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ("SVG image",)),
    "tar": (_archive, ("tar archive",)),
    "zip": (_zip, ("zip archive",)),
    "gzip": (lambda: gzip.compress(b"zkey"), ("gzip data",)),
    "bzip2": (lambda: bz2.compress(b"zkey"), ("bzip2 data",)),
    "xz": (lambda: lzma.compress(b"zkey"), ("xz data",)),
    "zstd": (b"\x28\xb5\x2f\xfd" + bytes(9), ("zstd data",)),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(30), ("7z archive",)),
    "ELF": (b"\x7fELF\x02\x01\x01" + bytes(60), ("program (ELF)",)),
    "Windows program": (b"MZ\x90\0" + bytes(60), ("program (Windows)",)),
    "Mach-O": (b"\xcf\xfa\xed\xfe" + bytes(60), ("program (Mach-O)",)),
    "wasm": (b"\0asm\1\0\0\0", ("WebAssembly module",)),
    "PNG": (b"\x89PNG\r\n\x1a\n" + bytes(40), ("PNG image",)),
    "JPEG": (b"\xff\xd8\xff\xe0" + bytes(40), ("JPEG image",)),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3", ("PDF document",)),
    "SQLite": (b"SQLite format 3\0" + bytes(84), ("SQLite database",)),
    "numpy": (_numpy, ("numpy array",)),
    "empty file": (b"", ("empty file",)),
    "blanks": (b" \n\n", ("empty file",)),
    "text": (b"Thank you for contributing!\nThe key is on its way.\n", ("text",)),
    "text in Latin letters": ("Schlüssel für später\n".encode(), ("text",)),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), ("UTF-16 text",)),
    "UTF-16 big-endian": (b"\xfe\xff" + "[1]".encode("utf-16-be"), ("UTF-16 text",)),
    "UTF-32": ("text".encode("utf-32"), ("UTF-32 text",)),
    "JSON with a mark": (b'\xef\xbb\xbf{"a": "1"}', ("byte order mark",)),
    "circom": (b"// c\npragma circom 2.0.0;\ntemplate A() {}\n", ("circom source code",)),
    "circom 1": (b"template Mul() { signal input a; }\n", ("circom source code",)),
    "Solidity": (
        b"// SPDX-License-Identifier: GPL-3.0\npragma solidity >=0.7.0;\n",
        ("Solidity source code",),
    ),
    "Python": (b"from zkctl.dsl import circuit\n", ("Python source code",)),
    "script": (b"#!/bin/sh\nexit 0\n", ("a script",)),
    "PEM": (b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", ("PEM file",)),
    "SSH public key": (b"ssh-rsa AAAAB3NzaC1yc2E= ann@host\n", ("SSH public key",)),
    "SSH signature": (b"-----BEGIN SSH SIGNATURE-----\nU1NI\n", ("SSH signature",)),
    "PGP message": (b"-----BEGIN PGP SIGNATURE-----\n\niQ\n", ("PGP message",)),
    "zeros": (bytes(256), ("zero bytes",)),
    "noise": (
        b"\xde\xad\xbe\xef" + bytes(range(128, 250)),
        ("unknown data starting with deadbeef",),
    ),
    "hexadecimal": (b"0x" + b"1f" * 64 + b"\n", ("hexadecimal text",)),
    "witness graph": (b"wtns.graph.001" + bytes(range(72)), ("witness graph",)),
    "sym": (b"1,1,0,main.c\n2,2,0,main.a\n", ("sym file",)),
    "plonk zkey": (lambda: _plonk_zkey(2), ("plonk", "zkey file", "missing sections")),
    "fflonk zkey": (lambda: _plonk_zkey(10), ("fflonk", "zkey file", "missing sections")),
    "JSON with a fraction": (b'{"a": 0.5}', ("plain integer", "JSON object")),
    "cut JSON": (b'{"protocol": "groth16", "pi_a": ["1",', ("JSON",)),
}


def make_kinds(folder: Path, good: dict[str, Path]) -> dict[str, Kind]:
    """One file of each kind, the good ones first; none has a name that says what it is."""
    folder.mkdir()
    kinds = {kind: Kind(good[kind], words) for kind, words in OF_GOOD.items()}
    for number, (name, (content, words)) in enumerate(_contents()):
        path = folder / f"{number}.bin"
        path.write_bytes(content() if callable(content) else content)
        kinds[name] = Kind(path, words)
    (folder / "folder").mkdir()
    kinds["folder"] = Kind(folder / "folder", ("a folder", "no such file", "ceremony.yaml"))
    return kinds


def _contents() -> Iterator[tuple[str, tuple[bytes | Callable[[], bytes], tuple[str, ...]]]]:
    yield from _CONTENTS.items()
    for name, (content, words) in gnark_files().items():
        yield name, (content, (words,))
    for name, (document, known) in _DOCUMENTS.items():
        yield name, (json.dumps(document).encode(), (known,) if isinstance(known, str) else known)


# kinds that `info` describes; it may refuse them for another reason than their kind
_DESCRIBED = (
    *(name for name in _DOCUMENTS if name != "contract"),
    *("contract", "wasm", "sym", "plonk zkey", "fflonk zkey", "JSON with a fraction"),
    # of interop/kinds_of_files.py
    *(f"{system} {name} of snarkjs" for system in ("plonk", "fflonk") for name in ("key", "zkey")),
    *("plonk proof of snarkjs", "circuit of snarkjs as JSON", "constraints of circom"),
    "symbols of circom",
)

# -- the places


def slots(good: Mapping[str, Path], out: Path) -> list[Slot]:
    """All places for files of all commands.  Every output goes to a folder that is emptied between runs."""
    r1cs, ptau, key, old = (good[k] for k in ("r1cs", "ptau", "zkey", "unprepared ptau"))
    wtns, vkey, proof = (good[k] for k in ("wtns", "verification key", "proof"))
    public, receipt = good["public signals"], good["receipt"]
    to = ("-o", out / "out")
    both = (*to, "--public", out / "public")
    ptaus, keys = ("ptau", "unprepared ptau"), ("zkey",)
    receipts = ("SP1 proof", "RISC Zero receipt")
    proofs = ("proof", "bundle of another tool", "gnark proof", "garaga proof", *receipts)
    vkeys = ("verification key", "gnark key", "garaga key")
    publics = ("public signals", "garaga proof", *receipts)
    inputs = ("inputs", "empty object")
    syms = ("sym", "empty file", "symbols of circom")
    table: list[tuple[str, tuple[str | Path, ...], tuple[str, ...]]] = [
        ("witness program", ("witness", "X", good["inputs"], *to), ("wprog", "wasm")),
        ("witness inputs", ("witness", good["wprog"], "X", *to), inputs),
        ("check-witness", ("check-witness", "X", "--r1cs", r1cs), ("wtns",)),
        ("check-witness circuit", ("check-witness", wtns, "--r1cs", "X"), ("r1cs",)),
        ("check-witness names", ("check-witness", wtns, "--r1cs", r1cs, "--sym", "X"), syms),
        ("print circuit", ("print", "X"), ("r1cs",)),
        ("print names", ("print", r1cs, "--sym", "X"), syms),
        ("setup circuit", ("setup", "groth16", "X", ptau, *to), ("r1cs",)),
        ("setup phase 1", ("setup", "groth16", r1cs, "X", *to), ptaus),
        ("export-vkey", ("export-vkey", "X", *to), keys),
        ("prove key", ("prove", "X", wtns, *both), keys),
        ("prove witness", ("prove", key, "X", *both), ("wtns",)),
        ("prove circuit", ("prove", key, wtns, "--r1cs", "X", *both), ("r1cs",)),
        ("verify key", ("verify", "X", public, proof), vkeys),
        ("verify public", ("verify", vkey, "X", proof), publics),
        ("verify proof", ("verify", vkey, public, "X"), proofs),
        ("verify batch", ("verify", vkey, "--batch", "X"), ("statements",)),
        ("ptau info", ("ptau", "info", "X"), ptaus),
        ("ptau verify", ("ptau", "verify", "X"), ptaus),
        ("ptau contribute", ("ptau", "contribute", "X", "-n", "a", *to), ptaus),
        (
            "ptau beacon",
            ("ptau", "beacon", "X", "--hex", "aa", "--iterations", "10", *to),
            ptaus,
        ),
        ("ptau prepare", ("ptau", "prepare", "X", *to), ptaus),
        ("ptau truncate", ("ptau", "truncate", "X", "--power", "1", *to), ptaus),
        ("ptau convert", ("ptau", "convert", "X", *to), ptaus),
        ("ptau export-json", ("ptau", "export-json", "X", *to), ptaus),
        ("ptau advise", ("ptau", "advise", "X"), ("r1cs",)),
        ("ptau export-challenge", ("ptau", "export-challenge", "X", *to), ptaus),
        (
            "ptau contribute-challenge",
            ("ptau", "contribute-challenge", "X", *to),
            ("challenge",),
        ),
        (
            "ptau import-response old",
            ("ptau", "import-response", "X", good["response"], *to),
            ptaus,
        ),
        (
            "ptau import-response new",
            ("ptau", "import-response", old, "X", *to),
            ("response",),
        ),
        (
            "ceremony contribute",
            ("ceremony", "contribute", "X", "-n", "a", *to),
            (*keys, "folder"),
        ),
        (
            "ceremony beacon",
            ("ceremony", "beacon", "X", "--hex", "aa", "--iterations", "10", *to),
            (*keys, "folder"),
        ),
        (
            "ceremony verify key",
            ("ceremony", "verify", "X", "--r1cs", r1cs, "--ptau", ptau),
            (*keys, "folder"),
        ),
        (
            "ceremony verify circuit",
            ("ceremony", "verify", key, "--r1cs", "X", "--ptau", ptau),
            ("r1cs",),
        ),
        (
            "ceremony verify phase 1",
            ("ceremony", "verify", key, "--r1cs", r1cs, "--ptau", "X"),
            ptaus,
        ),
        (
            "ceremony verify ledger",
            ("ceremony", "verify", key, "--r1cs", r1cs, "--ptau", ptau, "--transcript", "X"),
            ("ledger",),
        ),
        (
            "ceremony init circuit",
            ("ceremony", "init", out / "c", "--r1cs", "X", "--ptau", ptau, "--beacon-source", "a"),
            ("r1cs",),
        ),
        (
            "ceremony init phase 1",
            ("ceremony", "init", out / "c", "--r1cs", r1cs, "--ptau", "X", "--beacon-source", "a"),
            ptaus,
        ),
        ("ceremony statement", ("ceremony", "statement", "X", *to), ("receipt",)),
        ("ceremony attest", ("ceremony", "attest", "X", *to), ("receipt",)),
        (
            "ceremony attest key",
            ("ceremony", "attest", receipt, *to, "--sign", "X"),
            ("signing key",),
        ),
        (
            "ceremony attest signature",
            ("ceremony", "attest", receipt, *to, "--ssh-signature", "X"),
            ("SSH signature",),
        ),
        ("ceremony included key", ("ceremony", "included", "X", "--receipt", receipt), keys),
        (
            "ceremony included receipt",
            ("ceremony", "included", key, "--receipt", "X"),
            ("receipt",),
        ),
        ("ceremony export-bellman", ("ceremony", "export-bellman", "X", *to), keys),
        (
            "ceremony contribute-bellman",
            ("ceremony", "contribute-bellman", "X", *to),
            ("mpcparams",),
        ),
        (
            "ceremony import-bellman old",
            ("ceremony", "import-bellman", "X", good["mpcparams"], *to),
            keys,
        ),
        (
            "ceremony import-bellman new",
            ("ceremony", "import-bellman", key, "X", *to),
            ("mpcparams",),
        ),
        ("export-json", ("export-json", "X", *to), ("r1cs", "wtns", *keys, *ptaus)),
        ("info", ("info", "X"), tuple(OF_GOOD) + _DESCRIBED),
        ("bench baseline", ("bench", "--baseline", "X", "--power", "4"), ()),
    ]
    return [Slot(name, words, frozenset(accepts)) for name, words, accepts in table]


SLOT_NAMES = [slot.name for slot in slots(defaultdict(Path), Path())]

# -- what is right


PYTHON_WORDS = re.compile(r"NoneType|\bdict\b|Traceback|\b[A-Z][a-z]+Error\b|\bstruct\.|\bbytes\(")


def faults(slot: Slot, kind_name: str, kind: Kind, code: int, error: str) -> str:
    """Return what is wrong about an answer, "" if it is right."""
    if code == 70:
        return "internal error"
    if PYTHON_WORDS.search(error):
        return "a Python word"
    if kind_name in slot.accepts:
        return ""
    if code == 0:
        return "accepted"
    if code not in (3, 5):
        return f"exit {code}"
    text = " ".join(error.split())
    return "" if any(word in text for word in kind.words) else "not named"
