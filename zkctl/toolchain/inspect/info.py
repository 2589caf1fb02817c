"""The contents of a file: counts, fields and contributors, from its headers and a circuit's constraints; never a witness."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from zkctl.ceremony.hashing import response_hash
from zkctl.ceremony.policy import (
    warnings_for_phase1,
)
from zkctl.curve import Curve
from zkctl.errors import FormatError
from zkctl.field import name_of_modulus, scalar_field_by_modulus
from zkctl.formats.binary.contributions import read_phase1
from zkctl.formats.binary.ptau.file import PTAU_KIND, read_ptau_header
from zkctl.formats.binary.r1cs import (
    R1CS_KIND,
    R1csFile,
    R1csHeader,
    read_r1cs_header,
)
from zkctl.formats.binary.sections import SectionFile, read_sections
from zkctl.formats.binary.unmarked import counts_of_bellman, curve_and_power
from zkctl.formats.binary.wtns import WTNS_KIND, read_wtns_header
from zkctl.formats.field_names import field_in_words
from zkctl.formats.identify import (
    MAX_JSON_BYTES,
    FileKind,
    identify,
    kind_of_content,
    name_of_content,
)
from zkctl.formats.json.kinds import document_of
from zkctl.formats.json.snarkjs import MAX_PUBLIC_BYTES, protocol_and_curve
from zkctl.formats.json.strict import MAX_BYTES, Node, load_json
from zkctl.formats.sym import ELIMINATED, read_sym
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.storage.mapped import is_stream, map_file, read_input
from zkctl.toolchain.circuit.source_name import CIRCOM
from zkctl.toolchain.inspect.circom_facts import describe_circom
from zkctl.toolchain.inspect.key_facts import (
    describe_key,
    facts_of_contributions,
    facts_of_sections,
)
from zkctl.toolchain.proof.systems import SYSTEMS

Facts = dict[str, Any]


def describe(path: Path, *, only: FileKind | None = None) -> Facts:
    """Return the kind of a file, recognised by content or by .circom, and the facts in it; JSON-friendly.

    `only` refuses all other kinds.  A document in JSON may come through a pipe or STDIN.
    Raises: FormatError, EncodingError if its headers, or the constraints of a circuit, are wrong; EnvironmentProblem if unreadable.
    """
    if only is None and is_stream(path):
        return _describe_stream(path)
    if only is None and path.suffix == CIRCOM and kind_of_content(map_file(path).data) is None:
        return describe_circom(path)
    kind = identify(path)
    if only is not None and kind is not only:
        source = map_file(path)
        raise FormatError(
            f"expected a {only} file, found {name_of_content(source.data)}",
            where=source.where,
            hint="describe files of all kinds with `describe()`",
        )
    facts: Facts = {"kind": str(kind), "file": printable(path), "bytes": path.stat().st_size}
    if kind in _JSON_DESCRIBERS:
        return facts | _JSON_DESCRIBERS[kind](_Document(path, printable(path)))
    return facts | _DESCRIBERS[kind](path)


@record
class _Document:
    """A document in JSON: its file, or its content, and its name for messages."""

    source: Path | bytes
    where: str

    def node(self, max_bytes: int = MAX_BYTES) -> Node:
        return Node(load_json(self.source, max_bytes=max_bytes, where=self.where), self.where)

    def name_of_content(self) -> str:
        data = map_file(self.source).data if isinstance(self.source, Path) else self.source
        return name_of_content(data)


def _describe_stream(path: Path) -> Facts:
    content, where = read_input(path, MAX_JSON_BYTES), printable(path)
    kind = kind_of_content(memoryview(content))
    describe_document = None if kind is None else _JSON_DESCRIBERS.get(kind)
    if describe_document is None:
        raise FormatError(
            f"only JSON can come through a pipe: expected JSON, found {name_of_content(content)}",
            where=where,
            hint="store the data in a file first",
        )
    facts: Facts = {"kind": str(kind), "file": where, "bytes": len(content)}
    return facts | describe_document(_Document(content, where))


def _count(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"


def _field(modulus: int) -> Facts:
    supported = scalar_field_by_modulus(modulus) is not None
    note = "this field is not supported for proving"
    words = field_in_words(modulus)
    if words.startswith("circom"):
        note = f"{note}: {words}"
    return {
        "field": name_of_modulus(modulus),
        "modulus": str(modulus),
        "supported": supported,
    } | ({} if supported else {"note": note})


def _r1cs(path: Path) -> Facts:
    file = read_sections(path, R1CS_KIND)
    file.check_sections_exist(R1CS_KIND.mandatory)
    header = read_r1cs_header(file)
    facts = facts_of_sections(file)
    named = header.n_outputs + header.n_public_inputs + header.n_private_inputs
    if header.n_wires < 1 + named:
        facts["warnings"].append(
            f"{_count(1 + named - header.n_wires, 'input has', 'inputs have')} no wire,"
            " simplification removed them"
        )
    return (
        facts
        | _field(header.modulus)
        | {
            "constraints": header.n_constraints,
            "wires": header.n_wires,
            "outputs": header.n_outputs,
            "public_inputs": header.n_public_inputs,
            "private_inputs": header.n_private_inputs,
            "labels": header.n_labels,
            "custom_gates": any(k in file.sections for k in R1CS_KIND.optional),
        }
        | _counts(file, header)
    )


def _counts(file: SectionFile, header: R1csHeader) -> Facts:
    """Return counts from the constraints themselves, for fields whose coefficients are readable."""
    field = scalar_field_by_modulus(header.modulus)
    if field is None:
        return {}
    n_linear = 0
    terms = dict.fromkeys("ABC", 0)
    for part in R1csFile(file, header, field).parts():
        n_linear += part.n_linear
        for name, matrix in zip(terms, (part.a, part.b, part.c), strict=True):
            terms[name] += matrix.n_nonzero
    return {"linear_constraints": n_linear, "nonzero_terms": terms}


def _wtns(path: Path) -> Facts:
    file = read_sections(path, WTNS_KIND)
    file.check_sections_exist(WTNS_KIND.mandatory)
    header = read_wtns_header(file)
    return facts_of_sections(file) | _field(header.modulus) | {"wires": header.n_values}


def _sym(path: Path) -> Facts:
    rows = read_sym(path)
    return {
        "signals": len(rows),
        "eliminated": sum(row.wire == ELIMINATED for row in rows),
        "components": len({row.component for row in rows}),
    }


def _ptau(path: Path) -> Facts:
    file = read_sections(path, PTAU_KIND)
    file.check_sections_exist(PTAU_KIND.mandatory)
    header = read_ptau_header(file)
    contributions = read_phase1(file.section(7), header.curve)
    hashes = [response_hash(c.partial_hash, c.public_key).hex() for c in contributions]
    facts = facts_of_sections(file)
    facts["warnings"] += warnings_for_phase1(contributions, allow_insecure=True)
    return facts | {
        "curve": header.curve.name,
        "power": header.power,
        "ceremony_power": header.ceremony_power,
        "prepared_for_phase2": 12 in file.sections,
        "contributions": facts_of_contributions([c.origin for c in contributions], hashes),
    }


def _verification_key(document: _Document) -> Facts:
    root = document.node()
    protocol, _ = protocol_and_curve(root)
    system = SYSTEMS[protocol]
    key = system.read_vkey(root)
    facts = _proof_system(protocol, key.curve) | {"public_signals": key.n_public}
    facts["warnings"] = [str(finding) for finding in system.weak_key_findings(key)]
    return facts | _maker(root)


def _proof(document: _Document) -> Facts:
    root = document.node()
    protocol, curve = protocol_and_curve(root)
    if curve is not None:
        SYSTEMS[protocol].check_proof(root, curve)
    return _proof_system(protocol, curve) | _maker(root)


def _maker(root: Node) -> Facts:
    """Return a note about the tool whose form a document has, where it is not that of snarkjs."""
    name = document_of(root.value).name
    return {"note": name} if " of " in name else {}


def _proof_system(protocol: str, curve: Curve | None) -> Facts:
    name = "not named" if curve is None else curve.name
    return {"protocol": protocol, "supported": protocol in SYSTEMS, "curve": name}


def _public(document: _Document) -> Facts:
    # the values are not shown: an exported witness looks the same
    nodes = document.node(MAX_PUBLIC_BYTES).elements()
    return {"numbers": len([node.integer() for node in nodes])}


def _wprog(path: Path) -> Facts:
    from zkctl.formats.binary.wprog import read_wprog

    program = read_wprog(path)
    return _field(program.field.modulus) | {
        "name": program.name,
        "wires": program.n_wires,
        "constraints": program.n_rows,
        "hints": len(program.hints),
        "advice_programs": len(program.advice),
        "assumptions": len(program.assumptions),
        "r1cs_digest": program.r1cs_digest.hex(),
        "inputs": {
            printable(group.name): group.size for group in program.signals if group.role.is_input
        },
    }


def _wasm(_path: Path) -> Facts:
    return {"note": "a WebAssembly module: `calculate_witness()` runs it if circom 2 made it"}


def _json(document: _Document) -> Facts:
    name = document.name_of_content()
    try:
        root = document.node(MAX_PUBLIC_BYTES)
    except FormatError as problem:  # well-formed, but not by the rules of the commands
        return {"note": f"{name}; no command reads it: {problem.message}"}
    count = {"members": len(root.members())} if root.is_object() else {}
    perhaps = "perhaps the inputs" in name
    return {"note": "JSON, perhaps the inputs of a circuit" if perhaps else name} | count


def _challenge(path: Path) -> Facts:
    curve, power = curve_and_power(map_file(path).data)
    return {"note": "a challenge of a phase 1: `contribute_challenge()` answers it"} | {
        "curve": curve.name,
        "power": power,
    }


def _response(path: Path) -> Facts:
    curve, power = curve_and_power(map_file(path).data)
    return {"note": "a response of a phase 1: `import_response()` adds it"} | {
        "curve": curve.name,
        "power": power,
    }


def _mpcparams(path: Path) -> Facts:
    counts, curve = counts_of_bellman(map_file(path).data)
    return {"note": "a key for bellman: `import_bellman()` reads it", "curve": curve.name} | {
        "wires": counts["a_query"],
        "public_signals": counts["gamma_abc_g1"] - 1,
        "domain_size": counts["h_query"] + 1,
        "contributions": counts["contributions"],
    }


_DESCRIBERS: dict[FileKind, Callable[[Path], Facts]] = {
    FileKind.R1CS: _r1cs,
    FileKind.WTNS: _wtns,
    FileKind.PTAU: _ptau,
    FileKind.ZKEY: describe_key,
    FileKind.WPROG: _wprog,
    FileKind.SYM: _sym,
    FileKind.WASM: _wasm,
    FileKind.CHALLENGE: _challenge,
    FileKind.RESPONSE: _response,
    FileKind.MPCPARAMS: _mpcparams,
}
_JSON_DESCRIBERS: dict[FileKind, Callable[[_Document], Facts]] = {
    FileKind.VERIFICATION_KEY: _verification_key,
    FileKind.PROOF: _proof,
    FileKind.RECEIPT: _proof,
    FileKind.PUBLIC: _public,
    FileKind.JSON: _json,
}
